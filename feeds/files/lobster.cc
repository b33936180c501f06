// open_lobster: LOBSTER's message files as an order-by-order feed, each with its orderbook file where that
// stands beside it (in the folder, or in the zip).
//
//   1            order_action add
//   2, 3         order_action cancel, with the size that goes
//   4            order_action execute: it takes its size off the book; the aggressor is the other side
//   5            trade, which touches nothing that is visible; conditions 5
//   6            trade of an auction (kFlagAuction); conditions 6, and in bits 8-15 which: 1 opening, 2
//   closing 7            status: halted, quoting_only or trading
//
// With the orderbook file the book is whole as far as the file shows it: it begins with a clear and the
// levels of the first row, and lobster_book.h says how it is kept so. What is concluded is flagged
// kFlagVenueSnapshot; anonymous orders have ids from 2^62 on, which no venue reaches. Deeper levels are as
// they were last seen. Without it nobody knows what stood there before the first row: the book begins with a
// clear and a gap, and what happens to orders that were never announced is kept, flagged kFlagSuspicious:
// executions as prints.
//
// OrderAction::sequence and Trade::sequence are the row's number in the file, from 1. The last order action
// of a row has bit 7 of its venue_flags set, as Databento marks the end of a venue's message. Settings of its
// own: `date` (2012-06-21), where the name does not say it; with `symbol` any name will do.
#include <algorithm>
#include <set>

#include "engine/core/decimal.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/lobster_book.h"
#include "feeds/files/lobster_path.h"
#include "feeds/files/merge.h"
#include "feeds/files/rows.h"
#include "feeds/files/timezone.h"

namespace lockstep::feeds {
namespace {

constexpr int kWireScale = 4;  // prices are in 1/10,000 dollar
constexpr std::uint32_t kLastOfRow = 128;
// From then on NASDAQ no longer says on which side a hidden order stood: the direction is always 1.
constexpr CivilTime kNoHiddenSideFrom{2014, 7, 14, 0, 0, 0, 0};

struct LobsterDay {
  std::string message_stream;
  std::string orderbook_stream;  ///< empty: there is none
  std::string symbol;
  std::string label;          ///< symbol and date, for notes
  TimeNs midnight_ts_ns = 0;  ///< of New York
  bool has_hidden_side = true;
  InstrumentId instrument = 0;
  LobsterUnits units;
};

class DayStream final : public EventStream {
 public:
  DayStream(LobsterDay day, std::unique_ptr<LineReader> messages, std::unique_ptr<LineReader> books,
            ImportLog& log)
      : day_(std::move(day)), messages_(std::move(messages)), books_(std::move(books)), log_(log) {}

  Result<bool> next(EventBatch& out) override {
    const std::size_t before = out.events.size();
    while (!at_end_) {
      const Result<bool> more = next_row(*messages_);
      if (!more) return more.error();
      if (!*more) {
        if (const Status whole = finish(out); !whole) return whole.error();
        break;
      }
      log_.count_row();
      if (const Status paired = pair(); !paired) return paired.error();
      if (const Status read = parse(); !read) {
        const LineReader& at = is_book_bad_ ? *books_ : *messages_;
        if (const Status allowed = log_.bad_row(at.where(), at.text(), read.error().what); !allowed)
          return allowed.error();
        ++skipped_;
        must_seed_ = true;
        continue;
      }
      put_row(out);
      if (out.events.size() == before) continue;
      last_ = out.events.back();
      return true;
    }
    return out.events.size() > before;
  }

 private:
  static Result<bool> next_row(LineReader& rows) {
    for (;;) {
      Result<bool> more = rows.next();
      if (!more || !*more || !rows.text().empty()) return more;
    }
  }

  Status pair() {
    if (!books_) return Done{};
    const Result<bool> more = next_row(*books_);
    if (!more) return more.error();
    if (*more) return Done{};
    return Error{ErrorCode::bad_input, books_->name(),
                 "ends after " + std::to_string(books_->number()) + " rows, but " + messages_->where() +
                     " goes on; the two files must have a row for a row"};
  }

  Status parse() {
    is_book_bad_ = false;
    const Result<LobsterMessage> message = parse_lobster_message(messages_->text(), day_.units);
    if (!message) return message.error();
    message_ = *message;
    const bool is_repeated =
        message_.type == LobsterType::add && !must_seed_ && book_.has(std::uint64_t(message_.order_id));
    if (is_repeated) return Error{ErrorCode::bad_input, "", "an order with this id rests already"};
    if (!books_) return Done{};
    is_book_bad_ = true;
    std::swap(shown_, before_);
    const Status read = parse_lobster_book(books_->text(), day_.units, shown_);
    if (!read) return read;
    if (depth_ == 0) depth_ = shown_.depth;
    if (shown_.depth == depth_) return Done{};
    return Error{ErrorCode::bad_input, "",
                 "expected " + std::to_string(depth_) + " levels a side as in the rows before, found " +
                     std::to_string(shown_.depth)};
  }

  // The events of the row that was parsed.
  void put_row(EventBatch& out) {
    changes_.clear();
    row_begin_ = out.events.size();
    if (skipped_ > 0) {
      out.events.push_back(skipped_gap(event(Kind::gap), skipped_));
      skipped_ = 0;
    }
    const bool is_first = must_seed_;
    if (must_seed_) {
      seed(out);
      put_changes(out);
    }
    switch (message_.type) {
      case LobsterType::add:
        book_.add(std::uint64_t(message_.order_id), message_.side, message_.price, message_.qty, changes_);
        break;
      case LobsterType::partial_cancel:
      case LobsterType::remove:
      case LobsterType::execution: take(out); break;
      case LobsterType::hidden_execution:
      case LobsterType::cross: put_trade(out); break;
      case LobsterType::halt: put_status(out); break;
    }
    if (books_) book_.reconcile(shown_, is_first ? nullptr : &before_, changes_);
    put_changes(out);
    mark_last(out);
  }

  void take(EventBatch& out) {
    if (books_) return book_.take(message_, changes_);
    if (book_.has(std::uint64_t(message_.order_id), message_.side, message_.price))
      return book_.take_known(message_, changes_);
    // Of an order that was never announced.
    const bool is_execution = message_.type == LobsterType::execution;
    ++(is_execution ? lone_executions_ : lone_cancels_);
    Event lone = event(Kind::order_action);
    lone.flags |= kFlagSuspicious;
    lone.detail = static_cast<std::uint8_t>(is_execution ? OrderActionType::trade : OrderActionType::cancel);
    OrderAction action =
        action_of(message_.side, std::uint64_t(message_.order_id), message_.price, message_.qty);
    if (is_execution) {
      action.side = static_cast<std::uint32_t>(opposite(message_.side));
      action.venue_flags |= kDoesNotChangeBook;
    }
    lone.set(action);
    out.events.push_back(lone);
  }

  // The book as it stood before this row, which the row itself shows but for what its message changed.
  void seed(EventBatch& out) {
    must_seed_ = false;
    book_.clear();
    Event clear = event(Kind::order_action);
    clear.flags |= kFlagVenueSnapshot;
    clear.detail = static_cast<std::uint8_t>(OrderActionType::clear);
    clear.set(OrderAction{0, kNoPrice, 0, messages_->number(), 0, 0});
    out.events.push_back(clear);
    if (!books_) {
      out.events.push_back(gap_before(event(Kind::gap), GapReason::no_snapshot, Gap{0, 0, 0, kNoTime, 0}));
      return;
    }
    const bool is_add = message_.type == LobsterType::add;
    const bool is_taken = !is_add && message_.type <= LobsterType::execution;
    for (const Side side : {Side::buy, Side::sell}) {
      for (const Level& level : shown_.side(side)) {
        const bool is_changed = side == message_.side && level.price == message_.price;
        const Qty qty = level.qty - (is_changed && is_add ? message_.qty : 0);
        if (qty > 0) book_.add_anonymous(side, level.price, qty, false, changes_);
      }
    }
    if (is_taken) book_.add_anonymous(message_.side, message_.price, message_.qty, false, changes_);
  }

  void put_trade(EventBatch& out) {
    const bool is_cross = message_.type == LobsterType::cross;
    Event trade = event(Kind::trade);
    const Side aggressor = is_cross || !day_.has_hidden_side ? Side::none : opposite(message_.side);
    trade.detail = static_cast<std::uint8_t>(aggressor);
    std::uint64_t conditions = static_cast<std::uint64_t>(message_.type);
    if (is_cross) {
      trade.flags |= kFlagAuction;
      if (message_.order_id < 0 && message_.order_id > -256)
        conditions |= static_cast<std::uint64_t>(-message_.order_id) << 8U;
    }
    trade.set(Trade{message_.price, message_.qty, 0, messages_->number(), conditions});
    out.events.push_back(trade);
  }

  void put_status(EventBatch& out) {
    Event status = event(Kind::status);
    const TradingStatus now = message_.price < 0    ? TradingStatus::halted
                              : message_.price == 0 ? TradingStatus::quoting_only
                                                    : TradingStatus::trading;
    status.detail = static_cast<std::uint8_t>(now);
    status.set(StatusChange{static_cast<std::uint64_t>(message_.price), 0, 0, {}});
    out.events.push_back(status);
  }

  void put_changes(EventBatch& out) {
    for (const LobsterChange& change : changes_) {
      Event made = event(Kind::order_action);
      made.detail = static_cast<std::uint8_t>(change.type);
      if (change.is_restated) made.flags |= kFlagVenueSnapshot;
      if (change.is_doubtful) made.flags |= kFlagSuspicious;
      made.set(action_of(change.side, change.order_id, change.price, change.qty));
      out.events.push_back(made);
    }
    changes_.clear();
  }

  void mark_last(EventBatch& out) const {
    for (std::size_t i = out.events.size(); i > row_begin_; --i) {
      Event& last = out.events[i - 1];
      if (last.kind != Kind::order_action) continue;
      auto action = last.as<OrderAction>();
      action.venue_flags |= kLastOfRow;
      last.set(action);
      return;
    }
  }

  Status finish(EventBatch& out) {
    at_end_ = true;
    if (books_) {
      const Result<bool> more = next_row(*books_);
      if (!more) return more.error();
      if (*more)
        return Error{
            ErrorCode::bad_input, books_->where(),
            "is a row more than " + messages_->name() + " has; the two files must have a row for a row"};
    }
    if (skipped_ > 0 && last_.instrument != kNoInstrument) out.events.push_back(skipped_gap(last_, skipped_));
    put_notes();
    return Done{};
  }

  void put_notes() {
    const LobsterBook::Counts& counts = book_.counts();
    const auto note = [this](std::uint64_t count, const std::string& what) {
      if (count > 0) log_.note(day_.label + ": " + std::to_string(count) + " " + what);
    };
    if (counts.levels_gained + counts.levels_lost > 0)
      log_.note(day_.label + ": reconciled " + std::to_string(counts.levels_gained + counts.levels_lost) +
                " levels that came into view: " + std::to_string(counts.levels_gained) +
                " with an anonymous order, " + std::to_string(counts.levels_lost) + " by taking orders off");
    note(counts.contradictions,
         "levels changed in view without a message: the two files contradict each other");
    note(counts.unknown_cancels,
         "cancellations of orders that were never announced, taken off anonymous orders");
    note(counts.unknown_executions,
         "executions of orders that were never announced, taken off anonymous orders");
    note(counts.corrected_sizes,
         "cancellations or executions of another size than the order was known to have");
    note(lone_cancels_, "cancellations of orders that were never announced, kept as suspicious");
    note(lone_executions_, "executions of orders that were never announced, kept as suspicious prints");
    if (!books_)
      log_.note(day_.label + ": without its orderbook file the book is not whole; put the file beside it");
    if (!day_.has_hidden_side)
      log_.note(day_.label + ": the aggressor of hidden executions is not known since 2014-07-14");
  }

  [[nodiscard]] Event event(Kind kind) const {
    return make_event(kind, day_.instrument, day_.midnight_ts_ns + message_.since_midnight_ns);
  }
  [[nodiscard]] OrderAction action_of(Side side, std::uint64_t id, Price price, Qty qty) const {
    return {id, price, qty, messages_->number(), static_cast<std::uint32_t>(side), 0};
  }

  LobsterDay day_;
  std::unique_ptr<LineReader> messages_;
  std::unique_ptr<LineReader> books_;  // null: no orderbook file
  ImportLog& log_;
  LobsterBook book_;
  LobsterMessage message_;
  LobsterShown shown_;
  LobsterShown before_;
  std::vector<LobsterChange> changes_;
  Event last_;
  std::size_t depth_ = 0;
  std::size_t row_begin_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t lone_cancels_ = 0;
  std::uint64_t lone_executions_ = 0;
  bool must_seed_ = true;
  bool is_book_bad_ = false;
  bool at_end_ = false;
};

class Opener {
 public:
  explicit Opener(const ImportOptions& options)
      : options_(options), log_(std::make_unique<ImportLog>(options.skip_bad)) {}

  ImportResult open() {
    if (const Status known = check_settings(options_.set, {"date"}); !known) return known.error();
    Result<TimeZone> zone = TimeZone::load("America/New_York");
    if (!zone) return zone.error();
    for (const std::string& path : options_.paths) {
      const Result<std::vector<std::string>> streams = list_streams(path);
      if (!streams) return streams.error();
      for (const std::string& stream : *streams) {
        if (const Status added = add(stream, *streams, *zone); !added) return added.error();
      }
    }
    if (days_.empty()) {
      std::string why = "no LOBSTER message file found, which has \"message\" in its name";
      for (const std::string& note : log_->summary().notes) why += "; " + note;
      return Error{ErrorCode::bad_input, options_.paths.empty() ? "" : options_.paths.front(), why};
    }
    return settle();
  }

 private:
  Status add(const std::string& stream, const std::vector<std::string>& beside, const TimeZone& zone) {
    switch (lobster_file_of(stream)) {
      case LobsterFile::message: break;
      case LobsterFile::orderbook: return Done{};  // read with its message file
      case LobsterFile::other: {
        const bool is_meant = beside.size() == 1 && find_setting(options_.set, "", "symbol") != nullptr;
        if (is_meant) break;
        log_->note("left out: " + file_name(stream));
        return Done{};
      }
    }
    LobsterDay day;
    day.message_stream = stream;
    day.orderbook_stream = find_orderbook(stream, beside);
    if (const Status named = name(day, zone); !named) return named;
    days_.push_back(std::move(day));
    return Done{};
  }

  static std::string file_name(const std::string& stream) {
    return stream.substr(stream.find_last_of("/#") + 1);
  }

  // The orderbook file of the same name, among what was named or next to the message file; empty if none.
  [[nodiscard]] std::string find_orderbook(const std::string& stream,
                                           const std::vector<std::string>& beside) const {
    if (lobster_file_of(stream) != LobsterFile::message) return {};
    const std::string wanted = lobster_orderbook_of(stream);
    const auto is_in = [](const std::vector<std::string>& list, const std::string& name) {
      return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (is_in(beside, wanted)) return wanted;
    for (const std::string& path : options_.paths) {
      if (file_name(path) == file_name(wanted)) return path;
    }
    // Not named, but there; perhaps compressed otherwise than the message file.
    std::string plain = wanted;
    for (const std::string_view end : {".gz", ".zst"}) {
      if (plain.ends_with(end)) plain.resize(plain.size() - end.size());
    }
    for (const std::string& candidate : {wanted, plain, plain + ".gz", plain + ".zst"}) {
      if (ByteReader::open(candidate)) return candidate;
    }
    return std::string();
  }

  // Symbol, day and instrument.
  Status name(LobsterDay& day, const TimeZone& zone) {
    const std::optional<LobsterName> said = parse_lobster_name(day.message_stream);
    const std::string* date = find_setting(options_.set, said ? said->symbol : "", "date");
    const std::string* symbol = find_setting(options_.set, "", "symbol");
    if (!said && (date == nullptr || symbol == nullptr)) {
      return Error{
          ErrorCode::bad_input, day.message_stream,
          "the name says no symbol and date, as AMZN_2012-06-21_34200000_57600000_message_5.csv does; "
          "--set symbol=AMZN --set date=2012-06-21"};
    }
    day.symbol = said ? said->symbol : *symbol;
    const Result<TimeNs> local =
        date != nullptr ? parse_time(*date) : from_civil({said->year, said->month, said->day, 0, 0, 0, 0});
    if (!local || *local % kDay != 0) {
      return Error{ErrorCode::bad_input, date != nullptr ? "setting date" : day.message_stream,
                   "expected a date like 2012-06-21, found \"" +
                       (date != nullptr ? *date : file_name(day.message_stream)) + "\""};
    }
    // No trading day holds a change of clocks, so that noon tells the offset of all of it.
    const Result<TimeZone::Utc> noon = zone.to_utc(*local + kDay / 2);
    if (!noon) return noon.error();
    day.midnight_ts_ns = noon->ts_ns - kDay / 2;
    day.label = day.symbol + " " + format_time(*local).substr(0, 10);
    day.has_hidden_side = *local < *from_civil(kNoHiddenSideFrom);
    if (!labels_.insert(day.label).second) {
      return Error{ErrorCode::bad_input, day.message_stream,
                   "is a second message file of " + day.label + "; name one of them"};
    }
    const auto found = std::find(symbols_.begin(), symbols_.end(), day.symbol);
    day.instrument = static_cast<InstrumentId>(found - symbols_.begin());
    if (found == symbols_.end()) symbols_.push_back(day.symbol);
    return Done{};
  }

  ImportResult settle() {
    std::vector<Instrument> instruments;
    for (const std::string& symbol : symbols_) {
      Instrument instrument;
      instrument.symbol = symbol;
      instrument.venue = "xnas";
      instrument.base = symbol;
      instrument.quote = "USD";
      instrument.kind = InstrumentKind::equity;
      if (const Status set = apply_settings(options_.set, Scales{kWireScale, 0, 1}, instrument); !set)
        return set.error();
      instruments.push_back(std::move(instrument));
    }
    std::vector<LateInput> inputs;
    for (LobsterDay& day : days_) {
      const Instrument& instrument = instruments[day.instrument];
      day.units = {pow10(instrument.price_scale - kWireScale), pow10(instrument.qty_scale)};
      ImportLog& log = *log_;
      inputs.push_back({day.midnight_ts_ns, [day, &log]() -> Result<std::unique_ptr<EventStream>> {
                          Result<std::unique_ptr<LineReader>> messages = LineReader::open(day.message_stream);
                          if (!messages) return messages.error();
                          std::unique_ptr<LineReader> books;
                          if (!day.orderbook_stream.empty()) {
                            auto opened = LineReader::open(day.orderbook_stream);
                            if (!opened) return opened.error();
                            books = std::move(opened).value();
                          }
                          return std::unique_ptr<EventStream>(std::make_unique<DayStream>(
                              day, std::move(messages).value(), std::move(books), log));
                        }});
    }
    return std::make_unique<Import>(options_, std::move(instruments), 0, std::move(log_),
                                    std::make_unique<MergedStream>(std::move(inputs)));
  }

  const ImportOptions& options_;
  std::unique_ptr<ImportLog> log_;
  std::vector<LobsterDay> days_;
  std::vector<std::string> symbols_;
  std::set<std::string> labels_;
};

}  // namespace

ImportResult open_lobster(const ImportOptions& options) {
  return Opener(options).open();
}

}  // namespace lockstep::feeds
