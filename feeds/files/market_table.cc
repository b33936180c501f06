#include "feeds/files/market_table.h"

#include <algorithm>

#include "engine/core/decimal.h"
#include "feeds/files/instruments.h"

namespace lockstep::feeds {
namespace {

// `text` without the decimals beyond `decimals`; text with an exponent is left as it is.
std::string_view cut_decimals(std::string_view text, int decimals) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.find_first_of("eE") != std::string_view::npos) return text;
  return text.substr(0, std::min(text.size(), point + 1 + static_cast<std::size_t>(decimals)));
}

void join(std::string& key, std::string_view venue, std::string_view symbol) {
  key.assign(venue);
  key += '/';
  key += symbol;
}

}  // namespace

InstrumentId MarketTable::find(std::string_view venue, std::string_view symbol) {
  join(key_, venue, symbol);
  const auto found = index_.find(key_);
  return found == index_.end() ? kNoInstrument : found->second;
}

InstrumentId MarketTable::add(const Instrument& instrument, const std::string& strike_text) {
  LOCKSTEP_CHECK(learning_, "instruments are constant once learning is finished");
  join(key_, instrument.venue, instrument.symbol);
  const auto id = static_cast<InstrumentId>(instruments_.size());
  index_.emplace(key_, id);
  instruments_.push_back(instrument);
  learned_.emplace_back();
  learned_.back().strike = strike_text;
  return id;
}

void MarketTable::set_terms(std::string_view venue, std::string_view symbol, MarketTerms terms) {
  if (!learning_) return;
  join(key_, venue, symbol);
  terms_.insert_or_assign(key_, std::move(terms));
}

std::int64_t MarketTable::convert(InstrumentId id, std::string_view text, What what, Fault& fault) {
  if (fault.any() || id >= instruments_.size()) return 0;
  if (what == What::derived) text = cut_decimals(text, kDerivedDecimals);
  if (learning_) {
    const Result<int> decimals = decimals_needed(text);
    if (decimals) {
      pending_.push_back({id, what, *decimals});
    } else {
      fault.report(decimals.error().what);
    }
    return 0;
  }
  const Instrument& instrument = instruments_[id];
  const int scale = what == What::qty ? instrument.qty_scale : instrument.price_scale;
  const Result<std::int64_t> value = parse_decimal(text, scale);
  if (value) return *value;
  // A message that was well-formed in the first pass has left its decimals here.
  const Result<int> decimals = decimals_needed(text);
  fault.report(decimals && *decimals > scale
                   ? "another of its fields is malformed: \"" + std::string(text) +
                         "\" has more decimals than all well-formed messages of " + instrument.symbol
                   : value.error().what);
  return 0;
}

Price MarketTable::price(InstrumentId id, std::string_view text, Fault& fault) {
  return convert(id, text, What::tradable, fault);
}
Price MarketTable::derived_price(InstrumentId id, std::string_view text, Fault& fault) {
  return convert(id, text, What::derived, fault);
}
Qty MarketTable::qty(InstrumentId id, std::string_view text, Fault& fault) {
  return convert(id, text, What::qty, fault);
}

bool MarketTable::is_best(InstrumentId id, Channel channel, int rank) {
  int& best = channel == Channel::book ? learned_.at(id).book_rank : learned_.at(id).trades_rank;
  if (learning_) best = std::max(best, rank);
  return rank == best || learning_;
}

void MarketTable::keep_learned(bool keep) {
  for (const Pending& met : pending_) {
    if (!keep) break;
    Learned& learned = learned_[met.id];
    int& decimals = met.what == What::qty        ? learned.qty_decimals
                    : met.what == What::tradable ? learned.tradable_decimals
                                                 : learned.derived_decimals;
    decimals = std::max(decimals, met.decimals);
  }
  pending_.clear();
}

Status MarketTable::apply(const std::map<std::string, std::string>& set, Instrument& instrument,
                          Learned& learned) {
  const std::string where = "instrument " + instrument.symbol + " of " + instrument.venue;
  join(key_, instrument.venue, instrument.symbol);
  const auto stated = terms_.find(key_);
  const MarketTerms terms = stated == terms_.end() ? MarketTerms{} : stated->second;
  if (!terms.base.empty()) instrument.base = terms.base;
  if (!terms.quote.empty()) instrument.quote = terms.quote;
  if (!terms.settle.empty()) instrument.settle = terms.settle;
  if (terms.expiry_ts_ns != kNoTime) instrument.expiry_ts_ns = terms.expiry_ts_ns;

  const auto decimals_of = [&](const std::string& text, int& decimals) -> Status {
    if (text.empty()) return Done{};
    const Result<int> needed = decimals_needed(text);
    if (!needed) return Error{ErrorCode::bad_input, where, needed.error().what};
    decimals = std::max(decimals, *needed);
    return Done{};
  };
  Scales seen{std::max(learned.tradable_decimals, learned.derived_decimals), learned.qty_decimals};
  int multiplier_decimals = instrument.multiplier_scale;
  for (const Status& status :
       {decimals_of(terms.tick, seen.price), decimals_of(learned.strike, seen.price),
        decimals_of(terms.lot, seen.qty), decimals_of(terms.multiplier, multiplier_decimals)}) {
    if (!status) return status;
  }
  // Once for the scales, in which tick, lot and strike are then counted, and once more so that what a person
  // set wins.
  Instrument scaled = instrument;
  if (const Status status = apply_settings(set, seen, scaled); !status) return status;
  instrument.price_scale = scaled.price_scale;
  instrument.qty_scale = scaled.qty_scale;
  instrument.tick = pow10(instrument.price_scale - learned.tradable_decimals);
  instrument.lot = pow10(instrument.qty_scale - learned.qty_decimals);
  if (!terms.multiplier.empty()) instrument.multiplier_scale = static_cast<std::uint8_t>(multiplier_decimals);

  const auto stated_value = [&](const std::string& text, int scale, std::int64_t& field) -> Status {
    if (text.empty()) return Done{};
    const Result<std::int64_t> value = parse_decimal(text, scale);
    if (!value) return Error{value.error().code, where, value.error().what};
    field = *value;
    return Done{};
  };
  for (const Status& status :
       {stated_value(terms.tick, instrument.price_scale, instrument.tick),
        stated_value(learned.strike, instrument.price_scale, instrument.strike),
        stated_value(terms.lot, instrument.qty_scale, instrument.lot),
        stated_value(terms.multiplier, instrument.multiplier_scale, instrument.multiplier)}) {
    if (!status) return status;
  }
  if (!terms.multiplier.empty() || find_setting(set, instrument.symbol, "multiplier") != nullptr) {
    learned.size_unknown = false;
  }
  return apply_settings(set, seen, instrument);
}

Status MarketTable::finish_learning(const std::map<std::string, std::string>& set) {
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    const Status applied = apply(set, instruments_[i], learned_[i]);
    if (!applied) return applied;
  }
  learning_ = false;
  terms_.clear();
  return Done{};
}

std::vector<std::string> MarketTable::unknown_contract_sizes() const {
  std::vector<std::string> symbols;
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    if (learned_[i].size_unknown) symbols.push_back(instruments_[i].symbol);
  }
  return symbols;
}

}  // namespace lockstep::feeds
