// `lockstep calibrate` on a made session whose truth is known.
#include <gtest/gtest.h>

#include "scenarios/calibration.h"
#include "scenarios/queue_comparison.h"
#include "scenarios/scenario.h"
#include "tests/support/order_flow.h"
#include "tests/support/temp_file.h"

namespace lockstep::scenarios {
namespace {

sim::QueueModel model(sim::QueueModelKind kind, double exponent = 1) {
  sim::QueueModel out;
  out.kind = kind;
  out.exponent = exponent;
  return out;
}

TEST(Calibration, finds_where_the_makers_orders_were_cancelled) {
  const std::string path = (test::temp_dir() / "flow.lsr").string();
  test::OrderFlow flow;
  flow.messages = 60'000;
  ASSERT_TRUE(bool(test::OrderFlowMaker(flow).write(path)));
  const Result<Calibration> found = calibrate(path, {}, {});
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_EQ(found->instruments.size(), 1U);
  EXPECT_TRUE(found->instruments[0].has_orders);
  EXPECT_NEAR(found->instruments[0].queue.power_ahead.value, 2.0, 0.15);
}

TEST(Calibration, its_fragment_is_read_as_part_of_a_scenario) {
  const std::string path = (test::temp_dir() / "flow.lsr").string();
  test::OrderFlow flow;
  flow.messages = 20'000;
  ASSERT_TRUE(bool(test::OrderFlowMaker(flow).write(path)));
  const Result<Calibration> found = calibrate(path, {}, {});
  ASSERT_TRUE(found.ok()) << found.error().text();
  const std::string text = "[feed]\npath = \"flow.lsr\"\n[strategy]\nname = \"momentum\"\n" +
                           scenario_fragment(*found, "flow.lsr");
  const Result<Scenario> scenario = parse_scenario(text, "fragment.toml", {});
  ASSERT_TRUE(scenario.ok()) << scenario.error().text() << '\n' << text;
  const FillsChoice& own = scenario->venue.fills_by_symbol.at("FLOW");
  EXPECT_EQ(own.rules.queue.kind, sim::QueueModelKind::fitted);
  EXPECT_NEAR(own.rules.queue.chances[4], found->instruments[0].queue.chances[4].value, 1e-4);
}

TEST(Comparison, the_model_that_made_the_session_is_nearest_to_the_truth) {
  const std::string path = (test::temp_dir() / "flow.lsr").string();
  test::OrderFlow flow;
  flow.messages = 60'000;
  ASSERT_TRUE(bool(test::OrderFlowMaker(flow).write(path)));
  const auto result = compare_queue_models(path,
                                           {{"made", model(sim::QueueModelKind::power_ahead, 2)},
                                            {"front", model(sim::QueueModelKind::power_behind, 3)},
                                            {"pessimistic", model(sim::QueueModelKind::pessimistic)},
                                            {"exact", model(sim::QueueModelKind::exact)}},
                                           {}, {});
  ASSERT_TRUE(result.ok()) << result.error().text();
  const ModelComparison& one = result->at(0);
  EXPECT_GT(one.filled, 50U);
  ASSERT_EQ(one.models.size(), 4U);
  EXPECT_LT(one.models[0].position_rmse, one.models[1].position_rmse);
  EXPECT_LT(one.models[0].position_rmse, one.models[2].position_rmse);
  EXPECT_LT(std::abs(one.models[0].position_bias), 0.05);
  EXPECT_LT(one.models[1].position_bias, -0.05);
  EXPECT_GT(one.models[2].position_bias, 0.05);
  // A pessimist never fills before the truth does.
  for (const Confusion& confusion : one.models[2].within) EXPECT_EQ(confusion.only_model, 0U);
}

TEST(Comparison, a_recording_without_orders_is_refused) {
  const std::string path = (test::temp_dir() / "empty.lsr").string();
  recordings::LogHeader header;
  auto writer = recordings::LogWriter::create(path, header);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(bool((*writer)->seal()));
  const auto result = compare_queue_models(path, {{"any", {}}}, {}, {});
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().text().find("no order-by-order events"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::scenarios
