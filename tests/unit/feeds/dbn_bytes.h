// Databento files made by hand, for the tests: metadata and records as bytes, a file that vanishes with the
// test, and all the events of an import.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "feeds/files/dbn_layout.h"
#include "feeds/files/kinds.h"

namespace lockstep::test {

using Bytes = std::vector<std::uint8_t>;

template <class Value>
void put(Bytes& out, const Value& value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof value);
  std::memcpy(out.data() + at, &value, sizeof value);
}

inline void put_text(Bytes& out, const std::string& text, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    out.push_back(i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0);
}

struct DbnInterval {
  std::string symbol_in;
  std::uint32_t from = 0;  ///< 20240508
  std::uint32_t to = 0;
  std::string symbol_out;
};

struct DbnHead {
  std::uint8_t version = 2;
  std::string dataset = "GLBX.MDP3";
  std::uint16_t schema = 0xFFFF;
  std::uint8_t type_in = 1;
  std::uint8_t type_out = 0;
  bool has_ts_out = false;
  std::vector<DbnInterval> mappings;
};

inline Bytes dbn_head(const DbnHead& head) {
  const std::size_t symbol_size = head.version == 1 ? 22 : 71;
  Bytes rest;
  put_text(rest, head.dataset, 16);
  put(rest, head.schema);
  for (int i = 0; i < 3; ++i) put(rest, std::uint64_t{0});
  if (head.version == 1) put(rest, std::uint64_t{0});
  put(rest, head.type_in);
  put(rest, head.type_out);
  put(rest, static_cast<std::uint8_t>(head.has_ts_out));
  if (head.version != 1) put(rest, static_cast<std::uint16_t>(symbol_size));
  put_text(rest, "", head.version == 1 ? 47 : 53);
  for (int i = 0; i < 4; ++i) put(rest, std::uint32_t{0});  // schema definition, symbols, partial, not found
  put(rest, static_cast<std::uint32_t>(head.mappings.size()));
  for (const DbnInterval& mapping : head.mappings) {
    put_text(rest, mapping.symbol_in, symbol_size);
    put(rest, std::uint32_t{1});
    put(rest, mapping.from);
    put(rest, mapping.to);
    put_text(rest, mapping.symbol_out, symbol_size);
  }
  Bytes out = {'D', 'B', 'N', head.version};
  put(out, static_cast<std::uint32_t>(rest.size()));
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

/// A header for a record of type Wire: publisher 1, instrument 7, 2024-05-08T00:00:01Z unless changed.
inline constexpr std::uint64_t kDbnTs = 1'715'126'401'000'000'000;
template <class Wire>
feeds::dbn::Header dbn_header(std::uint8_t rtype, std::uint64_t ts_event = kDbnTs) {
  return {static_cast<std::uint8_t>(sizeof(Wire) / 4), rtype, 1, 7, ts_event};
}

inline feeds::dbn::TradeRecord dbn_trade(std::int64_t price, std::uint32_t size) {
  return {dbn_header<feeds::dbn::TradeRecord>(feeds::dbn::kTrades),
          price,
          size,
          'T',
          'B',
          0,
          0,
          kDbnTs + 100,
          50,
          9};
}

inline feeds::dbn::MboRecord dbn_mbo(char action, char side, std::uint64_t order_id, std::int64_t price,
                                     std::uint32_t size) {
  return {dbn_header<feeds::dbn::MboRecord>(feeds::dbn::kMbo),
          order_id,
          price,
          size,
          0,
          3,
          action,
          side,
          kDbnTs + 100,
          50,
          9};
}

/// A file in the temporary directory with these bytes, removed at the end of its life.
class DbnFile {
 public:
  explicit DbnFile(const Bytes& bytes, const std::string& name = "test.dbn")
      : path_(std::filesystem::temp_directory_path() /
              ("lockstep_" + std::to_string(::getpid()) + "_" +
               std::to_string(reinterpret_cast<std::uintptr_t>(this)) + "_" + name)) {
    write(bytes);
  }
  DbnFile(const DbnFile&) = delete;
  DbnFile& operator=(const DbnFile&) = delete;
  ~DbnFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  void write(const Bytes& bytes) const {
    std::filesystem::remove(path_);  // file systems flush a file that is cut to nothing and rewritten: slow
    std::ofstream out(path_, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// All that an import yields; `error` is empty if it went well to the end.
struct DbnImport {
  std::vector<Instrument> instruments;
  std::vector<Event> events;
  std::vector<std::vector<Level>> levels;  ///< of each event; empty but for book updates
  feeds::ImportSummary summary;
  std::string error;
};

inline DbnImport import_dbn(const feeds::ImportOptions& options) {
  DbnImport out;
  const feeds::ImportResult opened = feeds::open_dbn(options);
  if (!opened) {
    out.error = opened.error().text();
    return out;
  }
  feeds::Import& source = **opened;
  out.instruments.assign(source.instruments().begin(), source.instruments().end());
  for (;;) {
    Batch batch;
    const Result<Source::Pull> pulled = source.pull(batch);
    if (!pulled) out.error = pulled.error().text();
    if (!pulled || *pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) {
      out.events.push_back(event);
      out.levels.emplace_back();
      if (event.kind != Kind::book) continue;
      auto update = event.as<BookUpdate>();
      const auto all =
          batch.levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
      out.levels.back().assign(all.begin(), all.end());
      update.first_level = 0;  // the place in a batch is not part of what happened
      out.events.back().set(update);
    }
  }
  out.summary = source.summary();
  return out;
}

inline DbnImport import_dbn(const std::vector<std::string>& paths) {
  feeds::ImportOptions options;
  options.paths = paths;
  return import_dbn(options);
}

inline DbnImport import_dbn(const Bytes& bytes, feeds::ImportOptions options = {}) {
  const DbnFile file(bytes);
  options.paths = {file.path()};
  return import_dbn(options);
}

}  // namespace lockstep::test
