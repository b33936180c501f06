// `lockstep log ...`: look at, check, repair, cut and join recordings.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "feeds/script/script_events.h"
#include "recordings/log_info.h"
#include "recordings/log_text.h"
#include "recordings/log_tools.h"
#include "scenarios/instrument_name.h"
#include "tools/json_writer.h"
#include "tools/script_text.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;
using recordings::Damage;
using recordings::LogInfo;
using recordings::Spread;

po::options_description file_options() {
  po::options_description list;
  list.add_options()("file", po::value<std::string>()->required(), "the recording or journal")(
      "json", po::bool_switch(), "print as JSON");
  return list;
}

po::options_description with_output(po::options_description list) {
  list.add_options()("out,o", po::value<std::string>()->required(), "the log to make")(
      "codec", po::value<std::string>()->default_value("none"), "none or zstd")(
      "force", po::bool_switch(), "replace the file if it exists")("json", po::bool_switch(),
                                                                   "print the summary as JSON");
  return list;
}

po::options_description range_options() {
  po::options_description list;
  list.add_options()("file", po::value<std::string>()->required(), "the recording or journal")(
      "from", po::value<std::string>(), "first receive time")("to", po::value<std::string>(),
                                                              "receive time to stop before")(
      "instrument", po::value<std::vector<std::string>>()->composing(), "only this symbol; may be repeated");
  return list;
}

po::options_description cat_options() {
  po::options_description list = range_options();
  list.add_options()("format", po::value<std::string>()->default_value("ndjson"),
                     "ndjson, csv, or script: a scenario that holds the events as text")(
      "time-format", po::value<std::string>()->default_value("rfc3339"), "rfc3339 or nanoseconds")(
      "kind", po::value<std::vector<std::string>>()->composing(),
      "only events of this kind (trade, book, ...); may be repeated")("limit", po::value<std::uint64_t>(),
                                                                      "stop after so many events")(
      "on-damage", po::value<std::string>()->default_value("strict"), "strict, prefix or salvage");
  return list;
}

po::options_description merge_options() {
  po::options_description list;
  list.add_options()("files", po::value<std::vector<std::string>>()->required(), "recordings");
  return with_output(list);
}

Result<recordings::LogWriterOptions> writer_options(const OptionValues& values,
                                                    const std::vector<std::string>& inputs) {
  if (const Status apart = keep_inputs(text_of(values, "out"), inputs); !apart) return apart.error();
  recordings::LogWriterOptions out;
  const std::string codec = text_of(values, "codec");
  if (codec != "none" && codec != "zstd")
    return Error{ErrorCode::bad_input, "--codec " + codec, "expected none or zstd"};
  if (codec == "zstd") out.codec = recordings::Codec::zstd;
  out.replace_existing = is_set(values, "force");
  return out;
}

Result<recordings::LogReadOptions> range_of(const OptionValues& values) {
  recordings::LogReadOptions out;
  for (const bool is_from : {true, false}) {
    const char* name = is_from ? "from" : "to";
    if (values.count(name) == 0) continue;
    const Result<TimeNs> time = parse_time(text_of(values, name));
    if (!time) return Error{ErrorCode::bad_input, std::string("--") + name, time.error().what};
    (is_from ? out.from_ts_ns : out.to_ts_ns) = *time;
  }
  const std::vector<std::string> symbols = texts_of(values, "instrument");
  if (symbols.empty()) return out;
  const auto reader = recordings::LogReader::open(text_of(values, "file"));
  if (!reader) return reader.error();
  for (const std::string& symbol : symbols) {
    const Result<InstrumentId> id =
        scenarios::find_instrument((*reader)->instruments(), symbol, "--instrument " + symbol);
    if (!id) return id.error();
    out.instruments.push_back(*id);
  }
  return out;
}

void damage_json(JsonWriter& json, std::string_view key, const std::vector<Damage>& list) {
  json.key(key).begin_array();
  for (const Damage& damage : list) {
    json.begin_object().key("offset").integer(damage.offset).pair("reason", damage.reason);
    json.key("lost_events").integer(damage.lost_events).end_object();
  }
  json.end_array();
}

void kinds_json(JsonWriter& json, const std::array<std::uint64_t, kKindCount>& by_kind) {
  json.key("by_kind").begin_object();
  for (std::size_t i = 0; i < by_kind.size(); ++i) {
    if (by_kind[i] > 0) json.key(to_string(static_cast<Kind>(i))).integer(by_kind[i]);
  }
  json.end_object();
}

void spread_json(JsonWriter& json, std::string_view key, const Spread& spread) {
  json.key(key);
  if (spread.count() == 0) {
    json.null();
    return;
  }
  json.begin_object().key("count").integer(spread.count()).key("min").integer(spread.min());
  json.key("median").integer(spread.median()).key("max").integer(spread.max()).end_object();
}

void instrument_json(JsonWriter& json, const Instrument& instrument) {
  json.pair("symbol", instrument.symbol)
      .pair("venue", instrument.venue)
      .pair("kind", to_string(instrument.kind));
  json.pair("base", instrument.base).pair("quote", instrument.quote).pair("settle", instrument.settle);
  json.pair("tick", format_decimal_short(instrument.tick, instrument.price_scale));
  json.pair("lot", format_decimal_short(instrument.lot, instrument.qty_scale));
  json.pair("multiplier", format_decimal_short(instrument.multiplier, instrument.multiplier_scale));
}

std::string info_json(const LogInfo& info) {
  JsonWriter json;
  json.begin_object().pair("kind",
                           info.header.kind == recordings::LogKind::journal ? "journal" : "recording");
  json.pair("program_version", info.header.program_version).key("sealed").boolean(info.sealed);
  json.pair("content_hash", format_hex(info.content_hash));
  json.key("bytes").integer(info.file_size).key("torn_bytes").integer(info.torn_bytes);
  json.key("events").integer(info.events).key("levels").integer(info.levels);
  json.key("stored_bytes").integer(info.stored.stored_bytes).key("raw_bytes").integer(info.stored.raw_bytes);
  json.pair("first", format_time(info.first_recv_ts_ns)).pair("last", format_time(info.last_recv_ts_ns));
  json.key("events_per_second").number(info.events_per_second());
  kinds_json(json, info.by_kind);
  json.key("recv_steps_back")
      .integer(info.recv_steps_back)
      .key("received_before_exchange")
      .integer(info.received_before_exchange);
  spread_json(json, "latency_ns", info.latency_ns);
  spread_json(json, "before_by_ns", info.before_by_ns);
  json.key("lost_events").integer(info.lost_events);
  json.key("instruments").begin_array();
  for (std::size_t i = 0; i < info.header.instruments.size(); ++i) {
    json.begin_object();
    instrument_json(json, info.header.instruments[i]);
    json.key("events").integer(info.by_instrument[i].events);
    kinds_json(json, info.by_instrument[i].by_kind);
    json.end_object();
  }
  json.end_array().key("attributes").begin_object();
  for (const auto& [key, value] : info.header.attributes) json.pair(key, value);
  json.end_object();
  damage_json(json, "damage", info.damage);
  return json.end_object().take();
}

std::string kinds_text(const std::array<std::uint64_t, kKindCount>& by_kind) {
  std::string out;
  for (std::size_t i = 0; i < by_kind.size(); ++i) {
    if (by_kind[i] > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", with_commas(by_kind[i]),
                         to_string(static_cast<Kind>(i)));
  }
  return out;
}

std::string spread_text(const Spread& spread) {
  const auto ms = [](std::int64_t ns) { return static_cast<double>(ns) / 1e6; };
  return fmt::format("{:.3f} ms at least, {:.3f} median, {:.3f} at most", ms(spread.min()),
                     ms(spread.median()), ms(spread.max()));
}

void print_damage(const std::vector<Damage>& list) {
  for (const Damage& damage : list) {
    fmt::print(
        "  DAMAGE at byte {}: {}{}\n", damage.offset, damage.reason,
        damage.lost_events == 0 ? "" : fmt::format(" ({} events lost)", with_commas(damage.lost_events)));
  }
}

void print_info(const std::string& path, const LogInfo& info) {
  const auto line = [](const char* name, const std::string& value) {
    fmt::print("  {:<16}{}\n", name, value);
  };
  fmt::print("{}: {} by lockstep {}\n", path,
             info.header.kind == recordings::LogKind::journal ? "journal" : "recording",
             info.header.program_version);
  line("file",
       fmt::format(
           "{}, {}{}", short_bytes(info.file_size),
           info.sealed ? "sealed" : "NOT SEALED: its writer did not finish",
           info.torn_bytes == 0 ? "" : fmt::format(", {} bytes of an unfinished block", info.torn_bytes)));
  if (info.stored.raw_bytes > 0) {
    line("compression", fmt::format("{:.2f} (stored / raw)", static_cast<double>(info.stored.stored_bytes) /
                                                                 static_cast<double>(info.stored.raw_bytes)));
  }
  line("content hash", format_hex(info.content_hash));
  line("events", fmt::format("{} with {} levels", with_commas(info.events), with_commas(info.levels)));
  if (info.events > 0) {
    line("received", format_time(info.first_recv_ts_ns) + " to " + format_time(info.last_recv_ts_ns));
    line("rate", fmt::format("{:.1f} events/s", info.events_per_second()));
    line("kinds", kinds_text(info.by_kind));
  }
  if (info.latency_ns.count() > 0) line("receive - exch.", spread_text(info.latency_ns));
  if (info.received_before_exchange > 0) {
    line("CLOCK", fmt::format("{} events were received before the exchange sent them, by {}; correct it with "
                              "--clock-offset when recording",
                              with_commas(info.received_before_exchange), spread_text(info.before_by_ns)));
  }
  if (info.recv_steps_back > 0)
    line("CLOCK", with_commas(info.recv_steps_back) + " receive times lie before their predecessor's");
  const std::uint64_t gaps = info.by_kind[static_cast<std::size_t>(Kind::gap)];
  if (gaps > 0) {
    line("GAPS",
         fmt::format("{}; {}", with_commas(gaps),
                     info.lost_events == 0 ? "how many events were lost is not known"
                                           : with_commas(info.lost_events) + " events known to be lost"));
  }
  for (std::size_t i = 0; i < info.header.instruments.size(); ++i) {
    const Instrument& instrument = info.header.instruments[i];
    fmt::print(
        "  {} {} ({}, settles in {}): tick {}, lot {}{}\n    {}\n", instrument.venue, instrument.symbol,
        to_string(instrument.kind), instrument.settle,
        format_decimal_short(instrument.tick, instrument.price_scale),
        format_decimal_short(instrument.lot, instrument.qty_scale),
        instrument.multiplier == 1 && instrument.multiplier_scale == 0
            ? ""
            : ", multiplier " + format_decimal_short(instrument.multiplier, instrument.multiplier_scale),
        kinds_text(info.by_instrument[i].by_kind));
  }
  for (const auto& [key, value] : info.header.attributes) {
    const bool is_open =
        value == std::to_string(INT64_MIN) || value == std::to_string(INT64_MAX);  // a range without an end
    if (value.find('\n') == std::string::npos && !is_open) fmt::print("  {:<22}  {}\n", key, value);
  }
  print_damage(info.damage);
}

int run_info(const OptionValues& values, std::span<const StrategyFactory>) {
  const Result<LogInfo> info = recordings::log_info(text_of(values, "file"));
  if (!info) return fail(info.error());
  if (is_set(values, "json")) {
    fmt::print("{}\n", info_json(*info));
  } else {
    print_info(text_of(values, "file"), *info);
  }
  return info->damage.empty() && info->torn_bytes == 0 ? kExitOk : kExitDataLost;
}

int run_verify(const OptionValues& values, std::span<const StrategyFactory>) {
  const Result<recordings::LogVerdict> verdict = recordings::log_verify(text_of(values, "file"));
  if (!verdict) return fail(verdict.error());
  const bool is_sound = verdict->problems.empty();
  if (is_set(values, "json")) {
    JsonWriter json;
    json.begin_object().key("sound").boolean(is_sound).key("sealed").boolean(verdict->sealed);
    json.key("blocks")
        .integer(verdict->blocks)
        .key("events")
        .integer(verdict->events)
        .key("levels")
        .integer(verdict->levels);
    json.key("torn_bytes")
        .integer(verdict->torn_bytes)
        .pair("content_hash", format_hex(verdict->content_hash));
    damage_json(json, "problems", verdict->problems);
    fmt::print("{}\n", json.end_object().take());
  } else {
    fmt::print("{}: {} events in {} blocks, content hash {}, {}\n", is_sound ? "sound" : "DAMAGED",
               with_commas(verdict->events), with_commas(verdict->blocks), format_hex(verdict->content_hash),
               verdict->sealed ? "sealed" : "not sealed");
    if (verdict->torn_bytes > 0)
      fmt::print("  {} bytes of an unfinished block at the end\n", verdict->torn_bytes);
    print_damage(verdict->problems);
  }
  if (!is_sound) return kExitFailed;
  return verdict->torn_bytes == 0 ? kExitOk : kExitDataLost;
}

int run_recover(const OptionValues& values, std::span<const StrategyFactory>) {
  const auto options = writer_options(values, {text_of(values, "file")});
  if (!options) return fail(options.error());
  const auto report = recordings::log_recover(text_of(values, "file"), text_of(values, "out"), *options);
  if (!report) return fail(report.error());
  if (is_set(values, "json")) {
    JsonWriter json;
    json.begin_object().pair("out", text_of(values, "out")).key("events").integer(report->events);
    json.key("gaps").integer(report->gaps).key("lost_events").integer(report->lost_events);
    json.key("was_sealed").boolean(report->was_sealed).key("torn_bytes").integer(report->torn_bytes);
    damage_json(json, "damage", report->damage);
    fmt::print("{}\n", json.end_object().take());
  } else {
    fmt::print("{}: {} events saved, {} put in where data is missing, {} events known to be lost\n",
               text_of(values, "out"), with_commas(report->events), counted(report->gaps, "gap"),
               with_commas(report->lost_events));
    if (report->torn_bytes > 0)
      fmt::print("  {} bytes of an unfinished block left out\n", report->torn_bytes);
    print_damage(report->damage);
  }
  return report->damage.empty() && report->torn_bytes == 0 ? kExitOk : kExitDataLost;
}

int print_made(const OptionValues& values, std::uint64_t events) {
  if (is_set(values, "json")) {
    JsonWriter json;
    json.begin_object().pair("out", text_of(values, "out")).key("events").integer(events).end_object();
    fmt::print("{}\n", json.take());
  } else {
    fmt::print("{}: {} events\n", text_of(values, "out"), with_commas(events));
  }
  return kExitOk;
}

int run_slice(const OptionValues& values, std::span<const StrategyFactory>) {
  const auto options = writer_options(values, {text_of(values, "file")});
  if (!options) return fail(options.error());
  const auto range = range_of(values);
  if (!range) return fail(range.error());
  const auto count = recordings::log_slice(text_of(values, "file"), text_of(values, "out"), range->from_ts_ns,
                                           range->to_ts_ns, range->instruments, *options);
  if (!count) return fail(count.error());
  return print_made(values, *count);
}

int run_merge(const OptionValues& values, std::span<const StrategyFactory>) {
  const auto options = writer_options(values, texts_of(values, "files"));
  if (!options) return fail(options.error());
  const auto count = recordings::log_merge(texts_of(values, "files"), text_of(values, "out"), *options);
  if (!count) return fail(count.error());
  return print_made(values, *count);
}

bool write_out(std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  text.clear();
  return written;
}

int run_cat(const OptionValues& values, std::span<const StrategyFactory>) {
  const std::string format = text_of(values, "format");
  if (format != "ndjson" && format != "csv" && format != "script")
    return fail_usage("log cat", "--format is ndjson, csv or script");
  const std::string time_format = text_of(values, "time-format");
  if (time_format != "rfc3339" && time_format != "nanoseconds")
    return fail_usage("log cat", "--time-format is rfc3339 or nanoseconds");
  const std::string damage = text_of(values, "on-damage");
  if (damage != "strict" && damage != "prefix" && damage != "salvage")
    return fail_usage("log cat", "--on-damage is strict, prefix or salvage");
  std::array<bool, kKindCount> wanted{};
  const std::vector<std::string> kinds = texts_of(values, "kind");
  wanted.fill(kinds.empty());
  for (const std::string& kind : kinds) {
    std::size_t found = 0;
    while (found < wanted.size() && to_string(static_cast<Kind>(found)) != kind) ++found;
    if (found == wanted.size()) return fail_usage("log cat", "there is no kind of event \"" + kind + "\"");
    wanted[found] = true;
  }
  Result<recordings::LogReadOptions> options = range_of(values);
  if (!options) return fail(options.error());
  options->on_damage = damage == "strict"   ? recordings::OnDamage::strict
                       : damage == "prefix" ? recordings::OnDamage::prefix
                                            : recordings::OnDamage::salvage;
  auto reader = recordings::LogReader::open(text_of(values, "file"), *options);
  if (!reader) return fail(reader.error());
  const recordings::LogText text((*reader)->instruments(), time_format == "rfc3339"
                                                               ? recordings::TimeStyle::rfc3339
                                                               : recordings::TimeStyle::nanoseconds);
  std::string out;
  if (format == "csv") out += recordings::LogText::csv_header();
  std::uint64_t left = values.count("limit") != 0 ? values["limit"].as<std::uint64_t>() : UINT64_MAX;
  std::uint64_t number = 0;
  std::optional<TimeNs> script_start_ts_ns;
  std::uint64_t left_out = 0;
  for (Batch batch; left > 0;) {
    const Result<Source::Pull> pulled = (*reader)->pull(batch);
    if (!pulled) {
      write_out(out);
      return fail(pulled.error());
    }
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) {
      if (left == 0) break;
      const std::uint64_t n = number++;
      if (!wanted[static_cast<std::size_t>(event.kind)]) continue;
      if (format == "script") {
        if (!is_market(event.kind) && !is_control(event.kind)) {
          ++left_out;
          continue;
        }
        if (!script_start_ts_ns) {
          script_start_ts_ns = event.recv_ts_ns;
          out += script_scenario_head(event.recv_ts_ns);
        }
        out += feeds::script_line(event, batch.levels, (*reader)->instruments(), *script_start_ts_ns) + '\n';
        --left;
        if (out.size() > (1U << 16U) && !write_out(out)) return kExitFailed;
        continue;
      }
      --left;
      if (format == "csv") {
        text.append_csv(out, n, event, batch.levels);
      } else {
        text.append_json(out, n, event, batch.levels);
      }
      if (out.size() > (1U << 16U) && !write_out(out)) return kExitFailed;  // main says why
    }
  }
  if (format == "script") {
    if (!script_start_ts_ns)
      return fail({ErrorCode::bad_input, text_of(values, "file"), "holds no event that a market could have"});
    out += script_scenario_tail((*reader)->instruments());
    if (left_out > 0)
      fmt::print(stderr, "lockstep: {} left out, which are no part of a market\n",
                 counted(left_out, "event"));
  }
  write_out(out);
  for (const Damage& found : (*reader)->damage()) {
    fmt::print(stderr, "lockstep: damage at byte {}: {}; a gap event stands for it\n", found.offset,
               found.reason);
  }
  if ((*reader)->torn_bytes() > 0) {
    fmt::print(stderr,
               "lockstep: the log ends in {} bytes of an unfinished block; its writer was interrupted\n",
               (*reader)->torn_bytes());
  }
  return (*reader)->damage().empty() && (*reader)->torn_bytes() == 0 ? kExitOk : kExitDataLost;
}

po::options_description recover_options() {
  po::options_description list;
  list.add_options()("file", po::value<std::string>()->required(), "the recording or journal");
  return with_output(list);
}
po::options_description slice_options() {
  return with_output(range_options());
}

}  // namespace

std::vector<Verb> log_verbs() {
  return {
      {"log info", "FILE.lsr", "what a recording holds: counts, rates, latency, gaps, instruments",
       "log info btc.lsr", file_options, "file", 1, run_info},
      {"log verify", "FILE.lsr", "check every byte of a recording", "log verify btc.lsr", file_options,
       "file", 1, run_verify},
      {"log recover", "FILE.lsr --out GOOD.lsr",
       "save what is sound of a damaged recording, with gap events where data is missing",
       "log recover broken.lsr --out good.lsr", recover_options, "file", 1, run_recover},
      {"log cat", "FILE.lsr",
       "print events as newline-delimited JSON or CSV, or as a scenario that holds them",
       "log cat btc.lsr --kind trade --limit 10", cat_options, "file", 1, run_cat},
      {"log slice", "FILE.lsr --out PART.lsr", "cut a time range or some instruments out of a recording",
       "log slice btc.lsr --from 2024-08-08T23:55:00Z --to 2024-08-08T23:56:00Z --out minute.lsr",
       slice_options, "file", 1, run_slice},
      {"log merge", "FILE.lsr FILE.lsr ... --out ALL.lsr", "join recordings by receive time",
       "log merge spot.lsr perp.lsr --out both.lsr", merge_options, "files", -1, run_merge},
  };
}

}  // namespace lockstep::tools
