#include "sim/matching/matching_engine.h"

namespace lockstep::matching {
namespace {

constexpr std::int64_t kPriceBound = std::int64_t{1} << 52;
constexpr std::int64_t kQtyBound = std::int64_t{1} << 42;  // times 2^20 orders: totals stay below 2^62
constexpr std::uint32_t kOrdersBound = 1U << 20;

Error out_of_range(std::string where, std::int64_t found, const std::string& expected) {
  return {ErrorCode::bad_input, std::move(where), "is " + std::to_string(found) + ", must be " + expected};
}

Status validate(const Band& band, const char* where) {
  if (band.kind == BandKind::none) return Done{};
  if (band.width < 0 || band.width > kPriceBound) {
    return out_of_range(std::string(where) + ".width", band.width, "0 to 2^52");
  }
  return Done{};
}

}  // namespace

Status validate(const Config& config) {
  const Config& c = config;
  if (c.tick < 1 || c.tick > kPriceBound) return out_of_range("tick", c.tick, "1 to 2^52");
  if (c.lot < 1 || c.lot > kQtyBound) return out_of_range("lot", c.lot, "1 to 2^42");
  if (c.max_qty < 1 || c.max_qty > kQtyBound) return out_of_range("max_qty", c.max_qty, "1 to 2^42");
  if (c.min_qty < 1 || c.min_qty > c.max_qty) return out_of_range("min_qty", c.min_qty, "1 to max_qty");
  if (c.max_price < -kPriceBound || c.max_price > kPriceBound) {
    return out_of_range("max_price", c.max_price, "-2^52 to 2^52");
  }
  if (c.min_price < -kPriceBound || c.min_price > c.max_price) {
    return out_of_range("min_price", c.min_price, "-2^52 to max_price");
  }
  if (c.top_order_max < 0) return out_of_range("top_order_max", c.top_order_max, "0 or more");
  if (c.top_order_max % c.lot != 0) {
    return out_of_range("top_order_max", c.top_order_max, "a multiple of the lot");
  }
  if (c.min_allocation < 0) return out_of_range("min_allocation", c.min_allocation, "0 or more");
  if (c.max_orders < 1 || c.max_orders > kOrdersBound) {
    return out_of_range("max_orders", c.max_orders, "1 to 2^20");
  }
  if (Status status = validate(c.static_band, "static_band"); !status) return status;
  return validate(c.dynamic_band, "dynamic_band");
}

}  // namespace lockstep::matching
