#include "feeds/files/lean_rows.h"

#include <algorithm>
#include <array>

#include "engine/core/decimal.h"
#include "feeds/files/lean_universe.h"

namespace lockstep::feeds {
namespace {

using Fields = std::vector<std::string_view>;

/// What every LEAN row has: a comma-separated line that begins with a time.
class LeanFormat : public RowFormat {
 public:
  LeanFormat(LeanFile file, ImportLog& log) : file_(std::move(file)), log_(log) {}

  void scan(std::string_view row, RowScan& out) final {
    split_fields(row, ',', fields_);
    const Result<TimeNs> ts = time(fields_[0]);
    if (ts) out.see_order_time(*ts);
    see(fields_);
  }
  Status parse(std::string_view row, EventBatch& out) final {
    split_fields(row, ',', fields_);
    const Result<TimeNs> ts = time(fields_[0]);
    if (!ts) return ts.error();
    return read(*ts, fields_, out);
  }

 protected:
  virtual void see(const Fields& fields) = 0;
  virtual Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) = 0;
  /// When the row is known: the end of a bar.
  [[nodiscard]] virtual bool is_bar() const { return false; }

  [[nodiscard]] const Instrument& instrument() const { return file_.contract->instrument; }
  Event event(Kind kind, TimeNs ts_ns) const { return make_event(kind, file_.contract->id, ts_ns); }

  void see_price(std::string_view text) const {
    if (text.empty()) return;
    if (!file_.path.has_scaled_prices()) return file_.contract->seen.see_price(text);
    const Result<int> decimals = decimals_needed(text);
    if (decimals) file_.contract->seen.price = std::max(file_.contract->seen.price, 4 + *decimals);
  }
  void see_qty(std::string_view text) const {
    if (!text.empty()) file_.contract->seen.see_qty(text);
  }
  [[nodiscard]] Result<Price> price(std::string_view text) const {
    return parse_decimal(text, instrument().price_scale - (file_.path.has_scaled_prices() ? 4 : 0));
  }
  Result<Qty> qty(std::string_view text) const {
    return read_size(text, instrument(), file_.contract->is_rounded, log_);
  }

  static Error wrong_count(const Fields& fields, const std::string& expected) {
    return {ErrorCode::bad_input, "",
            "expected " + expected + ", found " + std::to_string(fields.size()) + " fields"};
  }

  LeanFile file_;
  ImportLog& log_;

 private:
  // Milliseconds since local midnight, or YYYYMMDD with a time of day.
  [[nodiscard]] Result<TimeNs> local_time(std::string_view text) const {
    CivilTime civil;
    DurationNs since_midnight_ns = 0;
    std::string_view date = text;
    if (file_.path.date != 0) {
      const Result<std::int64_t> ns = parse_decimal(text, 6);
      if (!ns || *ns < 0 || *ns > kDay) {
        return Error{ErrorCode::bad_input, "",
                     "expected milliseconds since midnight, found \"" + std::string(text) + "\""};
      }
      since_midnight_ns = *ns;
      civil.year = file_.path.date / 10'000;
      civil.month = file_.path.date / 100 % 100;
      civil.day = file_.path.date % 100;
    } else {
      const auto bad = [&] {
        return Error{ErrorCode::bad_input, "",
                     "expected a time like 20140605 09:30, found \"" + std::string(text) + "\""};
      };
      if (date.size() < 8) return bad();
      // Any time of day is read by the RFC 3339 reader once the date has its dashes.
      std::string iso = std::string(date.substr(0, 4)) + "-" + std::string(date.substr(4, 2)) + "-" +
                        std::string(date.substr(6));
      const Result<TimeNs> local = parse_time(iso);
      if (!local) return bad();
      return *local;
    }
    const Result<TimeNs> midnight = from_civil(civil);
    if (!midnight) return midnight.error();
    return *midnight + since_midnight_ns;
  }

  [[nodiscard]] Result<TimeNs> utc(TimeNs local_ns) const {
    const Result<TimeZone::Utc> utc = file_.zone->to_utc(local_ns);
    if (!utc) return utc.error();
    if (utc->is_ambiguous)
      log_.note("local times that occur twice when daylight saving ends: taken as the first");
    return utc->ts_ns;
  }

  [[nodiscard]] Result<TimeNs> time(std::string_view text) const {
    const Result<TimeNs> local = local_time(text);
    if (!local) return local.error();
    if (*local > kEndOfTime - 4 * kDay)
      return Error{ErrorCode::overflow, "", "the time leaves the years 1677 to 2262"};
    // What a daily row says is known when its day is over, bar or not.
    const bool is_daily = file_.path.unit == BarUnit::day || file_.path.rows == LeanRows::factors;
    if (is_daily) return utc(*local + kDay);
    const Result<TimeNs> start = utc(*local);
    if (!start || !is_bar()) return start;
    return *start + bar_length({file_.path.unit, 1, BarSide::trade});
  }

  Fields fields_;
};

class BarFormat : public LeanFormat {
 public:
  using LeanFormat::LeanFormat;

 protected:
  [[nodiscard]] bool is_bar() const override { return true; }
  void see_bar(const Fields& fields, std::size_t at) const {
    for (std::size_t i = at; i < at + 4; ++i) see_price(fields[i]);
    see_qty(fields[at + 4]);
  }
  Result<Event> bar(TimeNs ts_ns, const Fields& fields, std::size_t at, BarSide side) const {
    std::array<Price, 4> prices{};
    for (std::size_t i = 0; i < 4; ++i) {
      const Result<Price> parsed = price(fields[at + i]);
      if (!parsed) return parsed.error();
      prices[i] = *parsed;
    }
    const Result<Qty> volume = fields[at + 4].empty() ? Qty{0} : qty(fields[at + 4]);
    if (!volume) return volume.error();
    const Result<std::uint8_t> detail = pack({file_.path.unit, 1, side});
    if (!detail) return detail.error();
    Event out = event(Kind::bar, ts_ns);
    const Bar payload{prices[0], prices[1], prices[2], prices[3], *volume};
    out.detail = *detail;
    if (is_odd(payload)) out.flags |= kFlagSuspicious;
    out.set(payload);
    return out;
  }
};

class TradeBars final : public BarFormat {
 public:
  using BarFormat::BarFormat;

 protected:
  void see(const Fields& fields) override {
    if (fields.size() == 6) see_bar(fields, 1);
  }
  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 6) return wrong_count(fields, "time,open,high,low,close,volume");
    const Result<Event> trade = bar(ts_ns, fields, 1, BarSide::trade);
    if (!trade) return trade.error();
    out.events.push_back(*trade);
    return Done{};
  }
};

// A bar of each side that is there, then the closing quote, so that strategies on quotes run on quote bars as
// well.
class QuoteBars final : public BarFormat {
 public:
  using BarFormat::BarFormat;

 protected:
  void see(const Fields& fields) override {
    if (fields.size() != 11) return;
    see_bar(fields, 1);
    see_bar(fields, 6);
    see_qty(file_.quote_qty);
  }
  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 11)
      return wrong_count(fields, "time, bid open,high,low,close,size, ask open,high,low,close,size");
    Quote quote{kNoPrice, kNoPrice, 0, 0, 0};
    std::array<Event, 3> events;
    std::size_t count = 0;
    for (const auto& [at, side] : {std::pair<std::size_t, BarSide>{1, BarSide::bid}, {6, BarSide::ask}}) {
      if (fields[at].empty() && fields[at + 3].empty()) continue;
      const Result<Event> one = bar(ts_ns, fields, at, side);
      if (!one) return one.error();
      events[count++] = *one;
      const Bar payload = one->as<Bar>();
      Qty size = payload.volume;
      if (size == 0) {
        const Result<Qty> given = size_of_unsized();
        if (!given) return given.error();
        size = *given;
      }
      (side == BarSide::bid ? quote.bid_price : quote.ask_price) = payload.close;
      (side == BarSide::bid ? quote.bid_qty : quote.ask_qty) = size;
    }
    // With neither side the row says that the book was empty, and so does the quote.
    events[count] = event(Kind::quote, ts_ns);
    events[count].set(quote);
    const bool is_crossed =
        quote.bid_price != kNoPrice && quote.ask_price != kNoPrice && quote.bid_price > quote.ask_price;
    if (is_crossed) events[count].flags |= kFlagSuspicious;
    ++count;
    out.events.insert(out.events.end(), events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count));
    return Done{};
  }

 private:
  Result<Qty> size_of_unsized() const {
    if (!file_.quote_qty.empty()) return qty(file_.quote_qty);
    note_quotes_without_size(instrument(), log_);
    return Qty{0};
  }
};

/// Condition code in the low bits, the exchange's letter in the top byte (0 where the exchange is no single
/// letter).
Result<std::uint64_t> read_conditions(std::string_view hex, std::string_view exchange) {
  std::uint64_t bits = 0;
  if (!hex.empty()) {
    const std::optional<std::uint64_t> parsed = read_hex(hex);
    if (!parsed || *parsed >> 56U != 0)
      return Error{ErrorCode::bad_input, "",
                   "the condition \"" + std::string(hex) + "\" is no hex code of 56 bits"};
    bits = *parsed;
  }
  if (exchange.size() == 1) bits |= std::uint64_t{static_cast<unsigned char>(exchange.front())} << 56U;
  return bits;
}

Result<bool> read_flag(std::string_view text) {
  if (text == "0" || text.empty()) return false;
  if (text == "1") return true;
  return Error{ErrorCode::bad_input, "",
               "expected 0 or 1 for suspicious, found \"" + std::string(text) + "\""};
}

class TradeTicks final : public LeanFormat {
 public:
  using LeanFormat::LeanFormat;

 protected:
  void see(const Fields& fields) override {
    if (fields.size() < 3) return;
    see_price(fields[1]);
    see_qty(fields[2]);
  }
  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 3 && fields.size() != 6) {
      return wrong_count(fields, "time,price,size[,exchange,condition,suspicious]");
    }
    const Result<Price> at = price(fields[1]);
    if (!at) return at.error();
    const Result<Qty> size = qty(fields[2]);
    if (!size) return size.error();
    Event trade = event(Kind::trade, ts_ns);
    Trade payload{*at, *size, 0, 0, 0};
    if (fields.size() == 6) {
      const Result<std::uint64_t> conditions = read_conditions(fields[4], fields[3]);
      if (!conditions) return conditions.error();
      payload.conditions = *conditions;
      const Result<bool> suspicious = read_flag(fields[5]);
      if (!suspicious) return suspicious.error();
      if (*suspicious) trade.flags |= kFlagSuspicious;
    }
    trade.set(payload);
    out.events.push_back(trade);
    return Done{};
  }
};

// Equity rows speak of one side of one exchange; the other side is carried forward from the row before. So a
// quote is the top of the exchanges that spoke last, not the national best. A suspicious row is kept, but not
// carried forward.
class QuoteTicks final : public LeanFormat {
 public:
  using LeanFormat::LeanFormat;

 protected:
  // Columns of bid price, bid size, ask price, ask size; 0: the file has no sizes.
  struct Columns {
    std::size_t bid, bid_size, ask, ask_size;
  };
  static Columns columns(const Fields& fields) {
    return fields.size() == 3 ? Columns{1, 0, 2, 0} : Columns{1, 2, 3, 4};
  }

  void see(const Fields& fields) override {
    if (fields.size() != 3 && fields.size() != 5 && fields.size() != 8) return;
    const Columns c = columns(fields);
    for (const std::size_t at : {c.bid, c.ask}) see_price(fields[at]);
    for (const std::size_t at : {c.bid_size, c.ask_size})
      see_qty(at == 0 ? std::string_view(file_.quote_qty) : fields[at]);
  }

  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 3 && fields.size() != 5 && fields.size() != 8) {
      return wrong_count(fields, "time,bid,ask or time,bid,size,ask,size[,exchange,condition,suspicious]");
    }
    const Columns c = columns(fields);
    Quote quote = last_;
    const Result<bool> bid = side(fields, c.bid, c.bid_size, quote.bid_price, quote.bid_qty);
    if (!bid) return bid.error();
    const Result<bool> ask = side(fields, c.ask, c.ask_size, quote.ask_price, quote.ask_qty);
    if (!ask) return ask.error();
    if (!*bid && !*ask) return Error{ErrorCode::bad_input, "", "neither a bid nor an ask"};
    const Result<bool> suspicious = read_flag(fields.size() == 8 ? fields[7] : "0");
    if (!suspicious) return suspicious.error();
    Event event_out = event(Kind::quote, ts_ns);
    if (*suspicious) {
      event_out.flags |= kFlagSuspicious;
    } else {
      last_ = quote;
    }
    event_out.set(quote);
    out.events.push_back(event_out);
    return Done{};
  }

 private:
  // False where the row does not speak of the side.
  Result<bool> side(const Fields& fields, std::size_t price_at, std::size_t size_at, Price& price_out,
                    Qty& qty_out) const {
    if (fields[price_at].empty()) return false;
    const Result<Price> parsed = price(fields[price_at]);
    if (!parsed) return parsed.error();
    if (*parsed == 0) return false;
    const std::string_view size_text = size_at == 0 ? std::string_view(file_.quote_qty) : fields[size_at];
    const Result<Qty> size = size_text.empty() ? Qty{0} : qty(size_text);
    if (!size) return size.error();
    price_out = *parsed;
    qty_out = *size;
    return true;
  }

  Quote last_{kNoPrice, kNoPrice, 0, 0, 0};
};

class OpenInterest final : public LeanFormat {
 public:
  using LeanFormat::LeanFormat;

 protected:
  void see(const Fields& fields) override {
    if (fields.size() == 2) see_qty(fields[1]);
  }
  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 2) return wrong_count(fields, "time,open interest");
    const Result<Qty> value = qty(fields[1]);
    if (!value) return value.error();
    Event statistic = event(Kind::statistic, ts_ns);
    statistic.set(
        Statistic{INT64_MIN, *value, ts_ns, static_cast<std::uint32_t>(StatisticType::open_interest), 0, 0});
    out.events.push_back(statistic);
    return Done{};
  }
};

class MarginInterest final : public LeanFormat {
 public:
  using LeanFormat::LeanFormat;

 protected:
  void see(const Fields&) override {}
  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 2) return wrong_count(fields, "time,rate");
    Event funding = event(Kind::funding, ts_ns);
    const Result<ScaledNumber> rate = read_own_scale(fields[1]);
    if (!rate) return rate.error();
    funding.detail = rate->scale;
    funding.set(Funding{rate->value, ts_ns, 0, kNoPrice, 1});
    out.events.push_back(funding);
    return Done{};
  }
};

// Prices are recorded raw; the factors that adjust all days up to and including the row's come as statistics
// when that day is over. The last row, dated 2050, says that nothing is to be adjusted since, and makes no
// event.
class Factors final : public LeanFormat {
 public:
  using LeanFormat::LeanFormat;

 protected:
  void see(const Fields&) override {}
  Status read(TimeNs ts_ns, const Fields& fields, EventBatch& out) override {
    if (fields.size() != 3 && fields.size() != 4)
      return wrong_count(fields, "date,price factor,split factor[,reference price]");
    std::array<Event, 2> events;
    for (std::size_t i = 0; i < 2; ++i) {
      const Result<ScaledNumber> factor = read_own_scale(fields[i + 1]);
      if (!factor) return factor.error();
      const StatisticType type = i == 0 ? StatisticType::price_factor : StatisticType::split_factor;
      events[i] = event(Kind::statistic, ts_ns);
      events[i].set(
          Statistic{factor->value, INT64_MIN, ts_ns, static_cast<std::uint32_t>(type), factor->scale, 0});
    }
    if (fields[0].starts_with("2050")) return Done{};
    out.events.insert(out.events.end(), events.begin(), events.end());
    return Done{};
  }
};

}  // namespace

std::shared_ptr<RowFormat> make_lean_format(LeanFile file, LeanContracts& contracts, ImportLog& log) {
  switch (file.path.rows) {
    case LeanRows::trade_bar: return std::make_shared<TradeBars>(std::move(file), log);
    case LeanRows::quote_bar: return std::make_shared<QuoteBars>(std::move(file), log);
    case LeanRows::trade_tick: return std::make_shared<TradeTicks>(std::move(file), log);
    case LeanRows::quote_tick: return std::make_shared<QuoteTicks>(std::move(file), log);
    case LeanRows::open_interest: return std::make_shared<OpenInterest>(std::move(file), log);
    case LeanRows::margin_interest: return std::make_shared<MarginInterest>(std::move(file), log);
    case LeanRows::factors: return std::make_shared<Factors>(std::move(file), log);
    case LeanRows::universe: break;
  }
  return make_universe_format(std::move(file), contracts);
}

}  // namespace lockstep::feeds
