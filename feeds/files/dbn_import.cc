// Databento files as a source: every file is scanned once for its instruments, scales and span of time, then
// read again for its events. Files that follow one another in time are read one after the other, others side
// by side.
//
// Settings beside those of instruments.h: `schema` (ohlcv-1s, -1m, -1h or -1d), for the bars of fragments
// that are as old as DBZ.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/decimal.h"
#include "feeds/files/dbn_decode.h"
#include "feeds/files/dbn_reader.h"
#include "feeds/files/dbn_symbols.h"
#include "feeds/files/instruments.h"
#include "feeds/files/kinds.h"
#include "feeds/files/merge.h"

namespace lockstep::feeds {
namespace {

using dbn::Decoder;
using dbn::FinalUnits;
using dbn::InstrumentTable;
using dbn::Reader;
using dbn::RecordView;

constexpr int kWireScale = 9;

// Calls on_price and on_qty for every price and quantity that the event holds. Both may change them.
template <class OnPrice, class OnQty>
void visit(Event& event, std::vector<Level>& levels, OnPrice on_price, OnQty on_qty) {
  const auto edit = [&event](auto payload, auto change) {
    change(payload);
    event.set(payload);
  };
  switch (event.kind) {
    case Kind::trade: edit(event.as<Trade>(), [&](Trade& t) { on_price(t.price), on_qty(t.qty); }); break;
    case Kind::quote:
      edit(event.as<Quote>(), [&](Quote& q) {
        on_price(q.bid_price), on_price(q.ask_price), on_qty(q.bid_qty), on_qty(q.ask_qty);
      });
      break;
    case Kind::book: {
      const auto update = event.as<BookUpdate>();
      const std::size_t count = std::size_t{update.bid_count} + update.ask_count;
      for (Level& level : std::span(levels).subspan(update.first_level, count)) {
        on_price(level.price), on_qty(level.qty);
      }
      break;
    }
    case Kind::order_action:
      edit(event.as<OrderAction>(), [&](OrderAction& a) { on_price(a.price), on_qty(a.qty); });
      break;
    case Kind::bar:
      edit(event.as<Bar>(), [&](Bar& b) {
        on_price(b.open), on_price(b.high), on_price(b.low), on_price(b.close), on_qty(b.volume);
      });
      break;
    case Kind::statistic:
      edit(event.as<Statistic>(), [&](Statistic& s) {
        if (event.detail == 1) on_price(s.value);
        on_qty(s.qty);
      });
      break;
    case Kind::definition:
      edit(event.as<Definition>(), [&](Definition& d) { on_price(d.tick), on_price(d.strike); });
      break;
    default: break;
  }
}

// From the decoder's units to the instrument's.
Status to_final(const FinalUnits& units, Event& event, std::vector<Level>& levels) {
  bool is_out_of_range = false;
  const auto scale_up = [&](std::int64_t& value, int by) {
    if (__builtin_mul_overflow(value, pow10(by), &value)) is_out_of_range = true;
  };
  const auto rescale = [&](std::int64_t& value, int scale) {
    if (scale > kWireScale) {
      scale_up(value, scale - kWireScale);
    } else {
      value /= pow10(kWireScale - scale);  // exact: the scale was chosen so
    }
  };
  const auto on_price = [&](Price& price) {
    if (price != kNoPrice) rescale(price, units.price_scale);
  };
  const auto on_qty = [&](Qty& qty) {
    if (qty != INT64_MIN && units.qty_scale > 0) scale_up(qty, units.qty_scale);
  };
  visit(event, levels, on_price, on_qty);
  if (event.kind == Kind::statistic && event.detail == 1) {
    auto statistic = event.as<Statistic>();
    statistic.value_scale = static_cast<std::uint32_t>(units.price_scale);
    event.set(statistic);
  }
  if (event.kind == Kind::definition) {
    auto definition = event.as<Definition>();
    if (definition.tick == 0) definition.tick = units.default_tick;
    if (definition.multiplier == 0) {
      definition.multiplier = units.default_multiplier;
    } else {
      rescale(definition.multiplier, units.multiplier_scale);
    }
    definition.lot = units.lot;
    definition.tick = units.tick_set.value_or(definition.tick);
    definition.strike = units.strike_set.value_or(definition.strike);
    definition.multiplier = units.multiplier_set.value_or(definition.multiplier);
    definition.expiry_ts_ns = units.expiry_set.value_or(definition.expiry_ts_ns);
    event.set(definition);
  }
  event.instrument = units.instrument;
  if (!is_out_of_range) return Done{};
  return Error{ErrorCode::bad_input, "",
               "a price or quantity does not fit into 64 bits in the scale that was set"};
}

// The first bytes of a record, for the text of an error.
std::string describe(const RecordView& record) {
  constexpr std::size_t kShown = 24;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text =
      dbn::type_name(record.header.rtype) + ", " + std::to_string(record.bytes.size()) + " bytes:";
  for (const std::uint8_t byte : record.bytes.first(std::min(kShown, record.bytes.size()))) {
    text += {' ', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return text;
}

// One file, opened when it is first asked for an event and closed at its end.
class DbnStream final : public EventStream {
 public:
  DbnStream(std::string path, dbn::Schema schema, std::shared_ptr<InstrumentTable> table, ImportLog& log)
      : path_(std::move(path)), schema_(schema), table_(std::move(table)), log_(log) {}

  Result<bool> next(EventBatch& out) override {
    if (at_end_) return false;
    if (reader_ == nullptr) {
      Result<std::unique_ptr<Reader>> reader = Reader::open(path_);
      if (!reader) return reader.error();
      reader_ = std::move(reader).value();
      decoder_ = std::make_unique<Decoder>(*table_, reader_->metadata(), schema_);
    }
    const std::size_t events_before = out.events.size();
    RecordView record;
    for (;;) {
      const Result<bool> more = reader_->next(record);
      if (!more) return more.error();
      if (!*more) break;
      log_.count_row();
      if (const Status status = take(record, out); !status) return status.error();
      if (out.events.size() > events_before) return true;
    }
    finish();
    return false;
  }

 private:
  Status take(const RecordView& record, EventBatch& out) {
    const std::size_t events_before = out.events.size();
    const std::size_t levels_before = out.levels.size();
    const std::string layout = dbn::layout_problem(record, reader_->version());
    Status status = layout.empty() ? decoder_->decode(record, out) : Error{ErrorCode::bad_input, "", layout};
    for (std::size_t i = events_before; status && i < out.events.size(); ++i) {
      Event& event = out.events[i];
      if (event.instrument == kNoInstrument) continue;
      if (event.instrument >= table_->units().size()) {
        return Error{ErrorCode::io, reader_->where(record),
                     "an instrument is new since the file was scanned; it was changed"};
      }
      status = to_final(table_->units()[event.instrument], event, out.levels);
    }
    if (!status) {
      out.events.resize(events_before);
      out.levels.resize(levels_before);
      ++skipped_;
      return log_.bad_row(reader_->where(record), describe(record), status.error().what);
    }
    if (skipped_ > 0 && out.events.size() > events_before) {
      out.events.insert(out.events.begin() + static_cast<std::ptrdiff_t>(events_before),
                        skipped_gap(out.events[events_before], skipped_));
      skipped_ = 0;
    }
    return Done{};
  }

  void finish() {
    const dbn::Silent& silent = decoder_->silent();
    const auto note = [&](std::uint64_t count, const std::string& what) {
      if (count > 0) log_.note(reader_->name() + ": " + std::to_string(count) + " " + what);
    };
    note(silent.system, "system messages, such as heartbeats, are no events");
    note(silent.symbol_mappings, "symbol mappings were applied");
    note(silent.no_action, "mbo records without an action are no events");
    note(silent.errors, "error messages of the gateway, the first: " + silent.first_error);
    note(decoder_->unused_mappings(), "mappings of the metadata name no single instrument and were not used");
    note(skipped_, "malformed records at the end, with no event after them, were skipped");
    decoder_.reset();
    reader_.reset();
    at_end_ = true;
  }

  std::string path_;
  dbn::Schema schema_;
  std::shared_ptr<InstrumentTable> table_;  // of all files of the import
  ImportLog& log_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Decoder> decoder_;
  std::uint64_t skipped_ = 0;  // since the last event
  bool at_end_ = false;
};

struct Scanned {
  std::string path;
  TimeNs first_ts_ns = 0;
  TimeNs last_ts_ns = INT64_MIN;
  bool has_events = false;
};

// The first pass over a file. Malformed records are left to the second.
Result<Scanned> scan(const std::string& path, dbn::Schema schema, InstrumentTable& table,
                     LatencyStats& latency) {
  Result<std::unique_ptr<Reader>> reader = Reader::open(path);
  if (!reader) return reader.error();
  Decoder decoder(table, (*reader)->metadata(), schema);
  Scanned out;
  out.path = path;
  EventBatch batch;
  RecordView record;
  for (;;) {
    const Result<bool> more = (*reader)->next(record);
    // A file that ends too early has a first part; the second pass yields it, then this error.
    if (!more || !*more) return out;
    batch.events.clear();
    batch.levels.clear();
    if (!dbn::layout_problem(record, (*reader)->version()).empty() || !decoder.decode(record, batch))
      continue;
    for (Event& event : batch.events) {
      const TimeNs ts_ns = order_ts_ns(event);
      if (!out.has_events) out.first_ts_ns = ts_ns;
      out.has_events = true;
      out.last_ts_ns = std::max(out.last_ts_ns, ts_ns);
      if (event.instrument == kNoInstrument) continue;
      if (event.kind == Kind::definition)
        table.see_terms(event.instrument, record.header.instrument_id, decoder.terms());
      visit(
          event, batch.levels, [&](Price price) { table.see_price(event.instrument, price); }, [](Qty) {});
      if (const std::optional<DurationNs> latency_ns = latency_of(event)) latency.add(*latency_ns);
    }
  }
}

// All files as one stream. Files that do not overlap in time form a chain, so that few are open at once.
std::unique_ptr<EventStream> in_order_of_time(std::vector<Scanned> files, dbn::Schema schema,
                                              const std::shared_ptr<InstrumentTable>& table, ImportLog& log) {
  std::stable_sort(files.begin(), files.end(),
                   [](const Scanned& a, const Scanned& b) { return a.first_ts_ns < b.first_ts_ns; });
  struct Chain {
    TimeNs last_ts_ns;
    std::vector<std::unique_ptr<EventStream>> streams;
  };
  std::vector<Chain> chains;
  for (const Scanned& file : files) {
    auto chain = std::find_if(chains.begin(), chains.end(), [&](const Chain& c) {
      return c.last_ts_ns < file.first_ts_ns || !file.has_events;
    });
    if (chain == chains.end()) chain = chains.insert(chains.end(), Chain{INT64_MIN, {}});
    chain->last_ts_ns = std::max(chain->last_ts_ns, file.last_ts_ns);
    chain->streams.push_back(std::make_unique<DbnStream>(file.path, schema, table, log));
  }
  std::vector<std::unique_ptr<EventStream>> inputs;
  inputs.reserve(chains.size());
  for (Chain& chain : chains) inputs.push_back(std::make_unique<ChainedStream>(std::move(chain.streams)));
  return std::make_unique<MergedStream>(std::move(inputs));
}

Result<dbn::Schema> schema_setting(const ImportOptions& options) {
  const auto found = options.set.find("schema");
  if (found == options.set.end()) return dbn::Schema::none;
  if (found->second == "ohlcv-1s") return dbn::Schema::ohlcv_1s;
  if (found->second == "ohlcv-1m") return dbn::Schema::ohlcv_1m;
  if (found->second == "ohlcv-1h") return dbn::Schema::ohlcv_1h;
  if (found->second == "ohlcv-1d") return dbn::Schema::ohlcv_1d;
  return Error{ErrorCode::bad_input, "setting schema",
               "expected ohlcv-1s, ohlcv-1m, ohlcv-1h or ohlcv-1d, found \"" + found->second + "\""};
}

}  // namespace

ImportResult open_dbn(const ImportOptions& options) {
  if (const Status status = check_settings(options.set, {"schema"}); !status) return status.error();
  const Result<dbn::Schema> schema = schema_setting(options);
  if (!schema) return schema.error();
  auto table = std::make_shared<InstrumentTable>();
  auto log = std::make_unique<ImportLog>(options.skip_bad);
  LatencyStats latency;
  std::vector<Scanned> files;
  const Result<std::vector<std::string>> streams = list_streams(options.paths);
  if (!streams) return streams.error();
  for (const std::string& stream : *streams) {
    Result<Scanned> scanned = scan(stream, *schema, *table, latency);
    if (!scanned) return scanned.error();
    files.push_back(std::move(scanned).value());
  }
  Result<std::vector<Instrument>> instruments = table->finish(options, *log);
  if (!instruments) return instruments.error();
  std::unique_ptr<EventStream> stream = in_order_of_time(std::move(files), *schema, table, *log);
  return std::make_unique<Import>(options, std::move(instruments).value(),
                                  resolve(options.clock_offset, latency), std::move(log), std::move(stream));
}

}  // namespace lockstep::feeds
