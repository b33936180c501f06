#include "feeds/files/csv_rows.h"

#include <algorithm>

#include "engine/core/decimal.h"
#include "feeds/files/contract_name.h"
#include "feeds/files/csv_book.h"
#include "feeds/files/csv_format.h"
#include "feeds/files/instruments.h"

namespace lockstep::feeds {
namespace {

Result<BarSpec> spec_of_length(DurationNs length_ns) {
  constexpr std::array<std::pair<BarUnit, DurationNs>, 4> kUnits = {
      {{BarUnit::day, kDay}, {BarUnit::hour, kHour}, {BarUnit::minute, kMinute}, {BarUnit::second, kSecond}}};
  if (length_ns == 7 * kDay) return BarSpec{BarUnit::week, 1, BarSide::trade};
  if (length_ns >= 28 * kDay && length_ns <= 31 * kDay) return BarSpec{BarUnit::month, 1, BarSide::trade};
  for (const auto& [unit, unit_ns] : kUnits) {
    if (length_ns <= 0 || length_ns % unit_ns != 0 || length_ns / unit_ns > 200) continue;
    const BarSpec spec{unit, static_cast<std::uint8_t>(length_ns / unit_ns), BarSide::trade};
    const Result<std::uint8_t> packed = pack(spec);
    if (!packed) return packed.error();
    return spec;
  }
  return Error{
      ErrorCode::bad_input, "",
      "the bar's first and last moment lie " + format_duration(length_ns) + " apart, no usual length"};
}

class Bars final : public CsvFormat {
 public:
  using CsvFormat::CsvFormat;

 protected:
  void see(CsvContract& contract) override {
    for (const CsvRole role : kPrices) contract.seen.see_price(field(role));
    if (has(CsvRole::volume)) contract.seen.see_qty(field(CsvRole::volume));
  }
  Status read(CsvContract& contract, const CsvTimes& times, EventBatch& out) override {
    std::array<Price, 4> prices{};
    for (std::size_t i = 0; i < 4; ++i) {
      const Result<Price> price = read_price(contract, kPrices[i]);
      if (!price) return price.error();
      prices[i] = *price;
    }
    const Result<Qty> volume = has(CsvRole::volume) ? read_size(contract, field(CsvRole::volume)) : Qty{0};
    if (!volume) return volume.error();
    Result<BarSpec> spec =
        file_.map.period ? *file_.map.period : spec_of_length(times.end_ts_ns - times.ts_ns);
    if (!spec) return spec.error();
    spec->side = file_.map.price_side;
    const Result<std::uint8_t> detail = pack(*spec);
    if (!detail) return detail.error();
    const Bar bar{prices[0], prices[1], prices[2], prices[3], *volume};
    Event event = make(Kind::bar, contract, times);
    event.detail = *detail;
    if (is_odd(bar)) event.flags |= kFlagSuspicious;
    event.set(bar);
    out.events.push_back(event);
    return Done{};
  }

 private:
  static constexpr std::array<CsvRole, 4> kPrices = {CsvRole::open, CsvRole::high, CsvRole::low,
                                                     CsvRole::close};
};

class Trades final : public CsvFormat {
 public:
  using CsvFormat::CsvFormat;

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
    const Result<Side> side = aggressor();
    if (!side) return side.error();
    Event event = make(Kind::trade, contract, times);
    event.detail = static_cast<std::uint8_t>(*side);
    Trade trade{*price, *qty, 0, 0, 0};
    if (has(CsvRole::id)) {
      const std::optional<std::uint64_t> id = read_trade_id(field(CsvRole::id));
      trade.trade_id = id.value_or(0);
      if (!id) note_odd_trade_id(contract.instrument, log_);
    }
    event.set(trade);
    out.events.push_back(event);
    return Done{};
  }

 private:
  [[nodiscard]] Result<Side> aggressor() const {
    if (has(CsvRole::side)) {
      const std::string text = lower(field(CsvRole::side));
      if (text == "buy" || text == "b") return Side::buy;
      if (text == "sell" || text == "s") return Side::sell;
      if (text.empty() || text == "unknown" || text == "none") return Side::none;
      return Error{ErrorCode::bad_input, "", "expected buy or sell, found \"" + text + "\""};
    }
    if (has(CsvRole::buyer_is_maker)) {
      const Result<bool> is_maker = read_bool(field(CsvRole::buyer_is_maker));
      if (!is_maker) return is_maker.error();
      return *is_maker ? Side::sell : Side::buy;
    }
    return Side::none;
  }
};

class Quotes final : public CsvFormat {
 public:
  using CsvFormat::CsvFormat;

 protected:
  void see(CsvContract& contract) override {
    for (const CsvRole role : {CsvRole::bid, CsvRole::ask}) contract.seen.see_price(field(role));
    for (const CsvRole role : {CsvRole::bid_qty, CsvRole::ask_qty}) {
      contract.seen.see_qty(has(role) ? field(role) : std::string_view(file_.quote_qty));
    }
  }
  Status read(CsvContract& contract, const CsvTimes& times, EventBatch& out) override {
    Quote quote{kNoPrice, kNoPrice, 0, 0, 0};
    if (const Status bid = side(contract, CsvRole::bid, CsvRole::bid_qty, quote.bid_price, quote.bid_qty);
        !bid)
      return bid;
    if (const Status ask = side(contract, CsvRole::ask, CsvRole::ask_qty, quote.ask_price, quote.ask_qty);
        !ask)
      return ask;
    Event event = make(Kind::quote, contract, times);
    const bool is_crossed =
        quote.bid_price != kNoPrice && quote.ask_price != kNoPrice && quote.bid_price > quote.ask_price;
    if (is_crossed) event.flags |= kFlagSuspicious;
    event.set(quote);
    out.events.push_back(event);
    return Done{};
  }

 private:
  // An empty price says that the side is absent.
  Status side(CsvContract& contract, CsvRole price_role, CsvRole qty_role, Price& price_out, Qty& qty_out) {
    if (field(price_role).empty()) return Done{};
    const Result<Price> price = read_price(contract, price_role);
    if (!price) return price.error();
    const std::string_view text = has(qty_role) ? field(qty_role) : std::string_view(file_.quote_qty);
    const Result<Qty> qty = text.empty() ? Qty{0} : read_size(contract, text);
    if (!qty) return qty.error();
    if (*qty == 0 && !has(qty_role)) {
      note_quotes_without_size(contract.instrument, log_);
    }
    price_out = *price;
    qty_out = *qty;
    return Done{};
  }
};

class FundingRows final : public CsvFormat {
 public:
  using CsvFormat::CsvFormat;

 protected:
  void see(CsvContract& contract) override {
    if (has(CsvRole::mark)) contract.seen.see_price(field(CsvRole::mark));
  }
  Status read(CsvContract& contract, const CsvTimes& times, EventBatch& out) override {
    const Result<ScaledNumber> rate = read_own_scale(field(CsvRole::rate));
    if (!rate) return rate.error();
    Funding funding{rate->value, times.end_ts_ns, 0, kNoPrice, file_.map.is_paid ? 1U : 0U};
    if (has(CsvRole::interval)) {
      const Result<std::int64_t> hours = parse_decimal(field(CsvRole::interval), 0);
      if (!hours || *hours < 0 || *hours > 1000) {
        return Error{
            ErrorCode::bad_input, "",
            "expected an interval in whole hours, found \"" + std::string(field(CsvRole::interval)) + "\""};
      }
      funding.interval_ns = *hours * kHour;
    }
    if (has(CsvRole::mark) && !field(CsvRole::mark).empty()) {
      const Result<Price> mark = read_price(contract, CsvRole::mark);
      if (!mark) return mark.error();
      funding.mark_price = *mark;
    }
    Event event = make(Kind::funding, contract, times);
    event.detail = rate->scale;
    event.set(funding);
    out.events.push_back(event);
    return Done{};
  }
};

}  // namespace

std::shared_ptr<CsvContract> CsvContracts::find_or_add(std::string_view venue, std::string_view symbol,
                                                       const CsvMap& map) {
  const std::pair<std::string, std::string> name(venue, symbol);
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  auto contract = std::make_shared<CsvContract>();
  contract->id = static_cast<InstrumentId>(in_order_.size());
  contract->instrument.symbol = symbol;
  contract->instrument.venue = venue;
  const std::optional<CurrencyPair> pair = map.has_pairs ? split_pair(symbol) : std::nullopt;
  if (pair) {
    contract->instrument.base = pair->base;
    contract->instrument.quote = pair->quote;
  }
  contract->defaults = map.defaults;
  in_order_.push_back(contract);
  by_name_.emplace(name, contract);
  return contract;
}

Result<std::vector<Instrument>> CsvContracts::settle(const ImportOptions& options, ImportLog& log) {
  std::vector<Instrument> instruments;
  for (const std::shared_ptr<CsvContract>& contract : in_order_) {
    std::map<std::string, std::string> set = options.set;
    for (const auto& [key, value] : contract->defaults) set.emplace(key, value);
    const std::string symbol = contract->instrument.symbol;
    if (find_setting(set, symbol, "kind") == nullptr) {
      log.note(symbol +
               ": the file does not say what kind of instrument it is: counted as spot; --set kind=KIND");
    }
    contract->seen.qty = choose_qty_scale(contract->seen);
    if (const Status applied = apply_settings(set, contract->seen, contract->instrument); !applied)
      return applied.error();
    if (contract->instrument.quote.empty()) {
      log.note(
          symbol +
          ": the file does not say in which currency it is priced: none is recorded; --set quote=CURRENCY");
    }
    instruments.push_back(contract->instrument);
  }
  return instruments;
}

std::shared_ptr<RowFormat> make_csv_format(CsvFile file, CsvContracts& contracts, LatencyStats& latency,
                                           ImportLog& log) {
  switch (file.map.rows) {
    case CsvRows::bars: return std::make_shared<Bars>(std::move(file), contracts, latency, log);
    case CsvRows::trades: return std::make_shared<Trades>(std::move(file), contracts, latency, log);
    case CsvRows::quotes: return std::make_shared<Quotes>(std::move(file), contracts, latency, log);
    case CsvRows::funding: return std::make_shared<FundingRows>(std::move(file), contracts, latency, log);
    case CsvRows::snapshots:
    case CsvRows::book: break;
  }
  return make_csv_book_format(std::move(file), contracts, latency, log);
}

}  // namespace lockstep::feeds
