// The price levels of one side: an array of levels around the touch with a bitmap of those that are in use,
// and a sorted list of the few that lie far behind it. Owned by the engine. It knows keys (larger is better),
// so that both sides are one code; it never touches an order.
#pragma once

#include <array>
#include <bit>
#include <vector>

#include "sim/matching/order_pool.h"

namespace lockstep::matching {

struct Level : Queue {
  Qty shown = 0;   ///< sum over its orders
  Qty leaves = 0;  ///< sum over its orders, hidden included
};

class BookSide {
 public:
  static constexpr Key kWindow = 2048;      ///< ticks that the array spans; at most 64 * 64
  static constexpr Key kNoKey = INT64_MIN;  ///< worse than every key

  BookSide() : window_(kWindow) {}

  [[nodiscard]] bool empty() const { return best_ == kNoKey; }
  /// kNoKey if empty.
  [[nodiscard]] Key best() const { return best_; }
  /// The best level in use that is worse than `key`, which need not be in use; kNoKey: none.
  [[nodiscard]] Key next_worse(Key key) const;
  /// The worst level in use that is better than `key`; kNoKey: none. From kNoKey: the worst of all.
  [[nodiscard]] Key next_better(Key key) const;

  /// Null if no order is there. Valid until the next `open` or `close`.
  [[nodiscard]] const Level* find(Key key) const;
  [[nodiscard]] Level* find(Key key) {
    return const_cast<Level*>(static_cast<const BookSide*>(this)->find(key));
  }
  /// Requires: in use. Valid until the next `open` or `close`.
  [[nodiscard]] Level& at(Key key) {
    return in_window(key) ? window_[offset(key)] : far_[far_position(key)].level;
  }

  /// The level at `key`, empty if it was not in use; the caller puts an order in. Valid as `find`.
  Level& open(Key key) {
    if (!in_window(key)) [[unlikely]]
      return open_outside(key);
    const std::size_t at = offset(key);
    words_[at / 64] |= std::uint64_t{1} << (at % 64);
    summary_ |= std::uint64_t{1} << (at / 64);
    if (key > best_) best_ = key;
    return window_[at];
  }

  /// The level at `key` has lost its last order.
  void close(Key key) {
    if (!in_window(key)) [[unlikely]]
      return close_outside(key);
    const std::size_t at = offset(key);
    window_[at] = Level{};
    words_[at / 64] &= ~(std::uint64_t{1} << (at % 64));
    if (words_[at / 64] == 0) summary_ &= ~(std::uint64_t{1} << (at / 64));
    if (key == best_) find_best();
  }

  void clear();

 private:
  struct Far {
    Key key;
    Level level;
  };
  static constexpr std::size_t kWords = kWindow / 64;
  static_assert(kWords <= 64 && kWindow % 64 == 0);

  [[nodiscard]] bool in_window(Key key) const {
    return static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(base_) < std::uint64_t{kWindow};
  }
  [[nodiscard]] std::size_t offset(Key key) const { return static_cast<std::size_t>(key - base_); }
  [[nodiscard]] std::size_t far_position(Key key) const;
  [[nodiscard]] Key highest_in_window() const {
    const auto word = static_cast<std::size_t>(63 - std::countl_zero(summary_));
    return base_ + static_cast<Key>(word * 64) + 63 - std::countl_zero(words_[word]);
  }
  void find_best() {
    if (summary_ != 0) {
      best_ = highest_in_window();
    } else if (far_.empty()) {
      best_ = kNoKey;
    } else {
      best_ = far_.back().key;
      anchor(best_);
    }
  }
  Level& open_outside(Key key);
  void close_outside(Key key);
  void anchor(Key best);

  Key base_ = 0;               // key of the first level of the window
  Key best_ = kNoKey;          // in the window, unless the side is empty
  std::uint64_t summary_ = 0;  // a bit for each word that is not 0
  std::array<std::uint64_t, kWords> words_{};
  std::vector<Level> window_;
  std::vector<Far> far_;  // all worse than the window; ascending
};

}  // namespace lockstep::matching
