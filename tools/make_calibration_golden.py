#!/usr/bin/env python3
"""Writes tests/golden/calibration/netcal.json. Needs netcal and torch, in an environment of its own."""

from __future__ import annotations

import json
from pathlib import Path

import netcal
import numpy as np
from netcal.binning import HistogramBinning, IsotonicRegression
from netcal.metrics import ECE, MCE
from netcal.scaling import BetaCalibration, LogisticCalibration, TemperatureScaling
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "calibration" / "netcal.json"
N, SEED, N_BINS = 600, 7, 15
AT = np.array([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])


def simulated(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As in tests/python/test_calibration_golden.py: outcomes less extreme than the probabilities, and fewer."""
    random = np.random.default_rng(seed)
    z = random.normal(-0.5, 2.0, n)
    y = (random.random(n) < 1 / (1 + np.exp(-(0.6 * z - 0.5)))).astype(np.int64)
    return 1 / (1 + np.exp(-z)), y


def main() -> None:
    p, y = simulated(N, SEED)
    calibrators = {
        "beta": BetaCalibration(),
        "platt": LogisticCalibration(),
        "temperature": TemperatureScaling(),
        "isotonic": IsotonicRegression(),
        "histogram_binning": HistogramBinning(bins=N_BINS),
    }
    observed, mean = calibration_curve(y, p, n_bins=N_BINS)
    golden = {
        "tool": f"netcal {netcal.__version__}",
        "n": N,
        "seed": SEED,
        "n_bins": N_BINS,
        "ece_equal_width": float(ECE(bins=N_BINS).measure(p, y)),
        "ece_equal_mass": float(ECE(bins=N_BINS, equal_intervals=False).measure(p, y)),
        "mce_equal_width": float(MCE(bins=N_BINS).measure(p, y)),
        "at": AT.tolist(),
        "calibrated": {name: np.asarray(c.fit(p, y).transform(AT)).ravel().tolist() for name, c in calibrators.items()},
        "curve": {"mean_probability": mean.tolist(), "observed": observed.tolist()},
        "brier_score": brier_score_loss(y, p),
        "log_loss": log_loss(y, p),
        "auroc": roc_auc_score(y, p),
    }
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
