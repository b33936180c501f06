#include "feeds/synthetic/order_flow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/support/log_sample.h"

namespace lockstep::feeds {
namespace {

OrderFlowConfig flow_of(std::uint64_t events) {
  OrderFlowConfig config;
  config.seed = 5;
  config.start_ts_ns = 1'000'000'000;
  config.max_events = events;
  OrderFlowInstrument one;
  one.instrument.symbol = "X";
  one.instrument.venue = "made";
  one.instrument.base = "X";
  one.instrument.quote = one.instrument.settle = "USD";
  one.instrument.tick = 5;
  one.instrument.lot = 10;
  one.start_price = 10'000;
  one.volatility_per_sqrt_day = 0;
  one.events_per_second = 200;
  one.take_percent = 20;
  one.cancel_percent = 30;
  one.depth_ticks = 8;
  one.qty = 100;
  one.participants = 3;
  config.instruments = {one};
  return config;
}

std::vector<testing::OwnedEvent> events_of(const OrderFlowConfig& config) {
  OrderFlowSource source(config);
  return testing::read_all(source).events;
}

TEST(OrderFlow, what_it_sends_are_limits_within_the_depth_market_orders_and_cancels_of_what_rests) {
  std::set<std::uint64_t> rested;
  std::set<std::uint32_t> participants;
  std::uint64_t last_id = 0;
  double limits = 0;
  double takes = 0;
  double cancels = 0;
  double buys = 0;
  double qty = 0;
  for (const testing::OwnedEvent& owned : events_of(flow_of(20'000))) {
    ASSERT_EQ(owned.event.kind, Kind::flow);
    ASSERT_EQ(owned.event.recv_ts_ns, owned.event.exch_ts_ns);
    const auto flow = owned.event.as<Flow>();
    if (owned.event.detail == static_cast<std::uint8_t>(FlowAction::cancel)) {
      ++cancels;
      ASSERT_TRUE(rested.contains(flow.order_id));
      continue;
    }
    ASSERT_EQ(flow.order_id, ++last_id);
    participants.insert(flow.participant);
    ASSERT_GE(flow.qty, 10);
    ASSERT_EQ(flow.qty % 10, 0);
    qty += static_cast<double>(flow.qty);
    const bool is_buy = flow.side == static_cast<std::uint32_t>(Side::buy);
    buys += is_buy ? 1 : 0;
    if (flow.type == static_cast<std::uint16_t>(OrderType::market)) {
      ++takes;
      ASSERT_EQ(flow.price, kNoPrice);
      ASSERT_EQ(flow.time_in_force, static_cast<std::uint16_t>(TimeInForce::ioc));
      continue;
    }
    ++limits;
    rested.insert(flow.order_id);
    // The fair price stands still: 1 to 8 ticks of 5 behind 10,000.
    const Price away = is_buy ? 10'000 - flow.price : flow.price - 10'000;
    ASSERT_TRUE(away >= 5 && away <= 40 && away % 5 == 0) << flow.price;
  }
  EXPECT_EQ(participants, (std::set<std::uint32_t>{1, 2, 3}));
  // Binomial shares of 20,000: three standard deviations are about 1%.
  EXPECT_NEAR(takes / 20'000, 0.20, 0.01);
  EXPECT_NEAR(cancels / 20'000, 0.30, 0.01);
  EXPECT_NEAR(limits / 20'000, 0.50, 0.011);
  EXPECT_NEAR(buys / (takes + limits), 0.5, 0.013);
  // Exponential with mean 100, rounded down to lots of 10 and at least one: 10 / (e^0.1 - 1) for the rounded
  // part, and 10 more for the share 1 - e^-0.1 that was below a lot.
  const double expected = 10 / (std::exp(0.1) - 1) + 10 * (1 - std::exp(-0.1));
  EXPECT_NEAR(qty / (takes + limits), expected, 0.03 * expected);
}

TEST(OrderFlow, waits_are_exponential_with_the_mean_that_was_given) {
  const auto events = events_of(flow_of(20'000));
  double sum_s = 0;
  double longer = 0;
  TimeNs before = 1'000'000'000;
  for (const testing::OwnedEvent& owned : events) {
    const double wait_s = static_cast<double>(owned.event.exch_ts_ns - before) / 1e9;
    ASSERT_GT(wait_s, 0);
    sum_s += wait_s;
    longer += wait_s > 0.005 ? 1 : 0;
    before = owned.event.exch_ts_ns;
  }
  EXPECT_NEAR(sum_s / 20'000, 0.005, 0.0002);
  EXPECT_NEAR(longer / 20'000, std::exp(-1.0), 0.011);  // of an exponential, this share is above its mean
}

TEST(OrderFlow, the_fair_price_walks_as_far_as_its_volatility_says) {
  OrderFlowConfig config = flow_of(0);
  config.duration_ns = kDay / 24;
  config.instruments[0].volatility_per_sqrt_day = 0.05;
  config.instruments[0].start_price = 1'000'000;
  config.instruments[0].events_per_second = 0.5;
  double squares = 0;
  constexpr int kWalks = 200;
  for (int i = 0; i < kWalks; ++i) {
    config.seed = static_cast<std::uint64_t>(100 + i);
    Price last = 0;
    for (const testing::OwnedEvent& owned : events_of(config)) {
      const auto flow = owned.event.as<Flow>();
      if (flow.price != kNoPrice && flow.price != 0) last = flow.price;
    }
    const double change = std::log(static_cast<double>(last) / 1'000'000);
    squares += change * change;
  }
  // 5% a day is 5% / sqrt(24) in an hour; the estimate of a deviation from 200 walks is good to 5%.
  EXPECT_NEAR(std::sqrt(squares / kWalks), 0.05 / std::sqrt(24.0), 0.15 * 0.05 / std::sqrt(24.0));
}

TEST(OrderFlow, the_same_seed_makes_the_same_flow_another_seed_another) {
  OrderFlowConfig config = flow_of(500);
  const auto first = events_of(config);
  EXPECT_EQ(first, events_of(config));
  config.seed = 6;
  EXPECT_NE(first, events_of(config));
}

TEST(OrderFlow, an_instrument_does_not_feel_another_and_both_come_in_order_of_time) {
  OrderFlowConfig config = flow_of(1'000);
  const auto alone = events_of(config);
  config.instruments.push_back(config.instruments[0]);
  config.instruments[1].instrument.symbol = "Y";
  config.instruments[1].events_per_second = 50;
  const auto both = events_of(config);
  std::size_t own = 0;
  for (std::size_t i = 0; i < both.size(); ++i) {
    if (i > 0) {
      ASSERT_LE(both[i - 1].event.exch_ts_ns, both[i].event.exch_ts_ns);
    }
    if (both[i].event.instrument == 0) {
      ASSERT_EQ(both[i], alone[own++]);
    }
  }
  EXPECT_NEAR(static_cast<double>(own) / 1'000, 0.8, 0.04);
}

TEST(OrderFlow, seek_goes_on_as_if_all_before_had_been_read) {
  const auto all = events_of(flow_of(3'000));
  OrderFlowSource source(flow_of(3'000));
  for (const std::size_t from : {std::size_t{0}, std::size_t{1}, std::size_t{1'700}, std::size_t{2'999}}) {
    ASSERT_TRUE(source.seek(from).ok());
    const auto rest = testing::read_all(source).events;
    EXPECT_EQ(rest,
              std::vector<testing::OwnedEvent>(all.begin() + static_cast<std::ptrdiff_t>(from), all.end()));
  }
  EXPECT_FALSE(source.seek(3'001).ok());
}

TEST(OrderFlow, what_is_out_of_range_is_named) {
  const auto complaint = [](auto change) {
    OrderFlowConfig config = flow_of(1);
    change(config, config.instruments[0]);
    const Status valid = validate(config);
    return valid ? "" : valid.error().where;
  };
  using Config = OrderFlowConfig;
  using One = OrderFlowInstrument;
  EXPECT_EQ(complaint([](Config&, One&) {}), "");
  EXPECT_EQ(complaint([](Config& c, One&) { c.max_events = 0; }), "duration");
  EXPECT_EQ(complaint([](Config&, One& one) { one.depth_ticks = 0; }), "instruments.0.depth_ticks");
  EXPECT_EQ(complaint([](Config&, One& one) { one.start_price = 80; }), "instruments.0.price");
  EXPECT_EQ(complaint([](Config&, One& one) { one.start_price = 10'001; }), "instruments.0.price");
  EXPECT_EQ(complaint([](Config&, One& one) { one.take_percent = 71; }), "instruments.0.take_percent");
  EXPECT_EQ(complaint([](Config&, One& one) { one.qty = 9; }), "instruments.0.qty");
  EXPECT_EQ(complaint([](Config&, One& one) { one.participants = 0; }), "instruments.0.participants");
}

}  // namespace
}  // namespace lockstep::feeds
