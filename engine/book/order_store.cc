#include "engine/book/order_store.h"

namespace lockstep {

void OrderStore::clear() {
  if (buckets_.empty()) buckets_.resize(std::size_t{1} << kLeastBits);
  for (Bucket& bucket : buckets_) bucket.hashes = {};
  size_ = 0;
  orders_.resize(1);
  levels_.clear();
  free_order_ = free_level_ = kNone;
}

void OrderStore::close_gap(std::size_t hole) {
  for (std::size_t b = next(hole);; b = next(b)) {
    Bucket& bucket = buckets_[b];
    const bool was_full = bucket.is_full();
    const unsigned size = bucket.size();
    for (unsigned cell = 0; cell < size; ++cell) {
      // It may move back unless its home lies after the hole.
      const std::size_t from_home = (b - home(bucket.hashes[cell])) & (buckets_.size() - 1);
      const std::size_t from_hole = (b - hole) & (buckets_.size() - 1);
      if (from_home < from_hole) continue;
      Bucket& filled = buckets_[hole];
      filled.hashes[kCells - 1] = bucket.hashes[cell];
      filled.slots[kCells - 1] = bucket.slots[cell];
      bucket.hashes[cell] = bucket.hashes[size - 1];
      bucket.slots[cell] = bucket.slots[size - 1];
      bucket.hashes[size - 1] = kEmpty;
      hole = b;
      break;
    }
    if (!was_full) return;
  }
}

void OrderStore::grow() {
  LOCKSTEP_CHECK(buckets_.size() < kMostBuckets, "more orders than the table can hold");
  std::vector<Bucket> old(buckets_.size() * 2);
  old.swap(buckets_);
  --shift_;
  for (const Bucket& from : old) {
    for (unsigned cell = 0; cell < from.size(); ++cell) {
      std::size_t b = home(from.hashes[cell]);
      while (buckets_[b].is_full()) b = next(b);
      const unsigned to = buckets_[b].size();
      buckets_[b].hashes[to] = from.hashes[cell];
      buckets_[b].slots[to] = from.slots[cell];
    }
  }
}

}  // namespace lockstep
