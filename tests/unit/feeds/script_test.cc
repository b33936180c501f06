#include <gtest/gtest.h>

#include "feeds/script/script_events.h"
#include "feeds/script/script_source.h"
#include "tests/support/events.h"
#include "tests/support/log_sample.h"

namespace lockstep::feeds {
namespace {

constexpr TimeNs kStart = 1'000'000'000;

// Prices with two decimals, quantities with one.
std::vector<Instrument> instruments() {
  Instrument x = test::plain_instrument("X", "v");
  x.price_scale = 2;
  x.qty_scale = 1;
  Instrument y = test::plain_instrument("Y", "v");
  Instrument y2 = test::plain_instrument("Y", "w");
  return {x, y, y2};
}

Event one(const std::string& text) {
  const auto script = parse_script(text, instruments(), kStart);
  EXPECT_TRUE(script.ok()) << (script.ok() ? "" : script.error().text());
  if (!script || script->events.size() != 1) {
    ADD_FAILURE() << text;
    return {};
  }
  return script->events.front();
}

std::string complaint(const std::string& text) {
  const auto script = parse_script(text, instruments(), kStart);
  return script.ok() ? "" : script.error().text();
}

TEST(Script, a_quote_has_both_sides_or_one) {
  const Event event = one("+1ms quote X 99.98x10 100.02x1.5 update_id=7");
  EXPECT_EQ(event.kind, Kind::quote);
  EXPECT_EQ(event.recv_ts_ns, 1'001'000'000);
  EXPECT_EQ(event.exch_ts_ns, 1'001'000'000);
  EXPECT_EQ(event.instrument, 0U);
  const auto quote = event.as<Quote>();
  EXPECT_EQ(quote.bid_price, 9998);
  EXPECT_EQ(quote.bid_qty, 100);
  EXPECT_EQ(quote.ask_price, 10002);
  EXPECT_EQ(quote.ask_qty, 15);
  EXPECT_EQ(quote.update_id, 7U);
  EXPECT_EQ(one("+0 quote X - 1x1").as<Quote>().bid_price, kNoPrice);
}

TEST(Script, a_trade_says_who_was_the_aggressor) {
  const Event event =
      one("1970-01-01T00:00:02Z trade X 100.02 5 sell id=9 flags=auction,suspicious exch=+999ms");
  EXPECT_EQ(event.kind, Kind::trade);
  EXPECT_EQ(event.recv_ts_ns, 2'000'000'000);
  EXPECT_EQ(event.exch_ts_ns, 1'999'000'000);
  EXPECT_EQ(event.detail, static_cast<std::uint8_t>(Side::sell));
  EXPECT_EQ(event.flags, kFlagAuction | kFlagSuspicious);
  EXPECT_EQ(event.as<Trade>().price, 10002);
  EXPECT_EQ(event.as<Trade>().qty, 50);
  EXPECT_EQ(event.as<Trade>().trade_id, 9U);
  EXPECT_EQ(one("+1s trade X 1 1 none exch=none").exch_ts_ns, kNoTime);
}

TEST(Script, book_updates_share_one_list_of_levels) {
  const auto script = parse_script(
      "+0 book X snapshot bids 99.98x10 99.97x20 asks 100.02x10 depth=2\n"
      "+1s book X diff asks 100.02x0 last_id=8\n"
      "+2s book X clear\n",
      instruments(), kStart);
  ASSERT_TRUE(script.ok()) << script.error().text();
  ASSERT_EQ(script->events.size(), 3U);
  EXPECT_EQ(script->levels, (std::vector<Level>{{9998, 100}, {9997, 200}, {10002, 100}, {10002, 0}}));
  const auto snapshot = script->events[0].as<BookUpdate>();
  EXPECT_EQ(script->events[0].detail, static_cast<std::uint8_t>(BookAction::snapshot));
  EXPECT_EQ(snapshot.first_level, 0U);
  EXPECT_EQ(snapshot.bid_count, 2U);
  EXPECT_EQ(snapshot.ask_count, 1U);
  EXPECT_EQ(snapshot.depth, 2U);
  const auto diff = script->events[1].as<BookUpdate>();
  EXPECT_EQ(diff.first_level, 3U);
  EXPECT_EQ(diff.bid_count, 0U);
  EXPECT_EQ(diff.ask_count, 1U);
  EXPECT_EQ(diff.last_update_id, 8U);
  EXPECT_EQ(script->events[2].detail, static_cast<std::uint8_t>(BookAction::clear));
}

TEST(Script, orders_and_flow) {
  const Event add = one("+0 order X add 101 buy 99.98 10 sequence=5 venue_flags=130");
  EXPECT_EQ(add.detail, static_cast<std::uint8_t>(OrderActionType::add));
  const auto action = add.as<OrderAction>();
  EXPECT_EQ(action.order_id, 101U);
  EXPECT_EQ(action.side, static_cast<std::uint32_t>(Side::buy));
  EXPECT_EQ(action.price, 9998);
  EXPECT_EQ(action.qty, 100);
  EXPECT_EQ(action.sequence, 5U);
  EXPECT_EQ(action.venue_flags, 130U);
  EXPECT_EQ(one("+0 order X execute 101 buy - 1 changes_book=no").as<OrderAction>().venue_flags, 65'536U);
  EXPECT_EQ(one("+0 order X clear").detail, static_cast<std::uint8_t>(OrderActionType::clear));

  const auto flow = one("+0 flow X add 7 sell 100.00 5 participant=3 tif=ioc display=1").as<Flow>();
  EXPECT_EQ(flow.order_id, 7U);
  EXPECT_EQ(flow.price, 10000);
  EXPECT_EQ(flow.qty, 50);
  EXPECT_EQ(flow.participant, 3U);
  EXPECT_EQ(flow.type, static_cast<std::uint16_t>(OrderType::limit));
  EXPECT_EQ(flow.time_in_force, static_cast<std::uint16_t>(TimeInForce::ioc));
  EXPECT_EQ(flow.side, static_cast<std::uint32_t>(Side::sell));
  EXPECT_EQ(flow.display_qty, 10U);
  const auto market = one("+0 flow X add 7 buy market 5").as<Flow>();
  EXPECT_EQ(market.price, kNoPrice);
  EXPECT_EQ(market.type, static_cast<std::uint16_t>(OrderType::market));
  EXPECT_EQ(one("+0 flow X cancel 7 buy all").as<Flow>().qty, 0);
}

TEST(Script, bars_funding_and_marks) {
  const Event bar = one("+1m bar X 1m 1 3 0.5 2 10 of=mid");
  EXPECT_EQ(unpack_bar_spec(bar.detail), (BarSpec{BarUnit::minute, 1, BarSide::mid}));
  EXPECT_EQ(bar.as<Bar>().open, 100);
  EXPECT_EQ(bar.as<Bar>().high, 300);
  EXPECT_EQ(bar.as<Bar>().low, 50);
  EXPECT_EQ(bar.as<Bar>().close, 200);
  EXPECT_EQ(bar.as<Bar>().volume, 100);

  const Event paid = one("+1s funding X paid 0.00012 interval=8h mark=100.5");
  EXPECT_EQ(paid.detail, 5);
  EXPECT_EQ(paid.as<Funding>().rate, 12);
  EXPECT_EQ(paid.as<Funding>().settle_ts_ns, 2'000'000'000);
  EXPECT_EQ(paid.as<Funding>().interval_ns, 8 * kHour);
  EXPECT_EQ(paid.as<Funding>().mark_price, 10050);
  EXPECT_EQ(paid.as<Funding>().is_settlement, 1U);
  EXPECT_EQ(one("+1s funding X forecast -0.1 settle=+9s").as<Funding>().settle_ts_ns, 10'000'000'000);

  const auto mark = one("+0 mark X 100 index=100.5 open_interest=3").as<Mark>();
  EXPECT_EQ(mark.mark_price, 10000);
  EXPECT_EQ(mark.index_price, 10050);
  EXPECT_EQ(mark.open_interest, 30);
  EXPECT_EQ(one("+0 mark X -").as<Mark>().open_interest, -1);
}

TEST(Script, statistics_definitions_status_gaps_and_controls) {
  const Event price = one("+0 statistic X settlement_price price 100.02");
  EXPECT_EQ(price.detail, 1);
  EXPECT_EQ(price.as<Statistic>().type, 3U);
  EXPECT_EQ(price.as<Statistic>().value, 10002);
  EXPECT_EQ(price.as<Statistic>().qty, INT64_MIN);
  const Event value = one("+0 statistic X option_delta value 0.55");
  EXPECT_EQ(value.detail, 0);
  EXPECT_EQ(value.as<Statistic>().type, 1004U);
  EXPECT_EQ(value.as<Statistic>().value, 55);
  EXPECT_EQ(value.as<Statistic>().value_scale, 2U);

  const auto definition = one("+0 definition X tick=0.05").as<Definition>();
  EXPECT_EQ(definition.tick, 5);
  EXPECT_EQ(definition.lot, 1);
  EXPECT_EQ(one("+0 status X halted reason=3").detail, static_cast<std::uint8_t>(TradingStatus::halted));
  const Event gap = one("+0 gap * disconnected lost=4");
  EXPECT_EQ(gap.instrument, kNoInstrument);
  EXPECT_EQ(gap.detail, static_cast<std::uint8_t>(GapReason::disconnected));
  EXPECT_EQ(gap.as<Gap>().lost_events, 4U);
  const Event kill = one("+0 kill");
  EXPECT_EQ(kill.kind, Kind::kill);
  EXPECT_EQ(kill.exch_ts_ns, kNoTime);
  EXPECT_EQ(kill.as<Control>().strategy, ~std::uint64_t{0});
  const auto parameter = one("+0 parameter index=2 strategy=1 bits=9").as<Control>();
  EXPECT_EQ(parameter.id, 2U);
  EXPECT_EQ(parameter.strategy, 1U);
  EXPECT_EQ(parameter.value, 9U);
}

TEST(Script, copies_keep_their_distance_and_are_sorted_in) {
  const auto script = parse_script("+0 trade X 1 1 buy repeat=3 every=10ms exch=-1ms\n+5ms trade X 2 1 buy\n",
                                   instruments(), kStart);
  ASSERT_TRUE(script.ok()) << script.error().text();
  std::vector<std::pair<TimeNs, Price>> found;
  for (const Event& event : script->events) {
    found.emplace_back(event.recv_ts_ns - kStart, event.as<Trade>().price);
    if (event.as<Trade>().price == 100) {
      EXPECT_EQ(event.recv_ts_ns - event.exch_ts_ns, kMillisecond);
    }
  }
  EXPECT_EQ(found, (std::vector<std::pair<TimeNs, Price>>{
                       {0, 100}, {5'000'000, 200}, {10'000'000, 100}, {20'000'000, 100}}));
}

TEST(Script, a_symbol_of_two_venues_needs_its_venue) {
  EXPECT_EQ(one("+0 trade w:Y 1 1 buy").instrument, 2U);
  EXPECT_EQ(complaint("+0 trade Y 1 1 buy"),
            "line 1, column 10: several venues list \"Y\"; say VENUE:SYMBOL");
}

TEST(Script, errors_name_line_and_column_what_was_found_and_what_was_expected) {
  EXPECT_EQ(complaint("\n+0 qoute X 1x1 2x1").substr(0, 52),
            "line 2, column 4: expected one of quote, trade, book");
  EXPECT_EQ(complaint("+0 trade Z 1 1 buy"), "line 1, column 10: expected one of X, Y, Y, found \"Z\"");
  EXPECT_EQ(complaint("+0 trade X 1 1 byu"),
            "line 1, column 16: expected one of none, buy, sell, found \"byu\"");
  EXPECT_EQ(complaint("+0 trade X 1 1"), "line 1, column 15: the line ends here; expected buy, sell or none");
  EXPECT_EQ(complaint("+0 quote X 99.98 2x1"),
            "line 1, column 12: expected PRICExQUANTITY, as in 99.98x10, found \"99.98\"");
  EXPECT_EQ(complaint("+0 quote X 99.981x1 2x1").substr(0, 19), "line 1, column 12: ");
  EXPECT_EQ(complaint("+2s trade X 1 1 buy\n+1s trade X 1 1 buy").substr(0, 60),
            "line 2, column 1: events are received in order, but the one ");
  EXPECT_EQ(complaint("+0 funding X forecast 0.1"),
            "line 1, column 14: a forecast says when it will be paid: settle=TIME, or settle=none");
  EXPECT_EQ(complaint("+0 order X add 1 buy 1 1 repeat=2 every=1s"),
            "line 1, column 33: an order happens once, and so does a control event");
  EXPECT_EQ(complaint("+0 trade X 1 1 buy repeat=2"),
            "line 1, column 27: repeat= and every= belong together");
  EXPECT_EQ(complaint("+0 book X diff").substr(0, 19), "line 1, column 15: ");
  EXPECT_EQ(complaint("+0 bar X 7m 1 1 1 1 1").substr(0, 19), "line 1, column 10: ");
  EXPECT_NE(complaint("+0 trade X 1 1 buy flags=loud"), "");
}

TEST(ScriptSource, hands_out_its_events_and_goes_to_any_of_them) {
  const auto script = parse_script("+0 trade X 1 1 buy\n+1s trade X 2 1 buy\n", instruments(), kStart);
  ASSERT_TRUE(script.ok());
  ScriptSource source(instruments(), *script);
  EXPECT_EQ(testing::read_all(source).events.size(), 2U);
  ASSERT_TRUE(source.seek(1).ok());
  const auto rest = testing::read_all(source);
  ASSERT_EQ(rest.events.size(), 1U);
  EXPECT_EQ(rest.events[0].event.as<Trade>().price, 200);
  EXPECT_TRUE(source.seek(2).ok());
  EXPECT_FALSE(source.seek(3).ok());
}

TEST(ScriptWriter, writes_the_line_that_a_person_would) {
  for (const std::string line : {
           "+1ms quote X 99.98x10 100.02x1.5",
           "+1500us trade X 100.02 5 sell id=9 exch=+999us flags=suspicious,auction",
           "+0 book X snapshot bids 99.98x10 99.97x20 asks 100.02x10 depth=2",
           "+0 order X add 101 buy 99.98 10",
           "+0 flow X cancel 7 sell all participant=3",
           "+1m bar X 1m 1.00 3.00 0.50 2.00 10 of=mid",
           "+1s funding X paid 0.00012 interval=8h mark=100.50",
           "+0 mark X - index=100.50",
           "+0 statistic X option_delta value 0.550 decimals=3",
           "+0 status v:Y halted",
           "+0 gap * disconnected lost=4",
           "+0 parameter index=2 strategy=1 bits=9",
       }) {
    const auto script = parse_script(line, instruments(), kStart);
    ASSERT_TRUE(script.ok()) << line << ": " << script.error().text();
    EXPECT_EQ(script_line(script->events[0], script->levels, instruments(), kStart), line);
  }
}

}  // namespace
}  // namespace lockstep::feeds
