#include "feeds/files/import.h"

#include <gtest/gtest.h>

#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/merge.h"
#include "feeds/files/rows.h"
#include "tests/support/imported.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;

Event trade_at(TimeNs exch_ts_ns, TimeNs recv_ts_ns, std::uint64_t id) {
  Event event = make_event(Kind::trade, 0, exch_ts_ns);
  event.recv_ts_ns = recv_ts_ns;
  event.set(Trade{1, 1, id, 0, 0});
  return event;
}

// Yields one event a call, then the error if there is one.
class ListStream final : public EventStream {
 public:
  explicit ListStream(std::vector<Event> events, std::optional<Error> error = {})
      : events_(std::move(events)), error_(std::move(error)) {}
  Result<bool> next(EventBatch& out) override {
    if (at_ == events_.size()) {
      if (error_) return *error_;
      return false;
    }
    out.events.push_back(events_[at_++]);
    return true;
  }

 private:
  std::vector<Event> events_;
  std::optional<Error> error_;
  std::size_t at_ = 0;
};

Instrument instrument() {
  Instrument out;
  out.symbol = "X";
  return out;
}

Imported run(std::vector<Event> events, const ImportOptions& options = {}, DurationNs offset_ns = 0,
             std::optional<Error> error = {}) {
  return import_all(
      std::make_unique<Import>(options, std::vector<Instrument>{instrument()}, offset_ns,
                               std::make_unique<ImportLog>(options.skip_bad),
                               std::make_unique<ListStream>(std::move(events), std::move(error))));
}

TEST(Import, a_source_without_receive_times_gets_the_feed_latency_and_says_so) {
  ImportOptions options;
  options.feed_latency_ns = 5;
  const Imported all = run({trade_at(100, kNoTime, 1)}, options, 1000);
  ASSERT_EQ(all.events.size(), 1U);
  EXPECT_EQ(all.events[0].recv_ts_ns, 105) << "the clock offset is for the recorder's clock alone";
  EXPECT_EQ(all.events[0].flags, kFlagReceiveDerived);
  EXPECT_EQ(all.summary.latency.count(), 0U);
}

TEST(Import, the_clock_offset_moves_receive_times_and_the_latency_is_counted_after_it) {
  const Imported all = run({trade_at(100, 70, 1), trade_at(100, 90, 2), trade_at(200, 180, 3)}, {}, 30);
  EXPECT_EQ(all.events[0].recv_ts_ns, 100);
  EXPECT_EQ(all.events[2].recv_ts_ns, 210);
  EXPECT_EQ(all.summary.clock_offset_ns, 30);
  EXPECT_EQ(all.summary.latency.min_ns(), 0);
  EXPECT_EQ(all.summary.latency.max_ns(), 20);
  EXPECT_EQ(all.summary.latency.median_ns(), 10);
  EXPECT_EQ(all.summary.latency.negative_count(), 0U);
}

TEST(Import, receive_before_exchange_is_kept_and_counted) {
  const Imported all = run({trade_at(100, 70, 1), trade_at(100, 130, 2)});
  EXPECT_EQ(all.events[0].recv_ts_ns, 70);
  EXPECT_EQ(all.summary.latency.negative_count(), 1U);
  EXPECT_EQ(all.summary.latency.min_ns(), -30);
}

TEST(Import, what_does_not_tell_how_long_it_was_on_its_way_is_no_latency) {
  Event snapshot = trade_at(1, 1'000'000, 1);
  snapshot.flags = kFlagVenueSnapshot;
  Event doubted = trade_at(1, 1'000'000, 2);
  doubted.flags = kFlagSuspicious;
  Event bar = trade_at(1, 1'000'000, 3);
  bar.kind = Kind::bar;
  Event gap = trade_at(1, 1'000'000, 4);
  gap.kind = Kind::gap;
  const Imported all = run({snapshot, doubted, bar, gap, trade_at(999'990, 1'000'000, 5)});
  EXPECT_EQ(all.events.size(), 5U);
  EXPECT_EQ(all.summary.latency.count(), 1U);
  EXPECT_EQ(all.summary.latency.max_ns(), 10);
}

TEST(Import, a_latency_beyond_64_bits_is_none) {
  Event event = trade_at(INT64_MIN + 1, INT64_MAX, 1);
  EXPECT_FALSE(latency_of(event).has_value());
  event = trade_at(kNoTime, 5, 1);
  EXPECT_FALSE(latency_of(event).has_value());
  event = trade_at(7, 5, 1);
  EXPECT_EQ(latency_of(event), -2);
}

TEST(Import, a_step_back_of_the_clock_keeps_the_order_and_is_counted) {
  const Imported all = run({trade_at(1, 100, 1), trade_at(2, 90, 2), trade_at(3, 110, 3)});
  ASSERT_EQ(all.events.size(), 3U);
  EXPECT_EQ(all.events[1].as<Trade>().trade_id, 2U);
  EXPECT_EQ(all.events[1].recv_ts_ns, 100);
  EXPECT_EQ(all.summary.receive_steps_back, 1U);
}

TEST(Import, what_came_before_an_error_is_delivered_and_the_error_is_for_ever) {
  Import import({}, {instrument()}, 0, std::make_unique<ImportLog>(0),
                std::make_unique<ListStream>(std::vector<Event>{trade_at(1, 1, 1)},
                                             Error{ErrorCode::damaged, "f", "broken"}));
  Batch batch;
  const Result<Source::Pull> first = import.pull(batch);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(batch.events.size(), 1U);
  for (int i = 0; i < 2; ++i) {
    const Result<Source::Pull> after = import.pull(batch);
    ASSERT_FALSE(after.ok());
    EXPECT_EQ(after.error().text(), "f: broken");
  }
}

TEST(Import, an_event_without_any_time_is_an_error) {
  EXPECT_TRUE(run({trade_at(kNoTime, kNoTime, 1)}).error);
}

TEST(Import, a_shift_beyond_the_range_of_time_is_an_error) {
  EXPECT_TRUE(run({trade_at(1, INT64_MAX - 5, 1)}, {}, 10).error);
}

TEST(Import, a_bad_instrument_is_the_error_of_the_first_pull) {
  Instrument bad = instrument();
  bad.tick = 0;
  Import import({}, {bad}, 0, std::make_unique<ImportLog>(0),
                std::make_unique<ListStream>(std::vector<Event>{trade_at(1, 1, 1)}));
  Batch batch;
  EXPECT_FALSE(import.pull(batch).ok());
}

TEST(Import, seeking_is_refused_with_the_way_out) {
  Import import({}, {instrument()}, 0, std::make_unique<ImportLog>(0),
                std::make_unique<ListStream>(std::vector<Event>{}));
  EXPECT_TRUE(import.seek(0).ok());
  const Status status = import.seek(7);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().what.find("lockstep record"), std::string::npos);
}

TEST(ImportKinds, an_unknown_kind_lists_those_there_are) {
  const ImportResult opened = open_import("tape", {});
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().what.find("binance-ws, cryptofeed, dbn"), std::string::npos);
}

TEST(ClockOffset, auto_is_the_least_shift_that_puts_nothing_before_its_sending) {
  LatencyStats behind;
  for (const DurationNs latency : {-1'275'000'000, -1'181'000'000, -1'200'000'000}) behind.add(latency);
  EXPECT_EQ(resolve({true, 0}, behind), 1'275'000'000);
  LatencyStats plausible;
  plausible.add(30'000'000);
  EXPECT_EQ(resolve({true, 0}, plausible), 0) << "a slow line is not a clock that runs ahead";
  EXPECT_EQ(resolve({true, 0}, LatencyStats{}), 0);
  EXPECT_EQ(resolve({false, -7}, behind), -7);
}

TEST(ClockOffset, is_auto_or_a_duration) {
  EXPECT_TRUE(parse_clock_offset("auto")->is_auto);
  EXPECT_EQ(parse_clock_offset("-3ms")->offset_ns, -3 * kMillisecond);
  EXPECT_FALSE(parse_clock_offset("soon").ok());
}

TEST(LatencyStats, the_median_is_within_one_per_cent) {
  LatencyStats stats;
  for (int i = 1; i <= 1001; ++i) stats.add(std::int64_t{i} * 1'000'003);
  const double exact = 501 * 1'000'003.0;
  EXPECT_NEAR(static_cast<double>(stats.median_ns()), exact, exact * 0.01);
  LatencyStats negative;
  for (int i = 1; i <= 1001; ++i) negative.add(std::int64_t{-i} * 1'000'003);
  EXPECT_NEAR(static_cast<double>(negative.median_ns()), -exact, exact * 0.01);
}

TEST(LatencyStats, small_values_and_the_extremes_are_exact) {
  LatencyStats stats;
  for (const DurationNs value : {-5, -5, 3}) stats.add(value);
  EXPECT_EQ(stats.median_ns(), -5);
  LatencyStats extreme;
  extreme.add(INT64_MIN);
  EXPECT_EQ(extreme.median_ns(), INT64_MIN);
  extreme.add(INT64_MAX);
  EXPECT_EQ(extreme.min_ns(), INT64_MIN);
  EXPECT_EQ(extreme.max_ns(), INT64_MAX);
  EXPECT_EQ(resolve({true, 0}, extreme), INT64_MAX);
}

TEST(ImportLog, bad_rows_up_to_the_limit_are_counted_and_the_next_is_an_error) {
  ImportLog log(6);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(log.bad_row("f:" + std::to_string(i), "a,b", "no number").ok());
  EXPECT_EQ(log.summary().bad_rows, 6U);
  ASSERT_EQ(log.summary().bad_row_texts.size(), 5U) << "the first few";
  EXPECT_EQ(log.summary().bad_row_texts[0], "f:0: no number: \"a,b\"");
  const Status over = log.bad_row("f:9", "x", "no number");
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().where, "f:9");
}

TEST(ImportLog, a_long_or_unprintable_row_is_shown_cut_and_clean) {
  const Error error = row_error("f:1", std::string("a\x01") + std::string(300, 'b'), "bad");
  EXPECT_EQ(error.what, "bad: \"a " + std::string(198, 'b') + "...\"");
}

// --- merging

std::vector<std::uint64_t> ids(EventStream& stream) {
  EventBatch batch;
  std::vector<std::uint64_t> out;
  for (;;) {
    const Result<bool> more = stream.next(batch);
    EXPECT_TRUE(more.ok());
    if (!more || !*more) break;
  }
  for (const Event& event : batch.events) out.push_back(event.as<Trade>().trade_id);
  return out;
}

std::unique_ptr<EventStream> list(std::vector<Event> events) {
  return std::make_unique<ListStream>(std::move(events));
}

TEST(MergedStream, goes_by_time_and_at_equal_times_by_input) {
  std::vector<std::unique_ptr<EventStream>> inputs;
  inputs.push_back(list({trade_at(0, 10, 1), trade_at(0, 20, 2), trade_at(0, 20, 3)}));
  inputs.push_back(list({}));
  inputs.push_back(list({trade_at(0, 5, 4), trade_at(0, 10, 5), trade_at(0, 20, 6), trade_at(0, 30, 7)}));
  MergedStream merged(std::move(inputs));
  EXPECT_EQ(ids(merged), (std::vector<std::uint64_t>{4, 1, 5, 2, 3, 6, 7}));
}

TEST(MergedStream, an_input_is_opened_when_its_time_comes) {
  std::vector<std::string> opened;
  std::vector<LateInput> inputs;
  const auto late = [&](const std::string& name, TimeNs first_ts_ns, const std::vector<Event>& events) {
    inputs.push_back({first_ts_ns, [&opened, name, events]() -> Result<std::unique_ptr<EventStream>> {
                        opened.push_back(name);
                        return list(events);
                      }});
  };
  late("tuesday", 100, {trade_at(0, 100, 3)});
  late("monday", 1, {trade_at(0, 1, 1), trade_at(0, 2, 2)});
  MergedStream merged(std::move(inputs));
  EventBatch batch;
  ASSERT_TRUE(merged.next(batch).ok());
  EXPECT_EQ(opened, std::vector<std::string>{"monday"});
  EXPECT_EQ(ids(merged), (std::vector<std::uint64_t>{2, 3}));
}

TEST(MergedStream, an_error_of_one_input_comes_after_what_it_had) {
  std::vector<std::unique_ptr<EventStream>> inputs;
  inputs.push_back(std::make_unique<ListStream>(std::vector<Event>{trade_at(0, 1, 1)},
                                                Error{ErrorCode::damaged, "f", "broken"}));
  inputs.push_back(list({trade_at(0, 2, 2)}));
  MergedStream merged(std::move(inputs));
  EventBatch batch;
  Result<bool> more = true;
  while (more.ok() && *more) more = merged.next(batch);
  EXPECT_FALSE(more.ok());
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].as<Trade>().trade_id, 1U);
}

TEST(SortedStream, sorts_by_time_and_keeps_equal_times_in_order) {
  SortedStream sorted(
      list({trade_at(3, kNoTime, 1), trade_at(1, kNoTime, 2), trade_at(3, kNoTime, 3), trade_at(0, 2, 4)}));
  EXPECT_EQ(ids(sorted), (std::vector<std::uint64_t>{2, 4, 1, 3}));
}

TEST(SortedStream, a_book_update_keeps_its_levels) {
  class Books final : public EventStream {
   public:
    Result<bool> next(EventBatch& out) override {
      if (at_ == 2) return false;
      Event event = make_event(Kind::book, 0, at_ == 0 ? 20 : 10);
      event.set(BookUpdate{static_cast<std::uint32_t>(out.levels.size()), 1, 1, 0, 0, 0, 0});
      out.levels.push_back({at_ * 100, 1});
      out.levels.push_back({at_ * 100 + 1, 2});
      out.events.push_back(event);
      ++at_;
      return true;
    }
    std::int64_t at_ = 0;
  };
  SortedStream sorted(std::make_unique<Books>());
  EventBatch batch;
  for (Result<bool> more = true; *more;) more = sorted.next(batch);
  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_EQ(bids_of(batch.events[0].as<BookUpdate>(), batch.levels)[0], (Level{100, 1}));
  EXPECT_EQ(asks_of(batch.events[1].as<BookUpdate>(), batch.levels)[0], (Level{1, 2}));
}

TEST(ChainedStream, is_one_input_after_the_other) {
  std::vector<std::unique_ptr<EventStream>> inputs;
  inputs.push_back(list({trade_at(0, 9, 1)}));
  inputs.push_back(list({}));
  inputs.push_back(list({trade_at(0, 1, 2), trade_at(0, 2, 3)}));
  ChainedStream chained(std::move(inputs));
  EXPECT_EQ(ids(chained), (std::vector<std::uint64_t>{1, 2, 3}));
}

// --- settings and scales

Scales seen(int price, int qty) {
  Scales out;
  out.price = price;
  out.qty = qty;
  return out;
}

TEST(Settings, a_symbols_own_setting_goes_before_the_general_one) {
  Instrument out = instrument();
  const Status applied =
      apply_settings({{"quote", "EUR"}, {"X.quote", "USD"}, {"kind", "linear_perpetual"}, {"lot", "0.001"}},
                     seen(2, 0), out);
  ASSERT_TRUE(applied.ok());
  EXPECT_EQ(out.quote, "USD");
  EXPECT_EQ(out.settle, "USD");
  EXPECT_EQ(out.kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(out.qty_scale, 3);
  EXPECT_EQ(out.lot, 1);
  EXPECT_EQ(out.tick, 1);
}

TEST(Settings, a_tick_is_in_the_scale_of_prices_and_may_raise_it) {
  Instrument out = instrument();
  ASSERT_TRUE(apply_settings({{"tick", "0.25"}, {"multiplier", "0.01"}, {"strike", "12.5"}, {"right", "put"}},
                             seen(1, 0), out)
                  .ok());
  EXPECT_EQ(out.price_scale, 2);
  EXPECT_EQ(out.tick, 25);
  EXPECT_EQ(out.multiplier, 1);
  EXPECT_EQ(out.multiplier_scale, 2);
  EXPECT_EQ(out.strike, 1250);
  EXPECT_EQ(out.right, OptionRight::put);
}

TEST(Settings, equities_in_dollars_trade_in_cents) {
  Instrument out = instrument();
  ASSERT_TRUE(apply_settings({{"kind", "equity"}, {"quote", "USD"}}, seen(4, 0), out).ok());
  EXPECT_EQ(out.tick, 100);
  Instrument whole = instrument();
  ASSERT_TRUE(apply_settings({{"kind", "equity"}, {"quote", "USD"}}, seen(0, 0), whole).ok());
  EXPECT_EQ(whole.price_scale, 2);
  EXPECT_EQ(whole.tick, 1);
}

TEST(Settings, wrong_values_are_errors_that_name_the_setting) {
  const std::pair<const char*, const char*> bad[] = {
      {"tick", "x"},     {"price_scale", "1"}, {"price_scale", "19"}, {"kind", "bond"},
      {"right", "left"}, {"expiry", "soon"},   {"tick", "0"},         {"lot", "-1"}};
  for (const auto& [key, value] : bad) {
    Instrument out = instrument();
    EXPECT_FALSE(apply_settings({{key, value}}, seen(2, 0), out).ok()) << key << "=" << value;
  }
  EXPECT_FALSE(check_settings({{"X.colour", "red"}}, {"layout"}).ok());
  EXPECT_TRUE(check_settings({{"BRK.B.tick", "1"}, {"layout", "x"}}, {"layout"}).ok());
}

TEST(Quantities, are_exact_where_they_fit_and_rounded_where_noise_does_not) {
  Scales scales;
  for (const char* text : {"6.1153319800000006", "922.5"}) scales.see_qty(text);
  EXPECT_EQ(scales.qty, 16);
  EXPECT_EQ(scales.qty_digits, 3);
  EXPECT_EQ(choose_qty_scale(scales), 12);
  bool rounded = false;
  EXPECT_EQ(*read_qty("6.1153319800000006", 12, rounded), 6'115'331'980'000);
  EXPECT_TRUE(rounded);
  EXPECT_EQ(*read_qty("-0.0000000000005", 12, rounded), -1);
  EXPECT_EQ(*read_qty("0.0000000000014999", 12, rounded), 1);
  rounded = false;
  EXPECT_EQ(*read_qty("1.5000000000000", 12, rounded), 1'500'000'000'000);
  EXPECT_FALSE(rounded);
  EXPECT_FALSE(read_qty("1.50000000000000x", 12, rounded).ok());
}

TEST(Quantities, of_eighteen_digits_stay_exact) {
  Scales scales;
  scales.see_qty("2300413.72950000001");
  EXPECT_EQ(choose_qty_scale(scales), 11);
}

}  // namespace
}  // namespace lockstep::feeds
