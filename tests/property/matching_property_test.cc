// What must be true of a matching engine whatever is done to it: scripts of random commands, over all rules.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "tests/support/matching_desk.h"
#include "tests/support/message_tape.h"

namespace lockstep::matching {
namespace {

/// Small numbers drawn out of one word, so that a script is a list of words and shrinks as one.
class Dice {
 public:
  explicit Dice(std::uint64_t word) : word_(word * 0x9E3779B97F4A7C15ULL ^ (word >> 31U)) {}
  std::int64_t below(std::int64_t n) {
    word_ = word_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((word_ >> 33U) % static_cast<std::uint64_t>(n));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }

 private:
  std::uint64_t word_;
};

Config any_config(std::uint64_t word) {
  Dice dice(word);
  Config config;
  config.tick = dice.one_in(2) ? 1 : 3;
  config.lot = dice.one_in(2) ? 1 : 5;
  config.min_qty = config.lot;
  config.max_qty = 40 * config.lot;
  config.min_price = -10'000 * config.tick;
  config.max_price = 10'000 * config.tick;
  config.priority = static_cast<PriorityRule>(dice.below(3));
  config.top_order = dice.one_in(2);
  config.top_order_max = dice.below(3) * config.lot;
  config.min_allocation = dice.below(4);
  config.self_trade = static_cast<SelfTrade>(dice.below(6));
  config.any_change_loses_priority = dice.one_in(3);
  if (dice.one_in(3)) config.static_band = {BandKind::absolute, 12 * config.tick};
  if (dice.one_in(3)) config.dynamic_band = {BandKind::absolute, 4 * config.tick};
  config.band_action = static_cast<BandAction>(dice.below(3));
  if (dice.one_in(4)) config.max_levels = 3;
  config.queue_when_halted = dice.one_in(2);
  config.max_orders = dice.one_in(4) ? 12 : 1000;
  return config;
}

void command(MatchingEngine& engine, std::uint64_t word, Output& out) {
  Dice dice(word);
  const Config& config = engine.config();
  const auto any_id = [&] { return static_cast<OrderId>(dice.below(60)); };
  const auto any_price = [&] {
    if (dice.one_in(30)) return (dice.below(19'000) - 9'500) * config.tick;  // far from the touch
    return (dice.below(16) - 4) * config.tick + (dice.one_in(50) ? 1 : 0);
  };
  const auto any_qty = [&] { return dice.below(13) * config.lot + (dice.one_in(50) ? 1 : 0); };
  const std::int64_t kind = dice.below(100);
  if (kind < 62) {
    NewOrder order;
    order.order_id = any_id();
    order.participant = static_cast<Participant>(dice.below(4));
    order.side = dice.one_in(2) ? Side::buy : Side::sell;
    order.type = dice.one_in(8) ? static_cast<Type>(dice.below(3)) : Type::limit;
    order.tif = dice.one_in(3) ? static_cast<TimeInForce>(dice.below(6)) : TimeInForce::gtc;
    if (order.type == Type::limit) order.price = any_price();
    order.qty = any_qty();
    if (dice.one_in(4)) order.display_qty = (1 + dice.below(4)) * config.lot;
    if (dice.one_in(12)) order.min_qty = dice.below(8) * config.lot;
    if (dice.one_in(5)) order.self_trade = static_cast<SelfTrade>(dice.below(6));
    order.post_only = dice.one_in(12);
    engine.submit(order, out);
  } else if (kind < 74) {
    engine.cancel({any_id(), Reason::requested}, out);
  } else if (kind < 86) {
    const OrderId id = any_id();
    const Order* live = engine.find(id);
    Price price = any_price();
    if (live != nullptr && (live->is_unpriced() || dice.one_in(2))) {
      price =
          live->is_unpriced() ? kNoPrice : (live->side == Side::buy ? live->key : -live->key) * config.tick;
    }
    engine.replace({id, price, any_qty()}, out);
  } else if (kind < 92) {
    MassQuote quote;
    const std::int64_t maker = dice.below(3);
    quote.participant = static_cast<Participant>(maker + 1);
    quote.bid_id = static_cast<OrderId>(100 + 2 * maker);
    quote.ask_id = quote.bid_id + 1;
    quote.bid_qty = any_qty();
    quote.ask_qty = any_qty();
    quote.bid_price = any_price();
    quote.ask_price = quote.bid_price + dice.below(6) * config.tick;
    engine.mass_quote(quote, out);
  } else if (kind < 94) {
    engine.cancel_all({dice.one_in(2) ? kEveryone : static_cast<Participant>(dice.below(4)),
                       static_cast<Side>(dice.below(3)), dice.one_in(2), Reason::requested},
                      out);
  } else if (kind < 98) {
    engine.set_phase(dice.one_in(2) ? Phase::continuous : static_cast<Phase>(dice.below(6)), out);
  } else {
    engine.set_reference_price((dice.below(12) - 2) * config.tick);
  }
}

std::vector<std::uint64_t> any_script() {
  return *rc::gen::scale(4.0,
                         rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>()));
}

void expect_same_book(const MatchingEngine& engine, const MessageTape& tape) {
  MessageTape::Book found;
  for (const Side side : {Side::buy, Side::sell}) {
    const auto take_queue = [&](Price price) {
      engine.for_each_order(side, price, [&](const Order& order) {
        found[{side, price}].push_back(order.id);
        const MessageTape::Heard& heard = tape.order(order.id);
        RC_ASSERT(heard.leaves == order.leaves);
        RC_ASSERT(heard.shown == order.shown);
        RC_ASSERT(heard.qty == order.qty);
      });
    };
    take_queue(kNoPrice);
    engine.for_each_level(side, [&](const MatchingEngine::LevelView& level) { take_queue(level.price); });
  }
  MessageTape::Book told = tape.book();
  if (engine.config().priority ==
      PriorityRule::price_size_time) {  // places follow from sizes, not from messages
    for (MessageTape::Book* book : {&found, &told}) {
      for (auto& [place, ids] : *book) std::sort(ids.begin(), ids.end());
    }
  }
  RC_ASSERT(found == told);
  RC_ASSERT(tape.orders().size() == engine.live_orders());
  RC_ASSERT(tape.phase() == engine.phase());
}

RC_GTEST_PROP(MatchingProperty, the_book_can_be_rebuilt_from_messages_and_quantities_add_up, ()) {
  MatchingEngine engine(any_config(*rc::gen::arbitrary<std::uint64_t>()));
  MessageTape tape;
  Output out;
  engine.set_phase(Phase::continuous, out);
  for (const Message& message : out) RC_ASSERT(tape.hear(message) == "");
  for (const std::uint64_t word : any_script()) {
    out.clear();
    command(engine, word, out);
    for (const Message& message : out) {
      const std::string wrong = tape.hear(message);
      if (!wrong.empty()) RC_FAIL(text(message) + ": " + wrong);
    }
    engine.check_invariants();
    expect_same_book(engine, tape);
  }
}

// The uncross, from the rules, by trying every price that could matter.
Indicative uncross_by_trial(const std::vector<NewOrder>& orders, std::optional<Price> reference) {
  std::vector<Price> candidates;
  for (const NewOrder& order : orders) {
    if (order.type == Type::limit) candidates.push_back(order.price);
  }
  if (reference) candidates.push_back(*reference);
  std::sort(candidates.begin(), candidates.end());
  std::vector<Indicative> tried;
  for (const Price price : candidates) {
    Qty bought = 0;
    Qty sold = 0;
    for (const NewOrder& order : orders) {
      const bool is_market = order.type == Type::market;
      if (order.side == Side::buy && (is_market || order.price >= price)) bought += order.qty;
      if (order.side == Side::sell && (is_market || order.price <= price)) sold += order.qty;
    }
    tried.push_back({true, price, std::min(bought, sold), bought - sold});
  }
  const auto keep = [&](auto loss) {
    if (tried.empty()) return;
    Qty least = loss(tried.front());
    for (const Indicative& each : tried) least = std::min(least, loss(each));
    std::erase_if(tried, [&](const Indicative& each) { return loss(each) != least; });
  };
  keep([](const Indicative& each) { return -each.volume; });
  if (tried.empty() || tried.front().volume == 0) return {};
  keep([](const Indicative& each) { return std::abs(each.imbalance); });
  const bool any_up = std::ranges::any_of(tried, [](const Indicative& each) { return each.imbalance > 0; });
  const bool any_down = std::ranges::any_of(tried, [](const Indicative& each) { return each.imbalance < 0; });
  if (any_up) {
    const auto last = std::ranges::find_if(tried.rbegin(), tried.rend(),
                                           [](const Indicative& each) { return each.imbalance > 0; });
    const Price highest = last->price;
    std::erase_if(tried, [&](const Indicative& each) { return each.imbalance > 0 && each.price != highest; });
  }
  if (any_down) {
    const auto first = std::ranges::find_if(tried, [](const Indicative& each) { return each.imbalance < 0; });
    const Price lowest = first->price;
    std::erase_if(tried, [&](const Indicative& each) { return each.imbalance < 0 && each.price != lowest; });
  }
  if (reference) keep([&](const Indicative& each) { return std::abs(each.price - *reference); });
  return tried.back();
}

RC_GTEST_PROP(MatchingProperty, an_uncross_is_the_best_of_all_prices_and_fills_better_prices_wholly, ()) {
  std::vector<NewOrder> orders;
  for (const std::uint64_t word : any_script()) {
    Dice dice(word);
    const OrderId id = orders.size() + 1;
    NewOrder order = dice.one_in(2) ? buy(id, 1, 1 + dice.below(9), 100 + dice.below(12))
                                    : sell(id, 1, 1 + dice.below(9), 96 + dice.below(12));
    if (dice.one_in(8)) order = market(order);
    if (order.type == Type::limit && dice.one_in(4)) order.display_qty = 1;
    orders.push_back(order);
  }
  std::optional<Price> reference;
  if (*rc::gen::arbitrary<bool>()) reference = *rc::gen::inRange<Price>(95, 115);
  MatchingDesk desk({}, Phase::pre_open);
  if (reference) desk.engine.set_reference_price(*reference);
  desk.submit_all(orders);
  const Indicative expected = uncross_by_trial(orders, reference);
  RC_ASSERT(desk.engine.indicative() == expected);
  desk.set_phase(Phase::continuous);
  Qty traded = 0;
  std::map<OrderId, Qty> filled;
  for (const Message& message : desk.said) {
    if (message.type != MessageType::fill) continue;
    RC_ASSERT(message.price == expected.price);
    traded += message.qty;
    filled[message.order_id] += message.qty;
    filled[message.other_id] += message.qty;
  }
  RC_ASSERT(traded == expected.volume);
  if (!expected.exists) return;
  for (const NewOrder& order : orders) {
    if (order.type != Type::limit) continue;
    const bool better = order.side == Side::buy ? order.price > expected.price : order.price < expected.price;
    const bool worse = order.side == Side::buy ? order.price < expected.price : order.price > expected.price;
    if (better) RC_ASSERT(filled[order.order_id] == order.qty);
    if (worse) RC_ASSERT(filled[order.order_id] == 0);
  }
}

RC_GTEST_PROP(MatchingProperty, a_restored_engine_goes_on_as_the_original, ()) {
  const Config config = any_config(*rc::gen::arbitrary<std::uint64_t>());
  MatchingEngine engine(config);
  Output out;
  engine.set_phase(Phase::continuous, out);
  const std::vector<std::uint64_t> script = any_script();
  for (const std::uint64_t word : script) command(engine, word, out);
  StateVisitor save = StateVisitor::saving();
  engine.visit(save);
  const std::vector<std::uint8_t> bytes = save.take();
  MatchingEngine other(config);
  other.set_phase(Phase::pre_open, out);  // what was there before is gone after loading
  other.submit(buy(1, 1, config.min_qty, config.tick), out);
  StateVisitor load = StateVisitor::loading(bytes);
  other.visit(load);
  RC_ASSERT(load.complete());
  other.check_invariants();
  const auto digest_of = [](MatchingEngine& each) {
    StateVisitor digest = StateVisitor::digesting();
    each.visit(digest);
    return digest.digest();
  };
  RC_ASSERT(digest_of(engine) == digest_of(other));
  for (const std::uint64_t word : any_script()) {
    Output first;
    Output second;
    command(engine, word, first);
    command(other, word, second);
    RC_ASSERT(first == second);
  }
  other.check_invariants();
  RC_ASSERT(digest_of(engine) == digest_of(other));
}

RC_GTEST_PROP(MatchingProperty, damaged_state_is_refused_or_sound, ()) {
  MatchingEngine engine(any_config(*rc::gen::arbitrary<std::uint64_t>()));
  Output out;
  engine.set_phase(Phase::continuous, out);
  for (const std::uint64_t word : any_script()) command(engine, word, out);
  StateVisitor save = StateVisitor::saving();
  engine.visit(save);
  std::vector<std::uint8_t> bytes = save.take();
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  if (*rc::gen::arbitrary<bool>()) {
    bytes.resize(at);
  } else {
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ *rc::gen::inRange(1, 256));
  }
  MatchingEngine other(engine.config());
  StateVisitor load = StateVisitor::loading(bytes);
  other.visit(load);  // must end, and read nothing that is not there
}

// The levels of one side against a map, over prices that make the window move.
RC_GTEST_PROP(MatchingProperty, a_side_agrees_with_a_map_however_far_prices_lie, ()) {
  BookSide side;
  std::map<Key, Qty> model;
  Key centre = 0;
  for (const std::uint64_t word : any_script()) {
    Dice dice(word);
    if (dice.one_in(10)) centre = dice.below(40'000) - 20'000;
    const Key key = centre + dice.below(dice.one_in(4) ? 9'000 : 40) - 20;
    if (dice.one_in(3) && !model.empty()) {
      const auto one = std::next(model.begin(), dice.below(static_cast<std::int64_t>(model.size())));
      side.close(one->first);
      model.erase(one);
    } else if (model.count(key) == 0) {
      Level& level = side.open(key);
      RC_ASSERT(level.count == 0U);
      level.count = 1;
      level.leaves = key * 3;
      model[key] = key * 3;
    }
    RC_ASSERT(side.empty() == model.empty());
    RC_ASSERT(side.best() == (model.empty() ? BookSide::kNoKey : model.rbegin()->first));
    Key walked = BookSide::kNoKey;
    for (const auto& [each, qty] : model) {
      RC_ASSERT(side.next_better(walked) == each);
      RC_ASSERT(side.next_worse(each) == walked);
      RC_ASSERT(side.find(each) != nullptr);
      RC_ASSERT(side.find(each)->leaves == qty);
      walked = each;
    }
    RC_ASSERT(side.next_better(walked) == BookSide::kNoKey);
    RC_ASSERT((side.find(key) != nullptr) == (model.count(key) == 1));
  }
}

}  // namespace
}  // namespace lockstep::matching
