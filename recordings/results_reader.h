// Reads results.h5 back, for reports and comparisons: whole tables as streams of rows, in blocks. Owned by
// its caller. Refuses what is not a finished results file of this version; never prints, never throws.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/event/results.h"
#include "recordings/results.h"

namespace lockstep::recordings {

/// A metric with texts of its own.
struct StoredMetric {
  std::string name;
  double value = 0;  ///< NaN: not measured
  std::string unit;
  std::string definition;
};

class ResultsReader {
 public:
  /// Errors: no such file; not a results file; unfinished; a table or column is missing or of another type
  /// (the text names it); damaged.
  static Result<ResultsReader> open(const std::filesystem::path& path);
  ResultsReader(ResultsReader&&) noexcept;
  ResultsReader& operator=(ResultsReader&&) noexcept;
  ~ResultsReader();

  [[nodiscard]] const ResultsIdentity& identity() const;
  [[nodiscard]] std::uint64_t digest() const;
  /// Index = the `instrument` of the rows; every row's instrument is in here, or is kNoInstrument in a
  /// denial.
  [[nodiscard]] std::span<const Instrument> instruments() const;
  [[nodiscard]] std::span<const StoredMetric> metrics() const;

  /// How many rows a table has. Row: FillRow, OrderRow, EquityRow, PositionRow or DenialRow.
  template <class Row>
  [[nodiscard]] std::uint64_t count() const;

  /// Rows first ... first + out.size() - 1 into `out`. Requires: first + out.size() <= count().
  /// Errors: damaged (a checksum, an enum or an instrument out of its range).
  template <class Row>
  Status read(std::uint64_t first, std::span<Row> out);

  /// Calls `each(row)` for every row in order; memory does not depend on their number.
  template <class Row, class Each>
  Status for_each(Each each) {
    constexpr std::uint64_t kBlockRows = 4096;
    const std::uint64_t total = count<Row>();
    std::vector<Row> rows(static_cast<std::size_t>(std::min(total, kBlockRows)));
    for (std::uint64_t first = 0; first < total; first += kBlockRows) {
      const std::span<Row> block =
          std::span<Row>(rows).first(static_cast<std::size_t>(std::min(kBlockRows, total - first)));
      const Status status = read<Row>(first, block);
      if (!status.ok()) return status;
      for (const Row& row : block) each(row);
    }
    return Done{};
  }

 private:
  struct File;
  explicit ResultsReader(std::unique_ptr<File> file);

  std::unique_ptr<File> file_;
};

}  // namespace lockstep::recordings
