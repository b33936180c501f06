// A matching engine written from sim/matching/MATCHING.md alone: a vector of orders, searched from end to
// end, everything worked out anew for every command. The judge of the fast engine, of which it knows nothing
// but the types; owned by a test. One function a rule, named after it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/decimal.h"
#include "sim/matching/types.h"

namespace lockstep::test {

class SlowExchange {
 public:
  using OrderId = matching::OrderId;

  enum class Place : std::uint8_t { book, waiting_for_close, halt_queue };  // W2

  struct Order {
    matching::NewOrder terms;  ///< price and qty as they are now; kNoPrice: unpriced (W4)
    Qty leaves = 0;
    Qty shown = 0;
    bool is_quote = false;
    Place place = Place::book;
    std::uint64_t joined = 0;  ///< when it was put in its queue, counted in joinings

    [[nodiscard]] Qty done() const { return terms.qty - leaves; }
    [[nodiscard]] Qty slice() const {  // R14
      return terms.display_qty == 0 ? leaves : std::min(terms.display_qty, leaves);
    }
  };

  explicit SlowExchange(const matching::Config& config) : config_(config) {}

  void submit(const matching::NewOrder& order, matching::Output& out);            // section 3
  void cancel(const matching::CancelOrder& cancel, matching::Output& out);        // X1
  void cancel_all(const matching::CancelAll& cancel, matching::Output& out);      // X2
  void replace(const matching::ReplaceOrder& replace, matching::Output& out);     // X3
  void mass_quote(const matching::MassQuote& quote, matching::Output& out);       // X6
  void set_phase(matching::Phase to, matching::Output& out);                      // section 10
  void set_reference_price(Price price) { reference_ = price; }                   // B8; kNoPrice: none
  [[nodiscard]] matching::Indicative indicative() const { return find_cross(); }  // A8

  [[nodiscard]] matching::Phase phase() const { return phase_; }
  [[nodiscard]] Price last_price() const { return last_; }            ///< kNoPrice: none
  [[nodiscard]] Price reference_price() const { return reference_; }  ///< kNoPrice: none
  [[nodiscard]] const Order* find(OrderId id) const;                  ///< null: not live
  [[nodiscard]] std::vector<Price> levels(Side side) const;           ///< best first
  /// From the front; kNoPrice: the unpriced queue.
  [[nodiscard]] std::vector<OrderId> queue(Side side, Price price) const;
  [[nodiscard]] const std::vector<Order>& live() const { return orders_; }  ///< in no particular order
  /// How often each rule that its messages do not name was decisive; by the rule's number and case.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& met() const { return met_; }

 private:
  struct Bounds {  // of a band or of both; a bound that is not there bars nothing
    std::optional<Int128> lower, upper;
  };
  enum class After : std::uint8_t { goes_on, ended };  // what became of the taker

  void note(const char* rule) const { ++met_[rule]; }

  // Looking.
  [[nodiscard]] Order& get(OrderId id);
  [[nodiscard]] std::optional<Price> best(Side side) const;
  [[nodiscard]] std::vector<OrderId> list(Place place) const;
  [[nodiscard]] std::vector<OrderId> side_in_order(Side side) const;
  [[nodiscard]] std::vector<OrderId> book_in_order() const;
  [[nodiscard]] static bool reaches(Side taker, Price limit, Price price);
  [[nodiscard]] bool reaches_best(Side side, Price limit) const;
  [[nodiscard]] matching::SelfTrade mode_of(const Order& taker) const;

  // Refusing: the reason, or none.
  [[nodiscard]] matching::Reason refuse(const matching::NewOrder& order) const;
  [[nodiscard]] matching::Reason refuse(const matching::MassQuote& quote) const;
  [[nodiscard]] bool bad_qty(Qty qty) const;
  [[nodiscard]] bool bad_price(Price price) const;
  [[nodiscard]] bool bad_display_qty(const matching::NewOrder& order) const;
  [[nodiscard]] bool barred_by_phase(const matching::NewOrder& order) const;
  [[nodiscard]] bool outside_static_band(Price price) const;

  // Bands.
  [[nodiscard]] Bounds bounds(const matching::Band& band, Price centre) const;
  [[nodiscard]] std::optional<Int128> edge(Side taker) const;

  // Moving orders about.
  void book(Order order, matching::Output& out);
  void put_in_list(Order order, Place place);
  void erase(OrderId id);
  void end(OrderId id, matching::Reason reason, matching::Output& out);
  Order take_out(OrderId id);

  // A taker, by value: it is in no queue while it matches.
  void accept(const matching::NewOrder& order, bool is_quote, matching::Output& out);
  void arrive(Order taker, matching::Output& out);
  void match(Order taker, std::optional<Int128> edge, matching::Output& out);
  void stop_by_band(Order taker, Int128 edge, matching::Output& out);
  void settle_remainder(Order taker, matching::Output& out);
  [[nodiscard]] Qty available(const Order& taker, std::optional<Int128> edge) const;
  After match_level(Order& taker, Price price, matching::Output& out);
  After match_fronts(Order& taker, Price price, matching::Output& out);
  After match_rounds(Order& taker, Price price, matching::Output& out);
  [[nodiscard]] std::vector<Qty> shares(const Order& taker, const std::vector<OrderId>& level) const;
  void fill(Order& taker, OrderId maker, Qty qty, matching::Output& out);
  After prevent_self_trade(Order& taker, OrderId maker, matching::Output& out);
  [[nodiscard]] static matching::Message cancelled(const Order& order, matching::Reason reason);
  [[nodiscard]] static matching::Message replaced(const Order& order, bool kept);
  [[nodiscard]] static matching::Message decremented(const Order& order, Qty by, Qty shown);

  void change_in_place(Order& order, Qty qty, Qty leaves, matching::Output& out);
  void lose_place(OrderId id, Price price, Qty qty, matching::Output& out);
  [[nodiscard]] bool keeps_quote(OrderId id, Price price, Qty size) const;

  // Auctions and phases.
  [[nodiscard]] Price auction_reference() const;
  [[nodiscard]] matching::Indicative at(Price price) const;
  [[nodiscard]] matching::Indicative find_cross() const;
  void uncross(const matching::Indicative& cross, matching::Output& out);
  void clear_auction_orders(const matching::Indicative& cross, matching::Output& out);
  void enter(matching::Phase to, matching::Reason reason, matching::Output& out);
  OrderId& top(Side side) { return side == Side::buy ? top_buy_ : top_sell_; }
  [[nodiscard]] OrderId top(Side side) const { return side == Side::buy ? top_buy_ : top_sell_; }

  matching::Config config_;
  matching::Phase phase_ = matching::Phase::closed;
  Price reference_ = kNoPrice;
  Price last_ = kNoPrice;
  std::vector<Order> orders_;  // live ones; the order in here means nothing
  std::uint64_t joinings_ = 0;
  OrderId top_buy_ = 0;  // M7; 0: none
  OrderId top_sell_ = 0;
  mutable std::map<std::string, std::uint64_t> met_;
};

}  // namespace lockstep::test
