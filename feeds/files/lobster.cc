// open_lobster: LOBSTER's message files, each with its orderbook file where that stands beside it (in the
// folder, or in the zip), as one source. What a day's rows become is said in lobster_stream.h.
//
// Setting of its own: `date` (2012-06-21), where the name does not say it; with `symbol` any name will do.
#include <algorithm>
#include <set>

#include "engine/core/decimal.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/lobster_path.h"
#include "feeds/files/lobster_stream.h"
#include "feeds/files/merge.h"
#include "feeds/files/timezone.h"

namespace lockstep::feeds {
namespace {

constexpr int kWireScale = 4;  // prices are in 1/10,000 dollar
// From then on NASDAQ no longer says on which side a hidden order stood: the direction is always 1.
constexpr CivilTime kNoHiddenSideFrom{2014, 7, 14, 0, 0, 0, 0};

class Opener {
 public:
  explicit Opener(const ImportOptions& options)
      : options_(options), log_(std::make_unique<ImportLog>(options.skip_bad)) {}

  ImportResult open() {
    if (const Status known = check_settings(options_.set, {"date"}); !known) return known.error();
    Result<TimeZone> zone = TimeZone::load("America/New_York");
    if (!zone) return zone.error();
    for (const std::string& path : options_.paths) {
      const Result<std::vector<std::string>> streams = list_streams(path);
      if (!streams) return streams.error();
      for (const std::string& stream : *streams) {
        if (const Status added = add(stream, *streams, *zone); !added) return added.error();
      }
    }
    if (days_.empty()) {
      std::string why = "no LOBSTER message file found, which has \"message\" in its name";
      for (const std::string& note : log_->summary().notes) why += "; " + note;
      return Error{ErrorCode::bad_input, options_.paths.empty() ? "" : options_.paths.front(), why};
    }
    return settle();
  }

 private:
  Status add(const std::string& stream, const std::vector<std::string>& beside, const TimeZone& zone) {
    switch (lobster_file_of(stream)) {
      case LobsterFile::message: break;
      case LobsterFile::orderbook: return Done{};  // read with its message file
      case LobsterFile::other: {
        const bool is_meant = beside.size() == 1 && find_setting(options_.set, "", "symbol") != nullptr;
        if (is_meant) break;
        log_->note("left out: " + file_name(stream));
        return Done{};
      }
    }
    LobsterDay day;
    day.message_stream = stream;
    day.orderbook_stream = find_orderbook(stream, beside);
    if (const Status named = name(day, zone); !named) return named;
    days_.push_back(std::move(day));
    return Done{};
  }

  static std::string file_name(const std::string& stream) {
    return stream.substr(stream.find_last_of("/#") + 1);
  }

  // The orderbook file of the same name, among what was named or next to the message file; empty if none.
  [[nodiscard]] std::string find_orderbook(const std::string& stream,
                                           const std::vector<std::string>& beside) const {
    if (lobster_file_of(stream) != LobsterFile::message) return {};
    const std::string wanted = lobster_orderbook_of(stream);
    const auto is_in = [](const std::vector<std::string>& list, const std::string& name) {
      return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (is_in(beside, wanted)) return wanted;
    for (const std::string& path : options_.paths) {
      if (file_name(path) == file_name(wanted)) return path;
    }
    // Not named, but there; perhaps compressed otherwise than the message file.
    std::string plain = wanted;
    for (const std::string_view end : {".gz", ".zst"}) {
      if (plain.ends_with(end)) plain.resize(plain.size() - end.size());
    }
    for (const std::string& candidate : {wanted, plain, plain + ".gz", plain + ".zst"}) {
      if (ByteReader::open(candidate)) return candidate;
    }
    return std::string();
  }

  // Symbol, day and instrument.
  Status name(LobsterDay& day, const TimeZone& zone) {
    const std::optional<LobsterName> said = parse_lobster_name(day.message_stream);
    const std::string* date = find_setting(options_.set, said ? said->symbol : "", "date");
    const std::string* symbol = find_setting(options_.set, "", "symbol");
    if (!said && (date == nullptr || symbol == nullptr)) {
      return Error{
          ErrorCode::bad_input, day.message_stream,
          "the name says no symbol and date, as AMZN_2012-06-21_34200000_57600000_message_5.csv does; "
          "--set symbol=AMZN --set date=2012-06-21"};
    }
    day.symbol = said ? said->symbol : *symbol;
    const Result<TimeNs> local =
        date != nullptr ? parse_time(*date) : from_civil({said->year, said->month, said->day, 0, 0, 0, 0});
    if (!local || *local % kDay != 0) {
      return Error{ErrorCode::bad_input, date != nullptr ? "setting date" : day.message_stream,
                   "expected a date like 2012-06-21, found \"" +
                       (date != nullptr ? *date : file_name(day.message_stream)) + "\""};
    }
    // No trading day holds a change of clocks, so that noon tells the offset of all of it.
    const Result<TimeZone::Utc> noon = zone.to_utc(*local + kDay / 2);
    if (!noon) return noon.error();
    day.midnight_ts_ns = noon->ts_ns - kDay / 2;
    day.label = day.symbol + " " + format_time(*local).substr(0, 10);
    day.has_hidden_side = *local < *from_civil(kNoHiddenSideFrom);
    if (!labels_.insert(day.label).second) {
      return Error{ErrorCode::bad_input, day.message_stream,
                   "is a second message file of " + day.label + "; name one of them"};
    }
    const auto found = std::find(symbols_.begin(), symbols_.end(), day.symbol);
    day.instrument = static_cast<InstrumentId>(found - symbols_.begin());
    if (found == symbols_.end()) symbols_.push_back(day.symbol);
    return Done{};
  }

  ImportResult settle() {
    std::vector<Instrument> instruments;
    for (const std::string& symbol : symbols_) {
      Instrument instrument;
      instrument.symbol = symbol;
      instrument.venue = "xnas";
      instrument.base = symbol;
      instrument.quote = "USD";
      instrument.kind = InstrumentKind::equity;
      if (const Status set = apply_settings(options_.set, Scales{kWireScale, 0, 1}, instrument); !set)
        return set.error();
      instruments.push_back(std::move(instrument));
    }
    std::vector<LateInput> inputs;
    for (LobsterDay& day : days_) {
      const Instrument& instrument = instruments[day.instrument];
      day.units = {pow10(instrument.price_scale - kWireScale), pow10(instrument.qty_scale)};
      ImportLog& log = *log_;
      inputs.push_back({day.midnight_ts_ns, [day, &log] { return open_lobster_day(day, log); }});
    }
    return std::make_unique<Import>(options_, std::move(instruments), 0, std::move(log_),
                                    std::make_unique<MergedStream>(std::move(inputs)));
  }

  const ImportOptions& options_;
  std::unique_ptr<ImportLog> log_;
  std::vector<LobsterDay> days_;
  std::vector<std::string> symbols_;
  std::set<std::string> labels_;
};

}  // namespace

ImportResult open_lobster(const ImportOptions& options) {
  return Opener(options).open();
}

}  // namespace lockstep::feeds
