// Every message of the specification: its bytes written by hand for several, by our encoder for all, read
// back field by field.
#include "feeds/files/itch_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/itch_encoder.h"

namespace lockstep::feeds::itch {
namespace {

using test::ItchEncoder;

std::vector<std::uint8_t> hex(std::string_view text) {
  std::vector<std::uint8_t> out;
  int high = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<std::uint8_t>(high * 16 + digit));
      high = -1;
    }
  }
  return out;
}

constexpr ItchEncoder::Head kHead{0x0102, 0x0304'0506'0708, 0x090a};

class ItchMessages : public testing::Test {
 protected:
  /// The one message that was encoded.
  [[nodiscard]] const std::uint8_t* message(char type, std::size_t length) {
    EXPECT_EQ(encoder_.bytes().size(), length + 2);
    const Step found = step(encoder_.bytes());
    EXPECT_TRUE(found.is_message());
    EXPECT_EQ(found.size, length + 2);
    const Message any(encoder_.bytes().data() + 2);
    EXPECT_EQ(any.type(), type);
    EXPECT_EQ(any.locate(), 0x0102);
    EXPECT_EQ(any.tracking(), 0x090a);
    EXPECT_EQ(any.since_midnight_ns(), 0x0304'0506'0708U);
    return encoder_.bytes().data() + 2;
  }
  ItchEncoder encoder_;
};

TEST_F(ItchMessages, an_add_order_is_these_bytes) {
  // Length 36, 'A', locate 0102, tracking 090a, 6 bytes of time, order 77, 'B', 300 shares, "AAPL    ",
  // 123.4500
  const std::vector<std::uint8_t> bytes =
      hex("0024 41 0102 090a 030405060708 000000000000004d 42 0000012c 4141504c20202020 0012d644");
  encoder_.add_order(kHead, 77, 'B', 300, "AAPL", 1'234'500);
  EXPECT_EQ(encoder_.bytes(), bytes);
  const AddOrder m(message('A', 36));
  EXPECT_EQ(m.order_id(), 77U);
  EXPECT_EQ(m.side(), 'B');
  EXPECT_EQ(m.shares(), 300U);
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.price(), 1'234'500U);
}

TEST_F(ItchMessages, an_execution_a_cancel_a_delete_and_a_replace_are_these_bytes) {
  encoder_.order_executed(kHead, 77, 5, 0x1122);
  encoder_.order_cancel(kHead, 77, 6);
  encoder_.order_delete(kHead, 77);
  encoder_.order_replace(kHead, 77, 78, 7, 8);
  EXPECT_EQ(encoder_.bytes(),
            hex("001f 45 0102 090a 030405060708 000000000000004d 00000005 0000000000001122"
                "0017 58 0102 090a 030405060708 000000000000004d 00000006"
                "0013 44 0102 090a 030405060708 000000000000004d"
                "0023 55 0102 090a 030405060708 000000000000004d 000000000000004e 00000007 00000008"));
}

TEST_F(ItchMessages, the_first_messages_of_a_real_file_are_a_system_event_and_a_stock) {
  const std::vector<std::uint8_t> bytes = hex(
      "000c 53 0000 0000 0a60aadb934f 4f"
      "0027 52 0001 0000 0a4a4cee5599 4120202020202020 4e 20 00000064 4e 43 5a20 50 4e 20 31 4e 00000000 4e");
  const SystemEvent event(bytes.data() + 2);
  EXPECT_EQ(event.event_code(), 'O');
  EXPECT_EQ(event.since_midnight_ns(), 11'410'299'654'991U);  // 03:10:10.299654991
  const StockDirectory stock(bytes.data() + 2 + 14);
  ASSERT_TRUE(step(std::span(bytes).subspan(14)).is_message());
  EXPECT_EQ(stock.stock(), "A");
  EXPECT_EQ(stock.market_category(), 'N');
  EXPECT_EQ(stock.round_lot_size(), 100U);
  EXPECT_EQ(stock.issue_classification(), 'C');
  EXPECT_EQ(stock.issue_sub_type(), "Z");
  EXPECT_EQ(stock.authenticity(), 'P');
  EXPECT_EQ(stock.luld_tier(), '1');
  EXPECT_EQ(stock.inverse(), 'N');
}

TEST_F(ItchMessages, S) {
  encoder_.system_event(kHead, 'Q');
  EXPECT_EQ(SystemEvent(message('S', 12)).event_code(), 'Q');
}
TEST_F(ItchMessages, R) {
  encoder_.stock_directory(kHead, {"GOOGL", 'Q', 'D', 40, 'Y', 'A', "PR", 'T', 'Y', 'N', '2', 'Y', 3, 'Y'});
  const StockDirectory m(message('R', 39));
  EXPECT_EQ(m.stock(), "GOOGL");
  EXPECT_EQ(m.market_category(), 'Q');
  EXPECT_EQ(m.financial_status(), 'D');
  EXPECT_EQ(m.round_lot_size(), 40U);
  EXPECT_EQ(m.round_lots_only(), 'Y');
  EXPECT_EQ(m.issue_classification(), 'A');
  EXPECT_EQ(m.issue_sub_type(), "PR");
  EXPECT_EQ(m.authenticity(), 'T');
  EXPECT_EQ(m.short_sale_threshold(), 'Y');
  EXPECT_EQ(m.ipo_flag(), 'N');
  EXPECT_EQ(m.luld_tier(), '2');
  EXPECT_EQ(m.etp_flag(), 'Y');
  EXPECT_EQ(m.etp_leverage(), 3U);
  EXPECT_EQ(m.inverse(), 'Y');
}
TEST_F(ItchMessages, H) {
  encoder_.trading_action(kHead, "AAPL", 'H', "T1");
  const TradingAction m(message('H', 25));
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.state(), 'H');
  EXPECT_EQ(m.reason(), "T1");
}
TEST_F(ItchMessages, Y) {
  encoder_.reg_sho(kHead, "AAPL", '1');
  const RegSho m(message('Y', 20));
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.action(), '1');
}
TEST_F(ItchMessages, L) {
  encoder_.participant_position(kHead, "MPID", "AAPL", 'Y', 'N', 'A');
  const ParticipantPosition m(message('L', 26));
  EXPECT_EQ(m.mpid(), "MPID");
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.primary_market_maker(), 'Y');
  EXPECT_EQ(m.mode(), 'N');
  EXPECT_EQ(m.state(), 'A');
}
TEST_F(ItchMessages, V) {
  encoder_.decline_levels(kHead, 300'000'000'000, 290'000'000'000, 280'000'000'000);
  const DeclineLevels m(message('V', 35));
  EXPECT_EQ(m.level1(), 300'000'000'000U);
  EXPECT_EQ(m.level2(), 290'000'000'000U);
  EXPECT_EQ(m.level3(), 280'000'000'000U);
}
TEST_F(ItchMessages, W) {
  encoder_.decline_breach(kHead, '2');
  EXPECT_EQ(DeclineBreach(message('W', 12)).level(), '2');
}
TEST_F(ItchMessages, K) {
  encoder_.ipo_quoting_period(kHead, "NEWCO", 36'000, 'A', 170'000);
  const IpoQuotingPeriod m(message('K', 28));
  EXPECT_EQ(m.stock(), "NEWCO");
  EXPECT_EQ(m.release_time_s(), 36'000U);
  EXPECT_EQ(m.release_qualifier(), 'A');
  EXPECT_EQ(m.price(), 170'000U);
}
TEST_F(ItchMessages, J) {
  encoder_.auction_collar(kHead, "AAPL", 1'000'000, 1'050'000, 950'000, 1);
  const AuctionCollar m(message('J', 35));
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.reference_price(), 1'000'000U);
  EXPECT_EQ(m.upper_price(), 1'050'000U);
  EXPECT_EQ(m.lower_price(), 950'000U);
  EXPECT_EQ(m.extension(), 1U);
}
TEST_F(ItchMessages, h) {
  encoder_.operational_halt(kHead, "AAPL", 'B', 'H');
  const OperationalHalt m(message('h', 21));
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.market(), 'B');
  EXPECT_EQ(m.action(), 'H');
}
TEST_F(ItchMessages, F) {
  encoder_.add_order(kHead, 77, 'S', 300, "AAPL", 1'234'500, "GSCO");
  const AddOrder m(message('F', 40));
  EXPECT_EQ(m.order_id(), 77U);
  EXPECT_EQ(m.side(), 'S');
  EXPECT_EQ(m.attribution(), "GSCO");
  EXPECT_EQ(m.price(), 1'234'500U);
}
TEST_F(ItchMessages, E) {
  encoder_.order_executed(kHead, 77, 5, 9);
  const OrderExecuted m(message('E', 31));
  EXPECT_EQ(m.order_id(), 77U);
  EXPECT_EQ(m.shares(), 5U);
  EXPECT_EQ(m.match_number(), 9U);
}
TEST_F(ItchMessages, C) {
  encoder_.order_executed_with_price(kHead, 77, 5, 9, 'N', 1'000'100);
  const OrderExecutedWithPrice m(message('C', 36));
  EXPECT_EQ(m.order_id(), 77U);
  EXPECT_EQ(m.shares(), 5U);
  EXPECT_EQ(m.match_number(), 9U);
  EXPECT_EQ(m.printable(), 'N');
  EXPECT_EQ(m.price(), 1'000'100U);
}
TEST_F(ItchMessages, X) {
  encoder_.order_cancel(kHead, 77, 5);
  const OrderCancel m(message('X', 23));
  EXPECT_EQ(m.order_id(), 77U);
  EXPECT_EQ(m.shares(), 5U);
}
TEST_F(ItchMessages, D) {
  encoder_.order_delete(kHead, 0xfedc'ba98'7654'3210U);
  EXPECT_EQ(OrderDelete(message('D', 19)).order_id(), 0xfedc'ba98'7654'3210U);
}
TEST_F(ItchMessages, U) {
  encoder_.order_replace(kHead, 77, 78, 5, 1'000'200);
  const OrderReplace m(message('U', 35));
  EXPECT_EQ(m.order_id(), 77U);
  EXPECT_EQ(m.new_order_id(), 78U);
  EXPECT_EQ(m.shares(), 5U);
  EXPECT_EQ(m.price(), 1'000'200U);
}
TEST_F(ItchMessages, P) {
  encoder_.trade(kHead, 0, 'B', 5, "AAPL", 1'000'300, 9);
  const NonCrossTrade m(message('P', 44));
  EXPECT_EQ(m.order_id(), 0U);
  EXPECT_EQ(m.side(), 'B');
  EXPECT_EQ(m.shares(), 5U);
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.price(), 1'000'300U);
  EXPECT_EQ(m.match_number(), 9U);
}
TEST_F(ItchMessages, Q) {
  encoder_.cross_trade(kHead, 5'000'000'000, "AAPL", 1'000'300, 9, 'O');
  const CrossTrade m(message('Q', 40));
  EXPECT_EQ(m.shares(), 5'000'000'000U);
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.price(), 1'000'300U);
  EXPECT_EQ(m.match_number(), 9U);
  EXPECT_EQ(m.cross_type(), 'O');
}
TEST_F(ItchMessages, B) {
  encoder_.broken_trade(kHead, 9);
  EXPECT_EQ(BrokenTrade(message('B', 19)).match_number(), 9U);
}
TEST_F(ItchMessages, I) {
  encoder_.imbalance(kHead, {1'000, 200, 'S', "AAPL", 990'000, 1'000'000, 1'010'000, 'C', 'L'});
  const Imbalance m(message('I', 50));
  EXPECT_EQ(m.paired_shares(), 1'000U);
  EXPECT_EQ(m.imbalance_shares(), 200U);
  EXPECT_EQ(m.direction(), 'S');
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.far_price(), 990'000U);
  EXPECT_EQ(m.near_price(), 1'000'000U);
  EXPECT_EQ(m.reference_price(), 1'010'000U);
  EXPECT_EQ(m.cross_type(), 'C');
  EXPECT_EQ(m.price_variation(), 'L');
}
TEST_F(ItchMessages, N) {
  encoder_.retail_interest(kHead, "AAPL", 'A');
  const RetailInterest m(message('N', 20));
  EXPECT_EQ(m.stock(), "AAPL");
  EXPECT_EQ(m.interest(), 'A');
}
TEST_F(ItchMessages, O) {
  encoder_.direct_listing(kHead,
                          {"NEWCO", 'Y', 100'000, 200'000, 150'000, 36'000'000'000'000, 140'000, 160'000});
  const DirectListing m(message('O', 48));
  EXPECT_EQ(m.stock(), "NEWCO");
  EXPECT_EQ(m.open_eligibility(), 'Y');
  EXPECT_EQ(m.least_price(), 100'000U);
  EXPECT_EQ(m.greatest_price(), 200'000U);
  EXPECT_EQ(m.near_price(), 150'000U);
  EXPECT_EQ(m.near_time_ns(), 36'000'000'000'000U);
  EXPECT_EQ(m.lower_collar(), 140'000U);
  EXPECT_EQ(m.upper_collar(), 160'000U);
}

using Found = Step::Found;

TEST(ItchStep, tells_what_stands_at_the_front) {
  EXPECT_EQ(step({}).found, Found::too_short);
  EXPECT_EQ(step(hex("00")).found, Found::too_short);
  EXPECT_EQ(step(hex("000c53")).found, Found::too_short);
  EXPECT_EQ(step(hex("000c53")).size, 14U);
  EXPECT_EQ(step(hex("0000")).found, Found::end_mark);
  EXPECT_EQ(step(hex("00027a7a")).found, Found::unknown_type);
  EXPECT_EQ(step(hex("000253 00")).found, Found::wrong_length);
  EXPECT_EQ(step(hex("000253 00")).size, 4U);
}

struct Types {
  std::string seen;
  void operator()(const Message& m) { seen += m.type(); }
};

TEST(ItchParse, hands_on_every_message_and_stops_at_what_is_none) {
  ItchEncoder encoder;
  encoder.system_event({}, 'O');
  encoder.add_order({}, 1, 'B', 1, "A", 1);
  encoder.order_delete({}, 1);
  std::vector<std::uint8_t> bytes = encoder.bytes();
  bytes.push_back(0);
  Types types;
  std::span<const std::uint8_t> rest = bytes;
  EXPECT_EQ(parse(rest, types).found, Found::too_short);
  EXPECT_EQ(types.seen, "SAD");
  EXPECT_EQ(rest.size(), 1U);
}

}  // namespace
}  // namespace lockstep::feeds::itch
