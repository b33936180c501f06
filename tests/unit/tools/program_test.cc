// The program from outside: what it says of itself, and what it says to a mistake.
#include "tests/support/program.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

using test::ProgramRun;

ProgramRun lockstep(const std::vector<std::string>& words) {
  return test::run_program(LOCKSTEP_PROGRAM, words);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t space = 0; !text.empty(); text.remove_prefix(std::min(text.size(), space + 1))) {
    space = std::min(text.find(' '), text.size());
    out.emplace_back(text.substr(0, space));
  }
  return out;
}

TEST(Program, states_its_version) {
  const ProgramRun run = lockstep({"--version"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "lockstep " LOCKSTEP_VERSION "\n");
  EXPECT_EQ(run.err, "");
}

TEST(Program, help_begins_with_an_example) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, {"-h"}, {"help"}, {"log", "--help"}}) {
    const ProgramRun run = lockstep(words);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.out.substr(0, 7), "Example");
    EXPECT_EQ(run.err, "");
  }
}

TEST(Program, every_verb_explains_itself_beginning_with_an_example) {
  for (const Verb& verb : verbs()) {
    SCOPED_TRACE(verb.name);
    std::vector<std::string> words = words_of(verb.name);
    words.emplace_back("--help");
    const ProgramRun run = lockstep(words);
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.err, "");
    const std::string beginning =
        "Example:\n  lockstep " + std::string(verb.example) + "\n\nUsage: lockstep " + std::string(verb.name);
    EXPECT_EQ(run.out.substr(0, beginning.size()), beginning);
    EXPECT_NE(run.out.find("--help"), std::string::npos);
    EXPECT_TRUE(verb.example.starts_with(verb.name));

    words.pop_back();
    words.insert(words.begin(), "help");
    EXPECT_EQ(lockstep(words).out, run.out) << "`lockstep help VERB` is the same";
  }
}

TEST(Program, without_a_verb_shows_what_there_is_and_says_that_it_did_nothing) {
  const ProgramRun run = lockstep({});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.out, "");
  for (const Verb& verb : verbs())
    EXPECT_NE(run.err.find("  " + std::string(verb.name) + " "), std::string::npos) << verb.name;
}

TEST(Program, an_unknown_verb_suggests_the_nearest) {
  const auto said = [](const std::vector<std::string>& words) {
    const ProgramRun run = lockstep(words);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    return run.err.substr(0, run.err.find('\n'));
  };
  EXPECT_EQ(said({"relpay"}), "lockstep: there is no verb \"relpay\"; did you mean \"replay\"?");
  EXPECT_EQ(said({"rnu", "x.toml"}), "lockstep: there is no verb \"rnu\"; did you mean \"run\"?");
  EXPECT_EQ(said({"xyzzy"}), "lockstep: there is no verb \"xyzzy\"; `lockstep --help` lists them");
  EXPECT_EQ(said({"log", "vrify"}), "lockstep: there is no verb \"log vrify\"; did you mean \"log verify\"?");
  EXPECT_EQ(said({"--json"}),
            "lockstep: there is no option --json before the verb; `lockstep --help` lists the verbs");
}

TEST(Program, a_wrong_option_suggests_the_nearest) {
  const auto said = [](const std::vector<std::string>& words) {
    const ProgramRun run = lockstep(words);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.out, "");
    return run.err;
  };
  EXPECT_EQ(said({"run", "--ste", "a=1"}),
            "lockstep run: there is no option --ste; did you mean --set?\nTry `lockstep run --help`.\n");
  EXPECT_EQ(said({"log", "cat", "x", "--formt=csv"}),
            "lockstep log cat: there is no option --formt; did you mean --format?\nTry `lockstep log cat "
            "--help`.\n");
  EXPECT_EQ(said({"demo", "--xyzzy"}),
            "lockstep demo: there is no option --xyzzy\nTry `lockstep demo --help`.\n");
  EXPECT_EQ(
      said({"run"}),
      "lockstep run: expected SCENARIO.toml [--set key=value]... [--out DIR]\nTry `lockstep run --help`.\n");
  EXPECT_EQ(said({"run", "a", "b"}), "lockstep run: too many arguments\nTry `lockstep run --help`.\n");
  EXPECT_EQ(
      said({"run", "a", "--out"}),
      "lockstep run: the required argument for option '--out' is missing\nTry `lockstep run --help`.\n");
  EXPECT_EQ(said({"record", "--out", "x"}),
            "lockstep record: --from is missing\nTry `lockstep record --help`.\n");
  EXPECT_EQ(said({"diff", "a"}), "lockstep diff: expected two runs\nTry `lockstep diff --help`.\n");
  EXPECT_EQ(
      said({"completion", "tcsh"}),
      "lockstep completion: expected bash, zsh or fish, found \"tcsh\"\nTry `lockstep completion --help`.\n");
  // No guessing: an option that is cut short today would be ambiguous tomorrow.
  EXPECT_EQ(said({"run", "a", "--unt", "2024-01-01"}).substr(0, 41),
            "lockstep run: there is no option --unt; d");
}

TEST(Program, a_full_disk_behind_its_output_is_an_error) {
  const ProgramRun run = test::run_shell(LOCKSTEP_PROGRAM " strategies > /dev/full");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.err, "");
}

TEST(Program, lists_the_strategies_with_every_parameter) {
  const ProgramRun text = lockstep({"strategies"});
  EXPECT_EQ(text.exit_code, 0);
  for (const char* name : {"market_maker: ", "mean_reversion: ", "momentum: ", "half_spread_bps", "time_stop",
                           "threshold_bps"}) {
    EXPECT_NE(text.out.find(name), std::string::npos) << name;
  }
  EXPECT_EQ(
      test::json_complaint(
          lockstep({"strategies", "--json"}).out,
          R"({s["name"]: len(s["parameters"]) for s in d} == {"market_maker": 6, "mean_reversion": 8, "momentum": 6, "script": 2}
      and set(d[0]["parameters"][0]) == {"name", "type", "unit",
      "default", "minimum", "maximum", "choices", "description"})"),
      "");
}

TEST(Completion, of_bash_gives_verbs_options_and_files) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "complete.bash") << lockstep({"completion", "bash"}).out;
  EXPECT_EQ(test::run_shell("bash -n " + (folder / "complete.bash")).exit_code, 0);
  // What bash would do on a tabulator after these words.
  const auto completed = [&](const std::string& words, int current) {
    const ProgramRun run =
        test::run_shell("source " + (folder / "complete.bash") + "; COMP_WORDS=(" + words +
                        "); COMP_CWORD=" + std::to_string(current) + "; _lockstep; echo \"${COMPREPLY[*]}\"");
    EXPECT_EQ(run.err, "");
    return run.out;
  };
  EXPECT_EQ(completed("lockstep lo", 1), "log\n");
  EXPECT_EQ(completed("lockstep re", 1), "record replay report\n");
  EXPECT_EQ(completed("lockstep log ''", 2), "info verify recover cat slice merge\n");
  EXPECT_EQ(completed("lockstep log ve", 2), "verify\n");
  EXPECT_EQ(completed("lockstep log cat --f", 3), "--from --format\n");
  EXPECT_EQ(completed("lockstep run --s", 2), "--set --seed\n");
  EXPECT_EQ(completed("lockstep run " + (folder / "compl"), 2), folder / "complete.bash\n");
}

TEST(Completion, of_zsh_and_fish_is_sound) {
  const testing::TemporaryFolder folder;
  for (const std::string shell : {"zsh", "fish"}) {
    const ProgramRun script = lockstep({"completion", shell});
    EXPECT_EQ(script.exit_code, 0);
    for (const Verb& verb : verbs()) {
      for (const std::string& word : words_of(verb.name))
        EXPECT_NE(script.out.find(word), std::string::npos) << word;
    }
    if (test::run_shell("command -v " + shell).exit_code != 0)
      continue;  // then nobody here would use it either
    std::ofstream(folder / shell) << script.out;
    const ProgramRun checked = test::run_shell(shell + " -n " + (folder / shell));
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
  }
}

TEST(Manual, names_every_verb_and_option_and_has_no_faults) {
  const testing::TemporaryFolder folder;
  const ProgramRun page = lockstep({"man"});
  EXPECT_EQ(page.exit_code, 0);
  EXPECT_EQ(page.out.substr(0, 14), ".TH LOCKSTEP 1");
  for (const Verb& verb : verbs())
    EXPECT_NE(page.out.find(".SS lockstep " + std::string(verb.name)), std::string::npos) << verb.name;
  EXPECT_NE(page.out.find(".SH EXIT STATUS"), std::string::npos);
  if (test::run_shell("command -v groff").exit_code != 0) GTEST_SKIP() << "needs groff to check the page";
  std::ofstream(folder / "lockstep.1") << page.out;
  const ProgramRun checked = test::run_shell("groff -man -Tascii -ww -z " + (folder / "lockstep.1"));
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.err, "");
}

}  // namespace
}  // namespace lockstep::tools
