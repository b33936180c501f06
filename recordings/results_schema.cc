#include "recordings/results_schema.h"

#include <array>

namespace lockstep::recordings {
namespace {

H5::DataType int8_type() {
  return H5::PredType::NATIVE_UINT8;
}
H5::DataType uint32_type() {
  return H5::PredType::NATIVE_UINT32;
}
H5::DataType uint64_type() {
  return H5::PredType::NATIVE_UINT64;
}
H5::DataType int64_type() {
  return H5::PredType::NATIVE_INT64;
}

H5::DataType text_type(std::size_t bytes) {
  H5::StrType type(H5::PredType::C_S1, bytes);
  type.setStrpad(H5T_STR_NULLPAD);
  return type;
}

template <class Names>
H5::DataType enum_of(const Names& names) {
  H5::EnumType type(H5::PredType::NATIVE_INT8);
  std::int8_t value = 0;
  for (const std::string_view name : names) {
    type.insert(std::string(name), &value);
    ++value;
  }
  return type;
}

/// Every name that to_string knows, from 0 up.
template <class Enum>
H5::DataType enum_type() {
  std::vector<std::string_view> names;
  for (int value = 0; value < INT8_MAX && to_string(static_cast<Enum>(value)) != "?"; ++value) {
    names.push_back(to_string(static_cast<Enum>(value)));
  }
  return enum_of(names);
}

/// What h5py reads and writes as bool.
H5::DataType bool_type() {
  return enum_of(std::array<std::string_view, 2>{"FALSE", "TRUE"});
}

H5::DataType outcome_type() {
  return enum_of(
      std::array<std::string_view, 6>{"working", "filled", "cancelled", "rejected", "denied", "expired"});
}

Column time_column(std::string name, std::size_t offset) {
  return {std::move(name), offset, int64_type(), "ns since 1970-01-01T00:00:00Z", Scale::whole, {}};
}
Column optional_time_column(std::string name, std::size_t offset) {
  Column column = time_column(std::move(name), offset);
  column.missing = kNoTime;
  return column;
}
Column price_column(std::string name, std::size_t offset) {
  return {std::move(name), offset, int64_type(), "quote currency of the instrument", Scale::price, kNoPrice};
}
Column qty_column(std::string name, std::size_t offset) {
  return {std::move(name), offset, int64_type(), "base units or contracts", Scale::qty, {}};
}
Column money_column(std::string name, std::size_t offset, std::string_view currency) {
  return {std::move(name), offset, int64_type(), std::string(currency), Scale::money, {}};
}
Column plain_column(std::string name, std::size_t offset, H5::DataType type, std::string unit) {
  return {std::move(name), offset, std::move(type), std::move(unit), Scale::whole, {}};
}
Column instrument_column(std::size_t offset) {
  return plain_column("instrument", offset, uint32_type(), "row of /instruments");
}

H5::DataType instrument_kind_type() {
  std::vector<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(InstrumentKind::option); ++kind) {
    names.push_back(to_string(static_cast<InstrumentKind>(kind)));
  }
  return enum_of(names);
}

constexpr std::string_view kSettlement = "settlement currency of the instrument";

}  // namespace

H5::CompType TableSchema::memory_type() const {
  H5::CompType type(row_bytes);
  for (const Column& column : columns) type.insertMember(column.name, column.offset, column.type);
  return type;
}

H5::CompType TableSchema::file_type() const {
  H5::CompType type = memory_type();
  type.pack();
  return type;
}

// offsetof needs the type by name, hence one alias per function.
template <>
TableSchema schema<FillRow>(std::string_view) {
  using R = FillRow;
  return {"fills",
          sizeof(R),
          {time_column("ts_ns", offsetof(R, ts_ns)), time_column("exch_ts_ns", offsetof(R, exch_ts_ns)),
           time_column("submit_ts_ns", offsetof(R, submit_ts_ns)),
           plain_column("order_id", offsetof(R, order_id), uint64_type(), "id"),
           instrument_column(offsetof(R, instrument)),
           plain_column("strategy", offsetof(R, strategy), uint32_type(), "index"),
           plain_column("side", offsetof(R, side), enum_type<Side>(), "enum"),
           plain_column("is_maker", offsetof(R, is_maker), bool_type(), "bool"),
           price_column("price", offsetof(R, price)), qty_column("qty", offsetof(R, qty)),
           price_column("decision_price", offsetof(R, decision_price)),
           money_column("fee_nanos", offsetof(R, fee_nanos), kSettlement),
           money_column("realised_nanos", offsetof(R, realised_nanos), kSettlement),
           qty_column("position_qty", offsetof(R, position_qty))}};
}

template <>
TableSchema schema<OrderRow>(std::string_view) {
  using R = OrderRow;
  return {"orders",
          sizeof(R),
          {plain_column("order_id", offsetof(R, order_id), uint64_type(), "id"),
           instrument_column(offsetof(R, instrument)),
           plain_column("strategy", offsetof(R, strategy), uint32_type(), "index"),
           plain_column("side", offsetof(R, side), enum_type<Side>(), "enum"),
           plain_column("type", offsetof(R, type), enum_type<OrderType>(), "enum"),
           plain_column("time_in_force", offsetof(R, time_in_force), enum_type<TimeInForce>(), "enum"),
           plain_column("flags", offsetof(R, flags), int8_type(), "bits: 8 reduce-only, 16 post-only"),
           plain_column("outcome", offsetof(R, outcome), outcome_type(), "enum"),
           plain_column("reason", offsetof(R, reason), enum_type<Reason>(), "enum"),
           price_column("price", offsetof(R, price)), qty_column("qty", offsetof(R, qty)),
           qty_column("filled_qty", offsetof(R, filled_qty)),
           money_column("fees_nanos", offsetof(R, fees_nanos), kSettlement),
           time_column("submit_ts_ns", offsetof(R, submit_ts_ns)),
           optional_time_column("accepted_ts_ns", offsetof(R, accepted_ts_ns)),
           optional_time_column("done_ts_ns", offsetof(R, done_ts_ns))}};
}

template <>
TableSchema schema<EquityRow>(std::string_view currency) {
  using R = EquityRow;
  return {"equity",
          sizeof(R),
          {time_column("ts_ns", offsetof(R, ts_ns)),
           money_column("equity_nanos", offsetof(R, equity_nanos), currency),
           money_column("cash_nanos", offsetof(R, cash_nanos), currency),
           money_column("realised_nanos", offsetof(R, realised_nanos), currency),
           money_column("unrealised_nanos", offsetof(R, unrealised_nanos), currency),
           money_column("fees_nanos", offsetof(R, fees_nanos), currency)}};
}

template <>
TableSchema schema<PositionRow>(std::string_view) {
  using R = PositionRow;
  return {
      "positions",
      sizeof(R),
      {time_column("ts_ns", offsetof(R, ts_ns)), instrument_column(offsetof(R, instrument)),
       qty_column("qty", offsetof(R, qty)), price_column("average_price", offsetof(R, average_price)),
       price_column("bid_price", offsetof(R, bid_price)), price_column("ask_price", offsetof(R, ask_price)),
       price_column("last_price", offsetof(R, last_price)),
       money_column("realised_nanos", offsetof(R, realised_nanos), kSettlement),
       money_column("unrealised_nanos", offsetof(R, unrealised_nanos), kSettlement)}};
}

template <>
TableSchema schema<DenialRow>(std::string_view) {
  using R = DenialRow;
  return {"denials",
          sizeof(R),
          {time_column("ts_ns", offsetof(R, ts_ns)),
           plain_column("order_id", offsetof(R, order_id), uint64_type(), "id"),
           instrument_column(offsetof(R, instrument)),
           plain_column("strategy", offsetof(R, strategy), uint32_type(), "index"),
           plain_column("reason", offsetof(R, reason), enum_type<DenyReason>(), "enum"),
           plain_column("gate", offsetof(R, gate), uint32_type(), "position in the chain, from 0"),
           plain_column("value", offsetof(R, value), int64_type(), "as the reason says"),
           plain_column("limit", offsetof(R, limit), int64_type(), "same as value")}};
}

template <>
TableSchema schema<MetricRecord>(std::string_view) {
  using R = MetricRecord;
  return {"metrics",
          sizeof(R),
          {plain_column("name", offsetof(R, name), text_type(sizeof(R::name)), "text"),
           plain_column("value", offsetof(R, value), H5::PredType::NATIVE_DOUBLE,
                        "see the unit of the row; NaN: not measured"),
           plain_column("unit", offsetof(R, unit), text_type(sizeof(R::unit)), "text"),
           plain_column("definition", offsetof(R, definition), text_type(sizeof(R::definition)), "text")}};
}

template <>
TableSchema schema<InstrumentRecord>(std::string_view) {
  using R = InstrumentRecord;
  return {"instruments",
          sizeof(R),
          {instrument_column(offsetof(R, instrument)),
           plain_column("symbol", offsetof(R, symbol), text_type(sizeof(R::symbol)), "text"),
           plain_column("venue", offsetof(R, venue), text_type(sizeof(R::venue)), "text"),
           plain_column("base", offsetof(R, base), text_type(sizeof(R::base)), "text"),
           plain_column("quote", offsetof(R, quote), text_type(sizeof(R::quote)), "text"),
           plain_column("settle", offsetof(R, settle), text_type(sizeof(R::settle)), "text"),
           plain_column("kind", offsetof(R, kind), instrument_kind_type(), "enum"),
           plain_column("right", offsetof(R, right),
                        enum_of(std::array<std::string_view, 3>{"none", "call", "put"}), "enum"),
           plain_column("price_scale", offsetof(R, price_scale), int8_type(), "decimals"),
           plain_column("qty_scale", offsetof(R, qty_scale), int8_type(), "decimals"),
           plain_column("multiplier_scale", offsetof(R, multiplier_scale), int8_type(), "decimals"),
           price_column("tick", offsetof(R, tick)), qty_column("lot", offsetof(R, lot)),
           plain_column("multiplier", offsetof(R, multiplier), int64_type(), "10^-multiplier_scale"),
           optional_time_column("expiry_ts_ns", offsetof(R, expiry_ts_ns)),
           price_column("strike", offsetof(R, strike))}};
}

}  // namespace lockstep::recordings
