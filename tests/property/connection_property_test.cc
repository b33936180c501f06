#include "sim/connection.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace lockstep::sim {
namespace {

struct Trial {
  ConnectionConfig config;
  std::vector<DurationNs> gaps_ns;  // between what is sent
  std::vector<Kind> kinds;
};

Trial any_trial() {
  Trial trial;
  ConnectionConfig& config = trial.config;
  const auto below = [](int bound) { return *rc::gen::inRange(0, bound); };
  for (LatencyModel* model : {&config.order_latency, &config.answer_latency}) {
    *model = {static_cast<LatencyKind>(below(4)), below(2'000'000), below(200) / 100.0, below(1'000)};
    model->high_ns = below(3'000'000);
    model->shape = 2;
    model->scale_ns = below(1'000'000);
    model->rate.factor = below(2);
    model->rate.of = below(2) == 0 ? RateOf::carried : RateOf::market;
  }
  const int limits = below(3);
  for (int i = 0; i < limits; ++i) {
    RateLimit limit;
    limit.count = static_cast<std::uint32_t>(3 + below(8));
    limit.per_ns = kMicrosecond + below(20'000'000);
    limit.window = static_cast<RateWindow>(below(3));
    limit.weights = {1, static_cast<std::uint32_t>(below(2)), 3, 1, 2};
    config.rate_limits.push_back(limit);
  }
  const int outages = below(4);
  for (int i = 0; i < outages; ++i) {
    const TimeNs from_ts_ns = below(100'000'000);
    config.outages.scheduled.push_back({from_ts_ns, from_ts_ns + 1 + below(10'000'000)});
  }
  if (below(2) == 0) {
    config.outages.random_every_ns = kSecond;
    config.outages.random_lasting_ns = 100 * kMillisecond;
  }
  config.outages.reconnect_delay_ns = below(2) * below(5'000'000);
  config.lost_ppm = below(2) == 0 ? 1'000'000 : 300'000;
  config.cancel_on_disconnect = below(2) == 0;
  constexpr Kind kKinds[] = {Kind::submit, Kind::cancel, Kind::replace, Kind::cancel_all, Kind::mass_quote};
  const int count = below(80);
  // Most of them close together, some far apart.
  for (int i = 0; i < count; ++i) {
    trial.gaps_ns.push_back(below(10) == 0 ? below(300'000'000) : below(3'000'000));
    trial.kinds.push_back(kKinds[below(5)]);
  }
  return trial;
}

Instruction instruction(const Trial& trial, std::size_t i, TimeNs sent_ns) {
  Instruction out;
  out.event.kind = trial.kinds[i];
  out.event.recv_ts_ns = sent_ns;
  out.event.set(OrderInstruction{i + 1, 0, 0, 0, 0, 0});
  return out;
}

bool is_down(const OutageConfig& config, TimeNs ts_ns) {
  return std::any_of(config.scheduled.begin(), config.scheduled.end(), [&](const Outage& outage) {
    return ts_ns >= outage.from_ts_ns && ts_ns < outage.to_ts_ns + config.reconnect_delay_ns;
  });
}

// Everything that can be seen of a connection, in order.
struct Seen {
  std::vector<TimeNs> words;
  friend bool operator==(const Seen&, const Seen&) = default;
};

// One step of a venue: the time passes, something is sent, what is due is answered.
void step(Connection& line, const Trial& trial, std::size_t i, TimeNs now_ns, Seen& seen) {
  line.see_market(now_ns - 1);
  const Sent sent = line.send(instruction(trial, i, now_ns));
  seen.words.push_back(static_cast<TimeNs>(sent.refusal));
  seen.words.push_back(sent.answer_ts_ns);
  for (std::optional<TimeNs> down = line.disconnect_due(now_ns); down; down = line.disconnect_due(now_ns)) {
    seen.words.push_back(*down);
    line.take_disconnect();
  }
  while (line.due(now_ns) != nullptr) {
    const Instruction arrived = line.take();
    seen.words.push_back(arrived.arrival_ns);
    seen.words.push_back(line.answer_ts_ns(arrived.arrival_ns, now_ns));
  }
}

RC_GTEST_PROP(Connection, everything_sent_arrives_in_order_or_is_refused_and_nothing_else_comes, ()) {
  const Trial trial = any_trial();
  RC_ASSERT(validate(trial.config).ok());
  Connection line(trial.config, 1, 0);
  TimeNs now_ns = 0;
  std::vector<OrderId> under_way;
  std::vector<TimeNs> sent_ns;
  std::vector<OrderId> arrived;
  TimeNs last_arrival_ns = INT64_MIN;
  TimeNs last_answer_ns = INT64_MIN;
  const auto take_due = [&](TimeNs before_ns) {
    while (line.due(before_ns) != nullptr) {
      const Instruction one = line.take();
      const OrderId id = one.event.as<OrderInstruction>().order_id;
      arrived.push_back(id);
      RC_ASSERT(one.arrival_ns >= last_arrival_ns);
      RC_ASSERT(one.arrival_ns >= one.event.recv_ts_ns + trial.config.order_latency.minimum_ns);
      last_arrival_ns = one.arrival_ns;
      const TimeNs known_ns = std::max(now_ns, one.arrival_ns);
      const TimeNs answer_ns = line.answer_ts_ns(one.arrival_ns, known_ns);
      RC_ASSERT(answer_ns >= known_ns);
      RC_ASSERT(answer_ns >= one.arrival_ns + trial.config.answer_latency.minimum_ns);
      RC_ASSERT(answer_ns >= last_answer_ns);
      RC_ASSERT(!is_down(trial.config.outages, answer_ns));
      last_answer_ns = answer_ns;
    }
  };
  for (std::size_t i = 0; i < trial.gaps_ns.size(); ++i) {
    now_ns += trial.gaps_ns[i];
    const Sent sent = line.send(instruction(trial, i, now_ns));
    if (is_down(trial.config.outages, now_ns)) RC_ASSERT(sent.refusal == Reason::disconnected);
    if (sent.refusal == Reason::none) {
      under_way.push_back(i + 1);
    } else {
      RC_ASSERT(sent.refusal == Reason::rate_limited || sent.refusal == Reason::disconnected);
      RC_ASSERT(sent.answer_ts_ns >= now_ns);
      RC_ASSERT(sent.refusal == Reason::disconnected || sent.answer_ts_ns == now_ns);
      if (sent.answer_ts_ns > now_ns) RC_ASSERT(!is_down(trial.config.outages, sent.answer_ts_ns));
    }
    RC_ASSERT(line.in_flight() + arrived.size() == under_way.size());
    take_due(now_ns);
  }
  take_due(kEndOfTime);
  RC_ASSERT(arrived == under_way);
}

// The oracle: for each window of the limit that ends with something sent, the sum of the weights in it.
RC_GTEST_PROP(Connection, never_more_than_the_limit_in_any_sliding_window, ()) {
  Trial trial = any_trial();
  trial.config.outages = {};
  for (RateLimit& limit : trial.config.rate_limits) limit.window = RateWindow::sliding;
  Connection line(trial.config, 1, 0);
  TimeNs now_ns = 0;
  std::vector<std::pair<TimeNs, Kind>> passed;
  for (std::size_t i = 0; i < trial.gaps_ns.size(); ++i) {
    now_ns += trial.gaps_ns[i] / 4;
    bool has_room = true;
    for (const RateLimit& limit : trial.config.rate_limits) {
      std::uint64_t sum = limit.weights.of(trial.kinds[i]);
      for (const auto& [ts_ns, kind] : passed) {
        if (ts_ns > now_ns - limit.per_ns) sum += limit.weights.of(kind);
      }
      has_room = has_room && sum <= limit.count;
    }
    const Sent sent = line.send(instruction(trial, i, now_ns));
    RC_ASSERT((sent.refusal == Reason::none) == has_room);
    if (has_room) passed.emplace_back(now_ns, trial.kinds[i]);
  }
}

RC_GTEST_PROP(Connection, a_restored_one_goes_on_as_the_old_one, ()) {
  const Trial trial = any_trial();
  const std::size_t half =
      trial.gaps_ns.empty() ? 0 : *rc::gen::inRange<std::size_t>(0, trial.gaps_ns.size());
  Connection line(trial.config, 5, 2);
  Seen before;
  TimeNs now_ns = 0;
  std::size_t i = 0;
  for (; i < half; ++i) step(line, trial, i, now_ns += trial.gaps_ns[i], before);
  StateVisitor saving = StateVisitor::saving();
  line.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Connection restored(trial.config, 5, 2);
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  RC_ASSERT(loading.complete());
  Seen old_one;
  Seen new_one;
  TimeNs restored_ns = now_ns;
  for (std::size_t k = i; k < trial.gaps_ns.size(); ++k) {
    step(line, trial, k, now_ns += trial.gaps_ns[k], old_one);
    step(restored, trial, k, restored_ns += trial.gaps_ns[k], new_one);
  }
  RC_ASSERT(old_one == new_one);
  StateVisitor a = StateVisitor::digesting();
  StateVisitor b = StateVisitor::digesting();
  line.visit(a);
  restored.visit(b);
  RC_ASSERT(a.digest() == b.digest());
}

}  // namespace
}  // namespace lockstep::sim
