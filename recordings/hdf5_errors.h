// HDF5's ways of failing, turned into Error values: it prints to stderr and throws; here it does neither.
// Internal to recordings.
#pragma once

#include <H5Cpp.h>

#include <exception>
#include <string>
#include <utility>

#include "engine/core/result.h"

namespace lockstep::recordings {

/// While it lives, HDF5 prints nothing and its newest complaint is kept as text. The previous handler comes
/// back after it.
class Hdf5Errors {
 public:
  Hdf5Errors();
  ~Hdf5Errors();
  Hdf5Errors(const Hdf5Errors&) = delete;
  Hdf5Errors& operator=(const Hdf5Errors&) = delete;

  /// The innermost reasons of the first failure, or empty.
  [[nodiscard]] const std::string& text() const { return text_; }
  void keep(std::string text) {
    if (text_.empty()) text_ = std::move(text);
  }

 private:
  std::string text_;
  H5E_auto2_t previous_function_ = nullptr;
  void* previous_data_ = nullptr;
};

/// Runs `work`, which may throw what HDF5 and the library throw, and returns its Status or what went wrong as
/// an Error.
template <class Work>
Status with_hdf5(const std::string& where, ErrorCode code, Work work) {
  Hdf5Errors errors;
  try {
    return work();
  } catch (const H5::Exception& exception) {
    const std::string& reason = errors.text();
    return Error{code, where, "HDF5: " + (reason.empty() ? exception.getDetailMsg() : reason)};
  } catch (const std::exception& exception) {
    return Error{code, where, exception.what()};
  }
}

}  // namespace lockstep::recordings
