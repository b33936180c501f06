#include "tools/report_data.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <vector>

#include "engine/core/decimal.h"
#include "engine/core/digest.h"
#include "tools/json_writer.h"
#include "tools/report_series.h"

namespace lockstep::tools {
namespace {

using recordings::ResultsReader;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double to_double(std::int64_t value, int scale) {
  return static_cast<double>(value) / static_cast<double>(pow10(scale));
}
double seconds(TimeNs ts_ns) {
  return static_cast<double>(ts_ns) / 1e9;
}
std::string money_text(std::int64_t nanos) {
  return format_decimal_short(nanos, kMoneyScale);
}

void write_price(JsonWriter& json, Price price, const Instrument& instrument) {
  if (price == kNoPrice) {
    json.null();
  } else {
    json.text(format_decimal(price, instrument.price_scale));
  }
}

void write_time(JsonWriter& json, TimeNs ts_ns) {
  if (ts_ns == kNoTime) {
    json.null();
  } else {
    json.text(std::to_string(ts_ns));
  }
}

/// A line of a chart: `t` in seconds, then one array per value.
template <std::size_t N>
void write_series(JsonWriter& json, const std::vector<typename ThinnedSeries<N>::Point>& points,
                  const std::array<std::string_view, N>& names) {
  json.key("t").begin_array();
  for (const auto& point : points) json.number(seconds(point.ts_ns));
  json.end_array();
  for (std::size_t i = 0; i < N; ++i) {
    json.key(names[i]).begin_array();
    for (const auto& point : points) json.number(point.values[i]);
    json.end_array();
  }
}

/// Times of a table that is drawn must not go back: the buckets of a chart stand on it.
class TimeCheck {
 public:
  explicit TimeCheck(std::string_view table) : table_(table) {}
  void see(TimeNs ts_ns) {
    if (ts_ns < last_ && status_.ok()) {
      status_ = Error{ErrorCode::damaged, "results.h5 /" + std::string(table_),
                      "row " + std::to_string(row_) + " has the time " + std::to_string(ts_ns) + ", before " +
                          std::to_string(last_) + " of the row above"};
    }
    ++row_;
    last_ = std::max(last_, ts_ns);
  }
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  std::string_view table_;
  TimeNs last_ = 0;
  std::uint64_t row_ = 0;
  Status status_ = Done{};
};

// ---- equity ----

Status write_equity(JsonWriter& json, ResultsReader& results, TimeNs& first_ts_ns, TimeNs& last_ts_ns) {
  const std::uint64_t rows = results.count<EquityRow>();
  json.key("equity");
  if (rows == 0) {
    json.null();
    return Done{};
  }
  EquityRow first{};
  EquityRow last{};
  if (Status status = results.read<EquityRow>(0, {&first, 1}); !status.ok()) return status;
  if (Status status = results.read<EquityRow>(rows - 1, {&last, 1}); !status.ok()) return status;
  first_ts_ns = std::max<TimeNs>(0, first.ts_ns);
  last_ts_ns = std::max(first_ts_ns, last.ts_ns);

  ThinnedSeries<2> series(first_ts_ns, last_ts_ns, rows, kMaxSeriesPoints,
                          {{0, false}, {0, true}, {1, false}});
  std::int64_t peak = first.equity_nanos;
  TimeCheck times("equity");
  const Status status = results.for_each<EquityRow>([&](const EquityRow& row) {
    times.see(row.ts_ns);
    if (!times.status().ok()) return;
    peak = std::max(peak, row.equity_nanos);
    const double equity = to_double(row.equity_nanos, kMoneyScale);
    series.add({row.ts_ns, {equity, equity - to_double(peak, kMoneyScale)}});
  });
  if (!status.ok()) return status;
  if (!times.status().ok()) return times.status();

  json.begin_object().key("rows").integer(rows);
  write_series<2>(json, series.finish(), {"equity", "drawdown"});
  json.pair("start", money_text(first.equity_nanos)).pair("end", money_text(last.equity_nanos));
  json.pair("realised", money_text(last.realised_nanos))
      .pair("unrealised", money_text(last.unrealised_nanos));
  json.pair("fees", money_text(last.fees_nanos));
  json.end_object();
  return Done{};
}

// ---- fills: the table, latency and slippage ----

/// Counts between edges; what lies outside is counted at the ends.
struct Histogram {
  std::vector<double> edges;
  std::vector<std::uint64_t> taker;  ///< taker[i]: from edges[i - 1] up to edges[i]
  std::vector<std::uint64_t> maker;

  explicit Histogram(std::vector<double> edges_in)
      : edges(std::move(edges_in)), taker(edges.size() + 1), maker(edges.size() + 1) {}

  void add(double value, bool is_maker) {
    const auto bin =
        static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin());
    ++(is_maker ? maker : taker)[bin];
  }
  void write(JsonWriter& json) const {
    json.key("edges").begin_array();
    for (const double edge : edges) json.number(edge);
    json.end_array();
    for (const auto& [name, counts] : {std::pair{"taker", &taker}, std::pair{"maker", &maker}}) {
      json.key(name).begin_array();
      for (const std::uint64_t count : *counts) json.integer(count);
      json.end_array();
    }
  }
};

/// Eight bins per decade from 100 ns to 10^7 s, at round numbers.
std::vector<double> latency_edges() {
  std::vector<double> edges;
  for (double decade = 1e2; decade < 1e16; decade *= 10) {
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) edges.push_back(decade * step);
  }
  return edges;
}

/// In basis points of the decision price; positive: worse than it. NaN: there was no decision price.
double slippage_bps(const FillRow& row) {
  if (row.decision_price == kNoPrice || row.decision_price == 0 || row.side == Side::none) return kNone;
  const double decision = static_cast<double>(row.decision_price);
  const double worse = (static_cast<double>(row.price) - decision) * (row.side == Side::buy ? 1 : -1);
  return worse / std::fabs(decision) * 1e4;
}

/// Mean and spread in one pass (Welford 1962).
struct Spread {
  std::uint64_t count = 0;
  double mean = 0;
  double squares = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();

  void add(double value) {
    ++count;
    const double delta = value - mean;
    mean += delta / static_cast<double>(count);
    squares += delta * (value - mean);
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

/// About thirty bins of a round width with an edge at zero; four deviations either side, so that one outlier
/// does not flatten the rest.
std::vector<double> slippage_edges(const Spread& spread) {
  const double deviation =
      spread.count > 1 ? std::sqrt(spread.squares / static_cast<double>(spread.count - 1)) : 0;
  const double low = std::max(spread.least, spread.mean - 4 * deviation);
  const double high = std::min(spread.most, spread.mean + 4 * deviation);
  double width = 1e-4;
  for (int i = 0; (high - low) / width > 32 && i < 60; ++i) width *= i % 3 == 1 ? 2.5 : 2;  // 1, 2, 5, 10 ...
  const double first = std::floor(low / width);
  const double last = std::floor(high / width) + 1;
  std::vector<double> edges;
  for (double i = first; i <= last && edges.size() < 100; ++i) edges.push_back(i * width);
  return edges;
}

void write_fill(JsonWriter& json, const FillRow& row, const Instrument& instrument) {
  json.begin_array().text(std::to_string(row.order_id));
  write_time(json, row.ts_ns);
  write_time(json, row.exch_ts_ns);
  write_time(json, row.submit_ts_ns);
  json.integer(std::uint64_t{row.instrument}).integer(std::uint64_t{row.strategy}).text(to_string(row.side));
  json.integer(std::uint64_t{row.is_maker});
  write_price(json, row.price, instrument);
  json.text(format_decimal_short(row.qty, instrument.qty_scale));
  write_price(json, row.decision_price, instrument);
  json.text(money_text(row.fee_nanos)).text(money_text(row.realised_nanos));
  json.text(format_decimal_short(row.position_qty, instrument.qty_scale))
      .number(slippage_bps(row))
      .end_array();
}

Status write_fills(JsonWriter& json, ResultsReader& results, std::vector<std::uint64_t>& fills_of) {
  Histogram latency(latency_edges());
  Quantiles taker_ns;
  Quantiles maker_ns;
  Spread slippage;
  std::uint64_t shown = 0;
  std::uint64_t at_or_better = 0;

  json.key("fills").begin_object().key("total").integer(results.count<FillRow>()).key("rows").begin_array();
  Status status = results.for_each<FillRow>([&](const FillRow& row) {
    ++fills_of[row.instrument];
    if (shown < kMaxFillsShown) {
      write_fill(json, row, results.instruments()[row.instrument]);
      ++shown;
    }
    if (row.submit_ts_ns >= 0 && row.ts_ns >= row.submit_ts_ns && row.submit_ts_ns != kNoTime) {
      const auto waited = static_cast<std::uint64_t>(row.ts_ns - row.submit_ts_ns);
      latency.add(static_cast<double>(waited), row.is_maker);
      (row.is_maker ? maker_ns : taker_ns).add(waited);
    }
    const double bps = slippage_bps(row);
    if (!std::isnan(bps)) {
      slippage.add(bps);
      if (bps <= 0) ++at_or_better;
    }
  });
  if (!status.ok()) return status;
  json.end_array().end_object();

  json.key("latency").begin_object();
  latency.write(json);
  for (const auto& [name, quantiles] : {std::pair{"taker_ns", &taker_ns}, std::pair{"maker_ns", &maker_ns}}) {
    json.key(name);
    if (quantiles->count() == 0) {
      json.null();
      continue;
    }
    json.begin_object().key("count").integer(quantiles->count());
    json.key("p50").integer(quantiles->at(0.50)).key("p90").integer(quantiles->at(0.90));
    json.key("p99").integer(quantiles->at(0.99)).end_object();
  }
  json.end_object();

  json.key("slippage")
      .begin_object()
      .key("count")
      .integer(slippage.count)
      .key("at_or_better")
      .integer(at_or_better);
  if (slippage.count > 0) {
    Histogram bins(slippage_edges(slippage));
    status = results.for_each<FillRow>([&](const FillRow& row) {
      const double bps = slippage_bps(row);
      if (!std::isnan(bps)) bins.add(bps, row.is_maker);
    });
    if (!status.ok()) return status;
    json.key("mean")
        .number(slippage.mean)
        .key("least")
        .number(slippage.least)
        .key("most")
        .number(slippage.most);
    bins.write(json);
  }
  json.end_object();
  return Done{};
}

// ---- positions and prices, one chart per instrument ----

/// The instruments worth a chart, busiest first.
std::vector<InstrumentId> charted_instruments(const std::vector<std::uint64_t>& fills_of) {
  constexpr std::size_t kMaxCharts = 24;
  std::vector<InstrumentId> order(fills_of.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<InstrumentId>(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](InstrumentId a, InstrumentId b) { return fills_of[a] > fills_of[b]; });
  if (order.size() > kMaxCharts) order.resize(kMaxCharts);
  return order;
}

double chart_price(const PositionRow& row, int scale) {
  if (row.bid_price != kNoPrice && row.ask_price != kNoPrice) {
    return (to_double(row.bid_price, scale) + to_double(row.ask_price, scale)) / 2;
  }
  return row.last_price == kNoPrice ? kNone : to_double(row.last_price, scale);
}

Status write_positions(JsonWriter& json, ResultsReader& results, TimeNs first_ts_ns, TimeNs last_ts_ns,
                       const std::vector<std::uint64_t>& fills_of) {
  const std::vector<InstrumentId> charted = charted_instruments(fills_of);
  json.key("positions").begin_array();
  if (charted.empty() || results.count<PositionRow>() == 0) {
    json.end_array();
    return Done{};
  }
  const std::uint64_t rows_each = results.count<PositionRow>() / fills_of.size() + 1;
  const std::size_t points_each = std::min(kMaxSeriesPoints, kMaxPricePoints / charted.size());
  std::map<InstrumentId, ThinnedSeries<3>> series;
  for (const InstrumentId id : charted) {
    series.try_emplace(id, first_ts_ns, last_ts_ns, rows_each, points_each,
                       std::vector<ThinnedSeries<3>::Extreme>{{0, false}, {0, true}, {1, false}, {1, true}});
  }
  TimeCheck times("positions");
  const Status status = results.for_each<PositionRow>([&](const PositionRow& row) {
    times.see(row.ts_ns);
    const auto found = series.find(row.instrument);
    if (!times.status().ok() || found == series.end()) return;
    const Instrument& instrument = results.instruments()[row.instrument];
    const double average =
        row.average_price == kNoPrice ? kNone : to_double(row.average_price, instrument.price_scale);
    found->second.add(
        {row.ts_ns,
         {chart_price(row, instrument.price_scale), to_double(row.qty, instrument.qty_scale), average}});
  });
  if (!status.ok()) return status;
  if (!times.status().ok()) return times.status();
  for (const InstrumentId id : charted) {
    json.begin_object().key("instrument").integer(std::uint64_t{id}).key("fills").integer(fills_of[id]);
    write_series<3>(json, series.at(id).finish(), {"price", "qty", "average"});
    json.end_object();
  }
  json.end_array();
  return Done{};
}

// ---- orders and denials ----

constexpr std::string_view kOutcomes[] = {"working", "filled", "cancelled", "rejected", "denied", "expired"};

Status write_orders(JsonWriter& json, ResultsReader& results) {
  std::array<std::uint64_t, std::size(kOutcomes)> counts{};
  const Status status = results.for_each<OrderRow>(
      [&](const OrderRow& row) { ++counts.at(static_cast<std::size_t>(row.outcome)); });
  if (!status.ok()) return status;
  json.key("orders")
      .begin_object()
      .key("total")
      .integer(results.count<OrderRow>())
      .key("outcomes")
      .begin_object();
  for (std::size_t i = 0; i < counts.size(); ++i) json.key(kOutcomes[i]).integer(counts[i]);
  json.end_object().end_object();
  return Done{};
}

/// A denial's figures are in the unit of its reason.
void write_denied_value(JsonWriter& json, const DenialRow& row, std::int64_t value,
                        std::span<const Instrument> instruments) {
  const Instrument* instrument = row.instrument < instruments.size() ? &instruments[row.instrument] : nullptr;
  switch (row.reason) {
    case DenyReason::order_size:
    case DenyReason::position:
      if (instrument != nullptr) {
        json.text(format_decimal_short(value, instrument->qty_scale));
        return;
      }
      break;
    case DenyReason::price_collar:
      if (instrument != nullptr) {
        json.text(format_decimal(value, instrument->price_scale));
        return;
      }
      break;
    case DenyReason::order_notional: json.text(money_text(value)); return;
    case DenyReason::open_orders: json.text(std::to_string(value)); return;
    default: break;
  }
  json.null();  // the other reasons compare nothing
}

Status write_denials(JsonWriter& json, ResultsReader& results) {
  std::map<DenyReason, std::uint64_t> counts;
  std::uint64_t shown = 0;
  json.key("denials")
      .begin_object()
      .key("total")
      .integer(results.count<DenialRow>())
      .key("rows")
      .begin_array();
  const Status status = results.for_each<DenialRow>([&](const DenialRow& row) {
    ++counts[row.reason];
    if (shown++ >= kMaxDenialsShown) return;
    json.begin_array().text(std::to_string(row.ts_ns)).text(std::to_string(row.order_id));
    if (row.instrument == kNoInstrument) {
      json.null();
    } else {
      json.integer(std::uint64_t{row.instrument});
    }
    json.text(to_string(row.reason)).integer(std::uint64_t{row.gate});
    write_denied_value(json, row, row.value, results.instruments());
    write_denied_value(json, row, row.limit, results.instruments());
    json.end_array();
  });
  if (!status.ok()) return status;
  json.end_array().key("reasons").begin_object();
  for (const auto& [reason, count] : counts) json.key(to_string(reason)).integer(count);
  json.end_object().end_object();
  return Done{};
}

// ---- facts ----

void write_identity(JsonWriter& json, const ResultsReader& results) {
  const recordings::ResultsIdentity& identity = results.identity();
  json.pair("program_version", identity.program_version).pair("seed", std::to_string(identity.seed));
  json.pair("digest", format_hex(results.digest())).pair("scenario_sha256", identity.scenario_sha256);
  json.pair("currency", identity.currency);
  json.key("instruments").begin_array();
  for (const Instrument& instrument : results.instruments()) {
    json.begin_object().pair("symbol", instrument.symbol).pair("venue", instrument.venue);
    json.pair("kind", to_string(instrument.kind))
        .pair("base", instrument.base)
        .pair("quote", instrument.quote);
    json.pair("settle", instrument.settle).end_object();
  }
  json.end_array();
  json.key("metrics").begin_array();
  for (const recordings::StoredMetric& metric : results.metrics()) {
    json.begin_object().pair("name", metric.name).key("value").number(metric.value).pair("unit", metric.unit);
    json.pair("definition", metric.definition).end_object();
  }
  json.end_array();
}

}  // namespace

Result<std::string> report_data(ResultsReader& results) {
  JsonWriter json;
  TimeNs first_ts_ns = 0;
  TimeNs last_ts_ns = 0;
  std::vector<std::uint64_t> fills_of(results.instruments().size());
  json.begin_object();
  write_identity(json, results);
  if (Status status = write_equity(json, results, first_ts_ns, last_ts_ns); !status.ok())
    return status.error();
  if (Status status = write_fills(json, results, fills_of); !status.ok()) return status.error();
  if (Status status = write_positions(json, results, first_ts_ns, last_ts_ns, fills_of); !status.ok())
    return status.error();
  if (Status status = write_orders(json, results); !status.ok()) return status.error();
  if (Status status = write_denials(json, results); !status.ok()) return status.error();
  json.end_object();
  return json.take();
}

}  // namespace lockstep::tools
