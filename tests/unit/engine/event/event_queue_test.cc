#include "engine/event/event_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lockstep {
namespace {

Event due(TimeNs ts_ns, Kind kind, std::uint64_t mark) {
  Event event;
  event.recv_ts_ns = ts_ns;
  event.kind = kind;
  event.words[0] = mark;
  return event;
}

std::vector<std::uint64_t> drained(EventQueue& queue) {
  std::vector<std::uint64_t> marks;
  while (!queue.empty()) marks.push_back(queue.pop().words[0]);
  return marks;
}

TEST(EventQueue, what_is_due_first_comes_first) {
  EventQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next_ts_ns(), kEndOfTime);
  queue.push(due(30, Kind::timer, 3));
  queue.push(due(10, Kind::timer, 1));
  queue.push(due(20, Kind::timer, 2));
  EXPECT_EQ(queue.next_ts_ns(), 10);
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(drained(queue), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST(EventQueue, at_equal_times_control_precedes_executions_and_these_precede_timers) {
  EventQueue queue;
  queue.push(due(5, Kind::timer, 3));
  queue.push(due(5, Kind::filled, 2));
  queue.push(due(5, Kind::kill, 1));
  queue.push(due(4, Kind::timer, 0));
  EXPECT_EQ(drained(queue), (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST(EventQueue, equal_time_and_rank_keep_the_order_of_arrival) {
  EventQueue queue;
  for (std::uint64_t i = 0; i < 100; ++i) queue.push(due(5, i % 2 == 0 ? Kind::accepted : Kind::filled, i));
  const std::vector<std::uint64_t> marks = drained(queue);
  ASSERT_EQ(marks.size(), 100U);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(marks[i], i);
}

TEST(EventQueueDeathTest, there_is_nothing_to_take_from_an_empty_queue) {
  EventQueue queue;
  EXPECT_DEATH(queue.pop(), "pop of an empty queue");
}

TEST(EventQueue, a_restored_queue_goes_on_as_the_old_one_with_the_same_digest) {
  EventQueue queue;
  for (const TimeNs ts_ns : {7, 3, 9, 3, 5})
    queue.push(due(ts_ns, Kind::filled, static_cast<std::uint64_t>(ts_ns)));
  queue.pop();
  StateVisitor saving = StateVisitor::saving();
  queue.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  EventQueue restored;
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  StateVisitor one = StateVisitor::digesting();
  StateVisitor other = StateVisitor::digesting();
  queue.visit(one);
  restored.visit(other);
  EXPECT_EQ(one.digest(), other.digest());
  // The sequence goes on too: a new entry with an equal time comes last.
  for (EventQueue* each : {&queue, &restored}) {
    each->push(due(3, Kind::filled, 33));
    EXPECT_EQ(drained(*each), (std::vector<std::uint64_t>{3, 33, 5, 7, 9}));
  }
}

RC_GTEST_PROP(EventQueueProperty, removal_is_a_stable_sort, (std::vector<std::uint8_t> times)) {
  EventQueue queue;
  std::vector<std::pair<TimeNs, std::uint64_t>> model;
  for (std::size_t i = 0; i < times.size(); ++i) {
    queue.push(due(times[i] % 8, Kind::filled, i));
    model.emplace_back(times[i] % 8, i);
  }
  std::sort(model.begin(), model.end());
  for (const auto& [ts_ns, mark] : model) {
    const Event event = queue.pop();
    RC_ASSERT(event.recv_ts_ns == ts_ns);
    RC_ASSERT(event.words[0] == mark);
  }
}

}  // namespace
}  // namespace lockstep
