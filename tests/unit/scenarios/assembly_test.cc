#include "scenarios/assembly.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

using testing::TemporaryFolder;

// Two instruments of the sample log: BTCUSDT (2 and 3 decimals, settles in USDT) and ESH4 (settles in USD).
constexpr const char* kOnSample = R"([feed]
path = "sample.lsr"
[strategy]
name = "momentum"
instruments = ["BTCUSDT"]
)";

class AssemblyOfSample : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::write_log(folder_ / "sample.lsr", testing::sample_header(), testing::sample_trades(10));
  }
  Result<std::unique_ptr<Assembly>> make(std::vector<std::string> settings) {
    settings.push_back("feed.path=" + (folder_ / "sample.lsr"));
    return Assembly::make(test::scenario_of(kOnSample, settings), builtin_strategies());
  }
  std::string error_of(const std::vector<std::string>& settings) {
    const auto assembly = make(settings);
    if (assembly) return "no error";
    EXPECT_EQ(assembly.error().code, ErrorCode::bad_input);
    return assembly.error().text();
  }
  TemporaryFolder folder_;
};

TEST_F(AssemblyOfSample, knows_its_recording_by_name_and_content) {
  const auto assembly = make({});
  ASSERT_TRUE(assembly.ok()) << assembly.error().text();
  EXPECT_EQ((*assembly)->recording().name, "sample.lsr");
  const auto reader = recordings::LogReader::open(folder_ / "sample.lsr");
  EXPECT_EQ((*assembly)->recording().content_hash, (*reader)->seal()->content_hash);
  EXPECT_NE((*assembly)->recording().content_hash, 0U);
}

TEST_F(AssemblyOfSample, checkpoints_are_as_far_apart_as_the_instruments_are_many_unless_it_is_said) {
  EXPECT_EQ((*make({}))->session_config().checkpoint_interval, 4096U);
  EXPECT_EQ((*make({"results.checkpoint_interval=100"}))->session_config().checkpoint_interval, 100U);
  recordings::LogHeader header = testing::sample_header();
  for (int i = 0; i < 998; ++i) {
    header.instruments.push_back(header.instruments[0]);
    header.instruments.back().symbol = "S" + std::to_string(i);
  }
  recordings::LogWriterOptions options;
  options.replace_existing = true;
  testing::write_log(folder_ / "sample.lsr", header, testing::sample_trades(10), options);
  EXPECT_EQ((*make({}))->session_config().checkpoint_interval, 64'000U);
}

TEST_F(AssemblyOfSample, the_hash_of_an_unsealed_recording_is_worked_out) {
  const auto sealed = recordings::LogReader::open(folder_ / "sample.lsr");
  auto writer = recordings::LogWriter::create(folder_ / "open.lsr", testing::sample_header());
  testing::append_all(**writer, testing::sample_trades(10));
  ASSERT_TRUE((*writer)->flush().ok());
  const auto open = recordings::LogReader::open(folder_ / "open.lsr");
  ASSERT_FALSE((*open)->seal());
  EXPECT_EQ(*content_hash_of(**open), (*sealed)->seal()->content_hash);
}

TEST_F(AssemblyOfSample, reads_a_range_and_some_instruments_only) {
  const auto count = [&](const std::vector<std::string>& settings) {
    const auto assembly = make(settings);
    EXPECT_TRUE(assembly.ok());
    return testing::read_all((*assembly)->source()).events.size();
  };
  EXPECT_EQ(count({}), 10U);
  EXPECT_EQ(count({"feed.instruments=[\"ESH4\"]"}), 5U);     // they alternate
  EXPECT_EQ(count({"feed.from=1020", "feed.to=1050"}), 3U);  // 10 ns apart from 1,000 on
}

TEST_F(AssemblyOfSample, an_unknown_strategy_suggests_the_nearest_and_lists_all) {
  EXPECT_EQ(error_of({"strategy.name=momentun"}),
            "strategy \"momentun\": this program does not have it; did you mean momentum? It has "
            "market_maker, mean_reversion, momentum, script");
  EXPECT_EQ(error_of({"strategy.name=zzzzzzzzz"}),
            "strategy \"zzzzzzzzz\": this program does not have it; it has market_maker, "
            "mean_reversion, momentum, script");
}

TEST_F(AssemblyOfSample, an_unknown_symbol_says_where_it_was_named) {
  EXPECT_EQ(error_of({"strategy.instruments=[\"BTCUSD\"]"}),
            "instruments of strategy momentum: the run has no instrument \"BTCUSD\"; did you mean BTCUSDT?");
  EXPECT_EQ(error_of({"strategy.instruments=[\"ESH4\",\"ESH4\"]"}),
            "instruments of strategy momentum: name each instrument once");
  EXPECT_EQ(error_of({"risk.instruments.NVDAX.max_position=1"}),
            "risk.instruments: the run has no instrument \"NVDAX\"; it has BTCUSDT, ESH4");
  EXPECT_EQ(error_of({"venue.instruments.ESH5.maker_fee_bps=1"}),
            "venue.instruments: the run has no instrument \"ESH5\"; did you mean ESH4?");
  EXPECT_EQ(error_of({"feed.instruments=[\"ESM4\"]"}),
            "feed.instruments: the run has no instrument \"ESM4\"; did you mean ESH4?");
}

TEST_F(AssemblyOfSample, a_parameter_that_does_not_fit_names_the_strategy) {
  EXPECT_EQ(error_of({"strategy.parameters.fats=3"}),
            "strategy momentum, parameter fats: is not a parameter of this strategy; did you mean fast?");
  EXPECT_EQ(error_of({"strategy.parameters.fast=0"}),
            "strategy momentum, parameter fast: must be at least 1 observations");
  EXPECT_EQ(error_of({"strategy.parameters.on=ticks"}),
            "strategy momentum, parameter on: expected one of trades|quotes|book|bars, found \"ticks\"");
}

TEST_F(AssemblyOfSample, a_limit_finer_than_the_instruments_unit_is_an_error) {
  EXPECT_EQ(error_of({"risk.instruments.BTCUSDT.max_position=0.0001"}),
            "risk.max_position of BTCUSDT: \"0.0001\" needs 4 decimals, but the scale here is 3");
  EXPECT_EQ(error_of({"risk.max_order_qty=0.5"}),
            "risk.max_order_qty of ESH4: \"0.5\" needs 1 decimals, but the scale here is 0");
  const auto assembly = make({"risk.max_position=2", "risk.instruments.BTCUSDT.max_position=0.125",
                              "risk.instruments.BTCUSDT.max_open_orders=7"});
  ASSERT_TRUE(assembly.ok());
  EXPECT_EQ((*assembly)->session_config().limits[0].max_position_qty, 125);
  EXPECT_EQ((*assembly)->session_config().limits[0].max_open_orders, 7U);
  EXPECT_EQ((*assembly)->session_config().limits[1].max_position_qty, 2);
}

TEST_F(AssemblyOfSample, the_account_is_in_the_currency_of_the_first_instrument_unless_it_says_another) {
  const auto by_default = make({"account.cash=5"});
  EXPECT_EQ((*by_default)->currency(), "USDT");
  EXPECT_EQ((*by_default)->session_config().portfolio.starting_cash.at("USDT").nanos(), 5'000'000'000);
  const auto in_eur = make(
      {"account.currency=EUR", "account.balances.USD=7", "account.rates.USD=0.9", "account.rates.USDT=0.9"});
  ASSERT_TRUE(in_eur.ok());
  EXPECT_EQ((*in_eur)->currency(), "EUR");
  EXPECT_EQ((*in_eur)->session_config().portfolio.starting_cash.at("USD").nanos(), 7'000'000'000);
  EXPECT_EQ((*in_eur)->session_config().rates_nanos.at("USDT"), 900'000'000);
}

TEST_F(AssemblyOfSample, the_accounts_own_currency_is_said_once) {
  EXPECT_EQ(error_of({"account.balances.USDT=7"}),
            "account.balances.USDT: is the account's own currency; say it as account.cash");
}

TEST_F(AssemblyOfSample, a_rate_may_follow_the_quotes_of_an_instrument_in_the_accounts_currency) {
  const auto assembly = make({"account.currency=USDT", "account.rates.BTC.instrument=BTCUSDT",
                              "account.rates.BTC.rate=60000", "account.balances.BTC=1"});
  ASSERT_TRUE(assembly.ok()) << assembly.error().text();
  ASSERT_EQ((*assembly)->session_config().quoted_rates.size(), 1U);
  EXPECT_EQ((*assembly)->session_config().quoted_rates[0].currency, "BTC");
  EXPECT_EQ((*assembly)->session_config().quoted_rates[0].instrument, 0U);
  EXPECT_EQ((*assembly)->session_config().rates_nanos.at("BTC"), 60'000'000'000'000);
  EXPECT_EQ(error_of({"account.currency=USD", "account.rates.BTC.instrument=BTCUSDT"}),
            "account.rates.BTC.instrument: BTCUSDT is quoted in USDT, expected USD; a price of the account's "
            "currency in this one is `inverted = true`");
  EXPECT_EQ(error_of({"account.currency=USD", "account.rates.BTC.instrument=BTCUSDT",
                      "account.rates.BTC.inverted=true"}),
            "account.rates.BTC.instrument: BTCUSDT is quoted in USDT, expected BTC, since it is inverted");
  EXPECT_EQ(error_of({"account.currency=USD", "account.rates.BTC.instrument=BTCUSD"}).substr(0, 30),
            "account.rates.BTC.instrument: ");
}

TEST_F(AssemblyOfSample, a_currency_without_a_rate_ends_the_run_with_a_clear_error) {
  const auto summary = test::run_of(test::kSmallScenario, {"account.currency=EUR"}, folder_ / "run");
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.error().text(),
            "portfolio: profit arises in a currency that has no rate to the reporting currency EUR; set "
            "account.currency to the settlement currency, or give account.rates (of a quoted rate, `rate` "
            "until its first quote)");
}

TEST_F(AssemblyOfSample, a_journal_is_no_recording) {
  ASSERT_TRUE(test::small_run(folder_ / "run").ok());
  const std::string journal = folder_ / "run/journal.lsr";
  const auto assembly =
      Assembly::make(test::scenario_of(kOnSample, {"feed.path=" + journal}), builtin_strategies());
  ASSERT_FALSE(assembly.ok());
  EXPECT_EQ(assembly.error().text(), journal +
                                         ": this is a run's journal, not a recording; repeat the run with "
                                         "`lockstep replay " +
                                         journal + "`");
}

TEST_F(AssemblyOfSample, a_recording_that_is_not_there_or_is_none_is_an_error) {
  const auto missing =
      Assembly::make(test::scenario_of(kOnSample, {"feed.path=/nowhere/x.lsr"}), builtin_strategies());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::io);
  EXPECT_EQ(missing.error().text().substr(0, 16), "/nowhere/x.lsr: ");
  testing::write_bytes(folder_ / "text", std::vector<std::byte>(1000, std::byte{'a'}));
  const auto text =
      Assembly::make(test::scenario_of(kOnSample, {"feed.path=" + (folder_ / "text")}), builtin_strategies());
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace lockstep::scenarios
