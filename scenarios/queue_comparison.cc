#include "scenarios/queue_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "recordings/log_reader.h"
#include "sim/recorded_market.h"

namespace lockstep::scenarios {
namespace {

using sim::Listing;
using sim::Moment;
using sim::VenueOrder;

constexpr std::uint32_t kArrivalStream = 40;

class Deaf final : public sim::FillListener, public ExecutionSink {
 public:
  void on_fill(const VenueOrder&, const Moment&) override {}
  void on_end(const VenueOrder&, const Moment&) override {}
  void push(const Event&) override {}
};

// A virtual order as one model follows it.
struct Follower {
  Listing listing;
  TimeNs filled_ns = kNoTime;

  [[nodiscard]] bool rests() const { return !listing.orders.empty() && listing.orders[0].leaves > 0; }
};

struct Slot {
  Follower exact;
  std::vector<Follower> models;
  RandomStream random;
  TimeNs next_ns = kNoTime;
  TimeNs joined_ns = kNoTime;  // kNoTime: no order is out
  Side side = Side::none;
  Price price = 0;
  Qty ahead_at_start = 0;
};

struct Tally {
  std::vector<Confusion> within;
  std::vector<double> errors_ms;
  double sum = 0;
  double squares = 0;
  std::uint64_t samples = 0;
};

sim::FeeMeter free_of_charge(const Instrument& instrument) {
  return {{&instrument, 1}, std::vector<sim::Fees>(1)};
}

using NamedModels = std::vector<std::pair<std::string, sim::QueueModel>>;

class Comparison {
 public:
  Comparison(const Instrument& instrument, const NamedModels& models, const ComparisonSetup& setup)
      : setup_(setup),
        executions_(lines_, {0}, free_of_charge(instrument), deaf_),
        market_(executions_, RandomStream(0, 0, 0)),
        tallies_(models.size()) {
    for (int i = 0; i < setup.slots; ++i) {
      Slot slot{Follower{}, {}, RandomStream(setup.seed, kArrivalStream, static_cast<std::uint64_t>(i))};
      slot.exact.listing.instrument = instrument;
      slot.exact.listing.fills.queue.kind = sim::QueueModelKind::exact;
      for (const auto& [name, model] : models) {
        Follower follower;
        follower.listing.instrument = instrument;
        follower.listing.fills.queue = model;
        slot.models.push_back(std::move(follower));
      }
      slots_.push_back(std::move(slot));
    }
    for (Tally& tally : tallies_) tally.within.resize(setup.horizons_ns.size());
  }

  void see(const Event& event) {
    if (event.kind == Kind::order_action) see_action(event);
    if (event.kind == Kind::trade) {
      const Moment moment = moment_of(event);
      for (Slot& slot : slots_) market_.meet(slot.exact.listing, event, {}, by_order_[0], moment);
      meet_levels(event, {});
    }
    if (event.kind == Kind::gap) by_order_.apply(event, {});
  }

  [[nodiscard]] bool has_orders() const { return orders_ > 0; }

  ModelComparison result(const std::string& symbol,
                         const std::vector<std::pair<std::string, sim::QueueModel>>& models) {
    ModelComparison out{symbol, orders_, filled_, {}};
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < models.size(); ++i) {
      Tally& tally = tallies_[i];
      ModelError error;
      error.name = models[i].first;
      error.within = tally.within;
      error.both_filled = tally.errors_ms.size();
      std::sort(tally.errors_ms.begin(), tally.errors_ms.end());
      const auto quantile = [&](std::size_t percent) {
        if (tally.errors_ms.empty()) return kNone;
        return tally.errors_ms[(tally.errors_ms.size() - 1) * percent / 100];
      };
      error.median_error_ms = quantile(50);
      error.p90_error_ms = quantile(90);
      error.position_samples = tally.samples;
      const auto samples = static_cast<double>(tally.samples);
      error.position_bias = tally.samples == 0 ? kNone : tally.sum / samples;
      error.position_rmse = tally.samples == 0 ? kNone : std::sqrt(tally.squares / samples);
      out.models.push_back(error);
    }
    return out;
  }

 private:
  Moment moment_of(const Event& event) { return {event.recv_ts_ns, time_of(event), deaf_}; }
  static TimeNs time_of(const Event& event) {
    return event.exch_ts_ns == kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
  }

  void see_action(const Event& event) {
    const auto action = event.as<OrderAction>();
    const TimeNs now = time_of(event);
    const bool is_snapshot = (event.flags & kFlagVenueSnapshot) != 0;
    if (!is_snapshot && is_between_messages_) {
      for (Slot& slot : slots_) manage(slot, now);
    }
    note_level(event);
    // What traded is told before the level is: that is how venues publish it.
    if (const auto trade = trade_of(event)) meet_levels(*trade, {});
    const Moment moment = moment_of(event);
    for (Slot& slot : slots_) {
      market_.meet(slot.exact.listing, event, {}, by_order_[0], moment);
      note_fill(slot.exact, now);
    }
    by_order_.apply(event, {});
    const std::uint32_t flags = action.venue_flags & 0xFFU;
    is_between_messages_ = flags == 0 || (flags & kLastOfMessage) != 0;
    if (is_between_messages_) publish(event);
  }

  // The level that an action changes, before the book forgets the order.
  void note_level(const Event& event) {
    const auto action = event.as<OrderAction>();
    if (static_cast<OrderActionType>(event.detail) == OrderActionType::clear) {
      is_cleared_ = true;
      changed_.clear();
      return;
    }
    const std::optional<BookOrder> order = by_order_[0].find_order(action.order_id);
    if (order) changed_.push_back({order->side, order->price});
    if (action.side == static_cast<std::uint32_t>(Side::buy) ||
        action.side == static_cast<std::uint32_t>(Side::sell))
      changed_.push_back({side_of(action), action.price});
  }

  // One update of levels for all that a message changed.
  void publish(const Event& like) {
    const PriceBook& levels = by_order_[0].book;
    if (is_cleared_) {
      std::vector<Level> bids;
      std::vector<Level> asks;
      for (std::size_t i = 0; i < levels.bids().size(); ++i) bids.push_back(levels.bids().at(i));
      for (std::size_t i = 0; i < levels.asks().size(); ++i) asks.push_back(levels.asks().at(i));
      update(like, BookAction::snapshot, bids, asks);
      is_cleared_ = false;
    } else {
      std::vector<Level> bids;
      std::vector<Level> asks;
      std::sort(changed_.begin(), changed_.end());
      changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
      for (const auto& [side, price] : changed_) {
        const Qty now = levels.side(side).qty_at(price);
        if (now == books_[0].book.side(side).qty_at(price)) continue;
        (side == Side::buy ? bids : asks).push_back({price, now});
      }
      if (!bids.empty() || !asks.empty() || !books_[0].has_book) {
        const bool is_first = !books_[0].has_book;
        update(like, is_first ? BookAction::snapshot : BookAction::diff, bids, asks);
        sample(bids, asks);
      }
    }
    changed_.clear();
  }

  void update(const Event& like, BookAction action, const std::vector<Level>& bids,
              const std::vector<Level>& asks) {
    Event event = like;
    event.kind = Kind::book;
    event.flags = 0;
    event.detail = static_cast<std::uint8_t>(action);
    event.set(BookUpdate{0, static_cast<std::uint32_t>(bids.size()), static_cast<std::uint32_t>(asks.size()),
                         0, 0, 0, 0});
    std::vector<Level> both = bids;
    both.insert(both.end(), asks.begin(), asks.end());
    meet_levels(event, both);
    books_.apply(event, both);
  }

  void meet_levels(const Event& event, const std::vector<Level>& levels) {
    const Moment moment = moment_of(event);
    for (Slot& slot : slots_) {
      for (Follower& follower : slot.models) {
        if (!follower.rests()) continue;
        market_.meet(follower.listing, event, levels, books_[0], moment);
        note_fill(follower, moment.exch_ts_ns);
      }
    }
  }

  static void note_fill(Follower& follower, TimeNs now) {
    if (follower.filled_ns == kNoTime && !follower.listing.orders.empty() &&
        follower.listing.orders[0].leaves == 0)
      follower.filled_ns = now;
  }

  void sample(const std::vector<Level>& bids, const std::vector<Level>& asks) {
    for (Slot& slot : slots_) {
      if (slot.joined_ns == kNoTime || !slot.exact.rests()) continue;
      const std::vector<Level>& changed = slot.side == Side::buy ? bids : asks;
      const bool is_ours = std::any_of(changed.begin(), changed.end(),
                                       [&](const Level& level) { return level.price == slot.price; });
      if (!is_ours) continue;
      const Qty truth = slot.exact.listing.orders[0].ahead;
      for (std::size_t i = 0; i < slot.models.size(); ++i) {
        if (!slot.models[i].rests()) continue;
        const Qty off = slot.models[i].listing.orders[0].ahead - truth;
        const double error = static_cast<double>(off) / static_cast<double>(slot.ahead_at_start);
        tallies_[i].sum += error;
        tallies_[i].squares += error * error;
        ++tallies_[i].samples;
      }
    }
  }

  void manage(Slot& slot, TimeNs now) {
    if (slot.joined_ns != kNoTime) {
      if (now - slot.joined_ns < setup_.patience_ns && !is_decided(slot)) return;
      finish(slot);
    }
    if (slot.next_ns == kNoTime) wait(slot, now);
    if (now < slot.next_ns) return;
    wait(slot, now);  // again, should there be no touch to join now
    const PriceBook& levels = by_order_[0].book;
    if (levels.bids().empty() || levels.asks().empty() || !books_[0].has_book) return;
    if (levels.bids().best().price >= levels.asks().best().price) return;
    slot.side = slot.random.bernoulli(1, 2) ? Side::buy : Side::sell;
    const Level best = levels.side(slot.side).best();
    slot.price = best.price;
    slot.ahead_at_start = best.qty;
    slot.joined_ns = now;
    VenueOrder order;
    order.id = ++orders_;
    order.price = slot.price;
    order.leaves = 1;
    order.side = slot.side;
    order.arrival_ns = now;
    const Moment moment{now, now, deaf_};
    slot.exact.filled_ns = kNoTime;
    market_.enter(slot.exact.listing, order, by_order_[0], moment);
    for (Follower& follower : slot.models) {
      follower.filled_ns = kNoTime;
      follower.listing.consumed_bids.clear();
      follower.listing.consumed_asks.clear();
      market_.enter(follower.listing, order, books_[0], moment);
    }
  }

  // All have filled: waiting on would show nothing more.
  static bool is_decided(const Slot& slot) {
    return slot.exact.filled_ns != kNoTime &&
           std::all_of(slot.models.begin(), slot.models.end(),
                       [](const Follower& follower) { return follower.filled_ns != kNoTime; });
  }

  void wait(Slot& slot, TimeNs now) const {
    slot.next_ns =
        now + 1 + static_cast<DurationNs>(slot.random.exponential(static_cast<double>(setup_.mean_gap_ns)));
  }

  void finish(Slot& slot) {
    const TimeNs truth = slot.exact.filled_ns;
    if (truth != kNoTime && truth - slot.joined_ns <= setup_.patience_ns) ++filled_;
    const auto is_within = [&](TimeNs filled_ns, DurationNs horizon_ns) {
      return filled_ns != kNoTime && filled_ns - slot.joined_ns <= horizon_ns;
    };
    for (std::size_t i = 0; i < slot.models.size(); ++i) {
      const TimeNs guess = slot.models[i].filled_ns;
      for (std::size_t h = 0; h < setup_.horizons_ns.size(); ++h) {
        Confusion& confusion = tallies_[i].within[h];
        const bool in_truth = is_within(truth, setup_.horizons_ns[h]);
        const bool in_model = is_within(guess, setup_.horizons_ns[h]);
        ++(in_truth   ? in_model ? confusion.both : confusion.only_truth
           : in_model ? confusion.only_model
                      : confusion.neither);
      }
      if (is_within(truth, setup_.patience_ns) && is_within(guess, setup_.patience_ns))
        tallies_[i].errors_ms.push_back(std::fabs(static_cast<double>(guess - truth)) / 1e6);
      slot.models[i].listing.orders.clear();
    }
    slot.exact.listing.orders.clear();
    slot.joined_ns = kNoTime;
    slot.next_ns = kNoTime;
  }

  ComparisonSetup setup_;
  Deaf deaf_;
  std::vector<sim::Connection> lines_{sim::Connection({}, 0, 0)};
  sim::Executions executions_;
  sim::RecordedMarket market_;
  Books by_order_{1};  // the truth
  Books books_{1};     // the levels that are published, as the models know them
  std::vector<Slot> slots_;
  std::vector<Tally> tallies_;
  std::vector<std::pair<Side, Price>> changed_;
  bool is_cleared_ = false;
  bool is_between_messages_ = true;
  std::uint64_t orders_ = 0;
  std::uint64_t filled_ = 0;
};

}  // namespace

Result<std::vector<ModelComparison>> compare_queue_models(
    const std::string& recording_path, const std::vector<std::pair<std::string, sim::QueueModel>>& models,
    const ComparisonSetup& setup, const std::function<void(std::uint64_t, double)>& progress) {
  auto reader = recordings::LogReader::open(recording_path);
  if (!reader) return reader.error();
  const auto instruments = (*reader)->instruments();
  std::vector<std::unique_ptr<Comparison>> comparisons(instruments.size());
  std::uint64_t events = 0;
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = (*reader)->pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) break;
    for (Event event : batch.events) {
      if (event.instrument >= instruments.size()) continue;
      auto& comparison = comparisons[event.instrument];
      if (comparison == nullptr && event.kind == Kind::order_action)
        comparison = std::make_unique<Comparison>(instruments[event.instrument], models, setup);
      event.instrument = 0;  // of its own books
      if (comparison != nullptr) comparison->see(event);
    }
    events += batch.events.size();
    if (progress)
      progress(events,
               static_cast<double>((*reader)->position()) / static_cast<double>((*reader)->file_size()));
  }
  std::vector<ModelComparison> out;
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    if (comparisons[i] != nullptr && comparisons[i]->has_orders())
      out.push_back(comparisons[i]->result(instruments[i].symbol, models));
  }
  if (out.empty()) {
    return Error{
        ErrorCode::bad_input, recording_path,
        "holds no order-by-order events long enough to place orders among; record a LOBSTER, ITCH or "
        "DBN mbo feed"};
  }
  return out;
}

}  // namespace lockstep::scenarios
