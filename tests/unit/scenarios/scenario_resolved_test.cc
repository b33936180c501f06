// The resolved text of the least scenario: every default, written out.
#include <gtest/gtest.h>

#include "scenarios/scenario.h"

namespace lockstep::scenarios {
namespace {

std::string resolved_least() {
  const Result<Scenario> scenario =
      parse_scenario("[feed]\npath = \"btc.lsr\"\n[strategy]\nname = \"momentum\"\n", "test.toml", {});
  EXPECT_TRUE(scenario.ok()) << scenario.error().text();
  return scenario.ok() ? scenario->resolved_toml : std::string();
}

TEST(Scenario, the_resolved_text_says_every_default) {
  EXPECT_EQ(resolved_least(), R"(description = ""
name = "test"
seed = 1
until = ""

[account]
cash = "100000"
cost_basis = "average"
currency = ""

[account.balances]

[account.rates]

[feed]
from = ""
instruments = []
kind = "recording"
on_damage = "strict"
path = "btc.lsr"
to = ""

[feed.latency_model]
kind = "recorded"

[results]
checkpoint_interval = 0
sample_interval = "1s"

[risk]
max_open_orders = 0
max_order_notional = "0"
max_order_qty = "0"
max_position = "0"
price_collar_bps = 0

[risk.instruments]

[venue]
cancel_on_disconnect = false
dividends = []
expiries = []
lost_in_doubt = "1"
maker_fee_bps = "0"
outages = []
rate_limits = []
reconnect_delay = "0"
rolls = []
splits = []
symbol_changes = []
taker_fee_bps = "0"

[venue.account]
expire_contracts = false
kind = "unlimited"

[venue.account.conversions]

[venue.answer_latency]
kind = "constant"
median = "1ms"
minimum = "0"
sigma = 0.0

[venue.answer_latency.rate]
factor = 0.0
half_life = "1s"
of = "carried"
reference = 1000.0

[venue.borrow]
collateral = "mark"
credit_interest_pct = "0"
daily_at = "0"
days_per_year = 360
debit_interest_pct = "0"
fee_pct = "0"

[venue.exchange]
band_action = "cancel"
dynamic_band_bps = "0"
market = "recorded"
max_levels = 0
min_allocation = "0"
priority = "price_time"
publish = "orders"
queue_when_halted = false
reference_price = ""
static_band_bps = "0"
top_order = false
top_order_max = "0"

[venue.exchange.feed_latency]
kind = "constant"
median = "0"
minimum = "0"
sigma = 0.0

[venue.exchange.feed_latency.rate]
factor = 0.0
half_life = "1s"
of = "carried"
reference = 1000.0

[venue.fees]
commission_cap_pct = "0"
commission_minimum = "0"
commission_per_unit = "0"
levies = []
lowest_tier = 0
maker_per_unit = "0"
taker_per_unit = "0"
tiers = []
volume_rate = "1"
window_days = 30

[venue.fills]
checks_size = true
partial_fill_chance = "0"
queue_exponent = 1.0
queue_model = "proportional"
queue_unit = "0"

[venue.fills.queue_chances]
at_05 = 0.05
at_15 = 0.15
at_25 = 0.25
at_35 = 0.35
at_45 = 0.45
at_55 = 0.55
at_65 = 0.65
at_75 = 0.75
at_85 = 0.85
at_95 = 0.95

[venue.funding]
cap_bps = "200"
clamp_bps = "5"
interval = "8h"
offset = "0"
rate_bps = "1"
sample_interval = "1m"
source = "recorded"

[venue.impact]
coefficient = 0.0
decay = "1m"
decay_exponent = 0.5
model = "none"
reference_qty = "1"
size_exponent = 1.0

[venue.instruments]

[venue.liquidation]
fee_bps = "0"
insurance = true
price = "mark"
step_pct = "100"

[venue.margin]
brackets = []
leverage = "1"
maintenance_pct = "0"
mode = "cross"
reserved_fee_bps = "0"
short = true
short_available = ""

[venue.order_latency]
kind = "constant"
median = "1ms"
minimum = "0"
sigma = 0.0

[venue.order_latency.rate]
factor = 0.0
half_life = "1s"
of = "carried"
reference = 1000.0

[venue.random_outages]
every = "0"
lasting = "10s"

[venue.rules]
contingencies = []
day_end = "0"
icebergs = true
lot = "0"
mass_quotes = true
max_orders = 0
max_qty = "0"
min_notional = "0"
min_qty = "0"
order_types = []
post_only = true
price_band_bps = "0"
reached_trigger = "reject"
reduce_only = true
replace = "smaller_keeps"
self_trade = "none"
tick = "0"
times_in_force = []

[venue.rules.rejections]

[[strategies]]
instruments = []
name = "momentum"

[strategies.parameters]
)");
}

}  // namespace
}  // namespace lockstep::scenarios
