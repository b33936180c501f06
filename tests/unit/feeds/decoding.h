// Messages through a decoder as an importer runs it: once to learn the instruments, once for the events.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "feeds/files/market_table.h"
#include "feeds/files/venue_decoder.h"

namespace lockstep::test {

struct Message {
  std::string json;
  std::string url = {};  ///< not empty: a REST answer
  TimeNs recv_ts_ns = 1'000'000'000;
};

struct Decoding {
  std::vector<Instrument> instruments;
  feeds::EventBatch out;
  std::vector<std::string> errors;
  std::map<std::string, std::uint64_t> left_out;

  [[nodiscard]] std::vector<Event> of(Kind kind) const {
    std::vector<Event> found;
    for (const Event& event : out.events) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }
  [[nodiscard]] std::vector<Kind> kinds() const {
    std::vector<Kind> found;
    for (const Event& event : out.events) found.push_back(event.kind);
    return found;
  }
};

/// `make(markets)` makes the decoder.
template <class Make>
Decoding decode_with(const std::vector<Message>& messages, Make make) {
  feeds::MarketTable markets;
  std::unique_ptr<feeds::VenueDecoder> decoder = make(markets);
  Decoding result;
  for (int pass = 0; pass < 2; ++pass) {
    result.out = {};
    decoder->restart();
    for (const Message& message : messages) {
      const Status status =
          message.url.empty()
              ? decoder->decode(message.json, message.recv_ts_ns, result.out)
              : decoder->decode_rest(message.url, message.json, message.recv_ts_ns, result.out);
      if (!status && pass == 1) result.errors.push_back(status.error().what);
    }
    if (pass == 1) break;
    const Status learned = markets.finish_learning({});
    if (!learned) result.errors.push_back(learned.error().text());
  }
  result.instruments.assign(markets.instruments().begin(), markets.instruments().end());
  result.left_out = decoder->left_out();
  return result;
}

template <class Decoder>
Decoding decode_with(const std::vector<Message>& messages) {
  return decode_with(messages,
                     [](feeds::MarketTable& markets) { return std::make_unique<Decoder>(markets); });
}

inline std::vector<Level> bids(const Decoding& decoding, const Event& event) {
  const auto span = bids_of(event.as<BookUpdate>(), decoding.out.levels);
  return {span.begin(), span.end()};
}
inline std::vector<Level> asks(const Decoding& decoding, const Event& event) {
  const auto span = asks_of(event.as<BookUpdate>(), decoding.out.levels);
  return {span.begin(), span.end()};
}

}  // namespace lockstep::test
