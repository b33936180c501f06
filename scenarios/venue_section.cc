#include "scenarios/venue_section.h"

#include "engine/core/decimal.h"

namespace lockstep::scenarios {
namespace {

constexpr int kLastOrderType = static_cast<int>(OrderType::trailing_stop);
constexpr int kLastTimeInForce = static_cast<int>(TimeInForce::at_close);
constexpr int kLastContingency = static_cast<int>(Contingency::bracket);
constexpr int kLastReason = static_cast<int>(Reason::bad_link);

// A set of an enum's members by name. Empty: all of them. The first member of some enums is always in.
template <class Enum>
std::uint32_t read_set(Section& section, std::string_view key, int last, std::uint32_t fallback) {
  std::uint32_t bits = 0;
  for (const std::string& name : section.texts(key)) {
    bool is_known = false;
    std::string list;
    for (int i = 0; i <= last; ++i) {
      const std::string_view member = to_string(static_cast<Enum>(i));
      list += (i == 0 ? "" : ", ") + std::string(member);
      if (member != name) continue;
      bits |= std::uint32_t{1} << static_cast<unsigned>(i);
      is_known = true;
    }
    if (!is_known) section.fail(key, "expected some of " + list + ", found \"" + name + "\"");
  }
  return bits == 0 ? fallback : bits;
}

std::string read_amount(Section& section, std::string_view key, const std::string& fallback) {
  if (section.decimal(key, fallback, kMoneyScale) < 0) section.fail(key, "must not be negative");
  return section.text(key, fallback);
}

std::map<std::string, std::string> read_rejections(Section section,
                                                   const std::map<std::string, std::string>& fallback) {
  std::map<std::string, std::string> rejections = fallback;
  for (const auto& [reason, text] : section.scalars()) {
    bool is_known = false;
    for (int i = 1; i <= kLastReason; ++i) is_known = is_known || to_string(static_cast<Reason>(i)) == reason;
    if (!is_known) section.fail(reason, "is no reason for which a venue refuses; see recordings/FORMAT.md");
    rejections[reason] = text;
  }
  return rejections;
}

}  // namespace

RulesChoice read_rules(Section section, const RulesChoice& fallback) {
  RulesChoice choice = fallback;
  sim::VenueRules& rules = choice.rules;
  rules.order_types = read_set<OrderType>(section, "order_types", kLastOrderType, fallback.rules.order_types);
  rules.times_in_force =
      read_set<TimeInForce>(section, "times_in_force", kLastTimeInForce, fallback.rules.times_in_force);
  rules.contingencies =
      read_set<Contingency>(section, "contingencies", kLastContingency, fallback.rules.contingencies) |
      sim::bit_of(Contingency::none);
  rules.takes_post_only = section.flag("post_only", fallback.rules.takes_post_only);
  rules.takes_reduce_only = section.flag("reduce_only", fallback.rules.takes_reduce_only);
  rules.takes_icebergs = section.flag("icebergs", fallback.rules.takes_icebergs);
  rules.takes_mass_quotes = section.flag("mass_quotes", fallback.rules.takes_mass_quotes);
  choice.tick = read_amount(section, "tick", fallback.tick);
  choice.lot = read_amount(section, "lot", fallback.lot);
  choice.min_qty = read_amount(section, "min_qty", fallback.min_qty);
  choice.max_qty = read_amount(section, "max_qty", fallback.max_qty);
  choice.min_notional = read_amount(section, "min_notional", fallback.min_notional);
  rules.max_orders =
      static_cast<std::uint32_t>(section.integer("max_orders", fallback.rules.max_orders, 0, 1'000'000));
  constexpr int kPpbPerBpsScale = 5;
  rules.price_band_ppb =
      section.decimal("price_band_bps", format_decimal_short(fallback.rules.price_band_ppb, kPpbPerBpsScale),
                      kPpbPerBpsScale);
  if (rules.price_band_ppb < 0) section.fail("price_band_bps", "must not be negative; 0 switches it off");
  rules.day_end_ns = section.duration("day_end", format_duration(fallback.rules.day_end_ns));
  if (rules.day_end_ns < 0 || rules.day_end_ns >= kDay)
    section.fail("day_end", "is a time of day in UTC, from 0 to 24h");
  rules.replace =
      section.member("replace", fallback.rules.replace, {"smaller_keeps", "always_loses", "not_allowed"});
  rules.reached_trigger =
      section.member("reached_trigger", fallback.rules.reached_trigger, {"reject", "trigger"});
  rules.self_trade = section.member("self_trade", fallback.rules.self_trade,
                                    {"none", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"});
  choice.rejections = read_rejections(section.section("rejections"), fallback.rejections);
  section.finish();
  return choice;
}

Result<sim::VenueRules> rules_for(const RulesChoice& choice, const Instrument& instrument) {
  sim::VenueRules rules = choice.rules;
  const struct {
    const char* key;
    const std::string& text;
    int scale;
    std::int64_t& into;
  } amounts[] = {{"tick", choice.tick, instrument.price_scale, rules.tick},
                 {"lot", choice.lot, instrument.qty_scale, rules.lot},
                 {"min_qty", choice.min_qty, instrument.qty_scale, rules.min_qty},
                 {"max_qty", choice.max_qty, instrument.qty_scale, rules.max_qty},
                 {"min_notional", choice.min_notional, kMoneyScale, rules.min_notional_nanos}};
  for (const auto& amount : amounts) {
    const Result<std::int64_t> value = parse_decimal(amount.text, amount.scale);
    if (!value) {
      return Error{ErrorCode::bad_input,
                   std::string("venue.rules.") + amount.key + " of " + instrument.symbol, value.error().what};
    }
    amount.into = *value;
  }
  return rules;
}

}  // namespace lockstep::scenarios
