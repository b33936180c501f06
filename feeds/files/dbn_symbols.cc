#include "feeds/files/dbn_symbols.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "engine/core/decimal.h"
#include "feeds/files/instruments.h"

namespace lockstep::feeds::dbn {
namespace {

constexpr int kWireScale = 9;

// What all instruments of a dataset are, as far as one can say without their definitions.
struct DatasetTerms {
  InstrumentKind kind;
  const char* currency;
};
DatasetTerms terms_of_dataset(const std::string& prefix) {
  static constexpr struct {
    const char* prefix;
    DatasetTerms terms;
  } kFutures[] = {
      {"glbx", {InstrumentKind::future, "USD"}}, {"ifus", {InstrumentKind::future, "USD"}},
      {"ifeu", {InstrumentKind::future, ""}},    {"ifll", {InstrumentKind::future, ""}},
      {"ndex", {InstrumentKind::future, "EUR"}}, {"xeur", {InstrumentKind::future, "EUR"}},
      {"xeee", {InstrumentKind::future, "EUR"}}, {"opra", {InstrumentKind::option, "USD"}},
      {"", {InstrumentKind::spot, ""}},  // a fragment, whose dataset is not known
  };
  for (const auto& row : kFutures) {
    if (prefix == row.prefix) return row.terms;
  }
  return {InstrumentKind::equity, "USD"};  // every other dataset is of US equities
}

int decimals_of(std::int64_t value, int scale) {
  for (; scale > 0 && value % 10 == 0; --scale) value /= 10;
  return scale;
}

// From 10^-9 to 10^-scale; exact, because the scale was chosen from the same values.
Result<std::int64_t> to_scale(std::int64_t value, int scale, const std::string& what) {
  if (scale <= kWireScale) return value / pow10(kWireScale - scale);
  return narrow(Int128{value} * pow10(scale - kWireScale), what);
}

TimeNs expiry_of(const Terms& terms) {
  return terms.expiry_ts <= static_cast<std::uint64_t>(INT64_MAX) ? static_cast<TimeNs>(terms.expiry_ts)
                                                                  : kNoTime;
}

std::optional<std::uint32_t> id_of(const std::string& text) {
  std::uint32_t id = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, id);
  if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
  return id;
}

}  // namespace

InstrumentId InstrumentTable::of_symbol(std::uint16_t publisher, const std::string& symbol,
                                        std::uint32_t id) {
  const auto [found, is_new] =
      by_symbol_.try_emplace({publisher, symbol}, static_cast<InstrumentId>(entries_.size()));
  if (is_new) {
    entries_.emplace_back();
    entries_.back().publisher = publisher;
    entries_.back().id = id;
    entries_.back().symbol = symbol;
  }
  return found->second;
}

InstrumentId InstrumentTable::of_id(std::uint16_t publisher, std::uint32_t id) {
  const auto [found, is_new] =
      by_id_.try_emplace({publisher, id}, static_cast<InstrumentId>(entries_.size()));
  if (is_new) {
    entries_.emplace_back();
    entries_.back().publisher = publisher;
    entries_.back().id = id;
  }
  return found->second;
}

void InstrumentTable::see_terms(InstrumentId provisional, std::uint32_t id, const Terms& terms) {
  Entry& entry = entries_[provisional];
  if (!entry.terms) entry.terms = terms;
  entry.multiplier_decimals = std::max(entry.multiplier_decimals, decimals_of(terms.multiplier, kWireScale));
  const auto [found, is_new] = terms_by_id_.try_emplace({entry.publisher, id}, TermsOfId{terms, false});
  if (!is_new && found->second.terms.symbol != terms.symbol) found->second.is_ambiguous = true;
}

const Terms* InstrumentTable::terms_of(const Entry& entry) const {
  if (entry.terms) return &*entry.terms;
  const auto found = terms_by_id_.find({entry.publisher, entry.id});
  return found == terms_by_id_.end() || found->second.is_ambiguous ? nullptr : &found->second.terms;
}

std::string InstrumentTable::final_symbol(const Entry& entry) const {
  if (!entry.symbol.empty()) return entry.symbol;
  const Terms* terms = terms_of(entry);
  return terms != nullptr && !terms->symbol.empty() ? terms->symbol : std::to_string(entry.id);
}

std::string InstrumentTable::venue_of(std::uint16_t publisher) const {
  const auto found = datasets_.find(publisher);
  if (found == datasets_.end()) return "publisher-" + std::to_string(publisher);
  std::string venue = found->second.substr(0, found->second.find('.'));
  for (char& c : venue) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool is_shared = std::any_of(datasets_.begin(), datasets_.end(), [&](const auto& other) {
    return other.first != publisher && other.second == found->second;
  });
  return is_shared ? venue + "-" + std::to_string(publisher) : venue;
}

Result<FinalUnits> InstrumentTable::build(const Entry& entry, const ImportOptions& options,
                                          Instrument& out) const {
  out.symbol = entry.symbol;
  out.venue = venue_of(entry.publisher);
  const auto dataset = datasets_.find(entry.publisher);
  const DatasetTerms assumed =
      terms_of_dataset(dataset == datasets_.end() ? "" : out.venue.substr(0, out.venue.find('-')));
  const Terms* terms = entry.terms ? &*entry.terms : nullptr;
  out.kind = terms != nullptr ? kind_of(terms->instrument_class).value_or(assumed.kind) : assumed.kind;
  out.quote = terms != nullptr && !terms->currency.empty() ? terms->currency : assumed.currency;
  out.settle = terms != nullptr && !terms->settlement.empty() ? terms->settlement : out.quote;
  int decimals = entry.decimals;
  if (terms != nullptr) {
    out.base = terms->asset;
    out.right = right_of(terms->instrument_class);
    out.expiry_ts_ns = expiry_of(*terms);
    if (terms->multiplier > 0) {
      const int scale = std::max(entry.multiplier_decimals, decimals_of(terms->multiplier, kWireScale));
      out.multiplier_scale = static_cast<std::uint8_t>(scale);
      out.multiplier = terms->multiplier / pow10(kWireScale - scale);
    }
    for (const std::int64_t price : {terms->tick, terms->strike}) {
      if (price != kUndefinedPrice) decimals = std::max(decimals, decimals_of(price, kWireScale));
    }
  }
  const bool has_tick = terms != nullptr && terms->tick != kUndefinedPrice;
  const auto is_set = [&](const char* field) {
    return find_setting(options.set, out.symbol, field) != nullptr;
  };
  const bool tick_set = is_set("tick");
  const bool strike_set = is_set("strike");
  const bool multiplier_set = is_set("multiplier");
  const bool expiry_set = is_set("expiry");
  // A few round prices say nothing about the grid: without a tick, cents are possible.
  if (!has_tick && !tick_set && !is_set("price_scale")) decimals = std::max(decimals, 2);
  Scales scales;
  scales.price = decimals;
  if (const Status status = apply_settings(options.set, scales, out); !status) return status.error();
  if (has_tick && !tick_set) {
    const Result<std::int64_t> tick = to_scale(terms->tick, out.price_scale, "tick of " + out.symbol);
    if (!tick) return tick.error();
    out.tick = *tick;
  }
  if (terms != nullptr && terms->strike != kUndefinedPrice && !strike_set) {
    const Result<std::int64_t> strike = to_scale(terms->strike, out.price_scale, "strike of " + out.symbol);
    if (!strike) return strike.error();
    out.strike = *strike;
  }
  FinalUnits units;
  units.price_scale = out.price_scale;
  units.qty_scale = out.qty_scale;
  units.multiplier_scale = out.multiplier_scale;
  if (tick_set) units.tick_set = out.tick;
  if (strike_set) units.strike_set = out.strike;
  if (multiplier_set) units.multiplier_set = out.multiplier;
  if (expiry_set) units.expiry_set = out.expiry_ts_ns;
  units.default_tick = out.tick;
  units.default_multiplier = out.multiplier;
  units.lot = out.lot;
  return units;
}

Result<std::vector<Instrument>> InstrumentTable::finish(const ImportOptions& options, ImportLog& log) {
  std::vector<Entry> joined;
  std::vector<InstrumentId> joined_at;  // by provisional number
  std::map<std::pair<std::uint16_t, std::string>, InstrumentId> index;
  for (const Entry& entry : entries_) {
    std::string symbol = final_symbol(entry);
    const auto [found, is_new] =
        index.try_emplace({entry.publisher, symbol}, static_cast<InstrumentId>(joined.size()));
    joined_at.push_back(found->second);
    if (is_new) joined.emplace_back(entry);
    Entry& into = joined[found->second];
    into.symbol = std::move(symbol);
    into.decimals = std::max(into.decimals, entry.decimals);
    into.multiplier_decimals = std::max(into.multiplier_decimals, entry.multiplier_decimals);
    if (!into.terms && terms_of(entry) != nullptr) into.terms = *terms_of(entry);
  }
  std::vector<Instrument> instruments(joined.size());
  std::vector<FinalUnits> units;
  std::size_t undefined = 0;
  std::size_t first_undefined = 0;
  std::size_t doubtful = 0;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    Result<FinalUnits> built = build(joined[i], options, instruments[i]);
    if (!built) return built.error();
    built->instrument = static_cast<InstrumentId>(i);
    units.push_back(*built);
    const std::string& symbol = instruments[i].symbol;
    if (!joined[i].terms && undefined++ == 0) first_undefined = i;
    if (joined[i].terms && joined[i].terms->is_multiplier_doubtful && !built->multiplier_set &&
        doubtful++ == 0) {
      log.note("the definition of " + symbol +
               " (and maybe others) states a tick value that does not agree with the contract size: " +
               "the size is taken as the multiplier; check it, and set it where it is wrong");
    }
  }
  if (undefined > 0) {
    const Instrument& first = instruments[first_undefined];
    const std::string others = undefined == 1 ? "" : " and " + std::to_string(undefined - 1) + " others";
    log.note(
        "no definition of " + first.symbol + others + " in the data: counted as " +
        std::string(to_string(first.kind)) + (first.quote.empty() ? "" : " in " + first.quote) +
        " with multiplier 1 and the finest tick that the prices need, unless set; import the definitions "
        "beside it, or --set " +
        first.symbol + ".multiplier=N (.tick, .kind, .quote)");
  }
  for (const InstrumentId at : joined_at) units_.push_back(units[at]);
  return instruments;
}

Symbology::Symbology(InstrumentTable& table, const std::optional<Metadata>& metadata) : table_(table) {
  if (!metadata) return;
  dataset_ = metadata->dataset;
  const bool is_out = metadata->type_out == static_cast<std::uint8_t>(SymbolType::instrument_id);
  std::map<std::string, std::vector<const MappingInterval*>> by_request;
  for (const MappingInterval& mapping : metadata->mappings) by_request[mapping.symbol_in].push_back(&mapping);
  for (auto& [symbol_in, mappings] : by_request) {
    std::stable_sort(
        mappings.begin(), mappings.end(),
        [](const MappingInterval* a, const MappingInterval* b) { return a->from_ts_ns < b->from_ts_ns; });
    bool is_group = false;
    for (std::size_t i = 1; i < mappings.size(); ++i) {
      is_group = is_group || (mappings[i]->from_ts_ns < mappings[i - 1]->to_ts_ns &&
                              mappings[i]->symbol_out != mappings[i - 1]->symbol_out);
    }
    for (const MappingInterval* mapping : mappings) {
      const std::string& symbol = is_out ? mapping->symbol_in : mapping->symbol_out;
      const std::optional<std::uint32_t> id = id_of(is_out ? mapping->symbol_out : mapping->symbol_in);
      if (is_group || !id || symbol.empty() || id_of(symbol) == id) {
        ++unused_mappings_;
      } else {
        intervals_[*id].push_back({mapping->from_ts_ns, mapping->to_ts_ns, symbol});
      }
    }
  }
}

InstrumentId Symbology::find(std::uint16_t publisher, std::uint32_t id, TimeNs ts_ns,
                             const std::string* defined_as) {
  const bool is_defined = defined_as != nullptr && !defined_as->empty();
  const std::uint64_t key = std::uint64_t{publisher} << 32U | id;
  const auto cached = cache_.find(key);
  if (cached != cache_.end() && cached->second.from_ts_ns <= ts_ns && ts_ns < cached->second.to_ts_ns) {
    if (is_defined && cached->second.is_bare_id) return table_.of_symbol(publisher, *defined_as, id);
    return cached->second.instrument;
  }
  if (!dataset_.empty()) table_.see_dataset(publisher, dataset_);
  Found found{INT64_MIN, kEndOfTime, kNoInstrument, false};
  const auto renamed = renamed_.find(id);
  if (renamed != renamed_.end()) {
    found.instrument = table_.of_symbol(publisher, renamed->second, id);
  } else if (const auto known = intervals_.find(id); known != intervals_.end()) {
    for (const Interval& interval : known->second) {
      if (interval.from_ts_ns <= ts_ns && ts_ns < interval.to_ts_ns) {
        found = {interval.from_ts_ns, interval.to_ts_ns, table_.of_symbol(publisher, interval.symbol, id),
                 false};
        break;
      }
      // Outside: the answer holds until an interval begins.
      if (interval.to_ts_ns <= ts_ns) found.from_ts_ns = std::max(found.from_ts_ns, interval.to_ts_ns);
      if (interval.from_ts_ns > ts_ns) found.to_ts_ns = std::min(found.to_ts_ns, interval.from_ts_ns);
    }
  }
  if (found.instrument == kNoInstrument) {
    if (is_defined) return table_.of_symbol(publisher, *defined_as, id);
    found.instrument = table_.of_id(publisher, id);
    found.is_bare_id = true;
  }
  cache_[key] = found;
  return found.instrument;
}

void Symbology::rename(std::uint32_t id, const std::string& symbol) {
  renamed_[id] = symbol;
  cache_.clear();
}

}  // namespace lockstep::feeds::dbn
