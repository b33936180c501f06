// A value or the reason why there is none. The one error type of the whole project; errors are values, and no
// exception crosses an interface. A caller's bug is not an Error: see check.h.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "engine/core/check.h"

namespace lockstep {

/// What a program could do about an error; a new code exists only where code reacts to it.
enum class ErrorCode {
  bad_input,    ///< data, a scenario or an argument is wrong; the text says where and what was expected
  damaged,      ///< stored bytes do not match their hash, or end too early
  io,           ///< the operating system refused: no such file, disk full, permission
  overflow,     ///< a price, quantity or amount left its integer range
  mismatch,     ///< two things that had to be equal are not (a digest, a recording's hash)
  unsupported,  ///< well-formed, but this version cannot do it
};

/// Where (file, line, offset or key), then one sentence: what was found, what was expected, what to do.
struct Error {
  ErrorCode code = ErrorCode::bad_input;
  std::string where;
  std::string what;

  /// `where: what`, or `what` alone where there is no place.
  [[nodiscard]] std::string text() const { return where.empty() ? what : where + ": " + what; }
};

/// Either a T or an Error. Asking for the one that is not there is a caller's bug and stops the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & {
    LOCKSTEP_CHECK(ok(), "value() of a failed Result");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    LOCKSTEP_CHECK(ok(), "value() of a failed Result");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && {
    LOCKSTEP_CHECK(ok(), "value() of a failed Result");
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] const Error& error() const {
    LOCKSTEP_CHECK(!ok(), "error() of a successful Result");
    return *std::get_if<1>(&state_);
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

struct Done {};

/// The result of something that is done or not, and yields nothing.
using Status = Result<Done>;

}  // namespace lockstep
