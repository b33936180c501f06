#include "recordings/log_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "recordings/log_content.h"

namespace lockstep::recordings {

namespace {

/// Six bits behind the leading one: 64 buckets for each power of two.
std::size_t bucket_of(std::uint64_t magnitude) {
  if (magnitude < 64) return static_cast<std::size_t>(magnitude);
  const auto shift = static_cast<std::size_t>(std::bit_width(magnitude)) - 7;
  return (shift + 1) * 64 + static_cast<std::size_t>((magnitude >> shift) & 63U);
}

std::uint64_t lowest_of(std::size_t bucket) {
  if (bucket < 64) return bucket;
  return (std::uint64_t{64} + bucket % 64) << (bucket / 64 - 1);
}

void count(InstrumentInfo& info, const Event& event) {
  if (info.events == 0) info.first_recv_ts_ns = event.recv_ts_ns;
  info.last_recv_ts_ns = event.recv_ts_ns;
  ++info.events;
  ++info.by_kind[static_cast<std::size_t>(event.kind)];
}

void count(LogInfo& info, const Event& event) {
  if (info.events == 0) {
    info.first_recv_ts_ns = event.recv_ts_ns;
  } else if (event.recv_ts_ns < info.last_recv_ts_ns) {
    ++info.recv_steps_back;
  }
  info.last_recv_ts_ns = event.recv_ts_ns;
  ++info.events;
  ++info.by_kind[static_cast<std::size_t>(event.kind)];
  count(event.instrument == kNoInstrument ? info.without_instrument : info.by_instrument[event.instrument],
        event);
  if (event.kind == Kind::gap) info.lost_events += event.as<Gap>().lost_events;
  if (event.exch_ts_ns == kNoTime) return;
  if (info.first_exch_ts_ns == kNoTime || event.exch_ts_ns < info.first_exch_ts_ns) {
    info.first_exch_ts_ns = event.exch_ts_ns;
  }
  info.last_exch_ts_ns = std::max(info.last_exch_ts_ns, event.exch_ts_ns);
  const std::optional<DurationNs> latency_ns = is_market(event.kind) ? latency_of(event) : std::nullopt;
  if (!latency_ns) return;
  info.latency_ns.add(*latency_ns);
  if (*latency_ns >= 0) return;
  ++info.received_before_exchange;
  info.before_by_ns.add(*latency_ns == INT64_MIN ? INT64_MAX : -*latency_ns);
}

std::span<const Level> levels_of(const Event& event, std::span<const Level> levels) {
  if (event.kind != Kind::book) return {};
  const auto book = event.as<BookUpdate>();
  return levels.subspan(book.first_level, std::size_t{book.bid_count} + book.ask_count);
}

}  // namespace

void Spread::add(std::int64_t value) {
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = count_ == 0 ? value : std::max(max_, value);
  ++count_;
  const auto bits = static_cast<std::uint64_t>(value);
  const std::size_t bucket = bucket_of(value < 0 ? 0 - bits : bits);
  // Negative values stand in front, the largest magnitude first.
  ++buckets_[value < 0 ? kBucketsPerSign - 1 - bucket : kBucketsPerSign + bucket];
}

std::int64_t Spread::median() const {
  if (count_ == 0) return 0;
  std::uint64_t below = 0;
  std::size_t i = 0;
  while (below + buckets_[i] <= (count_ - 1) / 2) below += buckets_[i++];
  const bool is_negative = i < kBucketsPerSign;
  const std::uint64_t magnitude = lowest_of(is_negative ? kBucketsPerSign - 1 - i : i - kBucketsPerSign);
  const auto value = static_cast<std::int64_t>(is_negative ? 0 - magnitude : magnitude);
  return std::clamp(value, min_, max_);
}

double LogInfo::events_per_second() const {
  // In integers first: a double cannot hold today's nanoseconds.
  const double seconds = static_cast<double>(Int128{last_recv_ts_ns} - first_recv_ts_ns) / 1e9;
  return seconds > 0 ? static_cast<double>(events) / seconds : 0;
}

Result<LogInfo> log_info(const std::string& path) {
  LogReadOptions options;
  options.on_damage = OnDamage::salvage;
  Result<std::unique_ptr<LogReader>> opened = LogReader::open(path, options);
  if (!opened) return opened.error();
  LogReader& reader = **opened;
  LogInfo info;
  info.header = reader.header();
  info.file_size = reader.file_size();
  info.file_id = reader.file_id();
  info.sealed = reader.seal().has_value();
  info.by_instrument.resize(info.header.instruments.size());
  ContentHash content(info.header.instruments);
  Batch batch;
  for (;;) {
    const Result<Source::Pull> pulled = reader.pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) break;
    if (reader.is_own_gap(batch)) continue;
    info.levels += batch.levels.size();
    for (const Event& event : batch.events) {
      count(info, event);
      if (!info.sealed) content.add(event, levels_of(event, batch.levels));
    }
  }
  info.torn_bytes = reader.torn_bytes();
  info.damage = reader.damage();
  info.stored = reader.totals();
  info.content_hash = info.sealed ? reader.seal()->content_hash : content.value();
  return info;
}

namespace {

using Step = BlockCursor::Step;

/// One pass over the blocks, and what it has seen so far.
class Verifier {
 public:
  explicit Verifier(const LogReader& reader)
      : reader_(reader), cursor_(reader.blocks()), content_(reader.header().instruments) {}

  Result<LogVerdict> run() {
    for (;;) {
      Step step = cursor_.next();
      if (step == Step::damaged) {
        const std::uint64_t expected = cursor_.expected_sequence();
        problem(cursor_.fault());
        step = cursor_.resynchronise();
        if (step == Step::block)
          verdict_.problems.back().lost_events = cursor_.header().first_sequence - expected;
        entries_known_ = false;
      }
      if (step == Step::failed) return cursor_.error();
      if (step == Step::torn) verdict_.torn_bytes = cursor_.bytes_left();
      if (step != Step::block) break;
      Bytes payload;
      step = cursor_.payload(payload);
      if (step == Step::failed) return cursor_.error();
      ++verdict_.blocks;
      if (step == Step::damaged) {
        problem(cursor_.fault(), cursor_.header().event_count);
        entries_known_ = entries_known_ && cursor_.header().type == BlockType::events;
        if (cursor_.header().type == BlockType::events) note_entry();
      } else {
        check(payload);
      }
    }
    verdict_.sealed = reader_.seal().has_value();
    verdict_.content_hash = content_.value();
    return verdict_;
  }

 private:
  void problem(std::string reason, std::uint64_t lost = 0) {
    verdict_.problems.push_back({cursor_.offset(), std::move(reason), lost});
  }

  void note_entry() {
    const BlockHeader& header = cursor_.header();
    entries_.push_back({cursor_.offset(), header.first_sequence, header.event_count, header.min_recv_ts_ns,
                        header.max_recv_ts_ns});
  }

  void check(Bytes payload) {
    switch (cursor_.header().type) {
      case BlockType::events: return check_events(payload);
      case BlockType::index: return check_index(payload);
      case BlockType::seal: return check_seal(payload);
    }
  }

  void check_events(Bytes payload) {
    const BlockHeader& header = cursor_.header();
    note_entry();
    Batch batch;
    Status status = read_batch(payload, header.event_count, header.level_count, scratch_, batch);
    if (status) status = check_batch(batch, header, reader_.header().instruments.size());
    if (!status) return problem(status.error().what, header.event_count);
    verdict_.events += batch.events.size();
    verdict_.levels += batch.levels.size();
    for (const Event& event : batch.events) content_.add(event, levels_of(event, batch.levels));
  }

  void check_index(Bytes payload) {
    const Result<std::vector<IndexEntry>> listed = decode_index(payload, "");
    if (!listed) {
      problem(listed.error().what);
    } else if (entries_known_ && *listed != entries_) {
      problem("the index does not list the blocks before it");
    }
    if (listed && !listed->empty()) {
      indexes_.push_back(summary_of(*listed));
      indexes_.back().offset = cursor_.offset();
    }
    entries_.clear();
    entries_known_ = true;
  }

  void check_seal(Bytes payload) {
    const Result<LogSeal> seal = decode_seal(payload, "");
    if (!seal) return problem(seal.error().what);
    if (!verdict_.problems.empty()) return;  // the totals cannot agree with what is missing
    if (seal->event_count != verdict_.events || seal->level_count != verdict_.levels) {
      problem(fmt::format("the seal counts {} events and {} levels, the file holds {} and {}",
                          seal->event_count, seal->level_count, verdict_.events, verdict_.levels));
    }
    if (seal->content_hash != content_.value()) {
      problem(fmt::format("the seal's content hash is {}, the content's is {}",
                          format_hex(seal->content_hash), format_hex(content_.value())));
    }
    if (seal->indexes != indexes_) problem("the seal does not list the index blocks of the file");
    const IndexEntry all = indexes_.empty() ? IndexEntry{} : summary_of(indexes_);
    if (seal->min_recv_ts_ns != all.min_recv_ts_ns || seal->max_recv_ts_ns != all.max_recv_ts_ns) {
      problem("the seal's receive times are not those of the events");
    }
  }

  const LogReader& reader_;
  BlockCursor cursor_;
  ContentHash content_;
  BatchScratch scratch_;
  LogVerdict verdict_;
  std::vector<IndexEntry> entries_;  // blocks since the last index
  bool entries_known_ = true;        // none of them was missed
  std::vector<IndexEntry> indexes_;
};

}  // namespace

Result<LogVerdict> log_verify(const std::string& path) {
  const Result<std::unique_ptr<LogReader>> reader = LogReader::open(path);
  if (!reader) return reader.error();
  return Verifier(**reader).run();
}

}  // namespace lockstep::recordings
