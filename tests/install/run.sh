#!/usr/bin/env bash
# usage: run.sh BUILD_DIR
# Installs the package of BUILD_DIR to a prefix inside it, builds the project of this folder against that prefix alone,
# and runs its strategy: one order, one position, and a replay that agrees.
set -euo pipefail
build=$(realpath "${1:?usage: run.sh BUILD_DIR}")
here=$(cd "$(dirname "$0")" && pwd)
prefix=$build/install/prefix
project=$build/install/project
rm -rf "$build/install"

cmake --install "$build" --prefix "$prefix" >/dev/null
"$prefix/bin/lockstep" --help | grep 'lockstep demo' >/dev/null
test -s "$prefix/share/man/man1/lockstep.1"
test -s "$prefix/share/bash-completion/completions/lockstep"

# A copy, so that nothing of the tree can be found beside it.
cp -r "$here" "$project"
cmake -S "$project" -B "$project/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$project/build"

cd "$project"
build/my_lockstep run buy_and_hold.toml --out run --json >summary.json
python3 - <<'PY'
import json
run = json.load(open("summary.json"))
assert run["strategies"] == ["buy_and_hold"], run["strategies"]
assert run["orders"] == 1 and run["fills"] >= 1, run
PY
build/my_lockstep replay run/journal.lsr
echo "install: a stranger's strategy was built, run and replayed"
