#include "feeds/files/lean_universe.h"

#include <array>

#include "engine/core/decimal.h"

namespace lockstep::feeds {
namespace {

constexpr std::size_t kFields =
    15;  // expiry,strike,right,open,high,low,close,volume,open_interest,iv,delta,gamma,vega,theta,rho

constexpr std::array<StatisticType, 6> kModelColumns = {StatisticType::implied_volatility_mark,
                                                        StatisticType::option_delta,
                                                        StatisticType::option_gamma,
                                                        StatisticType::option_vega,
                                                        StatisticType::option_theta,
                                                        StatisticType::option_rho};

class Universe final : public RowFormat {
 public:
  Universe(LeanFile file, LeanContracts& contracts) : file_(std::move(file)), contracts_(contracts) {}

  void scan(std::string_view row, RowScan& out) override {
    split_fields(row, ',', fields_);
    const Result<std::shared_ptr<LeanContract>> contract = find_contract();
    const Result<TimeNs> ts = end_of_day();
    if (!contract || !ts) return;
    out.see_order_time(*ts);
    for (std::size_t i = 3; i < 7; ++i) (*contract)->seen.see_price(fields_[i]);
    for (std::size_t i = 7; i < 9; ++i) {
      if (!fields_[i].empty()) (*contract)->seen.see_qty(fields_[i]);
    }
  }

  Status parse(std::string_view row, EventBatch& out) override {
    split_fields(row, ',', fields_);
    const Result<std::shared_ptr<LeanContract>> found = find_contract();
    if (!found) return found.error();
    const Result<TimeNs> ts = end_of_day();
    if (!ts) return ts.error();
    const LeanContract& contract = **found;
    const Instrument& instrument = contract.instrument;
    std::vector<Event> events;

    std::array<Price, 4> prices{};
    for (std::size_t i = 0; i < 4; ++i) {
      const Result<Price> price = parse_decimal(fields_[i + 3], instrument.price_scale);
      if (!price) return price.error();
      prices[i] = *price;
    }
    const Result<Qty> volume = parse_decimal(fields_[7], instrument.qty_scale);
    if (!volume) return volume.error();
    const Result<std::uint8_t> detail = pack({BarUnit::day, 1, BarSide::trade});
    if (!detail) return detail.error();
    const Bar bar{prices[0], prices[1], prices[2], prices[3], *volume};
    events.push_back(make_event(Kind::bar, contract.id, *ts));
    events.back().detail = *detail;
    if (is_odd(bar)) events.back().flags |= kFlagSuspicious;
    events.back().set(bar);

    const auto add = [&](StatisticType type, std::int64_t value, Qty qty, std::uint32_t scale) {
      events.push_back(make_event(Kind::statistic, contract.id, *ts));
      events.back().set(Statistic{value, qty, *ts, static_cast<std::uint32_t>(type), scale, 0});
    };
    if (!fields_[8].empty()) {
      const Result<Qty> open_interest = parse_decimal(fields_[8], instrument.qty_scale);
      if (!open_interest) return open_interest.error();
      add(StatisticType::open_interest, INT64_MIN, *open_interest, 0);
    }
    for (std::size_t i = 0; i < kModelColumns.size(); ++i) {
      if (fields_[9 + i].empty()) continue;
      const Result<ScaledNumber> value = read_own_scale(fields_[9 + i]);
      if (!value) return value.error();
      add(kModelColumns[i], value->value, INT64_MIN, value->scale);
    }
    out.events.insert(out.events.end(), events.begin(), events.end());
    return Done{};
  }

 private:
  // A row without expiry, strike and right is the underlying.
  Result<std::shared_ptr<LeanContract>> find_contract() const {
    if (fields_.size() != kFields) {
      return Error{ErrorCode::bad_input, "", "expected 15 fields, found " + std::to_string(fields_.size())};
    }
    if (fields_[0].empty() && fields_[1].empty() && fields_[2].empty())
      return contracts_.underlying(file_.path);
    const Result<std::int64_t> expiry = parse_decimal(fields_[0], 0);
    const Result<std::int64_t> strike_e4 = parse_decimal(fields_[1], 4);
    if (!expiry || fields_[0].size() != 8) {
      return Error{ErrorCode::bad_input, "",
                   "expected an expiry like 20151224, found \"" + std::string(fields_[0]) + "\""};
    }
    if (!strike_e4) return strike_e4.error();
    if (fields_[2] != "C" && fields_[2] != "P") {
      return Error{ErrorCode::bad_input, "", "expected C or P, found \"" + std::string(fields_[2]) + "\""};
    }
    LeanPath path = file_.path;
    path.expiry = static_cast<int>(*expiry);
    path.right = fields_[2] == "C" ? OptionRight::call : OptionRight::put;
    return contracts_.find_or_add(path, *strike_e4);
  }

  [[nodiscard]] Result<TimeNs> end_of_day() const {
    CivilTime civil;
    civil.year = file_.path.date / 10'000;
    civil.month = file_.path.date / 100 % 100;
    civil.day = file_.path.date % 100;
    const Result<TimeNs> midnight = from_civil(civil);
    if (!midnight) return midnight.error();
    if (*midnight > kEndOfTime - 4 * kDay)
      return Error{ErrorCode::overflow, "", "the time leaves the years 1677 to 2262"};
    const Result<TimeZone::Utc> utc = file_.zone->to_utc(*midnight + kDay);
    if (!utc) return utc.error();
    return utc->ts_ns;
  }

  LeanFile file_;
  LeanContracts& contracts_;
  std::vector<std::string_view> fields_;
};

}  // namespace

std::shared_ptr<RowFormat> make_universe_format(LeanFile file, LeanContracts& contracts) {
  return std::make_shared<Universe>(std::move(file), contracts);
}

}  // namespace lockstep::feeds
