// Each rule against a text that keeps it and texts that break it.
#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace lockstep::tidy {
namespace {

// Written in pieces, so that the rules do not find their own tests.
const std::string kTodo =
    "// TO"
    "DO: later\n";
const std::string kNolint =
    "NO"
    "LINT";

TEST(Tidy, comments_and_literals_are_no_code) {
  EXPECT_EQ(code_only("a // rand()\nb"), "a          \nb");
  EXPECT_EQ(code_only("a /* x\ny */ b"), "a     \n     b");
  EXPECT_EQ(code_only(R"(f("a\"b", 'c'))"), R"(f("    ", ' '))");
  EXPECT_EQ(code_only("x = 1'000'000; y"), "x = 1'000'000; y");
  EXPECT_EQ(code_only("R\"re(\"rand())re\" z"), "                 z");
}

TEST(Tidy, a_folder_includes_only_towards_the_engine) {
  EXPECT_TRUE(
      include_directions("sim/venue.cc", "#include \"engine/core/time.h\"\n#include <vector>\n").empty());
  EXPECT_TRUE(include_directions("tools/run.cc", "#include \"scenarios/scenario.h\"\n").empty());
  EXPECT_EQ(include_directions("sim/venue.cc", "\n#include \"feeds/files/input.h\"\n"),
            Findings{"sim/venue.cc:2: may not include feeds/files/input.h"});
  EXPECT_EQ(include_directions("engine/session.cc", "#include \"sim/venue.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("recordings/log.cc", "#include \"feeds/files/input.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("scenarios/assembly.cc", "#include \"tools/lockstep.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("feeds/synthetic/walk.cc", "#include \"feeds/files/input.h\"\n").size(), 1U);
}

TEST(Tidy, the_layers_of_the_engine_look_down_only) {
  EXPECT_TRUE(include_directions("engine/risk/risk.cc", "#include \"engine/portfolio/order.h\"\n").empty());
  EXPECT_TRUE(include_directions("engine/session.cc", "#include \"engine/risk/risk.h\"\n").empty());
  EXPECT_EQ(include_directions("engine/strategy/momentum.cc", "#include \"engine/risk/risk.h\"\n").size(),
            1U);
  EXPECT_EQ(include_directions("engine/core/time.cc", "#include \"engine/event/event.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("engine/book/books.cc", "#include \"engine/portfolio/order.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("engine/session.cc", "#include \"engine/metrics/sharpe.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("engine/metrics/sharpe.cc", "#include \"engine/promotion/stage.h\"\n").size(),
            1U);
}

TEST(Tidy, our_own_headers_are_named_from_the_root_and_in_quotes) {
  EXPECT_EQ(include_directions("engine/core/time.cc", "#include \"time.h\"\n").size(), 1U);
  EXPECT_EQ(include_directions("engine/core/time.cc", "#include <engine/core/time.h>\n").size(), 1U);
}

TEST(Tidy, a_package_is_used_in_its_own_place) {
  EXPECT_TRUE(
      package_places("recordings/log.cc", "#include <capnp/message.h>\n#include <H5Cpp.h>\n").empty());
  EXPECT_TRUE(package_places("tests/unit/core/math_test.cc", "#include <mpfr.h>\n").empty());
  EXPECT_TRUE(package_places("sim/venue.cc", "#include <fmt/format.h>\n").empty());
  EXPECT_EQ(package_places("tools/log.cc", "#include <capnp/message.h>\n"),
            Findings{"tools/log.cc:1: Cap'n Proto has no place here: capnp/message.h"});
  EXPECT_EQ(package_places("tools/log.cc", "#include \"recordings/log.capnp.h\"\n").size(), 1U);
  EXPECT_EQ(package_places("scenarios/result.cc", "#include <H5Cpp.h>\n").size(), 1U);
  EXPECT_EQ(package_places("recordings/log.cc", "#include <simdjson.h>\n").size(), 1U);
  EXPECT_EQ(package_places("tools/run.cc", "#include <toml++/toml.h>\n").size(), 1U);
  EXPECT_EQ(package_places("scenarios/read.cc", "#include <boost/program_options.hpp>\n").size(), 1U);
  EXPECT_EQ(package_places("feeds/files/input.cc", "#include <boost/beast.hpp>\n").size(), 1U);
  EXPECT_EQ(package_places("engine/core/math.cc", "#include <Eigen/Dense>\n").size(), 1U);
  EXPECT_EQ(package_places("engine/core/random.h", "#include <Random123/philox.h>\n").size(), 1U);
  EXPECT_EQ(package_places("sim/venue.cc", "#include <gtest/gtest.h>\n").size(), 1U);
}

TEST(Tidy, the_pure_folders_know_no_clock_no_thread_and_no_environment) {
  for (const char* text :
       {"#include <chrono>", "#include <unordered_map>", "#include <iostream>",
        "auto t = steady_clock::now();", "auto t = time(nullptr);", "auto t = std::time(nullptr);",
        "auto t = ::time(nullptr);", "std::mutex m;", "std::thread t;",
        "const char* home = getenv(\"HOME\");", "int r = rand();", "return rand();", "std::mt19937_64 r;",
        "std::normal_distribution<double> d;", "std::shuffle(a, b, r);", "auto h = std::hash<int>{}(3);",
        "std::unordered_set<int> s;", "thread_local int x;", "double d = std::stod(s);"}) {
    EXPECT_FALSE(pure_words("engine/core/x.cc", text).empty()) << text;
    EXPECT_FALSE(pure_words("sim/x.h", text).empty()) << text;
    EXPECT_FALSE(pure_words("feeds/synthetic/x.cc", text).empty()) << text;
    EXPECT_TRUE(pure_words("tools/x.cc", text).empty()) << text;
    EXPECT_TRUE(pure_words("feeds/files/x.cc", text).empty()) << text;
  }
}

TEST(Tidy, words_that_only_look_like_them_are_left_alone) {
  for (const char* text :
       {"// the wall clock and std::rand() never enter", "Error{\"getenv(HOME) is unset\"}", "event.time()",
        "Time time() const;", "clock.now()", "random.shuffle(items)", "hash_ = hash(value);",
        "void log(Event event);", "journal->log(x);"}) {
    EXPECT_TRUE(pure_words("engine/session.cc", text).empty()) << text;
  }
}

TEST(Tidy, the_pure_folders_call_of_libm_only_what_is_exact) {
  for (const char* text :
       {"x = std::sqrt(y);", "x = std::fabs(y);", "x = std::floor(y);", "x = std::ceil(y);",
        "x = std::trunc(y);", "x = std::abs(y);", "x = math::exp(y);"}) {
    EXPECT_TRUE(pure_words("sim/latency.cc", text).empty()) << text;
  }
  for (const char* text :
       {"x = std::exp(y);", "x = ::pow(y, 2);", "x = log(y);", "return sin(y);", "x = std::fma(a, b, c);"}) {
    EXPECT_EQ(pure_words("sim/latency.cc", text).size(), 1U) << text;
  }
  EXPECT_TRUE(pure_words("engine/core/math_exp.cc", "return exp(y) - 1;").empty()) << "there it is our own";
  EXPECT_EQ(pure_words("engine/core/math_exp.cc", "return std::exp(y) - 1;").size(), 1U);
}

TEST(Tidy, a_header_opens_with_a_comment_and_is_included_once) {
  EXPECT_TRUE(header_shape("sim/venue.h", "// What this is.\n#pragma once\n").empty());
  EXPECT_EQ(header_shape("sim/venue.h", "#pragma once\n").size(), 1U);
  EXPECT_EQ(header_shape("sim/venue.h", "// What this is.\n").size(), 1U);
}

TEST(Tidy, lines_and_files_have_a_size_one_can_read) {
  EXPECT_TRUE(layout("a.cc", std::string(120, 'x') + "\n").empty());
  EXPECT_EQ(layout("a.cc", std::string(121, 'x') + "\n"), Findings{"a.cc:1: longer than 120 columns"});
  EXPECT_TRUE(layout("a.md", std::string(500, 'x') + "\n").empty());
  const std::string quoted = std::string("f(R") + "\"(" + std::string(130, 'x');
  EXPECT_TRUE(layout("a.cc", quoted + "\n" + std::string(130, 'y') + ")\");\n").empty());
  EXPECT_EQ(layout("a.cc", quoted + ")\");\n" + std::string(130, 'y') + "\n").size(), 1U);
  EXPECT_EQ(layout("a.cc", "\tx\n"), Findings{"a.cc:1: a tab"});
  EXPECT_EQ(layout("a.cc", "x \n"), Findings{"a.cc:1: a space at the end of the line"});
  std::string long_file;
  for (int i = 0; i < 600; ++i) long_file += "x\n";
  EXPECT_TRUE(layout("a.cc", long_file).empty());
  EXPECT_EQ(layout("a.cc", long_file + "x\n").size(), 1U);
}

TEST(Tidy, nothing_unfinished_or_unexplained_is_left_behind) {
  EXPECT_EQ(leftovers("a.cc", "\n" + kTodo), Findings{"a.cc:2: an unfinished-work mark"});
  EXPECT_EQ(leftovers("a.cc",
                      "// FIX"
                      "ME\n")
                .size(),
            1U);
  EXPECT_EQ(leftovers("a.cc", "x;  // " + kNolint + "\n").size(), 1U);
  EXPECT_EQ(leftovers("a.cc", "x;  // " + kNolint + "(bugprone-x)\n").size(), 1U);
  EXPECT_TRUE(leftovers("a.cc", "x;  // " + kNolint + "(bugprone-x): the kernel wants it so\n").empty());
  EXPECT_EQ(leftovers("run.sh",
                      "cd /ho"
                      "me/me/lockstep\n")
                .size(),
            1U);
  EXPECT_EQ(leftovers("CMakeLists.txt",
                      "add_compile_options(-ffast"
                      "-math)\n")
                .size(),
            1U);
}

TEST(Tidy, every_compile_command_forbids_fused_products_and_sums) {
  EXPECT_TRUE(compile_flags("g++ -O2 -ffp-contract=off -c x.cc").empty());
  EXPECT_EQ(compile_flags("g++ -O2 -c x.cc").size(), 1U);
  EXPECT_EQ(compile_flags("g++ -ffp-contract=off -ffast"
                          "-math -c x.cc")
                .size(),
            1U);
}

TEST(Tidy, the_folders_at_the_root_are_fixed) {
  EXPECT_TRUE(root_folder_is_allowed("engine"));
  EXPECT_TRUE(root_folder_is_allowed("build-clang"));
  EXPECT_FALSE(root_folder_is_allowed("common"));
  EXPECT_FALSE(root_folder_is_allowed("docs"));
}

}  // namespace
}  // namespace lockstep::tidy
