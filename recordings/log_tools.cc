#include "recordings/log_tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <queue>

namespace lockstep::recordings {

namespace {

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

/// Every batch that the reader has, to `each(batch)`.
template <class Each>
Status for_each_batch(LogReader& reader, Each each) {
  Batch batch;
  for (;;) {
    const Result<Source::Pull> pulled = reader.pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) return Done{};
    each(batch);
  }
}

Status finish(LogWriter& writer) {
  if (Status status = writer.seal(); !status) return status;
  return writer.sync();
}

/// One input of a merge: its next event, and its instruments' places in the united table.
struct Input {
  std::unique_ptr<LogReader> reader;
  std::vector<InstrumentId> ids;
  Batch batch;
  std::size_t next = 0;

  /// False at the end.
  Result<bool> advance() {
    if (++next < batch.events.size()) return true;
    next = 0;
    const Result<Source::Pull> pulled = reader->pull(batch);
    if (!pulled) return pulled.error();
    return *pulled == Source::Pull::events;
  }
};

/// The ids of `from` in `table`, which grows by what is new.
Result<std::vector<InstrumentId>> unite(const LogReader& from, std::vector<Instrument>& table) {
  std::map<std::pair<std::string, std::string>, InstrumentId> places;
  for (InstrumentId id = 0; id < table.size(); ++id) places[{table[id].venue, table[id].symbol}] = id;
  std::vector<InstrumentId> ids;
  for (const Instrument& instrument : from.instruments()) {
    const auto [place, is_new] =
        places.try_emplace({instrument.venue, instrument.symbol}, static_cast<InstrumentId>(table.size()));
    if (is_new) {
      table.push_back(instrument);
    } else if (table[place->second] != instrument) {
      return Error{
          ErrorCode::mismatch, from.path(),
          fmt::format(
              "{} of {} is defined differently in an earlier file (kind, scales, tick, lot or terms); "
              "such logs cannot be merged",
              instrument.symbol, instrument.venue)};
    }
    ids.push_back(place->second);
  }
  return ids;
}

}  // namespace

Result<RecoverReport> log_recover(const std::string& path, const std::string& out,
                                  const LogWriterOptions& options) {
  LogReadOptions read;
  read.on_damage = OnDamage::salvage;
  const Result<std::unique_ptr<LogReader>> reader = LogReader::open(path, read);
  if (!reader) return reader.error();
  LogHeader header = (*reader)->header();
  header.attributes["recovered.from"] = name_of(path);
  const Result<std::unique_ptr<LogWriter>> writer = LogWriter::create(out, header, options);
  if (!writer) return writer.error();

  RecoverReport report;
  Status status = for_each_batch(**reader, [&](const Batch& batch) {
    (*reader)->is_own_gap(batch) ? ++report.gaps : report.events += batch.events.size();
    for (const Event& event : batch.events) (*writer)->append(event, batch.levels);
  });
  if (status) status = finish(**writer);
  if (!status) return status.error();
  report.was_sealed = (*reader)->seal().has_value();
  report.torn_bytes = (*reader)->torn_bytes();
  report.damage = (*reader)->damage();
  for (const Damage& damage : report.damage) report.lost_events += damage.lost_events;
  return report;
}

Result<std::uint64_t> log_slice(const std::string& path, const std::string& out, TimeNs from_ts_ns,
                                TimeNs to_ts_ns, const std::vector<InstrumentId>& instruments,
                                const LogWriterOptions& options) {
  LogReadOptions read;
  read.from_ts_ns = from_ts_ns;
  read.to_ts_ns = to_ts_ns;
  read.instruments = instruments;
  const Result<std::unique_ptr<LogReader>> reader = LogReader::open(path, read);
  if (!reader) return reader.error();
  LogHeader header = (*reader)->header();
  header.attributes["slice.of"] = name_of(path);
  if (from_ts_ns != INT64_MIN) header.attributes["slice.from"] = format_time(from_ts_ns);
  if (to_ts_ns != INT64_MAX) header.attributes["slice.to"] = format_time(to_ts_ns);
  const Result<std::unique_ptr<LogWriter>> writer = LogWriter::create(out, header, options);
  if (!writer) return writer.error();
  Status status = for_each_batch(**reader, [&](const Batch& batch) {
    for (const Event& event : batch.events) (*writer)->append(event, batch.levels);
  });
  if (status) status = finish(**writer);
  if (!status) return status.error();
  return (*writer)->event_count();
}

Result<std::uint64_t> log_merge(const std::vector<std::string>& paths, const std::string& out,
                                const LogWriterOptions& options) {
  std::vector<Input> inputs;
  LogHeader header;
  std::string names;
  for (const std::string& path : paths) {
    Result<std::unique_ptr<LogReader>> reader = LogReader::open(path);
    if (!reader) return reader.error();
    if ((*reader)->header().kind != LogKind::recording) {
      return Error{ErrorCode::bad_input, path,
                   "a journal is the record of one run; only recordings can be merged"};
    }
    Result<std::vector<InstrumentId>> ids = unite(**reader, header.instruments);
    if (!ids) return ids.error();
    if (inputs.empty()) header.program_version = (*reader)->header().program_version;
    names += (names.empty() ? "" : ", ") + name_of(path);
    inputs.push_back({std::move(*reader), std::move(*ids), {}, 0});
  }
  header.attributes["merge.of"] = names;
  const Result<std::unique_ptr<LogWriter>> writer = LogWriter::create(out, header, options);
  if (!writer) return writer.error();

  // Smallest receive time first, then the earlier file.
  using Head = std::pair<TimeNs, std::size_t>;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  const auto advance = [&](std::size_t i) -> Status {
    const Result<bool> has_event = inputs[i].advance();
    if (!has_event) return has_event.error();
    if (*has_event) heads.emplace(inputs[i].batch.events[inputs[i].next].recv_ts_ns, i);
    return Done{};
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (const Status status = advance(i); !status) return status.error();
  }
  while (!heads.empty()) {
    const std::size_t i = heads.top().second;
    heads.pop();
    Event event = inputs[i].batch.events[inputs[i].next];
    if (event.instrument != kNoInstrument) event.instrument = inputs[i].ids[event.instrument];
    (*writer)->append(event, inputs[i].batch.levels);
    if (const Status status = advance(i); !status) return status.error();
  }
  if (const Status status = finish(**writer); !status) return status.error();
  return (*writer)->event_count();
}

}  // namespace lockstep::recordings
