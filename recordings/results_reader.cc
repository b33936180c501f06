#include "recordings/results_reader.h"

#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "engine/core/digest.h"
#include "recordings/hdf5_errors.h"
#include "recordings/results_schema.h"

namespace lockstep::recordings {
namespace {

struct EnumColumn {
  std::string name;
  std::size_t offset;
  int members;
};

/// One table as it stands in the file, checked against what this program writes.
template <class Row>
struct Table {
  H5::DataSet dataset;
  H5::CompType memory_type;
  std::uint64_t rows = 0;
  std::string name;
  std::vector<EnumColumn> enums;
};

std::string text_attribute(const H5::H5Object& object, const std::string& name) {
  const H5::Attribute attribute = object.openAttribute(name);
  if (attribute.getTypeClass() != H5T_STRING)
    throw std::runtime_error("attribute " + name + " is not a text");
  std::string text;
  attribute.read(attribute.getStrType(), text);
  return text.substr(0, text.find('\0'));
}

template <class Integer>
Integer integer_attribute(const H5::H5Object& object, const std::string& name, const H5::PredType& type) {
  Integer value = 0;
  object.openAttribute(name).read(type, &value);
  return value;
}

template <std::size_t N>
std::string text_of(const char (&field)[N]) {
  return {field, strnlen(field, N)};
}

template <class Row>
Status open_table(const H5::H5File& file, const std::string& path, Table<Row>& table) {
  const TableSchema expected = schema<Row>("");
  table.name = expected.name;
  if (!file.nameExists(expected.name)) {
    return Error{ErrorCode::damaged, path, "has no table /" + expected.name + "; write the run again"};
  }
  table.dataset = file.openDataSet(expected.name);
  const H5::DataSpace space = table.dataset.getSpace();
  if (table.dataset.getTypeClass() != H5T_COMPOUND || space.getSimpleExtentNdims() != 1) {
    return Error{ErrorCode::damaged, path, "/" + expected.name + " is not a table of one dimension"};
  }
  table.rows = static_cast<std::uint64_t>(space.getSimpleExtentNpoints());
  const H5::CompType stored = table.dataset.getCompType();
  for (const Column& column : expected.columns) {
    bool found = false;
    for (int member = 0; member < stored.getNmembers() && !found; ++member) {
      const auto index = static_cast<unsigned>(member);
      found = stored.getMemberName(index) == column.name && stored.getMemberDataType(index) == column.type;
    }
    if (!found) {
      return Error{ErrorCode::unsupported, path,
                   "/" + expected.name + " has no column `" + column.name +
                       "` of the type that this version writes; write the run again with this program"};
    }
    if (column.type.getClass() == H5T_ENUM) {
      table.enums.push_back({column.name, column.offset, H5Tget_nmembers(column.type.getId())});
    }
  }
  table.memory_type = expected.memory_type();
  return Done{};
}

/// The bytes of enums are checked before anything reads them as enums: a bool that is neither 0 nor 1 is no
/// bool.
template <class Row>
Status check_enums(const Table<Row>& table, const std::string& path, std::uint64_t first,
                   std::span<const Row> rows) {
  for (const EnumColumn& column : table.enums) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::uint8_t value = 0;
      std::memcpy(&value, reinterpret_cast<const std::uint8_t*>(&rows[i]) + column.offset, 1);
      if (value < column.members) continue;
      return Error{ErrorCode::damaged, path,
                   "/" + table.name + " row " + std::to_string(first + i) + ": " + column.name + " is " +
                       std::to_string(value) + ", expected 0 to " + std::to_string(column.members - 1)};
    }
  }
  return Done{};
}

template <class Row>
Status read_rows(const Table<Row>& table, const std::string& path, std::uint64_t first, std::span<Row> out) {
  if (out.empty()) return Done{};
  const hsize_t start = first;
  const hsize_t count = out.size();
  const H5::DataSpace from = table.dataset.getSpace();
  from.selectHyperslab(H5S_SELECT_SET, &count, &start);
  table.dataset.read(out.data(), table.memory_type, H5::DataSpace(1, &count), from);
  return check_enums<Row>(table, path, first, out);
}

Instrument instrument_of(const InstrumentRecord& record) {
  Instrument instrument;
  instrument.symbol = text_of(record.symbol);
  instrument.venue = text_of(record.venue);
  instrument.base = text_of(record.base);
  instrument.quote = text_of(record.quote);
  instrument.settle = text_of(record.settle);
  instrument.kind = record.kind;
  instrument.price_scale = record.price_scale;
  instrument.qty_scale = record.qty_scale;
  instrument.multiplier_scale = record.multiplier_scale;
  instrument.right = record.right;
  instrument.tick = record.tick;
  instrument.lot = record.lot;
  instrument.multiplier = record.multiplier;
  instrument.expiry_ts_ns = record.expiry_ts_ns;
  instrument.strike = record.strike;
  return instrument;
}

}  // namespace

struct ResultsReader::File {
  std::string path;
  ResultsIdentity identity;
  std::uint64_t digest = 0;
  std::vector<Instrument> instruments;
  std::vector<StoredMetric> metrics;
  std::tuple<Table<FillRow>, Table<OrderRow>, Table<EquityRow>, Table<PositionRow>, Table<DenialRow>> tables;

  Status open() {
    const H5::H5File file(path, H5F_ACC_RDONLY);
    if (!file.attrExists("format") || text_attribute(file, "format") != kResultsFormat) {
      return Error{ErrorCode::bad_input, path, "is HDF5, but not the results of a run"};
    }
    const auto version =
        integer_attribute<std::uint32_t>(file, "schema_version", H5::PredType::NATIVE_UINT32);
    if (version != kResultsSchemaVersion) {
      return Error{ErrorCode::unsupported, path,
                   "has schema version " + std::to_string(version) + ", this program reads " +
                       std::to_string(kResultsSchemaVersion) + "; write the run again"};
    }
    if (!file.attrExists("digest")) {
      return Error{ErrorCode::damaged, path, "has no digest: the run that wrote it did not finish"};
    }
    identity.program_version = text_attribute(file, "program_version");
    identity.seed = integer_attribute<std::uint64_t>(file, "seed", H5::PredType::NATIVE_UINT64);
    identity.scenario_sha256 = text_attribute(file, "scenario_sha256");
    identity.currency = text_attribute(file, "currency");
    const auto parsed = parse_hex(text_attribute(file, "digest"));
    if (!parsed.ok()) return Error{ErrorCode::damaged, path + " digest", parsed.error().what};
    digest = *parsed;
    if (Status status = read_instruments(file); !status.ok()) return status;
    if (Status status = read_metrics(file); !status.ok()) return status;
    Status status = Done{};
    std::apply(
        [&](auto&... table) { ((status.ok() ? void(status = open_table(file, path, table)) : void()), ...); },
        tables);
    return status;
  }

  Status read_instruments(const H5::H5File& file) {
    Table<InstrumentRecord> table;
    if (Status status = open_table(file, path, table); !status.ok()) return status;
    std::vector<InstrumentRecord> records(table.rows);
    if (Status status = read_rows<InstrumentRecord>(table, path, 0, records); !status.ok()) return status;
    for (const InstrumentRecord& record : records) {
      instruments.push_back(instrument_of(record));
      const Status valid = validate(instruments.back());
      if (!valid.ok()) return Error{ErrorCode::damaged, path + " /instruments", valid.error().text()};
    }
    return Done{};
  }

  Status read_metrics(const H5::H5File& file) {
    Table<MetricRecord> table;
    if (Status status = open_table(file, path, table); !status.ok()) return status;
    std::vector<MetricRecord> records(table.rows);
    if (Status status = read_rows<MetricRecord>(table, path, 0, records); !status.ok()) return status;
    for (const MetricRecord& record : records) {
      metrics.push_back(
          {text_of(record.name), record.value, text_of(record.unit), text_of(record.definition)});
    }
    return Done{};
  }
};

Result<ResultsReader> ResultsReader::open(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return Error{ErrorCode::io, path.string(), "no such file; a run leaves its results.h5 in its folder"};
  }
  auto file = std::make_unique<File>();
  file->path = path.string();
  const Status status = with_hdf5(file->path, ErrorCode::damaged, [&] { return file->open(); });
  if (!status.ok()) return status.error();
  return ResultsReader(std::move(file));
}

ResultsReader::ResultsReader(std::unique_ptr<File> file) : file_(std::move(file)) {}
ResultsReader::ResultsReader(ResultsReader&&) noexcept = default;
ResultsReader& ResultsReader::operator=(ResultsReader&&) noexcept = default;
ResultsReader::~ResultsReader() = default;

const ResultsIdentity& ResultsReader::identity() const {
  return file_->identity;
}
std::uint64_t ResultsReader::digest() const {
  return file_->digest;
}
std::span<const Instrument> ResultsReader::instruments() const {
  return file_->instruments;
}
std::span<const StoredMetric> ResultsReader::metrics() const {
  return file_->metrics;
}

template <class Row>
std::uint64_t ResultsReader::count() const {
  return std::get<Table<Row>>(file_->tables).rows;
}

template <class Row>
Status ResultsReader::read(std::uint64_t first, std::span<Row> out) {
  const auto& table = std::get<Table<Row>>(file_->tables);
  LOCKSTEP_CHECK(first <= table.rows && out.size() <= table.rows - first, "rows beyond the table's end");
  const Status status = with_hdf5(file_->path + " /" + table.name, ErrorCode::damaged,
                                  [&] { return read_rows<Row>(table, file_->path, first, out); });
  if (!status.ok()) return status;
  if constexpr (requires(Row row) { row.instrument; }) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out[i].instrument < file_->instruments.size()) continue;
      // A denial can concern no instrument at all (an order that nobody knows).
      if (std::is_same_v<Row, DenialRow> && out[i].instrument == kNoInstrument) continue;
      return Error{ErrorCode::damaged, file_->path,
                   "/" + table.name + " row " + std::to_string(first + i) + " names instrument " +
                       std::to_string(out[i].instrument) + ", but /instruments has " +
                       std::to_string(file_->instruments.size())};
    }
  }
  return Done{};
}

template std::uint64_t ResultsReader::count<FillRow>() const;
template std::uint64_t ResultsReader::count<OrderRow>() const;
template std::uint64_t ResultsReader::count<EquityRow>() const;
template std::uint64_t ResultsReader::count<PositionRow>() const;
template std::uint64_t ResultsReader::count<DenialRow>() const;
template Status ResultsReader::read(std::uint64_t, std::span<FillRow>);
template Status ResultsReader::read(std::uint64_t, std::span<OrderRow>);
template Status ResultsReader::read(std::uint64_t, std::span<EquityRow>);
template Status ResultsReader::read(std::uint64_t, std::span<PositionRow>);
template Status ResultsReader::read(std::uint64_t, std::span<DenialRow>);

}  // namespace lockstep::recordings
