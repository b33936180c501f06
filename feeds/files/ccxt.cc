// open_ccxt: trades as one JSON list, read as a stream, in either form:
//
//   [[1570752011620,"13519807",null,"sell",0.00141342,23.0,0.03250866], ...]
//     freqtrade's: time in ms, id, type, side, price, amount, cost
//
//   [{"timestamp":1570752011620,"symbol":"XRP/ETH","id":"13519807","side":"sell","price":0.00141342, ...},
//   ...]
//     ccxt's own
//
// Numbers are taken as they are written. Where `info` holds Binance's own aggTrade, price and amount come
// from there, because what the exchange wrote never was a double. The side is the aggressor's; an order's
// type and the cost are left out.
//
// Instruments are named as ccxt does: XRP/ETH is spot, BTC/USDT:USDT a perpetual that settles in USDT, and
// BTC/USDT:USDT-240927 a future. Where the rows do not say it the symbol is taken from the file's name, as
// freqtrade writes it (XRP_ETH-trades.json.gz, BTC_USDT_USDT-trades.json.gz), unless it is set.
#include "engine/core/decimal.h"
#include "feeds/files/contract_name.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/json_object.h"
#include "feeds/files/kinds.h"
#include "feeds/files/merge.h"
#include "feeds/files/rows.h"

namespace lockstep::feeds {
namespace {

struct Contract {
  Instrument instrument;
  InstrumentId id = 0;
  Scales seen;
  bool is_rounded = false;
};

// XRP_ETH-trades_20191011.json.gz -> XRP/ETH; empty where the name is no pair.
std::string symbol_of_name(const std::string& stream) {
  const std::string name = file_name_of(stream);
  const std::string_view pair = std::string_view(name).substr(0, name.find_first_of("-."));
  const std::size_t parts = count_parts(pair, '_');
  if (parts < 2 || parts > 3) return "";
  std::string symbol = std::string(part_of(pair, '_', 0)) + "/" + std::string(part_of(pair, '_', 1));
  if (parts == 3) symbol += ":" + std::string(part_of(pair, '_', 2));
  return symbol;
}

Result<Instrument> describe(const std::string& symbol) {
  Instrument out;
  out.symbol = symbol;
  const std::string_view pair = part_of(symbol, ':', 0);
  const std::string_view contract = part_of(symbol, ':', 1);
  out.base = part_of(pair, '/', 0);
  out.quote = part_of(pair, '/', 1);
  if (contract.empty()) return out;
  out.settle = part_of(contract, '-', 0);
  const bool is_inverse = out.settle == out.base;
  out.kind = is_inverse ? InstrumentKind::inverse_perpetual : InstrumentKind::linear_perpetual;
  const std::string_view expiry = part_of(contract, '-', 1);
  if (expiry.empty()) return out;
  const std::optional<TimeNs> expiry_ts_ns = expiry_from_yymmdd(expiry);
  if (!expiry_ts_ns || count_parts(contract, '-') != 2)
    return Error{ErrorCode::unsupported, "",
                 "the instrument " + symbol + " is neither spot, a perpetual nor a future like " +
                     "BTC/USDT:USDT-240927"};
  out.expiry_ts_ns = *expiry_ts_ns;
  if (!is_inverse) out.kind = InstrumentKind::future;
  return out;
}

class Contracts {
 public:
  Result<Contract*> find_or_add(const std::string& symbol) {
    for (const std::unique_ptr<Contract>& known : contracts_) {
      if (known->instrument.symbol == symbol) return known.get();
    }
    Result<Instrument> described = describe(symbol);
    if (!described) return described.error();
    auto contract = std::make_unique<Contract>();
    contract->instrument = std::move(described).value();
    contract->id = static_cast<InstrumentId>(contracts_.size());
    contracts_.push_back(std::move(contract));
    return contracts_.back().get();
  }

  Result<std::vector<Instrument>> settle(const ImportOptions& options, ImportLog& log) {
    std::vector<Instrument> out;
    for (const std::unique_ptr<Contract>& contract : contracts_) {
      contract->seen.qty = choose_qty_scale(contract->seen);
      const std::string symbol = contract->instrument.symbol;
      const bool is_contract = contract->instrument.kind != InstrumentKind::spot;
      const Status applied = apply_settings(options.set, contract->seen, contract->instrument);
      if (!applied) return applied.error();
      if (is_contract && find_setting(options.set, symbol, "multiplier") == nullptr)
        log.note(unknown_contract_size(symbol));
      out.push_back(contract->instrument);
    }
    return out;
  }

 private:
  std::vector<std::unique_ptr<Contract>> contracts_;
};

// One trade, as text.
struct Row {
  std::string_view time_ms, id, side, price, amount;
  std::string_view symbol;  // empty: the row does not say
};

class Trades final : public RowFormat {
 public:
  Trades(std::string symbol_of_file, Contracts& contracts, ImportLog& log)
      : symbol_of_file_(std::move(symbol_of_file)), contracts_(contracts), log_(log) {}

  void scan(std::string_view text, RowScan& out) override {
    Fault fault;
    const Row row = read(text, fault);
    const Result<Contract*> contract = contract_of(row);
    const Result<TimeNs> ts_ns = time_of(row);
    if (fault.any() || !contract || !ts_ns) return;
    out.see_order_time(*ts_ns);
    (*contract)->seen.see_price(row.price);
    (*contract)->seen.see_qty(row.amount);
  }

  Status parse(std::string_view text, EventBatch& out) override {
    Fault fault;
    const Row row = read(text, fault);
    if (fault.any()) return Error{ErrorCode::bad_input, "", fault.what()};
    const Result<TimeNs> ts_ns = time_of(row);
    if (!ts_ns) return ts_ns.error();
    const Result<Contract*> found = contract_of(row);
    if (!found) return found.error();
    Contract& contract = **found;
    const Result<Price> price = parse_decimal(row.price, contract.instrument.price_scale);
    if (!price) return price.error();
    const Result<Qty> qty = read_size(row.amount, contract.instrument, contract.is_rounded, log_);
    if (!qty) return qty.error();
    const Side side = row.side == "buy" ? Side::buy : row.side == "sell" ? Side::sell : Side::none;
    if (side == Side::none && !row.side.empty())
      return Error{ErrorCode::bad_input, "", "expected buy or sell, found \"" + std::string(row.side) + "\""};
    Trade trade{*price, *qty, 0, 0, 0};
    if (!row.id.empty()) {
      const std::optional<std::uint64_t> id = read_trade_id(row.id);
      trade.trade_id = id.value_or(0);
      if (!id) note_odd_trade_id(contract.instrument, log_);
    }
    Event event = make_event(Kind::trade, contract.id, *ts_ns);
    event.detail = static_cast<std::uint8_t>(side);
    event.set(trade);
    out.events.push_back(event);
    return Done{};
  }

 private:
  // Views live until the next row is read.
  Row read(std::string_view text, Fault& fault) {
    return text.starts_with('[') ? read_list(text, fault) : read_object(text, fault);
  }

  Row read_list(std::string_view text, Fault& fault) {
    const std::vector<std::string_view> cells = json_.parse_cells(text, fault);
    if (!fault.any() && cells.size() != 7)
      fault.report("expected [time, id, type, side, price, amount, cost], found " +
                   std::to_string(cells.size()) + " values");
    if (fault.any()) return {};
    return {cells[0], cells[1], cells[3], cells[4], cells[5], ""};
  }

  Row read_object(std::string_view text, Fault& fault) {
    JsonObject trade = json_.parse(text, fault);
    Row row;
    row.time_ms = trade.text("timestamp");
    row.id = trade.text_or_empty("id");
    row.side = trade.text_or_empty("side");
    row.price = trade.text("price");
    row.amount = trade.text("amount");
    row.symbol = trade.text_or_empty("symbol");
    if (!trade.has_object("info")) return row;
    JsonObject raw = trade.object("info");
    const std::string_view raw_id = raw.text_or_empty("a");
    const std::string_view raw_price = raw.text_or_empty("p");
    const std::string_view raw_amount = raw.text_or_empty("q");
    if (raw_id.empty() || raw_price.empty() || raw_amount.empty()) return row;
    row.price = raw_price;
    row.amount = raw_amount;
    return row;
  }

  Result<Contract*> contract_of(const Row& row) {
    const std::string symbol(row.symbol.empty() ? std::string_view(symbol_of_file_) : row.symbol);
    if (!symbol.empty()) return contracts_.find_or_add(symbol);
    return Error{ErrorCode::bad_input, "",
                 "neither the row nor the file's name (XRP_ETH-trades.json.gz) says the symbol; "
                 "--set symbol=XRP/ETH"};
  }

  static Result<TimeNs> time_of(const Row& row) {
    const Result<TimeNs> ts_ns = parse_decimal(row.time_ms, 6);
    if (!ts_ns || *ts_ns <= 0)
      return Error{ErrorCode::bad_input, "",
                   "expected a time in milliseconds since 1970, found \"" + std::string(row.time_ms) + "\""};
    return *ts_ns;
  }

  std::string symbol_of_file_;
  Contracts& contracts_;
  ImportLog& log_;
  JsonMessage json_;
};

}  // namespace

ImportResult open_ccxt(const ImportOptions& options) {
  if (const Status known = check_settings(options.set, {}); !known) return known.error();
  const Result<std::vector<std::string>> streams = list_streams(options.paths);
  if (!streams) return streams.error();
  auto log = std::make_unique<ImportLog>(options.skip_bad);
  auto contracts = std::make_shared<Contracts>();
  const std::string* symbol = find_setting(options.set, "", "symbol");
  std::vector<RowFile> files;
  ZipCache zips;
  for (const std::string& stream : *streams) {
    RowFile file;
    file.path = stream;
    file.layout = RowFile::Layout::json_list;
    file.format =
        std::make_shared<Trades>(symbol != nullptr ? *symbol : symbol_of_name(stream), *contracts, *log);
    if (const Status scanned = scan_rows(file, zips); !scanned) return scanned.error();
    files.push_back(std::move(file));
  }
  Result<std::vector<Instrument>> instruments = contracts->settle(options, *log);
  if (!instruments) return instruments.error();
  auto rows = std::make_unique<KeepingStream>(merge_rows(std::move(files), *log), contracts);
  return std::make_unique<Import>(options, std::move(instruments).value(), 0, std::move(log),
                                  std::move(rows));
}

}  // namespace lockstep::feeds
