#include "tests/support/sample_run.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "recordings/results.h"

namespace lockstep::tests {
namespace {

constexpr TimeNs kStart = 1'723'161'600'000'000'000;  // 2024-08-09T00:00:00Z
constexpr std::int64_t kStartCash = 100'000 * kNanosPerUnit;
constexpr std::uint64_t kDigest = 0x3f9c2a7be41d0856;

/// Steele, Lea, Flood (2014): splitmix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    return z ^ (z >> 31U);
  }
  /// 0 .. below - 1
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit));
  }
  /// Roughly normal with the given standard deviation: a sum of four uniforms.
  std::int64_t around_zero(std::int64_t deviation) {
    std::int64_t sum = 0;
    for (int i = 0; i < 4; ++i) sum += below(2 * deviation * 866 / 1000 + 1) - deviation * 866 / 1000;
    return sum;
  }

 private:
  std::uint64_t state_;
};

struct Market {
  InstrumentId id;
  Price price;
  Price step;  ///< deviation of the price per second
  Price half_spread;
  Qty lot_qty;
  std::int64_t nanos_per_unit;  ///< money of price 1 x quantity 1, both in their scales
  Qty position = 0;
  std::int64_t cost = 0;  ///< of the position, in nanos
  std::int64_t realised = 0;
};

class Run {
 public:
  Run(const SampleOptions& options, ResultSink& sink)
      : options_(options), sink_(sink), random_(options.seed) {}

  void go() {
    for (int second = 0; second <= options_.seconds; ++second) {
      const TimeNs now = kStart + second * kSecond;
      for (Market& market : markets_) {
        const Price pull = (market.id == 0 ? 6'184'210 : 268'450) - market.price;
        market.price += random_.around_zero(market.step) + pull / 900;
        if (random_.below(1000) < options_.fills_per_1000_s) trade(market, now);
      }
      write_grid(now);
    }
  }

 private:
  void trade(Market& market, TimeNs now) {
    const std::int64_t inventory = market.position / market.lot_qty;
    const bool is_buy = random_.below(20) >= 10 + std::clamp<std::int64_t>(inventory, -9, 9);
    const bool is_maker = random_.below(20) < 18;
    const Price edge = is_maker ? market.half_spread : -market.half_spread;
    const std::int64_t sign = is_buy ? 1 : -1;
    OrderRow order{};
    order.order_id = ++orders_;
    order.instrument = market.id;
    order.side = is_buy ? Side::buy : Side::sell;
    order.type = is_maker ? OrderType::limit : OrderType::market;
    order.time_in_force = is_maker ? TimeInForce::gtc : TimeInForce::ioc;
    order.flags = is_maker ? kFlagPostOnly : 0;
    order.price = is_maker ? market.price - sign * edge : kNoPrice;
    order.qty = market.lot_qty * (1 + random_.below(3));
    order.submit_ts_ns =
        now - (is_maker ? random_.below(40) * 250 * kMillisecond : 0) - random_.below(kMillisecond);
    order.accepted_ts_ns = order.submit_ts_ns + 4 * kMillisecond + random_.below(3'000'000);
    order.done_ts_ns = std::max(now, order.accepted_ts_ns) + random_.below(5 * kMillisecond);
    const std::int64_t fate = random_.below(20);
    if (fate == 0) {
      order.outcome = OrderOutcome::denied;
      order.accepted_ts_ns = kNoTime;
      sink_.denial({now, order.order_id, market.id, 0,
                    random_.below(3) == 0 ? DenyReason::price_collar : DenyReason::position,
                    random_.below(3) == 0 ? 3U : 1U, std::abs(market.position) + order.qty,
                    8 * market.lot_qty});
    } else if (fate == 1) {
      order.outcome = OrderOutcome::rejected;
      order.reason = Reason::post_only_would_cross;
      order.accepted_ts_ns = kNoTime;
    } else if (fate < 5) {
      order.outcome = OrderOutcome::cancelled;
      order.reason = Reason::requested;
    } else {
      order.outcome = OrderOutcome::filled;
      order.filled_qty = order.qty;
      order.fees_nanos = fill(market, order, is_maker, market.price - sign * edge);
    }
    sink_.order(order);
  }

  std::int64_t fill(Market& market, const OrderRow& order, bool is_maker, Price price) {
    const std::int64_t sign = order.side == Side::buy ? 1 : -1;
    const std::int64_t value = price * order.qty * market.nanos_per_unit;
    const std::int64_t fee = is_maker ? -value / 50'000 : value / 5'000;
    std::int64_t realised = 0;
    if (market.position * sign >= 0) {
      market.cost += sign * value;
    } else {
      const Qty closed = std::min(order.qty, std::abs(market.position));
      const std::int64_t cost_out =
          static_cast<std::int64_t>(static_cast<Int128>(market.cost) * closed / std::abs(market.position));
      realised = -sign * price * closed * market.nanos_per_unit - cost_out;
      market.cost -= cost_out;
      market.cost += sign * price * (order.qty - closed) * market.nanos_per_unit;
    }
    market.position += sign * order.qty;
    market.realised += realised;
    fees_ += fee;
    FillRow row{};
    row.ts_ns = order.done_ts_ns;
    row.exch_ts_ns = order.done_ts_ns - 2 * kMillisecond - random_.below(kMillisecond);
    row.submit_ts_ns = order.submit_ts_ns;
    row.order_id = order.order_id;
    row.instrument = market.id;
    row.side = order.side;
    row.is_maker = is_maker;
    row.price = price;
    row.qty = order.qty;
    row.decision_price =
        random_.below(50) == 0 ? kNoPrice : market.price + random_.around_zero(market.half_spread);
    row.fee_nanos = fee;
    row.realised_nanos = realised;
    row.position_qty = market.position;
    sink_.fill(row);
    return fee;
  }

  void write_grid(TimeNs now) {
    std::int64_t realised = 0;
    std::int64_t unrealised = 0;
    for (const Market& market : markets_) {
      const std::int64_t open = market.position * market.price * market.nanos_per_unit - market.cost;
      const Price average =
          market.position == 0 ? kNoPrice : market.cost / market.nanos_per_unit / market.position;
      sink_.position({now, market.id, market.position, average, market.price - market.half_spread,
                      market.price + market.half_spread, market.price, market.realised, open});
      realised += market.realised;
      unrealised += open;
    }
    sink_.equity({now, kStartCash + realised + unrealised - fees_, kStartCash + realised - fees_, realised,
                  unrealised, fees_});
  }

  SampleOptions options_;
  ResultSink& sink_;
  Random random_;
  std::uint64_t orders_ = 0;
  std::int64_t fees_ = 0;
  Market markets_[2] = {{0, 6'184'210, 640, 900, 20, 10'000}, {1, 268'450, 38, 44, 300, 10'000}};
};

/// Passes rows on and keeps what the summary says of them.
class Summed : public ResultSink {
 public:
  explicit Summed(ResultSink& next) : next_(next) {}
  void fill(const FillRow& row) override {
    ++fills;
    next_.fill(row);
  }
  void order(const OrderRow& row) override {
    ++orders;
    next_.order(row);
  }
  void equity(const EquityRow& row) override {
    peak_ = std::max(peak_, row.equity_nanos);
    max_drawdown = std::max(max_drawdown, peak_ - row.equity_nanos);
    last = row;
    next_.equity(row);
  }
  void position(const PositionRow& row) override { next_.position(row); }
  void denial(const DenialRow& row) override { next_.denial(row); }

  int fills = 0;
  int orders = 0;
  std::int64_t max_drawdown = 0;
  EquityRow last{};

 private:
  ResultSink& next_;
  std::int64_t peak_ = kStartCash;
};

}  // namespace

std::vector<Instrument> sample_instruments() {
  Instrument btc;
  btc.symbol = "BTCUSDT";
  btc.venue = "binance-usdm";
  btc.base = "BTC";
  btc.quote = "USDT";
  btc.settle = "USDT";
  btc.kind = InstrumentKind::linear_perpetual;
  btc.price_scale = 2;
  btc.qty_scale = 3;
  btc.tick = 10;
  Instrument eth = btc;
  eth.symbol = "ETHUSDT";
  eth.base = "ETH";
  eth.tick = 1;
  return {btc, eth};
}

void feed_sample_run(const SampleOptions& options, ResultSink& sink) {
  Run(options, sink).go();
}

std::vector<MetricRow> sample_metrics() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {
      {"starting_equity", 100'000, "currency", "Equity at the start."},
      {"total_return", 0.00505645, "fraction", "Final equity / starting equity - 1."},
      {"annualised_return", none, "fraction",
       "(1 + total return)^(periods per year / periods) - 1; needs at least one day."},
      {"volatility", 0.0187, "fraction",
       "Standard deviation of the returns (ddof 1) x sqrt(periods per year)."},
      {"sharpe", 6.42, "ratio",
       "Mean of (return - risk-free) / standard deviation (ddof 1) x sqrt(periods per year)."},
      {"sortino", 9.87, "ratio",
       "Mean of (return - target) / sqrt(mean of min(return - target, 0)^2 over all periods) x sqrt(periods "
       "per year)."},
      {"probabilistic_sharpe", none, "probability",
       "Probability that the true Sharpe ratio exceeds 0 (Bailey, Lopez de Prado 2012)."},
      {"max_drawdown", -0.000296, "fraction",
       "Smallest of equity / highest equity so far - 1; the start counts."},
      {"max_drawdown_trough", 1'723'169'828, "s since 1970", "When equity was lowest under its peak."},
      {"longest_under_water", 2214, "s",
       "Longest time from a peak of equity to its recovery, an open one included."},
      {"trades", 731, "count", "Round trips: from flat to flat."},
      {"win_rate", 0.5523, "fraction", "Winning round trips / round trips that are not zero."},
      {"profit_factor", 1.47, "ratio", "Sum of winning round trips / absolute sum of losing ones."},
      {"expectancy", 0.6917, "currency", "Mean profit of a round trip, after fees."},
      {"fill_ratio", 0.748, "fraction", "Filled quantity / quantity of the orders sent."},
      {"maker_share", 0.902, "fraction", "Filled value of resting orders / filled value."},
      {"slippage_bps", -1.26, "bps",
       "Quantity-weighted mean of side x (fill price - decision price) / decision price x 10^4."},
      {"fill_latency_median", 4.97e9, "ns", "Median time from the decision to the news of its fill."},
  };
}

Status write_sample_run(const SampleOptions& options, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::string sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  auto writer = recordings::ResultsWriter::create(folder / "results.h5", {"0.1.0", options.seed, sha, "USDT"},
                                                  sample_instruments());
  if (!writer.ok()) return writer.error();
  Summed sums(**writer);
  feed_sample_run(options, sums);
  if (Status status = (*writer)->finish(kDigest, sample_metrics()); !status.ok()) return status;

  std::ofstream(folder / "summary.json") << R"({
  "digest": "3f9c2a7be41d0856",
  "events": 4812377,
  "decisions": 9120,
  "orders": )" << sums.orders << R"(,
  "fills": )" << sums.fills << R"(,
  "wall_seconds": 1.083,
  "events_per_second": 4443561,
  "first_ts": "2024-08-09T00:00:00.000000000Z",
  "last_ts": )" << '"' << format_time(sums.last.ts_ns)
                                         << '"' << R"(,
  "pnl": ")" << format_decimal(sums.last.equity_nanos - kStartCash, kMoneyScale)
                                         << R"(",
  "fees": ")" << format_decimal(sums.last.fees_nanos, kMoneyScale)
                                         << R"(",
  "max_drawdown": ")" << format_decimal(sums.max_drawdown, kMoneyScale)
                                         << R"(",
  "scenario_sha256": ")" << sha << R"(",
  "program_version": "0.1.0",
  "seed": 7,
  "name": "market maker on two perpetuals",
  "strategies": ["market_maker"],
  "instruments": ["BTCUSDT", "ETHUSDT"]
}
)";
  std::ofstream(folder / "run.toml") << R"(# The scenario as resolved: every default is written out.
name = "market maker on two perpetuals"
seed = 7
program_version = "0.1.0"

[feed]
kind = "synthetic"
instruments = ["BTCUSDT", "ETHUSDT"]
note = "</script><script>throw new Error('escaped')</script>"

[strategy]
name = "market_maker"
half_spread_bps = 1.5
inventory_skew = 0.4
requote_ticks = 2

[venue]
order_latency = "2ms"
answer_latency = "2ms"
maker_fee = "-0.00002"
taker_fee = "0.0004"
)";
  return Done{};
}

}  // namespace lockstep::tests
