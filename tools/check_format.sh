#!/usr/bin/env bash
# clang-format over every C++ file that git knows; --fix writes instead of complaining.
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(--dry-run --Werror)
[ "${1:-}" = "--fix" ] && mode=(-i)
git ls-files '*.hpp' '*.cpp' | xargs .venv/bin/clang-format "${mode[@]}"
