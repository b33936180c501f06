// What every csv format shares: fields by role, times, prices and sizes by their instrument.
#pragma once

#include "engine/core/decimal.h"
#include "feeds/files/csv_rows.h"

namespace lockstep::feeds {

struct CsvTimes {
  TimeNs ts_ns = 0;      ///< as stamped
  TimeNs end_ts_ns = 0;  ///< when the row was known to the exchange: the end of its period, or ts_ns
  TimeNs recv_ts_ns = kNoTime;
  [[nodiscard]] TimeNs order_ts_ns() const { return recv_ts_ns != kNoTime ? recv_ts_ns : end_ts_ns; }
};

class CsvFormat : public RowFormat {
 public:
  CsvFormat(CsvFile file, CsvContracts& contracts, LatencyStats& latency, ImportLog& log)
      : file_(std::move(file)), log_(log), contracts_(contracts), latency_(latency) {}

  void scan(std::string_view row, RowScan& out) final;
  Status parse(std::string_view row, EventBatch& out) final;

 protected:
  virtual void see(CsvContract& contract) = 0;
  virtual Status read(CsvContract& contract, const CsvTimes& times, EventBatch& out) = 0;

  [[nodiscard]] bool has(CsvRole role) const {
    return file_.binding.index[static_cast<std::size_t>(role)] >= 0;
  }
  /// Empty where the role is not played.
  [[nodiscard]] std::string_view field(CsvRole role) const {
    return at(file_.binding.index[static_cast<std::size_t>(role)]);
  }
  [[nodiscard]] std::string_view at(int index) const {
    return index < 0 || static_cast<std::size_t>(index) >= fields_.size()
               ? std::string_view()
               : fields_[static_cast<std::size_t>(index)];
  }

  Event make(Kind kind, const CsvContract& contract, const CsvTimes& times) const {
    Event event = make_event(kind, contract.id, times.end_ts_ns);
    event.recv_ts_ns = times.recv_ts_ns;
    return event;
  }
  [[nodiscard]] Result<Price> read_price(const CsvContract& contract, CsvRole role) const {
    return parse_decimal(field(role), contract.instrument.price_scale);
  }
  Result<Qty> read_size(CsvContract& contract, std::string_view text) const {
    return feeds::read_size(text, contract.instrument, contract.is_rounded, log_);
  }
  static Result<bool> read_bool(std::string_view text);
  static std::string lower(std::string_view text);

  CsvFile file_;
  ImportLog& log_;

 private:
  /// Splits the row; false if it has not as many fields as the header.
  bool split(std::string_view row);
  std::shared_ptr<CsvContract> contract();
  [[nodiscard]] Result<CsvTimes> times() const;

  CsvContracts& contracts_;
  LatencyStats& latency_;
  std::vector<std::string_view> fields_;
  std::shared_ptr<CsvContract> last_contract_;  ///< rows of one instrument mostly follow each other
  std::string last_venue_;
  std::string last_symbol_;
};

}  // namespace lockstep::feeds
