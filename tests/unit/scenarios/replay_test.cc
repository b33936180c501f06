#include "scenarios/replay.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

using testing::OwnedEvent;
using testing::TemporaryFolder;

Result<ReplayOutcome> replay(const std::string& journal, const std::vector<std::string>& dirs = {}) {
  return replay_journal(journal, builtin_strategies(), {dirs, {}});
}

/// The journal with its records changed, whole and sealed.
void rewrite(const std::string& from, const std::string& to,
             const std::function<void(std::vector<OwnedEvent>&)>& change, bool seal = true) {
  const auto reader = recordings::LogReader::open(from);
  ASSERT_TRUE(reader.ok());
  std::vector<OwnedEvent> events = testing::read_all(**reader).events;
  change(events);
  auto writer = recordings::LogWriter::create(to, (*reader)->header());
  ASSERT_TRUE(writer.ok());
  testing::append_all(**writer, events);
  ASSERT_TRUE((seal ? (*writer)->seal() : (*writer)->flush()).ok());
}

std::size_t index_of(const std::vector<OwnedEvent>& events, Kind kind, std::size_t which) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].event.kind == kind && which-- == 0) return i;
  }
  ADD_FAILURE() << "the journal has too few of " << to_string(kind);
  return 0;
}

class Replay : public ::testing::Test {
 protected:
  void SetUp() override {
    summary_ = *test::small_run(folder_ / "run");
    journal_ = folder_ / "run/journal.lsr";
    const auto reader = recordings::LogReader::open(journal_);
    records_ = testing::read_all(**reader).events;
  }
  TemporaryFolder folder_;
  RunSummary summary_;
  std::string journal_;
  std::vector<OwnedEvent> records_;
};

TEST_F(Replay, of_an_untouched_journal_agrees_in_every_record) {
  const auto outcome = replay(journal_);
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_FALSE(outcome->divergence);
  EXPECT_TRUE(outcome->journal_is_whole);
  EXPECT_EQ(outcome->checked, records_.size());
  EXPECT_EQ(outcome->totals.digest, summary_.totals.digest);
  EXPECT_EQ(outcome->totals.fills, summary_.totals.fills);
  EXPECT_EQ(outcome->recording_path, "");
  EXPECT_FALSE(replay(folder_ / "run")->divergence) << "a run's folder stands for its journal";
}

TEST_F(Replay, names_a_stored_decision_that_was_changed) {
  std::size_t at = 0;
  std::uint64_t inputs = 0;
  Event changed;
  rewrite(journal_, folder_ / "bad.lsr", [&](std::vector<OwnedEvent>& events) {
    at = index_of(events, Kind::submit, 5);
    for (std::size_t i = 0; i < at; ++i) {
      if (events[i].event.kind == Kind::checkpoint) inputs = events[i].event.as<Checkpoint>().input_events;
    }
    auto order = events[at].event.as<OrderInstruction>();
    order.price += 1;
    events[at].event.set(order);
    changed = events[at].event;
  });
  const auto outcome = replay(folder_ / "bad.lsr");
  ASSERT_TRUE(outcome.ok());
  ASSERT_TRUE(outcome->divergence);
  EXPECT_EQ(outcome->checked, at);
  EXPECT_EQ(outcome->divergence->input_events, inputs);
  EXPECT_EQ(outcome->divergence->in_journal, changed);
  EXPECT_EQ(outcome->divergence->in_replay, records_[at].event);
}

TEST_F(Replay, names_a_decision_that_was_taken_out) {
  std::size_t at = 0;
  rewrite(journal_, folder_ / "bad.lsr", [&](std::vector<OwnedEvent>& events) {
    at = index_of(events, Kind::submit, 3);
    events.erase(events.begin() + static_cast<std::ptrdiff_t>(at));
  });
  const auto outcome = replay(folder_ / "bad.lsr");
  ASSERT_TRUE(outcome.ok());
  ASSERT_TRUE(outcome->divergence);
  EXPECT_EQ(outcome->divergence->in_replay, records_[at].event);
}

TEST_F(Replay, a_digest_alone_that_differs_is_named_too) {
  Event changed;
  rewrite(journal_, folder_ / "bad.lsr", [&](std::vector<OwnedEvent>& events) {
    const auto found = std::find_if(events.begin(), events.end(), [](const OwnedEvent& e) {
      return e.event.kind == Kind::checkpoint &&
             e.event.detail == static_cast<std::uint8_t>(Subsystem::portfolio);
    });
    auto point = found->event.as<Checkpoint>();
    point.digest ^= 1;
    found->event.set(point);
    changed = found->event;
  });
  const auto outcome = replay(folder_ / "bad.lsr");
  ASSERT_TRUE(outcome.ok());
  ASSERT_TRUE(outcome->divergence);
  EXPECT_EQ(outcome->divergence->input_events, 500U);  // checkpoint_interval of the small scenario
  EXPECT_EQ(outcome->divergence->in_journal, changed);
  ASSERT_TRUE(outcome->divergence->in_replay);
  EXPECT_EQ(outcome->divergence->in_replay->detail, changed.detail);
}

TEST_F(Replay, a_journal_with_more_than_the_run_differs) {
  rewrite(journal_, folder_ / "bad.lsr", [&](std::vector<OwnedEvent>& events) {
    events.push_back(events[index_of(events, Kind::submit, 0)]);
  });
  const auto outcome = replay(folder_ / "bad.lsr");
  ASSERT_TRUE(outcome->divergence);
  EXPECT_EQ(outcome->checked, records_.size());
  EXPECT_TRUE(outcome->divergence->in_journal);
  EXPECT_FALSE(outcome->divergence->in_replay);
}

TEST_F(Replay, a_sealed_journal_with_less_than_the_run_differs) {
  rewrite(journal_, folder_ / "bad.lsr",
          [](std::vector<OwnedEvent>& events) { events.resize(events.size() / 2); });
  const auto outcome = replay(folder_ / "bad.lsr");
  ASSERT_TRUE(outcome.ok());
  ASSERT_TRUE(outcome->divergence);
  EXPECT_EQ(outcome->checked, records_.size() / 2);
  EXPECT_FALSE(outcome->divergence->in_journal);
}

TEST_F(Replay, an_unfinished_journal_is_checked_as_far_as_it_goes) {
  rewrite(
      journal_, folder_ / "cut.lsr",
      [](std::vector<OwnedEvent>& events) { events.resize(events.size() / 2); }, false);
  const auto outcome = replay(folder_ / "cut.lsr");
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_FALSE(outcome->divergence);
  EXPECT_FALSE(outcome->journal_is_whole);
  EXPECT_EQ(outcome->checked, records_.size() / 2);
}

TEST_F(Replay, a_difference_in_an_unfinished_journal_is_still_one) {
  rewrite(
      journal_, folder_ / "cut.lsr",
      [](std::vector<OwnedEvent>& events) {
        events.resize(events.size() / 2);
        auto order = events[index_of(events, Kind::submit, 0)].event.as<OrderInstruction>();
        order.qty += 1;
        events[index_of(events, Kind::submit, 0)].event.set(order);
      },
      false);
  EXPECT_TRUE(replay(folder_ / "cut.lsr")->divergence);
}

TEST_F(Replay, a_damaged_journal_is_an_error) {
  std::vector<std::byte> bytes = testing::read_bytes(journal_);
  bytes[bytes.size() / 2] ^= std::byte{1};
  testing::write_bytes(folder_ / "bad.lsr", bytes);
  const auto outcome = replay(folder_ / "bad.lsr");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::damaged);
}

TEST_F(Replay, a_strategy_that_the_program_does_not_have_is_a_clear_error) {
  const auto outcome = replay_journal(journal_, std::vector<StrategyFactory>{builtin_strategies()[2]}, {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().text(),
            journal_ + ": strategy \"market_maker\": this program does not have it; it has momentum");
}

TEST_F(Replay, a_recording_or_a_text_is_no_journal) {
  test::record_small(folder_ / "rec.lsr");
  EXPECT_EQ(replay(folder_ / "rec.lsr").error().text(),
            folder_ / "rec.lsr" + ": this is not a run's journal; a recording is replayed by `lockstep run`");
  EXPECT_FALSE(replay(folder_ / "run/run.toml").ok());
  EXPECT_EQ(replay(folder_ / "none.lsr").error().code, ErrorCode::io);
}

class ReplayOfRecording : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "data");
    test::record_small(folder_ / "data/rec.lsr");
    const auto summary = test::run_of(test::small_on_recording(), {"feed.path=" + (folder_ / "data/rec.lsr")},
                                      folder_ / "run");
    ASSERT_TRUE(summary.ok()) << summary.error().text();
  }
  TemporaryFolder folder_;
};

TEST_F(ReplayOfRecording, finds_it_where_it_was_or_beside_the_journal_or_in_a_folder_that_is_named) {
  EXPECT_EQ(replay(folder_ / "run")->recording_path, folder_ / "data/rec.lsr");
  std::filesystem::create_directories(folder_ / "moved");
  std::filesystem::rename(folder_ / "data/rec.lsr", folder_ / "moved/rec.lsr");
  const auto lost = replay(folder_ / "run");
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().code, ErrorCode::mismatch);
  EXPECT_NE(
      lost.error().text().find("which was not found. Name the folder that holds it with --recordings DIR"),
      std::string::npos)
      << lost.error().text();
  EXPECT_EQ(replay(folder_ / "run", {folder_ / "data", folder_ / "moved"})->recording_path,
            folder_ / "moved/rec.lsr");
  std::filesystem::rename(folder_ / "moved/rec.lsr", folder_ / "run/rec.lsr");
  EXPECT_FALSE(replay(folder_ / "run")->divergence);
}

TEST_F(ReplayOfRecording, another_content_under_the_same_name_is_refused) {
  const auto reader = recordings::LogReader::open(folder_ / "data/rec.lsr");
  const std::string right = format_hex((*reader)->seal()->content_hash);
  testing::write_log(folder_ / "other.lsr", testing::sample_header(), testing::sample_trades(3));
  std::filesystem::rename(folder_ / "other.lsr", folder_ / "data/rec.lsr");
  const auto outcome = replay(folder_ / "run");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::mismatch);
  EXPECT_NE(outcome.error().text().find("the run was made of rec.lsr with content hash " + right),
            std::string::npos);
  EXPECT_NE(outcome.error().text().find(folder_ / "data/rec.lsr" + " has content hash "), std::string::npos);
}

TEST_F(ReplayOfRecording, a_damaged_copy_does_not_hide_a_sound_one) {
  std::vector<std::byte> bytes = testing::read_bytes(folder_ / "data/rec.lsr");
  std::filesystem::create_directories(folder_ / "sound");
  std::filesystem::copy_file(folder_ / "data/rec.lsr", folder_ / "sound/rec.lsr");
  testing::write_bytes(folder_ / "data/rec.lsr", recordings::Bytes(bytes).first(20));
  const auto outcome = replay(folder_ / "run", {folder_ / "sound"});
  ASSERT_TRUE(outcome.ok()) << outcome.error().text();
  EXPECT_FALSE(outcome->divergence);
}

}  // namespace
}  // namespace lockstep::scenarios
