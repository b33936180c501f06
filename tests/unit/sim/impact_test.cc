// The impact models, against values reckoned by hand from their formulas.
#include "sim/impact.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lockstep::sim {
namespace {

Impact impact(ImpactKind kind) {
  Impact out;
  out.kind = kind;
  out.coefficient = 0.01;
  out.reference_qty = 100;
  out.decay_ns = 1000;
  return out;
}

TEST(Impact, none_moves_nothing) {
  ImpactState state;
  state.take(impact(ImpactKind::none), Side::buy, 1000, 5);
  EXPECT_EQ(state.shifted(impact(ImpactKind::none), Side::buy, 500, 1, 5), 500);
}

TEST(Impact, linear_runs_down_in_a_straight_line) {
  const Impact linear = impact(ImpactKind::linear);
  ImpactState state;
  state.take(linear, Side::buy, 200, 5000);
  EXPECT_DOUBLE_EQ(state.displacement(linear, 5000), 0.02);
  EXPECT_DOUBLE_EQ(state.displacement(linear, 5250), 0.015);
  EXPECT_DOUBLE_EQ(state.displacement(linear, 6000), 0);
  EXPECT_DOUBLE_EQ(state.displacement(linear, 9000), 0);
  state.take(linear, Side::sell, 300, 5500);  // 0.01 left, less 0.03
  EXPECT_DOUBLE_EQ(state.displacement(linear, 5500), -0.02);
  EXPECT_DOUBLE_EQ(state.displacement(linear, 6000), -0.01);
}

TEST(Impact, the_square_root_law_counts_an_order_in_parts_as_one) {
  const Impact root = impact(ImpactKind::square_root);
  ImpactState whole;
  whole.take(root, Side::sell, 400, 5000);
  EXPECT_DOUBLE_EQ(whole.displacement(root, 5000), -0.02);
  ImpactState parts;
  for (int i = 0; i < 4; ++i) parts.take(root, Side::sell, 100, 5000);
  EXPECT_DOUBLE_EQ(parts.displacement(root, 5000), -0.02);
  EXPECT_NEAR(whole.displacement(root, 7000), -0.02 * std::exp(-1.0), 1e-15);  // the root of exp(-2)
}

TEST(Impact, an_exponential_kernel_forgets_each_taking_alike) {
  Impact kernel = impact(ImpactKind::exponential);
  kernel.size_exponent = 0.5;
  ImpactState state;
  state.take(kernel, Side::buy, 400, 5000);
  state.take(kernel, Side::buy, 100, 6000);
  EXPECT_NEAR(state.displacement(kernel, 6000), 0.02 * std::exp(-1.0) + 0.01, 1e-15);
}

TEST(Impact, the_power_kernel_is_within_a_hundredth_of_the_power) {
  for (const double exponent : {0.1, 0.2, 0.5, 1.0, 2.0}) {
    for (double ages = 0.01; ages <= 1e4; ages *= 1.7)
      EXPECT_NEAR(kept_power_kernel(ages, exponent) * std::pow(1 + ages, exponent), 1.0, 0.01) << ages;
  }
  const Impact kernel = impact(ImpactKind::power);
  ImpactState state;
  state.take(kernel, Side::buy, 100, 5000);
  EXPECT_NEAR(state.displacement(kernel, 5000), 0.01, 1e-15);
  EXPECT_NEAR(state.displacement(kernel, 8000), 0.005, 5e-5);  // (1 + 3)^-1/2
}

TEST(Impact, prices_move_against_the_taker_only_and_by_whole_ticks) {
  const Impact linear = impact(ImpactKind::linear);
  ImpactState state;
  state.take(linear, Side::buy, 100, 5000);  // 1 %
  EXPECT_EQ(state.shifted(linear, Side::buy, 1000, 1, 5000), 1010);
  EXPECT_EQ(state.shifted(linear, Side::buy, 1000, 4, 5000), 1012);  // 2.5 ticks, halves up
  EXPECT_EQ(state.shifted(linear, Side::buy, 1000, 25, 5000), 1000);
  EXPECT_EQ(state.shifted(linear, Side::sell, 1000, 1, 5000), 1000);
}

TEST(Impact, state_is_saved_and_loaded) {
  const Impact kernel = impact(ImpactKind::power);
  ImpactState state;
  state.take(kernel, Side::buy, 100, 5000);
  StateVisitor saving = StateVisitor::saving();
  state.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  ImpactState restored;
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  EXPECT_TRUE(loading.complete());
  EXPECT_EQ(restored.displacement(kernel, 7777), state.displacement(kernel, 7777));
}

TEST(Impact, parameters_out_of_range_are_refused) {
  EXPECT_TRUE(bool(validate(impact(ImpactKind::power))));
  Impact bad = impact(ImpactKind::power);
  bad.decay_exponent = 3;
  EXPECT_FALSE(bool(validate(bad)));
  bad = impact(ImpactKind::linear);
  bad.coefficient = 2;
  EXPECT_FALSE(bool(validate(bad)));
  bad.coefficient = 0.5;
  bad.decay_ns = 0;
  EXPECT_FALSE(bool(validate(bad)));
}

}  // namespace
}  // namespace lockstep::sim
