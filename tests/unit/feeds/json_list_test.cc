#include "feeds/files/json_list.h"

#include <gtest/gtest.h>

#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

struct Read {
  std::vector<std::string> elements;
  std::string error;  // "" at a sound end
  std::string where;  // of the last element
};

Read read(std::string_view text) {
  const auto reader = JsonListReader::open(test::write_temp("list.json", text));
  Read out;
  for (;;) {
    const Result<bool> more = (*reader)->next();
    if (!more) out.error = more.error().text();
    if (!more || !*more) return out;
    out.elements.emplace_back((*reader)->text());
    out.where = (*reader)->where();
    EXPECT_EQ((*reader)->number(), out.elements.size());
  }
}

TEST(JsonList, is_cut_at_its_own_commas_only) {
  const Read list = read(" [ [1,[2]] , {\"a\":\"x],}\\\"\",\"b\":[1,2]},\n null,\"\\\\\" ]\n");
  EXPECT_EQ(list.error, "");
  EXPECT_EQ(list.elements,
            (std::vector<std::string>{"[1,[2]]", R"({"a":"x],}\"","b":[1,2]})", "null", R"("\\")"}));
  EXPECT_TRUE(list.where.ends_with("list.json[3]")) << list.where;
}

TEST(JsonList, may_be_empty_and_may_begin_with_a_byte_order_mark) {
  EXPECT_EQ(read("[]").error, "");
  EXPECT_EQ(read("\xef\xbb\xbf[ ]").error, "");
  EXPECT_EQ(read("\xef\xbb\xbf[7]").elements, std::vector<std::string>{"7"});
}

TEST(JsonList, that_is_none_or_does_not_end_is_an_error_with_its_place) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "byte 0: expected a JSON list, found the end of the file"},
      {"{\"a\":1}", "byte 0: expected a JSON list, found '{'"},
      {"[1,2", "byte 4: expected the rest of the list, found the end of the file"},
      {"[1,]", "byte 3: expected an element of the list, found ']'"},
      {"[,1]", "byte 1: expected an element of the list, found ','"},
      {"[1}]", "byte 2: expected an element of the list, found '}'"},
      {"[\"a]", "byte 4: expected the rest of the list"},
      {"[1] x", "byte 4: expected the end of the file after the list, found 'x'"},
      {"[]]", "byte 2: expected the end of the file after the list, found ']'"}};
  for (const auto& [text, error] : cases) {
    EXPECT_NE(read(text).error.find(error), std::string::npos) << text << ": " << read(text).error;
  }
  EXPECT_EQ(read("[1,2").elements, std::vector<std::string>{"1"});
}

TEST(JsonList, an_error_is_for_ever) {
  const auto reader = JsonListReader::open(test::write_temp("list.json", "[1] x"));
  ASSERT_TRUE((*reader)->next().ok());
  EXPECT_FALSE((*reader)->next().ok());
  EXPECT_FALSE((*reader)->next().ok());
}

TEST(JsonList, of_many_chunks_is_read_whole) {
  std::string text = "[";
  std::size_t length = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string element = "\"" + std::to_string(i) + "\"";
    length += element.size();
    text += (i == 0 ? "" : ",") + element;
  }
  const Read list = read(text + "]");
  EXPECT_EQ(list.error, "");
  ASSERT_EQ(list.elements.size(), 50'000U);
  EXPECT_EQ(list.elements.back(), "\"49999\"");
  for (const std::string& element : list.elements) length -= element.size();
  EXPECT_EQ(length, 0U);
}

}  // namespace
}  // namespace lockstep::feeds
