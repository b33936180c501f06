#include "recordings/log_writer.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>

#include "recordings/log_batch.h"

namespace lockstep::recordings {

namespace {

constexpr std::size_t kEventsAt = kWordsBeforeEvents * 8;  // within the payload

Status check(const LogWriterOptions& options) {
  const auto bad = [](std::string what) {
    return Error{ErrorCode::bad_input, "log writer options", std::move(what)};
  };
  if (options.block_bytes < 64 || options.block_bytes > (64U << 20U)) {
    return bad(fmt::format("block_bytes is {}, expected 64 to 67108864", options.block_bytes));
  }
  if (options.zstd_level < 1 || options.zstd_level > 19) {
    return bad(fmt::format("zstd_level is {}, expected 1 to 19", options.zstd_level));
  }
  if (options.blocks_per_index == 0) return bad("blocks_per_index is 0, expected at least 1");
  return Done{};
}

}  // namespace

/// Behind the header of a block: room for a compressed payload.
struct LogWriter::Compressor {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context{ZSTD_createCCtx(), &ZSTD_freeCCtx};
  std::vector<std::byte> buffer;
};

Result<std::unique_ptr<LogWriter>> LogWriter::create(const std::string& path, const LogHeader& header,
                                                     const LogWriterOptions& options) {
  if (const Status status = check(options); !status) return status.error();
  Result<std::unique_ptr<OutputFile>> file = create_output_file(path, options.replace_existing);
  if (!file) return file.error();
  return create(std::move(*file), header, options);
}

Result<std::unique_ptr<LogWriter>> LogWriter::create(std::unique_ptr<OutputFile> file,
                                                     const LogHeader& header,
                                                     const LogWriterOptions& options) {
  if (const Status status = check(options); !status) return status.error();
  for (const Instrument& instrument : header.instruments) {
    if (const Status status = validate(instrument); !status) return status.error();
  }
  std::unique_ptr<LogWriter> writer(new LogWriter(std::move(file), header, options));
  if (const Status status = writer->write_file_header(header); !status) return status.error();
  return writer;
}

LogWriter::LogWriter(std::unique_ptr<OutputFile> file, const LogHeader& header,
                     const LogWriterOptions& options)
    : file_(std::move(file)),
      options_(options),
      instrument_count_(static_cast<std::uint32_t>(header.instruments.size())),
      buffer_(sizeof(BlockHeader) + batch_bytes(0, 0) + options.block_bytes),
      content_(header.instruments) {
  levels_.reserve(options.block_bytes / sizeof(Level));
  entries_.reserve(options.blocks_per_index);
  if (options.codec == Codec::zstd) compressor_ = std::make_unique<Compressor>();
}

LogWriter::~LogWriter() {
  if (!sealed_) write_events();
}

Status LogWriter::write_file_header(const LogHeader& header) {
  const std::vector<std::byte> payload = encode_header(header);
  if (payload.size() > kMaxPayloadBytes) {
    return Error{ErrorCode::bad_input, file_->path(),
                 fmt::format("instruments and attributes take {} bytes, at most {} fit", payload.size(),
                             kMaxPayloadBytes)};
  }
  FileHeader prefix;
  prefix.payload_size = static_cast<std::uint32_t>(payload.size());
  prefix.file_id = hash64(payload);
  prefix.crc = crc_of(prefix);
  std::vector<std::byte> bytes(sizeof(prefix) + payload.size());
  std::memcpy(bytes.data(), &prefix, sizeof(prefix));
  std::memcpy(bytes.data() + sizeof(prefix), payload.data(), payload.size());
  if (Status status = file_->write(bytes); !status) {
    error_ = status.error();
    return status;
  }
  file_id_ = prefix.file_id;
  previous_hash_ = hash64(bytes_of(prefix));
  offset_ = bytes.size();
  return Done{};
}

void LogWriter::append(const Event& event, std::span<const Level> levels) {
  std::span<const Level> own;
  if (event.kind == Kind::book) {
    const auto book = event.as<BookUpdate>();
    const std::uint64_t count = std::uint64_t{book.bid_count} + book.ask_count;
    if (book.first_level + count > levels.size() || batch_bytes(1, count) > kMaxPayloadBytes)
      return refuse(event, levels);
    own = levels.subspan(book.first_level, count);
  }
  // kNoInstrument + 1 wraps to 0.
  if (error_ || sealed_ || static_cast<int>(event.kind) >= kKindCount ||
      event.instrument + 1U > instrument_count_) {
    return refuse(event, levels);
  }
  const std::size_t bytes =
      (event_count_ + 1) * sizeof(Event) + (levels_.size() + own.size()) * sizeof(Level);
  if (bytes > options_.block_bytes && event_count_ > 0) {
    write_events();
    if (error_) return;
  }
  Event* stored = reinterpret_cast<Event*>(payload_at(kEventsAt)) + event_count_;
  *stored = event;
  if (event.kind == Kind::book) {
    auto book = event.as<BookUpdate>();
    book.first_level = static_cast<std::uint32_t>(levels_.size());
    stored->set(book);
    levels_.insert(levels_.end(), own.begin(), own.end());
    total_levels_ += own.size();
  }
  content_.add(event, own);
  ++event_count_;
  ++next_sequence_;
}

void LogWriter::refuse(const Event& event, std::span<const Level> levels) {
  if (error_) return;
  if (sealed_) return fail({ErrorCode::bad_input, file_->path(), "an event was appended after the seal"});
  fail(
      {ErrorCode::bad_input, file_->path(),
       fmt::format("event {} cannot be stored: kind {}, instrument {} of {}, {} levels given", next_sequence_,
                   static_cast<int>(event.kind), event.instrument, instrument_count_, levels.size())});
}

void LogWriter::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

Status LogWriter::status() const {
  if (error_) return *error_;
  return Done{};
}

void LogWriter::write_events() {
  if (error_ || event_count_ == 0) return;
  const auto level_count = static_cast<std::uint32_t>(levels_.size());
  const std::size_t size = batch_bytes(event_count_, level_count);
  if (buffer_.size() < sizeof(BlockHeader) + size) buffer_.resize(sizeof(BlockHeader) + size);

  const auto prefix = batch_prefix(event_count_, level_count);
  const std::uint64_t tag = level_tag(level_count);
  const std::size_t levels_at = kEventsAt + event_count_ * sizeof(Event);
  std::memcpy(payload_at(0), prefix.data(), sizeof(prefix));
  std::memcpy(payload_at(levels_at), &tag, sizeof(tag));
  if (level_count > 0) std::memcpy(payload_at(levels_at + 8), levels_.data(), level_count * sizeof(Level));

  const std::span events(reinterpret_cast<const Event*>(payload_at(kEventsAt)), event_count_);
  BlockHeader header;
  header.type = BlockType::events;
  header.first_sequence = next_sequence_ - event_count_;
  header.event_count = event_count_;
  header.level_count = level_count;
  header.first_recv_ts_ns = events.front().recv_ts_ns;
  header.last_recv_ts_ns = events.back().recv_ts_ns;
  header.min_recv_ts_ns = header.max_recv_ts_ns = header.first_recv_ts_ns;
  for (const Event& event : events) {
    header.min_recv_ts_ns = std::min(header.min_recv_ts_ns, event.recv_ts_ns);
    header.max_recv_ts_ns = std::max(header.max_recv_ts_ns, event.recv_ts_ns);
  }
  const std::uint64_t block_offset = offset_;
  write_block(header, {payload_at(0), size}, nullptr);
  if (error_) return;

  event_count_ = 0;
  levels_.clear();
  entries_.push_back({block_offset, header.first_sequence, header.event_count, header.min_recv_ts_ns,
                      header.max_recv_ts_ns});
  if (entries_.size() >= options_.blocks_per_index) write_index();
}

void LogWriter::write_index() {
  if (error_ || entries_.empty()) return;
  const std::vector<std::byte> payload = encode_index(entries_);
  IndexEntry summary = summary_of(entries_);
  summary.offset = offset_;
  BlockHeader header;
  header.type = BlockType::index;
  header.first_sequence = next_sequence_ - event_count_;
  write_block(header, payload, nullptr);
  indexes_.push_back(summary);
  entries_.clear();
}

void LogWriter::write_block(BlockHeader header, Bytes payload, const Tail* tail) {
  header.raw_size = header.stored_size = static_cast<std::uint32_t>(payload.size());
  std::vector<std::byte>* block = &buffer_;
  if (compressor_ && header.type == BlockType::events) {
    std::vector<std::byte>& out = compressor_->buffer;
    const std::size_t bound = ZSTD_compressBound(payload.size());
    if (out.size() < sizeof(header) + bound) out.resize(sizeof(header) + bound);
    const std::size_t size = ZSTD_compressCCtx(compressor_->context.get(), out.data() + sizeof(header), bound,
                                               payload.data(), payload.size(), options_.zstd_level);
    if (!ZSTD_isError(size) && size < payload.size()) {
      header.codec = Codec::zstd;
      header.stored_size = static_cast<std::uint32_t>(size);
      payload = Bytes(out).subspan(sizeof(header), size);
      block = &out;
    }
  } else if (header.type != BlockType::events) {
    // Events stand behind their header already; index and seal are brought there.
    const std::size_t size = sizeof(header) + payload.size() + sizeof(Tail);
    if (buffer_.size() < size) buffer_.resize(size);
    std::memcpy(payload_at(0), payload.data(), payload.size());
    payload = {payload_at(0), payload.size()};
  }
  header.file_id = file_id_;
  header.payload_hash = hash64(payload);
  header.previous_hash = previous_hash_;
  header.crc = crc_of(header);
  std::memcpy(block->data(), &header, sizeof(header));
  std::size_t size = sizeof(header) + payload.size();
  if (tail != nullptr) {
    std::memcpy(block->data() + size, tail, sizeof(*tail));
    size += sizeof(*tail);
  }
  if (const Status status = file_->write(Bytes(*block).first(size)); !status) return fail(status.error());
  previous_hash_ = hash64(bytes_of(header));
  offset_ += size;
}

Status LogWriter::flush() {
  write_events();
  return status();
}

Status LogWriter::sync() {
  write_events();
  if (error_) return *error_;
  if (const Status synced = file_->sync(); !synced) fail(synced.error());
  return status();
}

Status LogWriter::seal() {
  if (sealed_) return status();
  write_events();
  write_index();
  if (error_) return *error_;
  LogSeal seal;
  seal.event_count = next_sequence_;
  seal.level_count = total_levels_;
  seal.content_hash = content_.value();
  seal.indexes = indexes_;
  if (!indexes_.empty()) {
    const IndexEntry all = summary_of(indexes_);
    seal.min_recv_ts_ns = all.min_recv_ts_ns;
    seal.max_recv_ts_ns = all.max_recv_ts_ns;
  }
  Tail tail;
  tail.seal_offset = offset_;
  tail.crc = crc_of(tail);
  BlockHeader header;
  header.type = BlockType::seal;
  header.first_sequence = next_sequence_;
  write_block(header, encode_seal(seal), &tail);
  if (error_) return *error_;
  sealed_ = true;
  return Done{};
}

}  // namespace lockstep::recordings
