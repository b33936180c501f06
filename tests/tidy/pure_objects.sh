#!/usr/bin/env bash
# usage: pure_objects.sh OBJECT_OR_ARCHIVE ...
# Reads what the linker would see of the pure code, which no clever spelling in a source can hide:
#   - it calls nothing of libm but what IEEE 754 pins to the last bit, and no clock, environment, file or thread;
#   - it holds no variable that could be written: no globals, no statics with state.
set -euo pipefail

exact='sqrt|sqrtf|floor|ceil|trunc|fabs'
libm=$(nm -D --defined-only "$(gcc -print-file-name=libm.so.6)" |
  awk '{ sub(/@.*/, "", $3); print $3 }' | grep -vxE "$exact")
impure='time|clock|clock_gettime|gettimeofday|getenv|secure_getenv|rand|srand|random|setlocale|newlocale|fopen|open'
impure+='|read|write'
impure+='|mmap|system|pthread_.*|_ZNSt6chrono.*3nowEv|_ZNSt13random_device.*|_ZNSt6locale.*|_ZNSt6thread.*'

# engine/core/check.cc alone may print: a failed check says so before it stops the program.
symbols=$(nm -A -f sysv "$@" | tr -d ' ' | grep -v '^[^|]*check\.cc\.o:')

found=0
if calls=$(awk -F'|' '$3 == "U" { n = split($1, path, ":"); print path[n-1] " " path[n] }' <<<"$symbols" |
    grep -E " ($(tr '\n' '|' <<<"$libm")$impure)$"); then
  printf 'A pure object calls:\n%s\n' "$calls"
  found=1
fi
if variables=$(awk -F'|' '($4 == "OBJECT" || $4 == "TLS") && $7 ~ /^\.(data|bss|tdata|tbss)/ &&
    $7 !~ /^\.data\.rel\.(ro|local\.DW\.ref)/ {  # tables that only the loader writes
    n = split($1, path, ":"); print path[n-1] " " path[n] " in " $7 }' <<<"$symbols" | grep .); then
  printf 'A pure object holds a variable:\n%s\n' "$(c++filt <<<"$variables")"
  found=1
fi
((found)) || printf 'pure: %d symbols read\n' "$(wc -l <<<"$symbols")"
exit $found
