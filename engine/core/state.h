// One walk over a component's state that serves three ends: to save it, to load it back, and to digest it. A
// component writes one `visit` that names every field that can influence what comes after; nothing else can
// then be forgotten twice.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/core/digest.h"
#include "engine/core/money.h"
#include "engine/core/result.h"

namespace lockstep {

/// Saves into, loads from, or digests. Loading checks lengths and stops with `ok() == false` at the first
/// that is wrong.
class StateVisitor {
 public:
  enum class Mode { save, load, digest };

  static StateVisitor saving() { return StateVisitor(Mode::save); }
  static StateVisitor digesting() { return StateVisitor(Mode::digest); }
  /// `bytes` must outlive the visitor.
  static StateVisitor loading(const std::vector<std::uint8_t>& bytes) {
    StateVisitor visitor(Mode::load);
    visitor.input_ = &bytes;
    return visitor;
  }

  [[nodiscard]] bool is_loading() const { return mode_ == Mode::load; }
  [[nodiscard]] bool is_digesting() const { return mode_ == Mode::digest; }
  [[nodiscard]] bool ok() const { return ok_; }
  /// What was loaded contradicts itself: `ok()` is false from now on.
  void fail() { ok_ = false; }
  /// Everything was read and nothing is left over.
  [[nodiscard]] bool complete() const { return ok_ && (mode_ != Mode::load || position_ == input_->size()); }
  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(output_); }

  /// Any integer, enum, bool or floating-point number, as 64 bits.
  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void field(T& value) {
    std::uint64_t bits = 0;
    if constexpr (std::is_floating_point_v<T>) {
      bits = std::bit_cast<std::uint64_t>(static_cast<double>(value));
    } else {
      bits = static_cast<std::uint64_t>(value);
    }
    word(bits);
    if (!is_loading()) return;
    if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<T>(std::bit_cast<double>(bits));
    } else {
      value = static_cast<T>(bits);
    }
  }

  void field(Money& money) {
    std::int64_t nanos = money.nanos();
    bool overflowed = money.overflowed();
    field(nanos);
    field(overflowed);
    if (is_loading()) money = overflowed ? Money::from_wide(Int128{INT64_MAX} + 1) : Money::from_nanos(nanos);
  }

  void field(Int128& value) {
    auto low = static_cast<std::uint64_t>(value);
    auto high = static_cast<std::int64_t>(value >> 64);
    field(low);
    field(high);
    if (is_loading()) value = (Int128{high} << 64) | Int128{low};
  }

  void field(std::string& text) {
    std::uint64_t size = length(text.size(), 1);
    if (is_loading()) text.resize(size);
    for (char& c : text) field(c);
  }

  /// A plain record without padding, by its 64-bit words.
  template <class Record>
  requires(std::is_class_v<Record>&& std::has_unique_object_representations_v<Record> &&
           sizeof(Record) % 8 == 0) void record(Record& value) {
    auto words = std::bit_cast<std::array<std::uint64_t, sizeof(Record) / 8>>(value);
    for (std::uint64_t& w : words) word(w);
    if (is_loading()) value = std::bit_cast<Record>(words);
  }

  /// A vector, each element by `each(element)`.
  template <class T, class Each>
  void list(std::vector<T>& values, Each each) {
    const std::uint64_t size = length(values.size(), 1);
    if (is_loading()) values.resize(size);
    for (T& value : values) each(value);
  }
  template <class T>
  requires(std::is_arithmetic_v<T>) void list(std::vector<T>& values) {
    list(values, [this](T& value) { field(value); });
  }

  /// The number of elements of some container: what is given when saving, what was saved when loading. Each
  /// element takes at least `least_bytes_each` bytes, so that a damaged length cannot ask for more memory
  /// than the input has.
  std::uint64_t length(std::uint64_t size, std::uint64_t least_bytes_each) {
    word(size);
    if (is_loading() && (!ok_ || size > (input_->size() - position_) / least_bytes_each)) {
      ok_ = false;
      return 0;
    }
    return size;
  }

 private:
  explicit StateVisitor(Mode mode) : mode_(mode) {}

  void word(std::uint64_t& value) {
    switch (mode_) {
      case Mode::digest: digest_.mix(value); return;
      case Mode::save: {
        const auto bytes = std::bit_cast<std::array<std::uint8_t, 8>>(value);
        output_.insert(output_.end(), bytes.begin(), bytes.end());
        return;
      }
      case Mode::load:
        if (!ok_ || input_->size() - position_ < 8) {
          ok_ = false;
          value = 0;
          return;
        }
        std::memcpy(&value, input_->data() + position_, 8);
        position_ += 8;
        return;
    }
  }

  Mode mode_;
  bool ok_ = true;
  Digest digest_;
  std::vector<std::uint8_t> output_;
  const std::vector<std::uint8_t>* input_ = nullptr;
  std::size_t position_ = 0;
};

}  // namespace lockstep
