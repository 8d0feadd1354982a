#!/usr/bin/env bash
# Runs ctest with a preset: the summary when all pass, everything when something fails. Usage: run_ctest.sh PRESET [ARG ...]
set -euo pipefail
cd "$(dirname "$0")/.."
log="build/$1/ctest.log"
ctest --preset "$@" >"$log" 2>&1 || { cat "$log"; exit 1; }
grep -E "tests passed|Skipped" "$log" || { cat "$log"; exit 1; }
