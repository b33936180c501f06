// The payload of an event as a list of named values, in the order of the schema: what every text form of the
// log is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event.h"

namespace lockstep::recordings {

enum class FieldType {
  text,     ///< a name or a decimal number
  integer,  ///< 64 bits, unsigned
  amount,   ///< 64 bits, signed
  small,    ///< fits a double exactly
  time,     ///< nanoseconds; 0: none
};

struct Field {
  std::string_view key;
  FieldType type;
  std::string text;    ///< text
  std::uint64_t bits;  ///< the others
  bool is_given = true;
};

/// Decimals are those of the instrument; for an event of no instrument (null) the integers stand as stored.
/// The levels of a book update are not among them.
std::vector<Field> fields_of(const Event& event, const Instrument* instrument);

/// `suspicious`, `receive_derived`, `venue_snapshot`, `reduce_only`, `post_only`, `maker`, joined by
/// `separator`; bits without a name as `bit6`.
std::string flags_text(std::uint8_t flags, std::string_view separator);

}  // namespace lockstep::recordings
