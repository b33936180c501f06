#include "recordings/log_index.h"

#include <algorithm>

#include "recordings/log.capnp.h"
#include "recordings/log_message.h"

namespace lockstep::recordings {

namespace {

void encode(const std::vector<IndexEntry>& in, capnp::List<schema::IndexEntry>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setOffset(in[i].offset);
    out[i].setFirstSequence(in[i].first_sequence);
    out[i].setEventCount(in[i].event_count);
    out[i].setMinRecvTs(in[i].min_recv_ts_ns);
    out[i].setMaxRecvTs(in[i].max_recv_ts_ns);
  }
}

std::vector<IndexEntry> decode(capnp::List<schema::IndexEntry>::Reader in) {
  std::vector<IndexEntry> out;
  for (const auto entry : in) {
    out.push_back({entry.getOffset(), entry.getFirstSequence(), entry.getEventCount(), entry.getMinRecvTs(),
                   entry.getMaxRecvTs()});
  }
  return out;
}

}  // namespace

std::vector<std::byte> encode_index(const std::vector<IndexEntry>& entries) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Index>();
  encode(entries, root.initEntries(static_cast<unsigned>(entries.size())));
  return to_bytes<schema::Index>(root.asReader());
}

std::vector<std::byte> encode_seal(const LogSeal& seal) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Seal>();
  root.setEventCount(seal.event_count);
  root.setLevelCount(seal.level_count);
  root.setMinRecvTs(seal.min_recv_ts_ns);
  root.setMaxRecvTs(seal.max_recv_ts_ns);
  root.setContentHash(seal.content_hash);
  encode(seal.indexes, root.initIndexes(static_cast<unsigned>(seal.indexes.size())));
  return to_bytes<schema::Seal>(root.asReader());
}

Result<std::vector<IndexEntry>> decode_index(Bytes payload, const std::string& where) {
  std::vector<IndexEntry> entries;
  const Status status =
      read_message<schema::Index>(payload, where, [&](schema::Index::Reader root) -> Status {
        entries = decode(root.getEntries());
        return Done{};
      });
  if (!status) return status.error();
  return entries;
}

Result<LogSeal> decode_seal(Bytes payload, const std::string& where) {
  LogSeal seal;
  const Status status = read_message<schema::Seal>(payload, where, [&](schema::Seal::Reader root) -> Status {
    seal.event_count = root.getEventCount();
    seal.level_count = root.getLevelCount();
    seal.min_recv_ts_ns = root.getMinRecvTs();
    seal.max_recv_ts_ns = root.getMaxRecvTs();
    seal.content_hash = root.getContentHash();
    seal.indexes = decode(root.getIndexes());
    return Done{};
  });
  if (!status) return status.error();
  return seal;
}

IndexEntry summary_of(const std::vector<IndexEntry>& entries) {
  LOCKSTEP_CHECK(!entries.empty(), "an index without entries");
  IndexEntry sum = entries.front();
  for (std::size_t i = 1; i < entries.size(); ++i) {
    sum.event_count += entries[i].event_count;
    sum.min_recv_ts_ns = std::min(sum.min_recv_ts_ns, entries[i].min_recv_ts_ns);
    sum.max_recv_ts_ns = std::max(sum.max_recv_ts_ns, entries[i].max_recv_ts_ns);
  }
  return sum;
}

}  // namespace lockstep::recordings
