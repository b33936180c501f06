// Captures of the cryptofeed recorder: a JSON object per line with `t` (header, connect, send, recv, http),
// the connection, the local time in seconds with decimals, the address, and the venue's message as text in
// `data`. The lines are grouped by connection, so all of a capture is loaded and sorted by time, stably: it
// takes memory for all of it. The venue, and which of its markets, comes from the connection's address. A
// connection that is made again is a gap event of all books.
#include <algorithm>
#include <memory>
#include <vector>

#include "engine/core/decimal.h"
#include "feeds/files/binance_json.h"
#include "feeds/files/bybit_json.h"
#include "feeds/files/capture.h"
#include "feeds/files/coinbase_json.h"
#include "feeds/files/deribit_json.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/okx_json.h"

namespace lockstep::feeds {
namespace {

struct Frame {
  enum class Type { message, rest, reconnect, control, bad };
  TimeNs ts_ns = kNoTime;
  Type type = Type::control;
  VenueDecoder* decoder = nullptr;
  std::string url;   // rest
  std::string data;  // the message; of a bad line the line
  std::string fault;
  std::size_t file = 0;
  std::uint64_t line = 0;
};

class CryptofeedCapture final : public Capture {
 public:
  explicit CryptofeedCapture(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  Status start() override {
    if (!loaded_) {
      loaded_ = true;
      for (std::size_t i = 0; i < paths_.size(); ++i) {
        if (const Status status = load(i); !status) return status;
      }
      const auto is_earlier = [](const Frame& a, const Frame& b) { return a.ts_ns < b.ts_ns; };
      was_sorted_ = !std::is_sorted(frames_.begin(), frames_.end(), is_earlier);
      std::stable_sort(frames_.begin(), frames_.end(), is_earlier);
    }
    for (const auto& [venue, decoder] : decoders_) decoder->restart();
    join_.restart();
    control_ = 0;
    next_ = 0;
    return Done{};
  }

  Result<bool> next() override {
    if (next_ == frames_.size()) {
      if (!damage_) return damage_.error();
      return false;
    }
    ++next_;
    return true;
  }

  Status decode(EventBatch& out) override {
    const Frame& frame = frames_[next_ - 1];
    switch (frame.type) {
      case Frame::Type::message: return frame.decoder->decode(frame.data, frame.ts_ns, out);
      case Frame::Type::rest: return frame.decoder->decode_rest(frame.url, frame.data, frame.ts_ns, out);
      case Frame::Type::reconnect: {
        Event gap;
        gap.recv_ts_ns = frame.ts_ns;
        gap.kind = Kind::gap;
        gap.detail = static_cast<std::uint8_t>(GapReason::disconnected);
        gap.set(Gap{});
        out.events.push_back(gap);
        return Done{};
      }
      case Frame::Type::control: ++control_; return Done{};
      case Frame::Type::bad: return Error{ErrorCode::bad_input, "", frame.fault};
    }
    return Done{};
  }

  [[nodiscard]] std::string where() const override {
    const Frame& frame = frames_[next_ - 1];
    return paths_[frame.file] + ":" + std::to_string(frame.line);
  }
  [[nodiscard]] std::string_view text() const override { return frames_[next_ - 1].data; }

  void report(ImportLog& log) const override {
    if (was_sorted_) log.note("lines sorted by time: the capture groups them by connection");
    std::map<std::string, std::uint64_t> left_out;
    if (control_ > 0) left_out["header, connect or send line"] += control_;
    if (join_.stale_differences() > 0)
      left_out["book difference older than the book"] += join_.stale_differences();
    if (join_.redundant_snapshots() > 0)
      left_out["snapshot older than the book"] += join_.redundant_snapshots();
    for (const auto& [venue, decoder] : decoders_) {
      for (const auto& [what, count] : decoder->left_out()) left_out[what + " (" + venue + ")"] += count;
    }
    report_left_out(left_out, log);
  }

 private:
  Status load(std::size_t file) {
    Result<std::unique_ptr<LineReader>> opened = LineReader::open(paths_[file]);
    if (!opened) return opened.error();
    LineReader& reader = **opened;
    JsonMessage message;
    std::map<std::string, std::string, std::less<>> addresses;  // by connection
    TimeNs last_ts_ns = kNoTime;
    for (;;) {
      const Result<bool> more = reader.next();
      if (!more) {
        damage_ = more.error();  // what stands before it comes first
        return Done{};
      }
      if (!*more) return Done{};
      Frame frame;
      frame.file = file;
      frame.line = reader.number();
      frame.ts_ns = last_ts_ns;
      Fault fault;
      JsonObject line = message.parse(reader.text(), fault);
      fill(frame, line, addresses, fault);
      if (fault.any()) {
        frame.type = Frame::Type::bad;
        frame.fault = fault.what();
        frame.data = reader.text();
      }
      last_ts_ns = frame.ts_ns;
      frames_.push_back(std::move(frame));
    }
  }

  void fill(Frame& frame, JsonObject& line, std::map<std::string, std::string, std::less<>>& addresses,
            Fault& fault) {
    const std::string type(line.text("t"));
    if (type == "header" || fault.any()) return;
    const Result<TimeNs> time = parse_decimal(line.text("ts"), 9);
    if (!time || *time <= 0) {
      fault.report("\"ts\": expected seconds since 1970 with at most nine decimals");
      return;
    }
    frame.ts_ns = *time;
    const std::string connection(line.text("conn"));
    if (type == "connect") {
      const std::string address(line.text("addr"));
      if (!addresses.insert_or_assign(connection, address).second) frame.type = Frame::Type::reconnect;
    } else if (type == "http") {
      frame.url = line.text("url");
      frame.type = Frame::Type::rest;
    } else if (type == "recv") {
      frame.type = Frame::Type::message;
    } else if (type != "send") {
      fault.report("\"t\": expected header, connect, send, recv or http, found \"" + type + "\"");
    }
    if (frame.type != Frame::Type::rest && frame.type != Frame::Type::message) return;
    frame.data = line.text("data");
    const std::string_view address =
        frame.type == Frame::Type::rest ? frame.url : std::string_view(addresses[connection]);
    frame.decoder = decoder_of(address);
    if (frame.decoder == nullptr) {
      fault.report("the address \"" + std::string(address) + "\" of connection " + connection +
                   " is of no venue that is known; expected Binance, Bybit, Coinbase, OKX or Deribit");
    }
  }

  VenueDecoder* decoder_of(std::string_view url) {
    const auto has = [url](std::string_view part) { return url.find(part) != std::string_view::npos; };
    if (has("bybit.com")) {
      const auto category = bybit_category_of(url);
      if (!category) return nullptr;
      return &get<BybitDecoder>(std::string(venue_name(*category)), *category);
    }
    if (has("coinbase.com")) return &get<CoinbaseDecoder>("coinbase");
    if (has("okx.com") || has("okex.com")) return &get<OkxDecoder>("okx");
    if (has("deribit.com")) return &get<DeribitDecoder>("deribit");
    if (!has("binance")) return nullptr;
    const BinanceMarket market = has("fstream") || has("fapi")   ? BinanceMarket::usdm
                                 : has("dstream") || has("dapi") ? BinanceMarket::coinm
                                                                 : BinanceMarket::spot;
    return &get<BinanceDecoder>(std::string(venue_name(market)), join_, market);
  }

  template <class Decoder, class... Arguments>
  VenueDecoder& get(const std::string& venue, Arguments&&... arguments) {
    auto& decoder = decoders_[venue];
    if (!decoder) decoder = std::make_unique<Decoder>(markets(), std::forward<Arguments>(arguments)...);
    return *decoder;
  }

  std::vector<std::string> paths_;
  std::map<std::string, std::unique_ptr<VenueDecoder>> decoders_;  // by venue and market
  BinanceBookJoin join_;  // its state is by instrument, so that all markets can share it
  std::vector<Frame> frames_;
  std::size_t next_ = 0;
  std::uint64_t control_ = 0;
  bool loaded_ = false;
  bool was_sorted_ = false;
  Status damage_ = Done{};
};

}  // namespace

ImportResult open_cryptofeed(const ImportOptions& options) {
  if (const Status known = check_settings(options.set, {}); !known) return known.error();
  const Result<std::vector<std::string>> paths = list_streams(options.paths);
  if (!paths) return paths.error();
  const std::string first = paths->empty() ? "" : paths->front();
  ImportResult import = open_capture(options, std::make_unique<CryptofeedCapture>(*paths));
  if (import && (*import)->instruments().empty()) {
    return Error{
        ErrorCode::bad_input, first,
        "no market data found; expected lines like `{\"t\":\"recv\",\"conn\":...,\"ts\":...,\"data\":...}`"};
  }
  return import;
}

}  // namespace lockstep::feeds
