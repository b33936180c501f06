#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "tests/determinism/trial.h"

namespace lockstep::determinism {
namespace {

using Digests = std::map<std::string, std::string>;

// Lines `name digest`; those that begin with # are comments.
Digests parse(std::istream& lines) {
  Digests digests;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    std::string name;
    std::string digest;
    words >> name >> digest;
    digests[name] = digest;
  }
  return digests;
}

Digests golden() {
  std::ifstream file(LOCKSTEP_SOURCE "/tests/golden/digests.txt");
  EXPECT_TRUE(file.is_open()) << "tests/golden/digests.txt is missing";
  return parse(file);
}

// What the program prints in a process of its own, started with `environment` before it.
Digests printed_by_a_process(const std::string& environment) {
  const std::string command = "env " + environment + " " LOCKSTEP_DIGEST_PROGRAM;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  std::array<char, 4096> buffer;
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << command;
  std::istringstream lines(text);
  return parse(lines);
}

TEST(Scenarios, there_are_at_least_24_and_their_names_are_unique) {
  std::map<std::string, int> seen;
  for (const Scenario& scenario : all_scenarios()) EXPECT_EQ(++seen[scenario.name], 1) << scenario.name;
  EXPECT_GE(seen.size(), 24U);
}

TEST(Scenarios, each_is_valid_and_does_what_its_name_says) {
  for (const Scenario& scenario : all_scenarios()) {
    SCOPED_TRACE(scenario.name);
    const Status valid = feeds::validate(scenario.feed);
    ASSERT_TRUE(valid.ok()) << valid.error().text();
    const Result<Outcome> outcome = run(scenario);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text();
    EXPECT_GE(outcome->totals.fills, scenario.least.fills);
    EXPECT_GE(outcome->totals.denials, scenario.least.denials);
    EXPECT_GE(outcome->totals.gaps, scenario.least.gaps);
  }
}

TEST(Digests, every_scenario_has_its_golden_digest) {
  Digests found;
  for (const Scenario& scenario : all_scenarios()) {
    const Result<Outcome> outcome = run(scenario);
    ASSERT_TRUE(outcome.ok()) << scenario.name << ": " << outcome.error().text();
    found[scenario.name] = format_hex(outcome->digest);
  }
  EXPECT_EQ(found, golden());
}

TEST(Digests, a_second_run_in_the_same_process_is_the_same) {
  for (const Scenario& scenario : all_scenarios()) {
    const Result<Outcome> first = run(scenario);
    const Result<Outcome> second = run(scenario);
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_EQ(first->digest, second->digest) << scenario.name;
    EXPECT_EQ(first->totals.digest, second->totals.digest) << scenario.name;
  }
}

TEST(Digests, another_seed_gives_another_digest) {
  for (const Scenario& scenario : all_scenarios()) {
    Scenario other = scenario;
    ++other.feed.seed;
    const Result<Outcome> first = run(scenario);
    const Result<Outcome> second = run(other);
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_NE(first->totals.digest, second->totals.digest) << scenario.name;
  }
}

// Fresh memory holds other bytes, the stack begins elsewhere, and nothing may depend on it.
TEST(Digests, fresh_processes_agree_whatever_their_memory_and_environment) {
  const Digests expected = golden();
  for (const std::string& environment :
       {std::string("MALLOC_PERTURB_=0"), std::string("MALLOC_PERTURB_=85"),
        std::string("MALLOC_PERTURB_=255"), std::string("-i"), "PADDING=" + std::string(1, 'x'),
        "PADDING=" + std::string(4'097, 'x'), "PADDING=" + std::string(60'001, 'x'),
        std::string("LC_ALL=tr_TR.UTF-8 TZ=Asia/Kathmandu")}) {
    EXPECT_EQ(printed_by_a_process(environment), expected) << environment.substr(0, 40);
  }
}

}  // namespace
}  // namespace lockstep::determinism
