// A market of its own: our orders among those of others, by price and time, and what is published of it. Each
// sequence is worked out by hand.
#include "sim/exchange.h"

#include <gtest/gtest.h>

#include <memory>

#include "sim/sim_venue.h"
#include "tests/support/events.h"
#include "tests/support/keepers.h"

namespace lockstep {
namespace {

using Told = std::vector<std::string>;

constexpr Side kBuy = Side::buy;
constexpr Side kSell = Side::sell;

class Pit {
 public:
  explicit Pit(sim::ExchangeConfig exchange = {}, DurationNs order_latency_ns = 0) {
    sim::SimConfig config;
    config.connection.order_latency.median_ns = order_latency_ns;
    config.fees = {{}};
    config.exchanges = {exchange};
    venue_ = std::make_unique<sim::SimVenue>(std::vector<Instrument>{test::plain_instrument()}, config);
  }

  void flow(TimeNs ts_ns, std::uint64_t id, Side side, Price price, Qty qty,
            TimeInForce time_in_force = TimeInForce::gtc) {
    Event event;
    event.kind = Kind::flow;
    event.detail = static_cast<std::uint8_t>(FlowAction::add);
    event.set(Flow{id, price, qty, 9, static_cast<std::uint16_t>(OrderType::limit),
                   static_cast<std::uint16_t>(time_in_force), static_cast<std::uint32_t>(side), 0});
    see(ts_ns, event);
  }
  void cancel_flow(TimeNs ts_ns, std::uint64_t id, Qty qty = 0) {
    Event event;
    event.kind = Kind::flow;
    event.detail = static_cast<std::uint8_t>(FlowAction::cancel);
    event.set(Flow{id, kNoPrice, qty, 9, 0, 0, 0, 0});
    see(ts_ns, event);
  }
  void status(TimeNs ts_ns, TradingStatus status) { see(ts_ns, test::status(ts_ns, status)); }
  void see(TimeNs ts_ns, Event event) {
    event.recv_ts_ns = event.exch_ts_ns = ts_ns;
    event.instrument = 0;
    venue_->on_market(event, {}, books_, answers_);
  }
  OrderId submit(TimeNs ts_ns, Side side, Price price, Qty qty, TimeInForce time_in_force = TimeInForce::gtc,
                 OrderType type = OrderType::limit) {
    instruct(
        ts_ns, Kind::submit, side,
        {++last_id_, price, qty, static_cast<std::uint32_t>(price == kNoPrice ? OrderType::market : type),
         static_cast<std::uint32_t>(time_in_force), kNoPrice});
    return last_id_;
  }
  void instruct(TimeNs ts_ns, Kind kind, Side side, const OrderInstruction& terms) {
    Event event;
    event.recv_ts_ns = ts_ns;
    event.instrument = 0;
    event.kind = kind;
    event.detail = static_cast<std::uint8_t>(side);
    event.set(terms);
    venue_->instruct(event, answers_);
  }
  void instruct_terms(const Event& terms) { venue_->instruct(terms, answers_); }
  void finish(TimeNs ts_ns) { venue_->finish(ts_ns, books_, answers_); }

  // What we are told of our orders, and what everybody is told.
  Told ours() { return told(true); }
  Told news() { return told(false); }

 private:
  Told told(bool of_ours) {
    Told out;
    std::vector<Event> rest;
    for (const Event& event : answers_.events) {
      if (is_market(event.kind) == of_ours) {
        rest.push_back(event);
      } else {
        out.push_back(text(event));
      }
    }
    answers_.events = rest;
    return out;
  }
  static std::string text(const Event& event) {
    const auto n = [](auto value) { return std::to_string(value & ~(std::uint64_t{1} << 63U)); };
    if (event.kind == Kind::order_action) {
      const auto a = event.as<OrderAction>();
      return std::string(to_string(static_cast<OrderActionType>(event.detail))) + " " + n(a.order_id) + " " +
             std::string(to_string(static_cast<Side>(a.side))) + " " + std::to_string(a.qty) + "@" +
             std::to_string(a.price);
    }
    if (event.kind == Kind::trade) {
      return ((event.flags & kFlagAuction) != 0 ? "auction " : "trade ") +
             std::to_string(event.as<Trade>().qty) + "@" + std::to_string(event.as<Trade>().price);
    }
    if (event.kind == Kind::status)
      return "status " + std::string(to_string(static_cast<TradingStatus>(event.detail)));
    if (event.kind == Kind::quote) {
      const auto q = event.as<Quote>();
      return "quote " + std::to_string(q.bid_qty) + "@" +
             (q.bid_price == kNoPrice ? "-" : std::to_string(q.bid_price)) + " " + std::to_string(q.ask_qty) +
             "@" + (q.ask_price == kNoPrice ? "-" : std::to_string(q.ask_price));
    }
    if (is_fill(event.kind)) {
      const auto f = event.as<Fill>();
      return n(f.order_id) + " " + std::string(to_string(static_cast<Side>(event.detail))) + " " +
             std::to_string(f.qty) + "@" + std::to_string(f.price) + " leaves " +
             std::to_string(f.leaves_qty) + ((event.flags & kFlagMaker) != 0 ? " maker" : "");
    }
    const auto r = event.as<OrderReport>();
    const auto reason = static_cast<Reason>(event.detail);
    return n(r.order_id) + " " + std::string(to_string(event.kind)) +
           (reason == Reason::none ? "" : " " + std::string(to_string(reason)));
  }

  std::unique_ptr<sim::SimVenue> venue_;
  Books books_{1};
  test::KeptAnswers answers_;
  OrderId last_id_ = 0;
};

TEST(Exchange, our_order_stands_in_the_real_queue_and_others_behind_it) {
  Pit pit;
  pit.flow(100, 1, kBuy, 99, 10);
  pit.submit(101, kBuy, 99, 5);
  pit.flow(110, 2, kBuy, 99, 10);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted"}));
  pit.flow(120, 3, kSell, 99, 12);  // 10 of the first, 2 of ours
  EXPECT_EQ(pit.ours(), (Told{"1 buy 2@99 leaves 3 maker"}));
  pit.cancel_flow(130, 2);
  pit.flow(140, 4, kSell, 99, 9);  // 3 of ours, 6 rest
  EXPECT_EQ(pit.ours(), (Told{"1 buy 3@99 leaves 0 maker"}));
  EXPECT_EQ(pit.news(),
            (Told{"add 1 buy 10@99", "add 1 buy 5@99", "add 2 buy 10@99", "execute 1 buy 10@99",
                  "execute 1 buy 2@99", "cancel 2 buy 10@99", "execute 1 buy 3@99", "add 4 sell 6@99"}));
}

TEST(Exchange, what_we_take_is_gone_for_everybody) {
  Pit pit;
  pit.flow(100, 1, kSell, 101, 10);
  pit.flow(100, 2, kSell, 102, 10);
  pit.submit(101, kBuy, kNoPrice, 12);
  pit.flow(110, 3, kBuy, 102, 10);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted", "1 buy 10@101 leaves 2", "1 buy 2@102 leaves 0"}));
  EXPECT_EQ(pit.news(), (Told{"add 1 sell 10@101", "add 2 sell 10@102", "execute 1 sell 10@101",
                              "execute 2 sell 2@102", "execute 2 sell 8@102", "add 3 buy 2@102"}));
}

TEST(Exchange, an_order_meets_the_market_as_it_stood_at_its_arrival) {
  Pit pit({}, 10);
  pit.flow(100, 1, kSell, 101, 10);
  pit.submit(101, kBuy, 105, 10);  // arrives at 111
  pit.flow(111, 2, kSell, 100, 10);
  EXPECT_EQ(pit.ours(), Told{});
  pit.flow(112, 3, kSell, 99, 10);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted", "1 buy 10@100 leaves 0"}));
}

TEST(Exchange, refusals_and_remainders_have_our_reasons) {
  Pit pit;
  pit.flow(100, 1, kSell, 101, 10);
  pit.submit(101, kBuy, 101, 20, TimeInForce::fok);
  pit.submit(101, kBuy, 101, 4, TimeInForce::ioc);
  pit.submit(101, kBuy, 100, 4, TimeInForce::ioc);
  pit.submit(101, kSell, kNoPrice, 4);
  pit.submit(101, kBuy, 101, 4, TimeInForce::at_open);
  pit.flow(110, 2, kSell, 103, 1);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted", "1 cancelled fill_or_kill", "2 accepted", "2 buy 4@101 leaves 0",
                              "3 accepted", "3 cancelled immediate_or_cancel", "4 accepted",
                              "4 cancelled no_liquidity", "5 rejected not_in_this_phase"}));
}

TEST(Exchange, cancel_and_replace_reach_the_book) {
  Pit pit;
  pit.flow(100, 1, kBuy, 98, 10);
  const OrderId id = pit.submit(101, kBuy, 99, 5);
  pit.instruct(102, Kind::replace, kBuy, {id, 98, 8, 1, 0, kNoPrice});  // behind the first one now
  pit.flow(110, 2, kSell, 98, 12);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted", "1 replaced", "1 buy 2@98 leaves 6 maker"}));
  pit.instruct(111, Kind::replace, kBuy, {id, 98, 4, 1, 0, kNoPrice});  // 2 are filled, 2 stay
  pit.flow(112, 3, kSell, 98, 1);
  EXPECT_EQ(pit.ours(), (Told{"1 replaced", "1 buy 1@98 leaves 1 maker"}));
  pit.instruct(113, Kind::cancel, kBuy, {id, 98, 4, 1, 0, kNoPrice});
  pit.flow(114, 4, kSell, 98, 5);
  EXPECT_EQ(pit.ours(), (Told{"1 cancelled requested"}));
  pit.instruct(115, Kind::cancel, kBuy, {id, 98, 4, 1, 0, kNoPrice});
  pit.flow(116, 5, kSell, 120, 5);
  EXPECT_EQ(pit.ours(), (Told{"1 cancel_rejected already_done"}));
}

TEST(Exchange, our_own_orders_do_not_trade_with_each_other_where_that_is_prevented) {
  sim::ExchangeConfig config;
  config.matching.self_trade = matching::SelfTrade::cancel_oldest;
  Pit pit(config);
  pit.flow(99, 7, kSell, 102, 1);
  pit.submit(100, kSell, 101, 5);
  pit.submit(101, kBuy, 101, 5);
  pit.flow(110, 1, kSell, 103, 1);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted", "2 accepted", "1 cancelled self_trade"}));
}

TEST(Exchange, an_auction_uncrosses_at_one_price_and_is_published_as_a_print) {
  Pit pit;
  pit.status(100, TradingStatus::pre_open);
  pit.flow(101, 1, kSell, 100, 10);
  pit.submit(102, kBuy, 102, 6, TimeInForce::at_open);
  pit.submit(102, kBuy, 99, 6, TimeInForce::at_open);
  pit.flow(110, 2, kBuy, 101, 6);
  EXPECT_EQ(pit.news(), (Told{"status pre_open", "add 1 sell 10@100", "add 1 buy 6@102", "add 2 buy 6@99",
                              "add 2 buy 6@101"}));
  pit.status(120, TradingStatus::trading);
  // At 101 and 100: 12 against 10, the imbalance is all on the buying side: the higher one.
  EXPECT_EQ(pit.ours(),
            (Told{"1 accepted", "2 accepted", "1 buy 6@101 leaves 0", "2 expired time_in_force"}));
  const Told news = pit.news();
  EXPECT_EQ(news[0], "status trading");
  EXPECT_EQ(news[1], "auction 10@101");
}

TEST(Exchange, quotes_and_trades_may_be_all_that_is_published) {
  sim::ExchangeConfig config;
  config.publish = sim::Publish::quotes;
  Pit pit(config);
  pit.flow(100, 1, kBuy, 99, 10);
  pit.flow(101, 2, kBuy, 98, 10);
  pit.flow(102, 3, kSell, 99, 4);
  EXPECT_EQ(pit.news(), (Told{"quote 10@99 0@-", "trade 4@99", "quote 6@99 0@-"}));
}

TEST(Exchange, a_stop_of_ours_sees_the_market_of_the_venue_and_not_what_was_published) {
  sim::ExchangeConfig config;
  config.feed_latency.median_ns = 1'000'000;
  Pit pit(config);
  pit.flow(100, 1, kSell, 105, 10);
  pit.flow(101, 2, kSell, 106, 10);
  Event terms;
  terms.recv_ts_ns = 102;
  terms.instrument = 0;
  terms.kind = Kind::order_terms;
  terms.detail = pack_terms(TrailUnit::none, TriggerSource::last, Contingency::none);
  terms.set(OrderTerms{1, 105, 0, kNoTime, 0});
  pit.instruct_terms(terms);
  pit.instruct(102, Kind::submit, kBuy,
               {1, kNoPrice, 3, static_cast<std::uint32_t>(OrderType::stop), 0, kNoPrice});
  pit.flow(103, 3, kBuy, 105, 1);  // the trade at 105, long before anybody is told
  pit.flow(104, 4, kSell, 110, 1);
  EXPECT_EQ(pit.ours(), (Told{"1 accepted", "1 triggered", "1 buy 3@105 leaves 0"}));
}

TEST(Exchange, what_it_publishes_takes_as_long_as_the_model_of_its_feed_says_and_keeps_its_order) {
  sim::SimConfig config;
  config.fees = {{}};
  sim::ExchangeConfig exchange;
  exchange.feed_latency.kind = LatencyKind::uniform;
  exchange.feed_latency.low_ns = kMillisecond;
  exchange.feed_latency.high_ns = 3 * kMillisecond;
  config.exchanges = {exchange};
  sim::SimVenue venue(std::vector<Instrument>{test::plain_instrument()}, config);
  const Books books(1);
  test::KeptAnswers answers;
  for (std::uint64_t i = 0; i < 500; ++i) {
    Event event;
    event.recv_ts_ns = event.exch_ts_ns = kSecond + static_cast<TimeNs>(i) * 10 * kMillisecond;
    event.instrument = 0;
    event.kind = Kind::flow;
    event.detail = static_cast<std::uint8_t>(FlowAction::add);
    Flow flow{};
    flow.order_id = i + 1;
    flow.price = 100;
    flow.qty = 1;
    flow.participant = 1;
    flow.side = static_cast<std::uint32_t>(Side::buy);
    flow.type = static_cast<std::uint16_t>(OrderType::limit);
    event.set(flow);
    venue.on_market(event, {}, books, answers);
  }
  ASSERT_GE(answers.events.size(), 500U);
  double sum_ms = 0;
  double actions = 0;
  TimeNs before = 0;
  for (const Event& event : answers.events) {
    EXPECT_GE(event.recv_ts_ns, before);
    before = event.recv_ts_ns;
    if (event.kind != Kind::order_action) continue;
    const DurationNs delay_ns = event.recv_ts_ns - event.exch_ts_ns;
    ASSERT_TRUE(delay_ns >= kMillisecond && delay_ns <= 3 * kMillisecond) << delay_ns;
    sum_ms += static_cast<double>(delay_ns) / 1e6;
    ++actions;
  }
  EXPECT_NEAR(sum_ms / actions, 2.0, 0.1);  // three standard errors: 3 x 2 / sqrt(12 x 500) = 0.08
}

TEST(Exchange, the_last_action_of_what_one_command_led_to_says_so) {
  sim::SimConfig config;
  config.fees = {{}};
  config.exchanges = {sim::ExchangeConfig{}};
  sim::SimVenue venue(std::vector<Instrument>{test::plain_instrument()}, config);
  Books books(1);
  test::KeptAnswers answers;
  const auto add = [&](std::uint64_t id, Side side, Price price, Qty qty) {
    Event event;
    event.recv_ts_ns = event.exch_ts_ns = static_cast<TimeNs>(id);
    event.instrument = 0;
    event.kind = Kind::flow;
    event.set(Flow{id, price, qty, 1, 1, 0, static_cast<std::uint32_t>(side), 0});
    venue.on_market(event, {}, books, answers);
  };
  add(1, kSell, 101, 5);
  add(2, kSell, 102, 5);
  add(3, kBuy, 102, 12);  // two executions, and 2 rest
  std::vector<std::uint32_t> flags;
  for (const Event& event : answers.events) flags.push_back(event.as<OrderAction>().venue_flags);
  EXPECT_EQ(flags, (std::vector<std::uint32_t>{kLastOfMessage, kLastOfMessage, 0, 0, kLastOfMessage}));
}

TEST(Exchange, a_snapshot_in_the_middle_goes_on_to_the_same_answers) {
  sim::SimConfig config;
  config.fees = {{}};
  config.exchanges = {sim::ExchangeConfig{}};
  const std::vector<Instrument> instruments{test::plain_instrument()};
  sim::SimVenue first(instruments, config);
  sim::SimVenue second(instruments, config);
  Books books(1);
  test::KeptAnswers before;
  test::KeptAnswers a;
  test::KeptAnswers b;
  const auto add = [&](sim::SimVenue& venue, TimeNs ts_ns, std::uint64_t id, Side side, Price price,
                       test::KeptAnswers& answers) {
    Event event;
    event.recv_ts_ns = event.exch_ts_ns = ts_ns;
    event.instrument = 0;
    event.kind = Kind::flow;
    event.set(Flow{id, price, 5, 1, 1, 0, static_cast<std::uint32_t>(side), 0});
    venue.on_market(event, {}, books, answers);
  };
  for (std::uint64_t i = 1; i < 20; ++i)
    add(first, static_cast<TimeNs>(i), i, i % 2 == 0 ? kBuy : kSell, 100 + static_cast<Price>(i * 7 % 5),
        before);
  StateVisitor saving = StateVisitor::saving();
  first.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  StateVisitor loading = StateVisitor::loading(bytes);
  second.visit(loading);
  ASSERT_TRUE(loading.complete());
  for (std::uint64_t i = 20; i < 40; ++i) {
    for (auto* pair : {&first, &second})
      add(*pair, static_cast<TimeNs>(i), i, i % 3 == 0 ? kBuy : kSell, 100 + static_cast<Price>(i * 3 % 5),
          pair == &first ? a : b);
  }
  EXPECT_EQ(a.events, b.events);
  EXPECT_FALSE(a.events.empty());
}

}  // namespace
}  // namespace lockstep
