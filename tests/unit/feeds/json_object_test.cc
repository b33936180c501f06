#include "feeds/files/json_object.h"

#include <gtest/gtest.h>

namespace lockstep::feeds {
namespace {

TEST(JsonObject, numbers_and_strings_are_given_as_they_are_written) {
  JsonMessage message;
  Fault fault;
  JsonObject root = message.parse(R"({"b": 1e-05 , "a":"0.10", "c":true
,"d":4714.0
})",
                                  fault);
  EXPECT_EQ(root.text("a"), "0.10");
  EXPECT_EQ(root.text("b"), "1e-05");
  EXPECT_EQ(root.text("d"), "4714.0");
  EXPECT_TRUE(root.boolean_or("c", false));
  EXPECT_FALSE(fault.any());
}

TEST(JsonObject, the_first_fault_is_kept_and_nothing_is_read_after_it) {
  JsonMessage message;
  Fault fault;
  JsonObject root = message.parse(R"({"a":"x"})", fault);
  EXPECT_EQ(root.integer("a"), 0U);
  EXPECT_EQ(root.text("missing"), "");
  EXPECT_EQ(root.text_or_empty("a"), "");
  EXPECT_EQ(fault.what(), "\"a\": expected an unsigned integer, found \"x\"");
}

TEST(JsonObject, null_is_missing) {
  JsonMessage message;
  Fault fault;
  JsonObject root = message.parse(R"({"a":null})", fault);
  EXPECT_EQ(root.text_or_empty("a"), "");
  EXPECT_EQ(root.integer_or("a", 7), 7U);
  EXPECT_FALSE(fault.any());
  EXPECT_EQ(root.text("a"), "");
  EXPECT_EQ(fault.what(), "field \"a\" is missing");
}

TEST(JsonObject, text_that_is_not_exactly_one_object_is_a_fault) {
  for (const char* text :
       {"", "{", "[1]", "{\"a\":1}{\"b\":2}", "{\"a\":1} x", "{\"a\":nope}", "{\"a\":[1,2}", "\x80"}) {
    JsonMessage message;
    Fault fault;
    message.parse(text, fault);
    EXPECT_TRUE(fault.any()) << text;
  }
}

TEST(JsonObject, rows_come_with_their_cells) {
  JsonMessage message;
  Fault fault;
  JsonObject root = message.parse(R"({"b":[["1.5","2","0","9","cut"],[3,4]],"a":[]})", fault);
  std::string seen;
  root.rows("b", [&](const std::string_view* cells, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) seen += std::string(cells[i]) + ",";
    seen += ";";
  });
  root.rows("a", [&](const std::string_view*, std::size_t) { seen += "never"; });
  EXPECT_EQ(seen, "1.5,2,0,9,;3,4,;");
  EXPECT_FALSE(fault.any());
}

}  // namespace
}  // namespace lockstep::feeds
