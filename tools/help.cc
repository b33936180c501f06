// `lockstep completion SHELL` and `lockstep man`: made from the list of verbs, so that they cannot fall
// behind it.
#include <fmt/core.h>

#include <set>

#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description completion_options() {
  po::options_description list;
  list.add_options()("shell", po::value<std::string>()->required(), "bash, zsh or fish");
  return list;
}

po::options_description no_options() {
  return po::options_description();
}

std::vector<std::string> long_options(const Verb& verb) {
  std::vector<std::string> out = {"--help"};
  for (const po::options_description all = verb.options(); const auto& option : all.options()) {
    if (option->long_name() != verb.positional) out.push_back("--" + option->long_name());
  }
  return out;
}

// First words of all verbs, each once, in order of appearance.
std::vector<std::string> first_words() {
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const Verb& verb : verbs()) {
    const std::string word(verb.name.substr(0, verb.name.find(' ')));
    if (seen.insert(word).second) out.push_back(word);
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string second_words(const std::string& first) {
  std::vector<std::string> out;
  for (const Verb& verb : verbs()) {
    if (verb.name.starts_with(first + " ")) out.emplace_back(verb.name.substr(first.size() + 1));
  }
  return joined(out);
}

// One line of a `case` per verb, and one per verb of two words; bash and zsh read them alike.
std::string option_cases() {
  std::string out;
  for (const Verb& verb : verbs())
    out += fmt::format("    '{}') list='{}' ;;\n", verb.name, joined(long_options(verb)));
  return out;
}

std::string group_cases() {
  std::string out;
  for (const std::string& word : first_words()) {
    if (const std::string second = second_words(word); !second.empty())
      out += fmt::format("    {}) list='{}' ;;\n", word, second);
  }
  return out;
}

std::string bash_script() {
  return fmt::format(R"(_lockstep() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} verb=${{COMP_WORDS[1]}} list=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{}' -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$verb" in
{}    esac
    if [ -n "$list" ]; then
      COMPREPLY=($(compgen -W "$list" -- "$current"))
      return
    fi
  fi
  case "$verb" in
{}  esac
  if [ -n "$list" ]; then verb="$verb ${{COMP_WORDS[2]}}"; fi
  list=''
  case "$verb" in
{}  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$list" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}}
complete -o filenames -F _lockstep lockstep
)",
                     joined(first_words()), group_cases(), group_cases(), option_cases());
}

// Works as a file of the completion path as well as when it is read in.
std::string zsh_script() {
  return fmt::format(R"(#compdef lockstep
_lockstep() {{
  local verb=$words[2] second=$words[3] current=$words[CURRENT] list=''
  if (( CURRENT == 2 )); then
    compadd -- {}
    return
  fi
  case "$verb" in
{}  esac
  if [[ -n $list ]]; then
    if (( CURRENT == 3 )); then
      compadd -- ${{=list}}
      return
    fi
    verb="$verb $second"
  fi
  list=''
  case "$verb" in
{}  esac
  if [[ $current == -* ]]; then
    compadd -- ${{=list}}
  else
    _files
  fi
}}
if [[ $funcstack[1] == _lockstep ]]; then
  _lockstep "$@"
else
  compdef _lockstep lockstep
fi
)",
                     joined(first_words()), group_cases(), option_cases());
}

std::string fish_script() {
  std::string out = "complete -c lockstep -f -n __fish_use_subcommand -a '" + joined(first_words()) + "'\n";
  for (const Verb& verb : verbs()) {
    const std::size_t space = verb.name.find(' ');
    const std::string first(verb.name.substr(0, space));
    std::string condition = "__fish_seen_subcommand_from " + first;
    if (space != std::string_view::npos) {
      const std::string second(verb.name.substr(space + 1));
      out += fmt::format("complete -c lockstep -n '__fish_seen_subcommand_from {}' -a '{}' -d '{}'\n", first,
                         second, verb.about);
      condition += "; and __fish_seen_subcommand_from " + second;
    }
    for (const po::options_description all = verb.options(); const auto& option : all.options()) {
      if (option->long_name() == verb.positional) continue;
      std::string about = option->description();
      std::erase(about, '\'');
      out += fmt::format("complete -c lockstep -n '{}' -l '{}' -d '{}'\n", condition, option->long_name(),
                         about);
    }
  }
  return out;
}

int run_completion(const OptionValues& values, std::span<const StrategyFactory>) {
  const std::string shell = text_of(values, "shell");
  if (shell == "bash") {
    fmt::print("{}", bash_script());
  } else if (shell == "zsh") {
    fmt::print("{}", zsh_script());
  } else if (shell == "fish") {
    fmt::print("{}", fish_script());
  } else {
    return fail_usage("completion", "expected bash, zsh or fish, found \"" + shell + "\"");
  }
  return kExitOk;
}

// A line of roff: a leading dot or quote would be a command, and a dash a hyphen.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

int run_man(const OptionValues&, std::span<const StrategyFactory>) {
  fmt::print(".TH LOCKSTEP 1 \"\" \"lockstep {}\" \"User Commands\"\n", LOCKSTEP_VERSION);
  fmt::print(".SH NAME\nlockstep \\- run a trading strategy through one deterministic core\n");
  fmt::print(".SH SYNOPSIS\n.B lockstep\n.I VERB\n[options]\n.SH VERBS\n");
  for (const Verb& verb : verbs()) {
    fmt::print(".SS lockstep {} {}\n{}.\n", roff(verb.name), roff(verb.synopsis), roff(verb.about));
    for (const po::options_description all = verb.options(); const auto& option : all.options()) {
      if (option->long_name() == verb.positional) continue;
      fmt::print(".TP\n.B \\-\\-{}\n{}\n", roff(option->long_name()), roff(option->description()));
    }
    fmt::print(".PP\nExample:\n.PP\n.nf\nlockstep {}\n.fi\n", roff(verb.example));
  }
  fmt::print(
      ".SH EXIT STATUS\n0 done; 1 the work failed or a check did not hold; 2 usage or bad scenario; 3 done, "
      "but data was lost or "
      "repaired.\n");
  return kExitOk;
}

}  // namespace

std::vector<Verb> help_verbs() {
  return {
      {"completion", "bash|zsh|fish", "print a completion script for a shell",
       "completion bash > /etc/bash_completion.d/lockstep", completion_options, "shell", 1, run_completion},
      {"man", "", "print the manual page", "man > lockstep.1", no_options, "", 0, run_man}};
}

}  // namespace lockstep::tools
