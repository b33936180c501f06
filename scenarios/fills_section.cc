#include "scenarios/fills_section.h"

#include <algorithm>

#include "engine/core/decimal.h"
#include "engine/core/instrument.h"
#include "engine/core/money.h"

namespace lockstep::scenarios {
namespace {

std::string read_amount(Section& section, std::string_view key, const std::string& fallback,
                        bool may_be_zero) {
  const std::int64_t value = section.decimal(key, fallback, kMoneyScale);
  if (value < 0 || (value == 0 && !may_be_zero))
    section.fail(key, may_be_zero ? "must not be negative" : "must be positive");
  return section.text(key, fallback);
}

}  // namespace

void read_fills(Section section, const FillsChoice& fallback, FillsChoice& out) {
  sim::QueueModel& queue = out.rules.queue;
  queue = fallback.rules.queue;
  queue.kind =
      section.member("queue_model", queue.kind, {sim::kQueueModelNames.begin(), sim::kQueueModelNames.end()});
  queue.exponent = section.real("queue_exponent", queue.exponent, 0.05, 20.0);
  // Ten keys rather than a list: a resolved scenario shows each with its place, and --set can change one.
  Section chances = section.section("queue_chances");
  for (std::size_t i = 0; i < sim::QueueModel::kPlaces; ++i) {
    const std::string key = "at_" + std::string(i == 0 ? "0" : "") + std::to_string(10 * i + 5);
    queue.chances[i] = chances.real(key, queue.chances[i], 0.0, 1.0);
  }
  chances.finish();
  out.queue_unit = read_amount(section, "queue_unit", fallback.queue_unit, true);
  out.rules.checks_size = section.flag("checks_size", fallback.rules.checks_size);
  out.rules.partial_fill_ppb = section.decimal(
      "partial_fill_chance", format_decimal_short(fallback.rules.partial_fill_ppb, kMoneyScale), kMoneyScale);
  if (out.rules.partial_fill_ppb < 0 || out.rules.partial_fill_ppb > kNanosPerUnit)
    section.fail("partial_fill_chance", "must lie between 0 and 1");
  section.finish();
}

void read_impact(Section section, const FillsChoice& fallback, FillsChoice& out) {
  sim::Impact& impact = out.rules.impact;
  impact = fallback.rules.impact;
  impact.kind = section.member("model", impact.kind, {sim::kImpactNames.begin(), sim::kImpactNames.end()});
  impact.coefficient = section.real("coefficient", impact.coefficient, 0.0, 1.0);
  out.reference_qty = read_amount(section, "reference_qty", fallback.reference_qty, false);
  impact.decay_ns = section.duration("decay", format_duration(impact.decay_ns));
  if (impact.decay_ns <= 0) section.fail("decay", "must be positive");
  impact.size_exponent = section.real("size_exponent", impact.size_exponent, 0.0, 2.0);
  impact.decay_exponent = section.real("decay_exponent", impact.decay_exponent, 0.1, 2.0);
  section.finish();
}

Result<sim::FillRules> fills_for(const FillsChoice& choice, const Instrument& instrument) {
  sim::FillRules rules = choice.rules;
  const auto amount = [&](const std::string& text, const char* key, Qty& into) -> Status {
    const Result<std::int64_t> value = parse_decimal(text, instrument.qty_scale);
    if (!value)
      return Error{ErrorCode::bad_input, std::string(key) + " of " + instrument.symbol, value.error().what};
    into = *value;
    return Done{};
  };
  Qty unit = 0;
  if (const Status read = amount(choice.queue_unit, "venue.fills.queue_unit", unit); !read)
    return read.error();
  rules.queue.unit_qty = unit > 0 ? unit : std::max<Qty>(1, instrument.lot);
  // Amounts of impact matter where there is one: by default the instrument may count coarser than in ones.
  if (rules.impact.kind != sim::ImpactKind::none) {
    if (const Status read =
            amount(choice.reference_qty, "venue.impact.reference_qty", rules.impact.reference_qty);
        !read)
      return read.error();
  }
  if (const Status valid = sim::validate(rules); !valid)
    return Error{ErrorCode::bad_input, valid.error().where + " of " + instrument.symbol, valid.error().what};
  return rules;
}

}  // namespace lockstep::scenarios
