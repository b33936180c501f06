#include "feeds/files/input.h"

#include <gtest/gtest.h>
#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>

#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using test::temp_dir;
using test::write_temp;

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 1000, '\0');
  std::string copy = text;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string zip_file(const std::string& name,
                     const std::vector<std::pair<std::string, std::string>>& members) {
  const std::string path = (temp_dir() / name).string();
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  for (const auto& [member, text] : members) {
    zip_source_t* source = zip_source_buffer(zip, text.data(), text.size(), 0);
    EXPECT_GE(zip_file_add(zip, member.c_str(), source, ZIP_FL_ENC_UTF_8), 0);
  }
  EXPECT_EQ(zip_close(zip), 0);
  return path;
}

struct Read {
  std::vector<std::string> lines;
  std::string error;
};

Read read_lines(const std::string& path) {
  Read out;
  Result<std::unique_ptr<LineReader>> reader = LineReader::open(path);
  if (!reader) return {{}, reader.error().text()};
  for (;;) {
    const Result<bool> more = (*reader)->next();
    if (!more) {
      out.error = more.error().text();
      EXPECT_FALSE((*reader)->next().ok()) << "an error is for ever";
    }
    if (!more || !*more) return out;
    out.lines.emplace_back((*reader)->text());
  }
}

// Many lines, so that buffers are crossed: "0", "1", ...
std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(LineReader, line_ends_and_a_byte_order_mark_are_left_out) {
  const Read read = read_lines(write_temp("a.txt", "\xef\xbb\xbfone\r\n\ntwo\r\nlast"));
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.lines, (std::vector<std::string>{"one", "", "two", "last"}));
}

TEST(LineReader, an_empty_file_has_no_lines) {
  EXPECT_TRUE(read_lines(write_temp("a", "")).lines.empty());
}

TEST(LineReader, the_format_is_told_by_content_and_not_by_name) {
  const std::string text = numbers(200'000);
  for (const std::string& path :
       {write_temp("plain.gz", text), write_temp("gzip.txt", gzip(text)), write_temp("zstd.zip", zstd(text)),
        zip_file("zip.csv", {{"m", text}}), zip_file("both", {{"m", zstd(text)}})}) {
    SCOPED_TRACE(path);
    const Read read = read_lines(path);
    EXPECT_EQ(read.error, "");
    ASSERT_EQ(read.lines.size(), 200'000U);
    EXPECT_EQ(read.lines[199'999], "199999");
    EXPECT_EQ(read.lines[65'536], "65536");
  }
}

TEST(LineReader, members_of_gzip_and_frames_of_zstd_are_one_text) {
  const std::string skippable("\x50\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  for (const std::string& bytes : {gzip("a\nb") + gzip("c\nd\n"), zstd("a\nb") + skippable + zstd("c\nd\n"),
                                   skippable + zstd("a\nbc\nd")}) {
    EXPECT_EQ(read_lines(write_temp("f", bytes)).lines, (std::vector<std::string>{"a", "bc", "d"}));
  }
}

TEST(LineReader, where_names_file_member_and_line) {
  const std::string path = zip_file("z.zip", {{"b.csv", "x\ny\n"}, {"a.csv", "1\n"}});
  Result<std::unique_ptr<LineReader>> reader = LineReader::open(path + "#b.csv");
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->next().ok());
  ASSERT_TRUE((*reader)->next().ok());
  EXPECT_EQ((*reader)->where(), path + "#b.csv:2");
}

TEST(LineReader, truncation_gives_the_whole_lines_before_it_and_then_the_error) {
  const std::string text = numbers(100'000);
  for (const std::string& bytes : {gzip(text), zstd(text)}) {
    const Read read = read_lines(write_temp("cut", bytes.substr(0, bytes.size() * 3 / 4)));
    EXPECT_NE(read.error.find("ends too early, at byte " + std::to_string(bytes.size() * 3 / 4)),
              std::string::npos)
        << read.error;
    ASSERT_GT(read.lines.size(), 10'000U);
    for (std::size_t i = 0; i < read.lines.size(); ++i) ASSERT_EQ(read.lines[i], std::to_string(i));
  }
}

TEST(LineReader, corrupt_bytes_are_an_error_with_their_place) {
  const std::string text = numbers(100'000);
  for (std::string bytes : {gzip(text), zstd(text)}) {
    for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 50; ++i)
      bytes[i] = static_cast<char>(~bytes[i]);
    const std::string error = read_lines(write_temp("bad", bytes)).error;
    EXPECT_NE(error.find("is corrupt"), std::string::npos) << error;
    EXPECT_NE(error.find("at byte "), std::string::npos) << error;
  }
}

TEST(LineReader, what_follows_a_gzip_member_must_be_another) {
  EXPECT_NE(read_lines(write_temp("g", gzip("a\n") + "junk")).error, "");
}

TEST(LineReader, a_line_beyond_64_mebibytes_is_an_error) {
  std::string text = "short\n";
  text.append((64U << 20U) + 1, 'x');
  const Read read = read_lines(write_temp("long", zstd(text)));
  EXPECT_EQ(read.lines.size(), 1U);
  EXPECT_NE(read.error.find("long:2"), std::string::npos) << read.error;
  EXPECT_NE(read.error.find("longer than 64 MiB"), std::string::npos);
}

TEST(LineReader, a_long_line_below_that_is_whole) {
  const Read read = read_lines(write_temp("l", std::string(3'000'000, 'x') + "\ny\n"));
  ASSERT_EQ(read.lines.size(), 2U);
  EXPECT_EQ(read.lines[0].size(), 3'000'000U);
  EXPECT_EQ(read.lines[1], "y");
}

TEST(LineReader, no_file_a_folder_and_a_wrong_member_are_errors) {
  EXPECT_NE(read_lines("/no/such/file").error, "");
  EXPECT_NE(read_lines(temp_dir().string()).error.find("is a directory"), std::string::npos);
  const std::string path = zip_file("z", {{"a", "1"}, {"b", "2"}});
  EXPECT_NE(read_lines(path).error.find("holds 2 files"), std::string::npos);
  EXPECT_NE(read_lines(path + "#c").error, "");
  EXPECT_NE(read_lines(write_temp("plain", "x") + "#a").error.find("is not a zip"), std::string::npos);
}

TEST(ListStreams, a_folder_is_listed_by_path_and_a_zip_by_member) {
  const std::string zip = zip_file("m.zip", {{"b.csv", "1"}, {"a.csv", "2"}, {"folder/c.csv", "3"}});
  write_temp("sub/x.txt", "x");
  write_temp(".hidden/y.txt", "y");
  write_temp("a.txt", "a");
  const std::string dir = temp_dir().string();
  const Result<std::vector<std::string>> streams = list_streams(dir);
  ASSERT_TRUE(streams.ok());
  EXPECT_EQ(*streams, (std::vector<std::string>{dir + "/a.txt", zip + "#a.csv", zip + "#b.csv",
                                                zip + "#folder/c.csv", dir + "/sub/x.txt"}));
  EXPECT_EQ(*list_streams(zip + "#b.csv"), std::vector<std::string>{zip + "#b.csv"});
}

TEST(ListStreams, nothing_there_is_an_error) {
  std::filesystem::create_directories(temp_dir() / "empty");
  EXPECT_FALSE(list_streams((temp_dir() / "empty").string()).ok());
  EXPECT_FALSE(list_streams("/no/such/file").ok());
}

TEST(ByteReader, reads_in_pieces_of_any_size_and_counts) {
  const std::string text = numbers(50'000);
  Result<std::unique_ptr<ByteReader>> reader = ByteReader::open(write_temp("b", zstd(text)));
  ASSERT_TRUE(reader.ok());
  std::string got;
  std::vector<std::uint8_t> piece;
  for (std::size_t size = 1;; size = size * 3 % 10'007) {
    piece.resize(size);
    const Result<std::size_t> count = (*reader)->read(piece);
    ASSERT_TRUE(count.ok());
    got.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*count));
    EXPECT_EQ((*reader)->offset(), got.size());
    if (*count < size) break;
  }
  EXPECT_EQ(got, text);
}

TEST(ByteReader, archive_leaves_zstd_bytes_as_they_are) {
  const std::string bytes = zstd("hello");
  Result<std::unique_ptr<ByteReader>> reader =
      ByteReader::open(zip_file("z", {{"m.zst", bytes}}), Decode::archive);
  ASSERT_TRUE(reader.ok());
  std::vector<std::uint8_t> got(100);
  const Result<std::size_t> count = (*reader)->read(got);
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(std::string(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(*count)), bytes);
}

}  // namespace
}  // namespace lockstep::feeds
