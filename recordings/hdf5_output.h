// The file beneath an HDF5 file that is being written. HDF5 1.10 does not survive a failed write: its handle
// can neither be closed nor left (it crashes at exit). So this driver never fails: it keeps the first error
// for us to report, drops what comes after, and lets HDF5 close in peace. Internal to recordings; owned by
// the writer, which outlives the HDF5 file.
#pragma once

#include <H5Cpp.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/core/result.h"

namespace lockstep::recordings {

class Hdf5Output {
 public:
  /// Creates the file or empties it.
  static Result<std::unique_ptr<Hdf5Output>> create(const std::filesystem::path& path);
  ~Hdf5Output();
  Hdf5Output(const Hdf5Output&) = delete;
  Hdf5Output& operator=(const Hdf5Output&) = delete;

  /// An HDF5 file on top of this one. Requires: called once; the result is closed before this object goes.
  [[nodiscard]] H5::H5File open_hdf5();

  /// The first write that the system refused, with its reason.
  [[nodiscard]] const Status& status() const { return status_; }
  /// Makes what was written durable. Call it when the HDF5 file is closed.
  Status sync();

 private:
  friend struct Hdf5Driver;
  Hdf5Output(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  void write(const void* data, std::size_t size, std::uint64_t offset);
  bool read(void* data, std::size_t size, std::uint64_t offset) const;
  void resize(std::uint64_t size);
  void refused(const char* action);

  std::filesystem::path path_;
  int descriptor_;
  Status status_ = Done{};
};

}  // namespace lockstep::recordings
