#include "sim/outages.h"

#include <algorithm>
#include <string>

namespace lockstep::sim {
namespace {

constexpr std::uint32_t kOutageStream = 18;
// Chance ends here, so that no time leaves its range.
constexpr std::int64_t kLastDay = kEndOfTime / kDay - 800;

// Whole days since 1970, rounded down.
std::int64_t day_of(TimeNs ts_ns) {
  return ts_ns / kDay - (ts_ns % kDay < 0 ? 1 : 0);
}

TimeNs later(TimeNs ts_ns, DurationNs by_ns) {
  return ts_ns > kEndOfTime - by_ns ? kEndOfTime : ts_ns + by_ns;
}

bool is_none(const Outage& outage) {
  return outage.from_ts_ns == kEndOfTime;
}

// At least a nanosecond, so that a sequence of them always gets on; at most 400 days.
DurationNs exponential(RandomStream& random, DurationNs mean_ns) {
  const double drawn_ns = random.exponential(static_cast<double>(mean_ns));
  constexpr DurationNs kMost = 400 * kDay;
  if (drawn_ns >= static_cast<double>(kMost)) return kMost;
  return std::max<DurationNs>(static_cast<DurationNs>(drawn_ns), 1);
}

}  // namespace

Status validate(const OutageConfig& config) {
  const auto bad = [](const std::string& what) { return Error{ErrorCode::bad_input, "outages", what}; };
  for (const Outage& outage : config.scheduled) {
    if (outage.from_ts_ns >= outage.to_ts_ns) {
      return bad("from must lie before to, found from " + format_time(outage.from_ts_ns) + " to " +
                 format_time(outage.to_ts_ns));
    }
    if (outage.to_ts_ns > kEndOfTime - 2 * kDay) return bad("to must lie before 2262");
  }
  if (config.random_every_ns != 0) {
    if (config.random_every_ns < kSecond || config.random_every_ns > 365 * kDay)
      return bad("every must be 0 (none) or 1s to 365d, found " + format_duration(config.random_every_ns));
    if (config.random_lasting_ns < kMicrosecond || config.random_lasting_ns > kDay)
      return bad("lasting must lie between 1us and 1d, found " + format_duration(config.random_lasting_ns));
  }
  if (config.reconnect_delay_ns < 0 || config.reconnect_delay_ns > kDay) {
    return bad("reconnect_delay must lie between 0 and 1d, found " +
               format_duration(config.reconnect_delay_ns));
  }
  return Done{};
}

OutageCursor::OutageCursor(const OutageConfig& config, std::uint64_t seed, std::uint32_t entity)
    : config_(&config), seed_(seed), entity_(entity), random_(seed, kOutageStream, 0) {
  LOCKSTEP_CHECK(std::is_sorted(config.scheduled.begin(), config.scheduled.end(),
                                [](const Outage& a, const Outage& b) { return a.from_ts_ns < b.from_ts_ns; }),
                 "a schedule is sorted before it is walked");
}

Outage OutageCursor::scheduled() const {
  if (next_scheduled_ >= config_->scheduled.size()) return {};
  const Outage& outage = config_->scheduled[next_scheduled_];
  return {outage.from_ts_ns, later(outage.to_ts_ns, config_->reconnect_delay_ns)};
}

void OutageCursor::begin_day(std::int64_t day) {
  day_ = day;
  random_ = RandomStream(seed_, kOutageStream,
                         std::uint64_t{entity_} << 32U | static_cast<std::uint32_t>(day & 0xFFFFFFFF));
  next_random_ = {day * kDay, day * kDay};
}

// The random outage after next_random_.
void OutageCursor::draw() {
  if (config_->random_every_ns == 0 || is_none(next_random_)) {
    next_random_ = {};
    return;
  }
  for (;;) {
    const TimeNs up_ts_ns = next_random_.to_ts_ns;
    const TimeNs from_ts_ns = up_ts_ns + exponential(random_, config_->random_every_ns);
    if (day_of(from_ts_ns) == day_) {
      const TimeNs to_ts_ns = from_ts_ns + exponential(random_, config_->random_lasting_ns);
      next_random_ = {from_ts_ns, to_ts_ns};
      return;
    }
    if (day_ >= kLastDay) {
      next_random_ = {};
      return;
    }
    begin_day(day_ + 1);
  }
}

void OutageCursor::advance() {
  const auto first_random = [this] {
    return is_none(next_random_)
               ? Outage{}
               : Outage{next_random_.from_ts_ns, later(next_random_.to_ts_ns, config_->reconnect_delay_ns)};
  };
  const auto take_first = [&] {
    const Outage by_schedule = scheduled();
    const Outage by_chance = first_random();
    if (by_schedule.from_ts_ns <= by_chance.from_ts_ns) {
      if (!is_none(by_schedule)) ++next_scheduled_;
      return by_schedule;
    }
    draw();
    return by_chance;
  };
  current_ = take_first();
  if (is_none(current_)) return;
  while (std::min(scheduled().from_ts_ns, first_random().from_ts_ns) <= current_.to_ts_ns)
    current_.to_ts_ns = std::max(take_first().to_ts_ns, current_.to_ts_ns);
}

void OutageCursor::begin(TimeNs ts_ns) {
  if (has_begun_) return;
  has_begun_ = true;
  begin_day(std::clamp(day_of(ts_ns) - 1, day_of(INT64_MIN) + 1, kLastDay));
  draw();
  advance();
}

void OutageCursor::pass(TimeNs ts_ns) {
  begin(ts_ns);
  while (current_.to_ts_ns <= ts_ns && !is_none(current_)) advance();
}

void OutageCursor::visit(StateVisitor& visitor) {
  visitor.field(has_begun_);
  visitor.field(next_scheduled_);
  for (Outage* outage : {&current_, &next_random_}) {
    visitor.field(outage->from_ts_ns);
    visitor.field(outage->to_ts_ns);
  }
  visitor.field(day_);
  std::uint64_t counter = random_.counter();
  visitor.field(counter);
  if (!visitor.is_loading()) return;
  if (counter > RandomStream::kMaxCounter || next_scheduled_ > config_->scheduled.size()) {
    visitor.fail();
    return;
  }
  random_ = RandomStream(seed_, kOutageStream,
                         std::uint64_t{entity_} << 32U | static_cast<std::uint32_t>(day_ & 0xFFFFFFFF));
  random_.seek(counter);
}

}  // namespace lockstep::sim
