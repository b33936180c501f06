#include "scenarios/latency_section.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "feeds/delayed.h"
#include "scenarios/assembly.h"
#include "scenarios/scenario.h"
#include "scenarios/toml_text.h"
#include "tests/support/log_sample.h"

namespace lockstep::scenarios {
namespace {

using testing::TemporaryFolder;

const std::string kLeast = "[feed]\npath = \"btc.lsr\"\n[strategy]\nname = \"momentum\"\n";

Scenario parsed(const std::string& lines) {
  const Result<Scenario> scenario = parse_scenario(kLeast + lines, "test.toml", {});
  EXPECT_TRUE(scenario.ok()) << scenario.error().text();
  return scenario.ok() ? *scenario : Scenario{};
}

std::string error_of(const std::string& lines) {
  const Result<Scenario> scenario = parse_scenario(kLeast + lines, "test.toml", {});
  return scenario ? "no error" : scenario.error().text();
}

LatencyModel order_latency(const std::string& table) {
  return parsed("[venue]\norder_latency = " + table + "\n").venue.connection.order_latency;
}

// The lines of one table of a resolved scenario.
std::string table_of(const std::string& text, const std::string& header) {
  const std::size_t from = text.find(header + "\n");
  if (from == std::string::npos) return "none";
  const std::string rest = text.substr(from, text.find("\n\n", from) - from);
  return rest.back() == '\n' ? rest.substr(0, rest.size() - 1) : rest;
}

TEST(LatencySection, the_keys_of_each_kind_are_read) {
  const LatencyModel lognormal =
      order_latency(R"({ kind = "lognormal", median = "3ms", sigma = 0.4, minimum = "1ms" })");
  EXPECT_EQ(lognormal.kind, LatencyKind::lognormal);
  EXPECT_EQ(lognormal.median_ns, 3'000'000);
  EXPECT_EQ(lognormal.sigma, 0.4);
  EXPECT_EQ(lognormal.minimum_ns, 1'000'000);
  const LatencyModel uniform = order_latency(R"({ kind = "uniform", low = "10us", high = "30us" })");
  EXPECT_EQ(uniform.kind, LatencyKind::uniform);
  EXPECT_EQ(uniform.low_ns, 10'000);
  EXPECT_EQ(uniform.high_ns, 30'000);
  const LatencyModel gamma =
      order_latency(R"({ kind = "gamma", shape = 2, scale = "1ms", minimum = "500us" })");
  EXPECT_EQ(gamma.kind, LatencyKind::gamma);
  EXPECT_EQ(gamma.shape, 2);
  EXPECT_EQ(gamma.scale_ns, 1'000'000);
  EXPECT_EQ(gamma.minimum_ns, 500'000);
  const LatencyModel empirical =
      order_latency(R"({ kind = "empirical", samples = ["2ms", "500us", "1ms"] })");
  EXPECT_EQ(empirical.kind, LatencyKind::empirical);
  EXPECT_EQ(empirical.samples_ns, (std::vector<DurationNs>{500'000, 1'000'000, 2'000'000}));
  const LatencyModel bursty = order_latency(
      R"({ kind = "bursty", calm = { median = "1ms" }, burst = { median = "20ms", sigma = 1.5 }, )"
      R"(calm_duration = "30s", burst_duration = "2s" })");
  EXPECT_EQ(bursty.kind, LatencyKind::bursty);
  EXPECT_EQ(bursty.bursty.calm.median_ns, 1'000'000);
  EXPECT_EQ(bursty.bursty.burst.median_ns, 20'000'000);
  EXPECT_EQ(bursty.bursty.burst.sigma, 1.5);
  EXPECT_EQ(bursty.bursty.calm_duration_ns, 30 * kSecond);
  EXPECT_EQ(bursty.bursty.burst_duration_ns, 2 * kSecond);
}

TEST(LatencySection, the_rate_of_messages_is_read_with_every_kind) {
  const LatencyModel model = order_latency(R"({ kind = "gamma", rate = { reference = 500, factor = 0.5, )"
                                           R"(half_life = "2s", of = "market" } })");
  EXPECT_EQ(model.rate.reference_per_second, 500);
  EXPECT_EQ(model.rate.factor, 0.5);
  EXPECT_EQ(model.rate.half_life_ns, 2 * kSecond);
  EXPECT_EQ(model.rate.of, RateOf::market);
}

TEST(LatencySection, the_resolved_form_says_every_default_and_reads_back_to_itself) {
  const std::string lines =
      "[venue.order_latency]\nkind = \"bursty\"\n"
      "[venue.answer_latency]\nkind = \"empirical\"\nsamples = [\"1ms\"]\n"
      "[feed.latency_model]\nkind = \"gamma\"\n";
  const std::string text = parsed(lines).resolved_toml;
  EXPECT_EQ(table_of(text, "[venue.order_latency]"), R"([venue.order_latency]
burst_duration = "1s"
calm_duration = "10s"
kind = "bursty"
minimum = "0")");
  EXPECT_EQ(table_of(text, "[venue.order_latency.burst]"), R"([venue.order_latency.burst]
median = "1ms"
sigma = 0.0)");
  EXPECT_EQ(table_of(text, "[venue.answer_latency]"), R"([venue.answer_latency]
kind = "empirical"
minimum = "0"
samples = ["1ms"])");
  EXPECT_EQ(table_of(text, "[feed.latency_model]"), R"([feed.latency_model]
kind = "gamma"
minimum = "0"
scale = "500us"
shape = 2.0)");
  EXPECT_EQ(table_of(text, "[feed.latency_model.rate]"), R"([feed.latency_model.rate]
factor = 0.0
half_life = "1s"
of = "carried"
reference = 1000.0)");
  const Result<Scenario> again = parse_scenario(text, "test.toml", {});
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->resolved_toml, text);
}

TEST(LatencySection, a_field_out_of_range_or_of_another_kind_is_named) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({ kind = "constant", median = "-1ms" })", "median: must lie between 0 and 1h, found -1ms"},
      {R"({ kind = "uniform", low = "2ms", high = "1ms" })", "low: must lie between 0 and 1ms, found 2ms"},
      {R"({ kind = "gamma", shape = 0 })", "shape: must lie between 0.01 and 1000000, found 0"},
      {R"({ kind = "empirical" })",
       "samples: must be 1 to 65536 durations, found 0; of more, give evenly spaced quantiles"},
      {R"({ kind = "empirical", samples = ["1"] })",
       "samples: expected a duration like 250us, 1.5ms or 2h, found \"1\""},
      {R"({ kind = "bursty", calm_duration = "0" })", "calm_duration: must lie between 1us and 30d, found 0"},
      {R"({ kind = "lognormal", shape = 2 })", "shape: is not a key of a scenario"},
      {R"({ kind = "constant", rate = { factor = 2000 } })",
       "rate.factor: must lie between 0 and 1000, found 2000"},
      {R"({ kind = "normal" })",
       "kind: expected one of constant, lognormal, uniform, gamma, empirical, "
       "bursty, found \"normal\""},
  };
  for (const auto& [table, error] : cases) {
    const std::string found = error_of("[venue]\norder_latency = " + table + "\n");
    const std::string expected = "test.toml: line 6, venue.order_latency." + error;
    EXPECT_EQ(found.substr(0, expected.size()), expected);
  }
}

TEST(LatencySection, a_file_of_delays_becomes_part_of_the_scenario) {
  const TemporaryFolder folder;
  std::ofstream(folder / "lat.csv") << "# one a line\n3ms\r\n\n1ms\n2ms\n";
  std::ofstream(folder / "s.toml") << kLeast
                                   << "[venue.order_latency]\nkind = \"empirical\"\nfile = \"lat.csv\"\n";
  const Result<Scenario> scenario = load_scenario(folder / "s.toml", {});
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  EXPECT_EQ(scenario->venue.connection.order_latency.samples_ns,
            (std::vector<DurationNs>{1'000'000, 2'000'000, 3'000'000}));
  EXPECT_EQ(table_of(scenario->resolved_toml, "[venue.order_latency]"), R"([venue.order_latency]
kind = "empirical"
minimum = "0"
samples = ["3ms", "1ms", "2ms"])");
}

TEST(LatencySection, a_file_that_cannot_be_used_says_why) {
  const TemporaryFolder folder;
  const auto error_with = [&](const std::string& more) {
    std::ofstream(folder / "s.toml") << kLeast << "[feed.latency_model]\nkind = \"empirical\"\n" << more;
    const Result<Scenario> scenario = load_scenario(folder / "s.toml", {});
    return scenario ? std::string("no error") : scenario.error().text();
  };
  EXPECT_EQ(error_with("file = \"none.csv\"\n"),
            folder / "s.toml" + ": " + folder / "none.csv" +
                ": the delays cannot be read; `file` is looked for beside the scenario");
  std::ofstream(folder / "bad.csv") << "1ms\nfast\n";
  const std::string bad = folder / "s.toml" + ": " + folder / "bad.csv" + ", line 2: ";
  EXPECT_EQ(error_with("file = \"bad.csv\"\n").substr(0, bad.size()), bad);
  EXPECT_EQ(error_with("file = \"bad.csv\"\nsamples = [\"1ms\"]\n"),
            folder / "s.toml" + ": feed.latency_model.file: give either samples or file");
  EXPECT_EQ(
      error_of("[venue.order_latency]\nkind = \"empirical\"\nfile = \"lat.csv\"\n"),
      "test.toml: venue.order_latency.file: this scenario is not a file, so that none stands beside it");
}

TEST(LatencySection, a_feed_is_received_as_recorded_unless_a_model_says_otherwise) {
  EXPECT_FALSE(parsed("").feed.latency_model.has_value());
  const Scenario modelled = parsed("[feed.latency_model]\nmedian = \"7ms\"\nkind = \"constant\"\n");
  ASSERT_TRUE(modelled.feed.latency_model.has_value());
  EXPECT_EQ(modelled.feed.latency_model->median_ns, 7'000'000);
}

TEST(LatencySection, the_source_of_a_run_delays_as_the_model_says) {
  const std::string text =
      "[feed]\nkind = \"synthetic\"\nmax_events = 100\n"
      "latency_model = { kind = \"constant\", median = \"7ms\" }\n"
      "[strategy]\nname = \"momentum\"\n";
  const Result<Scenario> scenario = parse_scenario(text, "test.toml", {});
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  const auto assembly = Assembly::make(*scenario, builtin_strategies());
  ASSERT_TRUE(assembly.ok()) << assembly.error().text();
  Batch batch;
  const Result<Source::Pull> pulled = (*assembly)->source().pull(batch);
  ASSERT_TRUE(pulled.ok());
  ASSERT_EQ(batch.events.size(), 100U);
  for (const Event& event : batch.events) {
    if ((event.flags & kFlagVenueSnapshot) == 0 && event.kind != Kind::gap) {
      EXPECT_EQ(event.recv_ts_ns, event.exch_ts_ns + 7 * kMillisecond);
    }
  }
}

// Reads [venue] alone, as a scenario does.
struct Read {
  sim::ConnectionConfig config;
  std::string resolved;
  std::string error = "no error";
};

Read read(const std::string& text) {
  Result<toml::table> document = parse_toml("[venue]\n" + text, "test.toml");
  EXPECT_TRUE(document.ok()) << document.error().text();
  toml::table resolved;
  std::optional<Error> error;
  Read out;
  Section root("", &*document, &resolved, &error);
  Section venue = root.section("venue");
  out.config = read_connection(venue);
  venue.finish();
  out.resolved = write_toml(resolved);
  if (error) out.error = error->text();
  return out;
}

TEST(ConnectionSection, every_key_is_read) {
  const Read got = read(R"(
order_latency = { median = "2ms" }
answer_latency = { median = "3ms" }
rate_limits = [{ count = 10, per = "1s" },
               { count = 200, per = "1m", window = "bucket", weights = { cancel = 0, mass_quote = 2 } },
               { count = 3, per = "1h", window = "fixed" }]
reconnect_delay = "250ms"
lost_in_doubt = 0.75
cancel_on_disconnect = true
random_outages = { every = "1h", lasting = "10s" }
[[venue.outages]]
from = "2024-08-08T12:00:00Z"
to = "2024-08-08T12:01:00Z"
)");
  EXPECT_EQ(got.error, "no error");
  const sim::ConnectionConfig& config = got.config;
  EXPECT_EQ(config.order_latency.median_ns, 2'000'000);
  EXPECT_EQ(config.answer_latency.median_ns, 3'000'000);
  ASSERT_EQ(config.rate_limits.size(), 3U);
  EXPECT_EQ(config.rate_limits[0].count, 10U);
  EXPECT_EQ(config.rate_limits[0].per_ns, kSecond);
  EXPECT_EQ(config.rate_limits[0].window, sim::RateWindow::sliding);
  EXPECT_EQ(config.rate_limits[0].weights.cancel, 1U);
  EXPECT_EQ(config.rate_limits[1].window, sim::RateWindow::bucket);
  EXPECT_EQ(config.rate_limits[1].weights.cancel, 0U);
  EXPECT_EQ(config.rate_limits[1].weights.mass_quote, 2U);
  EXPECT_EQ(config.rate_limits[2].window, sim::RateWindow::fixed);
  EXPECT_EQ(config.outages.reconnect_delay_ns, 250'000'000);
  EXPECT_EQ(config.lost_ppm, 750'000U);
  EXPECT_TRUE(config.cancel_on_disconnect);
  EXPECT_EQ(config.outages.random_every_ns, kHour);
  EXPECT_EQ(config.outages.random_lasting_ns, 10 * kSecond);
  ASSERT_EQ(config.outages.scheduled.size(), 1U);
  EXPECT_EQ(config.outages.scheduled[0].from_ts_ns, 1'723'118'400 * kSecond);  // date -u -d ... +%s
  EXPECT_EQ(config.outages.scheduled[0].to_ts_ns, 1'723'118'460 * kSecond);
  EXPECT_TRUE(validate(config).ok());
}

TEST(ConnectionSection, without_any_key_nothing_is_refused_or_lost_and_every_default_is_said) {
  const Read got = read("");
  EXPECT_EQ(got.error, "no error");
  EXPECT_TRUE(got.config.rate_limits.empty());
  EXPECT_FALSE(got.config.outages.any());
  EXPECT_EQ(table_of(got.resolved, "[venue]"), R"([venue]
cancel_on_disconnect = false
lost_in_doubt = "1"
outages = []
rate_limits = []
reconnect_delay = "0")");
  EXPECT_EQ(table_of(got.resolved, "[venue.random_outages]"), R"([venue.random_outages]
every = "0"
lasting = "10s")");
}

TEST(ConnectionSection, the_resolved_form_reads_back_to_itself) {
  const Read once = read(
      "rate_limits = [{ count = 5 }]\noutages = [{ from = \"2024-08-08\", to = "
      "\"2024-08-09\" }]\n");
  ASSERT_EQ(once.error, "no error");
  const std::size_t venue = once.resolved.find("[venue]\n");
  ASSERT_NE(venue, std::string::npos);
  const Read again = read(once.resolved.substr(venue + 8));
  EXPECT_EQ(again.error, "no error");
  EXPECT_EQ(again.resolved, once.resolved);
}

TEST(ConnectionSection, what_is_wrong_is_named) {
  EXPECT_EQ(read("rate_limits = [{ count = 0 }]\n").error,
            "line 2, venue.rate_limits[0].count: must lie between 1 and 100000, found 0");
  EXPECT_EQ(read("rate_limits = [{ count = 2, weights = { cancel = 3 } }]\n").error,
            "line 2, venue.rate_limits[0].weights.cancel: must lie between 0 and 2, found 3");
  EXPECT_EQ(read("outages = [{ from = \"2024-08-08\" }]\n").error,
            "line 2, venue.outages[0].to: say when the line is up again");
  EXPECT_EQ(read("outages = [{ from = \"2024-08-09\", to = \"2024-08-08\" }]\n").error,
            "line 2, venue.outages: from must lie before to, found from 2024-08-09T00:00:00.000000000Z to "
            "2024-08-08T00:00:00.000000000Z");
  EXPECT_EQ(read("lost_in_doubt = 1.5\n").error, "line 2, venue.lost_in_doubt: is a share from 0 to 1");
  EXPECT_EQ(read("reconnect_delay = \"-1s\"\n").error,
            "line 1, venue.outages: reconnect_delay must lie between 0 and 1d, found -1s");
}

}  // namespace
}  // namespace lockstep::scenarios
