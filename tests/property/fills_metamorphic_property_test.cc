// What must not change, or must change along, when a recording and the orders in it are changed: no oracle is
// needed for that.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/core/random.h"
#include "sim/sim_venue.h"
#include "tests/support/events.h"
#include "tests/support/keepers.h"

namespace lockstep {
namespace {

// What happens, in order of receipt: a market event or an instruction.
struct Happening {
  test::Entry entry;
  bool is_instruction = false;
};

struct Change {
  DurationNs shift_ns = 0;
  Price price_factor = 1;
  Qty qty_factor = 1;
};

// A session of a book and trades, with orders sent into it.
std::vector<Happening> session(std::uint64_t seed, const Change& change) {
  RandomStream random(seed, 70, 0);
  std::vector<Happening> out;
  TimeNs now = 1'000'000;
  std::map<Price, Qty> bids;
  std::map<Price, Qty> asks;
  for (int i = 1; i <= 5; ++i) {
    bids[100 - i] = random.uniform_int(1, 40);
    asks[100 + i] = random.uniform_int(1, 40);
  }
  const auto scaled = [&](const std::map<Price, Qty>& side) {
    std::vector<Level> levels;
    levels.reserve(side.size());
    for (const auto& [price, qty] : side)
      levels.push_back({price * change.price_factor, qty * change.qty_factor});
    return levels;
  };
  const auto add = [&](test::Entry entry, bool is_instruction) {
    entry.event.recv_ts_ns = now + change.shift_ns;
    if (!is_instruction) entry.event.exch_ts_ns = now + change.shift_ns;
    out.push_back({std::move(entry), is_instruction});
  };
  add(test::book(1, BookAction::snapshot, scaled(bids), scaled(asks)), false);
  OrderId id = 0;
  for (int i = 0; i < 300; ++i) {
    now += random.uniform_int(1, 50);
    const std::uint64_t what = random.uniform_below(10);
    const Side side = random.bernoulli(1, 2) ? Side::buy : Side::sell;
    const Price away = random.uniform_int(1, 5);
    const Price price = side == Side::buy ? 100 - away : 100 + away;
    const Qty qty = random.uniform_int(0, 40);
    if (what < 5) {
      std::map<Price, Qty> changed = {{price, qty}};
      const std::map<Price, Qty> none;
      add(test::book(1, BookAction::diff, scaled(side == Side::buy ? changed : none),
                     scaled(side == Side::buy ? none : changed)),
          false);
    } else if (what < 7) {
      add({test::trade(1, price * change.price_factor, (qty + 1) * change.qty_factor, opposite(side)), {}},
          false);
    } else {
      Event order;
      order.instrument = 0;
      const bool is_cancel = what == 9 && id > 0;
      order.kind = is_cancel ? Kind::cancel : Kind::submit;
      const OrderId which = is_cancel ? 1 + random.uniform_below(id) : ++id;
      const Side of = (which * 7919) % 2 == 0 ? Side::buy : Side::sell;
      const Price limit = (of == Side::buy ? 100 - away + 2 : 100 + away - 2) * change.price_factor;
      order.detail = static_cast<std::uint8_t>(of);
      order.set(OrderInstruction{which, limit, (qty / 4 + 1) * change.qty_factor,
                                 static_cast<std::uint32_t>(OrderType::limit), 0, kNoPrice});
      add({order, {}}, true);
    }
  }
  return out;
}

std::vector<Event> run(const std::vector<Happening>& happenings, const sim::QueueModel& model,
                       DurationNs latency_ns) {
  sim::SimConfig config;
  config.connection.order_latency.median_ns = latency_ns;
  config.connection.answer_latency.median_ns = latency_ns;
  config.fees.resize(1);
  config.fills.resize(1);
  config.fills[0].queue = model;
  const std::vector<Instrument> instruments = {test::plain_instrument()};
  sim::SimVenue venue(instruments, config);
  Books books(1);
  test::KeptAnswers answers;
  for (const Happening& happening : happenings) {
    if (happening.is_instruction) {
      venue.instruct(happening.entry.event, answers);
    } else {
      venue.on_market(happening.entry.event, happening.entry.levels, books, answers);
      books.apply(happening.entry.event, happening.entry.levels);
    }
  }
  return answers.events;
}

sim::QueueModel any_model() {
  sim::QueueModel model;
  model.kind = static_cast<sim::QueueModelKind>(*rc::gen::inRange(0, 9));
  model.exponent = *rc::gen::element(0.5, 1.0, 2.0, 3.5);
  return model;
}

struct Filled {
  OrderId id;
  Price price;
  Qty qty;
  TimeNs exch_ts_ns;
  TimeNs recv_ts_ns;
  friend bool operator==(const Filled&, const Filled&) = default;
};

std::vector<Filled> fills(const std::vector<Event>& answers) {
  std::vector<Filled> out;
  for (const Event& answer : answers) {
    if (!is_fill(answer.kind)) continue;
    const auto fill = answer.as<Fill>();
    out.push_back({fill.order_id, fill.price, fill.qty, answer.exch_ts_ns, answer.recv_ts_ns});
  }
  return out;
}

RC_GTEST_PROP(FillMetamorphosis, shifting_time_shifts_every_fill, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const auto latency_ns = *rc::gen::inRange<DurationNs>(0, 60);
  const sim::QueueModel model = any_model();
  const Change change{.shift_ns = *rc::gen::inRange<DurationNs>(1, kDay)};
  std::vector<Filled> expected = fills(run(session(seed, {}), model, latency_ns));
  for (Filled& fill : expected) {
    fill.exch_ts_ns += change.shift_ns;
    fill.recv_ts_ns += change.shift_ns;
  }
  RC_ASSERT(fills(run(session(seed, change), model, latency_ns)) == expected);
}

RC_GTEST_PROP(FillMetamorphosis, scaling_prices_scales_the_price_of_every_fill, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const sim::QueueModel model = any_model();
  const Change change{.price_factor = *rc::gen::inRange<Price>(2, 1000)};
  std::vector<Filled> expected = fills(run(session(seed, {}), model, 5));
  for (Filled& fill : expected) fill.price *= change.price_factor;
  RC_ASSERT(fills(run(session(seed, change), model, 5)) == expected);
}

// Of the models, this one alone rounds nothing.
RC_GTEST_PROP(FillMetamorphosis, scaling_quantities_scales_the_size_of_every_fill, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  sim::QueueModel model;
  model.kind = sim::QueueModelKind::pessimistic;
  const Change change{.qty_factor = *rc::gen::inRange<Qty>(2, 1000)};
  std::vector<Filled> expected = fills(run(session(seed, {}), model, 5));
  for (Filled& fill : expected) fill.qty *= change.qty_factor;
  RC_ASSERT(fills(run(session(seed, change), model, 5)) == expected);
}

RC_GTEST_PROP(FillMetamorphosis, adding_a_far_order_changes_no_fill, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const sim::QueueModel model = any_model();
  std::vector<Happening> happenings = session(seed, {});
  const std::vector<Filled> expected = fills(run(happenings, model, 5));
  Event far;
  far.kind = Kind::submit;
  far.instrument = 0;
  far.detail = static_cast<std::uint8_t>(Side::buy);
  far.set(
      OrderInstruction{1'000'000, 1, 1'000'000, static_cast<std::uint32_t>(OrderType::limit), 0, kNoPrice});
  const auto at = *rc::gen::inRange<std::size_t>(1, happenings.size());
  far.recv_ts_ns = happenings[at - 1].entry.event.recv_ts_ns;
  happenings.insert(happenings.begin() + static_cast<std::ptrdiff_t>(at), Happening{{far, {}}, true});
  RC_ASSERT(fills(run(happenings, model, 5)) == expected);
}

// A later taker may fare better or worse, but never by what came before it: each fill is at a price and stamp
// at or after its arrival.
RC_GTEST_PROP(FillMetamorphosis, more_latency_never_reaches_an_earlier_market, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const auto latency_ns = *rc::gen::inRange<DurationNs>(0, 400);
  const std::vector<Happening> happenings = session(seed, {});
  std::map<OrderId, TimeNs> sent;
  for (const Happening& happening : happenings) {
    if (happening.is_instruction && happening.entry.event.kind == Kind::submit)
      sent[happening.entry.event.as<OrderInstruction>().order_id] = happening.entry.event.recv_ts_ns;
  }
  for (const Filled& fill : fills(run(happenings, any_model(), latency_ns)))
    RC_ASSERT(fill.exch_ts_ns >= sent.at(fill.id) + latency_ns);
}

// One immediate order in a market of levels: what it is given is what the book shows when it arrives, worked
// out anew for each latency from the recording alone.
RC_GTEST_PROP(FillMetamorphosis, a_taker_gets_what_stands_when_it_arrives_and_nothing_that_it_knew_before,
              ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  std::vector<Happening> market = session(seed, {});
  std::erase_if(market, [](const Happening& happening) { return happening.is_instruction; });
  const auto at = *rc::gen::inRange<std::size_t>(1, market.size());
  const Side side = *rc::gen::arbitrary<bool>() ? Side::buy : Side::sell;
  const Price limit = *rc::gen::inRange<Price>(97, 104);
  const Qty qty = *rc::gen::inRange<Qty>(1, 120);
  Event order;
  order.kind = Kind::submit;
  order.instrument = 0;
  order.detail = static_cast<std::uint8_t>(side);
  order.recv_ts_ns = market[at - 1].entry.event.recv_ts_ns;
  order.set(OrderInstruction{1, limit, qty, static_cast<std::uint32_t>(OrderType::limit),
                             static_cast<std::uint32_t>(TimeInForce::ioc), kNoPrice});
  for (const DurationNs latency_ns : {0, 7, 60, 400}) {
    const TimeNs arrival_ns = order.recv_ts_ns + latency_ns;
    Books books(1);
    bool arrives = false;
    for (const Happening& happening : market) {
      arrives = happening.entry.event.exch_ts_ns > arrival_ns;
      if (arrives) break;
      books.apply(happening.entry.event, happening.entry.levels);
    }
    std::vector<Filled> expected;
    const BookSide& against = books[0].book.side(opposite(side));
    Qty left = qty;
    for (std::size_t depth = 0; arrives && depth < against.size() && left > 0; ++depth) {
      const Level level = against.at(depth);
      if (side == Side::buy ? level.price > limit : level.price < limit) break;
      const Qty filled = std::min(left, level.qty);
      expected.push_back({1, level.price, filled, arrival_ns, 0});
      left -= filled;
    }
    std::vector<Happening> happenings = market;
    happenings.insert(happenings.begin() + static_cast<std::ptrdiff_t>(at), Happening{{order, {}}, true});
    std::vector<Filled> found = fills(run(happenings, any_model(), latency_ns));
    for (Filled& fill : found) fill.recv_ts_ns = 0;
    RC_CLASSIFY(!expected.empty());
    RC_ASSERT(found == expected);
  }
}

}  // namespace
}  // namespace lockstep
