#include "recordings/log_content.h"

namespace lockstep::recordings {

ContentHash::ContentHash(std::span<const Instrument> instruments) {
  const auto mix_text = [this](const std::string& text) {
    digest_.mix(text.size());
    for (const char c : text) digest_.mix(static_cast<std::uint8_t>(c));
  };
  digest_.mix(instruments.size());
  for (const Instrument& i : instruments) {
    mix_text(i.symbol);
    mix_text(i.venue);
    mix_text(i.base);
    mix_text(i.quote);
    mix_text(i.settle);
    digest_.mix(static_cast<std::uint64_t>(i.kind));
    digest_.mix(i.price_scale);
    digest_.mix(i.qty_scale);
    digest_.mix(i.multiplier_scale);
    digest_.mix(static_cast<std::uint64_t>(i.right));
    digest_.mix(static_cast<std::uint64_t>(i.tick));
    digest_.mix(static_cast<std::uint64_t>(i.lot));
    digest_.mix(static_cast<std::uint64_t>(i.multiplier));
    digest_.mix(static_cast<std::uint64_t>(i.expiry_ts_ns));
    digest_.mix(static_cast<std::uint64_t>(i.strike));
  }
}

}  // namespace lockstep::recordings
