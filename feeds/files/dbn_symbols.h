// Whose events a Databento record's are: an instrument id means a symbol on a day, and the same symbol at two
// publishers is two instruments. Collects the instruments of all files of an import; never reads a file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/core/instrument.h"
#include "feeds/files/dbn_definition.h"
#include "feeds/files/dbn_metadata.h"
#include "feeds/files/import.h"

namespace lockstep::feeds::dbn {

/// From an event as decoded (provisional instrument, prices in 10^-9, whole quantities) to the instrument's
/// own units.
struct FinalUnits {
  InstrumentId instrument = kNoInstrument;
  int price_scale = 9;
  int qty_scale = 0;
  int multiplier_scale = 9;
  // What a definition event says instead of its own terms: settings of a person, or what the record leaves
  // open.
  std::optional<Price> tick_set;
  std::optional<Price> strike_set;
  std::optional<std::int64_t> multiplier_set;
  std::optional<TimeNs> expiry_set;
  Price default_tick = 1;
  Qty lot = 1;
  std::int64_t default_multiplier = 1;
};

/// The instruments of an import. While files are scanned they have provisional numbers; finish() names them,
/// joins those that turn out to be the same, and fixes their terms and scales.
class InstrumentTable {
 public:
  /// The provisional number of what is called `symbol` at the publisher, or of an id without a known symbol.
  InstrumentId of_symbol(std::uint16_t publisher, const std::string& symbol, std::uint32_t id);
  InstrumentId of_id(std::uint16_t publisher, std::uint32_t id);

  void see_dataset(std::uint16_t publisher, const std::string& dataset) {
    datasets_.try_emplace(publisher, dataset);
  }
  /// The first definition of an instrument gives its terms; later ones are events only.
  void see_terms(InstrumentId provisional, std::uint32_t id, const Terms& terms);
  /// Prices are in 10^-9; kNoPrice and 0 need no decimals.
  void see_price(InstrumentId provisional, Price price) {
    if (price == kNoPrice) return;
    Entry& entry = entries_[provisional];
    while (price % entry.price_unit != 0) {
      entry.price_unit /= 10;
      ++entry.decimals;
    }
  }

  /// Call once all files are scanned. What the data does not say (kind, currency, multiplier without a
  /// definition) is taken from `options.set`, else assumed by dataset and said in a note.
  Result<std::vector<Instrument>> finish(const ImportOptions& options, ImportLog& log);
  /// By provisional number; empty before finish().
  [[nodiscard]] const std::vector<FinalUnits>& units() const { return units_; }

 private:
  struct Entry {
    std::uint16_t publisher = 0;
    std::uint32_t id = 0;
    std::string symbol;  // empty: only the id is known
    std::optional<Terms> terms;
    int multiplier_decimals = 0;
    int decimals = 0;
    std::int64_t price_unit = 1'000'000'000;  // 10^(9 - decimals)
  };
  struct TermsOfId {
    Terms terms;
    bool is_ambiguous = false;  // the id meant several symbols
  };

  [[nodiscard]] const Terms* terms_of(const Entry& entry) const;
  [[nodiscard]] std::string final_symbol(const Entry& entry) const;
  [[nodiscard]] std::string venue_of(std::uint16_t publisher) const;
  Result<FinalUnits> build(const Entry& entry, const ImportOptions& options, Instrument& out) const;

  std::vector<Entry> entries_;
  std::vector<FinalUnits> units_;
  std::map<std::pair<std::uint16_t, std::string>, InstrumentId> by_symbol_;
  std::map<std::pair<std::uint16_t, std::uint32_t>, InstrumentId> by_id_;
  std::map<std::pair<std::uint16_t, std::uint32_t>, TermsOfId> terms_by_id_;
  std::map<std::uint16_t, std::string> datasets_;
};

/// What the ids of one file mean. In this order: a symbol mapping record that came before, the mapping of the
/// file's metadata on that day, a definition's own symbol, the bare id.
class Symbology {
 public:
  Symbology(InstrumentTable& table, const std::optional<Metadata>& metadata);

  /// The provisional instrument of a record received at `ts_ns` (exchange time where there is no receive
  /// time). `defined_as` is the symbol that the record itself states, if it is a definition.
  InstrumentId find(std::uint16_t publisher, std::uint32_t id, TimeNs ts_ns,
                    const std::string* defined_as = nullptr);

  /// From now on `id` is called `symbol`, at every publisher.
  void rename(std::uint32_t id, const std::string& symbol);

  /// Mappings that name a group of instruments (a parent symbol) or no instrument id, and so are of no use.
  [[nodiscard]] std::size_t unused_mappings() const { return unused_mappings_; }

 private:
  struct Interval {
    TimeNs from_ts_ns;
    TimeNs to_ts_ns;
    std::string symbol;
  };
  struct Found {
    TimeNs from_ts_ns;
    TimeNs to_ts_ns;
    InstrumentId instrument;
    bool is_bare_id = false;
  };

  InstrumentTable& table_;
  std::string dataset_;
  std::map<std::uint32_t, std::vector<Interval>> intervals_;
  std::map<std::uint32_t, std::string> renamed_;
  std::unordered_map<std::uint64_t, Found> cache_;  // looked up, never iterated
  std::size_t unused_mappings_ = 0;
};

}  // namespace lockstep::feeds::dbn
