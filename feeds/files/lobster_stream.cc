#include "feeds/files/lobster_stream.h"

#include "feeds/files/input.h"
#include "feeds/files/lobster_book.h"
#include "feeds/files/rows.h"

namespace lockstep::feeds {
namespace {

constexpr std::uint32_t kLastOfRow = 128;

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

}  // namespace

Result<std::unique_ptr<EventStream>> open_lobster_day(const LobsterDay& day, ImportLog& log) {
  Result<std::unique_ptr<LineReader>> messages = LineReader::open(day.message_stream);
  if (!messages) return messages.error();
  std::unique_ptr<LineReader> books;
  if (!day.orderbook_stream.empty()) {
    Result<std::unique_ptr<LineReader>> opened = LineReader::open(day.orderbook_stream);
    if (!opened) return opened.error();
    books = std::move(opened).value();
  }
  return std::unique_ptr<EventStream>(
      std::make_unique<DayStream>(day, std::move(messages).value(), std::move(books), log));
}

}  // namespace lockstep::feeds
