// Keeps what a run hands out in results.h5: tables that h5py and pandas.read_hdf open as they are. Owned by
// the run's assembly. Equal rows give equal bytes. Never prints, never throws; memory does not grow with the
// run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "engine/core/result.h"
#include "engine/event/results.h"

namespace lockstep::recordings {

/// What the root attributes of results.h5 say about the run.
struct ResultsIdentity {
  std::string program_version;
  std::uint64_t seed = 0;
  std::string scenario_sha256;  ///< 64 hex digits
  std::string currency;         ///< the reporting currency: of /equity and of metrics in `currency`
};

/// Writes /fills, /orders, /equity, /positions, /denials as the rows come, and /instruments and /metrics
/// besides.
///
/// Each table is one extendible dataset of packed compounds in chunks of 1,024 rows. Times are int64
/// nanoseconds, prices, quantities and money scaled int64, choices int8 enums, texts fixed and padded with
/// zeros. The attributes of a table say per column `<column>.unit`; for a time `<column>.tz`; for a scaled
/// column `<column>.scale` (value / 10^scale) or
/// `<column>.scale_column` (`price_scale` or `qty_scale`, of the row's instrument in /instruments); and,
/// where a column can be empty, `<column>.missing`, the value that says so.
///
/// Errors are sticky: the first one stays in `status()`, and rows after it are dropped.
class ResultsWriter : public ResultSink {
 public:
  /// Replaces the file at `path`. Errors: it cannot be created; a text of an instrument is too long for its
  /// column.
  static Result<std::unique_ptr<ResultsWriter>> create(const std::filesystem::path& path,
                                                       const ResultsIdentity& identity,
                                                       std::span<const Instrument> instruments);
  /// Without finish(), closes the file as it is: ResultsReader refuses it as unfinished.
  ~ResultsWriter() override;

  void fill(const FillRow& row) override;
  void order(const OrderRow& row) override;
  void equity(const EquityRow& row) override;
  void position(const PositionRow& row) override;
  void denial(const DenialRow& row) override;

  /// The first error so far.
  [[nodiscard]] Status status() const;

  /// Writes what is buffered, the metrics and the run's digest, and closes the file. Requires: called once,
  /// last.
  Status finish(std::uint64_t digest, std::span<const MetricRow> metrics);

 private:
  struct File;
  explicit ResultsWriter(std::unique_ptr<File> file);

  std::unique_ptr<File> file_;
};

}  // namespace lockstep::recordings
