// A market that is known in full, written down as LOBSTER would write it (only what happens within the N best
// levels, and these levels after each row), imported, and rebuilt: the N levels are always right, and where
// the file shows everything, every order stands in its place.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "feeds/files/kinds.h"
#include "tests/support/imported.h"
#include "tests/support/order_oracle.h"
#include "tests/support/temp_file.h"

namespace lockstep {
namespace {

using test::OrderOracle;

/// One step of the market, as free numbers that find_step gives a meaning to.
struct Step {
  int what = 0;
  int side = 0;
  int price = 0;
  int order = 0;
  int qty = 0;
};

rc::Gen<std::vector<Step>> steps() {
  const auto number = [] { return rc::gen::inRange(0, 1000); };
  return rc::gen::container<std::vector<Step>>(
      rc::gen::build<Step>(rc::gen::set(&Step::what, number()), rc::gen::set(&Step::side, number()),
                           rc::gen::set(&Step::price, number()), rc::gen::set(&Step::order, number()),
                           rc::gen::set(&Step::qty, number())));
}

class Market {
 public:
  explicit Market(std::size_t depth) : depth_(depth) {
    // Both sides begin with a few orders, of which a file says nothing.
    for (int i = 0; i < 6; ++i)
      act(OrderActionType::add, i % 2 == 0 ? Side::buy : Side::sell, ++last_id_, 0, i);
  }

  void take(const Step& step) {
    const Side side = step.side % 2 == 0 ? Side::buy : Side::sell;
    if (step.what % 5 < 2) {
      act(OrderActionType::add, side, ++last_id_, 1 + step.qty % 9, step.price);
      return;
    }
    std::uint64_t id = 0;
    if (step.what % 5 == 4) {
      const auto best = book_.top(side, 1);
      if (!best.empty()) id = book_.queue(side, best[0].price).at(0);
    } else if (!book_.orders().empty()) {
      id =
          std::next(book_.orders().begin(),
                    static_cast<std::ptrdiff_t>(static_cast<std::size_t>(step.order) % book_.orders().size()))
              ->first;
    }
    if (id == 0) return;
    const OrderOracle::Order order = book_.orders().at(id);
    const Qty some = 1 + step.qty % order.qty;
    const bool is_whole = step.what % 5 == 3 || some == order.qty;
    if (step.what % 5 == 4) {
      act(OrderActionType::execute, order.side, id, some, 0);
    } else {
      act(OrderActionType::cancel, order.side, id, is_whole ? order.qty : some, 0);
    }
  }

  [[nodiscard]] const std::string& messages() const { return messages_; }
  [[nodiscard]] const std::string& rows() const { return rows_; }
  /// The market after each row that was written.
  [[nodiscard]] const std::vector<OrderOracle>& states() const { return states_; }

 private:
  // An add takes its price from `place`: up to eight ticks behind the other side's best.
  void act(OrderActionType type, Side side, std::uint64_t id, Qty qty, int place) {
    Event event;
    event.kind = Kind::order_action;
    event.detail = static_cast<std::uint8_t>(type);
    const bool is_add = type == OrderActionType::add;
    Price price = 0;
    bool is_whole = false;
    if (is_add) {
      const auto other = book_.top(opposite(side), 1);
      const Price base = other.empty() ? 1'000'000 : other[0].price;
      price = base + (side == Side::buy ? -100 : 100) * (1 + place % 8);
      if (qty == 0) qty = 10;
    } else {
      price = book_.orders().at(id).price;
      is_whole = book_.orders().at(id).qty == qty;
    }
    event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), 0});
    const bool was_shown = shows(side, price);
    book_.apply(event);
    const bool is_first = last_id_ <= 6 && is_add;
    if (is_first || !(is_add ? shows(side, price) : was_shown)) return;
    const int kind = is_add ? 1 : type == OrderActionType::execute ? 4 : is_whole ? 3 : 2;
    messages_ += std::to_string(34'200 + states_.size()) + "," + std::to_string(kind) + "," +
                 std::to_string(id) + "," + std::to_string(qty) + "," + std::to_string(price) +
                 (side == Side::buy ? ",1\n" : ",-1\n");
    write_row();
    states_.push_back(book_);
  }

  [[nodiscard]] bool shows(Side side, Price price) const {
    for (const OrderOracle::Total& total : book_.top(side, depth_)) {
      if (total.price == price) return true;
    }
    return false;
  }

  void write_row() {
    const auto bids = book_.top(Side::buy, depth_);
    const auto asks = book_.top(Side::sell, depth_);
    const auto place = [](const std::vector<OrderOracle::Total>& side, std::size_t i, const char* none) {
      if (i >= side.size()) return std::string(none) + ",0";
      return std::to_string(side[i].price) + "," + std::to_string(side[i].qty);
    };
    for (std::size_t i = 0; i < depth_; ++i) {
      rows_ += (i == 0 ? "" : ",") + place(asks, i, "9999999999") + "," + place(bids, i, "-9999999999");
    }
    rows_ += "\n";
  }

  std::size_t depth_;
  OrderOracle book_;
  std::uint64_t last_id_ = 0;
  std::string messages_;
  std::string rows_;
  std::vector<OrderOracle> states_;
};

/// Imports what the market wrote and calls `check(row, truth, rebuilt)` after every row.
template <class Check>
void for_each_row(const Market& market, Check check) {
  const std::string stem = "X_2012-06-21_34200000_57600000_";
  for (const char* kind : {"message_1.csv", "orderbook_1.csv"})
    std::filesystem::remove(test::temp_dir() / (stem + kind));
  feeds::ImportOptions options;
  options.paths = {test::write_temp(stem + "message_1.csv", market.messages())};
  test::write_temp(stem + "orderbook_1.csv", market.rows());
  const test::Imported imported = test::import_all(feeds::open_lobster(options));
  RC_ASSERT(imported.error_text() == "");
  RC_ASSERT(imported.summary.suspicious_events == 0U);
  OrderOracle rebuilt;
  std::size_t row = 0;
  for (const Event& event : imported.events) {
    rebuilt.apply(event);
    if ((event.as<OrderAction>().venue_flags & 128U) == 0) continue;
    RC_ASSERT(rebuilt.first_fault() == "");
    RC_ASSERT(!rebuilt.is_crossed());
    check(row, market.states().at(row), rebuilt);
    ++row;
  }
  RC_ASSERT(row == market.states().size());
}

std::vector<Level> levels_of(const OrderOracle& book, Side side, std::size_t depth) {
  std::vector<Level> out;
  for (const OrderOracle::Total& total : book.top(side, depth)) out.push_back({total.price, total.qty});
  return out;
}

RC_GTEST_PROP(LobsterProperty, the_levels_that_the_file_shows_are_always_right, ()) {
  const auto depth = *rc::gen::inRange<std::size_t>(1, 5);
  Market market(depth);
  for (const Step& step : *steps()) market.take(step);
  RC_PRE(!market.states().empty());
  for_each_row(market, [&](std::size_t, const OrderOracle& truth, const OrderOracle& rebuilt) {
    for (const Side side : {Side::buy, Side::sell})
      RC_ASSERT(levels_of(rebuilt, side, depth) == levels_of(truth, side, depth));
  });
}

RC_GTEST_PROP(LobsterProperty, where_the_file_shows_everything_every_announced_order_stands_in_its_place,
              ()) {
  Market market(100);
  for (const Step& step : *steps()) market.take(step);
  RC_PRE(!market.states().empty());
  for_each_row(market, [&](std::size_t, const OrderOracle& truth, const OrderOracle& rebuilt) {
    for (const Side side : {Side::buy, Side::sell}) {
      RC_ASSERT(levels_of(rebuilt, side, 0) == levels_of(truth, side, 0));
      for (const OrderOracle::Total& total : truth.top(side)) {
        std::vector<std::uint64_t> announced;
        for (const std::uint64_t id : truth.queue(side, total.price)) {
          if (id > 6) announced.push_back(id);
        }
        std::vector<std::uint64_t> found;
        for (const std::uint64_t id : rebuilt.queue(side, total.price)) {
          if (id < std::uint64_t{1} << 62U) found.push_back(id);
        }
        RC_ASSERT(found == announced);
      }
    }
  });
}

}  // namespace
}  // namespace lockstep
