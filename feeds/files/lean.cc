// open_lean: a LEAN data folder, or any files of one, as one source. What each file holds is said by its
// place (lean_path.h).
//
//   trade bars      a bar each, stamped with its END, as every bar
//   quote bars      a bar for the bid and one for the ask where it is there, then the closing quote
//   trade, quote ticks   trades and quotes; see lean_rows.cc on quotes of one side
//   open interest   a statistic
//   margin_interest funding, paid
//   factor_files    statistics price_factor and split_factor; prices themselves stay raw
//   universes       a daily bar and statistics for each contract
//
// Map files, interest rates and documents hold no market data: in a folder they are left out with a note.
// Settings of its own: `time_zone`, `quote_qty`, and `layout` (the place that a lone file would have, where
// it lies elsewhere).
#include <algorithm>

#include "engine/core/decimal.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/lean_rows.h"
#include "feeds/files/merge.h"

namespace lockstep::feeds {
namespace {

std::string setting(const ImportOptions& options, const std::string& field) {
  const std::string* value = find_setting(options.set, "", field);
  return value == nullptr ? "" : *value;
}

class Opener {
 public:
  explicit Opener(const ImportOptions& options)
      : options_(options), log_(std::make_unique<ImportLog>(options.skip_bad)) {}

  Result<std::unique_ptr<Import>> open() {
    if (const Status known = check_settings(options_.set, {"time_zone", "quote_qty", "layout"}); !known)
      return known.error();
    for (const std::string& path : options_.paths) {
      const Result<std::vector<std::string>> streams = list_streams(path);
      if (!streams) return streams.error();
      for (const std::string& stream : *streams) {
        if (const Status added = add(stream, streams->size() == 1); !added) return added.error();
      }
    }
    if (files_.empty()) {
      std::string why = "no LEAN market data found";
      for (const std::string& note : log_->summary().notes) why += "; " + note;
      return Error{ErrorCode::bad_input, options_.paths.empty() ? "" : options_.paths.front(), why};
    }
    Result<std::vector<Instrument>> instruments = contracts_->settle(options_, *log_);
    if (!instruments) return instruments.error();
    auto rows = std::make_unique<KeepingStream>(merge_rows(std::move(files_), *log_), contracts_);
    return std::make_unique<Import>(options_, std::move(instruments).value(), 0, std::move(log_),
                                    std::move(rows));
  }

 private:
  Status add(const std::string& stream, bool is_alone) {
    const std::string layout = setting(options_, "layout");
    if (!layout.empty() && !is_alone)
      return Error{ErrorCode::bad_input, "setting layout",
                   "names the place of one file, but there are several"};
    Result<LeanPath> path = parse_lean_path(layout.empty() ? stream : layout);
    if (!path && path.error().code == ErrorCode::unsupported && !is_alone) {
      log_->note("left out: " + path.error().text());
      return Done{};
    }
    if (!path) return path.error();
    LeanFile file;
    file.path = *path;
    file.quote_qty = setting(options_, "quote_qty");
    const Result<std::shared_ptr<const TimeZone>> zone = find_zone(file.path);
    if (!zone) return Error{zone.error().code, stream, zone.error().what};
    file.zone = *zone;
    RowFile rows{stream, 0, nullptr, {}};
    if (file.path.rows == LeanRows::universe) {
      const Result<std::unique_ptr<LineReader>> lines = LineReader::open(stream, &zips_);
      if (!lines) return lines.error();
      const Result<bool> first = (*lines)->next();
      if (!first) return first.error();
      rows.header_rows = *first && (*lines)->text().starts_with('#') ? 1 : 0;
    } else {
      const Result<std::int64_t> strike_e4 =
          file.path.strike.empty() ? std::int64_t{0} : parse_decimal(file.path.strike, 0);
      if (!strike_e4)
        return Error{ErrorCode::bad_input, stream, "the strike in the name is no number of 64 bits"};
      const Result<std::shared_ptr<LeanContract>> contract = contracts_->find_or_add(file.path, *strike_e4);
      if (!contract) return Error{contract.error().code, stream, contract.error().what};
      file.contract = *contract;
    }
    rows.format = make_lean_format(std::move(file), *contracts_, *log_);
    if (const Status scanned = scan_rows(rows, zips_); !scanned) return scanned;
    files_.push_back(std::move(rows));
    return Done{};
  }

  Result<std::shared_ptr<const TimeZone>> find_zone(const LeanPath& path) {
    std::string name = setting(options_, "time_zone");
    if (name.empty()) {
      Result<std::string> usual = lean_time_zone(path);
      if (!usual) return usual.error();
      name = std::move(usual).value();
    }
    const auto found = zones_.find(name);
    if (found != zones_.end()) return found->second;
    Result<TimeZone> zone = TimeZone::load(name);
    if (!zone) return zone.error();
    return zones_[name] = std::make_shared<const TimeZone>(std::move(zone).value());
  }

  const ImportOptions& options_;
  std::unique_ptr<ImportLog> log_;
  std::shared_ptr<LeanContracts> contracts_ = std::make_shared<LeanContracts>();
  std::map<std::string, std::shared_ptr<const TimeZone>> zones_;
  ZipCache zips_;
  std::vector<RowFile> files_;
};

}  // namespace

ImportResult open_lean(const ImportOptions& options) {
  return Opener(options).open();
}

}  // namespace lockstep::feeds
