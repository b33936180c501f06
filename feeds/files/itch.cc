// open_itch: NASDAQ TotalView-ITCH 5.0 days, each message behind two bytes of length. itch_decode.h says what
// becomes of each message.
//
// ITCH has only the time since midnight in New York: the date comes from the file's name (itch_name.h) or is
// set. Prices have 4 decimals. The tick is a cent where every displayed price is on one, else 1/100 of a
// cent; the lot is one share, since odd lots are displayed (round lots other than 100 are noted). Settings of
// its own: `date` (2019-12-30); `symbols` (AAPL,MSFT): only these, since a day has more than 10,000.
#include <algorithm>
#include <map>
#include <set>

#include "engine/core/decimal.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/itch_decode.h"
#include "feeds/files/itch_name.h"
#include "feeds/files/itch_parser.h"
#include "feeds/files/kinds.h"
#include "feeds/files/merge.h"
#include "feeds/files/timezone.h"

namespace lockstep::feeds {
namespace {

using itch::Step;

constexpr std::size_t kBuffer = 1U << 20U;
constexpr std::uint32_t kUsualRoundLot = 100;
constexpr Price kCent = 100;

// The messages of one file, in pieces.
class MessageReader {
 public:
  static Result<std::unique_ptr<MessageReader>> open(const std::string& path) {
    Result<std::unique_ptr<ByteReader>> bytes = ByteReader::open(path);
    if (!bytes) return bytes.error();
    return std::unique_ptr<MessageReader>(new MessageReader(std::move(bytes).value()));
  }

  /// The next message, whole or wrong; nothing at the end. Bytes that end within a message are a wrong one,
  /// the last.
  Result<std::optional<Step>> next() {
    begin_ += step_size_;
    step_size_ = 0;
    for (;;) {
      const Step step = itch::step(rest());
      if (step.found == Step::Found::end_mark) return std::optional<Step>();
      if (step.found != Step::Found::too_short) return found(step, step.size);
      if (!status_) return status_.error();
      if (at_end_) {
        if (begin_ == end_) return std::optional<Step>();
        return found(step, static_cast<std::uint32_t>(end_ - begin_));
      }
      if (const Status filled = fill(); !filled && begin_ == end_) return filled.error();
    }
  }
  /// Of the message that next() found, with its length.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return rest().first(step_size_); }
  [[nodiscard]] std::string where() const {
    return bytes_->name() + ": byte " + std::to_string(bytes_->offset() - (end_ - begin_));
  }
  [[nodiscard]] const std::string& name() const { return bytes_->name(); }

 private:
  explicit MessageReader(std::unique_ptr<ByteReader> bytes) : bytes_(std::move(bytes)), buffer_(kBuffer) {}

  std::optional<Step> found(const Step& step, std::uint32_t size) {
    step_size_ = size;
    return step;
  }
  [[nodiscard]] std::span<const std::uint8_t> rest() const {
    return std::span(buffer_).subspan(begin_, end_ - begin_);
  }
  Status fill() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    const Result<std::size_t> read = bytes_->read(std::span(buffer_).subspan(end_));
    if (!read) {
      status_ = read.error();
      return status_;
    }
    end_ += *read;
    at_end_ = *read == 0;
    return Done{};
  }

  std::unique_ptr<ByteReader> bytes_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  // of what is not yet handed out
  std::size_t end_ = 0;    // of what is read
  std::uint32_t step_size_ = 0;
  Status status_ = Done{};
  bool at_end_ = false;
};

std::string problem(const Step& step, std::span<const std::uint8_t> bytes) {
  const std::string type = bytes.size() > 2 ? std::string(1, static_cast<char>(bytes[2])) : "";
  switch (step.found) {
    case Step::Found::unknown_type:
      return "no message type of ITCH 5.0 is '" + type + "'; is this a file of another version?";
    case Step::Found::wrong_length:
      return "a message of type " + type + " has " + std::to_string(itch::kLengths[bytes[2]]) +
             " bytes, found a length of " + std::to_string(step.size - 2);
    default:
      return "the file ends within a message: " + std::to_string(bytes.size()) + " bytes are left of " +
             (step.size == 0 ? "its length" : std::to_string(step.size));
  }
}

// The first bytes of a message, for the text of an error.
std::string shown(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kShown = 24;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(kShown, bytes.size())))
    text += {kDigits[byte >> 4U], kDigits[byte & 15U], ' '};
  if (bytes.size() > kShown) return text + "...";
  if (!text.empty()) text.pop_back();
  return text;
}

struct Day {
  std::string stream;
  TimeNs midnight_ts_ns = 0;                    ///< of New York
  std::map<std::uint16_t, std::string> stocks;  ///< by locate code
};

// One file, opened when its day has come.
class DayStream final : public EventStream {
 public:
  DayStream(std::unique_ptr<MessageReader> reader, itch::Decoder decoder, ImportLog& log)
      : reader_(std::move(reader)), decoder_(std::move(decoder)), log_(log) {}

  Result<bool> next(EventBatch& out) override {
    const std::size_t before = out.events.size();
    while (!at_end_) {
      const Result<std::optional<Step>> step = reader_->next();
      if (!step) return step.error();
      if (!*step) {
        at_end_ = true;
        put_notes();
        break;
      }
      if ((*step)->found != Step::Found::too_short) log_.count_row();  // half a message is none
      const std::span<const std::uint8_t> bytes = reader_->bytes();
      Status status = Done{};
      if ((*step)->is_message()) {
        status = decoder_.decode(bytes.data() + 2, out);
      } else {
        status = Error{ErrorCode::bad_input, "", problem(**step, bytes)};
      }
      if (!status) {
        out.events.resize(before);
        if (const Status allowed = log_.bad_row(reader_->where(), shown(bytes), status.error().what);
            !allowed)
          return allowed.error();
        ++skipped_;
        continue;
      }
      if (out.events.size() == before) continue;
      if (skipped_ > 0) put_gap(out, before);
      return true;
    }
    return false;
  }

 private:
  // Which stock a malformed message was of is not to be trusted: every book is unsafe.
  void put_gap(EventBatch& out, std::size_t before) {
    Event gap = skipped_gap(out.events[before], skipped_);
    gap.instrument = kNoInstrument;
    out.events.insert(out.events.begin() + static_cast<std::ptrdiff_t>(before), gap);
    skipped_ = 0;
  }
  void put_notes() {
    const auto note = [this](std::uint64_t count, const std::string& what) {
      if (count > 0) log_.note(reader_->name() + ": " + std::to_string(count) + " " + what);
    };
    const auto of = [this](char type) { return decoder_.silent()[static_cast<unsigned char>(type)]; };
    note(of('L'), "market participant positions (L) are no events");
    note(of('V'), "market-wide circuit breaker levels (V) are no events");
    note(of('W'), "market-wide circuit breaker breaches (W) are no events");
    note(of('K'), "IPO quotation updates (K) are no events");
    note(of('N'), "retail interest messages (N) are no events");
    note(of('O'), "direct listing messages (O) without a price are no events");
    note(of('Q'), "crosses (Q) in which nothing traded are no events");
    note(of('B'), "broken trades (B): the trades stand in the recording as they were printed");
    note(of('\0'), "messages of stocks that `symbols` does not name were left out");
    note(skipped_, "malformed messages at the end, with no event after them, were skipped");
  }

  std::unique_ptr<MessageReader> reader_;
  itch::Decoder decoder_;
  ImportLog& log_;
  std::uint64_t skipped_ = 0;  // since the last event
  bool at_end_ = false;
};

class Opener {
 public:
  explicit Opener(const ImportOptions& options)
      : options_(options), log_(std::make_unique<ImportLog>(options.skip_bad)) {}

  ImportResult open() {
    if (const Status known = check_settings(options_.set, {"date", "symbols"}); !known) return known.error();
    if (const std::string* list = find_setting(options_.set, "", "symbols")) {
      for (std::size_t begin = 0; begin <= list->size();) {
        const std::size_t comma = std::min(list->find(',', begin), list->size());
        wanted_.insert(list->substr(begin, comma - begin));
        begin = comma + 1;
      }
    }
    const Result<TimeZone> zone = TimeZone::load("America/New_York");
    if (!zone) return zone.error();
    const Result<std::vector<std::string>> streams = list_streams(options_.paths);
    if (!streams) return streams.error();
    for (const std::string& stream : *streams) {
      if (const Status added = add(stream, *zone, streams->size() > 1); !added) return added.error();
    }
    for (const std::string& symbol : wanted_) {
      if (ids_.count(symbol) == 0)
        return Error{ErrorCode::bad_input, "setting symbols",
                     "\"" + symbol + "\" is in the stock directory of no file"};
    }
    return settle();
  }

 private:
  Status add(const std::string& stream, const TimeZone& zone, bool is_one_of_several) {
    Day day;
    day.stream = stream;
    const std::string* said = find_setting(options_.set, "", "date");
    if (said != nullptr && is_one_of_several)
      return Error{ErrorCode::bad_input, "setting date",
                   "is of one file, found several; import one at a time"};
    std::optional<TimeNs> local;
    if (said == nullptr) {
      local = itch_date_of(stream);
    } else if (const Result<TimeNs> parsed = parse_time(*said); parsed && *parsed % kDay == 0) {
      local = *parsed;
    }
    if (!local) {
      return Error{ErrorCode::bad_input, said == nullptr ? stream : "setting date",
                   said == nullptr
                       ? "ITCH has no dates, and the name says none, as 12302019.NASDAQ_ITCH50 or "
                         "S123019-v50.txt does; --set date=2019-12-30"
                       : "expected a date like 2019-12-30, found \"" + *said + "\""};
    }
    // No trading day holds a change of clocks, so that noon tells the offset of all of it.
    const Result<TimeZone::Utc> noon = zone.to_utc(*local + kDay / 2);
    if (!noon) return noon.error();
    day.midnight_ts_ns = noon->ts_ns - kDay / 2;
    const bool is_second = std::any_of(days_.begin(), days_.end(), [&](const Day& other) {
      return other.midnight_ts_ns == day.midnight_ts_ns;
    });
    if (is_second)
      return Error{ErrorCode::bad_input, stream, "is a second file of the same date; name one of them"};
    if (const Status read = scan(day); !read) return read;
    days_.push_back(std::move(day));
    return Done{};
  }

  // The first pass: stocks, and whether their prices are on cents. Malformed messages are left to the second.
  Status scan(Day& day) {
    Result<std::unique_ptr<MessageReader>> reader = MessageReader::open(day.stream);
    if (!reader) return reader.error();
    std::vector<InstrumentId> by_locate(65'536, kNoInstrument);
    for (;;) {
      const Result<std::optional<Step>> step = (*reader)->next();
      if (!step || !*step)
        return Done{};  // what a damaged file holds comes first; then the second pass tells
      if (!(*step)->is_message()) continue;
      const std::uint8_t* message = (*reader)->bytes().data() + 2;
      Price price = 0;
      switch (static_cast<char>(message[0])) {
        case 'R': see(itch::StockDirectory(message), day, by_locate); continue;
        case 'A':
        case 'F': price = itch::AddOrder(message).price(); break;
        case 'U': price = itch::OrderReplace(message).price(); break;
        default: continue;
      }
      const InstrumentId id = by_locate[itch::Message(message).locate()];
      if (id != kNoInstrument && price % kCent != 0) is_finer_[id] = 1;
    }
  }

  void see(const itch::StockDirectory& m, Day& day, std::vector<InstrumentId>& by_locate) {
    const std::string symbol(m.stock());
    day.stocks[m.locate()] = symbol;
    if (!wanted_.empty() && wanted_.count(symbol) == 0) return;
    const auto [found, is_new] = ids_.try_emplace(symbol, static_cast<InstrumentId>(symbols_.size()));
    if (is_new) {
      symbols_.push_back(symbol);
      is_finer_.push_back(0);
      if (m.round_lot_size() != kUsualRoundLot) {
        ++odd_round_lots_;
        if (odd_round_lots_ <= 5) round_lots_ += " " + symbol + " " + std::to_string(m.round_lot_size());
      }
    }
    by_locate[m.locate()] = found->second;
  }

  ImportResult settle() {
    if (odd_round_lots_ > 0)
      log_->note(std::to_string(odd_round_lots_) + " stocks have a round lot other than 100 shares:" +
                 round_lots_ + (odd_round_lots_ > 5 ? " ..." : ""));
    std::vector<Instrument> instruments;
    std::vector<itch::Decoder::Units> units;
    std::vector<Definition> definitions;
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
      Instrument instrument;
      instrument.symbol = symbols_[i];
      instrument.venue = "xnas";
      instrument.base = symbols_[i];
      instrument.quote = "USD";
      instrument.kind = InstrumentKind::equity;
      const bool has_tick = find_setting(options_.set, symbols_[i], "tick") != nullptr;
      if (const Status set =
              apply_settings(options_.set, Scales{itch::Decoder::kPriceScale, 0, 1}, instrument);
          !set)
        return set.error();
      const std::int64_t price_unit = pow10(instrument.price_scale - itch::Decoder::kPriceScale);
      if (!has_tick) instrument.tick = (is_finer_[i] == 0 ? kCent : 1) * price_unit;
      units.push_back({price_unit, pow10(instrument.qty_scale)});
      definitions.push_back({instrument.tick, instrument.lot, instrument.multiplier, instrument.expiry_ts_ns,
                             instrument.strike});
      instruments.push_back(std::move(instrument));
    }
    std::vector<LateInput> inputs;
    for (const Day& day : days_) {
      ImportLog& log = *log_;
      std::vector<std::pair<std::uint16_t, InstrumentId>> locates;
      for (const auto& [locate, symbol] : day.stocks) {
        const auto found = ids_.find(symbol);
        if (found != ids_.end()) locates.emplace_back(locate, found->second);
      }
      inputs.push_back({day.midnight_ts_ns,
                        [day, locates, units, definitions, &log]() -> Result<std::unique_ptr<EventStream>> {
                          auto reader = MessageReader::open(day.stream);
                          if (!reader) return reader.error();
                          itch::Decoder decoder(day.midnight_ts_ns, units, definitions);
                          for (const auto& [locate, id] : locates) decoder.set_instrument(locate, id);
                          return std::unique_ptr<EventStream>(std::make_unique<DayStream>(
                              std::move(reader).value(), std::move(decoder), log));
                        }});
    }
    return std::make_unique<Import>(options_, std::move(instruments), 0, std::move(log_),
                                    std::make_unique<MergedStream>(std::move(inputs)));
  }

  const ImportOptions& options_;
  std::unique_ptr<ImportLog> log_;
  std::vector<Day> days_;
  std::set<std::string> wanted_;  // empty: all
  std::vector<std::string> symbols_;
  std::map<std::string, InstrumentId> ids_;
  std::vector<char> is_finer_;  // by instrument: a displayed price was off the cent
  std::uint64_t odd_round_lots_ = 0;
  std::string round_lots_;
};

}  // namespace

ImportResult open_itch(const ImportOptions& options) {
  return Opener(options).open();
}

}  // namespace lockstep::feeds
