// One day of a LOBSTER pair of files, row by row: the message, the book before it and the book after it. A
// reader of its own, so that the importer is checked against something else than itself. Prices are in
// 1/10,000 dollar as in the files. It keeps two rows and no more.
//
//   LobsterDay day(lobster_zip(5));
//   while (day.next()) { day.message(); day.before(); day.after(); }
//   ASSERT_EQ(day.problem(), "");
#pragma once

#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/event/event.h"
#include "feeds/files/input.h"
#include "tests/support/data.h"

namespace lockstep::test {

/// The zip of the AMZN day of 2012-06-21 with 1 or 5 levels.
inline std::string lobster_zip(int levels) {
  return (data_dir() / "lobster/full_day" /
          ("LOBSTER_SampleFile_AMZN_2012-06-21_" + std::to_string(levels) + ".zip"))
      .string();
}

struct LobsterRow {
  DurationNs since_midnight_ns = 0;  ///< New York
  int type = 0;  ///< 1 add, 2 partial cancel, 3 delete, 4 execution, 5 hidden execution, 6 cross, 7 halt
  std::int64_t order_id = 0;
  Qty qty = 0;
  Price price = 0;
  Side side = Side::none;  ///< of the resting order
};

struct LobsterView {
  std::vector<Level> bids;  ///< best first; empty places left out
  std::vector<Level> asks;

  [[nodiscard]] const std::vector<Level>& side(Side side) const { return side == Side::buy ? bids : asks; }
  /// 0 where the view shows nothing at the price.
  [[nodiscard]] Qty qty_at(Side at, Price price) const {
    for (const Level& level : side(at)) {
      if (level.price == price) return level.qty;
    }
    return 0;
  }
};

class LobsterDay {
 public:
  /// `zip` holds one pair; or both streams are named (see feeds/files/input.h).
  explicit LobsterDay(const std::string& zip) {
    const Result<std::vector<std::string>> streams = feeds::list_streams(zip);
    std::string message;
    std::string orderbook;
    for (const std::string& stream : streams ? *streams : std::vector<std::string>()) {
      if (stream.find("_message_") != std::string::npos) message = stream;
      if (stream.find("_orderbook_") != std::string::npos) orderbook = stream;
    }
    open(message, orderbook);
  }
  LobsterDay(const std::string& message, const std::string& orderbook) { open(message, orderbook); }

  /// False at the end, or at a problem.
  bool next() {
    if (!problem_.empty()) return false;
    std::swap(before_, after_);
    const Result<bool> message = messages_->next();
    const Result<bool> book = books_->next();
    if (!message || !book) problem_ = !message ? message.error().text() : book.error().text();
    if (problem_.empty() && *message != *book) problem_ = "one file has more rows than the other";
    if (!problem_.empty() || !*message) return false;
    ++row_;
    read_message(messages_->text());
    read_book(books_->text());
    return problem_.empty();
  }

  /// From 1.
  [[nodiscard]] std::uint64_t row() const { return row_; }
  [[nodiscard]] const LobsterRow& message() const { return message_; }
  /// Empty before the first row, which is not the same as an empty market: see has_before().
  [[nodiscard]] const LobsterView& before() const { return before_; }
  [[nodiscard]] bool has_before() const { return row_ > 1; }
  [[nodiscard]] const LobsterView& after() const { return after_; }
  /// Places a side in each row.
  [[nodiscard]] std::size_t depth() const { return depth_; }
  /// "" while all is well.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void open(const std::string& message, const std::string& orderbook) {
    auto messages = feeds::LineReader::open(message);
    auto books = feeds::LineReader::open(orderbook);
    if (!messages || !books) {
      problem_ = !messages ? messages.error().text() : books.error().text();
      return;
    }
    messages_ = std::move(messages).value();
    books_ = std::move(books).value();
  }

  // All numbers of a row; a decimal point is left out, so that 34200.5 is 34200 and then 5.
  void numbers(std::string_view text) {
    numbers_.clear();
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    while (at < end) {
      std::int64_t value = 0;
      const auto [stop, code] = std::from_chars(at, end, value);
      if (code != std::errc()) {
        problem_ = "row " + std::to_string(row_) + ": no number";
        return;
      }
      numbers_.push_back(value);
      if (*at != '-' && stop < end && *stop == '.') {
        std::int64_t nanos = 0;
        int digits = 0;
        for (at = stop + 1; at < end && *at != ','; ++at, ++digits) {
          if (digits < 9) nanos = nanos * 10 + (*at - '0');
          if (digits == 9 && *at >= '5') ++nanos;  // binary noise: 43002.632812672004
        }
        for (; digits < 9; ++digits) nanos *= 10;
        numbers_.back() = numbers_.back() * kSecond + nanos;
      } else {
        at = stop;
      }
      if (at < end) ++at;  // the comma
    }
  }

  void read_message(std::string_view text) {
    numbers(text);
    if (numbers_.size() != 6) problem_ = "row " + std::to_string(row_) + ": no message";
    if (!problem_.empty()) return;
    message_ = {numbers_[0], static_cast<int>(numbers_[1]),           numbers_[2], numbers_[3],
                numbers_[4], numbers_[5] > 0 ? Side::buy : Side::sell};
    // Without decimals it was left as seconds.
    if (text.substr(0, text.find(',')).find('.') == std::string_view::npos)
      message_.since_midnight_ns *= kSecond;
  }

  void read_book(std::string_view text) {
    numbers(text);
    if (numbers_.empty() || numbers_.size() % 4 != 0) problem_ = "row " + std::to_string(row_) + ": no book";
    if (!problem_.empty()) return;
    depth_ = numbers_.size() / 4;
    after_.bids.clear();
    after_.asks.clear();
    for (std::size_t i = 0; i < numbers_.size(); i += 4) {
      if (numbers_[i + 1] > 0) after_.asks.push_back({numbers_[i], numbers_[i + 1]});
      if (numbers_[i + 3] > 0) after_.bids.push_back({numbers_[i + 2], numbers_[i + 3]});
    }
  }

  std::unique_ptr<feeds::LineReader> messages_;
  std::unique_ptr<feeds::LineReader> books_;
  std::vector<std::int64_t> numbers_;
  LobsterRow message_;
  LobsterView before_;
  LobsterView after_;
  std::uint64_t row_ = 0;
  std::size_t depth_ = 0;
  std::string problem_;
};

}  // namespace lockstep::test
