// Any bytes as a number, a time, a duration or a digest: an error or a value that reads back to itself. And
// as a scripted market or scripted orders: an error or something to run.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/core/check.h"
#include "engine/core/decimal.h"
#include "engine/core/digest.h"
#include "engine/core/time.h"
#include "engine/strategy/script.h"
#include "feeds/script/script_events.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  if (size == 0) return 0;
  const int scale = data[0] % (kMaxScale + 1);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const Result<std::int64_t> value = parse_decimal(text, scale)) {
    const Result<std::int64_t> again = parse_decimal(format_decimal_short(*value, scale), scale);
    LOCKSTEP_CHECK(again && *again == *value, "a decimal reads back to itself");
  }
  if (const Result<TimeNs> value = parse_time(text)) {
    const Result<TimeNs> again = parse_time(format_time(*value));
    LOCKSTEP_CHECK(!again || *again == *value, "a time reads back to itself");
  }
  if (const Result<DurationNs> value = parse_duration(text)) {
    const Result<DurationNs> again = parse_duration(format_duration(*value));
    LOCKSTEP_CHECK(again && *again == *value, "a duration reads back to itself");
  }
  if (const Result<std::uint64_t> value = parse_hex(text)) {
    LOCKSTEP_CHECK(format_hex(*value) == text, "a digest reads back to itself");
  }
  std::vector<Instrument> instruments(2);
  instruments[0].symbol = "X";
  instruments[1].symbol = "Y";
  // Copies are left to the reader's own limit; here they would only take time.
  if (text.find("repeat") == std::string_view::npos) {
    if (const auto script = feeds::parse_script(text, instruments, 0)) {
      for (const Event& event : script->events)
        static_cast<void>(feeds::script_line(event, script->levels, instruments, 0));
    }
  }
  if (const auto orders = parse_orders(text)) static_cast<void>(order_names(*orders));
  return 0;
}
