// Our place among the orders of an order-by-order feed, judged by a second implementation that keeps every
// queue as a list in which our orders stand among the others, written from section 5 of sim/QUEUE_MODELS.md.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <tuple>

#include "engine/core/random.h"
#include "sim/sim_venue.h"
#include "tests/support/events.h"
#include "tests/support/keepers.h"

namespace lockstep {
namespace {

using Filled = std::tuple<OrderId, Price, Qty>;

class SlowQueues {
 public:
  [[nodiscard]] Qty level(Side side, Price price) {
    Qty sum = 0;
    for (const Member& member : queues_[{side, price}]) sum += member.is_ours ? 0 : member.qty;
    return sum;
  }
  [[nodiscard]] bool knows(std::uint64_t id) const { return where_.contains(id); }
  // Whether a limit would trade with what is recorded on the other side.
  [[nodiscard]] bool crosses(Side side, Price price) {
    for (const auto& [key, queue] : queues_) {
      const bool reaches = side == Side::buy ? key.second <= price : key.second >= price;
      if (key.first == opposite(side) && reaches && level(key.first, key.second) > 0) return true;
    }
    return false;
  }

  void join(OrderId id, Side side, Price price, Qty qty) {
    queues_[{side, price}].push_back({id, qty, true});
    ours_.push_back({id, side, price});
  }
  void leave(OrderId id) {
    const auto ours = std::find_if(ours_.begin(), ours_.end(), [&](const Ours& o) { return o.id == id; });
    if (ours == ours_.end()) return;
    queues_[{ours->side, ours->price}].remove_if([&](const Member& m) { return m.is_ours && m.id == id; });
    ours_.erase(ours);
  }

  void add(std::uint64_t id, Side side, Price price, Qty qty) {
    queues_[{side, price}].push_back({id, qty, false});
    where_[id] = {side, price};
    // It would have met those of ours that it reaches.
    Qty left = level(side, price) - taken_[{side, price}];
    for (const Ours& each : by_priority(opposite(side))) {
      const bool reaches = side == Side::sell ? price <= each.price : price >= each.price;
      if (!reaches || left <= 0) continue;
      const Qty given = give(each, left);
      taken_[{side, price}] += given;
      left -= given;
    }
  }
  void shrink(std::uint64_t id, Qty qty) {
    const auto [side, price] = where_.at(id);
    auto& queue = queues_[{side, price}];
    const auto member = find(queue, id);
    member->qty -= qty;
    if (member->qty <= 0) {
      queue.erase(member);
      where_.erase(id);
    }
    Qty& taken = taken_[{side, price}];
    taken = std::min(taken, level(side, price));
  }
  void execute(std::uint64_t id, Qty qty) {
    const auto [side, price] = where_.at(id);
    Qty left = qty;
    for (const Ours& each : by_priority(side)) {
      const bool is_better = side == Side::buy ? each.price > price : each.price < price;
      if (left > 0 && (is_better || (each.price == price && stands_before(each, id))))
        left -= give(each, left);
    }
    shrink(id, qty);
  }
  [[nodiscard]] Qty qty_of(std::uint64_t id) { return find(queues_[where_.at(id)], id)->qty; }
  [[nodiscard]] std::pair<Side, Price> place_of(std::uint64_t id) const { return where_.at(id); }
  [[nodiscard]] const std::vector<Filled>& fills() const { return fills_; }

 private:
  struct Member {
    std::uint64_t id;
    Qty qty;
    bool is_ours;
  };
  struct Ours {
    OrderId id;
    Side side;
    Price price;
  };
  using Queue = std::list<Member>;

  static Queue::iterator find(Queue& queue, std::uint64_t id) {
    return std::find_if(queue.begin(), queue.end(),
                        [&](const Member& m) { return !m.is_ours && m.id == id; });
  }
  std::vector<Ours> by_priority(Side side) const {
    std::vector<Ours> out;
    for (const Ours& each : ours_) {
      if (each.side == side) out.push_back(each);
    }
    std::stable_sort(out.begin(), out.end(), [&](const Ours& a, const Ours& b) {
      return side == Side::buy ? a.price > b.price : a.price < b.price;
    });
    return out;
  }
  bool stands_before(const Ours& each, std::uint64_t id) {
    for (const Member& member : queues_[{each.side, each.price}]) {
      if (member.is_ours && member.id == each.id) return true;
      if (!member.is_ours && member.id == id) return false;
    }
    return false;
  }
  Qty give(const Ours& each, Qty most) {
    auto& queue = queues_[{each.side, each.price}];
    const auto member = std::find_if(queue.begin(), queue.end(),
                                     [&](const Member& m) { return m.is_ours && m.id == each.id; });
    const Qty qty = std::min(most, member->qty);
    fills_.emplace_back(each.id, each.price, qty);
    member->qty -= qty;
    if (member->qty == 0) leave(each.id);
    return qty;
  }

  std::map<std::pair<Side, Price>, Queue> queues_;
  std::map<std::uint64_t, std::pair<Side, Price>> where_;
  std::map<std::pair<Side, Price>, Qty> taken_;
  std::vector<Ours> ours_;  // in order of arrival
  std::vector<Filled> fills_;
};

// Feeds the same session to the venue and to the slow queues. With `restores`, the venue is written out and
// read back into a new one before every event.
std::pair<std::vector<Filled>, std::vector<Filled>> play(std::uint64_t seed, bool restores) {
  RandomStream random(seed, 80, 0);
  SlowQueues slow;
  sim::SimConfig config;
  config.fees.resize(1);
  config.fills.resize(1);
  config.fills[0].queue.kind = sim::QueueModelKind::exact;
  const std::vector<Instrument> instruments = {test::plain_instrument()};
  auto venue = std::make_unique<sim::SimVenue>(instruments, config);
  Books books(1);
  test::KeptAnswers answers;
  TimeNs now = 1000;
  std::uint64_t recorded = 0;
  OrderId ours = 0;
  const auto show = [&](OrderActionType type, std::uint64_t id, Side side, Price price, Qty qty) {
    now += 10;
    Event event;
    event.exch_ts_ns = event.recv_ts_ns = now;
    event.instrument = 0;
    event.kind = Kind::order_action;
    event.detail = static_cast<std::uint8_t>(type);
    event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), 0});
    if (restores) {
      StateVisitor saving = StateVisitor::saving();
      venue->visit(saving);
      const std::vector<std::uint8_t> bytes = saving.take();
      venue = std::make_unique<sim::SimVenue>(instruments, config);
      StateVisitor loading = StateVisitor::loading(bytes);
      venue->visit(loading);
      RC_ASSERT(loading.complete());
    }
    venue->on_market(event, {}, books, answers);
    books.apply(event, {});
  };
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t what = random.uniform_below(12);
    const Side side = random.bernoulli(1, 2) ? Side::buy : Side::sell;
    const Price price = random.uniform_int(97, 103);
    const Qty qty = random.uniform_int(1, 9);
    const std::uint64_t id = recorded == 0 ? 1 : 1 + random.uniform_below(recorded);
    if (what < 4 || recorded == 0) {
      show(OrderActionType::add, ++recorded, side, price, qty);
      slow.add(recorded, side, price, qty);
    } else if (what < 9 && slow.knows(id)) {
      const Qty off = std::min(qty, slow.qty_of(id));
      const auto [its_side, its_price] = slow.place_of(id);
      if (what < 6) {
        show(OrderActionType::execute, id, its_side, its_price, off);
        slow.execute(id, off);
      } else if (what < 8) {
        show(OrderActionType::cancel, id, its_side, its_price, off);
        slow.shrink(id, off);
      } else {
        const bool keeps = its_price == price && qty <= slow.qty_of(id);
        show(OrderActionType::modify, id, its_side, price, qty);
        slow.shrink(id, keeps ? slow.qty_of(id) - qty : slow.qty_of(id));
        if (!keeps) slow.add(id, its_side, price, qty);
      }
    } else if (what >= 9) {
      Event order;
      order.recv_ts_ns = now + 1;
      order.instrument = 0;
      order.detail = static_cast<std::uint8_t>(side);
      if (what == 11 && ours > 0) {
        const OrderId gone = 1 + random.uniform_below(ours);
        order.kind = Kind::cancel;
        order.set(OrderInstruction{gone, 0, 0, 0, 0, kNoPrice});
        slow.leave(gone);
      } else if (!slow.crosses(side, price)) {
        order.kind = Kind::submit;
        order.set(
            OrderInstruction{++ours, price, qty, static_cast<std::uint32_t>(OrderType::limit), 0, kNoPrice});
        slow.join(ours, side, price, qty);
      } else {
        continue;
      }
      venue->instruct(order, answers);
      // A far order lets it arrive before anything else happens.
      show(OrderActionType::add, 1'000'000 + static_cast<std::uint64_t>(i), Side::buy, 1, 1);
      slow.add(1'000'000 + static_cast<std::uint64_t>(i), Side::buy, 1, 1);
    }
  }
  std::vector<Filled> got;
  for (const Event& answer : answers.events) {
    if (!is_fill(answer.kind)) continue;
    const auto fill = answer.as<Fill>();
    got.emplace_back(fill.order_id, fill.price, fill.qty);
  }
  return {got, slow.fills()};
}

RC_GTEST_PROP(ExactQueueProperty, every_fill_agrees_with_queues_kept_as_lists, ()) {
  const auto [got, expected] = play(*rc::gen::inRange<std::uint64_t>(0, 1'000'000'000), false);
  RC_CLASSIFY(expected.size() > 20);
  RC_ASSERT(got == expected);
}

RC_GTEST_PROP(ExactQueueProperty, a_venue_read_back_before_every_event_fills_the_same, ()) {
  const auto [got, expected] = play(*rc::gen::inRange<std::uint64_t>(0, 1'000'000'000), true);
  RC_ASSERT(got == expected);
}

}  // namespace
}  // namespace lockstep
