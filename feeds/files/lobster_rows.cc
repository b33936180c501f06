#include "feeds/files/lobster_rows.h"

#include <charconv>
#include <string>

#include "feeds/files/numbers.h"

namespace lockstep::feeds {
namespace {

Error bad(const std::string& what) {
  return {ErrorCode::bad_input, "", what};
}
Error bad(const std::string& expected, std::string_view found) {
  return bad("expected " + expected + ", found \"" + std::string(found) + "\"");
}

// The field before the next comma, which is cut off with it; false once there is none.
bool pop(std::string_view& row, bool& at_end, std::string_view& field) {
  if (at_end) return false;
  const std::size_t comma = row.find(',');
  at_end = comma == std::string_view::npos;
  field = row.substr(0, comma);
  if (!at_end) row.remove_prefix(comma + 1);
  return true;
}

bool whole(std::string_view text, std::int64_t& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc() && end == text.data() + text.size();
}

// What NASDAQ's messages hold; of a level, far more than that many orders of a few shares would make.
constexpr std::int64_t kMaxSize = 0xffff'ffff;
// In the instrument's units: a thousand orders of it still have a sum.
constexpr Qty kMaxQty = 1'000'000'000'000'000;

bool scale_price(Price& price, const LobsterUnits& units) {
  return !__builtin_mul_overflow(price, units.price, &price);
}
bool scale_qty(Qty& qty, const LobsterUnits& units) {
  return !__builtin_mul_overflow(qty, units.qty, &qty) && qty <= kMaxQty;
}

constexpr const char* kOutOfRange = "a price or size is too large for the scale that was set";

// Trading halts have their state where others have a price, and nothing else.
Status check(const LobsterMessage& message) {
  if (message.type == LobsterType::halt) {
    if (message.price >= -1 && message.price <= 1) return Done{};
    return bad("a price of -1 (halt), 0 (quoting) or 1 (trading) in a halt", std::to_string(message.price));
  }
  if (message.qty <= 0 || message.qty > kMaxSize)
    return bad("a size from 1 to 2^32 - 1", std::to_string(message.qty));
  if (message.price <= 0) return bad("a price above 0", std::to_string(message.price));
  const bool is_of_order = message.type <= LobsterType::execution;
  if (is_of_order && (message.order_id <= 0 || std::uint64_t(message.order_id) >= kFirstAnonymousOrder))
    return bad("an order id above 0 and below 2^62", std::to_string(message.order_id));
  return Done{};
}

}  // namespace

Result<LobsterMessage> parse_lobster_message(std::string_view row, const LobsterUnits& units) {
  LobsterMessage out;
  bool at_end = false;
  std::string_view field;
  pop(row, at_end, field);
  bool is_rounded = false;  // LOBSTER writes binary noise behind the ninth decimal now and then
  const Result<std::int64_t> time = read_qty(field, 9, is_rounded);
  if (!time || *time < 0 || *time > 2 * kDay) return bad("seconds after midnight", field);
  out.since_midnight_ns = *time;
  std::int64_t type = 0;
  std::int64_t direction = 0;
  for (std::int64_t* value : {&type, &out.order_id, &out.qty, &out.price, &direction}) {
    if (!pop(row, at_end, field)) return bad("expected time,type,order id,size,price,direction");
    if (!whole(field, *value)) return bad("a whole number", field);
  }
  if (type < 1 || type > 7) return bad("a type from 1 to 7", std::to_string(type));
  out.type = static_cast<LobsterType>(type);
  if (const Status fine = check(out); !fine) return fine.error();
  if (out.type != LobsterType::halt) {
    if (direction != 1 && direction != -1 && out.type != LobsterType::cross)
      return bad("a direction of 1 or -1", std::to_string(direction));
    out.side = direction == 1 ? Side::buy : Side::sell;
    if (!scale_price(out.price, units) || !scale_qty(out.qty, units)) return bad(kOutOfRange);
  }
  return out;
}

bool LobsterShown::covers(Side side, Price price) const {
  const std::vector<Level>& levels = this->side(side);
  if (levels.size() < depth) return true;
  return side == Side::buy ? price >= levels.back().price : price <= levels.back().price;
}

Status parse_lobster_book(std::string_view row, const LobsterUnits& units, LobsterShown& out) {
  out.bids.clear();
  out.asks.clear();
  out.depth = 0;
  bool at_end = false;
  std::string_view field;
  while (!at_end) {
    for (std::vector<Level>* side : {&out.asks, &out.bids}) {
      Level level{};
      for (std::int64_t* value : {&level.price, &level.qty}) {
        if (!pop(row, at_end, field))
          return bad("expected groups of ask price, ask size, bid price, bid size");
        if (!whole(field, *value)) return bad("a whole number", field);
      }
      if (level.qty < 0 || level.qty > kMaxSize)
        return bad("a size from 0 to 2^32 - 1", std::to_string(level.qty));
      if (level.qty == 0) continue;
      if (level.price <= 0) return bad("a price above 0", std::to_string(level.price));
      if (!scale_price(level.price, units) || !scale_qty(level.qty, units)) return bad(kOutOfRange);
      const bool is_better = !side->empty() && (side == &out.asks ? level.price <= side->back().price
                                                                  : level.price >= side->back().price);
      if (is_better) return bad("the levels of a side are not in order, best first");
      side->push_back(level);
    }
    ++out.depth;
  }
  return Done{};
}

}  // namespace lockstep::feeds
