// Writes NASDAQ TotalView-ITCH 5.0 messages from their fields, each behind its length, as the specification
// lays them out. For tests and benchmarks; shares nothing with the decoder.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lockstep::test {

class ItchEncoder {
 public:
  /// What begins every message.
  struct Head {
    std::uint16_t locate = 0;
    std::uint64_t ns = 0;  ///< since midnight
    std::uint16_t tracking = 0;
  };

  void system_event(Head head, char code);
  struct Stock {
    std::string_view symbol;
    char market_category = 'Q';
    char financial_status = 'N';
    std::uint32_t round_lot = 100;
    char round_lots_only = 'N';
    char classification = 'C';
    std::string_view sub_type = "Z";
    char authenticity = 'P';
    char short_sale_threshold = 'N';
    char ipo = ' ';
    char luld_tier = '1';
    char etp = 'N';
    std::uint32_t etp_leverage = 0;
    char inverse = 'N';
  };
  void stock_directory(Head head, const Stock& stock);
  void trading_action(Head head, std::string_view stock, char state, std::string_view reason);
  void reg_sho(Head head, std::string_view stock, char action);
  void participant_position(Head head, std::string_view mpid, std::string_view stock, char primary, char mode,
                            char state);
  void decline_levels(Head head, std::uint64_t level1, std::uint64_t level2, std::uint64_t level3);
  void decline_breach(Head head, char level);
  void ipo_quoting_period(Head head, std::string_view stock, std::uint32_t release_s, char qualifier,
                          std::uint32_t price);
  void auction_collar(Head head, std::string_view stock, std::uint32_t reference, std::uint32_t upper,
                      std::uint32_t lower, std::uint32_t extension);
  void operational_halt(Head head, std::string_view stock, char market, char action);
  /// Type A, or F with an attribution.
  void add_order(Head head, std::uint64_t id, char side, std::uint32_t shares, std::string_view stock,
                 std::uint32_t price, std::string_view attribution = {});
  void order_executed(Head head, std::uint64_t id, std::uint32_t shares, std::uint64_t match);
  void order_executed_with_price(Head head, std::uint64_t id, std::uint32_t shares, std::uint64_t match,
                                 char printable, std::uint32_t price);
  void order_cancel(Head head, std::uint64_t id, std::uint32_t shares);
  void order_delete(Head head, std::uint64_t id);
  void order_replace(Head head, std::uint64_t id, std::uint64_t new_id, std::uint32_t shares,
                     std::uint32_t price);
  void trade(Head head, std::uint64_t id, char side, std::uint32_t shares, std::string_view stock,
             std::uint32_t price, std::uint64_t match);
  void cross_trade(Head head, std::uint64_t shares, std::string_view stock, std::uint32_t price,
                   std::uint64_t match, char cross_type);
  void broken_trade(Head head, std::uint64_t match);
  struct Noii {
    std::uint64_t paired = 0;
    std::uint64_t imbalance = 0;
    char direction = 'N';
    std::string_view stock;
    std::uint32_t far = 0;
    std::uint32_t near = 0;
    std::uint32_t reference = 0;
    char cross_type = 'O';
    char variation = ' ';
  };
  void imbalance(Head head, const Noii& noii);
  void retail_interest(Head head, std::string_view stock, char interest);
  struct Listing {
    std::string_view stock;
    char eligibility = 'Y';
    std::uint32_t least = 0;
    std::uint32_t greatest = 0;
    std::uint32_t near = 0;
    std::uint64_t near_time = 0;
    std::uint32_t lower = 0;
    std::uint32_t upper = 0;
  };
  void direct_listing(Head head, const Listing& listing);
  /// Any bytes behind their length: what is no message.
  void raw(std::string_view body);

  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  void begin(char type, const Head& head, std::uint16_t length);
  void number(std::uint64_t value, int bytes);
  void letter(char value) { bytes_.push_back(static_cast<std::uint8_t>(value)); }
  void text(std::string_view value, std::size_t size);

  std::vector<std::uint8_t> bytes_;
};

}  // namespace lockstep::test
