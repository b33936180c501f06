// How a script that fails becomes smaller.
#include <algorithm>
#include <functional>

#include "tests/support/matching_script.h"

namespace lockstep::test {

using matching::BandKind;
using matching::Config;
using matching::Participant;
using matching::PriorityRule;
using matching::SelfTrade;
using matching::TimeInForce;

namespace {

template <class T>
void add_plainer(std::vector<T>& out, const T& original, auto field, auto plain) {
  if (original.*field == plain) return;
  out.push_back(original);
  out.back().*field = plain;
}

std::vector<Command> plainer(const Command& command, const Config& config) {
  std::vector<Command> out;
  const auto add = [&](const auto& original, auto field, auto plain) {
    if (original.*field == plain) return;
    auto changed = original;
    changed.*field = plain;
    out.emplace_back(changed);
  };
  if (const auto* order = std::get_if<matching::NewOrder>(&command)) {
    using Order = matching::NewOrder;
    add(*order, &Order::display_qty, Qty{0});
    add(*order, &Order::min_qty, Qty{0});
    add(*order, &Order::post_only, false);
    add(*order, &Order::self_trade, SelfTrade::venue_default);
    add(*order, &Order::participant, Participant{0});
    add(*order, &Order::tif, TimeInForce::gtc);
    if (order->qty > config.min_qty) {
      add(*order, &Order::qty, config.min_qty);
      add(*order, &Order::qty, order->qty - config.lot);
    }
  } else if (const auto* quote = std::get_if<matching::MassQuote>(&command)) {
    add(*quote, &matching::MassQuote::bid_qty, Qty{0});
    add(*quote, &matching::MassQuote::ask_qty, Qty{0});
  } else if (const auto* all = std::get_if<matching::CancelAll>(&command)) {
    add(*all, &matching::CancelAll::participant, matching::kEveryone);
    add(*all, &matching::CancelAll::side, Side::none);
    add(*all, &matching::CancelAll::day_only, false);
  }
  return out;
}

std::vector<Script> plainer_rules(const Script& script) {
  std::vector<Config> configs;
  const Config& config = script.config;
  add_plainer(configs, config, &Config::priority, PriorityRule::price_time);
  add_plainer(configs, config, &Config::top_order, false);
  add_plainer(configs, config, &Config::top_order_max, Qty{0});
  add_plainer(configs, config, &Config::min_allocation, Qty{0});
  add_plainer(configs, config, &Config::self_trade, SelfTrade::none);
  add_plainer(configs, config, &Config::any_change_loses_priority, false);
  add_plainer(configs, config, &Config::max_levels, std::uint32_t{0});
  add_plainer(configs, config, &Config::max_orders, std::uint32_t{200});
  add_plainer(configs, config, &Config::queue_when_halted, false);
  if (config.static_band.kind != BandKind::none) {
    configs.push_back(config);
    configs.back().static_band = {};
  }
  if (config.dynamic_band.kind != BandKind::none) {
    configs.push_back(config);
    configs.back().dynamic_band = {};
  }
  std::vector<Script> out;
  out.reserve(configs.size());
  for (const Config& plain : configs) out.push_back({plain, script.commands});
  return out;
}

// Leaves out runs of commands, long ones first.
bool leave_out(Script& script, const std::function<bool(const Script&)>& fails) {
  bool changed = false;
  for (std::size_t run = script.commands.size() / 2; run > 0; run /= 2) {
    for (std::size_t at = 0; at + run <= script.commands.size();) {
      Script shorter = script;
      const auto first = shorter.commands.begin() + static_cast<std::ptrdiff_t>(at);
      shorter.commands.erase(first, first + static_cast<std::ptrdiff_t>(run));
      if (fails(shorter)) {
        script = std::move(shorter);
        changed = true;
      } else {
        at += run;
      }
    }
  }
  return changed;
}

// Takes the first plainer script that still fails, as long as there is one.
bool make_plain(Script& script, const std::function<bool(const Script&)>& fails) {
  bool changed = false;
  const auto try_all = [&](const std::vector<Script>& candidates) {
    const auto found = std::find_if(candidates.begin(), candidates.end(), fails);
    if (found == candidates.end()) return false;
    script = Script(*found);
    return changed = true;
  };
  while (try_all(plainer_rules(script))) continue;
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    std::vector<Script> candidates;
    do {
      candidates.clear();
      for (const Command& command : plainer(script.commands[i], script.config)) {
        candidates.push_back(script);
        candidates.back().commands[i] = command;
      }
    } while (try_all(candidates));
  }
  return changed;
}

}  // namespace

Script reduced(Script script, const std::function<bool(const Script&)>& fails) {
  bool changed = true;
  while (changed) {
    changed = leave_out(script, fails);
    changed = make_plain(script, fails) || changed;
  }
  return script;
}

}  // namespace lockstep::test
