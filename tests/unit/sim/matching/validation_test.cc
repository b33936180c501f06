#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

Config strict() {
  Config config;
  config.tick = 5;
  config.lot = 10;
  config.min_qty = 20;
  config.max_qty = 1000;
  config.min_price = 50;
  config.max_price = 500;
  config.max_orders = 2;
  return config;
}

TEST(MatchingValidation, each_rejection_has_its_reason) {  // R1 - R7
  MatchingDesk desk(strict());
  desk.submit(buy(1, 1, 20, 100));
  NewOrder no_side = buy(9, 1, 20, 100);
  no_side.side = Side::none;
  NewOrder priced_market = market(buy(9, 1, 20, 0));
  priced_market.price = 100;
  const std::pair<NewOrder, Reason> cases[] = {
      {buy(0, 1, 20, 100), Reason::bad_id},
      {buy(1, 1, 20, 100), Reason::duplicate_id},
      {no_side, Reason::bad_combination},
      {post_only(market(buy(9, 1, 20, 0))), Reason::bad_combination},
      {post_only(as(ioc, buy(9, 1, 20, 100))), Reason::bad_combination},
      {post_only(as(fok, buy(9, 1, 20, 100))), Reason::bad_combination},
      {post_only(as(at_close, buy(9, 1, 20, 100))), Reason::bad_combination},
      {post_only(with_min_qty(10, buy(9, 1, 20, 100))), Reason::bad_combination},
      {as(at_close, with_min_qty(10, buy(9, 1, 20, 100))), Reason::bad_combination},
      {buy(9, 1, 0, 100), Reason::bad_qty},
      {buy(9, 1, -20, 100), Reason::bad_qty},
      {buy(9, 1, 10, 100), Reason::bad_qty},
      {buy(9, 1, 25, 100), Reason::bad_qty},
      {buy(9, 1, 1010, 100), Reason::bad_qty},
      {buy(9, 1, 20, 101), Reason::bad_price},
      {buy(9, 1, 20, 45), Reason::bad_price},
      {buy(9, 1, 20, 505), Reason::bad_price},
      {buy(9, 1, 20, kNoPrice), Reason::bad_price},
      {priced_market, Reason::bad_price},
      {showing(15, buy(9, 1, 20, 100)), Reason::bad_display_qty},
      {showing(-10, buy(9, 1, 20, 100)), Reason::bad_display_qty},
      {showing(30, buy(9, 1, 20, 100)), Reason::bad_display_qty},
      {showing(10, market(buy(9, 1, 20, 0))), Reason::bad_display_qty},
      {showing(10, as(ioc, buy(9, 1, 20, 100))), Reason::bad_display_qty},
      {showing(10, as(at_close, buy(9, 1, 20, 100))), Reason::bad_display_qty},
      {with_min_qty(15, buy(9, 1, 20, 100)), Reason::bad_min_qty},
      {with_min_qty(-10, buy(9, 1, 20, 100)), Reason::bad_min_qty},
      {with_min_qty(30, buy(9, 1, 20, 100)), Reason::bad_min_qty},
  };
  for (const auto& [order, reason] : cases) {
    EXPECT_EQ(desk.submit(order),
              (Texts{"rejected " + std::to_string(order.order_id) + " " + std::string(name(reason))}));
  }
  EXPECT_EQ(desk.engine.live_orders(), 1U);
}

TEST(MatchingValidation, the_first_failure_in_the_order_of_the_rules_is_told) {
  MatchingDesk desk(strict());
  desk.submit(buy(1, 1, 20, 100));
  EXPECT_EQ(desk.submit(buy(1, 1, 1, 1)), (Texts{"rejected 1 duplicate_id"}));
  EXPECT_EQ(desk.submit(buy(2, 1, 1, 1)), (Texts{"rejected 2 bad_qty"}));
  EXPECT_EQ(desk.submit(as(at_open, buy(2, 1, 20, 1))), (Texts{"rejected 2 bad_price"}));
}

TEST(MatchingValidation, a_full_book_takes_no_more_until_one_leaves) {  // R10
  MatchingDesk desk(strict());
  desk.submit_all({buy(1, 1, 20, 100), buy(2, 1, 20, 100)});
  EXPECT_EQ(desk.submit(buy(3, 1, 20, 100)), (Texts{"rejected 3 book_full"}));
  desk.cancel(1);
  EXPECT_EQ(desk.submit(buy(3, 1, 20, 100)), (Texts{"booked 3 20@100"}));
  EXPECT_EQ(desk.quote({5, 7, 100, 20, 8, 105, 20}), (Texts{"rejected 7 book_full"}));
}

TEST(MatchingValidation, a_configuration_out_of_range_is_named) {
  EXPECT_TRUE(validate(Config{}).ok());
  const auto error = [](auto change) {
    Config config;
    change(config);
    const Status status = validate(config);
    return status ? std::string("no error") : status.error().text();
  };
  EXPECT_EQ(error([](Config& c) { c.tick = 0; }), "tick: is 0, must be 1 to 2^52");
  EXPECT_EQ(error([](Config& c) { c.lot = 0; }), "lot: is 0, must be 1 to 2^42");
  EXPECT_EQ(error([](Config& c) { c.min_qty = 0; }), "min_qty: is 0, must be 1 to max_qty");
  EXPECT_EQ(error([](Config& c) { c.max_qty = (Qty{1} << 42) + 1; }),
            "max_qty: is 4398046511105, must be 1 to 2^42");
  EXPECT_EQ(error([](Config& c) { c.min_price = c.max_price + 1; }),
            "min_price: is 1000000000000001, must be -2^52 to max_price");
  EXPECT_EQ(error([](Config& c) { c.max_orders = 0; }), "max_orders: is 0, must be 1 to 2^20");
  EXPECT_EQ(error([](Config& c) {
              c.static_band = {BandKind::ppm, -1};
            }),
            "static_band.width: is -1, must be 0 to 2^52");
  EXPECT_EQ(error([](Config& c) {
              c.lot = 10;
              c.top_order_max = 5;
            }),
            "top_order_max: is 5, must be a multiple of the lot");
}

}  // namespace
}  // namespace lockstep::matching
