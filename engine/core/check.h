// Checks that stop the program: a caller's bug or our own bug, never bad input (that is an Error value).
// They stay on in release builds; they print the place and the values and abort.
#pragma once

namespace lockstep {

/// Prints `file:line: check failed: expression: message` to standard error and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* expression,
                               const char* message) noexcept;

/// Test builds walk whole books and exchanges after every event.
#ifdef LOCKSTEP_INVARIANTS
inline constexpr bool kChecksInvariants = true;
#else
inline constexpr bool kChecksInvariants = false;
#endif

}  // namespace lockstep

#define LOCKSTEP_CHECK(condition, message) \
  ((condition) ? static_cast<void>(0) : ::lockstep::check_failed(__FILE__, __LINE__, #condition, message))
