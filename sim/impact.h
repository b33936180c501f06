// What our own taking does to the prices at which we, and only we, may take afterwards. The recorded market
// does not know of us, so its prices stay; this moves them against us. Impact is plain data, one per
// instrument; ImpactState is its memory, owned by the Listing. Never moves a price in our favour.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/result.h"
#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep::sim {

enum class ImpactKind : std::uint8_t { none, linear, square_root, exponential, power };
inline constexpr std::array<std::string_view, 5> kImpactNames = {"none", "linear", "square_root",
                                                                 "exponential", "power"};

/// With Y = coefficient, V = reference_qty, T = decay, q a quantity taken (positive: bought), the price is
/// displaced by a fraction I of itself:
///   linear       each taking adds Y q / V; I runs down to 0 in a straight line over T after the last one
///   square_root  I = Y sign(Q) sqrt(|Q| / V), Q = sum of q exp(-age / T): the square-root law of a whole
///                order (Almgren, Thum, Hauptmann, Li, "Direct estimation of equity market impact", 2005,
///                with its exponent 3/5 near 1/2; Toth et al., "Anomalous price impact", 2011), for an order
///                in parts
///   exponential  I = sum of Y sign(q) (|q| / V)^d exp(-age / T): a propagator with an exponential kernel;
///                for d = 1 the transient impact of Obizhaeva and Wang, "Optimal trading strategy and
///                supply/demand dynamics", 2013
///   power        I = sum of Y sign(q) (|q| / V)^d (1 + age / T)^-b: the propagator of Bouchaud, Gefen,
///                Potters, Wyart, "Fluctuations and response in financial markets", 2004. The kernel is kept
///                as a sum of 24 exponentials, within 1% of it up to an age of 10^4 T.
struct Impact {
  ImpactKind kind = ImpactKind::none;
  double coefficient = 0;         ///< Y, a fraction of the price; 0 to 1
  Qty reference_qty = 1;          ///< V, > 0
  DurationNs decay_ns = kMinute;  ///< T, > 0
  double size_exponent = 1.0;     ///< d, 0 to 2
  double decay_exponent = 0.5;    ///< b, 0.1 to 2
};

Status validate(const Impact& impact);

class ImpactState {
 public:
  static constexpr std::size_t kParts = 24;  ///< exponentials of the power kernel

  /// By which fraction of itself the price is displaced at an exchange time: positive after we bought. Time
  /// that goes back counts as no time.
  [[nodiscard]] double displacement(const Impact& impact, TimeNs exch_ts_ns) const;
  /// We took `qty` on `side`. Requires: qty > 0.
  void take(const Impact& impact, Side side, Qty qty, TimeNs exch_ts_ns);
  /// The worst price at which a taker on `side` meets what shows at `price`: moved against it by the
  /// displacement in whole steps of `tick`, to the nearest, halves up. Requires: tick > 0.
  [[nodiscard]] Price shifted(const Impact& impact, Side side, Price price, Price tick,
                              TimeNs exch_ts_ns) const;

  void visit(StateVisitor& visitor) {
    for (double& part : parts_) visitor.field(part);
    visitor.field(ts_ns_);
    visitor.field(is_used_);
  }

 private:
  void decay_to(const Impact& impact, TimeNs exch_ts_ns);

  std::array<double, kParts> parts_{};  // what each exponential holds; the first alone but for `power`
  TimeNs ts_ns_ = 0;
  bool is_used_ = false;
};

/// The kernel (1 + age / T)^-b as ImpactState keeps it; 1 at age 0. For its test.
[[nodiscard]] double kept_power_kernel(double ages, double decay_exponent);

}  // namespace lockstep::sim
