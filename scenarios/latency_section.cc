#include "scenarios/latency_section.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace lockstep::scenarios {
namespace {

constexpr int kMillionths = 6;

LognormalDelay read_delay(Section section, const LognormalDelay& fallback) {
  LognormalDelay delay;
  delay.median_ns = section.duration("median", format_duration(fallback.median_ns));
  delay.sigma = section.real("sigma", fallback.sigma, 0.0, 5.0);
  section.finish();
  return delay;
}

RateEffect read_rate(Section section, const RateEffect& fallback) {
  RateEffect rate;
  rate.factor = section.real("factor", fallback.factor, 0.0, 1'000.0);
  rate.reference_per_second = section.real("reference", fallback.reference_per_second, 1e-9, 1e9);
  rate.half_life_ns = section.duration("half_life", format_duration(fallback.half_life_ns));
  rate.of = section.member("of", fallback.of, {"carried", "market"});
  section.finish();
  return rate;
}

std::vector<DurationNs> read_samples(Section& section) {
  std::vector<DurationNs> samples_ns;
  for (const std::string& text : section.texts("samples")) {
    const Result<DurationNs> sample_ns = parse_duration(text);
    if (sample_ns) {
      samples_ns.push_back(*sample_ns);
    } else {
      section.fail("samples", sample_ns.error().what);
    }
  }
  std::sort(samples_ns.begin(), samples_ns.end());
  return samples_ns;
}

constexpr std::string_view kKinds[] = {"constant", "lognormal", "uniform", "gamma", "empirical", "bursty"};

LatencyModel read_model(Section& section, const std::string& kind, const LatencyModel& fallback) {
  LatencyModel model = fallback;
  const auto found = std::find(std::begin(kKinds), std::end(kKinds), kind);
  if (found != std::end(kKinds)) model.kind = static_cast<LatencyKind>(found - std::begin(kKinds));
  switch (model.kind) {
    case LatencyKind::constant:
    case LatencyKind::lognormal:
      model.median_ns = section.duration("median", format_duration(fallback.median_ns));
      model.sigma = section.real("sigma", fallback.sigma, 0.0, 5.0);
      break;
    case LatencyKind::uniform:
      model.low_ns = section.duration("low", format_duration(fallback.low_ns));
      model.high_ns = section.duration("high", format_duration(fallback.high_ns));
      break;
    case LatencyKind::gamma:
      model.shape = section.real("shape", fallback.shape, 0.01, 1e6);
      model.scale_ns = section.duration("scale", format_duration(fallback.scale_ns));
      break;
    case LatencyKind::empirical:
      if (section.has("samples") || fallback.samples_ns.empty()) model.samples_ns = read_samples(section);
      break;
    case LatencyKind::bursty: {
      BurstyDelay& bursty = model.bursty;
      bursty.calm = read_delay(section.section("calm"), fallback.bursty.calm);
      bursty.burst = read_delay(section.section("burst"), fallback.bursty.burst);
      bursty.calm_duration_ns =
          section.duration("calm_duration", format_duration(fallback.bursty.calm_duration_ns));
      bursty.burst_duration_ns =
          section.duration("burst_duration", format_duration(fallback.bursty.burst_duration_ns));
      break;
    }
  }
  model.minimum_ns = section.duration("minimum", format_duration(fallback.minimum_ns));
  model.rate = read_rate(section.section("rate"), fallback.rate);
  if (const Status valid = validate(model); !valid) {
    const std::string& what = valid.error().what;
    const std::size_t space = what.find(' ');
    section.fail(what.substr(0, space), what.substr(space + 1));
  }
  section.finish();
  return model;
}

sim::RateLimit read_limit(Section section) {
  sim::RateLimit limit;
  limit.count = static_cast<std::uint32_t>(section.integer("count", 10, 1, 100'000));
  limit.per_ns = section.duration("per", "1s");
  const std::string window = section.choice("window", "sliding", {"sliding", "fixed", "bucket"});
  limit.window = window == "sliding" ? sim::RateWindow::sliding
                 : window == "fixed" ? sim::RateWindow::fixed
                                     : sim::RateWindow::bucket;
  Section weights = section.section("weights");
  const auto weight = [&](std::string_view key) {
    return static_cast<std::uint32_t>(weights.integer(key, 1, 0, limit.count));
  };
  limit.weights.submit = weight("submit");
  limit.weights.cancel = weight("cancel");
  limit.weights.replace = weight("replace");
  limit.weights.cancel_all = weight("cancel_all");
  limit.weights.mass_quote = weight("mass_quote");
  weights.finish();
  if (const Status valid = validate(limit); !valid) section.fail("per", valid.error().what);
  section.finish();
  return limit;
}

sim::Outage read_outage(Section section) {
  sim::Outage outage;
  outage.from_ts_ns = section.time("from", INT64_MIN);
  outage.to_ts_ns = section.time("to", INT64_MAX);
  if (outage.from_ts_ns == INT64_MIN) section.fail("from", "say when the line goes down");
  if (outage.to_ts_ns == INT64_MAX) section.fail("to", "say when the line is up again");
  section.finish();
  return outage;
}

// The durations in the lines of a file, as they stand there.
Result<toml::array> read_samples_file(const std::filesystem::path& path) {
  std::error_code missing;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, missing)) {
    return Error{ErrorCode::io, path.string(),
                 "the delays cannot be read; `file` is looked for beside the scenario"};
  }
  toml::array samples;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    if (const Result<DurationNs> sample_ns = parse_duration(line); !sample_ns) {
      return Error{ErrorCode::bad_input, path.string() + ", line " + std::to_string(number),
                   sample_ns.error().what};
    }
    samples.push_back(line);
  }
  return samples;
}

}  // namespace

LatencyModel usual_latency() {
  LatencyModel model;
  model.median_ns = kMillisecond;
  model.high_ns = 2 * kMillisecond;
  model.shape = 2;
  model.scale_ns = kMillisecond / 2;
  model.bursty.calm.median_ns = model.bursty.burst.median_ns = kMillisecond;
  model.bursty.calm_duration_ns = 10 * kSecond;
  return model;
}

LatencyModel read_latency(Section section, const LatencyModel& fallback) {
  const std::string kind =
      section.choice("kind", kKinds[static_cast<std::size_t>(fallback.kind)],
                     std::vector<std::string_view>(std::begin(kKinds), std::end(kKinds)));
  return read_model(section, kind, fallback);
}

std::optional<LatencyModel> read_feed_latency(Section section) {
  std::vector<std::string_view> kinds = {"recorded"};
  kinds.insert(kinds.end(), std::begin(kKinds), std::end(kKinds));
  const std::string kind = section.choice("kind", "recorded", kinds);
  if (kind != "recorded") return read_model(section, kind, usual_latency());
  section.finish();
  return std::nullopt;
}

sim::ConnectionConfig read_connection(Section& venue) {
  sim::ConnectionConfig config;
  config.order_latency = read_latency(venue.section("order_latency"), usual_latency());
  config.answer_latency = read_latency(venue.section("answer_latency"), usual_latency());
  for (Section& section : venue.sections("rate_limits")) config.rate_limits.push_back(read_limit(section));
  for (Section& section : venue.sections("outages")) config.outages.scheduled.push_back(read_outage(section));
  Section random = venue.section("random_outages");
  config.outages.random_every_ns = random.duration("every", "0");
  config.outages.random_lasting_ns = random.duration("lasting", "10s");
  random.finish();
  config.outages.reconnect_delay_ns = venue.duration("reconnect_delay", "0");
  const std::int64_t lost_ppm = venue.decimal("lost_in_doubt", "1", kMillionths);
  if (lost_ppm < 0 || lost_ppm > 1'000'000) {
    venue.fail("lost_in_doubt", "is a share from 0 to 1");
  } else {
    config.lost_ppm = static_cast<std::uint32_t>(lost_ppm);
  }
  config.cancel_on_disconnect = venue.flag("cancel_on_disconnect", false);
  if (config.rate_limits.size() > sim::kMostRateLimits) {
    venue.fail("rate_limits", "may be " + std::to_string(sim::kMostRateLimits) + " at most, found " +
                                  std::to_string(config.rate_limits.size()));
  }
  if (const Status valid = validate(config.outages); !valid) venue.fail("outages", valid.error().what);
  return config;
}

Status inline_latency_files(toml::table& document, const std::optional<std::filesystem::path>& folder) {
  constexpr const char* kPlaces[][2] = {
      {"venue", "order_latency"}, {"venue", "answer_latency"}, {"feed", "latency_model"}};
  for (const auto& place : kPlaces) {
    toml::table* model = document[place[0]][place[1]].as_table();
    if (model == nullptr || !model->contains("file")) continue;
    const std::string where = std::string(place[0]) + "." + place[1] + ".file";
    const auto name = scalar_text(*model->get("file"));
    if (!name) return Error{ErrorCode::bad_input, where, "expected the name of a file"};
    if (model->contains("samples")) return Error{ErrorCode::bad_input, where, "give either samples or file"};
    if (!folder)
      return Error{ErrorCode::bad_input, where, "this scenario is not a file, so that none stands beside it"};
    Result<toml::array> samples = read_samples_file(*folder / *name);
    if (!samples) return samples.error();
    model->erase("file");
    model->insert_or_assign("samples", std::move(*samples));
  }
  return Done{};
}

}  // namespace lockstep::scenarios
