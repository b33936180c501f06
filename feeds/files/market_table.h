// The instruments of a feed and their units. A first pass over a file learns which instruments there are
// and how many decimals each needs; the second turns decimal text into integers with them. Owned by an
// importer; never reads a file.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/instrument.h"
#include "feeds/files/json_object.h"

namespace lockstep::feeds {

/// What a venue's own instrument list says, as text; empty: it does not say.
struct MarketTerms {
  std::string tick;
  std::string lot;
  std::string multiplier;
  std::string base;
  std::string quote;
  std::string settle;
  TimeNs expiry_ts_ns = kNoTime;
};

class MarketTable {
 public:
  [[nodiscard]] bool learning() const { return learning_; }

  /// kNoInstrument if it is not there.
  [[nodiscard]] InstrumentId find(std::string_view venue, std::string_view symbol);
  /// While learning only. Scales, tick and lot of `instrument` are overwritten by what is learned.
  InstrumentId add(const Instrument& instrument, const std::string& strike_text);

  /// Terms for an instrument that may never turn up; they are applied by finish_learning.
  void set_terms(std::string_view venue, std::string_view symbol, MarketTerms terms);

  /// A price of an order, trade, quote or bar: its decimals make the tick.
  Price price(InstrumentId id, std::string_view text, Fault& fault);
  /// A price that the venue calculates (mark, index). It may have more decimals than the tick; those beyond
  /// the ninth are cut off, because such values come with up to 16 and would leave 64 bits.
  Price derived_price(InstrumentId id, std::string_view text, Fault& fault);
  Qty qty(InstrumentId id, std::string_view text, Fault& fault);

  /// Several channels may show the same thing in different detail (a book of 1 and of 200 levels, single and
  /// aggregated trades); only the best may become events, or they would count twice. While learning: notes
  /// the rank, true. After: whether this rank is the best that was met.
  enum class Channel { book, trades };
  bool is_best(InstrumentId id, Channel channel, int rank);

  /// Makes the decimals that were met since the last call part of the table, or forgets them where the
  /// message was at fault. Its instrument stays, so that the second pass comes to the fault itself.
  void keep_learned(bool keep);
  /// Fixes scales, ticks and lots; what a person set (see instruments.h) wins. An error names the instrument
  /// whose terms are no numbers or do not fit.
  Status finish_learning(const std::map<std::string, std::string>& set);

  [[nodiscard]] std::span<const Instrument> instruments() const { return instruments_; }
  [[nodiscard]] const Instrument& at(InstrumentId id) const { return instruments_.at(id); }
  /// Instruments whose contract size was neither known nor stated: a multiplier of 1 was assumed.
  void note_unknown_contract_size(InstrumentId id) { learned_.at(id).size_unknown = true; }
  [[nodiscard]] std::vector<std::string> unknown_contract_sizes() const;

 private:
  static constexpr int kDerivedDecimals = 9;
  struct Learned {
    int tradable_decimals = 0;
    int derived_decimals = 0;
    int qty_decimals = 0;
    int book_rank = 0;
    int trades_rank = 0;
    std::string strike;
    bool size_unknown = false;
  };
  enum class What { tradable, derived, qty };
  struct Pending {
    InstrumentId id;
    What what;
    int decimals;
  };

  std::int64_t convert(InstrumentId id, std::string_view text, What what, Fault& fault);
  Status apply(const std::map<std::string, std::string>& set, Instrument& instrument, Learned& learned);

  bool learning_ = true;
  std::vector<Instrument> instruments_;
  std::vector<Learned> learned_;
  std::vector<Pending> pending_;
  std::map<std::string, InstrumentId, std::less<>> index_;
  std::map<std::string, MarketTerms, std::less<>> terms_;
  std::string key_;
};

}  // namespace lockstep::feeds
