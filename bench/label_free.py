"""Figures estimated without outcomes against those found with them, on published predictions under induced shifts.

Usage: label_free.py DATA, a folder with ptbxl_predictions and ptbxl_metadata. 100 random halves of the patients: one is the
reference, with outcomes; of the other a shifted part is the window, whose outcomes are used to check alone.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from heartsight import calibration, metrics

CLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
FIGURES = ("auroc", "sensitivity", "positive_predictive_value", "prevalence", "brier_score")
Column = npt.NDArray[np.float64]


def found(y: npt.NDArray[np.int64], p: Column, threshold: float) -> dict[str, float]:
    counts = metrics.confusion_counts(y, p, threshold=threshold)
    return {
        "auroc": metrics.auroc(y, p),
        "sensitivity": counts.sensitivity,
        "positive_predictive_value": counts.positive_predictive_value,
        "prevalence": float(y.mean()),
        "brier_score": metrics.brier_score(y, p),
    }


def main() -> None:
    data = Path(sys.argv[1])
    with (data / "ptbxl_predictions" / "xresnet1d101_superclass_fold9.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = next(path for path in sorted((data / "ptbxl_metadata").glob("*.csv")) if "database" in path.name)
    with table.open(newline="", encoding="utf-8") as file:
        patient_of = {r["ecg_id"]: int(float(r["patient_id"])) for r in csv.DictReader(file)}
    patient = np.array([patient_of[r["ecg_id"]] for r in rows])
    age = np.array([float(r["age"] or "nan") for r in rows])
    female = np.array([r["sex"] == "1" for r in rows])
    random = np.random.default_rng(0)
    p_of = {c: np.array([float(r[f"p_{c}"]) for r in rows]) for c in CLASSES}
    y_of = {c: np.array([int(r[f"y_{c}"]) for r in rows], dtype=np.int64) for c in CLASSES}

    def easy(p: Column, _: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return random.random(len(p)) < np.where((p < 0.2) | (p > 0.8), 1.0, 0.2)

    def hard(p: Column, _: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return random.random(len(p)) < np.where((p < 0.2) | (p > 0.8), 0.2, 1.0)

    def fewer(_: Column, y: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return random.random(len(y)) < np.where(y == 1, 0.4, 1.0)

    shifts: dict[str, Callable[[Column, npt.NDArray[np.int64]], npt.NDArray[np.bool_]]] = {
        "none": lambda p, _: np.ones(len(p), bool),
        "clear cases (score below 0.2 or above 0.8 kept five times as often)": easy,
        "hard cases (the other way round)": hard,
        "women": lambda *_: female,
        "under 50 years": lambda *_: age < 50,
        "75 years and over": lambda *_: age >= 75,
        "positives thinned to 40 % (the relation of score and outcome changes)": fewer,
    }
    print(
        "percent of windows whose figure lies in the 95 % interval / mean error / mean half width, five classes pooled"
    )
    print(f"{'shift':<72}" + "".join(f"{f.replace('positive_predictive_value', 'PPV'):>24}" for f in FIGURES))
    for name, shift in shifts.items():
        held: dict[str, list[bool]] = {f: [] for f in FIGURES}
        error: dict[str, list[float]] = {f: [] for f in FIGURES}
        width: dict[str, list[float]] = {f: [] for f in FIGURES}
        for _ in range(100):
            owners = np.unique(patient)
            half = np.isin(patient, random.permutation(owners)[: len(owners) // 2])
            for c in CLASSES:
                p, y = p_of[c], y_of[c]
                window = ~half & shift(p, y)
                if y[window].sum() < 10 or (p[window] >= 0.5).sum() < 5:
                    continue
                e = calibration.label_free_performance(
                    p[window], p[half], y[half], patient[half], threshold=0.5, n_simulations=200
                )
                for figure, value in found(y[window], p[window], 0.5).items():
                    of = getattr(e, figure)
                    held[figure].append(of.low <= value <= of.high)
                    error[figure].append(of.value - value)
                    width[figure].append((of.high - of.low) / 2)
        cells = (f"{100 * np.mean(held[f]):5.1f} / {np.mean(error[f]):+.3f} / {np.mean(width[f]):.3f}" for f in FIGURES)
        print(f"{name:<72}" + "".join(f"{cell:>24}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
