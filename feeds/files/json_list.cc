#include "feeds/files/json_list.h"

namespace lockstep::feeds {
namespace {

bool is_blank(int c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

Result<std::unique_ptr<JsonListReader>> JsonListReader::open(const std::string& path, ZipCache* zips) {
  Result<std::unique_ptr<ByteReader>> bytes = ByteReader::open(path, Decode::all, zips);
  if (!bytes) return bytes.error();
  return std::unique_ptr<JsonListReader>(new JsonListReader(std::move(bytes).value()));
}

std::string JsonListReader::where() const {
  return bytes_->name() + "[" + std::to_string(number_ == 0 ? 0 : number_ - 1) + "]";
}

int JsonListReader::get() {
  if (at_ == size_) {
    before_ += size_;
    at_ = size_ = 0;
    const Result<std::size_t> count = bytes_->read(chunk_);
    if (!count) {
      status_ = count.error();
      return kEnd;
    }
    if (*count == 0) return kEnd;
    size_ = *count;
  }
  return chunk_[at_++];
}

int JsonListReader::get_after_blanks() {
  int c = get();
  while (is_blank(c)) c = get();
  return c;
}

Error JsonListReader::wrong(int found, const std::string& expected) {
  if (!status_) return status_.error();
  const bool is_printable = found > 0x20 && found < 0x7F;
  const std::string what = found == kEnd  ? "the end of the file"
                           : is_printable ? "'" + std::string(1, static_cast<char>(found)) + "'"
                                          : "byte " + std::to_string(found);
  const std::uint64_t offset = before_ + at_ - (found == kEnd ? 0 : 1);
  status_ = Error{ErrorCode::bad_input, bytes_->name() + ": byte " + std::to_string(offset),
                  "expected " + expected + ", found " + what};
  return status_.error();
}

Result<bool> JsonListReader::next() {
  if (!status_) return status_.error();
  int c = 0;
  if (last_ == 0) {
    c = get_after_blanks();
    if (c == 0xEF && get() == 0xBB && get() == 0xBF) c = get_after_blanks();  // a byte order mark
    if (c != '[') return wrong(c, "a JSON list");
  }
  if (last_ != ']') {
    c = get_after_blanks();
    if (c == ']' && last_ == 0) last_ = c;
  }
  if (last_ == ']') {
    c = get_after_blanks();
    if (c != kEnd || !status_) return wrong(c, "the end of the file after the list");
    return false;
  }

  text_.clear();
  int depth = 0;
  bool in_string = false;
  bool is_escaped = false;
  for (;; c = get()) {
    if (c == kEnd) return wrong(c, "the rest of the list");
    if (in_string) {
      in_string = is_escaped || c != '"';
      is_escaped = !is_escaped && c == '\\';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == ']')) {
      break;
    } else if (c == ']' || c == '}') {
      if (depth == 0) return wrong(c, "an element of the list");
      --depth;
    }
    if (text_.size() == kMaxElement) return wrong(c, "an element of at most 16 MiB");
    text_ += static_cast<char>(c);
  }
  while (!text_.empty() && is_blank(text_.back())) text_.pop_back();
  if (text_.empty()) return wrong(c, "an element of the list");
  last_ = c;
  ++number_;
  return true;
}

}  // namespace lockstep::feeds
