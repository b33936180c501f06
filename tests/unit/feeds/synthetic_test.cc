#include "feeds/synthetic/synthetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "engine/book/books.h"

namespace lockstep::feeds {
namespace {

constexpr TimeNs kStart = 1'767'603'600 * kSecond;  // 2026-01-05T09:00:00Z

// 100.00 in steps of 0.05, quantities in lots of 10.
SyntheticInstrument plain() {
  SyntheticInstrument one;
  one.instrument.symbol = "PLAIN";
  one.instrument.venue = "synthetic";
  one.instrument.quote = "USD";
  one.instrument.settle = "USD";
  one.instrument.kind = InstrumentKind::linear_perpetual;
  one.instrument.tick = 5;
  one.instrument.lot = 10;
  one.start_price = 100'00;
  one.trade_qty = 300;
  one.level_qty = 1'000;
  one.volatility_per_sqrt_day = 0.2;
  return one;
}

SyntheticConfig session_of(std::vector<SyntheticInstrument> instruments, std::uint64_t events) {
  SyntheticConfig config;
  config.seed = 5;
  config.start_ts_ns = kStart;
  config.max_events = events;
  config.instruments = std::move(instruments);
  return config;
}

using Visit = std::function<void(const Event&, std::span<const Level>)>;

void for_each_event(Source& source, const Visit& visit) {
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    ASSERT_TRUE(pulled.ok());
    if (*pulled == Source::Pull::end) return;
    ASSERT_FALSE(batch.events.empty());
    for (const Event& event : batch.events) visit(event, batch.levels);
  }
}

void for_each_event(const SyntheticConfig& config, const Visit& visit) {
  SyntheticSource source(config);
  for_each_event(source, visit);
}

// Events with the levels of their book updates; where the batch keeps these is left out.
struct Kept {
  Event event;
  std::vector<Level> levels;
  friend bool operator==(const Kept&, const Kept&) = default;
};

std::vector<Kept> kept_of(Source& source) {
  std::vector<Kept> kept;
  for_each_event(source, [&](const Event& event, std::span<const Level> levels) {
    Kept one{event, {}};
    if (event.kind == Kind::book) {
      auto update = event.as<BookUpdate>();
      const auto own = levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
      one.levels.assign(own.begin(), own.end());
      update.first_level = 0;
      one.event.set(update);
    }
    kept.push_back(std::move(one));
  });
  return kept;
}

std::vector<Kept> kept_of(const SyntheticConfig& config) {
  SyntheticSource source(config);
  return kept_of(source);
}

TEST(Synthetic, the_demo_is_an_hour_of_two_instruments_settled_in_usd) {
  const SyntheticConfig config = demo_session(1);
  ASSERT_TRUE(validate(config).ok());
  ASSERT_EQ(config.instruments.size(), 2U);
  EXPECT_EQ(config.instruments[0].instrument.symbol, "ALPHA-PERP");
  EXPECT_EQ(config.instruments[0].instrument.kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(config.instruments[1].instrument.symbol, "BETA-USD");
  EXPECT_EQ(config.instruments[1].instrument.kind, InstrumentKind::spot);
  std::map<Kind, std::uint64_t> counts;
  for_each_event(config, [&](const Event& event, std::span<const Level>) { ++counts[event.kind]; });
  // 3,600 s x (70 + 45) steps, a fifth of them trades; a mark each second but the first and the one at the
  // end.
  EXPECT_NEAR(static_cast<double>(counts[Kind::trade]), 82'800, 2'000);
  EXPECT_NEAR(static_cast<double>(counts[Kind::book]), 331'200, 4'000);
  EXPECT_EQ(counts[Kind::mark], 3'599U);
  EXPECT_EQ(counts[Kind::funding], 1U);
}

TEST(Synthetic, the_same_seed_gives_the_same_events_and_another_seed_others) {
  const std::vector<Kept> first = kept_of(session_of({plain()}, 5'000));
  EXPECT_EQ(first, kept_of(session_of({plain()}, 5'000)));
  SyntheticConfig other = session_of({plain()}, 5'000);
  other.seed = 6;
  EXPECT_NE(first, kept_of(other));
}

TEST(Synthetic, the_book_opens_with_a_snapshot_and_each_update_joins_the_one_before) {
  std::uint64_t last_id = 0;
  std::uint64_t seen = 0;
  for_each_event(session_of({plain()}, 20'000), [&](const Event& event, std::span<const Level> levels) {
    if (seen++ == 0) {
      ASSERT_EQ(event.kind, Kind::book);
      ASSERT_EQ(event.detail, static_cast<std::uint8_t>(BookAction::snapshot));
      ASSERT_EQ(event.exch_ts_ns, kStart);
      const auto update = event.as<BookUpdate>();
      ASSERT_EQ(update.bid_count, 20U);
      ASSERT_EQ(update.ask_count, 20U);
      ASSERT_EQ(bids_of(update, levels).front().price, 100'00);
      ASSERT_EQ(asks_of(update, levels).front().price, 100'05);
      last_id = update.last_update_id;
      return;
    }
    if (event.kind != Kind::book) return;
    const auto update = event.as<BookUpdate>();
    ASSERT_EQ(event.detail, static_cast<std::uint8_t>(BookAction::diff));
    ASSERT_EQ(update.previous_update_id, last_id);
    ASSERT_EQ(update.first_update_id, last_id + 1);
    last_id = update.last_update_id;
    for (const auto& side : {bids_of(update, levels), asks_of(update, levels)}) {
      ASSERT_EQ(side.size(), 5U);
      std::set<Price> prices;
      for (const Level& level : side) {
        ASSERT_TRUE(prices.insert(level.price).second) << "a price twice in one update";
        ASSERT_EQ(level.price % 5, 0);
        ASSERT_EQ(level.qty % 10, 0);
        ASSERT_GE(level.qty, 0);
      }
    }
  });
  EXPECT_EQ(seen, 20'000U);
}

TEST(Synthetic, the_book_is_never_crossed_and_keeps_its_depth_without_holes) {
  SyntheticInstrument wide = plain();
  wide.spread_ticks = 3;
  wide.levels = 8;
  wide.depth = 32;
  Books books(2);
  std::set<Price> best_bids;
  for_each_event(session_of({plain(), wide}, 60'000), [&](const Event& event, std::span<const Level> levels) {
    books.apply(event, levels);
    if (event.kind != Kind::book) return;
    const PriceBook& book = books[event.instrument].book;
    const std::size_t depth = event.instrument == 0 ? 20 : 32;
    ASSERT_EQ(book.bids().size(), depth);
    ASSERT_EQ(book.asks().size(), depth);
    ASSERT_EQ(book.asks().best().price - book.bids().best().price, event.instrument == 0 ? 5 : 15);
    ASSERT_EQ(book.bids().best().price - book.bids().at(depth - 1).price, static_cast<Price>(depth - 1) * 5);
    ASSERT_EQ(book.asks().at(depth - 1).price - book.asks().best().price, static_cast<Price>(depth - 1) * 5);
    if (event.instrument == 0) best_bids.insert(book.bids().best().price);
  });
  EXPECT_GT(best_bids.size(), 20U) << "the price moves";
}

TEST(Synthetic, a_trade_prints_at_the_displayed_best_price_and_the_next_update_shows_what_is_left) {
  Books books(1);
  struct Taken {
    Price price = kNoPrice;
    Qty left = 0;
  };
  std::map<Side, Taken> taken;  // by the side of the book
  std::uint64_t shown_again = 0;
  std::uint64_t taken_whole = 0;
  for_each_event(session_of({plain()}, 60'000), [&](const Event& event, std::span<const Level> levels) {
    const MarketState& market = books[0];
    if (event.kind == Kind::trade) {
      const auto trade = event.as<Trade>();
      const Side resting = opposite(static_cast<Side>(event.detail));
      const Top top = market.top();
      ASSERT_EQ(trade.price, top.price(resting));
      Taken& one = taken[resting];
      if (one.price == kNoPrice) one = {trade.price, resting == Side::buy ? top.bid_qty : top.ask_qty};
      ASSERT_GT(trade.qty, 0);
      ASSERT_LE(trade.qty, one.left);
      one.left -= trade.qty;
    }
    books.apply(event, levels);
    if (event.kind != Kind::book) return;
    for (const auto& [side, one] : taken) {
      const Qty now = market.book.side(side).qty_at(one.price);
      if (one.left == 0) {
        ASSERT_EQ(now, 0);
        ++taken_whole;
      } else if (now != 0 && market.top().price(side) == one.price) {
        ASSERT_EQ(now, one.left);
        ++shown_again;
      }
    }
    taken.clear();
  });
  EXPECT_GT(shown_again, 1'000U);
  EXPECT_GT(taken_whole, 100U);
}

TEST(Synthetic, at_the_lowest_price_the_book_stays_whole_and_above_zero) {
  SyntheticInstrument low = plain();
  low.start_price =
      5 * 32;  // the least that 20 levels, a tick of spread and 8 ticks leave room for, and three more
  low.trade_qty = 20'000;  // most trades take the whole level
  low.trade_percent = 50;
  low.volatility_per_sqrt_day = 10;
  ASSERT_TRUE(validate(session_of({low}, 1)).ok());
  Books books(1);
  Price lowest = 1'000'000;
  for_each_event(session_of({low}, 100'000), [&](const Event& event, std::span<const Level> levels) {
    books.apply(event, levels);
    if (event.kind != Kind::book) return;
    const PriceBook& book = books[0].book;
    ASSERT_GT(book.bids().at(book.bids().size() - 1).price, 0);
    ASSERT_EQ(book.bids().size(), 20U);
    ASSERT_LT(book.bids().best().price, book.asks().best().price);
    lowest = std::min(lowest, book.bids().best().price);
  });
  EXPECT_LT(lowest, 5 * 30);
}

TEST(Synthetic, shares_rates_sizes_and_volatility_are_those_asked_for) {
  SyntheticInstrument one = plain();
  one.instrument.tick = 1;
  one.start_price = 1'000'000;
  one.books = false;
  one.trade_percent = 100;
  one.volatility_per_sqrt_day = 0.1;
  std::uint64_t count = 0;
  double qty = 0;
  double squares = 0;
  double last_price = 0;
  TimeNs last_ts_ns = 0;
  for_each_event(session_of({one}, 400'000), [&](const Event& event, std::span<const Level>) {
    const auto trade = event.as<Trade>();
    ++count;
    qty += static_cast<double>(trade.qty);
    last_ts_ns = event.exch_ts_ns;
    if (count % 1'000 != 0) return;
    const double price = static_cast<double>(trade.price);
    if (last_price > 0) squares += (price / last_price - 1) * (price / last_price - 1);
    last_price = price;
  });
  ASSERT_EQ(count, 400'000U);
  const double seconds = static_cast<double>(last_ts_ns - kStart) / 1e9;
  EXPECT_NEAR(400'000 / seconds, 50, 0.5);
  EXPECT_NEAR(qty / 400'000, 300, 5);
  // The sum of 399 squared returns; its relative standard error is sqrt(2 / 399) = 7%.
  EXPECT_NEAR(std::sqrt(squares / (seconds / 86'400)), 0.1, 0.012);
}

TEST(Synthetic, an_instrument_does_not_depend_on_the_others) {
  SyntheticInstrument other = plain();
  other.events_per_second = 500;
  const auto first_of = [](const std::vector<Kept>& kept) {
    std::vector<Kept> own;
    for (const Kept& one : kept) {
      if (one.event.instrument == 0) own.push_back(one);
    }
    return own;
  };
  const std::vector<Kept> alone = kept_of(session_of({plain()}, 1'000));
  std::vector<Kept> together = first_of(kept_of(session_of({plain(), other}, 30'000)));
  ASSERT_GT(together.size(), 1'000U);
  together.resize(1'000);
  EXPECT_EQ(alone, together);
}

TEST(Synthetic, events_come_in_the_order_of_receipt_after_a_delay_with_the_given_median) {
  SyntheticConfig config = session_of({plain(), plain()}, 40'000);
  config.instruments[0].events_per_second = config.instruments[1].events_per_second =
      1;  // so that no event waits for another
  config.latency = {3 * kMillisecond, 10 * kMillisecond, 0.5};
  TimeNs last_ts_ns = 0;
  std::uint64_t longer = 0;
  for_each_event(config, [&](const Event& event, std::span<const Level>) {
    ASSERT_GE(event.recv_ts_ns, last_ts_ns);
    ASSERT_GE(event.recv_ts_ns, event.exch_ts_ns + 3 * kMillisecond);
    last_ts_ns = event.recv_ts_ns;
    if (event.recv_ts_ns - event.exch_ts_ns > 13 * kMillisecond) ++longer;
  });
  EXPECT_NEAR(static_cast<double>(longer), 20'000, 600);
}

TEST(Synthetic, seeking_gives_what_followed_and_an_error_past_the_end) {
  SyntheticInstrument busy = plain();
  busy.quotes = true;
  busy.bars = true;
  SyntheticConfig config = session_of({busy, plain()}, 5'000);
  config.latency.median_ns = kMillisecond;
  config.latency.sigma = 1;
  const std::vector<Kept> whole = kept_of(config);
  SyntheticSource source(config);
  for (const std::size_t number : {0UL, 1UL, 1'023UL, 1'024UL, 1'025UL, 3'333UL, 4'999UL, 5'000UL, 7UL}) {
    ASSERT_TRUE(source.seek(number).ok());
    EXPECT_EQ(kept_of(source),
              std::vector<Kept>(whole.begin() + static_cast<std::ptrdiff_t>(number), whole.end()))
        << number;
  }
  const Status past = source.seek(5'001);
  ASSERT_FALSE(past.ok());
  EXPECT_EQ(past.error().text(), "synthetic session: has 5000 events; cannot go to number 5001");
}

TEST(Synthetic, a_session_ends_at_its_duration) {
  SyntheticConfig config = session_of({plain(), plain()}, 0);
  config.duration_ns = 100 * kSecond;
  std::uint64_t count = 0;
  for_each_event(config, [&](const Event& event, std::span<const Level>) {
    ASSERT_LT(event.exch_ts_ns, kStart + 100 * kSecond);
    ++count;
  });
  EXPECT_NEAR(static_cast<double>(count), 10'000, 400);
}

TEST(Synthetic, bars_are_the_trades_of_their_minute) {
  SyntheticInstrument one = plain();
  one.bars = true;
  SyntheticConfig config = session_of({one}, 0);
  config.start_ts_ns = kStart + 20 * kSecond;
  config.duration_ns = 10 * kMinute;
  std::vector<Trade> trades;
  std::vector<TimeNs> ends_ns;
  for_each_event(config, [&](const Event& event, std::span<const Level>) {
    if (event.kind == Kind::trade) trades.push_back(event.as<Trade>());
    if (event.kind != Kind::bar) return;
    const auto bar = event.as<Bar>();
    ASSERT_EQ(unpack_bar_spec(event.detail), (BarSpec{BarUnit::minute, 1, BarSide::trade}));
    ASSERT_FALSE(trades.empty());
    Bar expected{trades.front().price, trades.front().price, trades.front().price, trades.back().price, 0};
    for (const Trade& trade : trades) {
      expected.high = std::max(expected.high, trade.price);
      expected.low = std::min(expected.low, trade.price);
      expected.volume += trade.qty;
    }
    ASSERT_EQ(bar.open, expected.open);
    ASSERT_EQ(bar.high, expected.high);
    ASSERT_EQ(bar.low, expected.low);
    ASSERT_EQ(bar.close, expected.close);
    ASSERT_EQ(bar.volume, expected.volume);
    ends_ns.push_back(event.exch_ts_ns);
    trades.clear();
  });
  ASSERT_EQ(ends_ns.size(), 10U);
  for (std::size_t i = 0; i < ends_ns.size(); ++i)
    EXPECT_EQ(ends_ns[i], kStart + static_cast<TimeNs>(i + 1) * kMinute);
}

TEST(Synthetic, quotes_are_the_best_prices_of_the_book) {
  SyntheticInstrument one = plain();
  one.quotes = true;
  Books books(1);
  std::uint64_t quotes = 0;
  for_each_event(session_of({one}, 20'000), [&](const Event& event, std::span<const Level> levels) {
    books.apply(event, levels);
    if (event.kind != Kind::quote) return;
    ++quotes;
    const auto quote = event.as<Quote>();
    const Top top = books[0].top();
    ASSERT_EQ(quote.bid_price, top.bid_price);
    ASSERT_EQ(quote.ask_price, top.ask_price);
    ASSERT_EQ(quote.bid_qty, top.bid_qty);
    ASSERT_EQ(quote.ask_qty, top.ask_qty);
  });
  EXPECT_GT(quotes, 5'000U);
}

TEST(Synthetic, marks_and_funding_come_on_their_grid) {
  SyntheticInstrument one = plain();
  one.mark_interval_ns = 10 * kSecond;
  one.funding_interval_ns = 2 * kMinute;
  SyntheticConfig config = session_of({one}, 0);
  config.start_ts_ns = kStart + 5 * kSecond;
  config.duration_ns = 10 * kMinute;
  std::vector<TimeNs> marks_ns;
  std::vector<TimeNs> fundings_ns;
  for_each_event(config, [&](const Event& event, std::span<const Level>) {
    if (event.kind == Kind::mark) {
      marks_ns.push_back(event.exch_ts_ns);
      ASSERT_NEAR(static_cast<double>(event.as<Mark>().mark_price), 100'00, 2'000);
    }
    if (event.kind != Kind::funding) return;
    fundings_ns.push_back(event.exch_ts_ns);
    const auto funding = event.as<Funding>();
    ASSERT_EQ(funding.is_settlement, 1U);
    ASSERT_EQ(funding.settle_ts_ns, event.exch_ts_ns);
    ASSERT_LE(std::abs(funding.rate), 15'000);
  });
  ASSERT_EQ(marks_ns.size(), 60U);
  EXPECT_EQ(marks_ns.front(), kStart + 10 * kSecond);
  EXPECT_EQ(marks_ns.back(), kStart + 600 * kSecond);
  EXPECT_EQ(fundings_ns,
            (std::vector<TimeNs>{kStart + 120 * kSecond, kStart + 240 * kSecond, kStart + 360 * kSecond,
                                 kStart + 480 * kSecond, kStart + 600 * kSecond}));
}

TEST(Synthetic, after_a_gap_no_difference_comes_until_a_snapshot_at_its_time) {
  SyntheticInstrument one = plain();
  one.gap_numerator = 1;
  one.gap_denominator = 200;
  one.snapshot_delay_ns = 3 * kSecond;
  TimeNs due_ns = 0;  // of the snapshot; 0: the book is whole
  std::uint64_t last_id = 0;
  std::uint64_t gaps = 0;
  std::uint64_t trades_in_gaps = 0;
  std::uint64_t differences = 0;
  for_each_event(session_of({one}, 50'000), [&](const Event& event, std::span<const Level>) {
    if (event.kind == Kind::trade && due_ns != 0) ++trades_in_gaps;
    if (event.kind == Kind::gap) {
      ASSERT_EQ(due_ns, 0);
      const auto gap = event.as<Gap>();
      ASSERT_EQ(event.detail, static_cast<std::uint8_t>(GapReason::sequence));
      ASSERT_EQ(gap.expected, last_id + 1);
      ASSERT_EQ(gap.found, last_id + 2);
      due_ns = event.exch_ts_ns + 3 * kSecond;
      ++gaps;
    }
    if (event.kind != Kind::book) return;
    if (event.detail == static_cast<std::uint8_t>(BookAction::snapshot)) {
      ASSERT_EQ(event.exch_ts_ns, due_ns == 0 ? kStart : due_ns);
      due_ns = 0;
    } else {
      ASSERT_EQ(due_ns, 0);
      ++differences;
    }
    last_id = event.as<BookUpdate>().last_update_id;
  });
  EXPECT_NEAR(static_cast<double>(gaps), static_cast<double>(differences) / 200, 60);
  EXPECT_GT(gaps, 50U);
  EXPECT_GT(trades_in_gaps, 100U);
}

TEST(Synthetic, a_configuration_out_of_range_is_an_error_that_names_the_field) {
  const auto fault = [](const std::function<void(SyntheticConfig&)>& spoil) {
    SyntheticConfig config = session_of({plain(), plain()}, 10);
    spoil(config);
    const Status status = validate(config);
    return status.ok() ? std::string("none") : status.error().where;
  };
  EXPECT_EQ(fault([](SyntheticConfig&) {}), "none");
  EXPECT_EQ(fault([](SyntheticConfig& c) { c.instruments.clear(); }), "instruments");
  EXPECT_EQ(fault([](SyntheticConfig& c) { c.max_events = 0; }), "duration_ns");
  EXPECT_EQ(fault([](SyntheticConfig& c) { c.latency.sigma = std::nan(""); }), "latency.sigma");
  EXPECT_EQ(fault([](SyntheticConfig& c) { c.latency.constant_ns = -1; }), "latency.constant_ns");
  const auto second = [&](const std::function<void(SyntheticInstrument&)>& spoil) {
    return fault([&](SyntheticConfig& c) { spoil(c.instruments[1]); });
  };
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.instrument.tick = 0; }), "instruments[1].instrument");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.start_price = 100'01; }), "instruments[1].start_price");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.start_price = 5 * 29; }), "instruments[1].start_price");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.levels = 2; }), "instruments[1].levels");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.depth = 11; }), "instruments[1].depth");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.spread_ticks = 0; }), "instruments[1].spread_ticks");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.trade_qty = 305; }), "instruments[1].trade_qty");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.level_qty = 0; }), "instruments[1].level_qty");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.trade_percent = 100; }), "instruments[1].trade_percent");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.events_per_second = 0; }),
            "instruments[1].events_per_second");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.volatility_per_sqrt_day = -0.1; }),
            "instruments[1].volatility_per_sqrt_day");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.gap_numerator = 2; }),
            "instruments[1].gap_numerator and .gap_denominator");
  EXPECT_EQ(second([](SyntheticInstrument& i) { i.snapshot_delay_ns = 0; }),
            "instruments[1].snapshot_delay_ns");
  EXPECT_EQ(second([](SyntheticInstrument& i) {
              i.instrument.kind = InstrumentKind::spot;
              i.mark_interval_ns = kSecond;
            }),
            "instruments[1].mark_interval_ns and .funding_interval_ns");
}

}  // namespace
}  // namespace lockstep::feeds
