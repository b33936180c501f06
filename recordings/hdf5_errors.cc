#include "recordings/hdf5_errors.h"

namespace lockstep::recordings {
namespace {

/// Upwards from the innermost call: the first two reasons say what happened, the rest only who asked.
herr_t append_reason(unsigned depth, const H5E_error2_t* error, void* data) {
  constexpr unsigned kReasons = 2;
  if (depth >= kReasons || error->desc == nullptr) return 0;
  auto& text = *static_cast<std::string*>(data);
  if (!text.empty()) text += "; ";
  text += error->desc;
  return 0;
}

herr_t keep_reasons(hid_t stack, void* data) {
  std::string text;
  H5Ewalk2(stack, H5E_WALK_UPWARD, append_reason, &text);
  static_cast<Hdf5Errors*>(data)->keep(std::move(text));
  return 0;
}

}  // namespace

Hdf5Errors::Hdf5Errors() {
  H5Eget_auto2(H5E_DEFAULT, &previous_function_, &previous_data_);
  H5Eset_auto2(H5E_DEFAULT, keep_reasons, this);
}

Hdf5Errors::~Hdf5Errors() {
  H5Eset_auto2(H5E_DEFAULT, previous_function_, previous_data_);
}

}  // namespace lockstep::recordings
