// What a snapshot holds of a matching engine, and what must always be true of it.
#include "sim/matching/matching_engine.h"
#include "sim/matching/walk.h"

namespace lockstep::matching {
namespace {

constexpr std::uint64_t kLeastBytesOfAnOrder = 15 * 8;
constexpr Key kKeyBound = Key{1} << 52;

void visit_order(StateVisitor& visitor, Order& order) {
  const auto part = [&](auto value) {  // a bit field has no address
    visitor.field(value);
    return value;
  };
  visitor.field(order.id);
  visitor.field(order.key);
  visitor.field(order.leaves);
  visitor.field(order.shown);
  visitor.field(order.qty);
  visitor.field(order.display_qty);
  visitor.field(order.participant);
  visitor.field(order.side);
  visitor.field(order.place);
  order.type = part(order.type);
  order.tif = part(order.tif);
  order.self_trade = part(order.self_trade);
  order.post_only = part(order.post_only);
  order.is_quote = part(order.is_quote);
}

bool is_sound(const Order& order) {
  const bool priced = order.key >= -kKeyBound && order.key <= kKeyBound;
  return order.id != 0 && (order.side == Side::buy || order.side == Side::sell) &&
         order.place <= Place::halt_queue && order.leaves > 0 && order.leaves <= order.qty &&
         order.shown > 0 && order.shown <= order.leaves &&
         (priced || (order.is_unpriced() && order.place != Place::level));
}

}  // namespace

// Orders in walking order, lists last: the same book gives the same bytes, whatever way led to it.
void MatchingEngine::visit(StateVisitor& visitor) {
  visitor.field(phase_);
  visitor.field(reference_);
  visitor.field(last_price_);
  visitor.field(joins_);
  std::uint64_t count = visitor.length(pool_.live(), kLeastBytesOfAnOrder);
  const auto visit_rest = [&](Order& order, std::uint64_t& joined, bool& is_top) {
    visit_order(visitor, order);
    visitor.field(joined);
    visitor.field(is_top);
  };
  if (!visitor.is_loading()) {
    const auto save = [&](Slot slot) {
      Order order = pool_[slot];
      std::uint64_t joined = slot < joined_.size() && order.place == Place::level ? joined_[slot] : 0;
      bool is_top = top_[index_of(order.side)] == slot;
      visit_rest(order, joined, is_top);
    };
    walk_book(save);
    walk(waiting_for_close_, save);
    walk(halt_queue_, save);
    return;
  }
  pool_.clear();
  index_.clear();
  for (BookSide& side : sides_) side.clear();
  unpriced_ = {};
  waiting_for_close_ = {};
  halt_queue_ = {};
  top_ = {kNoSlot, kNoSlot};
  joined_.clear();
  for (; count > 0 && visitor.ok(); --count) {
    Order order;
    std::uint64_t joined = 0;
    bool is_top = false;
    visit_rest(order, joined, is_top);
    if (!visitor.ok() || !is_sound(order) || index_.find(order.id) != IdMap::kAbsent) {
      return visitor.fail();
    }
    const Slot slot = pool_.add(order);
    index_.insert(order.id, slot);
    if (is_top) top_[index_of(order.side)] = slot;
    if (config_.priority == PriorityRule::price_size_time) joined_.push_back(joined);
    if (order.place != Place::level) {
      pool_.push_back(list_of(order), slot);
      continue;
    }
    Level& level = side_of(order.side).open(order.key);
    level.shown += order.shown;
    level.leaves += order.leaves;
    pool_.push_back(level, slot);
  }
}

void MatchingEngine::check_invariants() const {
  std::uint32_t live = 0;
  const auto check_queue = [&](const Queue& queue, Place place, Side side, Key key) {
    Qty shown = 0;
    Qty leaves = 0;
    std::uint32_t count = 0;
    Slot before = kNoSlot;
    for (Slot slot = queue.head; slot != kNoSlot; slot = pool_[slot].next) {
      const Order& order = pool_[slot];
      LOCKSTEP_CHECK(order.prev == before, "the links of a queue are broken");
      LOCKSTEP_CHECK(index_.find(order.id) == slot, "an order in the book is not found by its id");
      LOCKSTEP_CHECK(order.place == place, "an order stands where it says it is not");
      LOCKSTEP_CHECK(side == Side::none || (order.side == side && order.key == key),
                     "an order stands at the wrong price");
      LOCKSTEP_CHECK(order.shown > 0 && order.shown <= order.leaves && order.leaves <= order.qty,
                     "an order's quantities contradict each other");
      const bool by_size = config_.priority == PriorityRule::price_size_time && place == Place::level;
      LOCKSTEP_CHECK(!by_size || before == kNoSlot || pool_[before].shown > order.shown ||
                         (pool_[before].shown == order.shown && joined_[before] < joined_[slot]),
                     "a level is not ordered by size and time");
      shown += order.shown;
      leaves += order.leaves;
      ++count;
      before = slot;
    }
    LOCKSTEP_CHECK(queue.tail == before && queue.count == count, "the end of a queue is wrong");
    live += count;
    return std::pair{shown, leaves};
  };
  for (const Side side : {Side::buy, Side::sell}) {
    check_queue(unpriced_[index_of(side)], Place::unpriced, side, kUnpricedKey);
    const BookSide& levels = side_of(side);
    Key worse_than = kUnpricedKey;
    for (Key key = levels.best(); key != BookSide::kNoKey; key = levels.next_worse(key)) {
      LOCKSTEP_CHECK(key < worse_than, "levels are not in order");
      const Level* level = levels.find(key);
      LOCKSTEP_CHECK(level != nullptr && level->count > 0, "a level without orders is in use");
      const auto [shown, leaves] = check_queue(*level, Place::level, side, key);
      LOCKSTEP_CHECK(level->shown == shown && level->leaves == leaves,
                     "a level's totals are not the sum of its orders");
      worse_than = key;
    }
    Key better_than = BookSide::kNoKey;
    std::uint32_t down = 0;
    std::uint32_t up = 0;
    for (Key key = levels.best(); key != BookSide::kNoKey; key = levels.next_worse(key)) ++down;
    for (Key key = levels.next_better(BookSide::kNoKey); key != BookSide::kNoKey;
         key = levels.next_better(key)) {
      LOCKSTEP_CHECK(key > better_than, "levels upward are not in order");
      better_than = key;
      ++up;
    }
    LOCKSTEP_CHECK(up == down, "walking up finds other levels than walking down");
    const Slot top = top_[index_of(side)];
    LOCKSTEP_CHECK(top == kNoSlot || (pool_[top].side == side && index_.find(pool_[top].id) == top),
                   "the top order is not live");
  }
  check_queue(waiting_for_close_, Place::waiting_for_close, Side::none, 0);
  check_queue(halt_queue_, Place::halt_queue, Side::none, 0);
  LOCKSTEP_CHECK(live == pool_.live(), "an order is live and in no place");
  if (phase_ != Phase::continuous) return;
  LOCKSTEP_CHECK(unpriced_[0].count + unpriced_[1].count == 0, "an order without price rests");
  LOCKSTEP_CHECK(sides_[0].empty() || sides_[1].empty() || sides_[0].best() < -sides_[1].best(),
                 "the book is crossed at rest");
}

}  // namespace lockstep::matching
