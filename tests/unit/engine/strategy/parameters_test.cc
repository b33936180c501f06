#include "engine/strategy/parameters.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "engine/strategy/strategy.h"

namespace lockstep {
namespace {

constexpr ParameterSpec kSpecs[] = {
    {"length", ParameterType::integer, "observations", "20", "1", "100", "an integer"},
    {"threshold", ParameterType::real, "bps", "1.5", "0", "10", "a real"},
    {"qty", ParameterType::decimal, "base", "0.01", "0.000000001", "", "a decimal"},
    {"wait", ParameterType::duration, "", "250ms", "0", "1m", "a duration"},
    {"mode", ParameterType::choice, "", "quotes", "", "", "a choice", "trades|quotes|book"},
};

Result<Parameters> read(const std::map<std::string, std::string>& given) {
  return Parameters::read(kSpecs, given);
}

std::string error_of(const std::map<std::string, std::string>& given) {
  const Result<Parameters> parameters = read(given);
  return parameters.ok() ? "accepted" : parameters.error().text();
}

TEST(Parameters, what_is_not_given_takes_its_default) {
  const Result<Parameters> parameters = read({});
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->integer("length"), 20);
  EXPECT_EQ(parameters->real("threshold"), 1.5);
  EXPECT_EQ(parameters->decimal_nanos("qty"), 10'000'000);
  EXPECT_EQ(parameters->duration_ns("wait"), 250'000'000);
  EXPECT_EQ(parameters->choice("mode"), 1U);
}

TEST(Parameters, each_type_is_read_from_its_text) {
  const Result<Parameters> parameters = read(
      {{"length", "7"}, {"threshold", "2.5e-1"}, {"qty", "1.23456789"}, {"wait", "1.5us"}, {"mode", "book"}});
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->integer("length"), 7);
  EXPECT_EQ(parameters->real("threshold"), 0.25);
  EXPECT_EQ(parameters->decimal_nanos("qty"), 1'234'567'890);
  EXPECT_EQ(parameters->duration_ns("wait"), 1'500);
  EXPECT_EQ(parameters->choice("mode"), 2U);
}

TEST(Parameters, both_bounds_belong_to_the_range) {
  EXPECT_EQ(error_of({{"length", "1"}}), "accepted");
  EXPECT_EQ(error_of({{"length", "100"}}), "accepted");
  EXPECT_EQ(error_of({{"length", "0"}}), "parameter length: must be at least 1 observations");
  EXPECT_EQ(error_of({{"length", "101"}}), "parameter length: must be at most 100 observations");
  EXPECT_EQ(error_of({{"threshold", "10"}}), "accepted");
  EXPECT_EQ(error_of({{"threshold", "10.0000001"}}), "parameter threshold: must be at most 10 bps");
  EXPECT_EQ(error_of({{"qty", "0"}}), "parameter qty: must be at least 0.000000001 base");
  EXPECT_EQ(error_of({{"wait", "61s"}}), "parameter wait: must be at most 1m");
  EXPECT_EQ(error_of({{"wait", "-1ns"}}), "parameter wait: must be at least 0");
}

TEST(Parameters, what_does_not_fit_its_type_is_an_error_that_shows_it) {
  EXPECT_EQ(error_of({{"threshold", "fast"}}),
            "parameter threshold: expected a finite number, found \"fast\"");
  EXPECT_EQ(error_of({{"threshold", "nan"}}), "parameter threshold: expected a finite number, found \"nan\"");
  EXPECT_EQ(error_of({{"threshold", "inf"}}), "parameter threshold: expected a finite number, found \"inf\"");
  EXPECT_EQ(error_of({{"threshold", "1.5 "}}),
            "parameter threshold: expected a finite number, found \"1.5 \"");
  EXPECT_EQ(error_of({{"mode", "bars"}}),
            "parameter mode: expected one of trades|quotes|book, found \"bars\"");
  EXPECT_EQ(error_of({{"mode", "trade"}}),
            "parameter mode: expected one of trades|quotes|book, found \"trade\"");
  for (const char* text : {"", "1.5", "x", "99999999999999999999"})
    EXPECT_NE(error_of({{"length", text}}), "accepted") << text;
  for (const char* text : {"", "5", "soon"}) EXPECT_NE(error_of({{"wait", text}}), "accepted") << text;
  EXPECT_NE(error_of({{"qty", "0.0000000001"}}), "accepted");
}

TEST(Parameters, an_unknown_name_suggests_the_nearest_known_one) {
  EXPECT_EQ(error_of({{"lenght", "5"}}),
            "parameter lenght: is not a parameter of this strategy; did you mean length?");
  EXPECT_EQ(error_of({{"treshold", "5"}}),
            "parameter treshold: is not a parameter of this strategy; did you mean threshold?");
  EXPECT_EQ(error_of({{"zzzzzzzz", "5"}}), "parameter zzzzzzzz: is not a parameter of this strategy");
}

TEST(Parameters, the_nearest_word_has_the_fewest_edits) {
  constexpr std::string_view kWords[] = {"fast", "slow", "fist"};
  EXPECT_EQ(nearest("fust", kWords), "fast");  // ties go to the first
  EXPECT_EQ(nearest("slw", kWords), "slow");
  EXPECT_EQ(nearest("fists", kWords), "fist");
  EXPECT_EQ(nearest("qqqq", kWords), "");
}

TEST(Parameters, text_makes_the_round_trip) {
  const std::map<std::string, std::string> given = {
      {"length", "42"}, {"threshold", "0.1"}, {"qty", "0.000000001"}, {"wait", "1500us"}, {"mode", "trades"}};
  const Result<Parameters> first = read(given);
  ASSERT_TRUE(first.ok());
  std::map<std::string, std::string> written;
  for (std::size_t i = 0; i < std::size(kSpecs); ++i) written[std::string(kSpecs[i].name)] = first->text(i);
  EXPECT_EQ(written, given);
  const Result<Parameters> second = read(written);
  ASSERT_TRUE(second.ok());
  for (std::size_t i = 0; i < std::size(kSpecs); ++i) EXPECT_EQ(second->bits_at(i), first->bits_at(i));
}

TEST(Parameters, one_is_changed_by_its_index_if_its_range_allows_it) {
  Parameters parameters = *read({});
  EXPECT_TRUE(parameters.set_bits(0, 55).ok());
  EXPECT_EQ(parameters.integer("length"), 55);
  EXPECT_TRUE(parameters.set_bits(1, std::bit_cast<std::uint64_t>(9.5)).ok());
  EXPECT_EQ(parameters.real("threshold"), 9.5);
  EXPECT_TRUE(parameters.set_bits(4, 2).ok());
  EXPECT_EQ(parameters.choice("mode"), 2U);

  EXPECT_FALSE(parameters.set_bits(0, 101).ok());
  EXPECT_EQ(parameters.integer("length"), 55);
  EXPECT_FALSE(parameters.set_bits(1, std::bit_cast<std::uint64_t>(-0.5)).ok());
  EXPECT_EQ(parameters.real("threshold"), 9.5);
  EXPECT_FALSE(parameters.set_bits(5, 0).ok());
}

TEST(Parameters, a_change_to_what_no_text_could_say_is_refused) {
  Parameters parameters = *read({});
  EXPECT_FALSE(parameters.set_bits(4, 3).ok());
  EXPECT_FALSE(parameters.set_bits(4, ~std::uint64_t{0}).ok());
  EXPECT_EQ(parameters.text(4), "quotes");
  EXPECT_FALSE(
      parameters.set_bits(1, std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN())).ok());
  EXPECT_FALSE(
      parameters.set_bits(1, std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity())).ok());
  EXPECT_EQ(parameters.real("threshold"), 1.5);
}

TEST(ParametersDeathTest, an_undeclared_name_or_another_type_is_a_bug_of_the_strategy) {
  const Parameters parameters = *read({});
  EXPECT_DEATH(static_cast<void>(parameters.integer("size")), "was not declared");
  EXPECT_DEATH(static_cast<void>(parameters.integer("qty")), "another type");
}

TEST(Strategies, every_declaration_can_be_read_with_its_defaults) {
  ASSERT_EQ(builtin_strategies().size(), 4U);
  for (const StrategyFactory& factory : builtin_strategies()) {
    const Result<Parameters> parameters = Parameters::read(factory.parameters, {});
    ASSERT_TRUE(parameters.ok()) << factory.name << ": " << parameters.error().text();
    EXPECT_NE(factory.make(*parameters), nullptr);
  }
}

TEST(Strategies, a_decimal_quantity_is_a_whole_number_of_lots) {
  Instrument instrument;
  instrument.symbol = "X";
  instrument.qty_scale = 3;
  instrument.lot = 5;
  EXPECT_EQ(*qty_from_nanos(instrument, 10'000'000), 10);  // 0.01
  EXPECT_EQ(qty_from_nanos(instrument, 12'000'000).error().text(),
            "instrument X: a quantity of 0.012 is not a positive multiple of the lot 0.005");
  EXPECT_FALSE(qty_from_nanos(instrument, 100'000).ok());  // 0.0001 is finer than the scale
  EXPECT_FALSE(qty_from_nanos(instrument, 0).ok());
}

}  // namespace
}  // namespace lockstep
