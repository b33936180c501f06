#include "tests/support/log_sample.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace lockstep::testing {

using recordings::LogHeader;
using recordings::LogReader;
using recordings::LogWriter;

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "lockstep-XXXXXX").string();
  LOCKSTEP_CHECK(::mkdtemp(name.data()) != nullptr, "no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

LogHeader sample_header() {
  LogHeader header;
  header.program_version = "0.0-test";
  header.attributes = {{"note", "a \"quoted\" line,\nand another"}, {"source", "test:sample"}};
  Instrument btc;
  btc.symbol = "BTCUSDT";
  btc.venue = "binance-usdm";
  btc.base = "BTC";
  btc.quote = "USDT";
  btc.settle = "USDT";
  btc.kind = InstrumentKind::linear_perpetual;
  btc.price_scale = 2;
  btc.qty_scale = 3;
  btc.tick = 10;
  Instrument es;
  es.symbol = "ESH4";
  es.venue = "glbx";
  es.quote = "USD";
  es.settle = "USD";
  es.kind = InstrumentKind::future;
  es.price_scale = 9;
  es.multiplier_scale = 1;
  es.tick = 250'000'000;
  es.multiplier = 500;
  es.expiry_ts_ns = 1'710'509'400'000'000'000;
  header.instruments = {btc, es};
  return header;
}

namespace {

/// Gives events their times, number by number.
class Sequence {
 public:
  template <class Payload>
  void add(Kind kind, std::uint8_t detail, const Payload& payload, InstrumentId instrument = 0,
           std::vector<Level> levels = {}, std::uint8_t flags = 0) {
    Event event;
    event.recv_ts_ns = 1'723'161'255'000'000'000 + 100 * static_cast<TimeNs>(events_.size());
    event.exch_ts_ns = event.recv_ts_ns - 1'000'000;
    event.instrument = instrument;
    event.flags = flags;
    event.detail = detail;
    event.kind = kind;
    event.set(payload);
    events_.push_back({event, std::move(levels)});
  }
  std::vector<OwnedEvent> take() { return std::move(events_); }

 private:
  std::vector<OwnedEvent> events_;
};

}  // namespace

std::vector<OwnedEvent> sample_events() {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  Sequence s;
  s.add(Kind::trade, 1, Trade{6'150'010, 2'500, 111, 112, 113});
  s.add(Kind::quote, 0, Quote{6'150'000, kNoPrice, 1'001, 0, 121}, 0, {}, kFlagSuspicious);
  s.add(Kind::book, 0, BookUpdate{0, 2, 1, 10, 131, 132, 133}, 0,
        {{6'150'000, 1'500}, {6'149'990, 0}, {6'150'020, 700}});
  s.add(Kind::book, 1, BookUpdate{0, 1, 1, 0, 134, 134, 0}, 1,
        {{5'100'250'000'000, 7}, {5'100'500'000'000, 9}}, kFlagVenueSnapshot);
  s.add(Kind::book, 2, BookUpdate{0, 0, 0, 0, 135, 136, 137});
  s.add(Kind::order_action, 4, OrderAction{141, 5'100'250'000'000, 3, 142, 2, 0x0182}, 1);
  s.add(Kind::bar, 0x1C, Bar{151, 152, -153, 154, 155});
  s.add(Kind::funding, 8, Funding{10'000, 1'723'161'600'000'000'000, 28'800'000'000'000, kNoPrice, 1});
  s.add(Kind::mark, 0, Mark{161, kNoPrice, -1, {}});
  s.add(Kind::statistic, 1, Statistic{171, INT64_MIN, 1'723'000'000'000'000'000, 3, 0, 172}, 1);
  s.add(Kind::definition, 0, Definition{10, 1, 1, 0, 181});
  s.add(Kind::status, 2, StatusChange{191, 192, 1, {}});
  s.add(Kind::gap, 1, Gap{201, 204, 3, 1'723'161'254'000'000'000, 0}, kNoInstrument);
  s.add(Kind::accepted, 0, OrderReport{211, 212, 213, 214, 1});
  s.add(Kind::rejected, 3, OrderReport{221, 222, 223, 0, 2});
  s.add(Kind::partially_filled, 1, Fill{231, 232, 233, 234, -235}, 0, {}, kFlagMaker);
  s.add(Kind::filled, 2, Fill{241, 242, 243, 0, 1'234'567'890});
  s.add(Kind::cancelled, 14, OrderReport{251, 252, 253, 254, 1});
  s.add(Kind::cancel_rejected, 1, OrderReport{261, 262, 263, 264, 1});
  s.add(Kind::replaced, 0, OrderReport{271, 272, 273, 274, 1});
  s.add(Kind::expired, 13, OrderReport{281, 282, 283, 284, 1});
  s.add(Kind::start, 0, Control{0, kAll, 0, {}}, kNoInstrument);
  s.add(Kind::stop, 0, Control{0, kAll, 301, {}}, kNoInstrument);
  s.add(Kind::pause, 0, Control{0, 1, 311, {}}, kNoInstrument);
  s.add(Kind::resume, 0, Control{0, 1, 321, {}}, kNoInstrument);
  s.add(Kind::kill, 0, Control{331, 2, 332, {}}, kNoInstrument);
  s.add(Kind::parameter, 0, Control{4, 0, 0x3FF0'0000'0000'0000, {}}, kNoInstrument);
  s.add(Kind::timer, 0, Control{351, 3, 352, {}}, kNoInstrument);
  s.add(Kind::submit, 1, OrderInstruction{0x0001'0000'0000'0001, 361, 362, 1, 2, kNoPrice}, 0, {},
        kFlagPostOnly | kFlagReduceOnly);
  s.add(Kind::cancel, 2, OrderInstruction{371, 372, 373, 0, 1, 374});
  s.add(Kind::replace, 1, OrderInstruction{381, 382, 383, 1, 0, 384});
  s.add(Kind::denied, 3, Denial{391, -392, 393, 2, 394});
  s.add(Kind::checkpoint, 9, Checkpoint{0x0123'4567'89AB'CDEF, 402, 403, {}}, kNoInstrument);
  return s.take();
}

std::vector<OwnedEvent> sample_trades(std::size_t count) {
  std::vector<OwnedEvent> events(count);
  for (std::size_t i = 0; i < count; ++i) {
    Event& event = events[i].event;
    event.recv_ts_ns = 1'000 + 10 * static_cast<TimeNs>(i);
    event.exch_ts_ns = event.recv_ts_ns - 7;
    event.instrument = static_cast<InstrumentId>(i % 2);
    event.set(Trade{static_cast<Price>(100 + i), 5, i, 0, 0});
  }
  return events;
}

void append_all(LogWriter& writer, const std::vector<OwnedEvent>& events) {
  for (const OwnedEvent& e : events) writer.append(e.event, e.levels);
}

void write_log(const std::string& path, const LogHeader& header, const std::vector<OwnedEvent>& events,
               const recordings::LogWriterOptions& options) {
  const auto writer = LogWriter::create(path, header, options);
  LOCKSTEP_CHECK(writer.ok(), writer.error().text().c_str());
  append_all(**writer, events);
  const Status sealed = (*writer)->seal();
  LOCKSTEP_CHECK(sealed.ok(), sealed.error().text().c_str());
}

ReadLog read_all(Source& source) {
  ReadLog out;
  Batch batch;
  for (;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    if (!pulled) out.error = pulled.error().text();
    if (!pulled || *pulled == Source::Pull::end) return out;
    for (Event event : batch.events) {
      std::vector<Level> levels;
      if (event.kind == Kind::book) {
        auto book = event.as<BookUpdate>();
        const auto own = batch.levels.subspan(book.first_level, std::size_t{book.bid_count} + book.ask_count);
        levels.assign(own.begin(), own.end());
        book.first_level = 0;
        event.set(book);
      }
      out.events.push_back({event, std::move(levels)});
    }
  }
}

ReadLog read_log(const std::string& path, const recordings::LogReadOptions& options) {
  const auto reader = LogReader::open(path, options);
  if (!reader) return {{}, reader.error().text()};
  return read_all(**reader);
}

std::vector<std::byte> read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

void write_bytes(const std::string& path, recordings::Bytes bytes) {
  // A new file rather than an emptied one, which some filesystems write to the disk at once.
  std::filesystem::remove(path);
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  LOCKSTEP_CHECK(out.good(), "cannot write a test file");
}

}  // namespace lockstep::testing
