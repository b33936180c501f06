#include "recordings/log_header.h"

#include <fmt/format.h>

#include "recordings/log.capnp.h"
#include "recordings/log_message.h"

namespace lockstep::recordings {

namespace {

// Both lists are numbered alike; decoding checks the range.
constexpr int kInstrumentKinds = 6;
constexpr int kOptionRights = 3;
static_assert(static_cast<int>(schema::Instrument::Kind::OPTION) == static_cast<int>(InstrumentKind::option));
static_assert(static_cast<int>(schema::Instrument::Kind::LINEAR_PERPETUAL) ==
              static_cast<int>(InstrumentKind::linear_perpetual));
static_assert(static_cast<int>(schema::Instrument::Right::PUT) == static_cast<int>(OptionRight::put));

std::string text_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

void encode(const Instrument& in, schema::Instrument::Builder out) {
  out.setSymbol(in.symbol);
  out.setVenue(in.venue);
  out.setBase(in.base);
  out.setQuote(in.quote);
  out.setSettle(in.settle);
  out.setKind(static_cast<schema::Instrument::Kind>(in.kind));
  out.setRight(static_cast<schema::Instrument::Right>(in.right));
  out.setPriceScale(in.price_scale);
  out.setQtyScale(in.qty_scale);
  out.setMultiplierScale(in.multiplier_scale);
  out.setTick(in.tick);
  out.setLot(in.lot);
  out.setMultiplier(in.multiplier);
  out.setExpiryTs(in.expiry_ts_ns);
  out.setStrike(in.strike);
}

Result<Instrument> decode(schema::Instrument::Reader in) {
  const int kind = static_cast<int>(in.getKind());
  const int right = static_cast<int>(in.getRight());
  if (kind >= kInstrumentKinds || right >= kOptionRights) {
    return Error{ErrorCode::unsupported, "",
                 fmt::format("kind {} or option right {} is not known to this version", kind, right)};
  }
  Instrument out;
  out.symbol = text_of(in.getSymbol());
  out.venue = text_of(in.getVenue());
  out.base = text_of(in.getBase());
  out.quote = text_of(in.getQuote());
  out.settle = text_of(in.getSettle());
  out.kind = static_cast<InstrumentKind>(kind);
  out.right = static_cast<OptionRight>(right);
  out.price_scale = in.getPriceScale();
  out.qty_scale = in.getQtyScale();
  out.multiplier_scale = in.getMultiplierScale();
  out.tick = in.getTick();
  out.lot = in.getLot();
  out.multiplier = in.getMultiplier();
  out.expiry_ts_ns = in.getExpiryTs();
  out.strike = in.getStrike();
  if (const Status status = validate(out); !status) return status.error();
  return out;
}

}  // namespace

std::vector<std::byte> encode_header(const LogHeader& header) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Header>();
  root.setKind(header.kind == LogKind::journal ? schema::Header::Kind::JOURNAL
                                               : schema::Header::Kind::RECORDING);
  root.setProgramVersion(header.program_version);
  auto instruments = root.initInstruments(static_cast<unsigned>(header.instruments.size()));
  for (unsigned i = 0; i < instruments.size(); ++i) encode(header.instruments[i], instruments[i]);
  auto attributes = root.initAttributes(static_cast<unsigned>(header.attributes.size()));
  unsigned i = 0;
  for (const auto& [key, value] : header.attributes) {
    attributes[i].setKey(key);
    attributes[i].setValue(value);
    ++i;
  }
  root.setSchema(*schema::SCHEMA_TEXT);
  return to_bytes<schema::Header>(root.asReader());
}

Result<LogHeader> decode_header(Bytes payload, const std::string& where) {
  LogHeader header;
  const Status status =
      read_message<schema::Header>(payload, where, [&](schema::Header::Reader root) -> Status {
        const int kind = static_cast<int>(root.getKind());
        if (kind > 1)
          return Error{ErrorCode::unsupported, where,
                       fmt::format("kind of log {} is not known to this version", kind)};
        header.kind = kind == 1 ? LogKind::journal : LogKind::recording;
        header.program_version = text_of(root.getProgramVersion());
        for (const auto in : root.getInstruments()) {
          Result<Instrument> instrument = decode(in);
          if (!instrument) {
            return Error{instrument.error().code,
                         fmt::format("{}: instrument {}", where, header.instruments.size()),
                         instrument.error().text()};
          }
          header.instruments.push_back(std::move(*instrument));
        }
        for (const auto attribute : root.getAttributes()) {
          header.attributes[text_of(attribute.getKey())] = text_of(attribute.getValue());
        }
        return Done{};
      });
  if (!status) return status.error();
  return header;
}

Result<std::string> decode_schema_text(Bytes payload, const std::string& where) {
  std::string text;
  const Status status =
      read_message<schema::Header>(payload, where, [&](schema::Header::Reader root) -> Status {
        text = text_of(root.getSchema());
        return Done{};
      });
  if (!status) return status.error();
  return text;
}

}  // namespace lockstep::recordings
