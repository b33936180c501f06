#include "feeds/files/csv_map.h"

#include <algorithm>

#include "engine/core/decimal.h"
#include "feeds/files/csv_preset.h"

namespace lockstep::feeds {
namespace {

constexpr std::array<std::string_view, kCsvRoleCount> kRoles = {
    "ts",      "recv",     "last",     "symbol",  "venue",          "open", "high", "low",     "close",
    "volume",  "price",    "qty",      "side",    "buyer_is_maker", "id",   "bid",  "ask",     "bid_qty",
    "ask_qty", "snapshot", "first_id", "last_id", "prev_id",        "rate", "mark", "interval"};
constexpr std::array<std::string_view, 6> kUnits = {"s", "ms", "us", "ns", "iso", "compact"};
constexpr std::array<std::string_view, 6> kRows = {"bars",      "trades", "quotes",
                                                   "snapshots", "book",   "funding"};
constexpr std::array<std::string_view, 4> kPriceSides = {"trade", "bid", "ask", "mid"};

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

template <class Names>
std::string join(const Names& names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

Error bad_entry(std::string_view entry, const std::string& what) {
  return {ErrorCode::bad_input, "column map", "\"" + std::string(entry) + "\": " + what};
}

template <class Use>
Status each_entry(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return bad_entry(entry, "expected ROLE=COLUMN[:UNIT] or KEY=VALUE");
    const Status used = use(entry, entry.substr(0, equals), entry.substr(equals + 1));
    if (!used) return used;
  }
  return Done{};
}

Result<BarSpec> parse_period(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, BarUnit>, 6> kPeriods = {{{"s", BarUnit::second},
                                                                             {"m", BarUnit::minute},
                                                                             {"h", BarUnit::hour},
                                                                             {"d", BarUnit::day},
                                                                             {"w", BarUnit::week},
                                                                             {"mo", BarUnit::month}}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const Result<std::int64_t> count = parse_decimal(text.substr(0, digits), 0);
  for (const auto& [name, unit] : kPeriods) {
    if (name != text.substr(digits) || !count || *count < 1 || *count > 200) continue;
    const BarSpec spec{unit, static_cast<std::uint8_t>(*count), BarSide::trade};
    const Result<std::uint8_t> packed = pack(spec);
    if (!packed) return packed.error();
    return spec;
  }
  return Error{ErrorCode::bad_input, "", "expected a length like 1s, 5m, 1h, 1d, 1w or 1mo"};
}

// True if the key is one of the file's own.
Result<bool> take_option(CsvMap& map, std::string_view entry, std::string_view key, std::string_view value) {
  if (key == "rows") {
    const int index = index_of(kRows, value);
    if (index < 0) return bad_entry(entry, "expected one of " + join(kRows));
    map.rows = static_cast<CsvRows>(index);
  } else if (key == "period") {
    const Result<BarSpec> period = parse_period(value);
    if (!period) return bad_entry(entry, period.error().what);
    map.period = *period;
  } else if (key == "stamp") {
    if (value != "start" && value != "end") return bad_entry(entry, "expected start or end");
    map.stamp_is_end = value == "end";
  } else if (key == "zone") {
    map.zone = value;
  } else if (key == "price_side") {
    const int index = index_of(kPriceSides, value);
    if (index < 0) return bad_entry(entry, "expected one of " + join(kPriceSides));
    map.price_side = static_cast<BarSide>(index);
  } else if (key == "header" || key == "paid" || key == "pairs") {
    if (value != "0" && value != "1") return bad_entry(entry, "expected 0 or 1");
    (key == "header" ? map.has_header : key == "paid" ? map.is_paid : map.has_pairs) = value == "1";
  } else if (key == "delimiter") {
    constexpr std::array<std::string_view, 4> kNames = {"comma", "semicolon", "tab", "space"};
    const int index = index_of(kNames, value);
    if (index < 0) return bad_entry(entry, "expected one of " + join(kNames));
    map.delimiter = ",;\t "[index];
  } else {
    return false;
  }
  return true;
}

Status check(const CsvMap& map) {
  const auto need = [&](std::initializer_list<CsvRole> roles) -> Status {
    for (const CsvRole role : roles) {
      if (map.has(role)) continue;
      return Error{ErrorCode::bad_input, "column map",
                   "rows of " + std::string(kRows[static_cast<std::size_t>(map.rows)]) + " need the role " +
                       std::string(kRoles[static_cast<std::size_t>(role)])};
    }
    return Done{};
  };
  if (const Status has_time = need({CsvRole::ts}); !has_time) return has_time;
  if (map.has(CsvRole::last) && map[CsvRole::last].unit >= CsvUnit::iso) {
    return Error{ErrorCode::bad_input, "column map",
                 "last is inclusive, so it needs its unit: s, ms, us or ns"};
  }
  switch (map.rows) {
    case CsvRows::bars:
      if (!map.period && !map.has(CsvRole::last)) {
        return Error{ErrorCode::bad_input, "column map",
                     "bars need period=LENGTH, or the role last for their last moment"};
      }
      return need({CsvRole::open, CsvRole::high, CsvRole::low, CsvRole::close});
    case CsvRows::trades: return need({CsvRole::price, CsvRole::qty});
    case CsvRows::quotes: return need({CsvRole::bid, CsvRole::ask});
    case CsvRows::snapshots: return need({CsvRole::bid, CsvRole::ask, CsvRole::bid_qty, CsvRole::ask_qty});
    case CsvRows::book: return need({CsvRole::price, CsvRole::qty, CsvRole::side});
    case CsvRows::funding: return need({CsvRole::rate});
  }
  return Done{};
}

CsvRows rows_by_roles(const CsvMap& map) {
  if (map.has(CsvRole::open)) return CsvRows::bars;
  if (map.has(CsvRole::rate)) return CsvRows::funding;
  if (map[CsvRole::bid].name.find('#') != std::string::npos) return CsvRows::snapshots;
  if (map.has(CsvRole::bid) || map.has(CsvRole::ask)) return CsvRows::quotes;
  return map.has(CsvRole::snapshot) ? CsvRows::book : CsvRows::trades;
}

Result<CsvMap> from_preset(const CsvPreset& preset) {
  Result<CsvMap> map = parse_csv_map(preset.map);
  LOCKSTEP_CHECK(map.ok(), "a preset is a map");
  const Status defaults = each_entry(
      preset.defaults, [&](std::string_view, std::string_view key, std::string_view value) -> Status {
        map->defaults.emplace_back(key, value);
        return Done{};
      });
  LOCKSTEP_CHECK(defaults.ok(), "a preset's defaults are settings");
  return map;
}

std::string preset_names() {
  std::string out;
  for (const CsvPreset& preset : csv_presets()) out += (out.empty() ? "" : ", ") + std::string(preset.name);
  return out;
}

// Index of `$3` or of a header's name; -1 if there is none.
int find_column(const std::string& name, const std::vector<std::string_view>& header) {
  if (name.starts_with('$')) {
    const Result<std::int64_t> position = parse_decimal(std::string_view(name).substr(1), 0);
    return position && *position >= 1 && *position <= 10'000 ? static_cast<int>(*position) - 1 : -1;
  }
  const auto found = std::find(header.begin(), header.end(), name);
  return found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

std::string with_level(const std::string& pattern, int level) {
  std::string out = pattern;
  const std::size_t at = out.find('#');
  if (at != std::string::npos) out.replace(at, 1, std::to_string(level));
  return out;
}

}  // namespace

Result<CsvMap> parse_csv_map(std::string_view text) {
  if (text.find('=') == std::string_view::npos) {
    for (const CsvPreset& preset : csv_presets()) {
      if (preset.name == text) return from_preset(preset);
    }
    return Error{ErrorCode::bad_input, "column map",
                 "\"" + std::string(text) + "\" is no preset; there are " + preset_names() +
                     "; or declare the columns as ROLE=COLUMN[:UNIT],..."};
  }
  CsvMap map;
  bool rows_given = false;
  const Status read =
      each_entry(text, [&](std::string_view entry, std::string_view key, std::string_view value) -> Status {
        const Result<bool> is_option = take_option(map, entry, key, value);
        if (!is_option) return is_option.error();
        rows_given = rows_given || key == "rows";
        if (*is_option) return Done{};
        const int role = index_of(kRoles, key);
        if (role < 0) {
          return bad_entry(entry,
                           "there is no such role; expected one of " + join(kRoles) +
                               ", or rows, period, stamp, zone, price_side, header, delimiter, pairs, paid");
        }
        CsvMap::Column& column = map.columns[static_cast<std::size_t>(role)];
        if (!column.name.empty()) return bad_entry(entry, "the role is given twice");
        const std::size_t colon = value.rfind(':');
        const int unit = colon == std::string_view::npos ? -1 : index_of(kUnits, value.substr(colon + 1));
        if (unit >= 0) {
          if (static_cast<CsvRole>(role) > CsvRole::last)
            return bad_entry(entry, "only ts, recv and last have a unit");
          column.unit = static_cast<CsvUnit>(unit);
          value = value.substr(0, colon);
        }
        if (value.empty()) return bad_entry(entry, "expected the name of a column, or $N");
        column.name = value;
        return Done{};
      });
  if (!read) return read.error();
  if (!rows_given) map.rows = rows_by_roles(map);
  if (const Status checked = check(map); !checked) return checked.error();
  return map;
}

Result<CsvMap> recognise_csv_header(std::string_view header) {
  for (const CsvPreset& preset : csv_presets()) {
    const bool is_prefix = preset.header.ends_with('*');
    const std::string_view wanted = preset.header.substr(0, preset.header.size() - (is_prefix ? 1 : 0));
    if (wanted.empty()) continue;
    if (is_prefix ? header.starts_with(wanted) : header == wanted) return from_preset(preset);
  }
  return Error{
      ErrorCode::bad_input, "",
      "the header \"" + std::string(header.substr(0, 200)) +
          "\" is not one of a known file; declare the columns as ROLE=COLUMN[:UNIT],... or name a preset: " +
          preset_names()};
}

Result<CsvBinding> bind_csv(const CsvMap& map, const std::vector<std::string_view>& header) {
  CsvBinding out;
  out.index.fill(-1);
  out.width = header.size();
  const auto missing = [&](const std::string& name) {
    return Error{ErrorCode::bad_input, "",
                 "there is no column \"" + name + "\"" +
                     (header.empty() ? "; a file without header is addressed as $1, $2 ..."
                                     : "; the header has " + join(header))};
  };
  constexpr std::array<CsvRole, 4> kLevelRoles = {CsvRole::bid, CsvRole::bid_qty, CsvRole::ask,
                                                  CsvRole::ask_qty};
  for (std::size_t role = 0; role < kCsvRoleCount; ++role) {
    const std::string& name = map.columns[role].name;
    if (name.empty()) continue;
    if (map.rows == CsvRows::snapshots && name.find('#') != std::string::npos) continue;
    out.index[role] = find_column(name, header);
    if (out.index[role] < 0 || (!header.empty() && out.index[role] >= static_cast<int>(header.size())))
      return missing(name);
  }
  if (map.rows != CsvRows::snapshots) return out;
  for (std::size_t i = 0; i < kLevelRoles.size(); ++i) {
    const std::string& pattern = map[kLevelRoles[i]].name;
    if (pattern.find('#') == std::string::npos) {
      return Error{ErrorCode::bad_input, "column map",
                   "snapshots need # for the level in \"" + pattern + "\""};
    }
    for (int level = 0;; ++level) {
      const int index = find_column(with_level(pattern, level), header);
      if (index < 0) break;
      out.levels[i].push_back(index);
    }
    if (out.levels[i].empty()) return missing(with_level(pattern, 0));
    if (out.levels[i].size() != out.levels[0].size())
      return missing(with_level(pattern, static_cast<int>(out.levels[i].size())));
  }
  return out;
}

}  // namespace lockstep::feeds
