#!/usr/bin/env bash
# Uses heartsight as its users do: an installed package, a subdirectory, a shared library, a wheel in an empty environment.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
work="$root/build/install-test"
bundle="$root/models/ecg-superclass.heartsight"
rm -rf "$work" && mkdir -p "$work"
step() { printf 'install: %s\n' "$*"; }
quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)

step "cmake --install, find_package"
quiet cmake --install "$root/build/dev" --prefix "$work/prefix"
quiet cmake -G Ninja -S "$root/tests/install/find_package" -B "$work/find_package" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_BUILD_TYPE=Release "${launcher[@]}"
quiet cmake --build "$work/find_package"
"$work/find_package/headers_only"
"$work/find_package/consumer" "$bundle" >"$work/cpp.json"

step "add_subdirectory"
quiet cmake -G Ninja -S "$root/tests/install/add_subdirectory" -B "$work/add_subdirectory" -DHEARTSIGHT_SOURCE="$root" \
  -DCMAKE_BUILD_TYPE=Release "${launcher[@]}"
quiet cmake --build "$work/add_subdirectory" --target consumer
"$work/add_subdirectory/consumer" "$bundle" >"$work/subdirectory.json"
cmp "$work/cpp.json" "$work/subdirectory.json"

step "shared library; exceptions are caught by type across its border"
quiet cmake --preset shared -S "$root" -B "$work/shared" -DHEARTSIGHT_BUILD_TESTS=OFF -DHEARTSIGHT_BUILD_EXAMPLES=OFF \
  -DCMAKE_INSTALL_PREFIX="$work/shared-prefix"
quiet cmake --build "$work/shared" --target install
quiet cmake -G Ninja -S "$root/tests/install/find_package" -B "$work/find_shared" -DCMAKE_PREFIX_PATH="$work/shared-prefix" \
  -DCMAKE_BUILD_TYPE=Release "${launcher[@]}"
quiet cmake --build "$work/find_shared"
"$work/find_shared/consumer" "$bundle" >/dev/null

step "wheel, in build isolation"
quiet "$root/.venv/bin/python" -m build --wheel --outdir "$work/wheel" "$root"
step "wheel stays within the manylinux policy"
quiet "$root/.venv/bin/python" -m auditwheel show "$work"/wheel/*.whl
"$root/.venv/bin/python" "$root/tests/install/check_wheel.py" "$work"/wheel/*.whl "$work/log"
step "wheel in an empty environment"
quiet python3 -m venv "$work/empty"
quiet "$work/empty/bin/pip" install -q -c "$root/constraints.txt" "$work"/wheel/*.whl
(cd "$work" && "$work/empty/bin/python" "$root/tests/install/smoke.py" "$work/cpp.json")
(cd "$work" && "$work/empty/bin/heartsight" --help >/dev/null)
step "all passed"
