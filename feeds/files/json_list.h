// The elements of a JSON list that may be as long as it likes: they are cut apart here and parsed by whoever
// wants them. Owns its file. It never checks what is inside an element.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "feeds/files/input.h"

namespace lockstep::feeds {

class JsonListReader final : public RowReader {
 public:
  static constexpr std::size_t kMaxElement = 16U << 20U;  ///< bytes; a longer one is an error

  static Result<std::unique_ptr<JsonListReader>> open(const std::string& path, ZipCache* zips = nullptr);

  /// An error where the text is no list, where the list does not end, or where anything stands after it.
  Result<bool> next() override;
  [[nodiscard]] std::string_view text() const override { return text_; }
  [[nodiscard]] std::uint64_t number() const override { return number_; }
  /// `file[index]`, from 0.
  [[nodiscard]] std::string where() const override;

 private:
  explicit JsonListReader(std::unique_ptr<ByteReader> bytes) : bytes_(std::move(bytes)) {}
  /// The next byte; kEnd after the last and at damage, which is then in status_.
  int get();
  int get_after_blanks();
  /// What `found` was instead of `expected`, for ever.
  Error wrong(int found, const std::string& expected);

  static constexpr int kEnd = -1;

  std::unique_ptr<ByteReader> bytes_;
  std::array<std::uint8_t, 64U << 10U> chunk_{};
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t before_ = 0;  // bytes of the text before chunk_
  std::string text_;
  std::uint64_t number_ = 0;
  int last_ = 0;  // what ended the element before: ',' or ']'; 0: none was read yet
  Status status_ = Done{};
};

}  // namespace lockstep::feeds
