#include "recordings/log_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace lockstep::recordings {

using Step = BlockCursor::Step;

Result<LogReader::Opened> LogReader::read_header(const InputFile& file) {
  const auto damaged = [&](std::uint64_t offset, std::string what) {
    return Error{ErrorCode::damaged, file.where(offset), std::move(what)};
  };
  Opened opened{};
  FileHeader& prefix = opened.file_header;
  const std::uint64_t there = std::min<std::uint64_t>(file.size(), sizeof(prefix));
  prefix.magic = 0;
  const auto bytes = std::as_writable_bytes(std::span(&prefix, 1)).first(there);
  if (const Status status = file.read(0, bytes); !status) return status.error();
  if (prefix.magic != kFileMagic) {
    return Error{ErrorCode::bad_input, file.path(),
                 "not a Lockstep log: it does not begin with the magic number"};
  }
  if (there < sizeof(prefix)) return damaged(there, "the file ends inside its header");
  if (prefix.crc != crc_of(prefix)) return damaged(0, "the file header does not match its checksum");
  if (prefix.version_major != kVersionMajor) {
    return Error{ErrorCode::unsupported, file.path(),
                 fmt::format("the log is of version {}, this program reads version {}", prefix.version_major,
                             kVersionMajor)};
  }
  if (prefix.payload_size > file.size() - sizeof(prefix))
    return damaged(file.size(), "the file ends inside its header");
  std::vector<std::byte> payload(prefix.payload_size);
  if (const Status status = file.read(sizeof(prefix), payload); !status) return status.error();
  if (hash64(payload) != prefix.file_id)
    return damaged(sizeof(prefix), "the file header's payload does not match its hash");
  Result<LogHeader> header = decode_header(payload, file.where(sizeof(prefix)));
  if (!header) return header.error();
  opened.header = std::move(*header);
  opened.blocks_at = sizeof(prefix) + prefix.payload_size;
  read_seal(file, opened);
  return opened;
}

/// A tail that is not sound is no error here: reading in order finds out whether it is missing or damaged.
void LogReader::read_seal(const InputFile& file, Opened& opened) {
  if (file.size() - opened.blocks_at < sizeof(BlockHeader) + sizeof(Tail)) return;
  Tail tail;
  const std::uint64_t tail_at = file.size() - sizeof(Tail);
  if (!file.read(tail_at, std::as_writable_bytes(std::span(&tail, 1)))) return;
  opened.has_tail = tail.magic == kTailMagic && tail.crc == crc_of(tail) &&
                    tail.seal_offset >= opened.blocks_at && tail.seal_offset <= tail_at - sizeof(BlockHeader);
  if (!opened.has_tail) return;
  BlockHeader header;
  if (!file.read(tail.seal_offset, std::as_writable_bytes(std::span(&header, 1)))) return;
  const std::uint64_t payload_at = tail.seal_offset + sizeof(header);
  if (!fault_of(header, opened.file_header.file_id).empty() || header.type != BlockType::seal ||
      header.stored_size != tail_at - payload_at) {
    return;
  }
  std::vector<std::byte> payload(header.stored_size);
  if (!file.read(payload_at, payload) || hash64(payload) != header.payload_hash) return;
  if (Result<LogSeal> seal = decode_seal(payload, file.where(payload_at)); seal)
    opened.seal = std::move(*seal);
}

Result<std::unique_ptr<LogReader>> LogReader::open(const std::string& path, const LogReadOptions& options) {
  Result<InputFile> file = InputFile::open(path);
  if (!file) return file.error();
  Result<Opened> opened = read_header(*file);
  if (!opened) return opened.error();
  for (const InstrumentId id : options.instruments) {
    if (id >= opened->header.instruments.size()) {
      return Error{
          ErrorCode::bad_input, path,
          fmt::format("instrument {} was asked for, the log has {}", id, opened->header.instruments.size())};
    }
  }
  std::unique_ptr<LogReader> reader(new LogReader(std::move(*file), std::move(*opened), options));
  if (const Status status = reader->rewind(); !status) return status.error();
  return reader;
}

LogReader::LogReader(InputFile file, Opened opened, LogReadOptions options)
    : file_(std::move(file)),
      file_header_(opened.file_header),
      blocks_at_(opened.blocks_at),
      has_tail_(opened.has_tail),
      header_(std::move(opened.header)),
      seal_(std::move(opened.seal)),
      options_(std::move(options)),
      cursor_(blocks()) {
  if (options_.instruments.empty()) return;
  wanted_.resize(header_.instruments.size());
  for (const InstrumentId id : options_.instruments) wanted_[id] = true;
}

BlockCursor LogReader::blocks() const {
  return {file_, file_header_.file_id, blocks_at_, hash64(bytes_of(file_header_)), has_tail_};
}

Result<std::string> LogReader::schema_text() const {
  std::vector<std::byte> payload(file_header_.payload_size);
  if (const Status status = file_.read(sizeof(FileHeader), payload); !status) return status.error();
  return decode_schema_text(payload, file_.where(sizeof(FileHeader)));
}

bool LogReader::is_filtered() const {
  return options_.from_ts_ns != INT64_MIN || options_.to_ts_ns != INT64_MAX || !wanted_.empty();
}

Result<std::optional<IndexEntry>> LogReader::find_block(
    const std::function<bool(const IndexEntry&)>& reaches) const {
  std::optional<IndexEntry> found;
  for (const IndexEntry& summary : seal_->indexes) {
    if (!reaches(summary) && &summary != &seal_->indexes.back()) continue;
    BlockCursor cursor = blocks();
    cursor.go(summary.offset, summary.first_sequence + summary.event_count);
    Bytes payload;
    if (summary.offset >= file_.size() || cursor.next() != Step::block ||
        cursor.header().type != BlockType::index || cursor.payload(payload) != Step::block) {
      return Error{ErrorCode::damaged, file_.where(summary.offset),
                   "the index block that the seal names is not sound"};
    }
    const Result<std::vector<IndexEntry>> entries = decode_index(payload, file_.where(summary.offset));
    if (!entries) return entries.error();
    for (const IndexEntry& entry : *entries) {
      found = entry;
      if (reaches(entry)) return found;
    }
  }
  return found;
}

Result<std::optional<IndexEntry>> LogReader::walk_to(std::uint64_t event_number) const {
  BlockCursor cursor = blocks();
  std::optional<IndexEntry> last;
  for (;;) {
    switch (cursor.next()) {
      case Step::damaged: return Error{ErrorCode::damaged, file_.where(cursor.offset()), cursor.fault()};
      case Step::failed: return cursor.error();
      case Step::end:
      case Step::torn:
        if (event_number == cursor.expected_sequence()) return last;
        return Error{
            ErrorCode::bad_input, file_.path(),
            fmt::format("cannot go to event {}: the log has {}", event_number, cursor.expected_sequence())};
      case Step::block: break;
    }
    const BlockHeader& header = cursor.header();
    if (header.type != BlockType::events) continue;
    last = IndexEntry{cursor.offset(), header.first_sequence, header.event_count, 0, 0};
    if (event_number < header.first_sequence + header.event_count) return last;
  }
}

Status LogReader::rewind() {
  cursor_ = blocks();
  ended_ = false;
  skip_ = sequence_ = 0;
  last_ts_ns_ = kNoTime;
  in_gap_ = false;
  held_.reset();
  damage_.clear();
  torn_bytes_ = 0;
  totals_ = {};
  // Only strict reading may jump: what it passes over unread is reported by nobody.
  if (options_.from_ts_ns == INT64_MIN || !seal_ || options_.on_damage != OnDamage::strict) return Done{};
  const auto entry = find_block([&](const IndexEntry& e) { return e.max_recv_ts_ns >= options_.from_ts_ns; });
  if (!entry) return entry.error();
  if (entry.value()) {
    cursor_.go(entry.value()->offset, entry.value()->first_sequence);
    sequence_ = entry.value()->first_sequence;
  }
  return Done{};
}

Status LogReader::seek(std::uint64_t event_number) {
  if (error_) return *error_;
  if (is_filtered() || options_.on_damage != OnDamage::strict) return seek_by_reading(event_number);
  if (seal_ && event_number > seal_->event_count) {
    return Error{ErrorCode::bad_input, file_.path(),
                 fmt::format("cannot go to event {}: the log has {}", event_number, seal_->event_count)};
  }
  const auto entry =
      seal_ ? find_block([&](const IndexEntry& e) { return e.first_sequence + e.event_count > event_number; })
            : walk_to(event_number);
  if (!entry) return entry.error();
  if (const Status status = rewind(); !status) return status;
  if (!entry.value()) return Done{};
  cursor_.go(entry.value()->offset, entry.value()->first_sequence);
  sequence_ = entry.value()->first_sequence;
  skip_ = event_number - sequence_;
  return Done{};
}

Status LogReader::seek_by_reading(std::uint64_t event_number) {
  if (const Status status = rewind(); !status) return status;
  std::uint64_t delivered = 0;
  while (delivered < event_number) {
    Batch batch;
    const Result<Pull> pulled = pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Pull::end) {
      return Error{ErrorCode::bad_input, file_.path(),
                   fmt::format("cannot go to event {}: {} pass the filter", event_number, delivered)};
    }
    const std::uint64_t wanted = event_number - delivered;
    if (batch.events.size() > wanted) held_ = Batch{batch.events.subspan(wanted), batch.levels};
    delivered += std::min<std::uint64_t>(batch.events.size(), wanted);
  }
  return Done{};
}

Result<Source::Pull> LogReader::pull(Batch& out) {
  if (error_) return *error_;
  if (held_) {
    out = *held_;
    held_.reset();
    return Pull::events;
  }
  if (ended_) return Pull::end;
  Result<Pull> result = step(out);
  if (!result) error_ = result.error();
  return result;
}

Result<Source::Pull> LogReader::step(Batch& out) {
  for (;;) {
    Step step = cursor_.next();
    if (step == Step::damaged) {
      if (const Status status = pass_over(cursor_.fault()); !status) return status.error();
      step = options_.on_damage == OnDamage::salvage ? cursor_.resynchronise() : Step::end;
    }
    if (step == Step::failed) return cursor_.error();
    if (step == Step::end || step == Step::torn) {
      torn_bytes_ = step == Step::torn ? cursor_.bytes_left() : 0;
      ended_ = true;
      return finish(out) ? Pull::events : Pull::end;
    }
    if (cursor_.header().type != BlockType::events) {
      if (const Status status = read_other(); !status) return status.error();
    } else {
      const Result<bool> has_events = read_events(out);
      if (!has_events) return has_events.error();
      if (*has_events) return Pull::events;
    }
    if (in_gap_ && options_.on_damage == OnDamage::prefix) {
      ended_ = true;
      return finish(out) ? Pull::events : Pull::end;
    }
  }
}

/// True if `out` has events to deliver.
Result<bool> LogReader::read_events(Batch& out) {
  const BlockHeader& header = cursor_.header();
  const bool in_range =
      header.max_recv_ts_ns >= options_.from_ts_ns && header.min_recv_ts_ns < options_.to_ts_ns;
  Batch batch;
  if (in_range) {
    Bytes payload;
    const Step step = cursor_.payload(payload);
    if (step == Step::failed) return cursor_.error();
    Status status = Done{};
    if (step == Step::damaged) status = Error{ErrorCode::damaged, "", cursor_.fault()};
    if (status) status = read_batch(payload, header.event_count, header.level_count, scratch_, batch);
    if (status) status = check_batch(batch, header, header_.instruments.size());
    if (!status) {
      if (options_.on_damage == OnDamage::strict) {
        return Error{status.error().code, file_.where(cursor_.offset()), status.error().what};
      }
      if (const Status passed = pass_over(status.error().what); !passed) return passed.error();
      return false;
    }
    ++totals_.blocks;
    totals_.stored_bytes += header.stored_size;
    totals_.raw_bytes += header.raw_size;
    batch.events = batch.events.subspan(std::min<std::uint64_t>(skip_, batch.events.size()));
    filter(batch);
  }
  skip_ = 0;
  const bool has_gap = in_gap_ && close_gap(header.first_sequence, header.first_recv_ts_ns, out);
  sequence_ = header.first_sequence + header.event_count;
  last_ts_ns_ = header.last_recv_ts_ns;
  if (!has_gap) {
    out = batch;
  } else if (!batch.events.empty()) {
    held_ = batch;
  }
  return has_gap || !batch.events.empty();
}

/// Index, seal, and what a later version may add: their bytes must be sound, and a seal's count must be
/// right.
Status LogReader::read_other() {
  Bytes payload;
  const Step step = cursor_.payload(payload);
  if (step == Step::failed) return cursor_.error();
  if (step == Step::damaged) return pass_over(cursor_.fault());
  if (cursor_.header().type != BlockType::seal) return Done{};
  const Result<LogSeal> seal = decode_seal(payload, file_.where(cursor_.offset()));
  if (!seal) return pass_over(seal.error().what);
  if (seal->event_count != cursor_.header().first_sequence) {
    return pass_over(fmt::format("the seal counts {} events, the blocks before it hold {}", seal->event_count,
                                 cursor_.header().first_sequence));
  }
  return Done{};
}

/// Strict: the error. Else notes the damage; the gap is closed by what comes next.
Status LogReader::pass_over(const std::string& reason) {
  if (options_.on_damage == OnDamage::strict) {
    return Error{ErrorCode::damaged, file_.where(cursor_.offset()), reason};
  }
  damage_.push_back({cursor_.offset(), reason, 0});
  in_gap_ = true;
  return Done{};
}

/// True if `out` is a gap event. None is needed where the numbers show that no event is missing.
bool LogReader::close_gap(std::optional<std::uint64_t> found, TimeNs next_ts_ns, Batch& out) {
  in_gap_ = false;
  if (found && *found <= sequence_) return false;
  const std::uint64_t lost = found ? *found - sequence_ : 0;
  damage_.back().lost_events = lost;
  gap_ = Event{};
  gap_.kind = Kind::gap;
  gap_.detail = static_cast<std::uint8_t>(GapReason::damaged);
  gap_.recv_ts_ns = sequence_ > 0 ? last_ts_ns_ : next_ts_ns;
  gap_.set(Gap{sequence_, found.value_or(0), lost, last_ts_ns_, 0});
  out = {{&gap_, 1}, {}};
  return true;
}

/// The end was reached: true if `out` is a last gap event.
bool LogReader::finish(Batch& out) {
  if (!in_gap_) return false;
  std::optional<std::uint64_t> total;
  if (seal_) {
    total = seal_->event_count;
  } else if (cursor_.saw_seal()) {
    total = cursor_.expected_sequence();
  }
  return close_gap(total, last_ts_ns_, out);
}

void LogReader::filter(Batch& batch) {
  const BlockHeader& header = cursor_.header();
  if (wanted_.empty() && header.min_recv_ts_ns >= options_.from_ts_ns &&
      header.max_recv_ts_ns < options_.to_ts_ns)
    return;
  filtered_.clear();
  for (const Event& event : batch.events) {
    const bool in_range = event.recv_ts_ns >= options_.from_ts_ns && event.recv_ts_ns < options_.to_ts_ns;
    const bool wanted = wanted_.empty() || event.instrument == kNoInstrument || wanted_[event.instrument];
    if (in_range && wanted) filtered_.push_back(event);
  }
  batch.events = filtered_;
}

}  // namespace lockstep::recordings
