#include "tests/support/itch_encoder.h"

namespace lockstep::test {

void ItchEncoder::number(std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ItchEncoder::text(std::string_view value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) letter(i < value.size() ? value[i] : ' ');
}

void ItchEncoder::begin(char type, const Head& head, std::uint16_t length) {
  number(length, 2);
  letter(type);
  number(head.locate, 2);
  number(head.tracking, 2);
  number(head.ns, 6);
}

void ItchEncoder::system_event(Head head, char code) {
  begin('S', head, 12);
  letter(code);
}

void ItchEncoder::stock_directory(Head head, const Stock& stock) {
  begin('R', head, 39);
  text(stock.symbol, 8);
  letter(stock.market_category);
  letter(stock.financial_status);
  number(stock.round_lot, 4);
  letter(stock.round_lots_only);
  letter(stock.classification);
  text(stock.sub_type, 2);
  letter(stock.authenticity);
  letter(stock.short_sale_threshold);
  letter(stock.ipo);
  letter(stock.luld_tier);
  letter(stock.etp);
  number(stock.etp_leverage, 4);
  letter(stock.inverse);
}

void ItchEncoder::trading_action(Head head, std::string_view stock, char state, std::string_view reason) {
  begin('H', head, 25);
  text(stock, 8);
  letter(state);
  letter(' ');
  text(reason, 4);
}

void ItchEncoder::reg_sho(Head head, std::string_view stock, char action) {
  begin('Y', head, 20);
  text(stock, 8);
  letter(action);
}

void ItchEncoder::participant_position(Head head, std::string_view mpid, std::string_view stock, char primary,
                                       char mode, char state) {
  begin('L', head, 26);
  text(mpid, 4);
  text(stock, 8);
  letter(primary);
  letter(mode);
  letter(state);
}

void ItchEncoder::decline_levels(Head head, std::uint64_t level1, std::uint64_t level2,
                                 std::uint64_t level3) {
  begin('V', head, 35);
  number(level1, 8);
  number(level2, 8);
  number(level3, 8);
}

void ItchEncoder::decline_breach(Head head, char level) {
  begin('W', head, 12);
  letter(level);
}

void ItchEncoder::ipo_quoting_period(Head head, std::string_view stock, std::uint32_t release_s,
                                     char qualifier, std::uint32_t price) {
  begin('K', head, 28);
  text(stock, 8);
  number(release_s, 4);
  letter(qualifier);
  number(price, 4);
}

void ItchEncoder::auction_collar(Head head, std::string_view stock, std::uint32_t reference,
                                 std::uint32_t upper, std::uint32_t lower, std::uint32_t extension) {
  begin('J', head, 35);
  text(stock, 8);
  number(reference, 4);
  number(upper, 4);
  number(lower, 4);
  number(extension, 4);
}

void ItchEncoder::operational_halt(Head head, std::string_view stock, char market, char action) {
  begin('h', head, 21);
  text(stock, 8);
  letter(market);
  letter(action);
}

void ItchEncoder::add_order(Head head, std::uint64_t id, char side, std::uint32_t shares,
                            std::string_view stock, std::uint32_t price, std::string_view attribution) {
  begin(attribution.empty() ? 'A' : 'F', head, attribution.empty() ? 36 : 40);
  number(id, 8);
  letter(side);
  number(shares, 4);
  text(stock, 8);
  number(price, 4);
  if (!attribution.empty()) text(attribution, 4);
}

void ItchEncoder::order_executed(Head head, std::uint64_t id, std::uint32_t shares, std::uint64_t match) {
  begin('E', head, 31);
  number(id, 8);
  number(shares, 4);
  number(match, 8);
}

void ItchEncoder::order_executed_with_price(Head head, std::uint64_t id, std::uint32_t shares,
                                            std::uint64_t match, char printable, std::uint32_t price) {
  begin('C', head, 36);
  number(id, 8);
  number(shares, 4);
  number(match, 8);
  letter(printable);
  number(price, 4);
}

void ItchEncoder::order_cancel(Head head, std::uint64_t id, std::uint32_t shares) {
  begin('X', head, 23);
  number(id, 8);
  number(shares, 4);
}

void ItchEncoder::order_delete(Head head, std::uint64_t id) {
  begin('D', head, 19);
  number(id, 8);
}

void ItchEncoder::order_replace(Head head, std::uint64_t id, std::uint64_t new_id, std::uint32_t shares,
                                std::uint32_t price) {
  begin('U', head, 35);
  number(id, 8);
  number(new_id, 8);
  number(shares, 4);
  number(price, 4);
}

void ItchEncoder::trade(Head head, std::uint64_t id, char side, std::uint32_t shares, std::string_view stock,
                        std::uint32_t price, std::uint64_t match) {
  begin('P', head, 44);
  number(id, 8);
  letter(side);
  number(shares, 4);
  text(stock, 8);
  number(price, 4);
  number(match, 8);
}

void ItchEncoder::cross_trade(Head head, std::uint64_t shares, std::string_view stock, std::uint32_t price,
                              std::uint64_t match, char cross_type) {
  begin('Q', head, 40);
  number(shares, 8);
  text(stock, 8);
  number(price, 4);
  number(match, 8);
  letter(cross_type);
}

void ItchEncoder::broken_trade(Head head, std::uint64_t match) {
  begin('B', head, 19);
  number(match, 8);
}

void ItchEncoder::imbalance(Head head, const Noii& noii) {
  begin('I', head, 50);
  number(noii.paired, 8);
  number(noii.imbalance, 8);
  letter(noii.direction);
  text(noii.stock, 8);
  number(noii.far, 4);
  number(noii.near, 4);
  number(noii.reference, 4);
  letter(noii.cross_type);
  letter(noii.variation);
}

void ItchEncoder::retail_interest(Head head, std::string_view stock, char interest) {
  begin('N', head, 20);
  text(stock, 8);
  letter(interest);
}

void ItchEncoder::direct_listing(Head head, const Listing& listing) {
  begin('O', head, 48);
  text(listing.stock, 8);
  letter(listing.eligibility);
  number(listing.least, 4);
  number(listing.greatest, 4);
  number(listing.near, 4);
  number(listing.near_time, 8);
  number(listing.lower, 4);
  number(listing.upper, 4);
}

void ItchEncoder::raw(std::string_view body) {
  number(body.size(), 2);
  text(body, body.size());
}

}  // namespace lockstep::test
