// The records of Databento Binary Encoding as they lie in a file: versions 1, 2 and 3, and what DBZ shares
// with version 1. Facts only, pinned by their sizes; nothing here decodes or owns anything.
//
// Little-endian, without padding. Prices are in 10^-9, times in nanoseconds since 1970 UTC. Only definitions,
// statistics and the gateway's messages differ between versions, and each version's length is different, so
// that record type and length name the layout.
#pragma once

#include <array>
#include <cstdint>

namespace lockstep::feeds::dbn {

inline constexpr std::int64_t kUndefinedPrice = INT64_MAX;
inline constexpr std::uint64_t kUndefinedTime = UINT64_MAX;
inline constexpr std::int32_t kUndefinedQty32 =
    INT32_MAX;  ///< statistics of versions 1 and 2, definition counts
inline constexpr std::int64_t kUndefinedQty64 = INT64_MAX;  ///< statistics of version 3

enum RecordType : std::uint8_t {
  kTrades = 0x00,
  kMbp1 = 0x01,  ///< also the tbbo schema
  kMbp10 = 0x0A,
  kOhlcvOfSchema = 0x11,  ///< DBZ and early version 1: the schema says which length
  kStatus = 0x12,
  kDefinition = 0x13,
  kImbalance = 0x14,
  kError = 0x15,
  kSymbolMapping = 0x16,
  kSystem = 0x17,
  kStatistics = 0x18,
  kOhlcv1s = 0x20,
  kOhlcv1m = 0x21,
  kOhlcv1h = 0x22,
  kOhlcv1d = 0x23,
  kOhlcvEod = 0x24,
  kMbo = 0xA0,
  kCmbp1 = 0xB1,
  kCbbo1s = 0xC0,
  kCbbo1m = 0xC1,
  kTcbbo = 0xC2,
  kBbo1s = 0xC3,
  kBbo1m = 0xC4,
  kTbbo = 0xC5,
};

/// Bits of a record's flags.
enum RecordFlag : std::uint8_t {
  kPublisherSpecific = 0x02,
  kMaybeBadBook = 0x04,  ///< the channel lost something that it cannot recover
  kBadReceiveTime = 0x08,
  kMarketByPrice = 0x10,
  kSnapshot = 0x20,  ///< from a replay, such as a snapshot of the book at the start of a day
  kTopOfBook = 0x40,
  kLast = 0x80,  ///< last record of the venue's event for this instrument
};

/// As numbered in the metadata.
enum class Schema : std::uint16_t { ohlcv_1s = 5, ohlcv_1m = 6, ohlcv_1h = 7, ohlcv_1d = 8, none = 0xFFFF };
enum class SymbolType : std::uint8_t { instrument_id = 0, raw_symbol = 1, none = 0xFF };

struct Header {
  std::uint8_t length_words;  ///< of the whole record, in 4 bytes
  std::uint8_t rtype;
  std::uint16_t publisher_id;
  std::uint32_t instrument_id;
  std::uint64_t ts_event;
};
static_assert(sizeof(Header) == 16);

struct MboRecord {
  Header hd;
  std::uint64_t order_id;
  std::int64_t price;
  std::uint32_t size;
  std::uint8_t flags;
  std::uint8_t channel_id;
  char action;
  char side;
  std::uint64_t ts_recv;
  std::int32_t ts_in_delta;
  std::uint32_t sequence;
};
static_assert(sizeof(MboRecord) == 56);

/// What trades, mbp-1 and mbp-10 begin with. In bbo records action and depth are reserved; in consolidated
/// ones depth and sequence are.
struct TradeRecord {
  Header hd;
  std::int64_t price;
  std::uint32_t size;
  char action;
  char side;
  std::uint8_t flags;
  std::uint8_t depth;
  std::uint64_t ts_recv;
  std::int32_t ts_in_delta;
  std::uint32_t sequence;
};
static_assert(sizeof(TradeRecord) == 48);

/// In consolidated records the counts are the publishers at the best prices.
struct BidAsk {
  std::int64_t bid_px;
  std::int64_t ask_px;
  std::uint32_t bid_sz;
  std::uint32_t ask_sz;
  std::uint32_t bid_ct;
  std::uint32_t ask_ct;
};
static_assert(sizeof(BidAsk) == 32);

struct Mbp1Record {  ///< also tbbo, bbo, cbbo, cmbp-1, tcbbo
  TradeRecord trade;
  BidAsk level;
};
static_assert(sizeof(Mbp1Record) == 80);

struct Mbp10Record {
  TradeRecord trade;
  std::array<BidAsk, 10> levels;
};
static_assert(sizeof(Mbp10Record) == 368);

struct OhlcvRecord {  ///< ts_event is the START of the bar
  Header hd;
  std::int64_t open;
  std::int64_t high;
  std::int64_t low;
  std::int64_t close;
  std::uint64_t volume;
};
static_assert(sizeof(OhlcvRecord) == 56);

struct StatusRecord {
  Header hd;
  std::uint64_t ts_recv;
  std::uint16_t action;
  std::uint16_t reason;
  std::uint16_t trading_event;
  char is_trading;  ///< Y, N or ~ (not known), as are the next two
  char is_quoting;
  char is_short_sell_restricted;
  std::array<std::uint8_t, 7> reserved;
};
static_assert(sizeof(StatusRecord) == 40);

struct ImbalanceRecord {
  Header hd;
  std::uint64_t ts_recv;
  std::int64_t ref_price;
  std::uint64_t auction_time;
  std::int64_t cont_book_clr_price;
  std::int64_t auct_interest_clr_price;
  std::int64_t ssr_filling_price;
  std::int64_t ind_match_price;
  std::int64_t upper_collar;
  std::int64_t lower_collar;
  std::uint32_t paired_qty;
  std::uint32_t total_imbalance_qty;
  std::uint32_t market_imbalance_qty;
  std::uint32_t unpaired_qty;
  char auction_type;
  char side;
  std::uint8_t auction_status;
  std::uint8_t freeze_status;
  std::uint8_t num_extensions;
  char unpaired_side;
  char significant_imbalance;
  std::uint8_t reserved;
};
static_assert(sizeof(ImbalanceRecord) == 112);

struct StatisticsV1Record {  ///< versions 1 and 2
  Header hd;
  std::uint64_t ts_recv;
  std::uint64_t ts_ref;
  std::int64_t price;
  std::int32_t quantity;
  std::uint32_t sequence;
  std::int32_t ts_in_delta;
  std::uint16_t stat_type;
  std::uint16_t channel_id;
  std::uint8_t update_action;
  std::uint8_t stat_flags;
  std::array<std::uint8_t, 6> reserved;
};
static_assert(sizeof(StatisticsV1Record) == 64);

struct StatisticsV3Record {
  Header hd;
  std::uint64_t ts_recv;
  std::uint64_t ts_ref;
  std::int64_t price;
  std::int64_t quantity;
  std::uint32_t sequence;
  std::int32_t ts_in_delta;
  std::uint16_t stat_type;
  std::uint16_t channel_id;
  std::uint8_t update_action;
  std::uint8_t stat_flags;
  std::array<std::uint8_t, 18> reserved;
};
static_assert(sizeof(StatisticsV3Record) == 80);

struct ErrorV1Record {
  Header hd;
  std::array<char, 64> text;
};
static_assert(sizeof(ErrorV1Record) == 80);

struct ErrorV2Record {
  Header hd;
  std::array<char, 302> text;
  std::uint8_t code;
  std::uint8_t is_last;
};
static_assert(sizeof(ErrorV2Record) == 320);
inline constexpr std::uint8_t kErrorSkippedRecords = 7;  ///< the gateway dropped records for a slow reader

// System messages are looked at by their length alone: 80 bytes in version 1, 320 later.
inline constexpr std::size_t kSystemV1Size = 80;
inline constexpr std::size_t kSystemV2Size = 320;

struct SymbolMappingV1Record {
  Header hd;
  std::array<char, 22> symbol_in;
  std::array<char, 22> symbol_out;
  std::array<std::uint8_t, 4> reserved;
  std::uint64_t start_ts;
  std::uint64_t end_ts;
};
static_assert(sizeof(SymbolMappingV1Record) == 80);

struct SymbolMappingV2Record {
  Header hd;
  std::uint8_t type_in;
  std::array<char, 71> symbol_in;
  std::uint8_t type_out;
  std::array<char, 71> symbol_out;
  std::uint64_t start_ts;
  std::uint64_t end_ts;
};
static_assert(sizeof(SymbolMappingV2Record) == 176);

}  // namespace lockstep::feeds::dbn
