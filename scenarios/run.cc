#include "scenarios/run.h"

#include <openssl/evp.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "engine/metrics/run_metrics.h"
#include "recordings/log_writer.h"
#include "recordings/results.h"

namespace lockstep::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kEventsPerLook = 1 << 14;

// A run's folder holds runs only: what a run did not write is not ours to mix with or to overwrite. A
// run.toml alone is somebody's scenario.
Status prepare_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure)
    return Error{ErrorCode::io, folder.string(), "the folder cannot be made: " + failure.message()};
  const bool is_run =
      fs::exists(folder / "journal.lsr", failure) || fs::exists(folder / "results.h5", failure);
  const bool is_empty = fs::is_empty(folder, failure);
  if (!is_run && !is_empty) {
    return Error{ErrorCode::bad_input, folder.string(),
                 "the folder holds something that is not a run; choose another with --out"};
  }
  return Done{};
}

Status write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return Error{ErrorCode::io, path.string(), "cannot be written; is the disk full?"};
  return Done{};
}

recordings::LogHeader journal_header(const Scenario& scenario, const Assembly& assembly) {
  recordings::LogHeader header;
  header.kind = recordings::LogKind::journal;
  header.program_version = LOCKSTEP_VERSION;
  header.instruments.assign(assembly.instruments().begin(), assembly.instruments().end());
  header.attributes.emplace(recordings::kAttributeScenario, scenario.resolved_toml);
  if (!assembly.recording().name.empty()) {
    header.attributes.emplace(recordings::kAttributeRecordingName, assembly.recording().name);
    header.attributes.emplace(recordings::kAttributeRecordingHash,
                              format_hex(assembly.recording().content_hash));
    header.attributes.emplace(recordings::kAttributeRecordingFrom, std::to_string(scenario.feed.from_ts_ns));
    header.attributes.emplace(recordings::kAttributeRecordingTo, std::to_string(scenario.feed.to_ts_ns));
  }
  return header;
}

// Equities and options trade in sessions; everything else counts around the clock.
TradingTime trading_time(std::span<const Instrument> instruments) {
  for (const Instrument& instrument : instruments) {
    if (instrument.kind != InstrumentKind::equity && instrument.kind != InstrumentKind::option)
      return kAroundTheClock;
  }
  return kUsEquities;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr);
  LOCKSTEP_CHECK(done == 1 && size == 32, "SHA-256 is always there");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[hash[i] >> 4U];
    text += kDigits[hash[i] & 15U];
  }
  return text;
}

Result<RunTotals> drive(Session& session, const Assembly& assembly,
                        const std::function<void(const Progress&)>& progress) {
  if (const Status begun = session.begin(); !begun) return begun.error();
  auto last_report = std::chrono::steady_clock::now();
  for (;;) {
    const Result<bool> more = session.advance(kEventsPerLook);
    if (!more) return more.error();
    if (!*more) return session.finish();
    if (!progress) continue;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_report < std::chrono::milliseconds(200)) continue;
    last_report = now;
    const recordings::LogReader* reader = assembly.reader();
    const double fraction =
        reader == nullptr || reader->file_size() == 0
            ? -1.0
            : static_cast<double>(reader->position()) / static_cast<double>(reader->file_size());
    progress({session.totals().input_events, fraction});
  }
}

Result<RunSummary> run_scenario(const Scenario& scenario, std::span<const StrategyFactory> factories,
                                const RunOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  Result<std::unique_ptr<Assembly>> made = Assembly::make(scenario, factories);
  if (!made) return made.error();
  Assembly& assembly = **made;
  const fs::path folder = options.out_dir;
  if (Status ready = prepare_folder(folder); !ready) return ready.error();
  for (const char* name : {"run.toml", "summary.json", "report.html"}) {
    std::error_code ignored;  // an old one must not stand beside new results; a missing one is fine
    fs::remove(folder / name, ignored);
  }
  RunSummary summary;
  summary.name = scenario.name;
  summary.scenario_sha256 = sha256_hex(scenario.resolved_toml);
  summary.program_version = LOCKSTEP_VERSION;
  summary.seed = scenario.seed;
  summary.currency = assembly.currency();
  summary.recording = assembly.recording();
  for (const StrategyChoice& choice : scenario.strategies) summary.strategies.push_back(choice.name);
  for (const InstrumentId id : assembly.traded())
    summary.instruments.push_back(assembly.instruments()[id].symbol);

  auto results = recordings::ResultsWriter::create(
      folder / "results.h5", {LOCKSTEP_VERSION, scenario.seed, summary.scenario_sha256, summary.currency},
      assembly.instruments());
  if (!results) return results.error();
  recordings::LogWriterOptions journal_options;
  journal_options.replace_existing = true;
  auto journal = recordings::LogWriter::create((folder / "journal.lsr").string(),
                                               journal_header(scenario, assembly), journal_options);
  if (!journal) return journal.error();
  if (Status written = write_text(folder / "run.toml", scenario.resolved_toml); !written)
    return written.error();

  MetricsConfig metrics_config;
  metrics_config.reporting_currency = summary.currency;
  for (const auto& [currency, nanos] : assembly.session_config().rates_nanos) {
    metrics_config.rates[currency] = static_cast<double>(nanos) / 1e9;
  }
  metrics_config.interval_ns = scenario.sample_interval_ns;
  metrics_config.trading_time = trading_time(assembly.instruments());
  RunMetrics metrics(assembly.instruments(), metrics_config, results->get());

  const std::unique_ptr<Session> session = assembly.make_session(**journal, &metrics);
  const std::optional<Totals> start = session->desk().portfolio().total();
  if (start) summary.starting_equity = start->equity;
  Result<RunTotals> totals = drive(*session, assembly, options.progress);
  if (!totals) {
    // What was written stays readable: the journal to its last event, the results not at all.
    static_cast<void>((*journal)->flush());
    return totals.error();
  }
  if (Status sealed = (*journal)->seal(); !sealed) return sealed.error();
  summary.totals = *totals;
  summary.performance = metrics.performance();
  summary.metrics = metric_rows(summary.performance);
  if (Status finished = (*results)->finish(totals->digest, summary.metrics); !finished)
    return finished.error();

  const Portfolio& portfolio = session->desk().portfolio();
  const std::optional<Totals> total = portfolio.total();
  LOCKSTEP_CHECK(total.has_value(), "a run that was sampled has a total");
  summary.final_equity = total->equity;
  summary.fees = total->fees;
  summary.final_totals = *total;
  for (InstrumentId id = 0; id < assembly.instruments().size(); ++id)
    summary.positions.push_back(portfolio.position(id).qty);
  summary.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return summary;
}

}  // namespace lockstep::scenarios
