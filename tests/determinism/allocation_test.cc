// Counts what the program allocates, by an operator new of its own. Not under a sanitizer, which has its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "engine/core/random.h"
#include "sim/matching/matching_engine.h"
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

TEST(Allocation, an_order_by_order_book_allocates_nothing_while_orders_come_and_go) {
  Books books(3);
  std::uint64_t before = 0;
  for (std::uint64_t id = 1; id <= 200'000; ++id) {
    if (id == 100'000) before = allocations;
    Event event;
    event.kind = Kind::order_action;
    event.instrument = static_cast<InstrumentId>(id % 3);
    event.detail = static_cast<std::uint8_t>(OrderActionType::add);
    const auto side = static_cast<std::uint32_t>(id % 2 == 0 ? Side::buy : Side::sell);
    const auto price = static_cast<Price>(id * id % 97);
    event.set(OrderAction{id, price, 5, 0, side, kLastOfMessage});
    books.apply(event, {});
    if (id <= 3'000) continue;
    event.detail = static_cast<std::uint8_t>(OrderActionType::cancel);
    event.set(OrderAction{id - 3'000, kNoPrice, 5, 0, 0, kLastOfMessage});  // of the same instrument
    books.apply(event, {});
  }
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(books[0].orders().count(), 1'000U);
  EXPECT_EQ(books[0].anomalies.total(), 0U);
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

// Of 40,000 random commands, over continuous trading, auctions and far prices. Begins and ends with an empty
// book.
std::uint64_t allocations_of_matching(matching::MatchingEngine& engine, matching::Output& out) {
  RandomStream random(1, 1, 0);
  const std::uint64_t before = allocations;
  for (std::uint64_t i = 10'000; i < 50'000; ++i) {
    out.clear();
    if (i % 1'000 == 0) engine.set_phase(matching::Phase::closing_call, out);
    if (i % 1'000 == 20) engine.set_phase(matching::Phase::continuous, out);
    if (i % 2'000 == 1'999) engine.cancel_all({}, out);
    if (random.uniform_below(3) == 0) {
      engine.cancel({i - 1 - random.uniform_below(1500)}, out);
      continue;
    }
    matching::NewOrder order;
    order.order_id = i;
    order.participant = static_cast<matching::Participant>(random.uniform_below(50));
    order.side = random.uniform_below(2) == 0 ? Side::buy : Side::sell;
    const bool is_far = random.uniform_below(50) == 0;
    const auto behind = static_cast<Price>(random.uniform_below(is_far ? 5'000 : 20));
    order.price = 10'000 + (order.side == Side::buy ? 6 - behind : behind - 6);
    order.qty = 1 + static_cast<Qty>(random.uniform_below(20));
    if (random.uniform_below(4) == 0) order.display_qty = 1;
    engine.submit(order, out);
  }
  EXPECT_GT(engine.live_orders(), 0U);
  out.clear();
  engine.cancel_all({}, out);
  return allocations - before;
}

TEST(Allocation, the_matching_engine_allocates_nothing_once_it_has_grown) {
  for (const auto priority : {matching::PriorityRule::price_time, matching::PriorityRule::pro_rata,
                              matching::PriorityRule::price_size_time}) {
    matching::Config config;
    config.priority = priority;
    config.self_trade = matching::SelfTrade::decrement;
    matching::MatchingEngine engine(config);
    matching::Output out;
    engine.set_phase(matching::Phase::continuous, out);
    EXPECT_GT(allocations_of_matching(engine, out), 0U);
    EXPECT_EQ(allocations_of_matching(engine, out), 0U);
  }
}

}  // namespace
}  // namespace lockstep::determinism

#endif
