// Damaged Databento files: whatever happens to a file, it yields an error or events, and never stops the
// program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/data.h"
#include "tests/unit/feeds/dbn_bytes.h"

namespace lockstep {
namespace {

using namespace feeds::dbn;
using test::Bytes;
using test::DbnFile;
using test::DbnImport;
using test::import_dbn;

// Two orders behind metadata with a mapping.
Bytes small_file() {
  test::DbnHead head;
  head.mappings = {{"ESM4", 20240508, 20240509, "7"}};
  Bytes bytes = test::dbn_head(head);
  test::put(bytes, test::dbn_mbo('A', 'B', 1, 5'000'000'000'000, 1));
  test::put(bytes, test::dbn_mbo('C', 'B', 1, 5'000'000'000'000, 1));
  return bytes;
}

DbnImport import_damaged(const DbnFile& file, const Bytes& bytes) {
  file.write(bytes);
  feeds::ImportOptions options;
  options.paths = {file.path()};
  options.skip_bad = 1000;  // to get as far as possible
  return import_dbn(options);
}

void flip_every_byte(const Bytes& bytes) {
  const DbnFile file(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const unsigned mask : {0x01U, 0x80U, 0xFFU}) {
      Bytes damaged = bytes;
      damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ mask);
      const DbnImport import = import_damaged(file, damaged);
      for (const Event& event : import.events) {
        EXPECT_TRUE(event.instrument < import.instruments.size() || event.kind == Kind::gap);
      }
    }
  }
}

// A file that is cut off is an error, but for cuts between two of its records.
void cut_everywhere(const Bytes& bytes, const std::vector<std::size_t>& whole) {
  const DbnFile file(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const DbnImport import = import_damaged(file, cut);
    const bool is_whole = std::find(whole.begin(), whole.end(), size) != whole.end();
    EXPECT_EQ(import.error.empty(), is_whole) << size << " bytes: " << import.error;
  }
}

Bytes read_all(const std::string& name) {
  std::ifstream in(test::data_dir() / "databento" / "dbn_repo" / name, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

TEST(DbnDamage, every_prefix_of_a_file_is_an_error_or_ends_between_records) {
  const Bytes bytes = small_file();
  cut_everywhere(bytes, {bytes.size() - 112, bytes.size() - 56});
}

TEST(DbnDamage, what_stands_before_the_cut_is_delivered) {
  Bytes bytes = small_file();
  bytes.pop_back();
  const DbnImport import = import_dbn(bytes);
  EXPECT_EQ(import.events.size(), 1U);
  EXPECT_NE(import.error.find("byte " + std::to_string(bytes.size() - 55) +
                              ": the file ends after 55 of the 56 bytes"),
            std::string::npos)
      << import.error;
}

TEST(DbnDamage, no_flipped_byte_stops_the_program) {
  flip_every_byte(small_file());
}

TEST(DbnDamage, neither_does_one_in_a_real_file) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  for (const char* name :
       {"test_data.mbo.dbz", "test_data.mbp-10.v1.dbn.zst", "test_data.definition.v3.dbn.frag",
        "test_data.status.dbn", "test_data.statistics.v3.dbn.zst"}) {
    const Bytes bytes = read_all(name);
    ASSERT_FALSE(bytes.empty()) << name;
    flip_every_byte(bytes);
  }
}

TEST(DbnDamage, nor_a_prefix_of_one) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Bytes dbz = read_all("test_data.mbo.dbz");
  cut_everywhere(dbz, {144 + 8});  // its metadata alone: a file without records
  const Bytes packed = read_all("test_data.mbp-10.v1.dbn.zst");
  cut_everywhere(packed, {});
  const Bytes fragment = read_all("test_data.definition.v3.dbn.frag");
  cut_everywhere(fragment, {520});
}

}  // namespace
}  // namespace lockstep
