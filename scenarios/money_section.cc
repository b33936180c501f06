#include "scenarios/money_section.h"

namespace lockstep::scenarios {
namespace {

constexpr int kBpsScale = 5;      // 1 bp = 10^5 parts per billion
constexpr int kPercentScale = 7;  // 1% = 10^7 parts per billion

std::int64_t rate(Section& section, std::string_view key, std::int64_t fallback_ppb, int scale,
                  std::int64_t least_ppb, std::int64_t most_ppb) {
  const std::int64_t ppb = section.decimal(key, format_decimal_short(fallback_ppb, scale), scale);
  if (ppb < least_ppb || ppb > most_ppb) {
    section.fail(key, "must lie between " + format_decimal_short(least_ppb, scale) + " and " +
                          format_decimal_short(most_ppb, scale) + ", found " +
                          format_decimal_short(ppb, scale));
  }
  return ppb;
}
std::int64_t bps(Section& section, std::string_view key, std::int64_t fallback_ppb) {
  return rate(section, key, fallback_ppb, kBpsScale, -kNanosPerUnit, kNanosPerUnit);
}
std::int64_t percent(Section& section, std::string_view key, std::int64_t fallback_ppb) {
  return rate(section, key, fallback_ppb, kPercentScale, 0, kNanosPerUnit);
}

std::int64_t amount(Section& section, std::string_view key, std::int64_t fallback_nanos,
                    bool may_be_negative) {
  const std::int64_t nanos =
      section.decimal(key, format_decimal_short(fallback_nanos, kMoneyScale), kMoneyScale);
  if (nanos < 0 && !may_be_negative) section.fail(key, "must not be negative");
  return nanos;
}

// 1 / leverage, rounded up, so that the leverage is never exceeded.
std::int64_t initial_of(Section& section, std::int64_t fallback_ppb) {
  constexpr int kScale = 3;
  const Int128 fallback = divide_rounded(Int128{kNanosPerUnit} * pow10(kScale), fallback_ppb);
  const std::int64_t leverage =
      section.decimal("leverage", format_decimal_short(static_cast<std::int64_t>(fallback), kScale), kScale);
  const std::int64_t one = pow10(kScale);
  if (leverage < one || leverage > 1000 * one) {
    section.fail("leverage", "must lie between 1 and 1000");
    return kNanosPerUnit;
  }
  return static_cast<std::int64_t>((Int128{kNanosPerUnit} * one + leverage - 1) / leverage);
}

sim::Levy read_levy(Section section) {
  sim::Levy levy;
  levy.base = section.choice("base", "unit", {"unit", "notional"}) == "unit" ? sim::LevyBase::unit
                                                                             : sim::LevyBase::notional;
  const std::string span = section.choice("per", "fill", {"fill", "order", "day"});
  levy.span = span == "fill"    ? sim::LevySpan::fill
              : span == "order" ? sim::LevySpan::order
                                : sim::LevySpan::day;
  const std::string side = section.choice("side", "both", {"both", "buy", "sell"});
  levy.side = side == "both" ? Side::none : side == "buy" ? Side::buy : Side::sell;
  levy.rate = amount(section, "rate", 0, false);
  levy.cap_nanos = amount(section, "cap", 0, false);
  levy.round_up_nanos = amount(section, "round_up_to", 0, false);
  section.finish();
  return levy;
}

MarginChoice read_margin(Section section, const MarginChoice& fallback) {
  MarginChoice margin;
  sim::InstrumentTerms& terms = margin.terms;
  terms.margin.initial_ppb = initial_of(section, fallback.terms.margin.initial_ppb);
  terms.margin.maintenance_ppb = percent(section, "maintenance_pct", fallback.terms.margin.maintenance_ppb);
  terms.is_isolated = section.choice("mode", fallback.terms.is_isolated ? "isolated" : "cross",
                                     {"cross", "isolated"}) == "isolated";
  terms.may_short = section.flag("short", fallback.terms.may_short);
  margin.short_available = section.text("short_available", fallback.short_available);
  terms.fee_ppb = bps(section, "reserved_fee_bps", fallback.terms.fee_ppb);
  for (Section& one : section.sections("brackets")) {
    sim::MarginBracket bracket;
    bracket.floor_units = one.integer("floor", 0, 0, 1'000'000'000'000);
    bracket.initial_ppb = initial_of(one, kNanosPerUnit);
    bracket.maintenance_ppb = percent(one, "maintenance_pct", 0);
    terms.margin.brackets.push_back(bracket);
    one.finish();
  }
  if (const Status valid = sim::validate(terms.margin); !valid)
    section.fail("maintenance_pct", valid.error().what);
  section.finish();
  return margin;
}

sim::FundingRule read_funding(Section section, const sim::FundingRule& fallback) {
  sim::FundingRule rule;
  rule.source =
      section.member("source", fallback.source, {"none", "recorded", "forecast", "constant", "premium"});
  rule.interval_ns = section.duration("interval", format_duration(fallback.interval_ns));
  rule.offset_ns = section.duration("offset", format_duration(fallback.offset_ns));
  rule.rate_ppb = bps(section, "rate_bps", fallback.rate_ppb);
  rule.clamp_ppb = bps(section, "clamp_bps", fallback.clamp_ppb);
  rule.cap_ppb = bps(section, "cap_bps", fallback.cap_ppb);
  rule.sample_interval_ns = section.duration("sample_interval", format_duration(fallback.sample_interval_ns));
  sim::CarryConfig alone;
  alone.funding = {rule};
  if (const Status valid = sim::validate(alone, 1); !valid) section.fail("interval", valid.error().what);
  section.finish();
  return rule;
}

constexpr std::int64_t kMostBorrow = 100 * kNanosPerUnit;

std::int64_t read_borrow_fee(Section& section, std::int64_t fallback_ppb) {
  return rate(section, "fee_pct", fallback_ppb, kPercentScale, 0, kMostBorrow);
}

sim::LiquidationRule read_liquidation(Section section) {
  sim::LiquidationRule rule;
  const std::string price = section.choice("price", "mark", {"mark", "bankruptcy", "book"});
  rule.price = price == "mark"   ? sim::LiquidationPrice::mark
               : price == "book" ? sim::LiquidationPrice::book
                                 : sim::LiquidationPrice::bankruptcy;
  rule.step_ppb = percent(section, "step_pct", rule.step_ppb);
  if (rule.step_ppb == 0) section.fail("step_pct", "must be more than nothing");
  rule.fee_ppb = rate(section, "fee_bps", 0, kBpsScale, 0, kNanosPerUnit);
  rule.insurance = section.flag("insurance", true);
  section.finish();
  return rule;
}

// What every row has: an instrument and a time.
ReferenceRow read_row(Section& section, std::string_view time_key, bool needs_time = true) {
  ReferenceRow row;
  row.instrument = section.text("instrument", "");
  if (row.instrument.empty()) section.fail("instrument", "name the instrument");
  row.ts_ns = section.time(time_key, INT64_MIN);
  if (needs_time && row.ts_ns == INT64_MIN) section.fail(time_key, "say when, like \"2024-08-08T13:30:00Z\"");
  return row;
}

template <class Fill>
std::vector<ReferenceRow> read_rows(Section& venue, std::string_view key, std::string_view time_key,
                                    Fill fill, bool needs_time = true) {
  std::vector<ReferenceRow> rows;
  for (Section& one : venue.sections(key)) {
    ReferenceRow row = read_row(one, time_key, needs_time);
    fill(one, row);
    one.finish();
    rows.push_back(row);
  }
  return rows;
}

void read_reference(Section& venue, MoneyChoice& money) {
  money.dividends = read_rows(venue, "dividends", "ex", [](Section& one, ReferenceRow& row) {
    row.amount = amount(one, "amount", 0, false);
  });
  money.splits = read_rows(venue, "splits", "ex", [](Section& one, ReferenceRow& row) {
    row.new_shares = static_cast<std::uint32_t>(one.integer("new", 1, 1, 1'000'000));
    row.old_shares = static_cast<std::uint32_t>(one.integer("old", 1, 1, 1'000'000));
    const std::string orders = one.choice("orders", "finra", {"finra", "cancel", "keep"});
    row.orders = orders == "finra"  ? sim::SplitOrders::finra
                 : orders == "keep" ? sim::SplitOrders::keep
                                    : sim::SplitOrders::cancel;
  });
  money.symbol_changes = read_rows(venue, "symbol_changes", "at", [](Section& one, ReferenceRow& row) {
    row.other = one.text("new_instrument", "");
    if (row.other.empty()) one.fail("new_instrument", "name the instrument that it becomes");
  });
  money.expiries = read_rows(
      venue, "expiries", "at",
      [](Section& one, ReferenceRow& row) {
        row.is_physical = one.choice("settlement", "cash", {"cash", "physical"}) == "physical";
        row.pays_in_base = one.choice("pays_in", "quote", {"quote", "base"}) == "base";
        row.other = one.text("underlying", "");
        row.price = one.text("price", "");
        row.threshold = one.text("threshold", "");
      },
      false);
  money.rolls = read_rows(venue, "rolls", "at", [](Section& one, ReferenceRow& row) {
    row.other = one.text("next", "");
    if (row.other.empty()) one.fail("next", "name the contract to roll into");
    row.price = one.text("spread", "");
    row.amount = rate(one, "fee_bps", 0, kBpsScale, 0, kNanosPerUnit);
  });
}

}  // namespace

sim::Fees read_fee_schedule(Section section, const sim::Fees& base) {
  sim::Fees fees;
  fees.maker_ppb = base.maker_ppb;
  fees.taker_ppb = base.taker_ppb;
  fees.lowest_tier = static_cast<std::uint32_t>(section.integer("lowest_tier", 0, 0, 1000));
  fees.volume_rate_ppb = section.decimal("volume_rate", "1", kMoneyScale);
  fees.maker_per_unit_nanos = amount(section, "maker_per_unit", 0, true);
  fees.taker_per_unit_nanos = amount(section, "taker_per_unit", 0, true);
  fees.commission_per_unit_nanos = amount(section, "commission_per_unit", 0, false);
  fees.commission_minimum_nanos = amount(section, "commission_minimum", 0, false);
  fees.commission_cap_ppb = percent(section, "commission_cap_pct", 0);
  for (Section& one : section.sections("tiers")) {
    sim::FeeTier tier;
    tier.volume_units = one.integer("volume", 0, 0, INT64_MAX / kNanosPerUnit);
    tier.maker_ppb = bps(one, "maker_fee_bps", 0);
    tier.taker_ppb = bps(one, "taker_fee_bps", 0);
    fees.tiers.push_back(tier);
    one.finish();
  }
  for (Section& one : section.sections("levies")) fees.levies.push_back(read_levy(one));
  if (const Status valid = sim::validate(fees); !valid)
    section.fail(fees.tiers.empty() ? "volume_rate" : "tiers", valid.error().what);
  section.finish();
  return fees;
}

MoneyChoice read_money(Section& venue) {
  MoneyChoice money;
  Section account = venue.section("account");
  const std::string kind = account.choice("kind", "unlimited", {"unlimited", "cash", "margin"});
  money.account = kind == "cash"     ? sim::AccountKind::cash
                  : kind == "margin" ? sim::AccountKind::margin
                                     : sim::AccountKind::unlimited;
  money.expires_contracts = account.flag("expire_contracts", false);
  Section conversions = account.section("conversions");
  for (const std::string& currency : conversions.table_names()) {
    Section one = conversions.section(currency);
    ConversionChoice& conversion = money.conversions[currency];
    conversion.rate = one.text("rate", "");
    conversion.instrument = one.text("instrument", "");
    conversion.is_inverted = one.flag("inverted", false);
    conversion.haircut_ppb = percent(one, "haircut_pct", 0);
    if (conversion.rate.empty() == conversion.instrument.empty())
      one.fail("rate", "give either a rate or the instrument whose price it is");
    one.finish();
  }
  conversions.finish();
  account.finish();

  MarginChoice nothing;
  nothing.terms.may_short = money.account != sim::AccountKind::cash;
  money.margin = read_margin(venue.section("margin"), nothing);
  money.liquidation = read_liquidation(venue.section("liquidation"));
  money.funding = read_funding(venue.section("funding"), {});

  Section borrow = venue.section("borrow");
  money.borrow_ppb = read_borrow_fee(borrow, 0);
  money.carry.marks_up_collateral = borrow.choice("collateral", "mark", {"mark", "marked_up"}) == "marked_up";
  money.carry.debit_ppb = percent(borrow, "debit_interest_pct", 0);
  money.carry.credit_ppb = percent(borrow, "credit_interest_pct", 0);
  money.carry.daily_at_ns = borrow.duration("daily_at", "0");
  money.carry.days_per_year = static_cast<int>(borrow.integer("days_per_year", 360, 360, 365));
  if (const Status valid = sim::validate(money.carry, 1); !valid) borrow.fail("daily_at", valid.error().what);
  borrow.finish();
  read_reference(venue, money);
  return money;
}

void read_money_of(Section& instrument, const std::string& symbol, MoneyChoice& money) {
  if (instrument.has("margin"))
    money.margin_by_symbol[symbol] = read_margin(instrument.section("margin"), money.margin);
  if (instrument.has("funding"))
    money.funding_by_symbol[symbol] = read_funding(instrument.section("funding"), money.funding);
  if (!instrument.has("borrow")) return;
  Section borrow = instrument.section("borrow");
  money.borrow_by_symbol[symbol] = read_borrow_fee(borrow, money.borrow_ppb);
  borrow.finish();
}

}  // namespace lockstep::scenarios
