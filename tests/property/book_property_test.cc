#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "engine/book/price_book.h"

namespace lockstep {
namespace {

// A side as nobody could get it wrong: a map from price to quantity.
using Model = std::map<Price, Qty>;

void expect_equal(const BookSide& side, const Model& model, bool is_bid) {
  RC_ASSERT(side.size() == model.size());
  std::size_t depth = 0;
  const auto check = [&](const auto& entry) {
    RC_ASSERT((side.at(depth) == Level{entry.first, entry.second}));
    RC_ASSERT(side.qty_at(entry.first) == entry.second);
    ++depth;
  };
  if (is_bid) {
    for (auto i = model.rbegin(); i != model.rend(); ++i) check(*i);
  } else {
    for (auto i = model.begin(); i != model.end(); ++i) check(*i);
  }
}

// Prices span more levels than the linear part of the search covers, so that both parts of it are used.
rc::Gen<std::vector<Level>> any_levels() {
  return rc::gen::container<std::vector<Level>>(rc::gen::construct<Level>(
      rc::gen::inRange<Price>(-30, 60),
      rc::gen::weightedOneOf<Qty>({{1, rc::gen::just<Qty>(0)}, {3, rc::gen::inRange<Qty>(1, 9)}})));
}

RC_GTEST_PROP(BookProperty, agrees_with_a_map_after_any_updates, ()) {
  PriceBook book;
  Model bids;
  Model asks;
  const int updates = *rc::gen::inRange(1, 30);
  for (int i = 0; i < updates; ++i) {
    const auto change_bids = *any_levels();
    const auto change_asks = *any_levels();
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        book.apply(BookAction::clear, {}, {});
        bids.clear();
        asks.clear();
        break;
      case 1: {
        // A snapshot names a price once.
        Model whole_bids(bids);
        Model whole_asks(asks);
        for (const Level& level : change_bids) whole_bids[level.price] = level.qty;
        for (const Level& level : change_asks) whole_asks[level.price] = level.qty;
        std::vector<Level> bid_levels;
        std::vector<Level> ask_levels;
        for (const auto& [price, qty] : whole_bids) bid_levels.push_back({price, qty});
        for (const auto& [price, qty] : whole_asks) ask_levels.push_back({price, qty});
        if (*rc::gen::arbitrary<bool>()) std::reverse(bid_levels.begin(), bid_levels.end());
        if (ask_levels.size() > 2) std::swap(ask_levels[0], ask_levels[2]);
        book.apply(BookAction::snapshot, bid_levels, ask_levels);
        bids = whole_bids;
        asks = whole_asks;
        break;
      }
      default:
        book.apply(BookAction::diff, change_bids, change_asks);
        for (const Level& level : change_bids) bids[level.price] = level.qty;
        for (const Level& level : change_asks) asks[level.price] = level.qty;
        break;
    }
    std::erase_if(bids, [](const auto& entry) { return entry.second == 0; });
    std::erase_if(asks, [](const auto& entry) { return entry.second == 0; });
    expect_equal(book.bids(), bids, true);
    expect_equal(book.asks(), asks, false);
    RC_ASSERT(book.side(Side::buy).size() == bids.size());
  }
}

}  // namespace
}  // namespace lockstep
