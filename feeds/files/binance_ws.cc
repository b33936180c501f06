// Raw Binance websocket captures: each line is the local receive time in nanoseconds, a blank, and the
// message, either a combined-stream frame or a REST depth snapshot. Several files are merged by receive
// time. Each file is of one market: the first message that can only come from one decides, or the setting
// `market` (spot, usdm, coinm).
#include <charconv>
#include <memory>
#include <vector>

#include "feeds/files/binance_json.h"
#include "feeds/files/capture.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"

namespace lockstep::feeds {
namespace {

struct Line {
  TimeNs recv_ts_ns = kNoTime;
  std::string_view json;
  bool ok = false;
};

Line split(std::string_view text) {
  Line line;
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return line;
  const auto [end, error] = std::from_chars(text.data(), text.data() + blank, line.recv_ts_ns);
  line.ok = error == std::errc{} && end == text.data() + blank && line.recv_ts_ns > 0;
  line.json = text.substr(blank + 1);
  return line;
}

class BinanceCapture final : public Capture {
 public:
  Status add(const std::string& path, std::optional<BinanceMarket> market) {
    if (!market) {
      const Result<BinanceMarket> found = market_of(path);
      if (!found) return found.error();
      market = *found;
    }
    File file;
    file.path = path;
    file.decoder =
        std::make_unique<BinanceDecoder>(markets(), joins_[static_cast<std::size_t>(*market)], *market);
    files_.push_back(std::move(file));
    return Done{};
  }

  Status start() override {
    for (BinanceBookJoin& join : joins_) join.restart();
    current_ = nullptr;
    for (File& file : files_) {
      file.decoder->restart();
      Result<std::unique_ptr<LineReader>> reader = LineReader::open(file.path);
      if (!reader) return reader.error();
      file.reader = std::move(*reader);
      file.at_end = false;
      file.line.recv_ts_ns = kNoTime;
      if (const Status status = advance(file); !status) return status;
    }
    return Done{};
  }

  Result<bool> next() override {
    if (current_ != nullptr) {
      if (const Status status = advance(*current_); !status) return status.error();
    }
    current_ = nullptr;
    for (File& file : files_) {
      if (file.at_end) continue;
      if (current_ == nullptr || file.line.recv_ts_ns < current_->line.recv_ts_ns) current_ = &file;
    }
    return current_ != nullptr;
  }

  Status decode(EventBatch& out) override {
    if (!current_->line.ok) {
      return Error{ErrorCode::bad_input, "",
                   "expected a receive time in nanoseconds, a blank and a JSON message"};
    }
    return current_->decoder->decode(current_->line.json, current_->line.recv_ts_ns, out);
  }

  [[nodiscard]] std::string where() const override { return current_->reader->where(); }
  [[nodiscard]] std::string_view text() const override { return current_->reader->text(); }

  void report(ImportLog& log) const override {
    std::map<std::string, std::uint64_t> left_out;
    for (const File& file : files_) {
      for (const auto& [what, count] : file.decoder->left_out()) left_out[what] += count;
    }
    for (const BinanceBookJoin& join : joins_) {
      if (join.stale_differences() > 0)
        left_out["book difference older than the book"] += join.stale_differences();
      if (join.redundant_snapshots() > 0)
        left_out["snapshot older than the book"] += join.redundant_snapshots();
    }
    report_left_out(left_out, log);
  }

 private:
  struct File {
    std::string path;
    std::unique_ptr<BinanceDecoder> decoder;
    std::unique_ptr<LineReader> reader;
    Line line;
    bool at_end = false;
  };

  static Result<BinanceMarket> market_of(const std::string& path) {
    Result<std::unique_ptr<LineReader>> reader = LineReader::open(path);
    if (!reader) return reader.error();
    for (;;) {
      const Result<bool> more = (*reader)->next();
      if (!more) return more.error();
      if (!*more) break;
      if (const auto market = binance_market_of(split((*reader)->text()).json)) return *market;
    }
    return Error{ErrorCode::bad_input, path,
                 "no message of Binance tells whether this is spot, USD-M or COIN-M; expected lines like "
                 "`1723161256172216566 {\"stream\":...}`; --set market=spot, usdm or coinm says which"};
  }

  static Status advance(File& file) {
    const Result<bool> more = file.reader->next();
    if (!more) return more.error();
    file.at_end = !*more;
    if (file.at_end) return Done{};
    const TimeNs before = file.line.recv_ts_ns;
    file.line = split(file.reader->text());
    if (!file.line.ok) file.line.recv_ts_ns = before;  // a malformed line keeps its place
    return Done{};
  }

  BinanceBookJoin joins_[3];  // by market: files of one market continue each other
  std::vector<File> files_;
  File* current_ = nullptr;
};

}  // namespace

ImportResult open_binance_ws(const ImportOptions& options) {
  if (const Status known = check_settings(options.set, {"market"}); !known) return known.error();
  std::optional<BinanceMarket> market;
  if (const std::string* set = find_setting(options.set, "", "market")) {
    market = parse_binance_market(*set);
    if (!market)
      return Error{ErrorCode::bad_input, "setting market",
                   "expected spot, usdm or coinm, found \"" + *set + "\""};
  }
  auto capture = std::make_unique<BinanceCapture>();
  const Result<std::vector<std::string>> streams = list_streams(options.paths);
  if (!streams) return streams.error();
  for (const std::string& stream : *streams) {
    if (const Status added = capture->add(stream, market); !added) return added.error();
  }
  ImportResult import = open_capture(options, std::move(capture));
  if (import && (*import)->instruments().empty()) {
    return Error{
        ErrorCode::bad_input, options.paths.empty() ? "" : options.paths.front(),
        "no market data of Binance found; expected lines like `1723161256172216566 {\"stream\":...}`"};
  }
  return import;
}

}  // namespace lockstep::feeds
