// Text importers on damaged files: seeded mutations of small valid ones. Whatever happens to a file, it
// yields an error or events that make sense, never a crash; the sanitizer build runs these too.
#include <gtest/gtest.h>

#include <random>

#include "feeds/files/kinds.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

constexpr int kMutationsPerSample = 500;

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::string mutate(std::string text) {
    for (std::size_t left = 1 + below(3); left > 0 && !text.empty(); --left) {
      const std::size_t at = below(text.size());
      const std::size_t length = std::min(text.size() - at, 1 + below(12));
      switch (below(6)) {
        case 0: text[at] = static_cast<char>(text[at] ^ (1 << below(8))); break;
        case 1: text[at] = kCharacters[below(sizeof(kCharacters) - 1)]; break;
        case 2: text.erase(at, length); break;
        case 3: text.insert(at, text.substr(below(text.size()), length)); break;
        case 4: text.replace(at, length, kNumbers[below(std::size(kNumbers))]); break;
        default: replace_number(text, at); break;
      }
    }
    if (below(20) == 0) text.resize(below(text.size() + 1));
    return text;
  }

 private:
  // A result of the engine itself is the same everywhere; one of a distribution is not.
  std::size_t below(std::size_t bound) { return random_() % bound; }

  void replace_number(std::string& text, std::size_t from) {
    constexpr std::string_view kDigits = "0123456789";
    const std::size_t at = text.find_first_of(kDigits, from);
    if (at == std::string::npos) return;
    const std::size_t end = std::min(text.find_first_not_of(kDigits, at), text.size());
    text.replace(at, end - at, kNumbers[below(std::size(kNumbers))]);
  }

  static constexpr char kCharacters[] = "0123456789,.;:\"'-+{}[]eEtfn \\/#@_\t\r\n\0\x7f\xff";
  static constexpr const char* kNumbers[] = {"0",
                                             "-1",
                                             "1e400",
                                             "1e-300",
                                             "0.0000000000000000000000001",
                                             "9223372036854775807",
                                             "9223372036854775808",
                                             "18446744073709551615",
                                             "99999999999999999999999999999999",
                                             "nan",
                                             "",
                                             "null",
                                             "20240230",
                                             "99999999"};
  std::mt19937 random_;
};

// Everything that the import yields makes sense to a reader of events.
void expect_sense(const ImportResult& import) {
  if (!import) {
    EXPECT_FALSE(import.error().what.empty());
    return;
  }
  const std::size_t instruments = (*import)->instruments().size();
  TimeNs last_recv_ts_ns = INT64_MIN;
  for (;;) {
    Batch batch;
    const Result<Source::Pull> pulled = (*import)->pull(batch);
    if (!pulled) {
      EXPECT_FALSE(pulled.error().what.empty());
      return;
    }
    if (*pulled == Source::Pull::end) return;
    for (const Event& event : batch.events) {
      ASSERT_TRUE(is_market(event.kind));
      ASSERT_TRUE(event.instrument < instruments ||
                  (event.kind == Kind::gap && event.instrument == kNoInstrument));
      ASSERT_GE(event.recv_ts_ns, last_recv_ts_ns);
      last_recv_ts_ns = event.recv_ts_ns;
      if (event.kind != Kind::book) continue;
      const auto update = event.as<BookUpdate>();
      ASSERT_LE(std::uint64_t{update.first_level} + update.bid_count + update.ask_count, batch.levels.size());
      for (const Level& level : bids_of(update, batch.levels)) ASSERT_GE(level.qty, 0);
      for (const Level& level : asks_of(update, batch.levels)) ASSERT_GE(level.qty, 0);
    }
  }
}

struct Sample {
  std::string_view kind;
  std::string text;
  std::string columns = {};
  std::map<std::string, std::string> set = {};
  std::string name = "XRP_ETH-trades";
  std::pair<std::string, std::string> beside = {};  ///< name and text of a file that it is read with
};

ImportResult open(const Sample& sample, std::string_view text, std::uint64_t skip_bad) {
  const std::string& name = sample.name;
  if (const auto& [other, other_text] = sample.beside; !other.empty()) {
    std::filesystem::remove(test::temp_dir() / other);
    test::write_temp(other, other_text);
  }
  // A file that is overwritten is flushed to the disk by some file systems; a new one is not.
  std::filesystem::remove(test::temp_dir() / name);
  ImportOptions options;
  options.paths = {test::write_temp(name, text)};
  options.columns = sample.columns;
  options.set = sample.set;
  options.skip_bad = skip_bad;
  options.clock_offset.is_auto = true;
  return open_import(sample.kind, options);
}

void mutate_each(const std::vector<Sample>& samples) {
  std::uint32_t seed = 1;
  for (const Sample& sample : samples) {
    const ImportResult whole = open(sample, sample.text, 0);
    ASSERT_TRUE(whole.ok()) << whole.error().text();
    Batch batch;
    const Result<Source::Pull> pulled = (*whole)->pull(batch);
    ASSERT_TRUE(pulled.ok()) << pulled.error().text();
    ASSERT_FALSE(batch.events.empty()) << "a sample is a valid file: " << sample.text;

    Mutator mutator(++seed);
    for (int i = 0; i < kMutationsPerSample; ++i) {
      const std::string text = mutator.mutate(sample.text);
      SCOPED_TRACE(std::string(sample.kind) + ": " + text);
      expect_sense(open(sample, text, i % 2 == 0 ? 1000 : 0));
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Mutations, of_csv_files_stop_no_program) {
  mutate_each({
      {"csv",
       "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
       "bitmex,XBTUSD,1583020803145000,1583020803307160,ccc3c1fa-212c-e8b0-1706-9b9c4f3d5ecf,sell,8531.5,"
       "2152\n"
       "bitmex,XBTUSD,1583020803145001,1583020803307161,7,buy,8532,10\n"},
      {"csv",
       "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
       "deribit,BTC-PERPETUAL,1585699200245000,1585699200355684,true,ask,6421.5,18640\n"
       "deribit,BTC-PERPETUAL,1585699200245000,1585699200355684,true,bid,6420.5,100\n"
       "deribit,BTC-PERPETUAL,1585699200246000,1585699200355685,false,bid,6420.5,0\n"},
      {"csv",
       "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n"
       "BTCUSDT,1667346579146,20,20,b,snap,20470,3.5,-1\n"
       "BTCUSDT,1667346579147,19,21,a,set,20472.8,0,18\n"
       "BTCUSDT,1667346579148,22,23,a,set,20472.9,1,21\n"},
      {"csv",
       "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount\n"
       "binance-futures,BTCUSDT,1598918401,1598918403810979,11657.08,1.714,11657.07,10.896\n"},
      {"csv",
       "Date,Open,High,Low,Close,Volume,Name\n"
       "2006-01-03,10.34,10.68,10.32,10.68,201853036,AAPL\n2006-01-04,10.73,10.85,10.64,10.71,155225609,"
       "AAPL\n"},
      {"csv",
       "timestamp,open,high,low,close,volume,quote_volume,trades,close_time\n"
       "1757750400000,115715.5,116011,115715.5,115913.3,1844.202,1.5,7,1757753999999\n"},
      {"csv", "date;rate;mark;hours\n2019-09-10;-3.73333333333332e-07;10000.5;8\n",
       "ts=date:iso,rate=rate,mark=mark,interval=hours,period=1mo,delimiter=semicolon,zone=America/New_York"},
      {"csv",
       "20120201 000003660,1.306600,1.306770,0\n20120201 000003973,1.306560,1.306590,0\n",
       "histdata-ticks",
       {{"quote_qty", "1000000"}}},
  });
}

TEST(Mutations, of_lean_files_stop_no_program) {
  const auto placed = [](const std::string& layout) {
    return std::map<std::string, std::string>{{"layout", layout}};
  };
  mutate_each({
      {"lean", "34200000,6450000,6452100,6450000,6451000,12345\n34260000,6451000,6451000,6440000,6445000,7\n",
       "", placed("equity/usa/minute/aapl/20140605_trade.zip")},
      {"lean",
       "34200000,6450000,6452100,6450000,6451000,100,6460000,6462100,6460000,6461000,200\n34260000,,,,,,1,2,"
       "1,2,3\n",
       "", placed("equity/usa/minute/aapl/20140605_quote.zip")},
      {"lean", "14400464,1676100,3500,P,8000000F,0\n14400465,1676200,1,Q,0,1\n", "",
       placed("equity/usa/tick/spy/20131007_trade.zip")},
      {"lean", "14400464,1676100,3500,0,0,P,8000000F,0\n14400465,0,0,1676200,4,Q,0,1\n", "",
       placed("equity/usa/tick/spy/20131007_quote.zip")},
      {"lean", "20140605 09:00,6450000,6452100,6450000,6451000,12345\n20141102 01:00,1,1,1,1,1\n", "",
       placed("equity/usa/hour/aapl.zip")},
      {"lean", "60000,1230.5,1231.25,1230,1230.75,6.1153319800000006\n", "",
       placed("crypto/coinbase/minute/btcusd/20161007_trade.zip")},
      {"lean", "19980102,0.9304792,0.0357143,1\n20140605,0.9,0.25,645.57\n20501231,1,1,0\n", "",
       placed("equity/usa/factor_files/aapl.csv")},
      {"lean", "20221213 00:00:00,0.0001\n20221213 08:00:00,-0.00002\n", "",
       placed("cryptofuture/binance/margin_interest/btcusd.csv")},
      {"lean",
       "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma,vega,"
       "theta,rho\n"
       ",,,750,755.5,748,752,100,,,,,,,\n"
       "20151224,600,C,150,151,149,150.5,3,17,0.25,0.99,0.0001,0.01,-0.02,0.03\n",
       "", placed("option/usa/universes/goog/20151223.csv")},
  });
}

std::string frame(const std::string& data) {
  std::string escaped;
  for (const char c : data) escaped += (c == '"' ? "\\" : "") + std::string(1, c);
  return R"({"t":"recv","conn":"c","ts":1786310819.526357,"data":")" + escaped + "\"}\n";
}
std::string capture(const std::string& address, const std::vector<std::string>& messages) {
  std::string out = R"({"t":"connect","conn":"c","ts":1786310819.5,"addr":")" + address + "\"}\n";
  for (const std::string& message : messages) out += frame(message);
  return out;
}

TEST(Mutations, of_captures_stop_no_program) {
  mutate_each({
      {"binance-ws",
       R"(1723161256172216566 {"lastUpdateId":100,"E":1723161256000,"T":1723161256000,"bids":[["61776.4","412"]],"asks":[["61776.5","2"]]}
1723161256172216567 {"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161256001,"T":1723161256001,"s":"BTCUSDT","U":99,"u":105,"pu":98,"b":[["61776.4","0"]],"a":[]}}
1723161256172216568 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256002,"T":1723161256002,"s":"BTCUSDT","t":5,"p":"61776.5","q":"0.003","X":"MARKET","m":true}}
1723161256172216569 {"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":106,"s":"BTCUSDT","b":"61776.4","B":"1","a":"61776.5","A":"2","T":1723161256003,"E":1723161256003}}
1723161256172216570 {"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1723161300000,"s":"BTCUSDT","k":{"T":1723161299999,"i":"1m","o":"1","h":"2","l":"1","c":"2","v":"3","x":true}}}
)"},
      {"cryptofeed",
       capture(
           "wss://stream.bybit.com/v5/public/linear",
           {R"({"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1786310819400,"data":{"s":"BTCUSDT","b":[["1.5","2"]],"a":[["2.5","1"]],"u":7,"seq":9},"cts":1786310819399})",
            R"({"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1786310819401,"data":{"s":"BTCUSDT","b":[["1.5","0"]],"a":[],"u":8,"seq":10},"cts":1786310819400})",
            R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1786310819402,"data":[{"T":1786310819400,"s":"BTCUSDT","S":"Buy","v":"1","p":"2.5","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false}]})",
            R"({"topic":"tickers.BTCUSDT","type":"snapshot","cs":1,"ts":1786310819403,"data":{"symbol":"BTCUSDT","markPrice":"2.1","indexPrice":"2.2","openInterest":"5","fundingRate":"0.0001","nextFundingTime":"1786320000000","bid1Price":"1.5","bid1Size":"2","ask1Price":"2.5","ask1Size":"1"}})"})},
      {"cryptofeed",
       capture(
           "wss://ws.okx.com:8443/ws/v5/public",
           {R"({"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["3366.8","9","0","3"],["3368","8","0","4"]],"bids":[["3366.1","7","0","3"],["3366","6","0","4"]],"ts":"1652459225464","checksum":-1881014294}]})",
            R"({"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"5","px":"3366.5","sz":"2","side":"buy","ts":"1652459225465"}]})"})},
      {"cryptofeed",
       capture(
           "wss://www.deribit.com/ws/api/v2",
           {R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.raw","data":{"type":"snapshot","timestamp":1786310819400,"instrument_name":"BTC-PERPETUAL","change_id":5,"bids":[["new",1.5,10]],"asks":[["new",2.5,20]]}}})"})},
      {"cryptofeed",
       capture(
           "wss://advanced-trade-ws.coinbase.com",
           {R"({"channel":"market_trades","timestamp":"2026-08-09T21:05:48.629Z","sequence_num":1,"events":[{"type":"update","trades":[{"product_id":"BTC-USD","trade_id":"7","price":"1.5","size":"2","time":"2026-08-09T21:05:48.6Z","side":"BUY"}]}]})"})},
  });
}

TEST(Mutations, of_lobster_files_stop_no_program) {
  const std::string stem = "AMZN_2012-06-21_34200000_57600000_";
  const std::string messages =
      "34200.017459617,5,0,1,2238200,-1\n34200.18960767,1,11885113,21,2238100,1\n"
      "34200.190226476,4,11885113,21,2238100,1\n34200.2,3,9,100,2238000,1\n34200.3,2,8,5,2239000,-1\n"
      "34200.4,6,-1,7,2238000,1\n34201,7,0,0,-1,-1\n";
  const std::string books =
      "2239500,100,2238000,100\n2239500,100,2238100,21\n2239500,100,2238000,100\n"
      "2239000,10,2237000,70\n2239000,5,2237000,70\n2239000,5,2237000,70\n2239000,5,2237000,70\n";
  mutate_each({
      {"lobster", messages, "", {}, stem + "message_1.csv", {}},
      {"lobster", messages, "", {}, stem + "message_1.csv", {stem + "orderbook_1.csv", books}},
  });
  // The other way round: the orderbook file is the damaged one.
  Mutator mutator(77);
  for (int i = 0; i < kMutationsPerSample; ++i) {
    const Sample sample{"lobster",
                        messages,
                        "",
                        {},
                        stem + "message_1.csv",
                        {stem + "orderbook_1.csv", mutator.mutate(books)}};
    SCOPED_TRACE(sample.beside.second);
    expect_sense(open(sample, messages, i % 2 == 0 ? 1000 : 0));
  }
}

TEST(Mutations, of_ccxt_files_stop_no_program) {
  mutate_each({
      {"ccxt",
       R"([[1570752011620,"13519807",null,"sell",0.00141342,23.0,0.03250866],[1570752011621,"13519808",null,"buy",1.5e-07,54.0,0.07]])"},
      {"ccxt",
       R"([{"info":{"a":1,"p":"0.00141342","q":"23.00000000","T":1570752011620,"m":true},"timestamp":1570752011620,"symbol":"XRP/ETH","id":"1","side":"sell","price":0.00141342,"amount":23.0},)"
       R"({"timestamp":1570752011621,"symbol":"BTC/USDT:USDT-240927","side":"buy","price":1e4,"amount":2}])"},
  });
}

}  // namespace
}  // namespace lockstep::feeds
