#include "tests/bench/itch_stream.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/support/itch_encoder.h"

namespace lockstep::bench {
namespace {

using test::ItchEncoder;

// Steele, Lea and Flood's SplitMix64 (2014): small, and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  double unit() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

struct Live {
  std::uint64_t id;
  std::uint32_t shares;
  std::uint32_t price;
  char side;
};

struct Stock {
  std::string symbol;
  std::uint32_t middle = 0;  // 1/10,000 dollar, on a cent
  std::size_t target = 0;    // live orders in the steady state
  std::vector<Live> live;    // oldest first, but for what removals have moved
};

constexpr std::uint32_t kCent = 100;

class Writer {
 public:
  Writer(const ItchStream& stream, const std::string& path)
      : stream_(stream), random_(stream.seed), file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) stop("cannot be written: " + path);
    double total_weight = 0;
    double total_target = 0;
    for (std::uint32_t i = 0; i < stream.symbols; ++i) {
      total_weight += 1.0 / (i + 1);
      cumulative_.push_back(total_weight);
      total_target += 1.0 / std::sqrt(i + 1.0);
    }
    for (std::uint32_t i = 0; i < stream.symbols; ++i) {
      Stock stock;
      for (std::uint32_t rest = i, k = 0; k < 4; ++k, rest /= 26)
        stock.symbol.push_back(static_cast<char>('A' + rest % 26));
      stock.middle = static_cast<std::uint32_t>(1000 + random_.below(40'000)) * kCent;
      stock.target = 1 + static_cast<std::size_t>(static_cast<double>(stream.live_orders) /
                                                  std::sqrt(i + 1.0) / total_target);
      stocks_.push_back(stock);
    }
  }

  void write() {
    encoder_.system_event(head(0), 'O');
    for (std::uint32_t i = 0; i < stream_.symbols; ++i)
      encoder_.stock_directory(head(i), {.symbol = stocks_[i].symbol});
    // The ramp: books fill in any order of symbols.
    std::vector<std::uint32_t> ramp;
    for (std::uint32_t i = 0; i < stream_.symbols; ++i) ramp.insert(ramp.end(), stocks_[i].target, i);
    for (std::size_t i = ramp.size(); i > 1; --i) std::swap(ramp[i - 1], ramp[random_.below(i)]);
    std::uint64_t written = 1 + stream_.symbols;
    for (std::size_t i = 0; i < ramp.size() && written < stream_.messages; ++i, ++written) add(ramp[i]);
    for (; written < stream_.messages; ++written) any();
    flush();
    if (std::fclose(file_) != 0) stop("the stream could not be written");
  }

 private:
  [[noreturn]] static void stop(const std::string& why) {
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::exit(1);
  }

  ItchEncoder::Head head(std::uint32_t symbol) {
    now_ns_ += random_.below(2'000);
    if (encoder_.bytes().size() > (1U << 20U)) flush();
    return {static_cast<std::uint16_t>(symbol + 1), now_ns_, 0};
  }
  void flush() {
    if (std::fwrite(encoder_.bytes().data(), 1, encoder_.bytes().size(), file_) != encoder_.bytes().size())
      stop("the stream could not be written");
    encoder_.clear();
  }

  std::uint32_t any_symbol() {
    const double at = random_.unit() * cumulative_.back();
    return static_cast<std::uint32_t>(std::lower_bound(cumulative_.begin(), cumulative_.end(), at) -
                                      cumulative_.begin());
  }
  std::uint64_t new_id() { return id_ += 1 + random_.below(4); }
  std::uint32_t any_shares() {
    return static_cast<std::uint32_t>(random_.below(5) == 0 ? 1 + random_.below(99)
                                                            : 100 * (1 + random_.below(5)));
  }
  std::uint32_t any_price(Stock& stock, char side) {
    if (random_.below(256) == 0) stock.middle += random_.below(2) == 0 ? kCent : 0U - kCent;
    stock.middle = std::max(stock.middle, 500 * kCent);
    const bool is_far = random_.below(10) == 0;
    const double near_ticks = 1 - 4 * std::log(1 - random_.unit());
    const auto ticks =
        is_far ? static_cast<std::uint32_t>(10 + random_.below(390)) : static_cast<std::uint32_t>(near_ticks);
    return side == 'B' ? stock.middle - ticks * kCent : stock.middle + ticks * kCent;
  }

  void any() {
    const std::uint32_t symbol = any_symbol();
    Stock& stock = stocks_[symbol];
    const std::uint64_t dice = random_.below(100);
    // Keeps the number of live orders where it is without changing the mix much.
    if (stock.live.size() < stock.target * 9 / 10) return add(symbol);
    const bool is_full = stock.live.size() > stock.target * 11 / 10;
    if (dice < 45) return is_full ? remove(symbol) : add(symbol);
    if (dice < 81) return remove(symbol);
    if (dice < 87) return cancel(symbol);
    if (dice < 94) return replace(symbol);
    if (dice < 99) return execute(symbol);
    const char side = 'B';
    encoder_.trade(head(symbol), 0, side, any_shares(), stock.symbol, stock.middle, ++match_);
  }

  void add(std::uint32_t symbol) {
    Stock& stock = stocks_[symbol];
    const char side = random_.below(2) == 0 ? 'B' : 'S';
    const Live order{new_id(), any_shares(), any_price(stock, side), side};
    encoder_.add_order(head(symbol), order.id, side, order.shares, stock.symbol, order.price,
                       random_.below(11) == 0 ? "MPID" : "");
    stock.live.push_back(order);
  }

  // Half of those that go are among the youngest eighth.
  std::size_t any_live(const Stock& stock) {
    const double u = random_.unit();
    const auto from_youngest = static_cast<std::size_t>(u * u * u * static_cast<double>(stock.live.size()));
    return stock.live.size() - 1 - std::min(from_youngest, stock.live.size() - 1);
  }
  static void forget(Stock& stock, std::size_t i) {
    // Close in order, yet without moving the whole list.
    if (stock.live.size() - i < 64) {
      stock.live.erase(stock.live.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      stock.live[i] = stock.live[i + 63];
      stock.live.erase(stock.live.begin() + static_cast<std::ptrdiff_t>(i + 63));
    }
  }

  void remove(std::uint32_t symbol) {
    Stock& stock = stocks_[symbol];
    if (stock.live.empty()) return add(symbol);
    const std::size_t i = any_live(stock);
    encoder_.order_delete(head(symbol), stock.live[i].id);
    forget(stock, i);
  }

  void cancel(std::uint32_t symbol) {
    Stock& stock = stocks_[symbol];
    if (stock.live.empty()) return add(symbol);
    Live& order = stock.live[any_live(stock)];
    if (order.shares == 1) return remove(symbol);
    const auto taken = static_cast<std::uint32_t>(1 + random_.below(order.shares - 1));
    encoder_.order_cancel(head(symbol), order.id, taken);
    order.shares -= taken;
  }

  void replace(std::uint32_t symbol) {
    Stock& stock = stocks_[symbol];
    if (stock.live.empty()) return add(symbol);
    const std::size_t i = any_live(stock);
    const Live old = stock.live[i];
    const Live order{new_id(), any_shares(), any_price(stock, old.side), old.side};
    encoder_.order_replace(head(symbol), old.id, order.id, order.shares, order.price);
    forget(stock, i);
    stock.live.push_back(order);
  }

  void execute(std::uint32_t symbol) {
    Stock& stock = stocks_[symbol];
    if (stock.live.empty()) return add(symbol);
    const auto distance = [&](const Live& order) {
      return order.price > stock.middle ? order.price - stock.middle : stock.middle - order.price;
    };
    std::size_t best = random_.below(stock.live.size());
    for (int tries = 0; tries < 8; ++tries) {
      const std::size_t other = random_.below(stock.live.size());
      if (distance(stock.live[other]) < distance(stock.live[best])) best = other;
    }
    Live& order = stock.live[best];
    const bool is_whole = random_.below(2) == 0 || order.shares == 1;
    const auto taken =
        is_whole ? order.shares : static_cast<std::uint32_t>(1 + random_.below(order.shares - 1));
    if (random_.below(10) == 0) {
      encoder_.order_executed_with_price(head(symbol), order.id, taken, ++match_, 'Y', order.price);
    } else {
      encoder_.order_executed(head(symbol), order.id, taken, ++match_);
    }
    order.shares -= taken;
    if (order.shares == 0) forget(stock, best);
  }

  const ItchStream& stream_;
  Random random_;
  std::FILE* file_;
  ItchEncoder encoder_;
  std::vector<Stock> stocks_;
  std::vector<double> cumulative_;  // of activity
  std::uint64_t now_ns_ = 34'200'000'000'000;
  std::uint64_t id_ = 0;
  std::uint64_t match_ = 0;
};

}  // namespace

void write_itch_stream(const ItchStream& stream, const std::string& path) {
  Writer(stream, path).write();
}

}  // namespace lockstep::bench
