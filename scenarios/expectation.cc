#include "scenarios/expectation.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/core/decimal.h"
#include "engine/core/digest.h"
#include "engine/metrics/performance.h"
#include "scenarios/instrument_name.h"

namespace lockstep::scenarios {
namespace {

constexpr std::string_view kNotMeasured = "not measured";

double as_double(std::string_view text) {
  double value = std::nan("");
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void read_number(Section& section, std::string_view key, std::optional<std::string>& into) {
  if (!section.has(key)) return;
  into = section.text(key, "");
  if (!decimals_needed(*into)) section.fail(key, "expected a number, found \"" + *into + "\"");
}

FigureBound read_bound(Section section) {
  FigureBound bound;
  if (section.has("value")) bound.value = section.text("value", "");
  if (bound.value && *bound.value != kNotMeasured && !decimals_needed(*bound.value))
    section.fail("value", "expected a number or \"not measured\", found \"" + *bound.value + "\"");
  std::optional<std::string> tolerance;
  read_number(section, "tolerance", tolerance);
  if (tolerance) bound.tolerance = *tolerance;
  if (bound.tolerance.starts_with('-')) section.fail("tolerance", "must not be negative");
  read_number(section, "min", bound.min);
  read_number(section, "max", bound.max);
  if (!bound.value && !bound.min && !bound.max) section.fail("value", "give a value, a min or a max");
  if (tolerance && !bound.value) section.fail("tolerance", "belongs to a value");
  section.finish();
  return bound;
}

std::string text_of(const FigureBound& bound) {
  std::string out;
  if (bound.value) out = *bound.value + (bound.tolerance == "0" ? "" : " +- " + bound.tolerance);
  if (bound.min) out += (out.empty() ? "" : ", ") + ("at least " + *bound.min);
  if (bound.max) out += (out.empty() ? "" : ", ") + ("at most " + *bound.max);
  return out;
}

std::string text_of(const Figure& figure) {
  if (figure.nanos) return format_decimal_short(*figure.nanos, kMoneyScale);
  if (std::isnan(figure.value)) return std::string(kNotMeasured);
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, figure.value).ptr};
}

// Exactly, where the figure is exact and the text fits its scale.
int order_of(const Figure& figure, std::string_view text) {
  if (figure.nanos) {
    if (const Result<std::int64_t> nanos = parse_decimal(text, kMoneyScale))
      return *figure.nanos < *nanos ? -1 : *figure.nanos > *nanos ? 1 : 0;
  }
  const double value = as_double(text);
  return figure.value < value ? -1 : figure.value > value ? 1 : 0;
}

bool is_near(const Figure& figure, std::string_view value, std::string_view tolerance) {
  if (figure.nanos) {
    const Result<std::int64_t> wanted = parse_decimal(value, kMoneyScale);
    const Result<std::int64_t> slack = parse_decimal(tolerance, kMoneyScale);
    if (wanted && slack) {
      const Int128 off = Int128{*figure.nanos} - *wanted;
      return (off < 0 ? -off : off) <= *slack;
    }
  }
  return std::abs(figure.value - as_double(value)) <= as_double(tolerance);
}

bool holds(const FigureBound& bound, const Figure& figure) {
  const bool is_missing = !figure.nanos && std::isnan(figure.value);
  if (bound.value == kNotMeasured) return is_missing;
  if (is_missing) return false;
  if (bound.value && !is_near(figure, *bound.value, bound.tolerance)) return false;
  if (bound.min && order_of(figure, *bound.min) < 0) return false;
  return !bound.max || order_of(figure, *bound.max) <= 0;
}

void compare_executions(const std::vector<std::string>& expected, const std::vector<std::string>& found,
                        std::vector<Mismatch>& out) {
  const std::size_t longer = std::max(expected.size(), found.size());
  for (std::size_t i = 0; i < longer; ++i) {
    const std::string wanted = i < expected.size() ? expected[i] : "(nothing more)";
    const std::string got = i < found.size() ? found[i] : "(nothing more)";
    if (wanted == got) continue;
    out.push_back(
        {"executions, line " + std::to_string(i + 1) + " of " + std::to_string(found.size()), wanted, got});
    return;
  }
}

}  // namespace

const std::vector<std::string>& figure_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names = {"events",   "output_events", "decisions", "orders",
                                      "denials",  "fills",         "gaps",      "clock_regressions",
                                      "pnl",      "fees",          "cash",      "equity",
                                      "realised", "unrealised",    "funding"};
    for (const MetricRow& row : metric_rows(Performance{})) {
      if (std::find(names.begin(), names.end(), row.name) == names.end()) names.emplace_back(row.name);
    }
    return names;
  }();
  return kNames;
}

Expectation read_expectation(Section section) {
  Expectation expectation;
  for (const char* key : {"digest", "error", "executions", "position"}) section.allow(key);
  if (section.has("digest")) {
    expectation.digest = section.text("digest", "");
    const bool is_hex = expectation.digest->size() == 16 &&
                        expectation.digest->find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hex)
      section.fail("digest", "expected 16 hex digits in quotes, found \"" + *expectation.digest + "\"");
  }
  if (section.has("error")) expectation.error = section.text("error", "");
  if (expectation.error && expectation.error->empty())
    section.fail("error", "say a part of the error's text");
  if (section.has("executions")) expectation.executions = section.texts("executions");
  if (section.has("position")) expectation.positions = section.section("position").scalars();
  const std::vector<std::string> tables = section.table_names();
  for (const std::string& name : figure_names()) {
    section.allow(name);  // for the nearest name in an error
    if (!section.has(name)) continue;
    FigureBound& bound = expectation.figures[name];
    if (std::find(tables.begin(), tables.end(), name) != tables.end()) {
      bound = read_bound(section.section(name));
    } else {
      bound.value = section.text(name, "");
      if (*bound.value != kNotMeasured && !decimals_needed(*bound.value))
        section.fail(name, "expected a number or \"not measured\", found \"" + *bound.value + "\"");
    }
  }
  section.finish();
  return expectation;
}

std::vector<Mismatch> compare(const Expectation& expectation, const Outcome& outcome) {
  std::vector<Mismatch> out;
  for (const auto& [name, bound] : expectation.figures) {
    const auto figure = outcome.figures.find(name);
    LOCKSTEP_CHECK(figure != outcome.figures.end(), "a run has every figure that [expect] takes");
    if (!holds(bound, figure->second)) out.push_back({name, text_of(bound), text_of(figure->second)});
  }
  for (const auto& [name, text] : expectation.positions) {
    const std::string what = "position " + name;
    const Result<InstrumentId> id = find_instrument(outcome.instruments, name, what);
    if (!id) {
      out.push_back({what, text, id.error().what});
      continue;
    }
    const int scale = outcome.instruments[*id].qty_scale;
    const Result<std::int64_t> wanted = parse_decimal(text, scale);
    if (!wanted || *wanted != outcome.positions[*id])
      out.push_back({what, text, format_decimal_short(outcome.positions[*id], scale)});
  }
  if (expectation.executions) compare_executions(*expectation.executions, outcome.executions, out);
  if (expectation.digest && *expectation.digest != format_hex(outcome.digest))
    out.push_back({"digest", *expectation.digest, format_hex(outcome.digest)});
  if (expectation.error) out.push_back({"error", *expectation.error, "the scenario ran"});
  return out;
}

}  // namespace lockstep::scenarios
