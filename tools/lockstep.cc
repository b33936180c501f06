#include "tools/lockstep.h"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <sstream>
#include <utility>

#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

std::vector<Verb> make_verbs() {
  std::vector<Verb> list = {demo_verb(), run_verb(),  record_verb(), replay_verb(),
                            diff_verb(), test_verb(), report_verb()};
  for (const Verb& verb : log_verbs()) list.push_back(verb);
  list.push_back(calibrate_verb());
  list.push_back(strategies_verb());
  list.push_back(venues_verb());
  for (const Verb& verb : help_verbs()) list.push_back(verb);
  return list;
}

void print_verbs(std::FILE* to, std::string_view beginning) {
  for (const Verb& verb : verbs()) {
    if (verb.name.starts_with(beginning)) fmt::print(to, "  {:<13} {}\n", verb.name, verb.about);
  }
}

void print_overview(std::FILE* to) {
  fmt::print(to,
             "Examples:\n  lockstep demo                        record, replay and report a small session\n");
  fmt::print(to, "  lockstep run SCENARIO.toml           one run of a scenario\n\n");
  fmt::print(to, "lockstep {}: run a trading strategy through one deterministic core\n\nVerbs:\n",
             LOCKSTEP_VERSION);
  print_verbs(to, "");
  fmt::print(to,
             "\n`lockstep VERB --help` shows a verb's options. Exit codes: 0 ok; 1 the work failed or a "
             "check did not hold;\n"
             "2 usage or bad scenario; 3 done, but data was lost or repaired.\n");
}

// The nearest name, the one with two neighbouring letters the other way round, or the one that begins like
// this.
std::string_view suggest(const std::string& word, std::span<const std::string_view> names) {
  if (const std::string_view near = nearest(word, names); !near.empty()) return near;
  for (std::size_t i = 1; i < word.size(); ++i) {
    std::string swapped = word;
    std::swap(swapped[i - 1], swapped[i]);
    const auto found = std::find(names.begin(), names.end(), swapped);
    if (found != names.end()) return *found;
  }
  const auto longer =
      std::find_if(names.begin(), names.end(), [&](std::string_view name) { return name.starts_with(word); });
  return longer == names.end() || word.empty() ? std::string_view() : *longer;
}

po::options_description options_of(const Verb& verb) {
  po::options_description options = verb.options();
  options.add_options()("help,h", "show this help");
  return options;
}

void print_help(const Verb& verb) {
  std::ostringstream options;
  po::options_description shown("Options");
  for (const po::options_description all = options_of(verb); const auto& option : all.options()) {
    if (option->long_name() != verb.positional) shown.add(option);
  }
  options << shown;
  fmt::print("Example:\n  lockstep {}\n\nUsage: lockstep {} {}\n\n{}\n\n{}", verb.example, verb.name,
             verb.synopsis, verb.about, options.str());
}

int run_parsed(const Verb& verb, const std::vector<std::string>& arguments,
               std::span<const StrategyFactory> strategies) {
  const po::options_description options = options_of(verb);
  po::positional_options_description positional;
  if (!verb.positional.empty()) positional.add(std::string(verb.positional).c_str(), verb.positional_count);
  OptionValues values;
  try {
    namespace style = po::command_line_style;
    const int strict = style::default_style & ~style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(options).positional(positional).style(strict).run(),
              values);
    if (values.count("help") != 0) {
      print_help(verb);
      return kExitOk;
    }
    po::notify(values);
  } catch (const po::unknown_option& failure) {
    std::string given = failure.get_option_name();
    given.erase(0, given.find_first_not_of('-'));
    given.erase(std::min(given.size(), given.find('=')));
    std::vector<std::string> names;
    for (const auto& option : options.options()) names.push_back(option->long_name());
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view near = suggest(given, views);
    return fail_usage(verb.name, "there is no option --" + given +
                                     (near.empty() ? "" : "; did you mean --" + std::string(near) + "?"));
  } catch (const po::too_many_positional_options_error&) {
    return fail_usage(verb.name, "too many arguments");
  } catch (const po::required_option& failure) {
    std::string name = failure.get_option_name();
    name.erase(0, name.find_first_not_of('-'));
    return fail_usage(verb.name, name == verb.positional ? "expected " + std::string(verb.synopsis)
                                                         : "--" + name + " is missing");
  } catch (const po::error& failure) {
    return fail_usage(verb.name, failure.what());
  }
  return verb.run(values, strategies);
}

// `log` alone, or with a word that is no verb.
int explain_group(const std::vector<std::string>& arguments, std::span<const std::string_view> names) {
  const std::string& group = arguments[0];
  const bool wants_help = arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h");
  std::FILE* to = wants_help ? stdout : stderr;
  if (arguments.size() > 1 && !wants_help) {
    const std::string given = group + " " + arguments[1];
    const std::string_view near = suggest(given, names);
    fmt::print(to, "lockstep: there is no verb \"{}\"{}\n\n", given,
               near.empty() ? "" : "; did you mean \"" + std::string(near) + "\"?");
  }
  const auto first = std::find_if(verbs().begin(), verbs().end(),
                                  [&](const Verb& verb) { return verb.name.starts_with(group + " "); });
  fmt::print(to, "Example:\n  lockstep {}\n\nVerbs of `lockstep {}`:\n", first->example, group);
  print_verbs(to, group + " ");
  return wants_help ? kExitOk : kExitUsage;
}

int dispatch(std::vector<std::string> arguments, std::span<const StrategyFactory> strategies) {
  if (arguments.empty()) {
    print_overview(stderr);
    return kExitUsage;
  }
  if (arguments[0] == "help" && arguments.size() > 1) {  // `help log info` is `log info --help`
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  if (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    print_overview(stdout);
    return kExitOk;
  }
  if (arguments[0] == "--version") {
    fmt::print("lockstep {}\n", LOCKSTEP_VERSION);
    return kExitOk;
  }
  // Two words first: `log info`.
  for (const std::size_t words : {std::size_t{2}, std::size_t{1}}) {
    if (arguments.size() < words) continue;
    const std::string name = words == 2 ? arguments[0] + " " + arguments[1] : arguments[0];
    for (const Verb& verb : verbs()) {
      if (verb.name != name) continue;
      arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(words));
      return run_parsed(verb, arguments, strategies);
    }
  }
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  const bool is_group = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return name.starts_with(arguments[0] + " ");
  });
  if (is_group) return explain_group(arguments, names);
  if (arguments[0].starts_with('-')) {
    fmt::print(stderr, "lockstep: there is no option {} before the verb; `lockstep --help` lists the verbs\n",
               arguments[0]);
    return kExitUsage;
  }
  const std::string_view near = suggest(arguments[0], names);
  fmt::print(
      stderr, "lockstep: there is no verb \"{}\"{}\n", arguments[0],
      near.empty() ? "; `lockstep --help` lists them" : "; did you mean \"" + std::string(near) + "\"?");
  return kExitUsage;
}

}  // namespace

std::span<const Verb> verbs() {
  static const std::vector<Verb> list = make_verbs();
  return list;
}

Status keep_inputs(const std::string& out, const std::vector<std::string>& inputs) {
  for (const std::string& input : inputs) {
    std::error_code missing;
    if (std::filesystem::equivalent(out, input, missing)) {
      return Error{ErrorCode::bad_input, "--out " + out, "is the file that is read; name another"};
    }
  }
  return Done{};
}

int fail(const Error& error) {
  fmt::print(stderr, "lockstep: {}\n", error.text());
  return error.code == ErrorCode::bad_input ? kExitUsage : kExitFailed;
}

int fail_usage(std::string_view verb, const std::string& what) {
  fmt::print(stderr, "lockstep {}: {}\nTry `lockstep {} --help`.\n", verb, what, verb);
  return kExitUsage;
}

}  // namespace lockstep::tools

namespace lockstep {

int main(int argc, const char* const* argv, std::span<const StrategyFactory> own_strategies) {
  std::vector<StrategyFactory> strategies(own_strategies.begin(), own_strategies.end());
  for (const StrategyFactory& builtin : builtin_strategies()) {
    const bool is_replaced =
        std::any_of(own_strategies.begin(), own_strategies.end(),
                    [&](const StrategyFactory& own) { return own.name == builtin.name; });
    if (!is_replaced) strategies.push_back(builtin);
  }
  std::signal(
      SIGXFSZ,
      SIG_IGN);  // a limit on file sizes is then an error like a full disk, with a readable prefix left
  try {
    const int code = tools::dispatch({argv + 1, argv + argc}, strategies);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    std::fputs("lockstep: standard output cannot be written; is the disk full?\n", stderr);
  } catch (const std::exception& failure) {  // from a library or for want of memory; ours are values
    // Not by fmt, which throws where standard error cannot be written: that may be what brought us here.
    std::fprintf(stderr, "lockstep: stopped by an unexpected failure: %s\n", failure.what());
  }
  return tools::kExitFailed;
}

}  // namespace lockstep
