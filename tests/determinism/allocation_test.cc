// Counts what the program allocates, by an operator new of its own. Not under a sanitizer, which has its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "tests/determinism/trial.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::uint64_t allocations = 0;
}

// Not inlined, or gcc takes malloc and free in them for a mismatch with new and delete elsewhere.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
[[gnu::noinline]] void* operator new[](std::size_t size) {
  return operator new(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace lockstep::determinism {
namespace {

// Allocations of 100,000 events after a warm-up of 100,000.
std::uint64_t allocations_in_the_steady_state(Scenario scenario) {
  scenario = shortened(std::move(scenario), 250'000);
  Trial trial(scenario);
  EXPECT_TRUE(trial.session().begin().ok());
  EXPECT_TRUE(trial.session().advance(100'000).ok());
  const RunTotals before = trial.session().totals();
  const std::uint64_t allocated = allocations;
  const Result<bool> more = trial.session().advance(100'000);
  const std::uint64_t after = allocations;
  EXPECT_TRUE(more.ok());
  EXPECT_EQ(trial.session().totals().input_events, before.input_events + 100'000);
  EXPECT_GT(trial.session().totals().fills, before.fills + 100) << "it trades while it is counted";
  return after - allocated;
}

TEST(Allocation, the_counter_counts) {
  const std::uint64_t before = allocations;
  const auto memory = std::make_unique<int>(1);
  EXPECT_EQ(allocations, before + 1);
}

TEST(Allocation, momentum_on_trades_allocates_nothing_per_event) {
  EXPECT_EQ(allocations_in_the_steady_state(scenario_named("momentum_on_trades")), 0U);
}

TEST(Allocation, the_market_maker_on_a_mix_of_books_and_trades_allocates_nothing_per_event) {
  EXPECT_EQ(allocations_in_the_steady_state(scenario_named("market_maker_on_book")), 0U);
}

TEST(Allocation, several_instruments_with_average_cost_allocate_nothing_per_event) {
  EXPECT_EQ(allocations_in_the_steady_state(scenario_named("market_maker_several_instruments")), 0U);
}

}  // namespace
}  // namespace lockstep::determinism

#endif
