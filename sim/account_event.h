// A change that the venue makes to our account without an order of ours, before it is sent. Made by carry and
// corporate actions; the venue applies it to its account and sends it like an execution. Plain data.
#pragma once

#include "engine/event/event.h"

namespace lockstep::sim {

struct AccountEvent {
  TimeNs ts_ns = 0;  ///< exchange time at which it happens
  InstrumentId instrument = kNoInstrument;
  AccountChangeType type = AccountChangeType::funding;
  bool is_told = true;  ///< false: the feed itself tells us, so it is not sent
  AccountChange change{0, kNoPrice, 0, 0, 0};
};

/// As it is sent, but for the time of receipt.
inline Event to_event(const AccountEvent& account) {
  Event event;
  event.exch_ts_ns = account.ts_ns;
  event.instrument = account.instrument;
  event.kind = Kind::account;
  event.detail = static_cast<std::uint8_t>(account.type);
  event.set(account.change);
  return event;
}

}  // namespace lockstep::sim
