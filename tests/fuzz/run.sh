#!/usr/bin/env bash
# usage: run.sh DIR SECONDS [JOBS]
# Runs every libFuzzer target of DIR for so many seconds, from its seeds in tests/fuzz/corpus/NAME; what it finds new is
# kept beside the target. Exits 1 if one crashed, and says with which input.
set -euo pipefail
readonly targets=${1:?usage: run.sh DIR SECONDS [JOBS]} seconds=${2:?how many seconds each?} jobs=${3:-2}
seeds=$(cd "$(dirname "$0")" && pwd)/corpus
export targets seconds seeds

fuzz() {
  local name=$1 dir=$targets/$1.work code=0
  mkdir -p "$dir/corpus"
  local corpora=("$dir/corpus")
  [[ -d $seeds/${name%_fuzz} ]] && corpora+=("$seeds/${name%_fuzz}")
  "$targets/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$dir/" \
    "${corpora[@]}" >"$dir/log" 2>&1 || code=$?
  if ((code == 0)); then
    printf '%-28s ok      %s\n' "$name" "$(grep -o 'Done .*' "$dir/log")"
  else
    printf '%-28s CRASHED, see %s\n' "$name" "$dir/log"
    grep -E 'ERROR|runtime error|Test unit written' "$dir/log" | head -5
  fi
  return "$code"
}
export -f fuzz

names=$(find "$targets" -maxdepth 1 -type f -executable -name '*_fuzz' -printf '%f\n' | sort)
[[ -n $names ]] || { echo "no fuzz targets in $targets"; exit 1; }
xargs -P "$jobs" -n 1 bash -c 'set -e; fuzz "$1"' fuzz <<<"$names" || exit 1
