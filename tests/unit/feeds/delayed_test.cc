#include "feeds/delayed.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/events.h"

namespace lockstep::feeds {
namespace {

using test::Tape;

// Instruments 0 and 2 of venue a, 1 of venue b.
std::vector<Instrument> three() {
  return {test::plain_instrument("A", "a"), test::plain_instrument("B", "b"),
          test::plain_instrument("C", "a")};
}

LatencyModel constant(DurationNs delay_ns) {
  LatencyModel model;
  model.median_ns = delay_ns;
  return model;
}

LatencyModel uniform(DurationNs low_ns, DurationNs high_ns) {
  LatencyModel model;
  model.kind = LatencyKind::uniform;
  model.low_ns = low_ns;
  model.high_ns = high_ns;
  return model;
}

// The price tells events apart.
Event received_at(TimeNs recv_ts_ns, TimeNs exch_ts_ns, Price price, InstrumentId instrument = 0) {
  Event event = test::trade(exch_ts_ns, price, 1, Side::buy, instrument);
  event.recv_ts_ns = recv_ts_ns;
  return event;
}

struct Got {
  Event event;
  std::vector<Level> levels;
};

std::vector<Got> all_of(Source& source) {
  std::vector<Got> out;
  Batch batch;
  for (;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    EXPECT_TRUE(pulled.ok());
    if (!pulled || *pulled == Source::Pull::end) return out;
    for (const Event& event : batch.events) {
      Got got{event, {}};
      if (event.kind == Kind::book) {
        const auto update = event.as<BookUpdate>();
        const auto levels = batch.levels.subspan(update.first_level, update.bid_count + update.ask_count);
        got.levels.assign(levels.begin(), levels.end());
      }
      out.push_back(got);
    }
  }
}

std::vector<Price> prices_of(const std::vector<Got>& all) {
  std::vector<Price> prices;
  prices.reserve(all.size());
  for (const Got& got : all) prices.push_back(got.event.as<Trade>().price);
  return prices;
}

std::vector<TimeNs> times_of(const std::vector<Got>& all) {
  std::vector<TimeNs> times;
  times.reserve(all.size());
  for (const Got& got : all) times.push_back(got.event.recv_ts_ns);
  return times;
}

DelayedSource delayed(Tape tape, const LatencyModel& model, const DelayOptions& options = {}) {
  return DelayedSource(std::make_unique<Tape>(std::move(tape)), model, 1, options);
}

TEST(Delayed, an_event_is_received_its_delay_after_the_exchange_stamped_it_and_is_else_as_it_was) {
  Tape tape(three());
  tape.add(received_at(1'900, 1'000, 7));
  DelayedSource source = delayed(std::move(tape), constant(50));
  const std::vector<Got> all = all_of(source);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].event.recv_ts_ns, 1'050);
  EXPECT_EQ(all[0].event.exch_ts_ns, 1'000);
  EXPECT_EQ(all[0].event.flags, kFlagReceiveDerived);
  EXPECT_EQ(all[0].event.as<Trade>().price, 7);
  EXPECT_EQ(source.instruments().size(), 3U);
}

TEST(Delayed, venues_are_merged_by_the_new_time_and_by_the_original_number_where_it_is_equal) {
  Tape tape(three());
  tape.add(received_at(2'000, 1'300, 1, 0));
  tape.add(received_at(2'001, 1'200, 2, 1));  // venue b: sent earlier
  tape.add(received_at(2'002, 1'300, 3, 1));  // as the first, which came first
  tape.add(received_at(2'003, 1'250, 4, 2));  // venue a: behind what it sent before, however it is stamped
  tape.add(received_at(2'004, 1'400, 5, 0));
  DelayedSource source = delayed(std::move(tape), constant(10));
  const std::vector<Got> all = all_of(source);
  EXPECT_EQ(prices_of(all), (std::vector<Price>{2, 1, 3, 4, 5}));
  EXPECT_EQ(times_of(all), (std::vector<TimeNs>{1'210, 1'310, 1'310, 1'310, 1'410}));
  EXPECT_EQ(source.late(), 0U);
}

TEST(Delayed, within_a_venue_the_order_is_kept_whatever_the_delays_and_nothing_is_lost) {
  Tape tape(three());
  std::map<InstrumentId, std::vector<Price>> sent;
  for (int i = 0; i < 3'000; ++i) {
    const InstrumentId instrument = i % 7 == 0 ? 1U : i % 2 == 0 ? 2U : 0U;
    tape.add(received_at(1'000'000 + i * 100, 1'000'000 + i * 100 - 50, i + 1, instrument));
    sent[instrument == 1 ? 1U : 0U].push_back(i + 1);
  }
  DelayedSource source = delayed(std::move(tape), uniform(0, 40'000));
  std::map<InstrumentId, std::vector<Price>> got;
  TimeNs last_ts_ns = 0;
  bool any_overtaken = false;
  Price last_price = 0;
  for (const Got& one : all_of(source)) {
    EXPECT_GE(one.event.recv_ts_ns, last_ts_ns);
    EXPECT_GE(one.event.recv_ts_ns, one.event.exch_ts_ns);
    last_ts_ns = one.event.recv_ts_ns;
    const Price price = one.event.as<Trade>().price;
    got[one.event.instrument == 1 ? 1U : 0U].push_back(price);
    any_overtaken = any_overtaken || price < last_price;
    last_price = price;
  }
  EXPECT_EQ(got, sent);
  EXPECT_TRUE(any_overtaken);  // between venues
  EXPECT_EQ(source.late(), 0U);
}

TEST(Delayed, a_venue_that_was_recorded_late_is_waited_for) {
  Tape tape(three(), 7);
  for (int i = 0; i < 2'000; ++i) {  // a recorded 10 after it was sent, b 5'000
    const TimeNs recorded_ts_ns = 100'000 + i * 20;
    tape.add(i % 2 == 0 ? received_at(recorded_ts_ns, recorded_ts_ns - 10, i + 1, 0)
                        : received_at(recorded_ts_ns, recorded_ts_ns - 5'000, i + 1, 1));
  }
  DelayedSource source = delayed(std::move(tape), constant(100));
  TimeNs last_ts_ns = 0;
  for (const Got& got : all_of(source)) {
    EXPECT_EQ(got.event.recv_ts_ns, got.event.exch_ts_ns + 100);
    EXPECT_GE(got.event.recv_ts_ns, last_ts_ns);
    last_ts_ns = got.event.recv_ts_ns;
  }
  EXPECT_EQ(source.late(), 0U);
}

TEST(Delayed, levels_go_with_their_book_update) {
  Tape tape(three());
  for (int i = 0; i < 500; ++i) {
    const InstrumentId instrument = i % 2 == 0 ? 0U : 1U;
    std::vector<Level> bids(static_cast<std::size_t>(i % 4), Level{i, 1});
    test::Entry entry = test::book(1'000 + i, BookAction::diff, bids, {{i + 1'000, 2}}, instrument);
    if (instrument == 1) entry.event.exch_ts_ns -= 300;  // so that it overtakes
    tape.add(entry);
  }
  DelayedSource source = delayed(std::move(tape), constant(1'000));
  const std::vector<Got> all = all_of(source);
  ASSERT_EQ(all.size(), 500U);
  std::size_t moved = 0;
  for (std::size_t at = 0; at < all.size(); ++at) {
    ASSERT_FALSE(all[at].levels.empty());
    const Price number = all[at].levels.back().price - 1'000;
    ASSERT_EQ(all[at].levels.size(), static_cast<std::size_t>(number % 4) + 1);
    for (std::size_t k = 0; k + 1 < all[at].levels.size(); ++k) EXPECT_EQ(all[at].levels[k].price, number);
    EXPECT_EQ(all[at].event.exch_ts_ns, 1'000 + number - (number % 2 == 0 ? 0 : 300));
    moved += static_cast<std::size_t>(number) != at ? 1U : 0U;
  }
  EXPECT_GT(moved, 100U);
}

TEST(Delayed, an_event_whose_stamp_does_not_say_when_it_was_sent_keeps_its_recorded_time) {
  Tape tape(three());
  tape.add(received_at(1'000, kNoTime, 1));
  Event replayed = received_at(1'500, 3, 2);
  replayed.flags = kFlagVenueSnapshot;
  tape.add(replayed);
  tape.add(received_at(1'600, 1'590, 3));  // delayed until 1'640
  Event definition = test::trade(5, 4, 1);
  definition.kind = Kind::definition;
  definition.recv_ts_ns = 1'620;
  tape.add(definition);  // not before what its connection delivered
  DelayedSource source = delayed(std::move(tape), constant(50));
  const std::vector<Got> all = all_of(source);
  EXPECT_EQ(times_of(all), (std::vector<TimeNs>{1'000, 1'500, 1'640, 1'640}));
  EXPECT_EQ(all[0].event.flags, 0);
  EXPECT_EQ(all[1].event.flags, kFlagVenueSnapshot);
}

TEST(Delayed, a_gap_of_one_venue_stays_in_its_place_there) {
  Tape tape(three());
  tape.add(received_at(1'000, 990, 1, 0));
  tape.add(test::gap(1'001, 0));
  tape.add(received_at(1'002, 995, 2, 0));
  DelayedSource source = delayed(std::move(tape), constant(100));
  const std::vector<Got> all = all_of(source);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].event.kind, Kind::gap);
  EXPECT_EQ(times_of(all), (std::vector<TimeNs>{1'090, 1'090, 1'095}));
}

TEST(Delayed, a_gap_of_every_book_stays_between_the_same_events_of_all_venues) {
  Tape tape(three());
  tape.add(received_at(1'000, 995, 1, 0));
  tape.add(received_at(1'001, 500, 2, 1));
  tape.add(test::gap(1'002, kNoInstrument));
  tape.add(received_at(1'003, 600, 3, 1));  // would have been received at 700
  tape.add(received_at(1'004, 999, 4, 0));
  DelayedSource source = delayed(std::move(tape), constant(100));
  const std::vector<Got> all = all_of(source);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[2].event.kind, Kind::gap);
  EXPECT_EQ(times_of(all), (std::vector<TimeNs>{600, 1'095, 1'095, 1'095, 1'099}));
}

TEST(Delayed, control_events_keep_their_time) {
  Tape tape(three());
  tape.add(received_at(1'000, 1'000, 1));
  tape.add(received_at(1'100, 1'100, 2));
  tape.add(test::control(1'150, Kind::pause));
  tape.add(received_at(1'300, 1'300, 3));
  DelayedSource source = delayed(std::move(tape), constant(100));
  const std::vector<Got> all = all_of(source);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[1].event.kind, Kind::pause);
  EXPECT_EQ(times_of(all), (std::vector<TimeNs>{1'100, 1'150, 1'200, 1'400}));
}

TEST(Delayed, one_later_than_reckoned_with_is_received_at_once_and_counted) {
  Tape tape(three(), 1);
  tape.add(received_at(1'000, 1'000, 1, 0));
  tape.add(received_at(2'000, 2'000, 2, 0));
  tape.add(received_at(2'001, 500, 3, 1));  // recorded 1'501 after it was sent
  DelayedSource source = delayed(std::move(tape), constant(10), {900, 100});
  const std::vector<Got> all = all_of(source);
  EXPECT_EQ(prices_of(all), (std::vector<Price>{1, 3, 2}));
  EXPECT_EQ(times_of(all), (std::vector<TimeNs>{1'010, 1'010, 2'010}));
  EXPECT_EQ(source.late(), 1U);
}

TEST(Delayed, never_more_events_wait_than_allowed) {
  // Venue b is silent, so the first of venue a would wait for the slack of a day.
  const auto late_with = [](std::size_t most_waiting) {
    Tape tape(three(), 1);
    for (int i = 0; i < 100; ++i) tape.add(received_at(1'000 + i, 1'000 + i, i + 1, 0));
    tape.add(received_at(2'000, 1'000, 101, 1));
    DelayedSource source = delayed(std::move(tape), constant(5), {kDay, most_waiting});
    EXPECT_EQ(all_of(source).size(), 101U);
    return source.late();
  };
  EXPECT_EQ(late_with(1'000), 0U);
  EXPECT_EQ(late_with(10), 1U);
}

TEST(Delayed, seeking_gives_what_followed_and_an_error_past_the_end) {
  const auto make = [] {
    Tape tape(three(), 100);
    for (int i = 0; i < 2'500; ++i)
      tape.add(received_at(10'000 + i, 10'000 + i, i + 1, static_cast<InstrumentId>(i % 3)));
    return delayed(std::move(tape), uniform(0, 500));
  };
  DelayedSource whole = make();
  const std::vector<Price> all = prices_of(all_of(whole));
  ASSERT_EQ(all.size(), 2'500U);
  DelayedSource source = make();
  for (const std::size_t number : {0UL, 1UL, 1'023UL, 1'024UL, 1'025UL, 2'499UL, 2'500UL, 7UL}) {
    ASSERT_TRUE(source.seek(number).ok());
    EXPECT_EQ(prices_of(all_of(source)),
              std::vector<Price>(all.begin() + static_cast<std::ptrdiff_t>(number), all.end()))
        << number;
  }
  EXPECT_EQ(source.seek(2'501).error().text(), "delayed feed: has 2500 events; cannot go to number 2501");
}

TEST(Delayed, an_error_of_the_wrapped_source_comes_out_behind_the_events_before_it_and_stays) {
  Tape tape(three());
  tape.add(received_at(1'000, 1'000, 1));
  tape.fail_at_the_end({ErrorCode::damaged, "tape", "torn"});
  DelayedSource source = delayed(std::move(tape), constant(50));
  Batch batch;
  const Result<Source::Pull> first = source.pull(batch);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(batch.events.size(), 1U);
  for (int i = 0; i < 2; ++i) {
    const Result<Source::Pull> second = source.pull(batch);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().text(), "tape: torn");
  }
}

TEST(Delayed, equal_seeds_give_equal_times_and_others_do_not) {
  const auto times = [](std::uint64_t seed) {
    Tape tape(three());
    for (int i = 0; i < 50; ++i) tape.add(received_at(1'000'000 + i, 1'000'000 + i, 1, 0));
    DelayedSource source(std::make_unique<Tape>(std::move(tape)), uniform(0, 500'000), seed);
    return times_of(all_of(source));
  };
  EXPECT_EQ(times(1), times(1));
  EXPECT_NE(times(1), times(2));
}

}  // namespace
}  // namespace lockstep::feeds
