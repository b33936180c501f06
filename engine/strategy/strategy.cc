#include "engine/strategy/strategy.h"

namespace lockstep {

void Strategy::on_trade(const Event&, const Trade&, Context&) {}
void Strategy::on_quote(const Event&, const Quote&, Context&) {}
void Strategy::on_book(const Event&, const BookUpdate&, Context&) {}
void Strategy::on_bar(const Event&, const Bar&, Context&) {}
void Strategy::on_other(const Event&, Context&) {}
void Strategy::on_execution(const Event&, const Order&, Context&) {}
void Strategy::on_timer(std::uint64_t, Context&) {}
Status Strategy::on_parameters(const Parameters&, Context&) {
  return Done{};
}

Result<Qty> qty_from_nanos(const Instrument& instrument, std::int64_t nanos) {
  const std::string text = format_decimal_short(nanos, kMoneyScale);
  const Result<Qty> qty = parse_decimal(text, instrument.qty_scale);
  if (!qty || *qty <= 0 || *qty % instrument.lot != 0) {
    return Error{ErrorCode::bad_input, "instrument " + instrument.symbol,
                 "a quantity of " + text + " is not a positive multiple of the lot " +
                     format_decimal_short(instrument.lot, instrument.qty_scale)};
  }
  return *qty;
}

}  // namespace lockstep
