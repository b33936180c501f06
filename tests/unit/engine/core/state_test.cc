#include "engine/core/state.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

enum class Colour : std::uint8_t { red, blue };

struct Pair {
  std::uint64_t a = 0;
  std::int64_t b = 0;
  friend bool operator==(const Pair&, const Pair&) = default;
};

// One of everything that a component may keep.
struct Everything {
  std::int64_t integer = 0;
  std::uint8_t byte = 0;
  bool flag = false;
  double real = 0;
  Colour colour = Colour::red;
  Money money;
  Int128 wide = 0;
  std::string text;
  Pair pair;
  std::vector<int> numbers;
  std::vector<Pair> pairs;
  friend bool operator==(const Everything&, const Everything&) = default;

  void visit(StateVisitor& visitor) {
    visitor.field(integer);
    visitor.field(byte);
    visitor.field(flag);
    visitor.field(real);
    visitor.field(colour);
    visitor.field(money);
    visitor.field(wide);
    visitor.field(text);
    visitor.record(pair);
    visitor.list(numbers);
    visitor.list(pairs, [&](Pair& each) { visitor.record(each); });
  }
};

Everything sample() {
  Everything out;
  out.integer = -5;
  out.byte = 200;
  out.flag = true;
  out.real = -0.1;
  out.colour = Colour::blue;
  out.money = Money::from_nanos(-7);
  out.wide = -(Int128{1} << 100) + 3;
  out.text = "a\0b" + std::string(1, '\0');
  out.pair = {1, -2};
  out.numbers = {3, -4};
  out.pairs = {{5, 6}, {7, 8}};
  return out;
}

std::vector<std::uint8_t> saved(Everything value) {
  StateVisitor visitor = StateVisitor::saving();
  value.visit(visitor);
  return visitor.take();
}

std::uint64_t digested(Everything value) {
  StateVisitor visitor = StateVisitor::digesting();
  value.visit(visitor);
  return visitor.digest();
}

TEST(State, everything_that_is_saved_is_loaded_back) {
  const std::vector<std::uint8_t> bytes = saved(sample());
  Everything loaded;
  StateVisitor visitor = StateVisitor::loading(bytes);
  loaded.visit(visitor);
  EXPECT_TRUE(visitor.complete());
  EXPECT_EQ(loaded, sample());
}

TEST(State, an_overflowed_amount_stays_so) {
  Everything value = sample();
  value.money = Money::from_wide(Int128{INT64_MAX} + 1);
  const std::vector<std::uint8_t> bytes = saved(value);
  Everything loaded;
  StateVisitor visitor = StateVisitor::loading(bytes);
  loaded.visit(visitor);
  EXPECT_TRUE(loaded.money.overflowed());
}

TEST(State, bytes_are_little_endian_words) {
  StateVisitor visitor = StateVisitor::saving();
  std::uint32_t value = 0x01020304;
  visitor.field(value);
  EXPECT_EQ(visitor.take(), (std::vector<std::uint8_t>{4, 3, 2, 1, 0, 0, 0, 0}));
}

TEST(State, a_snapshot_cut_anywhere_is_noticed) {
  const std::vector<std::uint8_t> bytes = saved(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    Everything loaded;
    StateVisitor visitor = StateVisitor::loading(cut);
    loaded.visit(visitor);
    EXPECT_FALSE(visitor.complete()) << size;
  }
}

TEST(State, bytes_left_over_are_noticed) {
  std::vector<std::uint8_t> bytes = saved(sample());
  bytes.push_back(0);
  Everything loaded;
  StateVisitor visitor = StateVisitor::loading(bytes);
  loaded.visit(visitor);
  EXPECT_TRUE(visitor.ok());
  EXPECT_FALSE(visitor.complete());
}

TEST(State, a_damaged_length_asks_for_no_more_memory_than_the_input_has) {
  const std::vector<std::uint8_t> bytes(16, 0xff);
  StateVisitor visitor = StateVisitor::loading(bytes);
  std::vector<int> numbers;
  visitor.list(numbers);
  EXPECT_FALSE(visitor.ok());
  EXPECT_TRUE(numbers.empty());
}

TEST(State, the_digest_tells_every_field_apart) {
  const std::uint64_t before = digested(sample());
  EXPECT_EQ(before, digested(sample()));
  const auto differs = [&](auto&& change) {
    Everything other = sample();
    change(other);
    return digested(other) != before;
  };
  EXPECT_TRUE(differs([](Everything& e) { e.integer = -6; }));
  EXPECT_TRUE(differs([](Everything& e) { e.flag = false; }));
  EXPECT_TRUE(differs([](Everything& e) { e.real = 0.1; }));
  EXPECT_TRUE(differs([](Everything& e) { e.colour = Colour::red; }));
  EXPECT_TRUE(differs([](Everything& e) { e.wide += 1; }));
  EXPECT_TRUE(differs([](Everything& e) { e.text += 'x'; }));
  EXPECT_TRUE(differs([](Everything& e) { e.pair.b = 2; }));
  EXPECT_TRUE(differs([](Everything& e) { e.numbers.pop_back(); }));
  EXPECT_TRUE(differs([](Everything& e) { std::swap(e.pairs[0], e.pairs[1]); }));
}

}  // namespace
}  // namespace lockstep
