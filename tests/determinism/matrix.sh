#!/usr/bin/env bash
# usage: matrix.sh BUILD_DIR [JOBS]
# Compiles the pure code (engine, sim, feeds/synthetic, the scenarios here), digest_main.cc and math_digest.cc by every
# compiler, level and processor of the table below, runs them, and compares every line `name digest` with
# tests/golden/*digests.txt, and so with the other builds. Exits 1 on any difference, and names it.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly out=${1:?usage: matrix.sh BUILD_DIR [JOBS]} jobs=${2:-2}
readonly golden=$(echo tests/golden/*digests.txt)

# name | compiler | flags | architecture | how to run
readonly table="\
gcc-O0        | g++-12 | -O0 | x86-64 |
gcc-O2        | g++-12 | -O2 -g1 | x86-64 |
gcc-O3        | g++-12 | -O3 -march=native | x86-64 |
clang-O0      | clang++-14 | -O0 | x86-64 |
clang-O2      | clang++-14 | -O2 | x86-64 |
clang-O3      | clang++-14 | -O3 -march=native | x86-64 |
aarch64-O2    | aarch64-linux-gnu-g++ | -O2 | aarch64 | qemu-aarch64 -L /usr/aarch64-linux-gnu
sanitizers    | g++-12 | -O1 -fsanitize=address,undefined -fno-sanitize-recover=all | x86-64 |"
readonly common="-std=c++20 -ffp-contract=off -I."

readonly programs="digest_main math_digest"
sources=$(find engine sim feeds/synthetic tests/determinism -name '*.cc' -not -name '*_test.cc' | LC_ALL=C sort)
launcher=$(command -v ccache || true)
export launcher common

# One object; called by xargs with: compiler, flags, source, object.
compile() {
  mkdir -p "$(dirname "$4")"
  # shellcheck disable=SC2086
  $launcher $1 $common $2 -c "$3" -o "$4"
}
export -f compile

mkdir -p "$out"
rm -f "$out"/*.digests
while IFS='|' read -r name compiler flags arch runner; do
  read -r name <<<"$name"; read -r compiler <<<"$compiler"; read -r flags <<<"$flags"; read -r runner <<<"${runner:-}"
  dir=$out/$name
  rm -rf "$dir" && mkdir -p "$dir"  # ccache keeps what has not changed
  for source in $sources; do
    printf '%s\0%s\0%s\0%s\0' "$compiler" "$flags" "$source" "$dir/${source%.cc}.o"
  done | xargs -0 -n 4 -P "$jobs" bash -c 'compile "$@"' compile
  for program in $programs; do
    objects=$(find "$dir" -name '*.o' -not -name digest_main.o -not -name math_digest.o)
    $compiler $flags $objects "$dir/tests/determinism/$program.o" -o "$dir/$program"
    $runner "$dir/$program" >"$dir/$program.out"
  done
  (cd "$dir" && cat ./*.out) >"$out/$name.digests"
  printf '%-11s built and run\n' "$name" >&2
done <<<"$table"

# Every build against the golden files, line by line; a name that only one side knows differs too. Builds that differ
# in the same way are told once.
lines() { awk 'NF && !/^#/ { print $1, $2 }' "$@" | LC_ALL=C sort; }
lines $golden >"$out/golden"
declare -A told=()
failed=0
printf '\n%-22s %-60s %-8s %s\n' compiler flags arch result
while IFS='|' read -r name compiler flags arch _; do
  read -r name <<<"$name"
  differences=$(lines "$out/$name.digests" | diff "$out/golden" - | grep '^[<>]' || true)
  result="same ($(wc -l <"$out/golden") digests)"
  if [[ -n $differences ]]; then
    failed=1
    result="DIFFERENT${told[$differences]:+, as $(xargs <<<"${told[$differences]}")}"
    told[$differences]=${told[$differences]:-$compiler $flags}
  fi
  printf '%-22s %-60s %-8s %s\n' $compiler "$(xargs <<<"$flags")" $arch "$result"
  [[ $result != DIFFERENT ]] || sed 's/^</    expected:/; s/^>/    found:   /' <<<"$differences"
done <<<"$table"
exit $failed
