#include "engine/core/script_line.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

std::string complaint(ScriptLine& line) {
  const Status status = line.finish();
  return status.ok() ? "" : status.error().text();
}

TEST(ScriptLine, words_and_options_are_taken_in_any_mixture_and_a_comment_ends_the_line) {
  ScriptLine line("  buy id=7 10  X#5", 3);
  EXPECT_EQ(line.next("a").text, "buy");
  EXPECT_EQ(line.next("b").text, "10");
  EXPECT_EQ(line.next("c").text, "X");
  EXPECT_FALSE(line.has_next());
  EXPECT_EQ(line.whole(*line.option("id")), 7U);
  EXPECT_EQ(complaint(line), "");
}

TEST(ScriptLine, quotes_keep_blanks_signs_and_hashes) {
  ScriptLine line(R"("AAPL  140118C00500000" key="a b=#c")", 1);
  EXPECT_EQ(line.next("a symbol").text, "AAPL  140118C00500000");
  EXPECT_EQ(line.option("key")->text, "a b=#c");
  EXPECT_EQ(complaint(line), "");
}

TEST(ScriptLine, an_error_names_line_and_column) {
  ScriptLine unclosed("a \"b", 4);
  EXPECT_EQ(complaint(unclosed), "line 4, column 3: a quote is opened here and never closed");
  ScriptLine short_line("a  # comment", 5);
  short_line.next("a word");
  short_line.next("a price");
  EXPECT_EQ(complaint(short_line), "line 5, column 4: the line ends here; expected a price");
  ScriptLine bad_number("1.23", 6);
  bad_number.decimal(bad_number.next("a price"), 1);
  EXPECT_EQ(complaint(bad_number).substr(0, 18), "line 6, column 1: ");
  ScriptLine bad_level("  99.98x1y", 7);
  bad_level.level(bad_level.next("a level"), 2, 0);
  EXPECT_EQ(complaint(bad_level).substr(0, 18), "line 7, column 9: ");
}

TEST(ScriptLine, what_nobody_asked_for_is_an_error_that_says_what_may_stand_there) {
  ScriptLine extra("a b", 1);
  extra.next("a word");
  EXPECT_EQ(complaint(extra), "line 1, column 3: \"b\" has no meaning here; nothing more belongs here");
  ScriptLine typo("a sequense=3", 1);
  typo.next("a word");
  typo.option("sequence");
  typo.flag("post_only");
  EXPECT_EQ(complaint(typo),
            "line 1, column 3: there is no sequense= here; here may stand sequence=, post_only");
  ScriptLine twice("id=1 id=2", 1);
  twice.option("id");
  EXPECT_EQ(complaint(twice), "line 1, column 6: id= is given twice");
}

TEST(ScriptLine, times_are_relative_with_a_sign_and_absolute_without) {
  ScriptLine line("+1.5ms -2s 1970-01-01T00:00:01Z +1", 1);
  EXPECT_EQ(line.time(line.next("t")), (ScriptTime{true, 1'500'000}));
  EXPECT_EQ(line.time(line.next("t")), (ScriptTime{true, -2'000'000'000}));
  EXPECT_EQ(line.time(line.next("t")), (ScriptTime{false, 1'000'000'000}));
  EXPECT_EQ(*ScriptTime({true, 5}).from(100), 105);
  EXPECT_EQ(*ScriptTime({false, 5}).from(100), 5);
  EXPECT_FALSE(ScriptTime({true, INT64_MAX}).from(1).ok());
  line.time(line.next("t"));  // no unit
  EXPECT_NE(complaint(line), "");
}

TEST(ScriptLines, empty_lines_and_comments_are_passed_over_and_lines_counted) {
  const auto lines = script_lines("\n# comment\n  \na b\r\nc");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].number(), 4U);
  EXPECT_EQ(lines[1].number(), 5U);
}

TEST(ScriptWord, is_quoted_where_it_must_be) {
  EXPECT_EQ(script_word("BTCUSDT"), "BTCUSDT");
  EXPECT_EQ(script_word("A B"), "\"A B\"");
  EXPECT_EQ(script_word("A=B"), "\"A=B\"");
  EXPECT_EQ(script_word(""), "\"\"");
}

}  // namespace
}  // namespace lockstep
