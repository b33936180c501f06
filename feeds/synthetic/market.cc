#include "feeds/synthetic/market.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/core/math.h"

namespace lockstep::feeds {
namespace {

// Streams of random numbers; the entity is the instrument.
constexpr std::uint32_t kMarketStream = 32;
constexpr std::uint32_t kGapStream = 33;
constexpr std::uint32_t kFundingStream = 34;

// How far the fair price must be from the mid before the display moves, in ticks: above a half, so that it
// does not flicker.
constexpr double kReluctance = 0.8;

// The fields of the one random word of a step.
std::size_t step_byte(std::uint64_t word) {
  return word & 0xff;
}
std::size_t wait_byte(std::uint64_t word) {
  return (word >> 8) & 0xff;
}
std::size_t qty_byte(std::uint64_t word) {
  return (word >> 16) & 0xff;
}
std::int64_t side_byte(std::uint64_t word) {
  return static_cast<std::int64_t>((word >> 24) & 0xff);
}
std::uint64_t kind_bits(std::uint64_t word) {
  return word >> 48;
}

double quantile_point(std::size_t i) {
  return (static_cast<double>(i) + 0.5) / 256.0;
}
double exponential_quantile(std::size_t i) {
  return -math::log(1.0 - quantile_point(i));
}

Qty whole_lots(double qty, Qty lot) {
  return std::max<Qty>(1, static_cast<Qty>(qty / static_cast<double>(lot) + 0.5)) * lot;
}

TimeNs first_multiple_after(TimeNs ts_ns, DurationNs interval_ns) {
  return ts_ns - ts_ns % interval_ns + interval_ns;
}

}  // namespace

SyntheticMarket::SyntheticMarket(const SyntheticInstrument& config, InstrumentId id, std::uint64_t seed,
                                 TimeNs start_ts_ns)
    : config_(config),
      id_(id),
      trade_threshold_((std::uint64_t{config.trade_percent} * 65536 + 50) / 100),
      half_spread_(static_cast<double>(config.spread_ticks) / 2),
      fair_least_(static_cast<double>(config.depth + config.spread_ticks + 4)),
      fair_most_(static_cast<double>(config.start_price / config.instrument.tick) * 1000),
      is_displayed_(config.books || config.quotes),
      most_shift_((std::int64_t{config.levels} - 1) / 2),
      ring_mask_(std::bit_ceil(std::size_t{config.depth}) - 1),
      random_(seed, kMarketStream, id),
      gap_random_(seed, kGapStream, id),
      funding_random_(seed, kFundingStream, id),
      bid_ticks_(config.start_price / config.instrument.tick),
      step_ts_ns_(start_ts_ns),
      whole_ts_ns_(start_ts_ns) {
  const double mean_wait_ns = static_cast<double>(kSecond) / config.events_per_second;
  const double step = config.volatility_per_sqrt_day * std::sqrt(mean_wait_ns / static_cast<double>(kDay));
  for (std::size_t i = 0; i < kTable; ++i) {
    relative_step_[i] = step * math::normal_quantile(quantile_point(i));
    wait_ns_[i] = 1 + static_cast<DurationNs>(mean_wait_ns * exponential_quantile(i));
    trade_qty_[i] =
        whole_lots(static_cast<double>(config.trade_qty) * exponential_quantile(i), config.instrument.lot);
    // Displayed sizes spread less than trades do: half fixed, half exponential.
    level_qty_[i] = whole_lots(static_cast<double>(config.level_qty) * (0.5 + 0.5 * exponential_quantile(i)),
                               config.instrument.lot);
  }
  fair_ticks_ = mid_ticks();
  bids_.qty.assign(ring_mask_ + 1, 0);
  asks_.qty.assign(ring_mask_ + 1, 0);
  for (std::int64_t i = 0; is_displayed_ && i < std::int64_t{config.depth}; ++i) {
    const std::uint64_t word = random_.next_u64();
    at(bids_, bid_ticks_ - i) = level_qty_[word & 0xff];
    at(asks_, ask_ticks() + i) = level_qty_[(word >> 8) & 0xff];
  }
  if (config.bars) bar_ts_ns_ = first_multiple_after(start_ts_ns, kMinute);
  if (config.mark_interval_ns > 0) mark_ts_ns_ = first_multiple_after(start_ts_ns, config.mark_interval_ns);
  if (config.funding_interval_ns > 0)
    funding_ts_ns_ = first_multiple_after(start_ts_ns, config.funding_interval_ns);
  if (is_displayed_) snapshot_ts_ns_ = start_ts_ns;
  step_ts_ns_ += wait_ns_[wait_byte(random_.next_u64())];
  schedule();
}

void SyntheticMarket::schedule() {
  scheduled_ts_ns_ = std::min({bar_ts_ns_, mark_ts_ns_, funding_ts_ns_, snapshot_ts_ns_});
  next_ts_ns_ = std::min(scheduled_ts_ns_, step_ts_ns_);
}

void SyntheticMarket::step(Emission& out) {
  if (scheduled_ts_ns_ <= step_ts_ns_) return scheduled(out);
  market_step(out);
  next_ts_ns_ = std::min(scheduled_ts_ns_, step_ts_ns_);
}

void SyntheticMarket::scheduled(Emission& out) {
  const TimeNs now = next_ts_ns_;
  if (snapshot_ts_ns_ == now) {
    if (config_.books) snapshot(out);
    if (config_.quotes) quote(out);
    snapshot_ts_ns_ = kEndOfTime;
  } else if (bar_ts_ns_ == now) {
    bar(out);
    bar_ts_ns_ += kMinute;
  } else if (mark_ts_ns_ == now) {
    mark(out);
    mark_ts_ns_ += config_.mark_interval_ns;
  } else {
    funding(out);
    funding_ts_ns_ += config_.funding_interval_ns;
  }
  schedule();
}

void SyntheticMarket::market_step(Emission& out) {
  const std::uint64_t word = random_.next_u64();
  fair_ticks_ += fair_ticks_ * relative_step_[step_byte(word)];
  fair_ticks_ = std::min(std::max(fair_ticks_, fair_least_), fair_most_);
  if (!is_displayed_) {
    bid_ticks_ += wanted_shift();
    if (kind_bits(word) < trade_threshold_) print_free(word, out);
  } else if (kind_bits(word) < trade_threshold_ && forced_shift_ == 0) {
    print_displayed(word, out);
  } else {
    update(out);
  }
  step_ts_ns_ += wait_ns_[wait_byte(word)];
}

bool SyntheticMarket::buys(std::uint64_t word) const {
  const double pressure = std::min(std::max((fair_ticks_ - mid_ticks()) * 64.0, -96.0), 96.0);
  return side_byte(word) < 128 + static_cast<std::int64_t>(pressure);
}

std::int64_t SyntheticMarket::wanted_shift() const {
  const double distance = fair_ticks_ - mid_ticks();
  const double magnitude = distance < 0 ? -distance : distance;
  if (magnitude < kReluctance) return 0;
  const auto ticks = static_cast<std::int64_t>(magnitude + (1.0 - kReluctance));
  return distance < 0 ? -ticks : ticks;
}

Event& SyntheticMarket::add(Kind kind, Emission& out) const {
  Event& event = out.events[out.event_count++];
  event.exch_ts_ns = next_ts_ns_;
  event.instrument = id_;
  event.flags = 0;
  event.detail = 0;
  event.kind = kind;
  return event;
}

// Nothing is displayed: a trade prints half a spread from the mid, whatever its size.
void SyntheticMarket::print_free(std::uint64_t word, Emission& out) {
  const bool is_buy = buys(word);
  trade(is_buy ? lockstep::Side::buy : lockstep::Side::sell, is_buy ? ask_ticks() : bid_ticks_,
        trade_qty_[qty_byte(word)], out);
}

void SyntheticMarket::print_displayed(std::uint64_t word, Emission& out) {
  const bool is_buy = buys(word);
  Side& against = is_buy ? asks_ : bids_;
  const std::int64_t ticks = is_buy ? ask_ticks() : bid_ticks_;
  Qty& left = at(against, ticks);
  // At the lowest price that the book can have, a seller leaves something, so that it need not go lower.
  const bool may_take_all = is_buy || bid_ticks_ > std::int64_t{config_.depth} + 2;
  const Qty qty = std::min(trade_qty_[qty_byte(word)], may_take_all ? left : left - config_.instrument.lot);
  if (qty == 0) return update(out);
  left -= qty;
  against.consumed += qty;
  if (left == 0) {
    forced_shift_ = is_buy ? 1 : -1;
    const double moved = mid_ticks() + (is_buy ? 1.0 : -1.0);
    fair_ticks_ = is_buy ? std::max(fair_ticks_, moved) : std::min(fair_ticks_, moved);
  }
  trade(is_buy ? lockstep::Side::buy : lockstep::Side::sell, ticks, qty, out);
}

void SyntheticMarket::trade(lockstep::Side aggressor, std::int64_t ticks, Qty qty, Emission& out) {
  const Price price = ticks * config_.instrument.tick;
  ++trade_id_;
  if (config_.bars) {
    if (bar_.volume == 0) bar_ = {price, price, price, price, 0};
    bar_.high = std::max(bar_.high, price);
    bar_.low = std::min(bar_.low, price);
    bar_.close = price;
    bar_.volume += qty;
  }
  if (!config_.trades) return;
  Event& event = add(Kind::trade, out);
  event.detail = static_cast<std::uint8_t>(aggressor);
  event.set(Trade{price, qty, trade_id_, 0, 0});
}

void SyntheticMarket::update(Emission& out) {
  std::int64_t shift = wanted_shift();
  if (forced_shift_ > 0) shift = std::max<std::int64_t>(shift, 1);
  if (forced_shift_ < 0) shift = std::min<std::int64_t>(shift, -1);
  forced_shift_ = 0;
  shift = std::min(std::max(shift, -most_shift_), most_shift_);

  const std::size_t first_level = out.level_count;
  change_side(true, shift, out);
  const std::size_t first_ask = out.level_count;
  change_side(false, shift, out);
  bid_ticks_ += shift;
  ++update_id_;

  const bool in_gap = snapshot_ts_ns_ != kEndOfTime;
  const bool is_lost = config_.books && config_.gap_numerator > 0 && !in_gap &&
                       gap_random_.bernoulli(config_.gap_numerator, config_.gap_denominator);
  if (is_lost) {
    Event& event = add(Kind::gap, out);
    event.detail = static_cast<std::uint8_t>(GapReason::sequence);
    event.set(Gap{update_id_, update_id_ + 1, 1, whole_ts_ns_, 0});
    snapshot_ts_ns_ = next_ts_ns_ + config_.snapshot_delay_ns;
    scheduled_ts_ns_ = std::min(scheduled_ts_ns_, snapshot_ts_ns_);
  }
  if (config_.books && !in_gap && !is_lost) {
    Event& event = add(Kind::book, out);
    event.detail = static_cast<std::uint8_t>(BookAction::diff);
    event.set(BookUpdate{
        static_cast<std::uint32_t>(first_level), static_cast<std::uint32_t>(first_ask - first_level),
        static_cast<std::uint32_t>(out.level_count - first_ask), 0, update_id_, update_id_, update_id_ - 1});
    whole_ts_ns_ = next_ts_ns_;
  } else {
    out.level_count = first_level;
  }
  if (config_.quotes) quote(out);
}

// `levels` changes of one side. A side that moves towards the other gains prices at its best end and loses as
// many at its far end; one that retreats, the other way round. The rest are new quantities near the best
// price.
void SyntheticMarket::change_side(bool is_bid, std::int64_t shift, Emission& out) {
  Side& side = is_bid ? bids_ : asks_;
  const std::int64_t outward = is_bid ? -1 : 1;  // from the best price to worse ones
  const std::int64_t best = is_bid ? bid_ticks_ : ask_ticks();
  const std::int64_t depth = std::int64_t{config_.depth};
  const std::int64_t retreat = shift * outward;  // how many of the best prices go; negative: how many come
  const std::int64_t moved = retreat < 0 ? -retreat : retreat;
  const auto put = [&](std::int64_t ticks, Qty qty) {
    out.levels[out.level_count++] = {ticks * config_.instrument.tick, qty};
  };
  std::uint64_t word = random_.next_u64();
  int fields = 7;  // of nine bits: a quantity and whether a level is passed over
  const auto next_field = [&] {
    if (fields-- == 0) {
      word = random_.next_u64();
      fields = 6;
    }
    const std::uint64_t field = word & 0x1ff;
    word >>= 9;
    return field;
  };
  const auto renew = [&](std::int64_t ticks) {
    put(ticks, at(side, ticks) = level_qty_[next_field() & 0xff]);
  };

  for (std::int64_t i = 0; i < moved; ++i) {
    const std::int64_t gone = retreat > 0 ? best + outward * i : best + outward * (depth - 1 - i);
    put(gone, 0);
  }
  for (std::int64_t i = 0; i < moved; ++i) {
    renew(retreat > 0 ? best + outward * (depth + i) : best - outward * (i + 1));
  }
  std::int64_t place = retreat > 0 ? retreat : 0;  // from the old best price
  std::int64_t left = std::int64_t{config_.levels} - 2 * moved;
  if (side.consumed > 0 && retreat <= 0) {
    put(best, at(side, best));
    ++place;
    --left;
  }
  side.consumed = 0;
  for (; left > 0; --left) {
    const std::uint64_t field = next_field();
    place += static_cast<std::int64_t>(field >> 8);
    const std::int64_t ticks = best + outward * place++;
    put(ticks, at(side, ticks) = level_qty_[field & 0xff]);
  }
}

void SyntheticMarket::snapshot(Emission& out) {
  BookUpdate shown{};
  shown.first_level = static_cast<std::uint32_t>(out.level_count);
  shown.first_update_id = update_id_;
  shown.last_update_id = update_id_;
  for (std::int64_t i = 0; i < std::int64_t{config_.depth}; ++i) {
    const Qty qty = at(bids_, bid_ticks_ - i);
    if (qty == 0) continue;  // a trade took it, and the display has yet to move
    out.levels[out.level_count++] = {(bid_ticks_ - i) * config_.instrument.tick, qty};
    ++shown.bid_count;
  }
  for (std::int64_t i = 0; i < std::int64_t{config_.depth}; ++i) {
    const Qty qty = at(asks_, ask_ticks() + i);
    if (qty == 0) continue;
    out.levels[out.level_count++] = {(ask_ticks() + i) * config_.instrument.tick, qty};
    ++shown.ask_count;
  }
  bids_.consumed = 0;
  asks_.consumed = 0;
  Event& event = add(Kind::book, out);
  event.detail = static_cast<std::uint8_t>(BookAction::snapshot);
  event.set(shown);
  whole_ts_ns_ = next_ts_ns_;
}

void SyntheticMarket::quote(Emission& out) {
  const Price tick = config_.instrument.tick;
  Quote now{bid_ticks_ * tick, ask_ticks() * tick, at(bids_, bid_ticks_), at(asks_, ask_ticks()), 0};
  if (now.bid_price == last_quote_.bid_price && now.ask_price == last_quote_.ask_price &&
      now.bid_qty == last_quote_.bid_qty && now.ask_qty == last_quote_.ask_qty) {
    return;
  }
  if (now.bid_qty == 0 || now.ask_qty == 0) return;  // a trade took it all: the next update moves the quote
  last_quote_ = now;
  now.update_id = update_id_;
  add(Kind::quote, out).set(now);
}

void SyntheticMarket::bar(Emission& out) {
  if (bar_.volume == 0) return;
  Event& event = add(Kind::bar, out);
  event.detail = *pack(BarSpec{});
  event.set(bar_);
  bar_ = {};
}

void SyntheticMarket::mark(Emission& out) {
  const Price tick = config_.instrument.tick;
  const auto index = static_cast<Price>(fair_ticks_ * static_cast<double>(tick) + 0.5);
  add(Kind::mark, out).set(Mark{(bid_ticks_ + ask_ticks()) * tick / 2, index, -1, {}});
}

void SyntheticMarket::funding(Emission& out) {
  Event& event = add(Kind::funding, out);
  event.detail = 8;
  const std::int64_t rate = funding_random_.uniform_int(-5'000, 15'000);  // -0.5 to 1.5 basis points
  event.set(Funding{rate, next_ts_ns_, config_.funding_interval_ns,
                    (bid_ticks_ + ask_ticks()) * config_.instrument.tick / 2, 1});
}

}  // namespace lockstep::feeds
