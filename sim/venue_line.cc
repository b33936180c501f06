// The venue's side of our line to it: what is sent, refused and lost, and what becomes of it at the end.
#include "sim/sim_venue.h"

namespace lockstep::sim {

void SimVenue::instruct(const Event& instruction, ExecutionSink& sink) {
  if (instruction.kind == Kind::order_terms) {
    terms_ = instruction;
    return;
  }
  LOCKSTEP_CHECK(instruction.kind == Kind::submit || instruction.kind == Kind::cancel ||
                     instruction.kind == Kind::replace || instruction.kind == Kind::cancel_all ||
                     instruction.kind == Kind::mass_quote,
                 "a venue takes submit, cancel, replace, cancel_all and mass_quote");
  Instruction arrival;
  arrival.event = instruction;
  if (terms_) {
    arrival.terms = terms_->as<OrderTerms>();
    arrival.terms_detail = terms_->detail;
    LOCKSTEP_CHECK(instruction.kind == Kind::submit &&
                       arrival.terms.order_id == instruction.as<OrderInstruction>().order_id,
                   "terms stand right before the submit that they belong to");
    terms_.reset();
  }
  for (std::uint32_t venue = 0; venue < lines_.size(); ++venue) {
    if (instruction.instrument != kNoInstrument && listings_[instruction.instrument].venue != venue) continue;
    const Sent sent = lines_[venue].send(arrival);
    if (sent.refusal != Reason::none) refuse(instruction, sent, sink);
  }
}

void SimVenue::refuse(const Event& instruction, const Sent& sent, ExecutionSink& sink) {
  const auto answer = [&](const VenueOrder& order, Kind kind) {
    Event event;
    event.exch_ts_ns = instruction.recv_ts_ns;
    event.recv_ts_ns = sent.answer_ts_ns;
    event.instrument = order.instrument;
    event.kind = kind;
    event.detail = static_cast<std::uint8_t>(sent.refusal);
    event.set(OrderReport{order.id, order.price, order.filled + order.leaves, order.leaves,
                          static_cast<std::uint64_t>(order.side)});
    sink.push(event);
  };
  if (instruction.kind == Kind::mass_quote) {
    for (const bool buys : {true, false}) {
      const VenueOrder side = side_of(instruction, buys);
      if (side.leaves > 0) answer(side, Kind::rejected);
    }
  } else if (instruction.kind != Kind::cancel_all) {
    const auto terms = instruction.as<OrderInstruction>();
    VenueOrder order;
    order.id = terms.order_id;
    order.price = terms.price;
    order.leaves = terms.qty;
    order.instrument = instruction.instrument;
    order.side = static_cast<Side>(instruction.detail);
    return answer(order, instruction.kind == Kind::submit ? Kind::rejected : Kind::cancel_rejected);
  }
  // What was to end lives on.
  const bool is_quote = instruction.kind == Kind::mass_quote;
  const std::uint64_t strategy =
      is_quote ? strategy_of(instruction.as<MassQuote>().order_id) : instruction.as<CancelAll>().strategy;
  for (const Listing& listing : listings_) {
    if (instruction.instrument != kNoInstrument && instruction.instrument != listing.id) continue;
    for_each_alive(listing, [&](const VenueOrder& order) {
      if (strategy_of(order.id) == strategy && (!is_quote || order.is_quote))
        answer(order, Kind::cancel_rejected);
    });
  }
}

// The line is down: the venue ends what rests.
void SimVenue::disconnect(std::uint32_t venue, const Moment& moment) {
  for (Listing& listing : listings_) {
    if (listing.venue == venue) end_orders(listing, Reason::disconnected, moment);
  }
}

void SimVenue::finish(TimeNs now, const Books&, ExecutionSink& sink) {
  const Moment moment{now, now, sink};
  waiting_.close();
  for (Connection& line : lines_) {
    while (!line.idle()) {
      const Instruction arrival = line.take();
      if (arrival.event.kind == Kind::submit) {
        executions_.report(order_of(arrival, moment), Kind::expired, Reason::end_of_session, moment);
      } else if (arrival.event.kind == Kind::mass_quote) {
        for (const bool buys : {true, false}) {
          const VenueOrder order = side_of(arrival.event, buys);
          if (order.leaves > 0) executions_.report(order, Kind::expired, Reason::end_of_session, moment);
        }
      }
    }
  }
  for (Listing& listing : listings_) {
    for_each_alive(listing, [&](const VenueOrder& order) {
      executions_.report(order, Kind::expired, Reason::end_of_session, moment);
    });
    listing.orders.clear();
    listing.waiting.clear();
  }
}

}  // namespace lockstep::sim
