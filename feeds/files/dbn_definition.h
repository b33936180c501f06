// Instrument definitions of Databento files: the three wire layouts brought to the terms that the engine
// knows. Never guesses a term: what a record leaves undefined stays undefined here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/core/instrument.h"
#include "feeds/files/dbn_layout.h"

namespace lockstep::feeds::dbn {

inline constexpr std::size_t kDefinitionV1Size = 360;
inline constexpr std::size_t kDefinitionV2Size = 400;
inline constexpr std::size_t kDefinitionV3Size = 520;

/// Prices, the strike and the multiplier are in 10^-9.
struct Terms {
  std::string symbol;         ///< as the venue writes it
  std::string asset;          ///< ES; may be empty
  std::string currency;       ///< of the price; may be empty
  std::string settlement;     ///< currency of cash, if the record names another one; may be empty
  char instrument_class = 0;  ///< F future, C call, P put, K stock, S T M spreads, X Y spot, B bond, I index
  std::uint64_t ts_recv = kUndefinedTime;
  std::uint64_t expiry_ts = kUndefinedTime;
  std::int64_t tick = kUndefinedPrice;
  std::int64_t strike = kUndefinedPrice;
  std::int64_t multiplier = 0;  ///< money that a price change of one is worth; 0: the record does not say
  bool is_multiplier_doubtful = false;  ///< the record states two that disagree

  friend bool operator==(const Terms&, const Terms&) = default;
};

/// A definition record of any version, told by its size. Requires one of the three sizes.
///
/// The multiplier is the value of a tick over the tick, min_price_increment_amount / (display_factor x
/// min_price_increment), as Databento computes it (Computing tick value and contract notional). CME calls
/// that amount provisional, and for many options it is wrong: so it must agree with unit_of_measure_qty, of
/// which it is the whole, or a hundredth where prices are in cents or in percent. Where it does not,
/// unit_of_measure_qty is taken and the multiplier is doubtful. Without either: contract_multiplier. A
/// stock's is 1.
Terms read_terms(std::span<const std::uint8_t> record);

/// The kind that an instrument class stands for: futures and spreads with futures, options and spreads of
/// options, stocks; currencies, commodities, bonds and indices are held like a spot. Nothing for a letter
/// that is no class.
std::optional<InstrumentKind> kind_of(char instrument_class);
OptionRight right_of(char instrument_class);

/// The text of a fixed-size field, up to its first zero byte.
template <std::size_t N>
std::string text_of(const std::array<char, N>& field) {
  const std::string_view all(field.data(), N);
  return std::string(all.substr(0, all.find('\0')));
}

}  // namespace lockstep::feeds::dbn
