// No fill without its support in the recorded market: random orders among real recordings, for every queue
// model, judged by a checker that knows no queue.
#include <gtest/gtest.h>

#include "engine/core/random.h"
#include "feeds/files/kinds.h"
#include "sim/sim_venue.h"
#include "tests/support/data.h"
#include "tests/support/fill_checker.h"
#include "tests/support/imported.h"
#include "tests/support/keepers.h"

namespace lockstep {
namespace {

// The best prices as they stand, from whichever kind of feed.
Top top_of(const Books& books, const std::map<Price, Qty>& bids, const std::map<Price, Qty>& asks) {
  if (bids.empty() || asks.empty()) return books[0].top();
  return {bids.rbegin()->first, asks.begin()->first, bids.rbegin()->second, asks.begin()->second};
}

struct Counts {
  Qty taken = 0;
  Qty made = 0;
};

// Plays the first instrument's events with an order every `pace` events, cancelled some time later.
Counts play(const test::Imported& data, sim::QueueModelKind kind, std::size_t pace, Price spread_ticks) {
  sim::SimConfig config;
  config.fees.resize(1);
  config.fills.resize(1);
  config.fills[0].queue.kind = kind;
  config.fills[0].queue.exponent = 2;
  std::vector<Instrument> instruments = {data.instruments[0]};
  const Price tick = std::max<Price>(1, instruments[0].tick);
  sim::SimVenue venue(instruments, config);
  Books books(1);
  std::map<std::uint64_t, std::pair<Side, Level>> orders;
  std::map<Price, Qty> bids;
  std::map<Price, Qty> asks;
  test::FillChecker checker;
  test::KeptAnswers answers;
  RandomStream random(11, 1, static_cast<std::uint64_t>(kind));
  OrderId id = 0;
  std::size_t number = 0;
  TimeNs now = 0;
  for (const Event& event : data.events) {
    if (event.instrument != 0) continue;
    std::span<const Level> levels;
    if (event.kind == Kind::book) levels = data.levels;
    now = std::max(now, event.exch_ts_ns == kNoTime ? event.recv_ts_ns : event.exch_ts_ns);
    const std::size_t before = answers.events.size();
    venue.on_market(event, levels, books, answers);
    const std::string wrong =
        checker.check(event, levels, std::span<const Event>(answers.events).subspan(before));
    EXPECT_EQ(wrong, "") << "event " << number << " of "
                         << sim::kQueueModelNames[static_cast<std::size_t>(kind)];
    if (!wrong.empty()) return {};
    books.apply(event, levels);
    if (event.kind == Kind::order_action) {
      // Enough to know the touch.
      const auto action = event.as<OrderAction>();
      const auto known = orders.find(action.order_id);
      const auto change = [&](Side side, Price price, Qty by) {
        auto& ladder = side == Side::buy ? bids : asks;
        if ((ladder[price] += by) <= 0) ladder.erase(price);
      };
      const auto type = static_cast<OrderActionType>(event.detail);
      if (type == OrderActionType::clear) {
        orders.clear();
        bids.clear();
        asks.clear();
      } else if (type == OrderActionType::add || type == OrderActionType::modify) {
        if (known != orders.end()) {
          change(known->second.first, known->second.second.price, -known->second.second.qty);
          orders.erase(known);
        }
        const auto side = static_cast<Side>(static_cast<std::uint8_t>(action.side));
        if (action.qty > 0) {
          orders[action.order_id] = {side, {action.price, action.qty}};
          change(side, action.price, action.qty);
        }
      } else if (type != OrderActionType::trade && known != orders.end() &&
                 (action.venue_flags & kDoesNotChangeBook) == 0) {
        const Qty off = std::min(action.qty, known->second.second.qty);
        change(known->second.first, known->second.second.price, -off);
        if ((known->second.second.qty -= off) == 0) orders.erase(known);
      }
    }
    if (++number % pace != 0) continue;
    const Top top = top_of(books, bids, asks);
    if (!top.has_both()) continue;
    Event order;
    order.instrument = 0;
    order.recv_ts_ns = now;
    if (id > 3 && random.bernoulli(1, 3)) {
      order.kind = Kind::cancel;
      order.set(OrderInstruction{id - 3, 0, 0, 0, 0, kNoPrice});
    } else {
      order.kind = Kind::submit;
      const Side side = random.bernoulli(1, 2) ? Side::buy : Side::sell;
      const Price away = random.uniform_int(-1, spread_ticks) * tick;
      const Price price = side == Side::buy ? top.bid_price - away : top.ask_price + away;
      const Qty most = std::max<Qty>(2, side == Side::buy ? top.ask_qty * 2 : top.bid_qty * 2);
      const bool is_market = random.bernoulli(1, 12);
      const Qty qty = random.uniform_int(1, most);
      order.detail = static_cast<std::uint8_t>(side);
      order.set(OrderInstruction{++id, is_market ? kNoPrice : price, qty,
                                 static_cast<std::uint32_t>(is_market ? OrderType::market : OrderType::limit),
                                 0, kNoPrice});
      checker.note_submit(order);
    }
    venue.instruct(order, answers);
  }
  return {checker.taken(), checker.made()};
}

void expect_support(const std::string& kind, const std::string& path, std::size_t pace, Price spread_ticks) {
  feeds::ImportOptions options;
  options.paths = {path};
  const test::Imported data = test::import_all(feeds::open_import(kind, options));
  ASSERT_EQ(data.error_text(), "");
  ASSERT_FALSE(data.events.empty());
  Qty taken = 0;
  Qty made = 0;
  for (std::size_t model = 0; model < sim::kQueueModelNames.size(); ++model) {
    const Counts counts = play(data, static_cast<sim::QueueModelKind>(model), pace, spread_ticks);
    taken += counts.taken;
    made += counts.made;
  }
  EXPECT_GT(taken, 0);
  EXPECT_GT(made, 0);
}

TEST(FillSupport, binance_levels_and_trades) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  expect_support("binance-ws",
                 (test::data_dir() / "crypto/binance_hftbacktest/usdm/btcusdt_20240808.gz").string(), 40, 3);
}

TEST(FillSupport, a_lobster_day_order_by_order) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  expect_support("lobster",
                 (test::data_dir() / "lobster/full_day/LOBSTER_SampleFile_AMZN_2012-06-21_5.zip").string(),
                 25, 5);
}

TEST(FillSupport, databento_order_by_order) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  expect_support(
      "dbn",
      (test::data_dir() /
       "databento/nautilus/es_mbo_20240508/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst")
          .string(),
      10, 2);
}

}  // namespace
}  // namespace lockstep
