#include "scenarios/money_section.h"

#include <gtest/gtest.h>

#include "scenarios/toml_text.h"

namespace lockstep::scenarios {
namespace {

struct Read {
  sim::Fees fees;
  MoneyChoice money;
  std::string resolved;
  std::string error;
};

// [venue], and [instruments.X] below it, as a scenario reads them.
Read read(const std::string& text) {
  Read out;
  Result<toml::table> given = parse_toml(text, "test.toml");
  if (!given) return {{}, {}, "", given.error().text()};
  toml::table resolved;
  std::optional<Error> error;
  Section venue("venue", &*given, &resolved, &error);
  out.fees = read_fee_schedule(venue.section("fees"), {});
  out.money = read_money(venue);
  Section instruments = venue.section("instruments");
  for (const std::string& symbol : instruments.table_names()) {
    Section one = instruments.section(symbol);
    read_money_of(one, symbol, out.money);
    one.finish();
  }
  venue.finish();
  out.resolved = write_toml(resolved);
  if (error) out.error = error->text();
  return out;
}

Instrument instrument(std::string symbol, InstrumentKind kind) {
  Instrument out;
  out.symbol = std::move(symbol);
  out.venue = "test";
  out.quote = out.settle = "USD";
  out.kind = kind;
  out.price_scale = 2;
  return out;
}

PortfolioConfig portfolio() {
  return {"USD", {{"USD", Money::from_nanos(kNanosPerUnit)}}, CostBasis::average};
}

std::string fault(const std::string& text) {
  const std::vector instruments{instrument("AAPL", InstrumentKind::equity),
                                instrument("ESH4", InstrumentKind::future)};
  const Read given = read(text);
  if (!given.error.empty()) return given.error;
  const Result<sim::MoneyConfig> money = money_for(given.money, instruments, portfolio());
  return money ? "" : money.error().text();
}

constexpr const char* kEverything = R"([fees]
commission_per_unit = "0.005"
commission_minimum = 1
commission_cap_pct = 1
[[fees.tiers]]
volume = 0
maker_fee_bps = 2
taker_fee_bps = "5.5"
[[fees.levies]]
base = "notional"
side = "sell"
rate = "0.0000278"
round_up_to = "0.01"
[account]
kind = "margin"
[account.conversions.EUR]
rate = "1.1"
haircut_pct = 5
[margin]
leverage = 3
maintenance_pct = "12.5"
[[margin.brackets]]
leverage = 125
maintenance_pct = "0.4"
[liquidation]
price = "book"
step_pct = 25
fee_bps = 50
[funding]
source = "premium"
interval = "4h"
[borrow]
fee_pct = 3
debit_interest_pct = "6.83"
[[dividends]]
instrument = "AAPL"
ex = "2024-02-09"
amount = "0.24"
[[splits]]
instrument = "AAPL"
ex = "2020-08-31"
new = 4
[[expiries]]
instrument = "ESH4"
at = "2024-03-15T13:30:00Z"
price = "5180.25"
[instruments.AAPL.margin]
short_available = "500"
[instruments.AAPL.borrow]
fee_pct = 9
)";

TEST(MoneySection, without_a_word_nothing_is_limited_and_nothing_costs) {
  const std::vector instruments{instrument("AAPL", InstrumentKind::equity)};
  const Read given = read("");
  EXPECT_EQ(given.error, "");
  EXPECT_EQ(given.fees, sim::Fees{});
  const Result<sim::MoneyConfig> money = money_for(given.money, instruments, portfolio());
  ASSERT_TRUE(money.ok());
  EXPECT_FALSE(sim::has_effect(*money));
  EXPECT_NE(given.resolved.find("source = \"recorded\""), std::string::npos);
}

TEST(MoneySection, every_key_reaches_its_place) {
  const std::vector instruments{instrument("AAPL", InstrumentKind::equity),
                                instrument("ESH4", InstrumentKind::future)};
  const Read given = read(kEverything);
  ASSERT_EQ(given.error, "");
  EXPECT_EQ(given.fees.commission_per_unit_nanos, 5'000'000);
  EXPECT_EQ(given.fees.commission_cap_ppb, 10'000'000);
  EXPECT_EQ(given.fees.tiers, (std::vector<sim::FeeTier>{{0, 200'000, 550'000}}));
  EXPECT_EQ(given.fees.levies, (std::vector<sim::Levy>{{sim::LevyBase::notional, sim::LevySpan::fill,
                                                        Side::sell, 27'800, 0, 10'000'000}}));
  const Result<sim::MoneyConfig> read_money = money_for(given.money, instruments, portfolio());
  ASSERT_TRUE(read_money.ok()) << read_money.error().text();
  const sim::MoneyConfig& money = *read_money;
  EXPECT_TRUE(sim::has_effect(money));
  EXPECT_EQ(money.account.kind, sim::AccountKind::margin);
  EXPECT_EQ(money.account.terms[1].margin.initial_ppb, 333'333'334);
  EXPECT_EQ(money.account.terms[1].margin.maintenance_ppb, 125'000'000);
  EXPECT_EQ(money.account.terms[1].margin.brackets,
            (std::vector<sim::MarginBracket>{{0, 8'000'000, 4'000'000}}));
  EXPECT_EQ(money.account.terms[0].margin.initial_ppb, 333'333'334);  // of the venue
  EXPECT_EQ(money.account.terms[0].short_available, 500);
  EXPECT_EQ(money.account.terms[1].short_available, -1);
  EXPECT_EQ(money.account.conversions.at(0).numerator, 1'100'000'000);
  EXPECT_EQ(money.account.conversions.at(0).haircut_ppb, 50'000'000);
  EXPECT_EQ(money.account.liquidation.price, sim::LiquidationPrice::book);
  EXPECT_EQ(money.account.liquidation.step_ppb, 250'000'000);
  EXPECT_EQ(money.account.liquidation.fee_ppb, 5'000'000);
  EXPECT_EQ(money.carry.funding[0].source, sim::FundingSource::premium);
  EXPECT_EQ(money.carry.funding[0].interval_ns, 4 * kHour);
  EXPECT_EQ(money.carry.borrow_ppb, (std::vector<std::int64_t>{90'000'000, 30'000'000}));
  EXPECT_EQ(money.carry.debit_ppb, 68'300'000);
  EXPECT_EQ(money.reference.dividends.at(0).amount_nanos, 240'000'000);
  EXPECT_EQ(money.reference.splits.at(0).new_shares, 4U);
  EXPECT_EQ(money.reference.expiries.at(0).instrument, 1U);
  EXPECT_EQ(money.reference.expiries.at(0).settlement_price, 518'025);
}

TEST(MoneySection, the_resolved_text_reads_back_to_the_same) {
  const Read given = read(kEverything);
  EXPECT_EQ(read(given.resolved).resolved, given.resolved);
  EXPECT_EQ(read(given.resolved).error, "");
}

TEST(MoneySection, contracts_expire_by_their_own_terms_where_that_is_asked) {
  std::vector instruments{instrument("ESH4", InstrumentKind::future)};
  instruments[0].expiry_ts_ns = 77;
  const Read given = read("[account]\nexpire_contracts = true\n");
  const Result<sim::MoneyConfig> money = money_for(given.money, instruments, portfolio());
  ASSERT_TRUE(money.ok());
  EXPECT_EQ(money->reference.expiries.at(0).ts_ns, 77);
}

TEST(MoneySection, errors_name_line_and_key_or_the_row) {
  EXPECT_EQ(fault("[account]\nkind = \"rich\"\n"),
            "line 2, venue.account.kind: expected one of unlimited, cash, margin, found \"rich\"");
  EXPECT_EQ(fault("[margin]\nleverage = 0\n"), "line 2, venue.margin.leverage: must lie between 1 and 1000");
  EXPECT_NE(fault("[margin]\nlevrage = 2\n").find("did you mean venue.margin.leverage?"), std::string::npos);
  EXPECT_EQ(fault("[[dividends]]\ninstrument = \"AAPL\"\namount = 1\n"),
            "line 1, venue.dividends[0].ex: say when, like \"2024-08-08T13:30:00Z\"");
  EXPECT_NE(fault("[[dividends]]\ninstrument = \"AAPPL\"\nex = \"2024-01-01\"\n").find("venue.dividends[0]"),
            std::string::npos);
  EXPECT_EQ(fault("[[expiries]]\ninstrument = \"ESH4\"\n"),
            "venue.expiries[0]: ESH4 has no expiry of its own; say `at`");
  EXPECT_NE(fault("[account]\nkind = \"cash\"\n").find("ESH4: a cash account cannot carry a future"),
            std::string::npos);
}

}  // namespace
}  // namespace lockstep::scenarios
