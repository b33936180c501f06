#include "engine/core/random.h"

#include <gtest/gtest.h>

#include <Random123/philox.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace lockstep {
namespace {

using Words = std::array<std::uint32_t, 4>;

/// The stream behind the literal values below, which come from a model of random.h written in Python from its
/// documentation (mpmath at 120 bits for the real-valued distributions).
RandomStream golden() {
  return RandomStream(0x0123456789abcdef, 7, 0xfedcba987654);
}

template <typename T, typename Draw>
std::vector<T> take(int count, Draw draw) {
  std::vector<T> values;
  for (int i = 0; i < count; ++i) values.push_back(draw());
  return values;
}

// From the file kat_vectors of the Random123 distribution.
TEST(Random, philox_gives_the_published_answers) {
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, philox_agrees_with_the_authors_library) {
  r123::Philox4x32 library;
  std::uint32_t word = 1;
  const auto next = [&] { return word = word * 1664525 + 1013904223; };
  for (int i = 0; i < 20'000; ++i) {
    Words counter;
    for (auto& c : counter) c = next();
    std::array<std::uint32_t, 2> key;
    for (auto& k : key) k = next();
    const auto expected = library({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
    ASSERT_EQ(philox4x32_10(counter, key), (Words{expected[0], expected[1], expected[2], expected[3]})) << i;
  }
}

TEST(Random, words_come_from_the_documented_layout) {
  RandomStream stream = golden();
  EXPECT_EQ(take<std::uint64_t>(5, [&] { return stream.next_u64(); }),
            (std::vector<std::uint64_t>{0x5b716508be0f2f7a, 0x16d415194b6e945a, 0xd5f7a2bed1afe997,
                                        0xa43b2d1dc78dd6ba, 0x4757a79c2cfa5044}));
  EXPECT_EQ(stream.counter(), 5u);
  stream.seek((std::uint64_t{1} << 40) + 1);
  EXPECT_EQ(stream.next_u64(), 0x2d21c648ceed87b2);
  EXPECT_EQ(stream.next_u64(), 0xf0c0a3993ff2bcda);
  stream.seek(RandomStream::kMaxCounter - 1);
  EXPECT_EQ(stream.next_u64(), 0x387705e1011f20bu);
}

TEST(Random, uniforms_are_scaled_words) {
  RandomStream stream = golden();
  EXPECT_EQ(take<double>(3, [&] { return stream.uniform01(); }),
            (std::vector<double>{0x1.6dc59422f83cap-2, 0x1.6d415194b6e90p-4, 0x1.abef457da35fdp-1}));
  stream.seek(0);
  EXPECT_EQ(take<double>(3, [&] { return stream.uniform_open(); }),
            (std::vector<double>{0x1.6dc59422f83cap-2, 0x1.6d415194b6e98p-4, 0x1.abef457da35fdp-1}));
}

TEST(Random, integers_agree_with_the_model) {
  RandomStream stream = golden();
  EXPECT_EQ(take<std::int64_t>(12, [&] { return stream.uniform_int(1, 6); }),
            (std::vector<std::int64_t>{3, 1, 6, 4, 2, 1, 4, 6, 4, 3, 1, 3}));
  stream.seek(0);
  EXPECT_EQ(
      take<bool>(12, [&] { return stream.bernoulli(1, 3); }),
      (std::vector<bool>{false, true, false, false, true, true, false, false, false, false, true, false}));
  stream.seek(0);
  const std::uint64_t weights[] = {1, 0, 2, 5};
  EXPECT_EQ(take<std::size_t>(12, [&] { return stream.categorical(weights); }),
            (std::vector<std::size_t>{2, 0, 3, 3, 2, 0, 3, 3, 3, 3, 0, 3}));
}

TEST(Random, a_bound_just_above_half_of_all_words_rejects_and_takes_more_draws) {
  RandomStream stream = golden();
  EXPECT_EQ(take<std::uint64_t>(5, [&] { return stream.uniform_below((std::uint64_t{1} << 63) + 1); }),
            (std::vector<std::uint64_t>{0x521d968ee3c6eb5d, 0x0abaf8ee0e33b223, 0x432860bc2e65800f,
                                        0x7bb8213e74838a72, 0x48a29a0cfd5db89c}));
  EXPECT_EQ(stream.counter(), 9u);
}

TEST(Random, the_shuffle_agrees_with_the_model) {
  RandomStream stream = golden();
  std::vector<int> items = {0, 1, 2, 3, 4, 5, 6, 7};
  stream.shuffle(std::span<int>(items));
  EXPECT_EQ(items, (std::vector<int>{7, 4, 6, 1, 3, 5, 0, 2}));
  EXPECT_EQ(stream.counter(), 7u);
}

void expect_close(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i] / expected[i], 1.0, 2e-15) << i;
}

TEST(Random, real_distributions_agree_with_the_model) {
  RandomStream stream = golden();
  expect_close(take<double>(4, [&] { return stream.normal(); }),
               {-0x1.76bd2072b99a5p-2, -0x1.588a5e4038ad9p+0, 0x1.f46b5d34fbde8p-1, 0x1.733f3f8e95a9bp-2});
  stream.seek(0);
  expect_close(take<double>(3, [&] { return stream.exponential(2.0); }),
               {0x1.078ad578bb826p+1, 0x1.3565d3b605328p+2, 0x1.6f513649946dap-2});
  stream.seek(0);
  expect_close(take<double>(3, [&] { return stream.gamma(2.5, 3.0); }),
               {0x1.40e8c42386b98p+2, 0x1.7aefa49486ad6p+3, 0x1.0f3acf0acaf6ap+2});
  EXPECT_EQ(stream.counter(), 6u);
  stream.seek(0);
  expect_close(take<double>(3, [&] { return stream.gamma(0.3, 1.0); }),
               {0x1.4946aafe2875dp-8, 0x1.cf7ae00596ee7p-4, 0x1.eb60f583743aap-2});
  EXPECT_EQ(stream.counter(), 9u);
  stream.seek(0);
  expect_close(take<double>(3, [&] { return stream.student_t(4.0); }),
               {0x1.3e17deb8e7539p+0, -0x1.5254509aa2261p+0, 0x1.743f3f735126dp-3});
  EXPECT_EQ(stream.counter(), 9u);
}

TEST(Random, poisson_counts_agree_with_the_model) {
  RandomStream stream = golden();
  const auto counts = [&](int n, double mean) {
    stream.seek(0);
    return take<std::int64_t>(n, [&] { return stream.poisson(mean); });
  };
  EXPECT_EQ(counts(12, 3.5), (std::vector<std::int64_t>{3, 1, 5, 4, 2, 1, 3, 7, 4, 3, 1, 3}));
  EXPECT_EQ(counts(8, 12.5), (std::vector<std::int64_t>{11, 10, 13, 7, 18, 14, 7, 10}));
  EXPECT_EQ(stream.counter(), 20u);
  EXPECT_EQ(counts(8, 1e6),
            (std::vector<std::int64_t>{999588, 1001107, 999340, 1000069, 1000190, 998399, 1001608, 1000417}));
  EXPECT_EQ(counts(8, 1e12),
            (std::vector<std::int64_t>{999999588485, 1000001106564, 999999340285, 1000000068935,
                                       1000000190275, 999998399507, 1000001607704, 1000000417368}));
}

/// Pearson's statistic exceeds its mean by less than five of its standard deviations: p about 1e-5.
void expect_fits(const std::vector<double>& observed, const std::vector<double>& probabilities,
                 double draws) {
  double statistic = 0.0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const double expected = probabilities[i] * draws;
    statistic += (observed[i] - expected) * (observed[i] - expected) / expected;
  }
  const double freedom = static_cast<double>(observed.size() - 1);
  EXPECT_LT(statistic, freedom + 5.0 * std::sqrt(2.0 * freedom));
}

constexpr int kDraws = 200'000;

/// Counts the draws between the nine inner deciles of the exact distribution (from scipy.stats).
void expect_deciles(const std::vector<double>& deciles, const std::function<double()>& draw) {
  std::vector<double> observed(10, 0.0);
  for (int i = 0; i < kDraws; ++i) {
    const auto place = std::upper_bound(deciles.begin(), deciles.end(), draw()) - deciles.begin();
    observed[static_cast<std::size_t>(place)] += 1.0;
  }
  expect_fits(observed, std::vector<double>(10, 0.1), kDraws);
}

TEST(Random, continuous_distributions_have_the_exact_deciles) {
  RandomStream s(2024, 1, 1);
  expect_deciles({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, [&] { return s.uniform01(); });
  expect_deciles({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, [&] { return s.uniform_open(); });
  expect_deciles({-1.28155156554, -0.841621233573, -0.524400512708, -0.253347103136, 0, 0.253347103136,
                  0.524400512708, 0.841621233573, 1.28155156554},
                 [&] { return s.normal(); });
  std::vector<double> exponential;
  for (int i = 1; i < 10; ++i) exponential.push_back(-5.0 * std::log(1.0 - i / 10.0));
  expect_deciles(exponential, [&] { return s.exponential(5.0); });
  expect_deciles({0.805153993481, 1.17126715292, 1.49995406638, 1.82774981157, 2.17573009555, 2.5659335372,
                  3.03221499208, 3.64463806332, 4.61817844989},
                 [&] { return s.gamma(2.5, 1.0); });
  expect_deciles({0.000323724621823, 0.00327033952468, 0.0127266577699, 0.0337397926466, 0.073131135867,
                  0.141252503631, 0.256564913321, 0.460073886988, 0.88481077336},
                 [&] { return s.gamma(0.3, 1.0); });
  expect_deciles({374.592618561, 383.077735338, 389.275263149, 394.623608374, 399.666716094, 404.752610798,
                  410.241486339, 416.727874439, 425.835608857},
                 [&] { return s.gamma(400.0, 1.0); });
  expect_deciles({-1.53320627406, -0.940964577235, -0.56864906305, -0.270722294708, 0, 0.270722294708,
                  0.56864906305, 0.940964577235, 1.53320627406},
                 [&] { return s.student_t(4.0); });
  expect_deciles({-4.06329119997, -1.58416842173, -0.788119778342, -0.343054573688, 0, 0.343054573688,
                  0.788119778342, 1.58416842173, 4.06329119997},
                 [&] { return s.student_t(0.8); });
}

TEST(Random, poisson_counts_have_the_exact_probabilities) {
  RandomStream s(2024, 2, 1);
  for (const double mean : {0.1, 1.0, 9.9, 10.0, 25.0, 300.0}) {
    const double spread = 4.0 * std::sqrt(mean) + 1.0;
    const auto first = static_cast<std::int64_t>(std::max(0.0, mean - spread));
    const auto last = static_cast<std::int64_t>(mean + spread);
    std::vector<double> probabilities;
    for (std::int64_t k = first; k <= last; ++k) {
      const auto n = static_cast<double>(k);
      probabilities.push_back(std::exp(n * std::log(mean) - mean - std::lgamma(n + 1.0)));
    }
    probabilities.push_back(1.0 - std::accumulate(probabilities.begin(), probabilities.end(), 0.0));
    std::vector<double> observed(probabilities.size(), 0.0);
    for (int i = 0; i < kDraws; ++i) {
      const std::int64_t k = s.poisson(mean);
      observed[k < first || k > last ? observed.size() - 1 : static_cast<std::size_t>(k - first)] += 1.0;
    }
    SCOPED_TRACE(mean);
    expect_fits(observed, probabilities, kDraws);
  }
}

TEST(Random, moments_are_those_of_the_distribution) {
  RandomStream s(2024, 3, 1);
  // mean and variance; the bounds are six standard errors
  const auto expect_moments = [](double mean, double variance, double kurtosis,
                                 const std::function<double()>& draw) {
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < kDraws; ++i) {
      const double x = draw() - mean;
      sum += x;
      squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0.0, 6.0 * std::sqrt(variance / kDraws));
    EXPECT_NEAR(squares / kDraws, variance, 6.0 * variance * std::sqrt((kurtosis - 1.0) / kDraws));
  };
  expect_moments(0.5, 1.0 / 12.0, 1.8, [&] { return s.uniform01(); });
  expect_moments(0.0, 1.0, 3.0, [&] { return s.normal(); });
  expect_moments(2.0, 4.0, 9.0, [&] { return s.exponential(2.0); });
  expect_moments(7.5, 22.5, 5.4, [&] { return s.gamma(2.5, 3.0); });
  expect_moments(0.0, 10.0 / 8.0, 4.0, [&] { return s.student_t(10.0); });
  expect_moments(4.0, 4.0, 3.25, [&] { return static_cast<double>(s.poisson(4.0)); });
  expect_moments(1e9, 1e9, 3.0, [&] { return static_cast<double>(s.poisson(1e9)); });
  expect_moments(1e8, 1e8, 3.0, [&] { return s.gamma(1e8, 1.0); });
}

TEST(Random, discrete_choices_have_the_exact_probabilities) {
  RandomStream s(2024, 4, 1);
  std::vector<double> dice(6, 0.0);
  for (int i = 0; i < kDraws; ++i) dice[static_cast<std::size_t>(s.uniform_int(-3, 2) + 3)] += 1.0;
  expect_fits(dice, std::vector<double>(6, 1.0 / 6.0), kDraws);

  const std::uint64_t weights[] = {1, 2, 3, 4};
  std::vector<double> chosen(4, 0.0);
  for (int i = 0; i < kDraws; ++i) chosen[s.categorical(weights)] += 1.0;
  expect_fits(chosen, {0.1, 0.2, 0.3, 0.4}, kDraws);

  std::vector<double> coin(2, 0.0);
  for (int i = 0; i < kDraws; ++i) coin[s.bernoulli(3, 10) ? 1 : 0] += 1.0;
  expect_fits(coin, {0.7, 0.3}, kDraws);

  std::vector<double> orders(24, 0.0);
  for (int i = 0; i < kDraws; ++i) {
    std::array<int, 4> items = {0, 1, 2, 3};
    s.shuffle(std::span<int>(items));
    std::size_t rank = 0;
    for (std::size_t a = 0; a < 4; ++a) {
      rank = rank * (4 - a) +
             static_cast<std::size_t>(std::count_if(items.begin() + static_cast<std::ptrdiff_t>(a),
                                                    items.end(), [&](int item) { return item < items[a]; }));
    }
    orders[rank] += 1.0;
  }
  expect_fits(orders, std::vector<double>(24, 1.0 / 24.0), kDraws);
}

TEST(Random, streams_of_other_seeds_names_and_entities_do_not_share_words) {
  std::vector<std::uint64_t> words;
  const auto collect = [&](std::uint64_t seed, std::uint32_t stream, std::uint64_t entity) {
    RandomStream s(seed, stream, entity);
    for (int i = 0; i < 100; ++i) words.push_back(s.next_u64());
  };
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32}) {
    for (const std::uint32_t stream : {0u, 1u, 0xffffffffu}) {
      for (const std::uint64_t entity :
           {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 16, RandomStream::kMaxEntity}) {
        collect(seed, stream, entity);
      }
    }
  }
  std::sort(words.begin(), words.end());
  EXPECT_EQ(std::adjacent_find(words.begin(), words.end()), words.end());
}

TEST(Random, degenerate_parameters_have_their_certain_value) {
  RandomStream s(1, 1, 1);
  EXPECT_EQ(s.poisson(0.0), 0);
  EXPECT_EQ(s.exponential(0.0), 0.0);
  EXPECT_EQ(s.gamma(2.0, 0.0), 0.0);
  EXPECT_EQ(s.uniform_int(5, 5), 5);
  EXPECT_EQ(s.uniform_below(1), 0u);
  EXPECT_TRUE(s.bernoulli(1, 1));
  EXPECT_FALSE(s.bernoulli(0, 1));
}

TEST(RandomDeathTest, a_callers_bug_stops_the_program) {
  RandomStream s(1, 1, 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DEATH(RandomStream(1, 1, RandomStream::kMaxEntity + 1), "48 bits");
  EXPECT_DEATH(s.seek(RandomStream::kMaxCounter + 1), "2\\^49");
  EXPECT_DEATH((s.seek(RandomStream::kMaxCounter), (void)s.next_u64()), "2\\^49");
  EXPECT_DEATH((void)s.uniform_below(0), "not empty");
  EXPECT_DEATH((void)s.uniform_int(2, 1), "lo <= hi");
  EXPECT_DEATH((void)s.bernoulli(2, 1), "probability");
  EXPECT_DEATH((void)s.poisson(-1.0), "Poisson");
  EXPECT_DEATH((void)s.poisson(nan), "Poisson");
  EXPECT_DEATH((void)s.gamma(0.0, 1.0), "shape");
  EXPECT_DEATH((void)s.student_t(nan), "dof");
  EXPECT_DEATH((void)s.exponential(nan), "mean");
  const std::uint64_t none[] = {0, 0};
  EXPECT_DEATH((void)s.categorical(none), "not zero");
  const std::uint64_t too_much[] = {~std::uint64_t{0}, 1};
  EXPECT_DEATH((void)s.categorical(too_much), "2\\^64");
}

}  // namespace
}  // namespace lockstep
