#include "sim/connection.h"

#include <algorithm>
#include <string>

namespace lockstep::sim {
namespace {

constexpr std::uint32_t kOrderLatencyStream = 16;
constexpr std::uint32_t kAnswerLatencyStream = 17;
constexpr std::uint32_t kDoubtStream = 19;
constexpr std::uint32_t kMillion = 1'000'000;
constexpr std::size_t kReserve = 64;

std::shared_ptr<const ConnectionConfig> sorted(const ConnectionConfig& config) {
  auto copy = std::make_shared<ConnectionConfig>(config);
  // By both ends, so that equal beginnings have one order whatever the library's sort.
  std::sort(copy->outages.scheduled.begin(), copy->outages.scheduled.end(),
            [](const Outage& a, const Outage& b) {
              return a.from_ts_ns != b.from_ts_ns ? a.from_ts_ns < b.from_ts_ns : a.to_ts_ns < b.to_ts_ns;
            });
  return copy;
}

}  // namespace

Status validate(const ConnectionConfig& config) {
  const auto in = [](const std::string& leg, const Status& status) {
    return Error{status.error().code, leg, status.error().what};
  };
  if (const Status valid = validate(config.order_latency); !valid) return in("order latency", valid);
  if (const Status valid = validate(config.answer_latency); !valid) return in("answer latency", valid);
  if (config.rate_limits.size() > kMostRateLimits)
    return Error{ErrorCode::bad_input, "rate limits",
                 "may be 16 at most, found " + std::to_string(config.rate_limits.size())};
  for (const RateLimit& limit : config.rate_limits) {
    if (Status valid = validate(limit); !valid) return valid;
  }
  if (Status valid = validate(config.outages); !valid) return valid;
  if (config.lost_ppm > kMillion)
    return Error{ErrorCode::bad_input, "outages",
                 "lost must lie between 0 and 1000000 millionths, found " + std::to_string(config.lost_ppm)};
  return Done{};
}

Connection::Connection(const ConnectionConfig& config, std::uint64_t seed, std::uint16_t venue)
    : config_(sorted(config)),
      order_latency_(config.order_latency, RandomStream(seed, kOrderLatencyStream, venue)),
      answer_latency_(config.answer_latency, RandomStream(seed, kAnswerLatencyStream, venue)),
      doubt_random_(seed, kDoubtStream, venue) {
  LOCKSTEP_CHECK(validate(config).ok(), "a connection's configuration is valid");
  for (const RateLimit& limit : config.rate_limits) meters_.emplace_back(limit);
  if (config.outages.any()) {
    line_.emplace(config_->outages, seed, venue);
    if (config.cancel_on_disconnect) disconnects_.emplace(config_->outages, seed, venue);
  }
  in_flight_.reserve(kReserve);
}

Sent Connection::send(const Instruction& instruction) {
  const TimeNs sent_ns = instruction.event.recv_ts_ns;
  LOCKSTEP_CHECK(sent_ns >= last_sent_ns_, "instructions are sent in order of time");
  last_sent_ns_ = sent_ns;
  const Kind kind = instruction.event.kind;
  if (line_) {
    line_->pass(sent_ns);
    if (line_->current().from_ts_ns <= sent_ns) return {Reason::disconnected, sent_ns};
  }
  for (RateMeter& meter : meters_) {
    if (!meter.admits(kind, sent_ns)) return {Reason::rate_limited, sent_ns};
  }
  for (RateMeter& meter : meters_) meter.count(kind, sent_ns);
  Instruction sent = instruction;
  sent.arrival_ns = order_latency_.arrival(sent_ns);
  LOCKSTEP_CHECK(sent.arrival_ns >= sent_ns, "nothing arrives before it was sent");
  if (line_ && line_->current().from_ts_ns <= sent.arrival_ns && is_lost())
    return {Reason::disconnected, line_->current().to_ts_ns};
  in_flight_.push(sent);
  return {};
}

bool Connection::is_lost() {
  if (config_->lost_ppm == kMillion) return true;
  return doubt_random_.bernoulli(config_->lost_ppm, kMillion);
}

const Instruction* Connection::due(TimeNs before_exch_ts_ns) const {
  if (in_flight_.empty() || in_flight_.front().arrival_ns >= before_exch_ts_ns) return nullptr;
  return &in_flight_.front();
}

Instruction Connection::take() {
  const Instruction first = in_flight_.front();
  in_flight_.pop();
  return first;
}

TimeNs Connection::answer_ts_ns(TimeNs happened_ts_ns, TimeNs known_ts_ns) {
  TimeNs answer_ns = std::max(answer_latency_.arrival(happened_ts_ns), known_ts_ns);
  if (line_) {
    line_->pass(known_ts_ns);
    // A long answer may be on its way beyond the next outage; the cursor stays for what comes after it.
    OutageCursor ahead = *line_;
    ahead.pass(answer_ns);
    if (ahead.current().from_ts_ns <= answer_ns) answer_ns = ahead.current().to_ts_ns;
  }
  LOCKSTEP_CHECK(answer_ns >= known_ts_ns, "no answer comes before it can be known");
  return last_answer_ns_ = std::max(answer_ns, last_answer_ns_);
}

std::optional<TimeNs> Connection::disconnect_due(TimeNs before_exch_ts_ns) {
  if (!disconnects_) return std::nullopt;
  disconnects_->begin(before_exch_ts_ns);
  const TimeNs from_ts_ns = disconnects_->current().from_ts_ns;
  if (from_ts_ns >= before_exch_ts_ns) return std::nullopt;
  return from_ts_ns;
}

void Connection::take_disconnect() {
  LOCKSTEP_CHECK(disconnects_, "a line that never goes down has no disconnect to take");
  disconnects_->advance();
}

void Connection::visit(StateVisitor& visitor) {
  order_latency_.visit(visitor);
  answer_latency_.visit(visitor);
  for (RateMeter& meter : meters_) meter.visit(visitor);
  if (line_) line_->visit(visitor);
  if (disconnects_) disconnects_->visit(visitor);
  std::uint64_t counter = doubt_random_.counter();
  visitor.field(counter);
  if (visitor.is_loading()) {
    if (counter > RandomStream::kMaxCounter) {
      visitor.fail();
    } else {
      doubt_random_.seek(counter);
    }
  }
  in_flight_.visit(visitor, [&](Instruction& instruction) {
    visitor.record(instruction.event);
    visitor.record(instruction.terms);
    visitor.field(instruction.terms_detail);
    visitor.field(instruction.arrival_ns);
  });
  visitor.field(last_sent_ns_);
  visitor.field(last_answer_ns_);
}

}  // namespace lockstep::sim
