#include "recordings/hdf5_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace lockstep::recordings {

/// What HDF5 calls, as functions of C. `base` must be first: HDF5 sees no more than it.
struct Hdf5Driver {
  H5FD_t base{};
  Hdf5Output* output = nullptr;
  haddr_t allocated = 0;  ///< HDF5's own idea of where its file ends
  haddr_t end = 0;        ///< how far it was written

  static Hdf5Driver& of(H5FD_t* file) { return *reinterpret_cast<Hdf5Driver*>(file); }
  static const Hdf5Driver& of(const H5FD_t* file) { return *reinterpret_cast<const Hdf5Driver*>(file); }

  static H5FD_t* open(const char* /*name*/, unsigned /*flags*/, hid_t access, haddr_t /*largest*/) {
    const auto* const output = static_cast<Hdf5Output* const*>(H5Pget_driver_info(access));
    if (output == nullptr) return nullptr;
    auto* driver = new (std::nothrow) Hdf5Driver;
    if (driver == nullptr) return nullptr;
    driver->output = *output;
    return &driver->base;
  }
  static herr_t close(H5FD_t* file) {
    delete &of(file);
    return 0;
  }
  static herr_t query(const H5FD_t* /*file*/, unsigned long* flags) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
  }
  static haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t /*type*/) { return of(file).allocated; }
  static herr_t set_eoa(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t address) {
    of(file).allocated = address;
    return 0;
  }
  static haddr_t get_eof(const H5FD_t* file, H5FD_mem_t /*type*/) { return of(file).end; }
  static herr_t read(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address, size_t size,
                     void* data) {
    return of(file).output->read(data, size, address) ? 0 : -1;
  }
  static herr_t write(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address, size_t size,
                      const void* data) {
    Hdf5Driver& driver = of(file);
    driver.output->write(data, size, address);
    driver.end = std::max<haddr_t>(driver.end, address + size);
    return 0;
  }
  static herr_t truncate(H5FD_t* file, hid_t /*transfer*/, hbool_t /*closing*/) {
    Hdf5Driver& driver = of(file);
    if (driver.end == driver.allocated) return 0;
    driver.output->resize(driver.allocated);
    driver.end = driver.allocated;
    return 0;
  }

  static const H5FD_class_t kClass;
};

const H5FD_class_t Hdf5Driver::kClass = {
    .name = "lockstep_output",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .terminate = nullptr,
    .sb_size = nullptr,
    .sb_encode = nullptr,
    .sb_decode = nullptr,
    .fapl_size = sizeof(Hdf5Output*),
    .fapl_get = nullptr,
    .fapl_copy = nullptr,
    .fapl_free = nullptr,
    .dxpl_size = 0,
    .dxpl_copy = nullptr,
    .dxpl_free = nullptr,
    .open = Hdf5Driver::open,
    .close = Hdf5Driver::close,
    .cmp = nullptr,
    .query = Hdf5Driver::query,
    .get_type_map = nullptr,
    .alloc = nullptr,
    .free = nullptr,
    .get_eoa = Hdf5Driver::get_eoa,
    .set_eoa = Hdf5Driver::set_eoa,
    .get_eof = Hdf5Driver::get_eof,
    .get_handle = nullptr,
    .read = Hdf5Driver::read,
    .write = Hdf5Driver::write,
    .flush = nullptr,
    .truncate = Hdf5Driver::truncate,
    .lock = nullptr,
    .unlock = nullptr,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

Result<std::unique_ptr<Hdf5Output>> Hdf5Output::create(const std::filesystem::path& path) {
  constexpr int kPermissions = 0666;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kPermissions);
  if (descriptor < 0) {
    return Error{ErrorCode::io, path.string(), std::string("cannot be created: ") + std::strerror(errno)};
  }
  return std::unique_ptr<Hdf5Output>(new Hdf5Output(path, descriptor));
}

Hdf5Output::~Hdf5Output() {
  ::close(descriptor_);
}

H5::H5File Hdf5Output::open_hdf5() {
  const H5::FileCreatPropList creation;
  // No time in the file: equal runs give equal bytes. The C++ interface does not have this setting.
  H5Pset_obj_track_times(creation.getId(), 0);
  H5::FileAccPropList access;
  const hid_t driver = H5FDregister(&Hdf5Driver::kClass);
  Hdf5Output* const self = this;
  access.setDriver(driver, static_cast<const void*>(&self));
  H5FDunregister(driver);
  // Every chunk is written whole and once: a cache of chunks would only keep a full disk from being noticed.
  access.setCache(0, 0, 0, 1.0);
  return {path_.string(), H5F_ACC_TRUNC, creation, access};
}

void Hdf5Output::refused(const char* action) {
  if (!status_.ok()) return;
  status_ = Error{ErrorCode::io, path_.string(), std::string(action) + " failed: " + std::strerror(errno)};
}

void Hdf5Output::write(const void* data, std::size_t size, std::uint64_t offset) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0 && status_.ok()) {
    const ssize_t written = ::pwrite(descriptor_, bytes, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return refused("write");
    bytes += written;
    size -= static_cast<std::size_t>(written);
    offset += static_cast<std::uint64_t>(written);
  }
}

bool Hdf5Output::read(void* data, std::size_t size, std::uint64_t offset) const {
  auto* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = ::pread(descriptor_, bytes, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) {  // beyond what was written: HDF5 expects zeros
      std::memset(bytes, 0, size);
      return true;
    }
    bytes += got;
    size -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

void Hdf5Output::resize(std::uint64_t size) {
  if (status_.ok() && ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) refused("truncate");
}

Status Hdf5Output::sync() {
  if (status_.ok() && ::fsync(descriptor_) != 0) refused("fsync");
  return status_;
}

}  // namespace lockstep::recordings
