// `lockstep record`: any source into a recording.
#include <fmt/core.h>

#include <filesystem>

#include "feeds/files/kinds.h"
#include "recordings/log_reader.h"
#include "recordings/log_writer.h"
#include "scenarios/assembly.h"
#include "tools/json_writer.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description list;
  list.add_options()("from", po::value<std::vector<std::string>>()->composing()->required(),
                     "KIND:PATH, repeated for more files of the same kind; a folder stands for its files")(
      "out,o", po::value<std::string>()->required(), "the recording to make")(
      "clock-offset", po::value<std::string>(),
      "added to every receive time: `auto`, or a duration such as 1.27s")(
      "feed-latency", po::value<std::string>(),
      "from exchange to receipt, for sources without receive times")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "FIELD=value or SYMBOL.FIELD=value: terms of an instrument that the source does not say (tick, lot, "
      "kind ...)")("columns", po::value<std::string>(), "csv: the column map, or the name of a known one")(
      "skip-bad", po::value<std::uint64_t>()->default_value(0),
      "malformed rows to leave out before it is an error")(
      "codec", po::value<std::string>()->default_value("none"), "none or zstd")(
      "force", po::bool_switch(), "replace the recording if it exists")("json", po::bool_switch(),
                                                                        "print the summary as JSON");
  return list;
}

Result<feeds::ImportOptions> read_options(const OptionValues& values, std::string& kind) {
  feeds::ImportOptions out;
  for (const std::string& from : texts_of(values, "from")) {
    const std::size_t colon = from.find(':');
    if (colon == std::string::npos) {
      std::string kinds;
      for (const feeds::ImportKind& known : feeds::import_kinds())
        kinds += fmt::format("\n  {:<12} {}", known.name, known.about);
      kinds += fmt::format("\n  {:<12} {}", "scenario", "the generated session of a scenario file");
      return Error{ErrorCode::bad_input, "--from " + from,
                   "expected KIND:PATH, where KIND is one of" + kinds};
    }
    if (!kind.empty() && kind != from.substr(0, colon)) {
      return Error{ErrorCode::bad_input, "--from " + from,
                   "files of two kinds; record each, then `lockstep log merge` them"};
    }
    kind = from.substr(0, colon);
    out.paths.push_back(from.substr(colon + 1));
  }
  if (values.count("clock-offset") != 0) {
    const Result<feeds::ClockOffset> offset = feeds::parse_clock_offset(text_of(values, "clock-offset"));
    if (!offset) return Error{ErrorCode::bad_input, "--clock-offset", offset.error().what};
    out.clock_offset = *offset;
  }
  if (values.count("feed-latency") != 0) {
    const Result<DurationNs> latency = parse_duration(text_of(values, "feed-latency"));
    if (!latency) return Error{ErrorCode::bad_input, "--feed-latency", latency.error().what};
    out.feed_latency_ns = *latency;
  }
  for (const std::string& setting : texts_of(values, "set")) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos)
      return Error{ErrorCode::bad_input, "--set " + setting, "expected FIELD=value"};
    out.set[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  out.columns = text_of(values, "columns");
  out.skip_bad = values["skip-bad"].as<std::uint64_t>();
  return out;
}

Result<std::unique_ptr<recordings::LogWriter>> open_writer(const OptionValues& values, const Source& source,
                                                           const std::string& kind) {
  recordings::LogWriterOptions writer_options;
  const std::string codec = text_of(values, "codec");
  if (codec != "none" && codec != "zstd")
    return Error{ErrorCode::bad_input, "--codec " + codec, "expected none or zstd"};
  if (codec == "zstd") writer_options.codec = recordings::Codec::zstd;
  writer_options.replace_existing = is_set(values, "force");
  recordings::LogHeader header;
  header.kind = recordings::LogKind::recording;
  header.program_version = LOCKSTEP_VERSION;
  header.instruments.assign(source.instruments().begin(), source.instruments().end());
  std::string sources;
  for (const std::string& from : texts_of(values, "from")) {
    const std::string name = std::filesystem::path(from.substr(from.find(':') + 1)).filename().string();
    sources += (sources.empty() ? "" : " ") + kind + ":" + name;
  }
  header.attributes.emplace(recordings::kAttributeSource, sources);
  const std::string out = text_of(values, "out");
  std::vector<std::string> inputs;
  for (const std::string& from : texts_of(values, "from")) inputs.push_back(from.substr(from.find(':') + 1));
  if (const Status apart = keep_inputs(out, inputs); !apart) return apart.error();
  std::error_code missing;
  if (!writer_options.replace_existing && std::filesystem::exists(out, missing)) {
    return Error{ErrorCode::bad_input, out,
                 "it exists already; choose another name, or replace it with --force"};
  }
  return recordings::LogWriter::create(out, header, writer_options);
}

std::string summary_json(const feeds::ImportSummary& summary, const recordings::LogWriter& writer,
                         const std::string& out) {
  JsonWriter json;
  json.begin_object().pair("out", out);
  json.key("rows")
      .integer(summary.rows)
      .key("events")
      .integer(summary.events)
      .key("levels")
      .integer(writer.level_count());
  json.key("bytes").integer(writer.bytes_written());
  json.pair("content_hash", format_hex(writer.content_hash()));
  json.key("bad_rows").integer(summary.bad_rows).key("suspicious_events").integer(summary.suspicious_events);
  json.key("gaps").integer(summary.gaps).key("receive_steps_back").integer(summary.receive_steps_back);
  json.key("clock_offset_ns").integer(summary.clock_offset_ns);
  json.key("latency_ns");
  if (summary.latency.count() == 0) {
    json.null();
  } else {
    json.begin_object()
        .key("min")
        .integer(summary.latency.min_ns())
        .key("median")
        .integer(summary.latency.median_ns());
    json.key("max")
        .integer(summary.latency.max_ns())
        .key("negative")
        .integer(summary.latency.negative_count())
        .end_object();
  }
  const auto list = [&](std::string_view key, const std::vector<std::string>& texts) {
    json.key(key).begin_array();
    for (const std::string& text : texts) json.text(text);
    json.end_array();
  };
  list("bad_row_texts", summary.bad_row_texts);
  list("notes", summary.notes);
  return json.end_object().take() + "\n";
}

void print_summary(const feeds::ImportSummary& summary, const recordings::LogWriter& writer,
                   const std::string& out) {
  const auto line = [](const char* name, const std::string& value) {
    fmt::print("  {:<14}{}\n", name, value);
  };
  fmt::print("{}\n", out);
  line("rows", with_commas(summary.rows));
  line("events", fmt::format("{} with {} levels, {}", with_commas(summary.events),
                             with_commas(writer.level_count()), short_bytes(writer.bytes_written())));
  if (summary.clock_offset_ns != 0)
    line("clock offset", format_decimal_short(summary.clock_offset_ns, 9) + " s added to every receive time");
  if (summary.latency.count() > 0) {
    const auto ms = [](DurationNs ns) { return fmt::format("{:.3f}", static_cast<double>(ns) / 1e6); };
    line("latency",
         fmt::format(
             "{} ms at least, {} median, {} at most{}", ms(summary.latency.min_ns()),
             ms(summary.latency.median_ns()), ms(summary.latency.max_ns()),
             summary.latency.negative_count() == 0
                 ? ""
                 : fmt::format("; {} received before they were sent (a recorder's clock? see --clock-offset)",
                               with_commas(summary.latency.negative_count()))));
  }
  if (summary.gaps > 0) line("gaps", with_commas(summary.gaps));
  if (summary.suspicious_events > 0)
    line("suspicious", with_commas(summary.suspicious_events) + " kept and flagged");
  if (summary.receive_steps_back > 0)
    line("clock steps",
         with_commas(summary.receive_steps_back) + " receive times before their predecessor's");
  for (const std::string& note : summary.notes) line("note", note);
  line("content hash", format_hex(writer.content_hash()));
  if (summary.bad_rows > 0) line("LEFT OUT", with_commas(summary.bad_rows) + " malformed rows:");
  for (const std::string& text : summary.bad_row_texts) fmt::print("    {}\n", text);
}

Status copy_all(Source& source, recordings::LogWriter& writer) {
  ProgressLine line("record");
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) writer.append(event, batch.levels);
    if (const Status written = writer.status(); !written) return written;
    line.update(writer.event_count(), -1);
  }
  if (const Status sealed = writer.seal(); !sealed) return sealed;
  return writer.sync();
}

// Everything of the source into the log, sealed and on the disk, or no file at all: what it is made of is
// still there, and half a recording must not be taken for a whole one.
Status copy(Source& source, recordings::LogWriter& writer, const std::string& out) {
  Status copied = copy_all(source, writer);
  std::error_code ignored;
  if (!copied && std::filesystem::is_regular_file(out, ignored)) std::filesystem::remove(out, ignored);
  return copied;
}

// A generated session: the feed of a scenario.
int run_scenario_feed(const OptionValues& values, const std::string& path) {
  const Result<scenarios::Scenario> scenario = scenarios::load_scenario(path, texts_of(values, "set"));
  if (!scenario) return fail(scenario.error());
  if (scenario->feed.kind == scenarios::FeedKind::recording) {
    return fail(
        {ErrorCode::bad_input, path,
         "its feed is a recording already; a feed of kind \"synthetic\" or \"script\" can be recorded"});
  }
  const Result<std::unique_ptr<Source>> made = scenarios::make_source(scenario->feed);
  if (!made) return fail(made.error());
  Source& source = **made;
  auto writer = open_writer(values, source, "scenario");
  if (!writer) return fail(writer.error());
  if (const Status copied = copy(source, **writer, text_of(values, "out")); !copied)
    return fail(copied.error());
  feeds::ImportSummary summary;
  summary.rows = summary.events = (*writer)->event_count();
  if (is_set(values, "json")) {
    fmt::print("{}", summary_json(summary, **writer, text_of(values, "out")));
  } else {
    print_summary(summary, **writer, text_of(values, "out"));
  }
  return kExitOk;
}

int run(const OptionValues& values, std::span<const StrategyFactory>) {
  std::string kind;
  const Result<feeds::ImportOptions> import_options = read_options(values, kind);
  if (!import_options) return fail(import_options.error());
  if (kind == "scenario") {
    if (import_options->paths.size() != 1) return fail_usage("record", "one scenario at a time");
    return run_scenario_feed(values, import_options->paths.front());
  }
  feeds::ImportResult import = feeds::open_import(kind, *import_options);
  if (!import) return fail(import.error());
  auto writer = open_writer(values, **import, kind);
  if (!writer) return fail(writer.error());
  if (const Status copied = copy(**import, **writer, text_of(values, "out")); !copied)
    return fail(copied.error());
  const feeds::ImportSummary& summary = (*import)->summary();
  const std::string out = text_of(values, "out");
  if (is_set(values, "json")) {
    fmt::print("{}", summary_json(summary, **writer, out));
  } else {
    print_summary(summary, **writer, out);
  }
  return summary.bad_rows > 0 ? kExitDataLost : kExitOk;
}

}  // namespace

Verb record_verb() {
  return {"record",
          "--from KIND:PATH [--from ...] --out FILE.lsr",
          "vendor files into a recording",
          "record --from binance-ws:btcusdt_20240808.gz --clock-offset auto --out btc.lsr",
          options,
          "",
          0,
          run};
}

}  // namespace lockstep::tools
