#include "feeds/files/itch_decode.h"

#include "feeds/files/itch_parser.h"

namespace lockstep::feeds::itch {
namespace {

constexpr std::size_t kLocates = 65'536;
constexpr std::uint32_t kUpperLimit = 17;  // as Databento numbers them
constexpr std::uint32_t kLowerLimit = 18;

std::uint64_t at_bits(char letter, unsigned position) {
  return std::uint64_t{static_cast<unsigned char>(letter)} << position;
}
std::string shown(char letter) {
  if (letter >= ' ' && letter <= '~') return {'\'', letter, '\''};
  return "byte " + std::to_string(static_cast<unsigned char>(letter));
}
Error wrong(const std::string& what) {
  return {ErrorCode::bad_input, "", what};
}

}  // namespace

Decoder::Decoder(TimeNs midnight_ts_ns, std::vector<Units> units, std::vector<Definition> definitions)
    : midnight_ts_ns_(midnight_ts_ns),
      units_(std::move(units)),
      definitions_(std::move(definitions)),
      states_(units_.size()),
      instruments_(kLocates, kNoInstrument),
      has_directory_(kLocates, char{0}),
      books_(units_.size()) {
  LOCKSTEP_CHECK(units_.size() == definitions_.size(), "every instrument has units and terms");
}

void Decoder::set_instrument(std::uint16_t locate, InstrumentId instrument) {
  LOCKSTEP_CHECK(instrument < units_.size(), "an instrument of this import");
  instruments_[locate] = instrument;
}

// One message of a stock that is kept, or of the system.
struct Decoder::Handler {
  Decoder& decoder;
  EventBatch& out;
  Event event;  // with times and instrument
  Status status = Done{};

  [[nodiscard]] Units units() const { return decoder.units_[event.instrument]; }
  [[nodiscard]] State& state() const { return decoder.states_[event.instrument]; }
  [[nodiscard]] Price price(std::uint32_t wire) const { return wire * units().price; }

  template <class Payload>
  void put(Kind kind, std::uint8_t detail, const Payload& payload, std::uint8_t flags = 0) {
    Event made = event;
    made.kind = kind;
    made.detail = detail;
    made.flags = flags;
    made.set(payload);
    out.events.push_back(made);
  }
  void put_status(std::uint64_t action, std::uint64_t reason) {
    put(Kind::status, static_cast<std::uint8_t>(state().status),
        StatusChange{action, reason, state().is_short_sell_restricted ? 1U : 0U, {}});
  }
  void put_statistic(std::uint32_t type, std::uint32_t wire_price, Qty qty, std::uint64_t venue_flags) {
    put(Kind::statistic, 1,
        Statistic{wire_price == 0 ? INT64_MIN : price(wire_price), qty, kNoTime, type,
                  static_cast<std::uint32_t>(kPriceScale), venue_flags});
  }
  void silent(const Message& m) { ++decoder.silent_[static_cast<unsigned char>(m.type())]; }

  template <class View>
  void order(const View& m) {
    const auto take = [this](const Event& made) {
      if (status) status = take_action(made);
    };
    OrderMessages<decltype(take)> actions(event, decoder.sequence_, take);
    actions(m);
  }
  Status take_action(Event made) {
    auto action = made.as<OrderAction>();
    const bool is_add = made.detail == static_cast<std::uint8_t>(OrderActionType::add);
    if (action.price != kNoPrice) action.price *= units().price;
    if (action.qty != kWholeOrder) action.qty *= units().qty;
    made.set(action);
    if (!decoder.completer_.complete(made, decoder.books_))
      return wrong("order " + std::to_string(action.order_id) + " is not in the book of this stock");
    if (is_add && decoder.books_[made.instrument].orders().find(action.order_id))
      return wrong("order " + std::to_string(action.order_id) + " is in the book already");
    if (!is_add) {
      const Qty resting = decoder.books_[made.instrument].orders().find(action.order_id)->qty;
      if (made.as<OrderAction>().qty > resting)
        return wrong("order " + std::to_string(action.order_id) + " has " +
                     std::to_string(resting / units().qty) + " shares left, fewer than are taken off");
    }
    decoder.books_.apply(made, {});
    out.events.push_back(made);
    return Done{};
  }
  bool has_shares(std::uint32_t shares) {
    if (shares == 0) status = wrong("a size of 0 shares");
    return shares != 0;
  }

  void operator()(const AddOrder& m) {
    if (!has_shares(m.shares())) return;
    if (side_of(m.side()) == Side::none) {
      status = wrong("side is " + shown(m.side()) + "; expected B or S");
      return;
    }
    order(m);
  }
  void operator()(const OrderExecuted& m) {
    if (has_shares(m.shares())) order(m);
  }
  void operator()(const OrderExecutedWithPrice& m) {
    if (!has_shares(m.shares())) return;
    if (m.printable() != 'Y' && m.printable() != 'N') {
      status = wrong("printable is " + shown(m.printable()) + "; expected Y or N");
      return;
    }
    order(m);
  }
  void operator()(const OrderCancel& m) {
    if (has_shares(m.shares())) order(m);
  }
  void operator()(const OrderDelete& m) { order(m); }
  void operator()(const OrderReplace& m) {
    if (!has_shares(m.shares())) return;
    // Both halves or none.
    const MarketState& market = decoder.books_[event.instrument];
    if (m.new_order_id() != m.order_id() && market.find_order(m.new_order_id())) {
      status = wrong("order " + std::to_string(m.new_order_id()) + " is in the book already");
      return;
    }
    order(m);
  }

  void operator()(const NonCrossTrade& m) {
    if (!has_shares(m.shares())) return;
    put(Kind::trade, static_cast<std::uint8_t>(Side::none),
        Trade{price(m.price()), m.shares() * units().qty, m.match_number(), decoder.sequence_, 'P'});
  }
  void operator()(const CrossTrade& m) {
    if (m.shares() > 1'000'000'000'000) {
      status = wrong("a cross of " + std::to_string(m.shares()) + " shares");
      return;
    }
    if (m.shares() == 0) return silent(m);  // a cross in which nothing traded
    put(Kind::trade, static_cast<std::uint8_t>(Side::none),
        Trade{price(m.price()), static_cast<Qty>(m.shares()) * units().qty, m.match_number(),
              decoder.sequence_, at_bits(m.cross_type(), 0)},
        kFlagAuction);
  }
  void operator()(const Imbalance& m) {
    if (m.imbalance_shares() > 1'000'000'000'000 || m.paired_shares() > 1'000'000'000'000) {
      status = wrong("an imbalance of " + std::to_string(m.imbalance_shares()) + " shares, " +
                     std::to_string(m.paired_shares()) + " paired");
      return;
    }
    const std::uint64_t flags =
        at_bits(m.cross_type(), 0) | at_bits(m.direction(), 8) | at_bits(m.price_variation(), 16);
    const Qty imbalance = static_cast<Qty>(m.imbalance_shares()) * units().qty;
    put_statistic(static_cast<std::uint32_t>(StatisticType::auction_imbalance), m.reference_price(),
                  m.direction() == 'S' ? -imbalance : imbalance, flags);
    put_statistic(static_cast<std::uint32_t>(StatisticType::auction_paired), m.near_price(),
                  static_cast<Qty>(m.paired_shares()) * units().qty, flags);
    if (m.far_price() != 0)
      put_statistic(static_cast<std::uint32_t>(StatisticType::uncrossing_price), m.far_price(), INT64_MIN,
                    flags);
  }
  void operator()(const AuctionCollar& m) {
    put_statistic(kUpperLimit, m.upper_price(), INT64_MIN, m.extension());
    put_statistic(kLowerLimit, m.lower_price(), INT64_MIN, m.extension());
  }
  void operator()(const DirectListing& m) {
    if (m.near_price() == 0) return silent(m);
    put_statistic(static_cast<std::uint32_t>(StatisticType::indicative_opening_price), m.near_price(),
                  INT64_MIN, at_bits(m.open_eligibility(), 0));
  }

  void operator()(const SystemEvent& m) {
    put(Kind::timer, 0, Control{at_bits(m.event_code(), 0), ~std::uint64_t{0}, 0, {}});
  }
  void operator()(const StockDirectory&) {
    put(Kind::definition, 0, decoder.definitions_[event.instrument]);
    Event clear = event;
    clear.kind = Kind::order_action;
    clear.detail = static_cast<std::uint8_t>(OrderActionType::clear);
    clear.set(action_of(0, kNoPrice, 0, decoder.sequence_, Side::none));
    // Restated within a day, it leaves the book as it is.
    if (decoder.books_[event.instrument].has_orders) return;
    decoder.books_.apply(clear, {});
    out.events.push_back(clear);
  }
  void operator()(const TradingAction& m) {
    TradingStatus now = TradingStatus::unknown;
    switch (m.state()) {
      case 'H': now = TradingStatus::halted; break;
      case 'P': now = TradingStatus::paused; break;
      case 'Q': now = TradingStatus::quoting_only; break;
      case 'T': now = TradingStatus::trading; break;
      default: status = wrong("trading state is " + shown(m.state()) + "; expected H, P, Q or T"); return;
    }
    state().status = now;
    std::uint64_t reason = 0;
    for (std::size_t i = 0; i < m.reason().size(); ++i)
      reason |= at_bits(m.reason()[i], static_cast<unsigned>(8 * i));
    put_status(at_bits('H', 0) | at_bits(m.state(), 8), reason);
  }
  void operator()(const OperationalHalt& m) {
    if (m.action() != 'H' && m.action() != 'T') {
      status = wrong("operational halt action is " + shown(m.action()) + "; expected H or T");
      return;
    }
    State& now = state();
    if (m.market() == 'Q' && m.action() == 'H' && now.status != TradingStatus::halted) {
      now.before_halt = now.status;
      now.status = TradingStatus::halted;
    } else if (m.market() == 'Q' && m.action() == 'T' && now.before_halt != TradingStatus::unknown) {
      now.status = now.before_halt;
      now.before_halt = TradingStatus::unknown;
    }
    put_status(at_bits('h', 0) | at_bits(m.action(), 8) | at_bits(m.market(), 16), 0);
  }
  void operator()(const RegSho& m) {
    if (m.action() < '0' || m.action() > '2') {
      status = wrong("Reg SHO action is " + shown(m.action()) + "; expected 0, 1 or 2");
      return;
    }
    state().is_short_sell_restricted = m.action() != '0';
    put_status(at_bits('Y', 0) | at_bits(m.action(), 8), 0);
  }
  void operator()(const Message& m) { silent(m); }
};

Status Decoder::decode(const std::uint8_t* message, EventBatch& out) {
  const Message m(message);
  ++sequence_;
  const std::uint64_t since_midnight_ns = m.since_midnight_ns();
  if (since_midnight_ns >= static_cast<std::uint64_t>(kDay))
    return wrong("its time is " + std::to_string(since_midnight_ns) + " ns after midnight, which is no day");
  Handler handler{*this, out, {}};
  handler.event.recv_ts_ns = kNoTime;
  handler.event.exch_ts_ns = midnight_ts_ns_ + static_cast<TimeNs>(since_midnight_ns);
  const char type = m.type();
  const bool is_of_system = type == 'S' || type == 'V' || type == 'W';
  if (!is_of_system) {
    if (type == 'R') has_directory_[m.locate()] = 1;
    if (has_directory_[m.locate()] == 0)
      return wrong("locate code " + std::to_string(m.locate()) + " has had no stock directory message");
    handler.event.instrument = instruments_[m.locate()];
    if (handler.event.instrument == kNoInstrument) {
      ++silent_[0];
      return Done{};
    }
  }
  dispatch(message, handler);
  return handler.status;
}

}  // namespace lockstep::feeds::itch
