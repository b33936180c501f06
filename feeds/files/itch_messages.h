// NASDAQ TotalView-ITCH 5.0 as it comes: which messages there are, how long each is, and a view over the
// bytes of each with its fields by name. Owns nothing and copies nothing: a view is a pointer into the
// reader's buffer. It never judges a value.
//
// Source: "NASDAQ TotalView-ITCH 5.0" specification, sections 1.1 to 1.8, and its 2023 addition of message O.
// All numbers are big-endian and unsigned; prices are in 1/10,000 dollar but for the levels of V, in 1/10^8;
// text is ASCII, padded with spaces on the right; times are nanoseconds since midnight in New York, 6 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace lockstep::feeds::itch {

/// Bytes of a message by its type, without the length before it; 0: there is no such type.
inline constexpr std::array<std::uint8_t, 256> kLengths = [] {
  std::array<std::uint8_t, 256> lengths{};
  constexpr std::string_view kTypes = "SRHYLVWKJhAFECXDUPQBINO";
  constexpr std::uint8_t kBytes[] = {12, 39, 25, 20, 26, 35, 12, 28, 35, 21, 36, 40,
                                     31, 36, 23, 19, 35, 44, 40, 19, 50, 20, 48};
  static_assert(kTypes.size() == sizeof kBytes);
  for (std::size_t i = 0; i < kTypes.size(); ++i) lengths[static_cast<unsigned char>(kTypes[i])] = kBytes[i];
  return lengths;
}();

/// Any message: what all have in common.
class Message {
 public:
  explicit Message(const std::uint8_t* bytes) : bytes_(bytes) {}

  [[nodiscard]] char type() const { return static_cast<char>(bytes_[0]); }
  [[nodiscard]] std::uint16_t locate() const { return be<std::uint16_t>(1); }
  [[nodiscard]] std::uint16_t tracking() const { return be<std::uint16_t>(3); }
  [[nodiscard]] std::uint64_t since_midnight_ns() const {
    return std::uint64_t{be<std::uint16_t>(5)} << 32U | be<std::uint32_t>(7);
  }

 protected:
  template <class Number>
  [[nodiscard]] Number be(std::size_t at) const {
    Number value;
    std::memcpy(&value, bytes_ + at, sizeof value);
    if constexpr (sizeof value == 2) return __builtin_bswap16(value);
    if constexpr (sizeof value == 4) return __builtin_bswap32(value);
    if constexpr (sizeof value == 8) return __builtin_bswap64(value);
  }
  [[nodiscard]] char letter(std::size_t at) const { return static_cast<char>(bytes_[at]); }
  /// Without its padding.
  [[nodiscard]] std::string_view text(std::size_t at, std::size_t size) const {
    while (size > 0 && bytes_[at + size - 1] == ' ') --size;
    return {reinterpret_cast<const char*>(bytes_) + at, size};
  }

 private:
  const std::uint8_t* bytes_;
};

struct SystemEvent : Message {  // S
  using Message::Message;
  [[nodiscard]] char event_code() const { return letter(11); }  ///< O S Q M E C
};

struct StockDirectory : Message {  // R
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] char market_category() const { return letter(19); }
  [[nodiscard]] char financial_status() const { return letter(20); }
  [[nodiscard]] std::uint32_t round_lot_size() const { return be<std::uint32_t>(21); }
  [[nodiscard]] char round_lots_only() const { return letter(25); }
  [[nodiscard]] char issue_classification() const { return letter(26); }
  [[nodiscard]] std::string_view issue_sub_type() const { return text(27, 2); }
  [[nodiscard]] char authenticity() const { return letter(29); }  ///< P live, T test
  [[nodiscard]] char short_sale_threshold() const { return letter(30); }
  [[nodiscard]] char ipo_flag() const { return letter(31); }
  [[nodiscard]] char luld_tier() const { return letter(32); }
  [[nodiscard]] char etp_flag() const { return letter(33); }
  [[nodiscard]] std::uint32_t etp_leverage() const { return be<std::uint32_t>(34); }
  [[nodiscard]] char inverse() const { return letter(38); }
};

struct TradingAction : Message {  // H
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] char state() const {
    return letter(19);
  }  ///< H halted, P paused, Q quotation only, T trading
  [[nodiscard]] std::string_view reason() const { return text(21, 4); }
};

struct RegSho : Message {  // Y
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] char action() const { return letter(19); }  ///< 0 none, 1 in effect, 2 still in effect
};

struct ParticipantPosition : Message {  // L
  using Message::Message;
  [[nodiscard]] std::string_view mpid() const { return text(11, 4); }
  [[nodiscard]] std::string_view stock() const { return text(15, 8); }
  [[nodiscard]] char primary_market_maker() const { return letter(23); }
  [[nodiscard]] char mode() const { return letter(24); }
  [[nodiscard]] char state() const { return letter(25); }
};

struct DeclineLevels : Message {  // V; prices in 1/10^8 dollar
  using Message::Message;
  [[nodiscard]] std::uint64_t level1() const { return be<std::uint64_t>(11); }
  [[nodiscard]] std::uint64_t level2() const { return be<std::uint64_t>(19); }
  [[nodiscard]] std::uint64_t level3() const { return be<std::uint64_t>(27); }
};

struct DeclineBreach : Message {  // W
  using Message::Message;
  [[nodiscard]] char level() const { return letter(11); }  ///< 1 2 3
};

struct IpoQuotingPeriod : Message {  // K
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] std::uint32_t release_time_s() const { return be<std::uint32_t>(19); }
  [[nodiscard]] char release_qualifier() const { return letter(23); }
  [[nodiscard]] std::uint32_t price() const { return be<std::uint32_t>(24); }
};

struct AuctionCollar : Message {  // J
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] std::uint32_t reference_price() const { return be<std::uint32_t>(19); }
  [[nodiscard]] std::uint32_t upper_price() const { return be<std::uint32_t>(23); }
  [[nodiscard]] std::uint32_t lower_price() const { return be<std::uint32_t>(27); }
  [[nodiscard]] std::uint32_t extension() const { return be<std::uint32_t>(31); }
};

struct OperationalHalt : Message {  // h
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] char market() const { return letter(19); }  ///< Q NASDAQ, B BX, X PSX
  [[nodiscard]] char action() const { return letter(20); }  ///< H halted, T resumed
};

struct AddOrder : Message {  // A, and F, which names who
  using Message::Message;
  [[nodiscard]] std::uint64_t order_id() const { return be<std::uint64_t>(11); }
  [[nodiscard]] char side() const { return letter(19); }  ///< B S
  [[nodiscard]] std::uint32_t shares() const { return be<std::uint32_t>(20); }
  [[nodiscard]] std::string_view stock() const { return text(24, 8); }
  [[nodiscard]] std::uint32_t price() const { return be<std::uint32_t>(32); }
  /// F alone.
  [[nodiscard]] std::string_view attribution() const { return text(36, 4); }
};

struct OrderExecuted : Message {  // E
  using Message::Message;
  [[nodiscard]] std::uint64_t order_id() const { return be<std::uint64_t>(11); }
  [[nodiscard]] std::uint32_t shares() const { return be<std::uint32_t>(19); }
  [[nodiscard]] std::uint64_t match_number() const { return be<std::uint64_t>(23); }
};

struct OrderExecutedWithPrice : OrderExecuted {  // C
  using OrderExecuted::OrderExecuted;
  [[nodiscard]] char printable() const { return letter(31); }  ///< Y N
  [[nodiscard]] std::uint32_t price() const { return be<std::uint32_t>(32); }
};

struct OrderCancel : Message {  // X
  using Message::Message;
  [[nodiscard]] std::uint64_t order_id() const { return be<std::uint64_t>(11); }
  [[nodiscard]] std::uint32_t shares() const { return be<std::uint32_t>(19); }
};

struct OrderDelete : Message {  // D
  using Message::Message;
  [[nodiscard]] std::uint64_t order_id() const { return be<std::uint64_t>(11); }
};

struct OrderReplace : Message {  // U
  using Message::Message;
  [[nodiscard]] std::uint64_t order_id() const { return be<std::uint64_t>(11); }
  [[nodiscard]] std::uint64_t new_order_id() const { return be<std::uint64_t>(19); }
  [[nodiscard]] std::uint32_t shares() const { return be<std::uint32_t>(27); }
  [[nodiscard]] std::uint32_t price() const { return be<std::uint32_t>(31); }
};

struct NonCrossTrade : Message {  // P: against an order that is not displayed
  using Message::Message;
  [[nodiscard]] std::uint64_t order_id() const { return be<std::uint64_t>(11); }
  [[nodiscard]] char side() const { return letter(19); }  ///< B always, since 2014-07-14
  [[nodiscard]] std::uint32_t shares() const { return be<std::uint32_t>(20); }
  [[nodiscard]] std::string_view stock() const { return text(24, 8); }
  [[nodiscard]] std::uint32_t price() const { return be<std::uint32_t>(32); }
  [[nodiscard]] std::uint64_t match_number() const { return be<std::uint64_t>(36); }
};

struct CrossTrade : Message {  // Q
  using Message::Message;
  [[nodiscard]] std::uint64_t shares() const { return be<std::uint64_t>(11); }
  [[nodiscard]] std::string_view stock() const { return text(19, 8); }
  [[nodiscard]] std::uint32_t price() const { return be<std::uint32_t>(27); }
  [[nodiscard]] std::uint64_t match_number() const { return be<std::uint64_t>(31); }
  [[nodiscard]] char cross_type() const { return letter(39); }  ///< O opening, C closing, H halt or IPO
};

struct BrokenTrade : Message {  // B
  using Message::Message;
  [[nodiscard]] std::uint64_t match_number() const { return be<std::uint64_t>(11); }
};

struct Imbalance : Message {  // I
  using Message::Message;
  [[nodiscard]] std::uint64_t paired_shares() const { return be<std::uint64_t>(11); }
  [[nodiscard]] std::uint64_t imbalance_shares() const { return be<std::uint64_t>(19); }
  /// B buy, S sell, N none, O too few orders to tell, P paused
  [[nodiscard]] char direction() const { return letter(27); }
  [[nodiscard]] std::string_view stock() const { return text(28, 8); }
  [[nodiscard]] std::uint32_t far_price() const { return be<std::uint32_t>(36); }
  [[nodiscard]] std::uint32_t near_price() const { return be<std::uint32_t>(40); }
  [[nodiscard]] std::uint32_t reference_price() const { return be<std::uint32_t>(44); }
  [[nodiscard]] char cross_type() const { return letter(48); }
  [[nodiscard]] char price_variation() const { return letter(49); }
};

struct RetailInterest : Message {  // N
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] char interest() const { return letter(19); }  ///< B S A both N none
};

struct DirectListing : Message {  // O
  using Message::Message;
  [[nodiscard]] std::string_view stock() const { return text(11, 8); }
  [[nodiscard]] char open_eligibility() const { return letter(19); }
  [[nodiscard]] std::uint32_t least_price() const { return be<std::uint32_t>(20); }
  [[nodiscard]] std::uint32_t greatest_price() const { return be<std::uint32_t>(24); }
  [[nodiscard]] std::uint32_t near_price() const { return be<std::uint32_t>(28); }
  [[nodiscard]] std::uint64_t near_time_ns() const { return be<std::uint64_t>(32); }
  [[nodiscard]] std::uint32_t lower_collar() const { return be<std::uint32_t>(40); }
  [[nodiscard]] std::uint32_t upper_collar() const { return be<std::uint32_t>(44); }
};

}  // namespace lockstep::feeds::itch
