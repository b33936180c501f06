#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/core/random.h"

namespace lockstep {
namespace {

RandomStream any_stream() {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto stream = *rc::gen::arbitrary<std::uint32_t>();
  const auto entity = *rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                    [](std::uint64_t x) { return x & RandomStream::kMaxEntity; });
  RandomStream result(seed, stream, entity);
  result.seek(*rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t x) { return x >> 16; }));
  return result;
}

/// One draw of the `kind`-th distribution, as a number to compare.
double draw(RandomStream& s, int kind) {
  switch (kind) {
    case 0: return static_cast<double>(s.next_u64());
    case 1: return s.uniform01();
    case 2: return s.normal();
    case 3: return s.exponential(2.0);
    case 4: return static_cast<double>(s.poisson(3.0));
    case 5: return static_cast<double>(s.poisson(40.0));
    case 6: return s.gamma(0.4, 1.0);
    case 7: return s.student_t(3.0);
    default: return static_cast<double>(s.uniform_int(-7, 1'000'000'007));
  }
}

RC_GTEST_PROP(RandomProperty, seeking_to_a_counter_replays_what_followed_it, ()) {
  RandomStream stream = any_stream();
  const auto before = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
  const auto after = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9));
  for (const int kind : before) draw(stream, kind);

  const std::uint64_t counter = stream.counter();
  const RandomStream copy = stream;
  std::vector<double> first;
  for (const int kind : after) first.push_back(draw(stream, kind));

  RandomStream copied = copy;
  stream.seek(counter);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double replayed = draw(stream, after[i]);
    const double from_copy = draw(copied, after[i]);
    RC_ASSERT(replayed == first[i]);
    RC_ASSERT(from_copy == first[i]);
  }
}

RC_GTEST_PROP(RandomProperty, values_stay_in_their_range, ()) {
  RandomStream s = any_stream();
  const double u = s.uniform01();
  RC_ASSERT(u >= 0.0 && u < 1.0);
  const double open = s.uniform_open();
  RC_ASSERT(open > 0.0 && open < 1.0);
  const double z = s.normal();
  RC_ASSERT(z > -8.21 && z < 8.21);
  RC_ASSERT(s.exponential(3.0) > 0.0);
  RC_ASSERT(s.gamma(0.7, 2.0) >= 0.0);
  RC_ASSERT(s.poisson(0.5) >= 0);
  RC_ASSERT(s.poisson(1e9) >= 0);
}

RC_GTEST_PROP(RandomProperty, an_integer_lies_between_its_bounds, (std::int64_t a, std::int64_t b)) {
  RandomStream s = any_stream();
  const std::int64_t lo = std::min(a, b);
  const std::int64_t hi = std::max(a, b);
  const std::int64_t value = s.uniform_int(lo, hi);
  RC_ASSERT(value >= lo && value <= hi);
}

RC_GTEST_PROP(RandomProperty, a_small_range_is_hit_everywhere, ()) {
  RandomStream s = any_stream();
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 12);
  std::vector<int> hits(size, 0);
  for (int i = 0; i < 1000; ++i) ++hits[s.uniform_below(size)];
  // 1000/11 = 91 expected at least; the chance of 30 or fewer is below 1e-13
  for (const int count : hits) RC_ASSERT(count > 30);
}

RC_GTEST_PROP(RandomProperty, the_whole_range_of_integers_is_allowed, ()) {
  RandomStream s = any_stream();
  RandomStream same = s;
  const std::int64_t value = s.uniform_int(INT64_MIN, INT64_MAX);
  RC_ASSERT(static_cast<std::uint64_t>(value) == same.next_u64() + (std::uint64_t{1} << 63));
}

RC_GTEST_PROP(RandomProperty, a_shuffle_is_a_permutation, (std::vector<int> items)) {
  RandomStream s = any_stream();
  std::vector<int> shuffled = items;
  s.shuffle(std::span<int>(shuffled));
  std::sort(items.begin(), items.end());
  std::sort(shuffled.begin(), shuffled.end());
  RC_ASSERT(items == shuffled);
}

RC_GTEST_PROP(RandomProperty, a_choice_never_falls_on_a_weight_of_zero, ()) {
  RandomStream s = any_stream();
  auto weights = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 4));
  weights.push_back(1);
  const std::size_t index = s.categorical(weights);
  RC_ASSERT(index < weights.size());
  RC_ASSERT(weights[index] > 0);
}

}  // namespace
}  // namespace lockstep
