#include "scenarios/exchange_section.h"

#include "engine/core/decimal.h"
#include "scenarios/instrument_section.h"

namespace lockstep::scenarios {
namespace {

constexpr int kPpmPerBpsScale = 2;  // 1 bps = 100 ppm

matching::Band read_band(Section& section, std::string_view key, const matching::Band& fallback) {
  const std::int64_t ppm = section.decimal(
      key,
      format_decimal_short(fallback.kind == matching::BandKind::ppm ? fallback.width : 0, kPpmPerBpsScale),
      kPpmPerBpsScale);
  if (ppm < 0) section.fail(key, "must not be negative; 0 switches it off");
  return ppm == 0 ? matching::Band{} : matching::Band{matching::BandKind::ppm, ppm};
}

matching::SelfTrade self_trade_of(sim::SelfTrade mode) {
  switch (mode) {
    case sim::SelfTrade::none: return matching::SelfTrade::none;
    case sim::SelfTrade::cancel_newest: return matching::SelfTrade::cancel_newest;
    case sim::SelfTrade::cancel_oldest: return matching::SelfTrade::cancel_oldest;
    case sim::SelfTrade::cancel_both: return matching::SelfTrade::cancel_both;
    case sim::SelfTrade::decrement: return matching::SelfTrade::decrement;
  }
  return matching::SelfTrade::none;
}

}  // namespace

ExchangeChoice read_exchange(Section section, const ExchangeChoice& fallback) {
  ExchangeChoice choice = fallback;
  matching::Config& config = choice.matching;
  choice.is_simulated = section.choice("market", fallback.is_simulated ? "simulated" : "recorded",
                                       {"recorded", "simulated"}) == "simulated";
  config.priority =
      section.member("priority", fallback.matching.priority, {"price_time", "pro_rata", "price_size_time"});
  config.top_order = section.flag("top_order", fallback.matching.top_order);
  choice.top_order_max = section.text("top_order_max", fallback.top_order_max);
  choice.min_allocation = section.text("min_allocation", fallback.min_allocation);
  config.static_band = read_band(section, "static_band_bps", fallback.matching.static_band);
  config.dynamic_band = read_band(section, "dynamic_band_bps", fallback.matching.dynamic_band);
  config.band_action =
      section.member("band_action", fallback.matching.band_action, {"rest", "cancel", "interrupt"});
  config.max_levels =
      static_cast<std::uint32_t>(section.integer("max_levels", fallback.matching.max_levels, 0, 1'000'000));
  config.queue_when_halted = section.flag("queue_when_halted", fallback.matching.queue_when_halted);
  choice.publish = section.member("publish", fallback.publish, {"orders", "quotes"});
  choice.reference_price = section.text("reference_price", fallback.reference_price);
  choice.feed_latency = read_latency(section.section("feed_latency"), fallback.feed_latency);
  section.finish();
  return choice;
}

Result<std::optional<sim::ExchangeConfig>> exchange_for(const ExchangeChoice& choice,
                                                        const sim::VenueRules& rules,
                                                        const Instrument& instrument) {
  if (!choice.is_simulated) return std::optional<sim::ExchangeConfig>();
  sim::ExchangeConfig exchange;
  exchange.matching = choice.matching;
  exchange.feed_latency = choice.feed_latency;
  exchange.publish = choice.publish;
  matching::Config& config = exchange.matching;
  config.tick = rules.tick > 0 ? rules.tick : instrument.tick;
  config.lot = rules.lot > 0 ? rules.lot : instrument.lot;
  config.min_qty = std::max(rules.min_qty, config.lot);
  if (rules.max_qty > 0) config.max_qty = rules.max_qty;
  config.max_qty -= config.max_qty % config.lot;
  config.min_price = config.tick;
  config.max_price -= config.max_price % config.tick;
  config.self_trade = self_trade_of(rules.self_trade);
  config.any_change_loses_priority = rules.replace == sim::ReplaceRule::always_loses;
  const struct {
    const char* key;
    const std::string& text;
    int scale;
    std::int64_t& into;
  } amounts[] = {
      {"top_order_max", choice.top_order_max, instrument.qty_scale, config.top_order_max},
      {"min_allocation", choice.min_allocation, instrument.qty_scale, config.min_allocation},
      {"reference_price", choice.reference_price, instrument.price_scale, exchange.reference_price}};
  for (const auto& amount : amounts) {
    if (amount.text.empty()) continue;
    const Result<std::int64_t> value = parse_decimal(amount.text, amount.scale);
    const std::string where = std::string("venue.exchange.") + amount.key + " of " + instrument.symbol;
    if (!value) return Error{ErrorCode::bad_input, where, value.error().what};
    amount.into = *value;
  }
  if (exchange.reference_price != kNoPrice && exchange.reference_price % config.tick != 0) {
    return Error{ErrorCode::bad_input, "venue.exchange.reference_price of " + instrument.symbol,
                 "must be a multiple of the tick"};
  }
  if (const Status valid = matching::validate(config); !valid) return valid.error();
  return std::optional<sim::ExchangeConfig>(exchange);
}

feeds::OrderFlowConfig read_flow(Section& feed, std::uint64_t seed) {
  constexpr std::int64_t kMaxEvents = 1'000'000'000'000;
  feeds::OrderFlowConfig config;
  for (Section& section : feed.sections("instruments", 1)) {
    feeds::OrderFlowInstrument one;
    one.instrument = read_instrument(section, InstrumentFields::traded);
    one.start_price = section.decimal("price", "100", one.instrument.price_scale);
    one.volatility_per_sqrt_day = section.real("volatility_per_sqrt_day", 0.03, 0, 10);
    one.events_per_second = section.real("events_per_second", 100, 0.001, 1e7);
    one.take_percent = static_cast<std::uint32_t>(section.integer("take_percent", 10, 0, 100));
    one.cancel_percent = static_cast<std::uint32_t>(section.integer("cancel_percent", 40, 0, 100));
    one.depth_ticks = static_cast<std::uint32_t>(section.integer("depth_ticks", 20, 1, 10'000));
    one.qty = section.decimal("qty", "1", one.instrument.qty_scale);
    one.participants = static_cast<std::uint32_t>(section.integer("participants", 10, 1, 1'000'000));
    section.finish();
    config.instruments.push_back(one);
  }
  config.seed = seed;
  config.start_ts_ns = feed.time("start", 1'704'067'200 * kSecond);  // 2024-01-01
  config.duration_ns = feed.duration("duration", "1h");
  config.max_events = static_cast<std::uint64_t>(feed.integer("max_events", 0, 0, kMaxEvents));
  if (const Status valid = feeds::validate(config); !valid) feed.fail("kind", valid.error().text());
  return config;
}

}  // namespace lockstep::scenarios
