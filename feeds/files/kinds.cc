#include "feeds/files/kinds.h"

#include <string>

namespace lockstep::feeds {
namespace {

constexpr ImportKind kKinds[] = {
    {"binance-ws", "raw Binance websocket captures: receive time and JSON per line", open_binance_ws},
    {"cryptofeed", "cryptofeed captures: Bybit v5, Coinbase, OKX, Deribit, Binance futures", open_cryptofeed},
    {"dbn", "Databento DBN versions 1 to 3 and DBZ", open_dbn},
    {"lobster", "LOBSTER message files, with their orderbook files", open_lobster},
    {"itch", "NASDAQ TotalView-ITCH 5.0 days: order by order", open_itch},
    {"lean", "LEAN data folders: equity, option, future, forex, crypto", open_lean},
    {"csv", "text with columns: bars, trades, quotes, books, funding", open_csv},
    {"ccxt", "trades as JSON, as ccxt gives them and freqtrade saves them", open_ccxt},
};

}  // namespace

std::span<const ImportKind> import_kinds() {
  return kKinds;
}

ImportResult open_import(std::string_view kind, const ImportOptions& options) {
  std::string known;
  for (const ImportKind& candidate : kKinds) {
    if (candidate.name == kind) return candidate.open(options);
    known += (known.empty() ? "" : ", ") + std::string(candidate.name);
  }
  return Error{ErrorCode::bad_input, "",
               "\"" + std::string(kind) + "\" is no kind of vendor file; expected one of " + known};
}

}  // namespace lockstep::feeds
