#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (60) on its corpus; stops at the first finding.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${FUZZ_SECONDS:-60}"
for target in build/fuzz/fuzz/*_fuzz build/fuzz/fuzz/*_fuzzer; do
  [ -x "$target" ] || continue
  name="$(basename "$target")"
  name="${name%_fuzzer}"; name="${name%_fuzz}"
  found="build/fuzz/found/$name"
  mkdir -p "$found"
  corpus=()
  for folder in "fuzz/corpus/$name" "fuzz/corpus/${name%%_*}/${name#*_}"; do [ -d "$folder" ] && corpus+=("$folder"); done
  echo "fuzz: $name for $seconds s"
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 "$found" "${corpus[@]}"
done
