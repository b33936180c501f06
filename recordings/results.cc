#include "recordings/results.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/core/digest.h"
#include "recordings/hdf5_errors.h"
#include "recordings/hdf5_output.h"
#include "recordings/results_schema.h"

namespace lockstep::recordings {
namespace {

constexpr hsize_t kChunkRows = 1024;
constexpr int kDeflateLevel = 4;

void set_attribute(const H5::H5Object& object, const std::string& name, std::string_view text) {
  // HDF5 knows no text of length zero.
  const H5::StrType type(H5::PredType::C_S1, text.empty() ? 1 : text.size());
  const std::string value = text.empty() ? std::string(1, '\0') : std::string(text);
  H5::StrType padded(type);
  padded.setStrpad(H5T_STR_NULLPAD);
  object.createAttribute(name, padded, H5::DataSpace(H5S_SCALAR)).write(padded, value.data());
}

template <class Integer>
void set_attribute(const H5::H5Object& object, const std::string& name, const H5::PredType& type,
                   Integer value) {
  object.createAttribute(name, type, H5::DataSpace(H5S_SCALAR)).write(type, &value);
}

void describe_columns(const H5::DataSet& dataset, const TableSchema& table) {
  for (const Column& column : table.columns) {
    set_attribute(dataset, column.name + ".unit", column.unit);
    if (column.name.ends_with("ts_ns")) set_attribute(dataset, column.name + ".tz", "UTC");
    switch (column.scale) {
      case Scale::whole: break;
      case Scale::money:
        set_attribute(dataset, column.name + ".scale", H5::PredType::NATIVE_INT32, std::int32_t{kMoneyScale});
        break;
      case Scale::price: set_attribute(dataset, column.name + ".scale_column", "price_scale"); break;
      case Scale::qty: set_attribute(dataset, column.name + ".scale_column", "qty_scale"); break;
    }
    if (column.missing) {
      set_attribute(dataset, column.name + ".missing", H5::PredType::NATIVE_INT64, *column.missing);
    }
  }
}

/// Copies `text` into a fixed field, padded with zeros.
template <std::size_t N>
Status put_text(char (&field)[N], std::string_view text, std::string_view what) {
  if (text.size() > N) {
    return Error{ErrorCode::bad_input, std::string(what),
                 "\"" + std::string(text) + "\" has " + std::to_string(text.size()) +
                     " bytes; results.h5 holds " + std::to_string(N)};
  }
  std::memset(field, 0, N);
  std::memcpy(field, text.data(), text.size());
  return Done{};
}

Result<InstrumentRecord> record_of(const Instrument& instrument, std::uint32_t index) {
  InstrumentRecord record{};
  record.instrument = index;
  const std::string what = "instrument " + std::to_string(index);
  for (const Status& status : {put_text(record.symbol, instrument.symbol, what + " symbol"),
                               put_text(record.venue, instrument.venue, what + " venue"),
                               put_text(record.base, instrument.base, what + " base"),
                               put_text(record.quote, instrument.quote, what + " quote"),
                               put_text(record.settle, instrument.settle, what + " settle")}) {
    if (!status.ok()) return status.error();
  }
  record.kind = instrument.kind;
  record.right = instrument.right;
  record.price_scale = instrument.price_scale;
  record.qty_scale = instrument.qty_scale;
  record.multiplier_scale = instrument.multiplier_scale;
  record.tick = instrument.tick;
  record.lot = instrument.lot;
  record.multiplier = instrument.multiplier;
  record.expiry_ts_ns = instrument.expiry_ts_ns;
  record.strike = instrument.strike;
  return record;
}

Result<MetricRecord> record_of(const MetricRow& row) {
  MetricRecord record{};
  const std::string what = "metric " + std::string(row.name);
  for (const Status& status :
       {put_text(record.name, row.name, what), put_text(record.unit, row.unit, what + " unit"),
        put_text(record.definition, row.definition, what + " definition")}) {
    if (!status.ok()) return status.error();
  }
  // A NaN has many bit patterns, and which one a computation yields depends on the machine.
  record.value = std::isnan(row.value) ? std::numeric_limits<double>::quiet_NaN() : row.value;
  return record;
}

/// One table: rows wait here until a whole chunk is full, so that each chunk is compressed once.
template <class Row>
class Table {
 public:
  Table(const H5::H5File& file, std::string_view currency) {
    const TableSchema table = schema<Row>(currency);
    memory_type_ = table.memory_type();
    const hsize_t none = 0;
    const hsize_t unlimited = H5S_UNLIMITED;
    H5::DSetCreatPropList creation;
    creation.setChunk(1, &kChunkRows);
    creation.setShuffle();
    creation.setDeflate(kDeflateLevel);
    creation.setFletcher32();
    // The one setting that the C++ interface does not have: without it equal runs differ in their times of
    // creation.
    H5Pset_obj_track_times(creation.getId(), 0);
    dataset_ =
        file.createDataSet(table.name, table.file_type(), H5::DataSpace(1, &none, &unlimited), creation);
    describe_columns(dataset_, table);
    rows_.reserve(kChunkRows);
  }

  /// True when a flush is due.
  bool add(const Row& row) {
    rows_.push_back(row);
    return rows_.size() == kChunkRows;
  }

  /// Closing here rather than in the destructor lets a failure be seen.
  void close() { dataset_.close(); }

  void flush() {
    if (rows_.empty()) return;
    const hsize_t count = rows_.size();
    const hsize_t total = written_ + count;
    dataset_.extend(&total);
    H5::DataSpace target = dataset_.getSpace();
    target.selectHyperslab(H5S_SELECT_SET, &count, &written_);
    dataset_.write(rows_.data(), memory_type_, H5::DataSpace(1, &count), target);
    written_ = total;
    rows_.clear();
  }

 private:
  H5::DataSet dataset_;
  H5::CompType memory_type_;
  std::vector<Row> rows_;
  hsize_t written_ = 0;
};

}  // namespace

struct ResultsWriter::File {
  File(std::string path_text, std::unique_ptr<Hdf5Output> created, const ResultsIdentity& identity)
      : path(std::move(path_text)),
        output(std::move(created)),
        file(output->open_hdf5()),
        tables(Table<FillRow>(file, identity.currency), Table<OrderRow>(file, identity.currency),
               Table<EquityRow>(file, identity.currency), Table<PositionRow>(file, identity.currency),
               Table<DenialRow>(file, identity.currency), Table<MetricRecord>(file, identity.currency),
               Table<InstrumentRecord>(file, identity.currency)) {
    set_attribute(file, "format", kResultsFormat);
    set_attribute(file, "schema_version", H5::PredType::NATIVE_UINT32, kResultsSchemaVersion);
    set_attribute(file, "program_version", identity.program_version);
    set_attribute(file, "seed", H5::PredType::NATIVE_UINT64, identity.seed);
    set_attribute(file, "scenario_sha256", identity.scenario_sha256);
    set_attribute(file, "currency", identity.currency);
  }

  template <class Work>
  void attempt(Work work) {
    if (!status.ok()) return;
    status = with_hdf5(path, ErrorCode::io, [&]() -> Status {
      work();
      return Done{};
    });
    if (!output->status().ok()) status = output->status();
  }

  template <class Row>
  void add(const Row& row) {
    if (!status.ok()) return;
    auto& table = std::get<Table<Row>>(tables);
    if (table.add(row)) attempt([&] { table.flush(); });
  }

  std::string path;
  std::unique_ptr<Hdf5Output> output;  // outlives what stands on it
  H5::H5File file;
  std::tuple<Table<FillRow>, Table<OrderRow>, Table<EquityRow>, Table<PositionRow>, Table<DenialRow>,
             Table<MetricRecord>, Table<InstrumentRecord>>
      tables;
  Status status = Done{};
};

Result<std::unique_ptr<ResultsWriter>> ResultsWriter::create(const std::filesystem::path& path,
                                                             const ResultsIdentity& identity,
                                                             std::span<const Instrument> instruments) {
  std::vector<InstrumentRecord> records;
  for (const Instrument& instrument : instruments) {
    auto record = record_of(instrument, static_cast<std::uint32_t>(records.size()));
    if (!record.ok()) return record.error();
    records.push_back(*record);
  }
  auto output = Hdf5Output::create(path);
  if (!output.ok()) return output.error();
  std::unique_ptr<File> file;
  const Status created = with_hdf5(path.string(), ErrorCode::io, [&]() -> Status {
    file = std::make_unique<File>(path.string(), std::move(*output), identity);
    return Done{};
  });
  if (!created.ok()) return created.error();
  for (const InstrumentRecord& record : records) file->add(record);
  if (!file->status.ok()) return file->status.error();
  return std::unique_ptr<ResultsWriter>(new ResultsWriter(std::move(file)));
}

ResultsWriter::ResultsWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}

ResultsWriter::~ResultsWriter() {
  const Hdf5Errors silent;
  file_.reset();
}

void ResultsWriter::fill(const FillRow& row) {
  file_->add(row);
}
void ResultsWriter::order(const OrderRow& row) {
  file_->add(row);
}
void ResultsWriter::equity(const EquityRow& row) {
  file_->add(row);
}
void ResultsWriter::position(const PositionRow& row) {
  file_->add(row);
}
void ResultsWriter::denial(const DenialRow& row) {
  file_->add(row);
}

Status ResultsWriter::status() const {
  return file_->status;
}

Status ResultsWriter::finish(std::uint64_t digest, std::span<const MetricRow> metrics) {
  File& file = *file_;
  for (const MetricRow& metric : metrics) {
    auto record = record_of(metric);
    if (!record.ok() && file.status.ok()) file.status = record.error();
    if (record.ok()) file.add(*record);
  }
  file.attempt([&] {
    std::apply([](auto&... table) { (table.flush(), ...); }, file.tables);
    // Last, so that its presence says that the file is whole.
    set_attribute(file.file, "digest", format_hex(digest));
    std::apply([](auto&... table) { (table.close(), ...); }, file.tables);
    file.file.close();
  });
  if (file.status.ok()) file.status = file.output->sync();
  return file.status;
}

}  // namespace lockstep::recordings
