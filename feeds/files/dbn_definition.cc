#include "feeds/files/dbn_definition.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "engine/core/check.h"
#include "engine/core/decimal.h"

namespace lockstep::feeds::dbn {
namespace {

// Only the fields that are read have names; the offsets pin their places.
struct Start {
  Header hd;
  std::uint64_t ts_recv;
  std::int64_t min_price_increment;
  std::int64_t display_factor;
  std::uint64_t expiration;
};

struct DefinitionV1 {
  Start start;
  std::array<std::uint8_t, 40> unread1;
  std::int64_t unit_of_measure_qty;
  std::int64_t min_price_increment_amount;
  std::array<std::uint8_t, 56> unread2;
  std::int32_t contract_multiplier;
  std::array<std::uint8_t, 22> unread3;
  std::array<char, 4> currency;
  std::array<char, 4> settl_currency;
  std::array<std::uint8_t, 6> unread4;
  std::array<char, 22> raw_symbol;
  std::array<std::uint8_t, 26> unread5;
  std::array<char, 7> asset;
  std::array<std::uint8_t, 70> unread6;
  char instrument_class;
  std::array<std::uint8_t, 2> unread7;
  std::int64_t strike_price;
  std::array<std::uint8_t, 24> unread8;
};
static_assert(sizeof(DefinitionV1) == kDefinitionV1Size &&
              offsetof(DefinitionV1, unit_of_measure_qty) == 88 &&
              offsetof(DefinitionV1, contract_multiplier) == 160 && offsetof(DefinitionV1, currency) == 186 &&
              offsetof(DefinitionV1, raw_symbol) == 200 && offsetof(DefinitionV1, asset) == 248 &&
              offsetof(DefinitionV1, instrument_class) == 325 && offsetof(DefinitionV1, strike_price) == 328);

struct DefinitionV2 {
  Start start;
  std::array<std::uint8_t, 40> unread1;
  std::int64_t unit_of_measure_qty;
  std::int64_t min_price_increment_amount;
  std::array<std::uint8_t, 8> unread2;
  std::int64_t strike_price;
  std::array<std::uint8_t, 44> unread3;
  std::int32_t contract_multiplier;
  std::array<std::uint8_t, 18> unread4;
  std::array<char, 4> currency;
  std::array<char, 4> settl_currency;
  std::array<std::uint8_t, 6> unread5;
  std::array<char, 71> raw_symbol;
  std::array<std::uint8_t, 26> unread6;
  std::array<char, 7> asset;
  std::array<std::uint8_t, 70> unread7;
  char instrument_class;
  std::array<std::uint8_t, 25> unread8;
};
static_assert(sizeof(DefinitionV2) == kDefinitionV2Size &&
              offsetof(DefinitionV2, unit_of_measure_qty) == 88 &&
              offsetof(DefinitionV2, strike_price) == 112 &&
              offsetof(DefinitionV2, contract_multiplier) == 164 && offsetof(DefinitionV2, currency) == 186 &&
              offsetof(DefinitionV2, raw_symbol) == 200 && offsetof(DefinitionV2, asset) == 297 &&
              offsetof(DefinitionV2, instrument_class) == 374);

struct DefinitionV3 {
  Start start;
  std::array<std::uint8_t, 32> unread1;
  std::int64_t unit_of_measure_qty;
  std::int64_t min_price_increment_amount;
  std::array<std::uint8_t, 8> unread2;
  std::int64_t strike_price;
  std::array<std::uint8_t, 64> unread3;
  std::int32_t contract_multiplier;
  std::array<std::uint8_t, 44> unread4;
  std::array<char, 4> currency;
  std::array<char, 4> settl_currency;
  std::array<std::uint8_t, 6> unread5;
  std::array<char, 71> raw_symbol;
  std::array<std::uint8_t, 26> unread6;
  std::array<char, 11> asset;
  std::array<std::uint8_t, 141> unread7;
  char instrument_class;
  std::array<std::uint8_t, 32> unread8;
};
static_assert(sizeof(DefinitionV3) == kDefinitionV3Size &&
              offsetof(DefinitionV3, unit_of_measure_qty) == 80 &&
              offsetof(DefinitionV3, strike_price) == 104 &&
              offsetof(DefinitionV3, contract_multiplier) == 176 && offsetof(DefinitionV3, currency) == 224 &&
              offsetof(DefinitionV3, raw_symbol) == 238 && offsetof(DefinitionV3, asset) == 335 &&
              offsetof(DefinitionV3, instrument_class) == 487);

constexpr std::int64_t kOne = 1'000'000'000;

bool is_given(std::int64_t value) {
  return value > 0 && value != kUndefinedPrice;
}

// By the value of a tick; 0 if that is not given or needs more than nine decimals.
template <class Definition>
std::int64_t multiplier_by_tick(const Definition& wire) {
  const std::int64_t tick = wire.start.min_price_increment;
  const std::int64_t factor = wire.start.display_factor;
  if (!is_given(wire.min_price_increment_amount) || !is_given(factor) || !is_given(tick)) return 0;
  const Int128 numerator = Int128{wire.min_price_increment_amount} * kOne * kOne;
  const Int128 denominator = Int128{factor} * tick;
  const Int128 quotient = numerator / denominator;
  return quotient <= INT64_MAX && quotient * denominator == numerator ? static_cast<std::int64_t>(quotient)
                                                                      : 0;
}

template <class Definition>
void read_multiplier(const Definition& wire, Terms& out) {
  const std::int64_t by_tick = multiplier_by_tick(wire);
  const std::int64_t by_size = is_given(wire.unit_of_measure_qty) ? wire.unit_of_measure_qty : 0;
  if (wire.instrument_class == 'K') {
    out.multiplier = kOne;
  } else if (by_tick != 0 && by_size != 0) {
    const bool agree = by_tick == by_size || Int128{by_tick} * 100 == by_size;
    out.multiplier = agree ? by_tick : by_size;
    out.is_multiplier_doubtful = !agree;
  } else if (by_tick != 0 || by_size != 0) {
    out.multiplier = std::max(by_tick, by_size);
  } else if (wire.contract_multiplier > 0 && wire.contract_multiplier != kUndefinedQty32) {
    out.multiplier = wire.contract_multiplier * kOne;
  }
}

template <class Definition>
Terms read(std::span<const std::uint8_t> record) {
  Definition wire;
  std::memcpy(&wire, record.data(), sizeof wire);
  Terms terms;
  terms.symbol = text_of(wire.raw_symbol);
  terms.asset = text_of(wire.asset);
  terms.currency = text_of(wire.currency);
  terms.settlement = text_of(wire.settl_currency);
  terms.instrument_class = wire.instrument_class;
  terms.ts_recv = wire.start.ts_recv;
  terms.expiry_ts = wire.start.expiration;
  terms.tick = is_given(wire.start.min_price_increment) ? wire.start.min_price_increment : kUndefinedPrice;
  terms.strike = wire.strike_price;
  read_multiplier(wire, terms);
  return terms;
}

}  // namespace

Terms read_terms(std::span<const std::uint8_t> record) {
  if (record.size() == kDefinitionV1Size) return read<DefinitionV1>(record);
  if (record.size() == kDefinitionV2Size) return read<DefinitionV2>(record);
  LOCKSTEP_CHECK(record.size() == kDefinitionV3Size, "no version's definition has this size");
  return read<DefinitionV3>(record);
}

std::optional<InstrumentKind> kind_of(char instrument_class) {
  switch (instrument_class) {
    case 'F':
    case 'S':
    case 'M': return InstrumentKind::future;
    case 'C':
    case 'P':
    case 'T': return InstrumentKind::option;
    case 'K': return InstrumentKind::equity;
    case 'B':
    case 'I':
    case 'X':
    case 'Y': return InstrumentKind::spot;
    default: return std::nullopt;
  }
}

OptionRight right_of(char instrument_class) {
  if (instrument_class == 'C') return OptionRight::call;
  if (instrument_class == 'P') return OptionRight::put;
  return OptionRight::none;
}

}  // namespace lockstep::feeds::dbn
