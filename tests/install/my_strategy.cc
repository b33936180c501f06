// A strategy outside the tree: buys once, at the market, when the first trade of an instrument is seen, and
// holds.
#include <array>
#include <memory>
#include <vector>

#include "engine/strategy/strategy.h"
#include "tools/lockstep.h"

namespace {

using namespace lockstep;

constexpr std::array<ParameterSpec, 1> kParameters = {
    {{"qty", ParameterType::decimal, "base", "0.1", "0.000000001", "",
      "how much to buy of each instrument"}}};

class BuyAndHold : public Strategy {
 public:
  explicit BuyAndHold(const Parameters& parameters) : qty_nanos_(parameters.decimal_nanos("qty")) {}

  Status on_start(Context& context) override {
    bought_.assign(context.instruments().size(), 0);
    return Done{};
  }

  void on_trade(const Event& event, const Trade&, Context& context) override {
    if (bought_[event.instrument] != 0) return;
    const Result<Qty> qty = qty_from_nanos(context.instruments()[event.instrument], qty_nanos_);
    if (!qty) return;
    OrderRequest request;
    request.instrument = event.instrument;
    request.side = Side::buy;
    request.type = OrderType::market;
    request.qty = *qty;
    if (context.submit(request)) bought_[event.instrument] = 1;
  }

  void visit(StateVisitor& visitor) override {
    visitor.field(qty_nanos_);
    visitor.list(bought_, [&](std::uint8_t& bought) { visitor.field(bought); });
  }

 private:
  std::int64_t qty_nanos_;
  std::vector<std::uint8_t> bought_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::array<StrategyFactory, 1> own = {
      {{"buy_and_hold", "buys once and holds", kParameters,
        [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
          return std::make_unique<BuyAndHold>(parameters);
        }}}};
  return lockstep::main(argc, argv, own);
}
