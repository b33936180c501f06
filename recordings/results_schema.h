// The tables of results.h5, column by column: one description that the writer creates from and the reader
// checks against. Internal to recordings: nothing outside includes it. Never touches a file.
#pragma once

#include <H5Cpp.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/event/results.h"

namespace lockstep::recordings {

inline constexpr std::string_view kResultsFormat = "lockstep-results";
inline constexpr std::uint32_t kResultsSchemaVersion = 1;

/// How the integers of a column become numbers: divided by 10^scale, where the scale is fixed or that of the
/// instrument.
enum class Scale { whole, money, price, qty };

struct Column {
  std::string name;
  std::size_t offset;  ///< in the row as it stands in memory
  H5::DataType type;
  std::string unit;
  Scale scale = Scale::whole;
  std::optional<std::int64_t> missing;  ///< the value that stands for "none"
};

struct TableSchema {
  std::string name;
  std::size_t row_bytes;  ///< in memory
  std::vector<Column> columns;

  /// The row as it stands in memory, holes included.
  [[nodiscard]] H5::CompType memory_type() const;
  /// The row as it is stored: the same members, packed.
  [[nodiscard]] H5::CompType file_type() const;
};

/// A metric as it is stored: fixed texts, padded with zeros.
struct MetricRecord {
  char name[40];
  double value;  ///< NaN: not measured
  char unit[16];
  char definition[400];
};

/// An instrument as it is stored.
struct InstrumentRecord {
  std::uint32_t instrument;  ///< the index that the other tables use
  char symbol[48];
  char venue[32];
  char base[16];
  char quote[16];
  char settle[16];
  InstrumentKind kind;
  OptionRight right;
  std::uint8_t price_scale;
  std::uint8_t qty_scale;
  std::uint8_t multiplier_scale;
  Price tick;
  Qty lot;
  std::int64_t multiplier;
  TimeNs expiry_ts_ns;
  Price strike;
};

// `currency` is the reporting currency; it stands in the units of money.
template <class Row>
TableSchema schema(std::string_view currency);
template <>
TableSchema schema<FillRow>(std::string_view currency);
template <>
TableSchema schema<OrderRow>(std::string_view currency);
template <>
TableSchema schema<EquityRow>(std::string_view currency);
template <>
TableSchema schema<PositionRow>(std::string_view currency);
template <>
TableSchema schema<DenialRow>(std::string_view currency);
template <>
TableSchema schema<MetricRecord>(std::string_view currency);
template <>
TableSchema schema<InstrumentRecord>(std::string_view currency);

}  // namespace lockstep::recordings
