#include "sim/matching/book_side.h"

#include <algorithm>

namespace lockstep::matching {
namespace {

// After moving, the best level has a quarter of the window above it for prices that improve.
constexpr Key kBelow = BookSide::kWindow * 3 / 4;

}  // namespace

std::size_t BookSide::far_position(Key key) const {
  const auto at = std::lower_bound(far_.begin(), far_.end(), key,
                                   [](const Far& far, Key wanted) { return far.key < wanted; });
  return static_cast<std::size_t>(at - far_.begin());
}

const Level* BookSide::find(Key key) const {
  if (in_window(key)) {
    const Level& level = window_[offset(key)];
    return level.count != 0 ? &level : nullptr;
  }
  const std::size_t at = far_position(key);
  return at < far_.size() && far_[at].key == key ? &far_[at].level : nullptr;
}

Key BookSide::next_worse(Key key) const {
  if (key > best_) return best_;
  if (key > base_) {
    const std::size_t at = offset(key);
    std::size_t word = at / 64;
    std::uint64_t bits = words_[word] & ((std::uint64_t{1} << (at % 64)) - 1);
    while (bits == 0 && word > 0) bits = words_[--word];
    if (bits != 0) return base_ + static_cast<Key>(word * 64) + 63 - std::countl_zero(bits);
  }
  const std::size_t at = far_position(key);
  return at > 0 ? far_[at - 1].key : kNoKey;
}

Key BookSide::next_better(Key key) const {
  if (key >= best_) return kNoKey;
  if (key < base_) {
    const std::size_t at = key == kNoKey ? 0 : far_position(key + 1);
    if (at < far_.size()) return far_[at].key;
    key = base_ - 1;
  }
  std::size_t at = static_cast<std::size_t>(key + 1 - base_);  // below the best, so still in the window
  std::size_t word = at / 64;
  std::uint64_t bits = words_[word] & (~std::uint64_t{0} << (at % 64));
  while (bits == 0) bits = words_[++word];
  return base_ + static_cast<Key>(word * 64) + std::countr_zero(bits);
}

Level& BookSide::open_outside(Key key) {
  if (empty() || key > best_) {
    anchor(key);  // the first, or better than the window reaches
  } else if (best_ < base_ + kWindow / 2) {
    anchor(best_);  // the touch has drifted down; the window follows
  }
  if (in_window(key)) return open(key);
  const std::size_t at = far_position(key);
  if (at == far_.size() || far_[at].key != key) {
    far_.insert(far_.begin() + static_cast<std::ptrdiff_t>(at), Far{key, {}});
  }
  return far_[at].level;
}

void BookSide::close_outside(Key key) {
  const std::size_t at = far_position(key);
  far_.erase(far_.begin() + static_cast<std::ptrdiff_t>(at));
}

// Moves the window so that `best` has room above. Levels that fall out of it below become far, far ones that
// it covers now come in. No level is better than the new window, because `best` is the best.
void BookSide::anchor(Key best) {
  const Key new_base = best - kBelow;
  if (summary_ != 0) {
    for (std::size_t word = 0; word < kWords; ++word) {
      for (; words_[word] != 0; words_[word] &= words_[word] - 1) {
        const std::size_t at = word * 64 + static_cast<std::size_t>(std::countr_zero(words_[word]));
        far_.push_back({base_ + static_cast<Key>(at), window_[at]});
        window_[at] = Level{};
      }
    }
    summary_ = 0;
  }
  base_ = new_base;
  while (!far_.empty() && far_.back().key >= new_base) {
    const std::size_t at = offset(far_.back().key);
    window_[at] = far_.back().level;
    words_[at / 64] |= std::uint64_t{1} << (at % 64);
    summary_ |= std::uint64_t{1} << (at / 64);
    far_.pop_back();
  }
}

void BookSide::clear() {
  std::fill(window_.begin(), window_.end(), Level{});
  words_.fill(0);
  far_.clear();
  summary_ = 0;
  best_ = kNoKey;
  base_ = 0;
}

}  // namespace lockstep::matching
