// A difference between two runs, for people and for machines. Shared by `diff` and `test`.
#pragma once

#include <string>

#include "scenarios/diff.h"

namespace lockstep::tools {

/// Prints it on standard output, several lines; the names stand for the runs.
void print_diff(const scenarios::RunDiff& diff, const std::string& name_a, const std::string& name_b);

/// One JSON object.
std::string diff_json(const scenarios::RunDiff& diff);

}  // namespace lockstep::tools
