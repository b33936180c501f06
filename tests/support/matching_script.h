// Scripts for a matching engine: an instrument's rules and the commands given to it, with RapidCheck's
// generator and its shrinking, and as text. Made so that much happens: few prices, few participants, ids used
// again. For tests.
#pragma once

#include <rapidcheck.h>

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/matching/types.h"

namespace lockstep::test {

struct SetPhase {
  matching::Phase to = matching::Phase::closed;
};
struct SetReference {
  Price price = 0;
};
struct Restart {};  ///< save the engine's state and go on from it in a new one

using Command = std::variant<matching::NewOrder, matching::CancelOrder, matching::CancelAll,
                             matching::ReplaceOrder, matching::MassQuote, SetPhase, SetReference, Restart>;

struct Script {
  matching::Config config;
  std::vector<Command> commands;
};

/// Scripts of 1 to `max_commands` commands; as likely of one length as of another. RapidCheck does not shrink
/// them: it would try every run of commands, which takes minutes; `reduced` takes a moment.
rc::Gen<Script> any_script(int max_commands);

/// Scripts of just so many commands, in the course of which more than a thousand orders stand on hundreds of
/// levels.
rc::Gen<Script> any_deep_script(int commands);

/// A script that fails as well, with commands left out and what is left made plainer, until none of these
/// steps fails any more. Requires: `fails(script)`.
Script reduced(Script script, const std::function<bool(const Script&)>& fails);

/// Gives the command to any engine with the interface of MatchingEngine. Restart is the caller's business.
template <class Engine>
void give(Engine& engine, const Command& command, matching::Output& out) {
  struct Visitor {
    Engine& engine;
    matching::Output& out;
    void operator()(const matching::NewOrder& c) { engine.submit(c, out); }
    void operator()(const matching::CancelOrder& c) { engine.cancel(c, out); }
    void operator()(const matching::CancelAll& c) { engine.cancel_all(c, out); }
    void operator()(const matching::ReplaceOrder& c) { engine.replace(c, out); }
    void operator()(const matching::MassQuote& c) { engine.mass_quote(c, out); }
    void operator()(const SetPhase& c) { engine.set_phase(c.to, out); }
    void operator()(const SetReference& c) { engine.set_reference_price(c.price); }
    void operator()(const Restart&) {}
  };
  std::visit(Visitor{engine, out}, command);
}

std::string_view name_of(matching::Reason reason);
std::string_view name_of(matching::Phase phase);
/// `submit`, `cancel`, `cancel_all`, `replace`, `mass_quote`, `set_phase`, `set_reference`, `restart`.
std::string_view name_of(const Command& command);

/// One line each, without its end; of a message and a command only the fields that say something.
std::string to_text(const matching::Message& message);
std::string to_text(const Command& command);
std::string to_text(const matching::Config& config);
/// The rules, then the first `count` commands, numbered from 1.
std::string to_text(const Script& script, std::size_t count);

/// How RapidCheck shows a script: by its size, because the reduced one is what one reads.
void showValue(const Script& script, std::ostream& stream);

}  // namespace lockstep::test
