#include "tools/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace lockstep::tools {
namespace {

TEST(JsonWriter, commas_stand_between_values_and_nowhere_else) {
  JsonWriter json;
  json.begin_object().key("a").begin_array().integer(std::int64_t{-1}).boolean(true).null().end_array();
  json.key("b").begin_object().end_object().pair("c", "x").end_object();
  EXPECT_EQ(json.take(), R"({"a":[-1,true,null],"b":{},"c":"x"})");
}

TEST(JsonWriter, texts_are_escaped_and_cannot_end_a_script) {
  JsonWriter json;
  json.text("a\"b\\c\n\t\r\x01</script>\u00b5");
  EXPECT_EQ(json.take(), "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u003c/script>\u00b5\"");
}

TEST(JsonWriter, bytes_that_are_not_utf8_are_replaced) {
  JsonWriter json;
  // A lone tail, an overlong slash, a surrogate, a cut sequence, and a good one.
  json.text("\x80|\xC0\xAF|\xED\xA0\x80|\xE2\x82|\xF0\x9F\x98\x80");
  EXPECT_EQ(json.take(), "\"\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd|\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, what_json_cannot_say_is_null) {
  JsonWriter json;
  json.begin_array().number(0.1).number(std::numeric_limits<double>::quiet_NaN());
  json.number(std::numeric_limits<double>::infinity()).integer(UINT64_MAX).end_array();
  EXPECT_EQ(json.take(), "[0.1,null,null,18446744073709551615]");
}

}  // namespace
}  // namespace lockstep::tools
