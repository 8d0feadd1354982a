#!/usr/bin/env bash
# Installs the Debian packages that building and testing need: all of them when it can, and says which are missing when not.
# Usage: tools/bootstrap.sh [--bench] [--fuzz] [--docs]
set -euo pipefail

packages=(g++ cmake ninja-build ccache python3-venv
          libeigen3-dev libgtest-dev nlohmann-json3-dev zlib1g-dev libflac-dev libpugixml-dev)
for option in "$@"; do
  case "$option" in
    --bench) packages+=(libbenchmark-dev) ;;
    --fuzz) packages+=(clang-16 libclang-rt-16-dev) ;;
    --docs) packages+=(doxygen chromium fonts-dejavu-core) ;;
    *) echo "bootstrap: unknown option $option" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo)
  else
    echo "bootstrap: these Debian packages are missing and cannot be installed without root: ${missing[*]}" >&2
    echo "bootstrap: run: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi
command -v apt-get >/dev/null || { echo "bootstrap: no apt-get here; install the equivalents of: ${missing[*]}" >&2; exit 1; }
echo "bootstrap: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A package list that is only stale is enough: try without a refresh first.
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
