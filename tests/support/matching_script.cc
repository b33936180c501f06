// The generator of scripts.
#include "tests/support/matching_script.h"

#include <algorithm>
#include <initializer_list>

#include "tests/support/slow_exchange.h"

namespace lockstep::test {

using matching::BandAction;
using matching::BandKind;
using matching::Config;
using matching::OrderId;
using matching::Participant;
using matching::Phase;
using matching::PriorityRule;
using matching::Reason;
using matching::SelfTrade;
using matching::TimeInForce;
using matching::Type;

namespace {

class Dice {
 public:
  explicit Dice(const rc::Random& random) : random_(random) {}

  /// Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.next() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[between(0, static_cast<std::int64_t>(values.size()) - 1)];
  }

 private:
  rc::Random random_;
};

// What all commands of one script have in common.
struct Habits {
  Price middle = 100;             // where prices lie around
  std::int64_t spread_ticks = 4;  // how far from it
  std::int64_t far_ticks = 0;     // so far away a price lies now and then; 0: never
  std::int64_t lots = 10;         // the usual size at most
  OrderId ids = 20;               // orders share so many ids
  Participant participants = 3;
  std::int64_t phase_every = 20;  // commands between changes of phase, about
  std::int64_t bad_every = 60;    // a field in so many is a bad value
  bool is_deep = false;           // what empties the book is rare
};

matching::Band any_band(Dice& dice, const Config& config, const Habits& habits) {
  const std::int64_t ticks = dice.between(0, 2 * habits.spread_ticks);
  switch (dice.between(0, 3)) {
    case 0: return {BandKind::absolute, ticks * config.tick + dice.between(0, config.tick - 1)};
    case 1:
      return {BandKind::ppm, dice.between(0, 2 * habits.spread_ticks) * 10'000 + dice.between(0, 9'999)};
    default: return {};
  }
}

// One script in ten lives where the integers end.
void place_it(Dice& dice, Config& config, Habits& habits) {
  config.tick = dice.pick<Price>({1, 1, 5});
  config.lot = dice.pick<Qty>({1, 1, 10});
  habits.middle = dice.pick<Price>({100, 100, 0, -100}) * config.tick;
  const bool is_huge = dice.one_in(10);
  if (is_huge) {
    config.lot = Qty{1} << 36;
    habits.middle = dice.pick<Price>({1, -1}) * ((Price{1} << 52) / config.tick - 25) * config.tick;
  }
  config.min_qty = config.lot * dice.pick<Qty>({1, 1, 2});
  config.max_qty = is_huge ? Qty{1} << 42 : config.lot * dice.pick<Qty>({40, 1'000});
  if (is_huge) {
    habits.far_ticks = 0;
    habits.spread_ticks = std::min<std::int64_t>(habits.spread_ticks, 8);
  }
  config.min_price = habits.middle - (20 + habits.far_ticks) * config.tick;
  config.max_price = habits.middle + (20 + habits.far_ticks) * config.tick;
}

Config any_config(Dice& dice, Habits& habits) {
  Config config;
  place_it(dice, config, habits);
  config.priority =
      dice.pick({PriorityRule::price_time, PriorityRule::pro_rata, PriorityRule::price_size_time});
  config.top_order = dice.one_in(2);
  config.top_order_max = config.lot * dice.pick<Qty>({0, 0, 2, 5});
  config.min_allocation = config.lot * dice.pick<Qty>({0, 0, 1, 2, 3});
  config.self_trade = static_cast<SelfTrade>(dice.between(0, 5));
  config.any_change_loses_priority = dice.one_in(5);
  config.static_band = any_band(dice, config, habits);
  config.dynamic_band = any_band(dice, config, habits);
  config.band_action = static_cast<BandAction>(dice.between(0, 2));
  config.max_levels = dice.pick<std::uint32_t>({0, 0, 0, 1, 2, 3});
  config.queue_when_halted = !dice.one_in(3);
  config.max_orders =
      dice.pick<std::uint32_t>({200, 200, 200, 200, 200, 200, 200, 200, 40, 40, 12, 12, 3, 1});
  if (habits.is_deep) config.max_orders = 20'000;
  return config;
}

// For a book of more than a thousand orders.
Habits deep_habits(Dice& dice) {
  Habits habits;
  habits.spread_ticks = dice.pick<std::int64_t>({5, 300, 3'000});
  habits.far_ticks = dice.pick<std::int64_t>({6'000, 100'000, 1'000'000'000'000});
  habits.ids = 20'000;
  habits.participants = 50;
  habits.phase_every = 800;
  habits.bad_every = 400;
  habits.is_deep = true;
  return habits;
}

Habits any_habits(Dice& dice) {
  Habits habits;
  habits.spread_ticks = dice.pick<std::int64_t>({1, 2, 2, 4, 8});
  habits.far_ticks = dice.pick<std::int64_t>({0, 0, 0, 0, 0, 60, 600, 20'000, 5'000'000, 1'000'000'000'000});
  habits.lots = dice.pick<std::int64_t>({1, 3, 10, 25});
  habits.ids = dice.pick<OrderId>({8, 25, 80});
  habits.participants = dice.pick<Participant>({2, 3, 5});
  habits.phase_every = dice.pick<std::int64_t>({6, 20, 60});
  habits.bad_every = dice.pick<std::int64_t>({30, 100, 400});
  return habits;
}

// Writes one script. The slow exchange goes along, so that most commands meet orders that are there.
class Writer {
 public:
  Writer(const rc::Random& random, bool is_deep)
      : dice_(random),
        habits_(is_deep ? deep_habits(dice_) : any_habits(dice_)),
        config_(any_config(dice_, habits_)),
        exchange_(config_) {}

  Script write(std::int64_t least, std::int64_t most) {
    const std::int64_t count = dice_.between(least, most);
    add(SetPhase{dice_.pick({Phase::continuous, Phase::continuous, Phase::pre_open, Phase::pre_open,
                             Phase::closing_call, Phase::halted})});
    while (static_cast<std::int64_t>(commands_.size()) < count) add(any_command());
    return {config_, std::move(commands_)};
  }

 private:
  void add(const Command& command) {
    messages_.clear();
    give(exchange_, command, messages_);
    commands_.push_back(command);
  }

  bool is_bad() { return dice_.one_in(habits_.bad_every); }
  Side any_side() { return dice_.pick({Side::buy, Side::sell}); }
  Reason any_reason() { return dice_.pick({Reason::requested, Reason::expired, Reason::operator_action}); }
  Participant any_participant() { return static_cast<Participant>(dice_.between(0, habits_.participants)); }
  OrderId any_id() {
    if (is_bad()) return dice_.pick<OrderId>({0, UINT64_MAX, 1'001, 1'002});
    return static_cast<OrderId>(dice_.between(1, static_cast<std::int64_t>(habits_.ids)));
  }
  OrderId unused_id() {
    OrderId id = any_id();
    for (int i = 0; i < 4 && exchange_.find(id) != nullptr; ++i) id = any_id();
    return id;
  }
  const SlowExchange::Order* any_live() {
    const auto& live = exchange_.live();
    if (live.empty() || dice_.one_in(12)) return nullptr;
    return &live[static_cast<std::size_t>(dice_.between(0, static_cast<std::int64_t>(live.size()) - 1))];
  }

  // Buys lie a little below the middle and sells above, so that the book fills and is eaten.
  Price any_price(Side side) {
    if (is_bad()) {
      return dice_.pick<Price>({kNoPrice, INT64_MAX, config_.min_price - config_.tick,
                                config_.max_price + config_.tick, habits_.middle + 1, config_.min_price});
    }
    if (habits_.far_ticks > 0 && dice_.one_in(habits_.is_deep ? 40 : 4)) {
      return habits_.middle + dice_.between(-habits_.far_ticks, habits_.far_ticks) * config_.tick;
    }
    const std::int64_t lean = dice_.between(0, habits_.spread_ticks * (habits_.is_deep ? 4 : 1) / 2);
    const std::int64_t ticks = dice_.between(-habits_.spread_ticks, habits_.spread_ticks);
    return habits_.middle + (ticks + (side == Side::buy ? -lean : lean)) * config_.tick;
  }

  Qty any_qty() {
    if (is_bad()) {
      return dice_.pick<Qty>({0, -config_.lot, config_.lot + 1, config_.max_qty + config_.lot, INT64_MAX,
                              INT64_MIN, config_.lot, config_.max_qty});
    }
    const std::int64_t lots = dice_.one_in(8) ? 3 * habits_.lots : habits_.lots;
    return std::min(config_.max_qty, config_.min_qty + config_.lot * dice_.between(0, lots));
  }

  Qty any_part(std::int64_t lots) {  // of an order
    if (is_bad()) {
      return dice_.pick<Qty>({-config_.lot, config_.lot + 1, config_.max_qty, INT64_MAX, INT64_MIN});
    }
    return config_.lot * dice_.between(1, lots);
  }

  TimeInForce any_tif() {
    const Phase phase = exchange_.phase();
    const bool trading = phase == Phase::continuous;
    if (dice_.one_in(trading ? 3 : 30)) return dice_.pick({TimeInForce::ioc, TimeInForce::fok});
    if (dice_.one_in(8)) return TimeInForce::at_close;
    if (dice_.one_in(phase == Phase::pre_open ? 4 : 40)) return TimeInForce::at_open;
    return dice_.pick({TimeInForce::day, TimeInForce::gtc, TimeInForce::gtc});
  }

  matching::NewOrder any_order() {
    const bool trading = exchange_.phase() == Phase::continuous;
    matching::NewOrder order;
    order.order_id = dice_.one_in(30) ? any_id() : unused_id();
    order.participant = any_participant();
    order.side = dice_.one_in(3) && is_bad() ? Side::none : any_side();
    order.qty = any_qty();
    order.tif = any_tif();
    if (dice_.one_in(trading ? 6 : 4)) order.type = dice_.pick({Type::market, Type::market_to_limit});
    if (order.type == Type::limit || is_bad()) order.price = any_price(order.side);
    const bool rests = order.tif == TimeInForce::day || order.tif == TimeInForce::gtc;
    const bool may_hide = rests && order.type == Type::limit;
    if (may_hide ? dice_.one_in(3) : is_bad()) order.display_qty = any_part(4);
    if (may_hide && trading ? dice_.one_in(8) : is_bad()) order.post_only = true;
    if (trading && !order.post_only ? dice_.one_in(8) : is_bad()) order.min_qty = any_part(habits_.lots);
    if (dice_.one_in(3)) order.self_trade = static_cast<SelfTrade>(dice_.between(0, 5));
    return order;
  }

  matching::ReplaceOrder any_replace() {
    const SlowExchange::Order* order = any_live();
    if (order == nullptr) return {any_id(), any_price(any_side()), any_qty()};
    const matching::NewOrder& terms = order->terms;
    matching::ReplaceOrder replace{terms.order_id, terms.price, terms.qty};
    const bool other_price = terms.price == kNoPrice ? is_bad() : dice_.one_in(2);
    if (other_price) replace.price = any_price(terms.side);
    switch (dice_.between(0, 5)) {
      case 0: break;
      case 1: replace.qty = any_qty(); break;
      case 2: replace.qty = order->done(); break;
      case 3: replace.qty += config_.lot * dice_.between(1, 5); break;
      default: replace.qty -= config_.lot * dice_.between(0, order->leaves / config_.lot); break;
    }
    return replace;
  }

  matching::MassQuote any_quote() {
    matching::MassQuote quote;
    quote.participant = any_participant();
    quote.bid_id = 1'001 + 2 * OrderId{quote.participant};
    quote.ask_id = quote.bid_id + 1;
    quote.bid_price = any_price(Side::buy);
    quote.ask_price = any_price(Side::sell);
    if (quote.bid_price >= quote.ask_price && !dice_.one_in(8)) std::swap(quote.bid_price, quote.ask_price);
    if (!dice_.one_in(6)) quote.bid_qty = any_qty();
    if (!dice_.one_in(6)) quote.ask_qty = any_qty();
    const SlowExchange::Order* bid = exchange_.find(quote.bid_id);
    const SlowExchange::Order* ask = exchange_.find(quote.ask_id);
    if (bid != nullptr && dice_.one_in(2)) quote.bid_price = bid->terms.price;
    if (ask != nullptr && dice_.one_in(2)) quote.ask_price = ask->terms.price;
    if (bid != nullptr && dice_.one_in(4)) quote.bid_qty = bid->leaves;
    if (ask != nullptr && dice_.one_in(4)) quote.ask_qty = ask->leaves;
    if (is_bad()) quote.bid_id = any_id();
    if (is_bad()) quote.ask_id = any_id();
    if (is_bad()) quote.ask_id = quote.bid_id;
    return quote;
  }

  Phase next_phase() {
    const Phase now = exchange_.phase();
    if (is_bad()) return now;
    if (now != Phase::continuous && !dice_.one_in(3)) return Phase::continuous;
    Phase to = now;
    while (to == now) to = static_cast<Phase>(dice_.between(0, 5));
    return to;
  }

  matching::CancelAll any_cancel_all() {
    return {dice_.one_in(4) ? matching::kEveryone : any_participant(),
            dice_.pick({Side::none, Side::buy, Side::sell}), dice_.one_in(3), any_reason()};
  }

  Command any_command() {
    const bool idle = exchange_.phase() == Phase::closed;  // nothing much happens then
    if (dice_.one_in(idle ? 3 : habits_.phase_every)) return SetPhase{next_phase()};
    const std::int64_t kind = dice_.between(1, 100);
    if (kind <= 10) {
      const SlowExchange::Order* order = any_live();
      return matching::CancelOrder{order == nullptr ? any_id() : order->terms.order_id, any_reason()};
    }
    if (kind <= 26) return any_replace();
    if (kind <= 34) return any_quote();
    if (kind <= 35 && (!habits_.is_deep || dice_.one_in(8))) return any_cancel_all();
    if (kind <= 36) {
      const std::int64_t ticks = dice_.between(-habits_.spread_ticks, habits_.spread_ticks);
      return SetReference{habits_.middle + ticks * config_.tick};
    }
    if (kind <= 37) return Restart{};
    return any_order();
  }

  Dice dice_;
  Habits habits_;
  Config config_;
  SlowExchange exchange_;
  matching::Output messages_;
  std::vector<Command> commands_;
};

}  // namespace

rc::Gen<Script> any_script(int max_commands) {
  return [max_commands](const rc::Random& random, int) {
    return rc::shrinkable::just(Writer(random, false).write(1, max_commands));
  };
}

rc::Gen<Script> any_deep_script(int commands) {
  return [commands](const rc::Random& random, int) {
    return rc::shrinkable::just(Writer(random, true).write(commands, commands));
  };
}

}  // namespace lockstep::test
