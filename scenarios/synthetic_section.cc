#include "scenarios/synthetic_section.h"

#include "scenarios/instrument_section.h"

namespace lockstep::scenarios {
namespace {

constexpr std::int64_t kMaxEvents = 1'000'000'000'000;

feeds::SyntheticInstrument read_market(Section& section) {
  feeds::SyntheticInstrument market;
  market.instrument = read_instrument(section, InstrumentFields::traded);
  market.start_price = section.decimal("price", "100", market.instrument.price_scale);
  market.volatility_per_sqrt_day = section.real("volatility_per_sqrt_day", 0.03, 0, 10);
  market.events_per_second = section.real("events_per_second", 50, 0.001, 1e7);
  market.trade_percent = static_cast<std::uint32_t>(section.integer("trade_percent", 20, 0, 100));
  market.trade_qty = section.decimal("trade_qty", "0.5", market.instrument.qty_scale);
  market.level_qty = section.decimal("level_qty", "2", market.instrument.qty_scale);
  market.levels = static_cast<std::uint32_t>(section.integer("levels", 5, 3, 64));
  market.depth = static_cast<std::uint32_t>(section.integer("depth", 20, 8, 1024));
  market.spread_ticks = static_cast<std::uint32_t>(section.integer("spread_ticks", 1, 1, 1000));
  market.trades = section.flag("trades", true);
  market.books = section.flag("books", true);
  market.quotes = section.flag("quotes", false);
  market.bars = section.flag("bars", false);
  market.mark_interval_ns = section.duration("mark_interval", "0");
  market.funding_interval_ns = section.duration("funding_interval", "0");
  market.gap_numerator = static_cast<std::uint64_t>(section.integer("gaps_per_million", 0, 0, 1'000'000));
  market.gap_denominator = 1'000'000;
  market.snapshot_delay_ns = section.duration("snapshot_delay", "1s");
  section.finish();
  return market;
}

}  // namespace

feeds::SyntheticConfig read_synthetic(Section& feed, std::uint64_t seed) {
  feeds::SyntheticConfig config;
  for (Section& market : feed.sections("instruments", 1)) config.instruments.push_back(read_market(market));
  config.seed = seed;
  config.start_ts_ns = feed.time("start", 1'704'067'200 * kSecond);  // 2024-01-01
  config.duration_ns = feed.duration("duration", "1h");
  config.max_events = static_cast<std::uint64_t>(feed.integer("max_events", 0, 0, kMaxEvents));
  Section latency = feed.section("latency");
  config.latency.constant_ns = latency.duration("constant", "0");
  config.latency.median_ns = latency.duration("median", "0");
  config.latency.sigma = latency.real("sigma", 0, 0, 5);
  latency.finish();
  if (const Status valid = feeds::validate(config); !valid) feed.fail("kind", valid.error().text());
  return config;
}

}  // namespace lockstep::scenarios
