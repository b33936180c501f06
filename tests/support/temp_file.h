// Small files for tests, in the test's temporary folder.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace lockstep::test {

/// A folder of this test's own, empty at first.
inline std::filesystem::path temp_dir() {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  const std::filesystem::path dir =
      std::filesystem::path(testing::TempDir()) /
      ("lockstep_" + std::to_string(getpid()) + "_" + info->test_suite_name() + "_" + info->name());
  std::filesystem::create_directories(dir);
  return dir;
}

/// Writes `bytes` to a file of this name (which may have folders) and returns its path.
inline std::string write_temp(const std::string& name, std::string_view bytes) {
  const std::filesystem::path path = temp_dir() / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path.string();
}

}  // namespace lockstep::test
