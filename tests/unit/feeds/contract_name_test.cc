#include "feeds/files/contract_name.h"

#include <gtest/gtest.h>

namespace lockstep::feeds {
namespace {

TEST(ContractName, a_pair_is_split_at_its_quote_currency) {
  EXPECT_EQ(split_pair("BTCUSDT")->base, "BTC");
  EXPECT_EQ(split_pair("BTCUSDT")->quote, "USDT");
  EXPECT_EQ(split_pair("BTCFDUSD")->quote, "FDUSD");
  EXPECT_EQ(split_pair("1000SHIBUSDC")->base, "1000SHIB");
  EXPECT_EQ(split_pair("ETHBTC")->quote, "BTC");
  EXPECT_FALSE(split_pair("USDT"));
  EXPECT_FALSE(split_pair("FOOBAR"));
}

TEST(ContractName, crypto_contracts_expire_at_eight_utc) {
  EXPECT_EQ(format_time(*expiry_from_yymmdd("240927")), "2024-09-27T08:00:00.000000000Z");
  EXPECT_EQ(format_time(*expiry_from_ddmmmyy("30JUL21")), "2021-07-30T08:00:00.000000000Z");
  EXPECT_EQ(format_time(*expiry_from_ddmmmyy("6AUG21")), "2021-08-06T08:00:00.000000000Z");
}

TEST(ContractName, what_is_no_date_is_no_expiry) {
  for (const char* text : {"PERP", "240931", "24092", "2409271", "24x927"})
    EXPECT_FALSE(expiry_from_yymmdd(text)) << text;
  for (const char* text : {"PERPETUAL", "31FEB21", "30XXX21", "STRD", "JUL21", "130JUL21"}) {
    EXPECT_FALSE(expiry_from_ddmmmyy(text)) << text;
  }
}

TEST(ContractName, parts_beyond_the_last_are_empty) {
  EXPECT_EQ(part_of("BTC-30JUL21-40000-C", '-', 2), "40000");
  EXPECT_EQ(part_of("BTC-USDT", '-', 2), "");
  EXPECT_EQ(count_parts("BTC-USDT", '-'), 2U);
}

}  // namespace
}  // namespace lockstep::feeds
