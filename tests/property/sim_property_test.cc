#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "sim/sim_venue.h"
#include "tests/support/events.h"
#include "tests/support/keepers.h"
#include "tests/support/reference_venue.h"

namespace lockstep {
namespace {

// One random step, interpreted by the script below in the light of what came before it. Small numbers, so
// that orders, trades and levels meet at few prices, and so that a failing case shrinks to something that can
// be read.
struct Step {
  int what;
  int a;
  int b;
  int c;
  int d;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << '{' << step.what << ',' << step.a << ',' << step.b << ',' << step.c << ',' << step.d << '}';
}

std::vector<Step> any_steps() {
  const auto number = rc::gen::inRange(0, 60);
  return *rc::gen::scale(3.0, rc::gen::container<std::vector<Step>>(rc::gen::construct<Step>(
                                  rc::gen::inRange(0, 16), number, number, number, number)));
}

enum class Feed { book, quotes, trades };

struct Market {
  Feed feed;
  Price mid = 100;
  TimeNs ts_ns = 1'000;
  std::uint64_t orders = 0;
  std::map<OrderId, Price> prices;
};

// What happens next: a market event or an instruction that is decided now.
struct Happening {
  test::Entry entry;
  bool is_instruction = false;
};

Level level(Price price, int qty) {
  return {price, qty};
}

test::Entry book_change(const Step& step, Market& market, const Books& books) {
  const PriceBook& book = books[0].book;
  std::vector<Level> bids;
  std::vector<Level> asks;
  market.mid += step.a % 5 == 0 ? step.b % 5 - 2 : 0;
  if (step.what == 0 || !books[0].has_book) {
    for (int i = 1; i <= step.c % 4; ++i) bids.push_back(level(market.mid - i, 1 + (step.d + i * 7) % 12));
    for (int i = 1; i <= step.d % 4; ++i) asks.push_back(level(market.mid + i, 1 + (step.c + i * 5) % 12));
    return test::book(market.ts_ns, BookAction::snapshot, bids, asks);
  }
  // What the new mid has passed is gone; then one level a side changes. The best levels come first, as feeds
  // send them.
  for (std::size_t i = 0; i < book.asks().size(); ++i) {
    if (book.asks().at(i).price <= market.mid) asks.push_back({book.asks().at(i).price, 0});
  }
  for (std::size_t i = 0; i < book.bids().size(); ++i) {
    if (book.bids().at(i).price >= market.mid) bids.push_back({book.bids().at(i).price, 0});
  }
  if (step.c % 3 != 0) bids.push_back(level(market.mid - 1 - step.b % 3, step.c % 13));
  if (step.d % 3 != 0) asks.push_back(level(market.mid + 1 + step.b % 4, step.d % 13));
  return test::book(market.ts_ns, BookAction::diff, bids, asks);
}

Event instruction(const Step& step, Market& market) {
  Event event;
  event.instrument = 0;
  event.kind = Kind::submit;
  const bool is_old = step.what >= 14 && market.orders > 0;
  const OrderId id = is_old ? 1 + static_cast<OrderId>(step.a) % market.orders : ++market.orders;
  const Side side = (is_old ? static_cast<int>(id * 7) % 60 : step.b) % 2 == 0 ? Side::buy : Side::sell;
  event.detail = static_cast<std::uint8_t>(side);
  const bool is_market = !is_old && step.c % 8 == 0;
  auto tif = is_old            ? TimeInForce::gtc
             : step.d % 6 == 0 ? TimeInForce::ioc
             : step.d % 6 == 1 ? TimeInForce::fok
                               : TimeInForce::gtc;
  if (!is_old && !is_market && tif == TimeInForce::gtc) {
    event.flags = static_cast<std::uint8_t>((step.a % 4 == 0 ? kFlagPostOnly : 0) |
                                            (step.c % 5 == 0 ? kFlagReduceOnly : 0));
  }
  const Price price = is_market ? kNoPrice : market.mid + step.b % 7 - 3;
  if (is_old) event.kind = step.what == 14 || market.prices[id] == kNoPrice ? Kind::cancel : Kind::replace;
  // A replace that keeps its price now and then, so that places are kept too.
  const Price terms_price = event.kind == Kind::cancel || (event.kind == Kind::replace && step.c % 2 == 0)
                                ? market.prices[id]
                                : price;
  if (event.kind != Kind::cancel) market.prices[id] = terms_price;
  event.set(OrderInstruction{id, terms_price, 1 + step.d % 9,
                             static_cast<std::uint32_t>(is_market ? OrderType::market : OrderType::limit),
                             static_cast<std::uint32_t>(tif), kNoPrice});
  return event;
}

Happening next(const Step& step, Market& market, const Books& books) {
  Happening out;
  if (step.what >= 11) {
    out.is_instruction = true;
    out.entry.event = instruction(step, market);
    return out;
  }
  market.ts_ns += step.d % 4 == 0 ? 1 : 7;
  if (market.feed == Feed::trades || step.what >= 7) {
    if (market.feed == Feed::trades) market.mid += step.c % 3 - 1;
    out.entry.event = test::trade(market.ts_ns, market.mid + step.a % 5 - 2, 1 + step.b % 15,
                                  static_cast<Side>(step.c % 3));
  } else if (market.feed == Feed::quotes) {
    market.mid += step.a % 5 == 0 ? step.b % 5 - 2 : 0;
    const bool no_bid = step.b % 11 == 0;
    const bool no_ask = step.b % 11 == 1;
    out.entry.event = test::quote(
        market.ts_ns, no_bid ? kNoPrice : market.mid - 1 - step.c % 2, no_bid ? 0 : 1 + step.c % 12,
        no_ask ? kNoPrice : market.mid + 1 + step.d % 2, no_ask ? 0 : 1 + step.d % 12);
  } else {
    out.entry = book_change(step, market, books);
  }
  return out;
}

sim::SimConfig config_of(DurationNs order_latency_ns, DurationNs answer_latency_ns) {
  sim::SimConfig config;
  config.connection.order_latency.median_ns = order_latency_ns;
  config.connection.answer_latency.median_ns = answer_latency_ns;
  config.fees = {{-100'003, 450'007}};
  return config;
}

std::vector<Instrument> instruments() {
  Instrument instrument = test::plain_instrument();
  instrument.price_scale = 3;
  instrument.qty_scale = 4;  // values of 10^-7, so that fees are rounded
  return {instrument};
}

std::string text_of(const Event& event) {
  std::ostringstream out;
  const auto id = event.as<OrderReport>().order_id;
  out << to_string(event.kind) << " #" << id << " exch " << event.exch_ts_ns << " recv " << event.recv_ts_ns
      << " flags " << int{event.flags};
  if (event.kind == Kind::filled || event.kind == Kind::partially_filled) {
    const auto fill = event.as<Fill>();
    out << ' ' << to_string(static_cast<Side>(event.detail)) << ' ' << fill.qty << " at " << fill.price
        << " leaves " << fill.leaves_qty << " fee " << fill.fee_nanos;
  } else {
    const auto report = event.as<OrderReport>();
    out << ' ' << to_string(static_cast<Reason>(event.detail)) << " price " << report.price << " qty "
        << report.qty << " leaves " << report.leaves_qty << " side " << report.side;
  }
  return out.str();
}

// Hands the script to a venue as a session does, and calls `seen` after each happening.
template <class Seen>
std::vector<Event> play(const std::vector<Step>& steps, Feed feed, Venue& venue, DurationNs receive_delay_ns,
                        Seen seen) {
  Books books(1);
  test::KeptAnswers answers;
  Market market{feed, 100, 1'000, 0, {}};
  TimeNs now = market.ts_ns + receive_delay_ns;
  for (const Step& step : steps) {
    Happening happening = next(step, market, books);
    Event& event = happening.entry.event;
    const std::size_t before = answers.events.size();
    if (happening.is_instruction) {
      event.recv_ts_ns = now;
      venue.instruct(event, answers);
    } else {
      event.recv_ts_ns = now = event.exch_ts_ns + receive_delay_ns;
      venue.on_market(event, happening.entry.levels, books, answers);
    }
    seen(happening, books, std::span<const Event>(answers.events).subspan(before));
    if (!happening.is_instruction) books.apply(event, happening.entry.levels);
  }
  venue.finish(now, books, answers);
  return answers.events;
}

std::vector<Event> play(const std::vector<Step>& steps, Feed feed, Venue& venue,
                        DurationNs receive_delay_ns) {
  return play(steps, feed, venue, receive_delay_ns,
              [](const Happening&, const Books&, std::span<const Event>) {});
}

sim::QueueModel any_model() {
  sim::QueueModel model;
  model.kind = static_cast<sim::QueueModelKind>(*rc::gen::inRange(0, 9));
  model.exponent = *rc::gen::element(0.5, 1.0, 2.0, 3.5);
  model.chances = {0, 0.02, 0.1, 0.3, 0.45, 0.6, 0.75, 0.8, 0.95, 1};
  return model;
}

void expect_the_same_executions(Feed feed) {
  const std::vector<Step> steps = any_steps();
  const DurationNs order_latency_ns = *rc::gen::inRange<DurationNs>(0, 30);
  const DurationNs answer_latency_ns = *rc::gen::inRange<DurationNs>(0, 30);
  const DurationNs receive_delay_ns = *rc::gen::inRange<DurationNs>(0, 15);
  const sim::QueueModel model = any_model();
  sim::SimConfig config = config_of(order_latency_ns, answer_latency_ns);
  config.fills.resize(1);
  config.fills[0].queue = model;
  sim::SimVenue venue(instruments(), config);
  test::ReferenceVenue reference(instruments(), config.fees, order_latency_ns, answer_latency_ns, model);
  const std::vector<Event> got = play(steps, feed, venue, receive_delay_ns);
  const std::vector<Event> expected = play(steps, feed, reference, receive_delay_ns);
  for (std::size_t i = 0; i < std::max(got.size(), expected.size()); ++i) {
    const std::string g = i < got.size() ? text_of(got[i]) : "nothing";
    const std::string e = i < expected.size() ? text_of(expected[i]) : "nothing";
    RC_ASSERT(g == e);
  }
}

RC_GTEST_PROP(SimProperty, every_execution_against_a_book_agrees_with_the_reference, ()) {
  expect_the_same_executions(Feed::book);
}
RC_GTEST_PROP(SimProperty, every_execution_against_quotes_agrees_with_the_reference, ()) {
  expect_the_same_executions(Feed::quotes);
}
RC_GTEST_PROP(SimProperty, every_execution_against_trades_agrees_with_the_reference, ()) {
  expect_the_same_executions(Feed::trades);
}

bool is_fill(const Event& event) {
  return event.kind == Kind::filled || event.kind == Kind::partially_filled;
}

// What the market gave to make our fills possible, counted from the stream alone.
RC_GTEST_PROP(SimProperty, never_more_than_was_displayed_or_traded, ()) {
  const Feed feed = *rc::gen::element(Feed::book, Feed::quotes, Feed::trades);
  sim::SimConfig config = config_of(*rc::gen::inRange<DurationNs>(0, 30), 0);
  config.fills.resize(1);
  config.fills[0].queue = any_model();
  sim::SimVenue venue(instruments(), config);
  std::map<std::pair<Side, Price>, Qty> untaken;  // per displayed level, by side
  const auto displayed = [](const Books& books, Side side) {
    std::map<Price, Qty> levels;
    const MarketState& market = books[0];
    if (market.has_book) {
      for (std::size_t k = 0; k < market.book.side(side).size(); ++k)
        levels[market.book.side(side).at(k).price] = market.book.side(side).at(k).qty;
    } else if (market.quote.price(side) != kNoPrice) {
      levels[market.quote.price(side)] = side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty;
    }
    return levels;
  };
  std::map<std::pair<Side, Price>, Qty> shown;
  play(any_steps(), feed, venue, 3,
       [&](const Happening& happening, const Books& books, std::span<const Event> answers) {
         if (happening.is_instruction) return;
         // A level's growth is new liquidity; what it loses is lost to us as well.
         for (const Side side : {Side::buy, Side::sell}) {
           const auto now = displayed(books, side);
           for (auto& [key, qty] : shown) {
             if (key.first == side && !now.contains(key.second)) qty = untaken[key] = 0;
           }
           for (const auto& [price, qty] : now) {
             Qty& before = shown[{side, price}];
             Qty& left = untaken[{side, price}];
             left = std::min(left + std::max<Qty>(0, qty - before), qty);
             before = qty;
           }
         }
         const Event& event = happening.entry.event;
         Qty printed = event.kind == Kind::trade ? event.as<Trade>().qty : 0;
         Qty crossing = 0;
         for (const Level& level : happening.entry.levels) crossing += level.qty;
         if (event.kind == Kind::quote) crossing = event.as<Quote>().bid_qty + event.as<Quote>().ask_qty;
         for (const Event& answer : answers) {
           if (!is_fill(answer)) continue;
           const auto fill = answer.as<Fill>();
           const auto side = static_cast<Side>(answer.detail);
           if (answer.exch_ts_ns < event.exch_ts_ns) {  // on arrival: from the levels as they stood
             Qty& left = untaken[{opposite(side), fill.price}];
             left -= fill.qty;
             RC_ASSERT(left >= 0);
           } else if (event.kind == Kind::trade) {
             printed -= fill.qty;
             RC_ASSERT(printed >= 0);
             const Price price = event.as<Trade>().price;
             RC_ASSERT((side == Side::buy ? price <= fill.price : price >= fill.price));
           } else {
             crossing -= fill.qty;
             RC_ASSERT(crossing >= 0);
           }
         }
       });
}

RC_GTEST_PROP(SimProperty, every_order_is_accounted_for_to_the_last_unit_and_the_last_fee, ()) {
  const Feed feed = *rc::gen::element(Feed::book, Feed::quotes, Feed::trades);
  sim::SimConfig config =
      config_of(*rc::gen::inRange<DurationNs>(0, 30), *rc::gen::inRange<DurationNs>(0, 30));
  config.fills.resize(1);
  config.fills[0].queue = any_model();
  config.fills[0].partial_fill_ppb = *rc::gen::element<std::int64_t>(0, 300'000'000);
  config.fills[0].checks_size = *rc::gen::arbitrary<bool>();
  sim::SimVenue venue(instruments(), config);
  std::map<OrderId, Event> sent;
  std::map<OrderId, Price> limit;
  std::map<OrderId, Qty> filled;
  std::map<OrderId, int> ends;
  const std::vector<Event> answers = play(
      any_steps(), feed, venue, 3, [&](const Happening& happening, const Books&, std::span<const Event>) {
        const Event& event = happening.entry.event;
        if (happening.is_instruction && event.kind == Kind::submit)
          sent[event.as<OrderInstruction>().order_id] = event;
      });
  TimeNs last_ns = 0;
  for (const Event& answer : answers) {
    RC_ASSERT(answer.recv_ts_ns >= last_ns);  // in order, and never before it happened
    RC_ASSERT(answer.recv_ts_ns >= answer.exch_ts_ns);
    last_ns = answer.recv_ts_ns;
    const OrderId id = is_fill(answer) ? answer.as<Fill>().order_id : answer.as<OrderReport>().order_id;
    RC_ASSERT(sent.contains(id));
    if (answer.kind == Kind::cancel_rejected) continue;
    RC_ASSERT(ends[id] == 0);  // nothing follows an end
    if (is_fill(answer)) {
      const auto fill = answer.as<Fill>();
      filled[id] += fill.qty;
      RC_ASSERT(fill.qty > 0);
      RC_ASSERT((fill.leaves_qty == 0) == (answer.kind == Kind::filled));
      if (limit[id] != kNoPrice)
        RC_ASSERT((answer.detail == 1 ? fill.price <= limit[id] : fill.price >= limit[id]));
      const bool is_maker = (answer.flags & kFlagMaker) != 0;
      // Values are whole multiples of 100 nanos: price x qty x 10^-7.
      const Int128 fee = divide_rounded(Int128{fill.price * fill.qty * 100} * (is_maker ? -100'003 : 450'007),
                                        kNanosPerUnit);
      RC_ASSERT(Int128{fill.fee_nanos} == fee);
    } else {
      const auto report = answer.as<OrderReport>();
      RC_ASSERT(report.qty == filled[id] + report.leaves_qty);
      limit[id] = report.price;
    }
    const bool is_end = answer.kind == Kind::filled || answer.kind == Kind::cancelled ||
                        answer.kind == Kind::rejected || answer.kind == Kind::expired;
    if (is_end) ends[id] = 1;
  }
  for (const auto& [id, event] : sent) RC_ASSERT(ends[id] == 1);
}

}  // namespace
}  // namespace lockstep
