#include "feeds/files/csv_book.h"

#include "feeds/files/csv_format.h"

namespace lockstep::feeds {
namespace {

Event book_event(Event event, BookUpdate update, BookAction action, const std::vector<Level>& bids,
                 const std::vector<Level>& asks, EventBatch& out) {
  update.first_level = static_cast<std::uint32_t>(out.levels.size());
  update.bid_count = static_cast<std::uint32_t>(bids.size());
  update.ask_count = static_cast<std::uint32_t>(asks.size());
  out.levels.insert(out.levels.end(), bids.begin(), bids.end());
  out.levels.insert(out.levels.end(), asks.begin(), asks.end());
  event.detail = static_cast<std::uint8_t>(action);
  event.set(update);
  return event;
}

class Snapshots final : public CsvFormat {
 public:
  using CsvFormat::CsvFormat;

 protected:
  void see(CsvContract& contract) override {
    const auto& levels = file_.binding.levels;
    for (std::size_t side = 0; side < 4; side += 2) {
      for (std::size_t i = 0; i < levels[side].size(); ++i) {
        contract.seen.see_price(at(levels[side][i]));
        contract.seen.see_qty(at(levels[side + 1][i]));
      }
    }
  }
  Status read(CsvContract& contract, const CsvTimes& times, EventBatch& out) override {
    std::array<std::vector<Level>, 2> sides;
    for (std::size_t side = 0; side < 2; ++side) {
      const std::vector<int>& prices = file_.binding.levels[side * 2];
      const std::vector<int>& sizes = file_.binding.levels[side * 2 + 1];
      for (std::size_t i = 0; i < prices.size(); ++i) {
        if (at(prices[i]).empty()) continue;  // the book was shorter
        const Result<Price> price = parse_decimal(at(prices[i]), contract.instrument.price_scale);
        if (!price) return price.error();
        const Result<Qty> qty = read_size(contract, at(sizes[i]));
        if (!qty) return qty.error();
        if (*qty > 0) sides[side].push_back({*price, *qty});
      }
    }
    BookUpdate update{};
    update.depth = static_cast<std::uint32_t>(file_.binding.levels[0].size());
    out.events.push_back(
        book_event(make(Kind::book, contract, times), update, BookAction::snapshot, sides[0], sides[1], out));
    return Done{};
  }
};

class BookRows final : public CsvFormat {
 public:
  using CsvFormat::CsvFormat;

  void finish(EventBatch& out) override { flush(out); }

 protected:
  void see(CsvContract& contract) override {
    contract.seen.see_price(field(CsvRole::price));
    contract.seen.see_qty(field(CsvRole::qty));
  }

  Status read(CsvContract& contract, const CsvTimes& times, EventBatch& out) override {
    const Result<Price> price = read_price(contract, CsvRole::price);
    if (!price) return price.error();
    const Result<Qty> qty = read_size(contract, field(CsvRole::qty));
    if (!qty) return qty.error();
    const Result<bool> bid = is_bid();
    if (!bid) return bid.error();
    const Result<bool> snapshot = is_snapshot();
    if (!snapshot) return snapshot.error();
    Message row;
    row.contract = &contract;
    row.times = times;
    row.is_snapshot = *snapshot;
    for (const auto& [role, into] :
         {std::pair(CsvRole::first_id, &row.first_id), std::pair(CsvRole::last_id, &row.last_id),
          std::pair(CsvRole::prev_id, &row.prev_id)}) {
      if (const Status read_id = id(role, *into); !read_id) return read_id;
    }
    if (!pending_.belongs_with(row)) {
      flush(out);
      pending_ = std::move(row);
    }
    // A level of quantity 0 deletes; in a snapshot there is nothing to delete.
    if (*qty > 0 || !*snapshot) (*bid ? pending_.bids : pending_.asks).push_back({*price, *qty});
    return Done{};
  }

 private:
  struct Message {
    CsvContract* contract = nullptr;
    CsvTimes times;
    bool is_snapshot = false;
    std::uint64_t first_id = 0;
    std::uint64_t last_id = 0;
    std::uint64_t prev_id = 0;
    std::vector<Level> bids;
    std::vector<Level> asks;

    [[nodiscard]] bool belongs_with(const Message& row) const {
      return contract == row.contract && times.ts_ns == row.times.ts_ns &&
             times.recv_ts_ns == row.times.recv_ts_ns && is_snapshot == row.is_snapshot &&
             first_id == row.first_id && last_id == row.last_id && prev_id == row.prev_id;
    }
  };

  [[nodiscard]] Result<bool> is_bid() const {
    const std::string text = lower(field(CsvRole::side));
    if (text == "bid" || text == "b" || text == "buy") return true;
    if (text == "ask" || text == "a" || text == "sell" || text == "s") return false;
    return Error{ErrorCode::bad_input, "", "expected bid or ask, found \"" + text + "\""};
  }
  [[nodiscard]] Result<bool> is_snapshot() const {
    if (!has(CsvRole::snapshot)) return false;
    const std::string text = lower(field(CsvRole::snapshot));
    if (text == "snap" || text == "snapshot") return true;
    if (text == "set" || text == "delta" || text == "update") return false;
    return read_bool(text);
  }
  // -1 or nothing: the venue states none.
  Status id(CsvRole role, std::uint64_t& out) const {
    const std::string_view text = field(role);
    if (text.empty() || text == "-1") return Done{};
    const Result<std::int64_t> value = parse_decimal(text, 0);
    if (!value || *value < 0)
      return Error{ErrorCode::bad_input, "", "expected an update id, found \"" + std::string(text) + "\""};
    out = static_cast<std::uint64_t>(*value);
    return Done{};
  }

  void flush(EventBatch& out) {
    if (pending_.contract == nullptr) return;
    const Message message = std::move(pending_);
    pending_ = {};
    if (!join(message, out)) return;
    const BookUpdate update{0, 0, 0, 0, message.first_id, message.last_id, message.prev_id};
    Event event = make(Kind::book, *message.contract, message.times);
    if (message.is_snapshot) event.flags |= kFlagVenueSnapshot;
    out.events.push_back(book_event(event, update,
                                    message.is_snapshot ? BookAction::snapshot : BookAction::diff,
                                    message.bids, message.asks, out));
  }

  // Keeps track of the ids, and says so where they break. False for a difference that the snapshot already
  // holds.
  bool join(const Message& message, EventBatch& out) {
    CsvContract& book = *message.contract;
    const std::uint64_t before = book.last_update_id;
    if (message.is_snapshot) {
      book.has_book = true;
      book.is_after_snapshot = true;
      book.last_update_id = message.last_id;
      return true;
    }
    if (!book.has_book) {
      book.has_book = true;  // said once
      gap(message, GapReason::no_snapshot, 0, message.first_id, out);
    } else if (message.last_id != 0 && before != 0) {
      if (book.is_after_snapshot && message.last_id < before) {
        log_.note(book.instrument.symbol + ": differences older than the snapshot before them left out");
        return false;
      }
      const bool joins = book.is_after_snapshot ? message.first_id <= before + 1
                         : message.prev_id != 0 ? message.prev_id == before
                                                : message.first_id == 0 || message.first_id == before + 1;
      if (!joins) gap(message, GapReason::sequence, before + 1, message.first_id, out);
    }
    book.is_after_snapshot = false;
    book.last_update_id = message.last_id;
    return true;
  }

  void gap(const Message& message, GapReason reason, std::uint64_t expected, std::uint64_t found,
           EventBatch& out) const {
    const Event next = make(Kind::book, *message.contract, message.times);
    out.events.push_back(gap_before(next, reason, Gap{expected, found, 0, kNoTime, 0}));
  }

  Message pending_;
};

}  // namespace

std::shared_ptr<RowFormat> make_csv_book_format(CsvFile file, CsvContracts& contracts, LatencyStats& latency,
                                                ImportLog& log) {
  if (file.map.rows == CsvRows::snapshots)
    return std::make_shared<Snapshots>(std::move(file), contracts, latency, log);
  return std::make_shared<BookRows>(std::move(file), contracts, latency, log);
}

}  // namespace lockstep::feeds
