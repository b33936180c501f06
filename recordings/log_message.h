// Cap'n Proto messages in and out of byte buffers, with its exceptions turned into Errors. Used by the log's
// encoders only.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "recordings/log_format.h"

namespace lockstep::recordings {

/// Words, because Cap'n Proto wants its bytes aligned; bytes beyond the last whole word are left out.
inline std::vector<capnp::word> to_words(Bytes bytes) {
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * sizeof(capnp::word));
  return words;
}

/// The message in one segment, which is what simple readers understand.
template <class Root>
std::vector<std::byte> to_bytes(const typename Root::Reader& root) {
  capnp::MallocMessageBuilder message(static_cast<unsigned>(root.totalSize().wordCount) + 1);
  message.setRoot(root);
  const kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  std::vector<std::byte> out(bytes.size());
  std::memcpy(out.data(), bytes.begin(), bytes.size());
  return out;
}

/// A message may be walked through once and a bit: enough for one honest reading, too little for a list that
/// claims to be larger than the message that holds it.
inline capnp::ReaderOptions reader_options(std::size_t message_words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = message_words * 2 + 1024;
  return options;
}

/// Calls `body(reader of Root)`; what Cap'n Proto finds wrong becomes an Error of code damaged at `where`.
template <class Root, class Body>
Status read_message(Bytes payload, const std::string& where, Body body) {
  const std::vector<capnp::word> words = to_words(payload);
  Status status = Done{};
  const auto exception = kj::runCatchingExceptions([&] {
    capnp::FlatArrayMessageReader message(kj::arrayPtr(words.data(), words.size()),
                                          reader_options(words.size()));
    status = body(message.getRoot<Root>());
  });
  KJ_IF_MAYBE (e, exception) {
    return Error{ErrorCode::damaged, where,
                 std::string("not a valid Cap'n Proto message: ") + e->getDescription().cStr()};
  }
  return status;
}

}  // namespace lockstep::recordings
