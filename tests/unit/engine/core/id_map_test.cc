#include "engine/core/id_map.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace lockstep {
namespace {

TEST(IdMap, finds_what_was_put_in_and_nothing_else) {
  IdMap map;
  EXPECT_EQ(map.find(7), IdMap::kAbsent);
  map.insert(7, 3);
  map.insert(0, 4);
  EXPECT_EQ(map.find(7), 3U);
  EXPECT_EQ(map.find(0), 4U);
  EXPECT_EQ(map.find(8), IdMap::kAbsent);
  map.erase(7);
  EXPECT_EQ(map.find(7), IdMap::kAbsent);
  EXPECT_EQ(map.find(0), 4U);
  map.clear();
  EXPECT_EQ(map.find(0), IdMap::kAbsent);
}

TEST(IdMap, grows_without_losing_anything) {
  IdMap map;
  for (std::uint32_t i = 0; i < 1000; ++i) map.insert(std::uint64_t{i} << 48U | (i + 1), i);
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(map.find(std::uint64_t{i} << 48U | (i + 1)), i);
}

TEST(IdMapDeathTest, an_id_twice_or_an_erase_of_nothing_is_a_bug) {
  IdMap map;
  map.insert(5, 1);
  EXPECT_DEATH(map.insert(5, 2), "in the map twice");
  EXPECT_DEATH(map.erase(6), "not in the map");
}

// Few ids in few cells, so that chains of collisions are broken in the middle and across the end of the
// array.
RC_GTEST_PROP(IdMapProperty, agrees_with_an_ordered_map, ()) {
  IdMap map;
  std::map<std::uint64_t, std::uint32_t> model;
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint32_t>>>(
      rc::gen::pair(rc::gen::inRange<std::uint8_t>(0, 64), rc::gen::inRange<std::uint32_t>(0, 1000)));
  for (int round = 0; round < 4; ++round) {
    for (const auto& [id, slot] : steps) {
      if (model.erase(id) > 0) {
        map.erase(id);
      } else if (model.size() < 31) {
        model[id] = slot;
        map.insert(id, slot);
      }
      for (std::uint64_t probe = 0; probe < 64; ++probe) {
        const auto found = model.find(probe);
        RC_ASSERT(map.find(probe) == (found == model.end() ? IdMap::kAbsent : found->second));
      }
    }
  }
}

}  // namespace
}  // namespace lockstep
