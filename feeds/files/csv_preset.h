// The csv files that are known by name: vendors' own, with the header by which they are recognised. Text
// alone; csv_map.h reads it.
#pragma once

#include <span>
#include <string_view>

namespace lockstep::feeds {

struct CsvPreset {
  std::string_view name;
  std::string_view about;
  std::string_view map;
  std::string_view header;    ///< the whole line, or its beginning and *; empty: known only by name
  std::string_view defaults;  ///< settings of its instruments: KEY=VALUE,...
};

std::span<const CsvPreset> csv_presets();

}  // namespace lockstep::feeds
