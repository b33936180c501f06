// Any event that a market can have comes back from its line of script as it was.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "feeds/script/script_events.h"
#include "tests/support/events.h"

namespace lockstep::feeds {
namespace {

constexpr TimeNs kStart = 1'700'000'000'000'000'000;

std::vector<Instrument> instruments() {
  Instrument first = test::plain_instrument("BTC USD", "a");
  first.price_scale = 2;
  first.qty_scale = 8;
  first.multiplier_scale = 3;
  Instrument second = test::plain_instrument("Y", "a");
  second.price_scale = 9;
  Instrument third = test::plain_instrument("Y", "b");
  return {first, second, third};
}

std::int64_t amount() {
  return *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000),
                         rc::gen::inRange<std::int64_t>(-(INT64_MAX - 1), INT64_MAX));
}
std::int64_t amount_or(std::int64_t none) {
  return *rc::gen::arbitrary<bool>() ? none : amount();
}
std::uint64_t number() {
  return *rc::gen::oneOf(rc::gen::just<std::uint64_t>(0), rc::gen::arbitrary<std::uint64_t>());
}
TimeNs time_near_start() {
  return kStart + *rc::gen::inRange<std::int64_t>(-kDay, kDay);
}
template <class Enum>
std::uint8_t member(Enum last) {
  return static_cast<std::uint8_t>(*rc::gen::inRange(0, static_cast<int>(last) + 1));
}
std::uint32_t small() {
  return *rc::gen::arbitrary<std::uint32_t>();
}

void fill_payload(Event& event, std::vector<Level>& levels) {
  switch (event.kind) {
    case Kind::trade:
      event.detail = member(Side::sell);
      return event.set(Trade{amount(), amount(), number(), number(), number()});
    case Kind::quote: {
      Quote quote{kNoPrice, kNoPrice, 0, 0, number()};
      if (*rc::gen::arbitrary<bool>()) {
        quote.bid_price = amount();
        quote.bid_qty = amount();
      }
      if (*rc::gen::arbitrary<bool>()) {
        quote.ask_price = amount();
        quote.ask_qty = amount();
      }
      return event.set(quote);
    }
    case Kind::book: {
      event.detail = member(BookAction::clear);
      BookUpdate update{};
      if (event.detail != static_cast<std::uint8_t>(BookAction::clear)) {
        update.bid_count = *rc::gen::inRange(1U, 4U);
        update.ask_count = *rc::gen::inRange(0U, 4U);
        for (std::uint32_t i = 0; i < update.bid_count + update.ask_count; ++i)
          levels.push_back({amount(), amount()});
      }
      update.depth = small();
      update.first_update_id = number();
      update.last_update_id = number();
      update.previous_update_id = number();
      return event.set(update);
    }
    case Kind::order_action: {
      event.detail = member(OrderActionType::clear);
      OrderAction action{0, kNoPrice, 0, number(), 0, small()};
      if (event.detail != static_cast<std::uint8_t>(OrderActionType::clear)) {
        action.order_id = number();
        action.price = amount_or(kNoPrice);
        action.qty = amount();
        action.side = member(Side::sell);
      }
      return event.set(action);
    }
    case Kind::flow: {
      event.detail = member(FlowAction::replace);
      const bool cancels = event.detail == static_cast<std::uint8_t>(FlowAction::cancel);
      Flow flow{};
      flow.order_id = number();
      flow.price = cancels ? kNoPrice : amount_or(kNoPrice);
      flow.qty = amount_or(0);
      flow.participant = small();
      flow.type = member(OrderType::trailing_stop);
      flow.time_in_force = member(TimeInForce::at_close);
      flow.side = *rc::gen::inRange(1U, 3U);
      flow.display_qty = small();
      return event.set(flow);
    }
    case Kind::bar: {
      const auto lengths = std::vector<BarSpec>{{BarUnit::tick, 1, BarSide::trade},
                                                {BarUnit::second, 30, BarSide::bid},
                                                {BarUnit::hour, 12, BarSide::ask},
                                                {BarUnit::month, 1, BarSide::mid}};
      event.detail = pack(*rc::gen::elementOf(lengths)).value();
      return event.set(Bar{amount(), amount(), amount(), amount(), amount()});
    }
    case Kind::funding:
      event.detail = static_cast<std::uint8_t>(*rc::gen::inRange(0, 19));
      return event.set(Funding{amount(), *rc::gen::arbitrary<bool>() ? kNoTime : time_near_start(),
                               *rc::gen::inRange<std::int64_t>(0, kDay), amount_or(kNoPrice),
                               *rc::gen::inRange<std::uint64_t>(0, 2)});
    case Kind::mark: return event.set(Mark{amount_or(kNoPrice), amount_or(kNoPrice), amount_or(-1), {}});
    case Kind::statistic: {
      const int scale = event.instrument == 0 ? 2 : event.instrument == 1 ? 9 : 0;
      event.detail = static_cast<std::uint8_t>(*rc::gen::inRange(0, 2));
      const auto value_scale =
          static_cast<std::uint32_t>(event.detail == 1 ? scale : *rc::gen::inRange(0, 19));
      const std::uint32_t type = *rc::gen::oneOf(rc::gen::inRange(1U, 17U), rc::gen::inRange(1001U, 1014U),
                                                 rc::gen::inRange(2000U, 3000U));
      return event.set(Statistic{amount_or(INT64_MIN), amount_or(INT64_MIN),
                                 *rc::gen::arbitrary<bool>() ? kNoTime : time_near_start(), type, value_scale,
                                 number()});
    }
    case Kind::definition:
      return event.set(Definition{amount(), amount(), amount(),
                                  *rc::gen::arbitrary<bool>() ? kNoTime : time_near_start(), amount()});
    case Kind::status:
      event.detail = member(TradingStatus::not_available);
      return event.set(StatusChange{number(), number(), number(), {}});
    case Kind::gap:
      event.detail = member(GapReason::skipped_rows);
      return event.set(
          Gap{number(), number(), number(), *rc::gen::arbitrary<bool>() ? kNoTime : time_near_start(), 0});
    default:
      event.instrument = kNoInstrument;
      event.flags = 0;
      return event.set(Control{number(), number(), number(), {}});
  }
}

RC_GTEST_PROP(ScriptProperty, an_event_comes_back_from_its_line_as_it_was, ()) {
  Event event;
  std::vector<Level> levels;
  event.kind = *rc::gen::element(Kind::trade, Kind::quote, Kind::book, Kind::order_action, Kind::bar,
                                 Kind::funding, Kind::mark, Kind::statistic, Kind::definition, Kind::status,
                                 Kind::gap, Kind::flow, Kind::start, Kind::stop, Kind::pause, Kind::resume,
                                 Kind::kill, Kind::parameter, Kind::timer);
  event.instrument = *rc::gen::inRange<InstrumentId>(0, 3);
  if (event.kind == Kind::gap && *rc::gen::arbitrary<bool>()) event.instrument = kNoInstrument;
  event.recv_ts_ns = time_near_start();
  event.exch_ts_ns = *rc::gen::element(kNoTime, event.recv_ts_ns, time_near_start());
  event.flags = *rc::gen::element<std::uint8_t>(0, 1, 2, 4, 7, kFlagAuction);
  fill_payload(event, levels);

  const std::string line = script_line(event, levels, instruments(), kStart);
  RC_LOG() << line << '\n';
  const Result<ScriptEvents> back = parse_script(line, instruments(), kStart);
  if (!back) RC_FAIL(back.error().text());
  RC_ASSERT(back->events.size() == 1U);
  RC_ASSERT(back->events[0] == event);
  RC_ASSERT(back->levels == levels);
}

// Whatever the text, the reader answers with events or an error and its place.
RC_GTEST_PROP(ScriptProperty, any_text_is_read_or_refused_with_its_place, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
      rc::gen::element<std::string>("+1s", "trade", "Y", "a:Y", "1x2", "book", "snapshot", "bids", "asks",
                                    "=", "id=1", "\"", "#", "\n", "-", "*", "gap", "repeat=2", "every=1s",
                                    "buy", "order", "add", "999999999999999999999", "exch=none", "statistic",
                                    "funding", "1e9"),
      rc::gen::string<std::string>()));
  std::string text;
  for (const std::string& word : words) text += word + ' ';
  const Result<ScriptEvents> read = parse_script(text, instruments(), kStart);
  if (!read) RC_ASSERT(read.error().where.starts_with("line "));
}

}  // namespace
}  // namespace lockstep::feeds
