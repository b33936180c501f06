// Where the captured sessions lie that the tests read: the directory named by the environment variable
// LOCKSTEP_DATA, else the one the build was configured with. The data is no part of the tree; a test without
// it skips, and says so:
//   if (!has_data()) GTEST_SKIP() << kNoData;
#pragma once

#include <cstdlib>
#include <filesystem>

namespace lockstep::test {

inline constexpr const char* kNoData = "no recorded data here: set LOCKSTEP_DATA to its directory";

inline std::filesystem::path data_dir() {
  const char* from_environment = std::getenv("LOCKSTEP_DATA");
  return from_environment != nullptr ? from_environment : LOCKSTEP_DATA;
}

inline bool has_data() {
  return std::filesystem::is_directory(data_dir());
}

}  // namespace lockstep::test
