#include "tools/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/json_writer.h"
#include "tools/terminal.h"

namespace lockstep::tools {
namespace {

double events_per_second(const scenarios::RunSummary& summary) {
  return summary.wall_seconds > 0 ? static_cast<double>(summary.totals.input_events) / summary.wall_seconds
                                  : 0;
}

std::string figure(double value, const char* format_text) {
  return std::isnan(value) ? "not measured" : fmt::format(fmt::runtime(format_text), value);
}

// A feed may have thousands of names.
std::string first_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(kShown, names.size()));
  std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + shown, ", "));
  if (names.size() > kShown) text += " and " + with_commas(names.size() - kShown) + " more";
  return text;
}

}  // namespace

std::string summary_json(const scenarios::RunSummary& summary) {
  const RunTotals& totals = summary.totals;
  JsonWriter json;
  const auto count = [&](std::string_view key, std::uint64_t value) { json.key(key).integer(value); };
  const auto list = [&](std::string_view key, const std::vector<std::string>& values) {
    json.key(key).begin_array();
    for (const std::string& value : values) json.text(value);
    json.end_array();
  };
  json.begin_object();
  json.pair("name", summary.name);
  list("strategies", summary.strategies);
  list("instruments", summary.instruments);
  json.pair("digest", format_hex(totals.digest));
  count("events", totals.input_events);
  count("output_events", totals.output_events);
  count("decisions", totals.decisions);
  count("orders", totals.orders);
  count("denials", totals.denials);
  count("fills", totals.fills);
  count("gaps", totals.gaps);
  count("clock_regressions", totals.clock_regressions);
  json.key("wall_seconds").number(summary.wall_seconds);
  json.key("events_per_second").number(events_per_second(summary));
  json.pair("first_ts", format_time(totals.first_ts_ns));
  json.pair("last_ts", format_time(totals.last_ts_ns));
  json.pair("currency", summary.currency);
  json.key("starting_equity").verbatim(format_money(summary.starting_equity));
  json.key("final_equity").verbatim(format_money(summary.final_equity));
  json.key("pnl").verbatim(format_money(summary.final_equity - summary.starting_equity));
  json.key("fees").verbatim(format_money(summary.fees));
  json.key("max_drawdown").number(summary.performance.max_drawdown);
  json.key("metrics").begin_object();
  for (const MetricRow& metric : summary.metrics) json.key(metric.name).number(metric.value);
  json.end_object();
  if (summary.recording.name.empty()) {
    json.key("recording").null();
  } else {
    json.key("recording").begin_object();
    json.pair("name", summary.recording.name);
    json.pair("content_hash", format_hex(summary.recording.content_hash));
    json.end_object();
  }
  json.pair("scenario_sha256", summary.scenario_sha256);
  json.pair("program_version", summary.program_version);
  count("seed", summary.seed);
  json.end_object();
  return json.take() + "\n";
}

std::string summary_text(const scenarios::RunSummary& summary) {
  const RunTotals& totals = summary.totals;
  const Performance& performance = summary.performance;
  std::string out;
  const auto line = [&](const char* name, const std::string& value) {
    out += fmt::format("  {:<14}{}\n", name, value);
  };
  out += fmt::format("{}: {} on {}\n", summary.name, first_of(summary.strategies),
                     first_of(summary.instruments));
  line("period", format_time(totals.first_ts_ns) + " to " + format_time(totals.last_ts_ns));
  line("events", fmt::format("{} in {} ({:.2f} M/s){}", with_commas(totals.input_events),
                             short_duration(summary.wall_seconds), events_per_second(summary) / 1e6,
                             totals.gaps == 0 ? "" : ", " + counted(totals.gaps, "gap")));
  line("orders", fmt::format("{} sent, {} denied, {}", with_commas(totals.orders),
                             with_commas(totals.denials), counted(totals.fills, "fill")));
  line("profit",
       fmt::format("{} {} after {} fees", format_money(summary.final_equity - summary.starting_equity),
                   summary.currency, format_money(summary.fees)));
  line("max drawdown", std::isnan(performance.max_drawdown)
                           ? "not measured"
                           : fmt::format("{:.4f}%", performance.max_drawdown * 100));
  line("Sharpe", figure(performance.sharpe, "{:.2f}") + ", Sortino " + figure(performance.sortino, "{:.2f}"));
  line("digest", format_hex(totals.digest));
  return out;
}

}  // namespace lockstep::tools
