#!/usr/bin/env bash
# Benchmarks against what a user would take instead, each pair measured in one run. Peers live in an environment of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d .venv-bench ] || python3 -m venv .venv-bench
.venv-bench/bin/pip install -q -r bench/requirements.txt
cmake --preset dev >/dev/null
cmake --build --preset dev --target _core
cmake --preset bench >/dev/null
cmake --build --preset bench
export PYTHONPATH=python
python=.venv-bench/bin/python
echo "== summary statistics"; "$python" bench/features.py
echo "== filters"; "$python" bench/filters.py
echo "== spectra"; "$python" bench/spectral.py
echo "== beats, speed"; "$python" bench/qrs_speed.py
echo "== measurements"; "$python" bench/measurements.py
echo "== drift"; "$python" bench/drift.py
echo "== fairness"; "$python" bench/fairness.py
echo "== calibration"; for part in speed coverage conformal; do "$python" bench/calibration.py "$part"; done
echo "== trees, Python"; "$python" bench/trees.py
echo "== analyzer"; "$python" bench/analyze.py
if [ -n "${HEARTSIGHT_DATA:-}" ]; then
  echo "== reading"; "$python" bench/read_records.py "$HEARTSIGHT_DATA"
  echo "== beats, accuracy"; "$python" bench/qrs.py "$HEARTSIGHT_DATA"
  echo "== quality"; "$python" bench/quality.py "$HEARTSIGHT_DATA"
  echo "== measurements, accuracy"; "$python" bench/measurements_accuracy.py "$HEARTSIGHT_DATA"
  echo "== calibration, published predictions"; "$python" bench/calibration.py ptbxl
  echo "== figures without outcomes"; "$python" bench/label_free.py "$HEARTSIGHT_DATA"
else
  echo "== reading: SKIPPED, HEARTSIGHT_DATA names no folder of recordings"
fi
