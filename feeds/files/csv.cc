// open_csv: text with one row a line and a column map (csv_map.h). Files may differ in their headers when no
// map is given: each is then recognised by its own. Settings of its own: `quote_qty`, the size to give quotes
// whose source has none (in units of the instrument); without it they keep size 0. Where no column and no
// setting says the symbol, it is the file's name up to the first of _ . - and noted. Trades as JSON are of
// the kind ccxt.
#include <algorithm>

#include "feeds/files/csv_rows.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/merge.h"

namespace lockstep::feeds {
namespace {

std::string symbol_of_name(const std::string& stream) {
  const std::string name = file_name_of(stream);
  return name.substr(0, name.find_first_of("_.-"));
}

class Opener {
 public:
  explicit Opener(const ImportOptions& options)
      : options_(options), log_(std::make_unique<ImportLog>(options.skip_bad)) {}

  Result<std::unique_ptr<Import>> open() {
    if (const Status known = check_settings(options_.set, {"quote_qty"}); !known) return known.error();
    if (!options_.columns.empty()) {
      Result<CsvMap> map = parse_csv_map(options_.columns);
      if (!map) return map.error();
      map_ = std::move(map).value();
    }
    const Result<std::vector<std::string>> streams = list_streams(options_.paths);
    if (!streams) return streams.error();
    for (const std::string& stream : *streams) {
      if (const Status added = add(stream); !added) return added.error();
    }
    Result<std::vector<Instrument>> instruments = seen_->contracts.settle(options_, *log_);
    if (!instruments) return instruments.error();
    const DurationNs offset_ns = resolve(options_.clock_offset, seen_->latency);
    auto rows = std::make_unique<KeepingStream>(merge_rows(std::move(files_), *log_), seen_);
    return std::make_unique<Import>(options_, std::move(instruments).value(), offset_ns, std::move(log_),
                                    std::move(rows));
  }

 private:
  struct Seen {
    CsvContracts contracts;
    LatencyStats latency;
  };

  Status add(const std::string& stream) {
    const Result<std::unique_ptr<LineReader>> lines = LineReader::open(stream, &zips_);
    if (!lines) return lines.error();
    const Result<bool> has_line = (*lines)->next();
    if (!has_line) return has_line.error();
    if (!*has_line) return Error{ErrorCode::bad_input, stream, "the file is empty"};
    const std::string first((*lines)->text());
    if (first.starts_with('[') || first.starts_with('{'))
      return Error{ErrorCode::bad_input, stream,
                   "is JSON, expected text with columns; a list of trades is of the kind ccxt"};
    CsvFile file;
    if (map_) {
      file.map = *map_;
    } else {
      Result<CsvMap> map = recognise_csv_header(first);
      if (!map) return Error{map.error().code, stream, map.error().what};
      file.map = std::move(map).value();
    }
    std::vector<std::string_view> header;
    if (file.map.has_header) split_fields(first, file.map.delimiter, header);
    Result<CsvBinding> binding = bind_csv(file.map, header);
    if (!binding) return Error{binding.error().code, stream, binding.error().what};
    file.binding = std::move(binding).value();
    const std::string* quote_qty = find_setting(options_.set, "", "quote_qty");
    if (quote_qty != nullptr) file.quote_qty = *quote_qty;
    Result<TimeZone> zone = TimeZone::load(file.map.zone);
    if (!zone) return zone.error();
    file.zone = std::make_shared<const TimeZone>(std::move(zone).value());
    if (!file.map.has(CsvRole::symbol)) {
      const std::string* symbol = find_setting(options_.set, "", "symbol");
      file.symbol = symbol != nullptr ? *symbol : symbol_of_name(stream);
      if (symbol == nullptr)
        log_->note("symbol " + file.symbol + ": from the file's name, " + file_name_of(stream));
    }
    RowFile rows{stream, file.map.has_header ? 1U : 0U, nullptr, {}};
    rows.format = make_csv_format(std::move(file), seen_->contracts, seen_->latency, *log_);
    if (const Status scanned = scan_rows(rows, zips_); !scanned) return scanned;
    files_.push_back(std::move(rows));
    return Done{};
  }

  const ImportOptions& options_;
  std::optional<CsvMap> map_;
  std::unique_ptr<ImportLog> log_;
  std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
  ZipCache zips_;
  std::vector<RowFile> files_;
};

}  // namespace

ImportResult open_csv(const ImportOptions& options) {
  return Opener(options).open();
}

}  // namespace lockstep::feeds
