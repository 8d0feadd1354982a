"""Discrimination, decisions and calibration of class probabilities, with patient-bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import DomainError, Error
from heartsight.calibration import (
    calibration_line,
    debiased_calibration_error,
    expected_calibration_error,
    reliability_test,
)
from heartsight.io import read_record
from heartsight.metrics import auroc, average_precision, brier_score, confusion_counts
from heartsight.pipeline import Analyzer
from heartsight.training.dataset import Progress, list_records
from heartsight.training.superclasses import CLASSES

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

METRICS = ("auroc", "auprc", "sensitivity", "specificity", "brier", "ece")


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % percentile-bootstrap interval; NaN where it is not defined."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if not np.isfinite(self.value):
            return "n/a"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True)
class ClassCalibration:
    """Calibration of one class. The intervals of all classes' intercepts and slopes hold together (Bonferroni): with 95 %
    confidence all of them are right. Records count as independent."""

    intercept: Estimate  # 0 when the mean is right
    slope: Estimate  # 1 when the spread is right
    ece_debiased: float  # root mean square, less what noise alone gives
    ece_if_perfect: Estimate  # mean and 95 % range of the ECE that a perfectly calibrated model of this size would show


def class_calibration(y: IntArray, p: FloatArray, *, n_intervals: int, seed: int = 0) -> ClassCalibration:
    """Calibration of p (n,) against y (n,), as one of n_intervals intervals that hold together."""
    line = calibration_line(p, y, level=1.0 - 0.05 / n_intervals)
    perfect = reliability_test(p, y, seed=seed)
    return ClassCalibration(
        Estimate(line.intercept.value, line.intercept.low, line.intercept.high),
        Estimate(line.slope.value, line.slope.low, line.slope.high),
        debiased_calibration_error(p, y),
        Estimate(perfect.expected, perfect.low, perfect.high),
    )


@dataclass(frozen=True)
class Evaluation:
    """Figures per class and their macro means, on `n` records of `n_patients` patients."""

    n: int
    n_patients: int
    n_positive: dict[str, int]
    per_class: dict[str, dict[str, Estimate]]
    macro: dict[str, Estimate]
    n_resamples: int
    not_analyzed: list[tuple[str, str]]
    calibration: dict[str, ClassCalibration] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        def number(value: float) -> float | None:
            return float(value) if np.isfinite(value) else None

        def triple(e: Estimate) -> list[float | None]:
            return [number(v) for v in (e.value, e.low, e.high)]

        return {
            "n": self.n,
            "n_patients": self.n_patients,
            "n_positive": self.n_positive,
            "interval": f"95 % percentile bootstrap of patients, {self.n_resamples} resamples",
            "per_class": {c: {m: triple(e) for m, e in ms.items()} for c, ms in self.per_class.items()},
            "macro": {m: triple(e) for m, e in self.macro.items()},
            "n_not_analyzed": len(self.not_analyzed),
            "calibration": {
                name: {
                    "intercept": triple(c.intercept),
                    "slope": triple(c.slope),
                    "ece_debiased": number(c.ece_debiased),
                    "ece_if_perfect": triple(c.ece_if_perfect),
                }
                for name, c in self.calibration.items()
            },
        }


def _figures(y: IntArray, p: FloatArray, threshold: float) -> list[float]:
    counts = confusion_counts(y, p, threshold=threshold)
    return [
        auroc(y, p),
        average_precision(y, p),
        counts.sensitivity,
        counts.specificity,
        brier_score(y, p),
        expected_calibration_error(p, y),
    ]


def evaluate_scores(
    labels: IntArray,
    probabilities: FloatArray,
    thresholds: FloatArray,
    patient: IntArray,
    *,
    classes: tuple[str, ...] = CLASSES,
    n_resamples: int = 1000,
    seed: int = 0,
    not_analyzed: list[tuple[str, str]] | None = None,
) -> Evaluation:
    """Evaluates probabilities (n, n_classes) against labels (n, n_classes).

    thresholds: (n_classes,), or (n, n_classes) where each row was decided by its own fold's. Intervals resample patients.
    """
    n, n_classes = labels.shape
    if n == 0:
        raise DomainError("evaluate_scores: there is no record to evaluate")
    per_row = np.broadcast_to(thresholds, (n, n_classes))
    # A decision by the row's own threshold, as a score that is compared with 0.
    margin = np.ascontiguousarray((probabilities >= per_row).astype(np.float64) - 0.5)

    def figures(rows: IntArray | slice) -> FloatArray:
        out = np.full((n_classes, len(METRICS)), np.nan)
        for k in range(n_classes):
            y = np.ascontiguousarray(labels[rows, k])
            p = np.ascontiguousarray(probabilities[rows, k])
            counts = confusion_counts(y, np.ascontiguousarray(margin[rows, k]), threshold=0.0)
            out[k] = _figures(y, p, 0.5)
            out[k, 2:4] = counts.sensitivity, counts.specificity
        return out

    point = figures(slice(None))
    patients, inverse = np.unique(patient, return_inverse=True)
    rows_of = np.split(np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse))[:-1])
    rng = np.random.default_rng(seed)
    samples = np.empty((n_resamples, n_classes, len(METRICS)))
    for r in range(n_resamples):
        drawn = rng.integers(len(patients), size=len(patients))
        samples[r] = figures(np.concatenate([rows_of[g] for g in drawn]))

    def estimate(value: float, values: FloatArray) -> Estimate:
        values = values[np.isfinite(values)]
        if len(values) < 0.5 * n_resamples or not np.isfinite(value):
            return Estimate(value, float("nan"), float("nan"))
        low, high = np.quantile(values, [0.025, 0.975])
        return Estimate(float(value), float(low), float(high))

    defined = [k for k in range(n_classes) if np.isfinite(point[k, 0])]
    per_class = {
        name: {m: estimate(point[k, j], samples[:, k, j]) for j, m in enumerate(METRICS)}
        for k, name in enumerate(classes)
    }
    macro = {
        m: estimate(
            float(np.mean(point[defined, j])) if defined else float("nan"),
            samples[:, defined, j].mean(axis=1) if defined else np.array([]),
        )
        for j, m in enumerate(METRICS)
    }
    return Evaluation(
        n=n,
        n_patients=len(patients),
        n_positive={name: int(labels[:, k].sum()) for k, name in enumerate(classes)},
        per_class=per_class,
        macro=macro,
        n_resamples=n_resamples,
        not_analyzed=not_analyzed or [],
        calibration={
            name: class_calibration(
                np.ascontiguousarray(labels[:, k]),
                np.ascontiguousarray(probabilities[:, k]),
                n_intervals=2 * n_classes,
                seed=seed,
            )
            for k, name in enumerate(classes)
        },
    )


@dataclass(frozen=True)
class ScoredRecords:
    """What an analyzer answered for the records of a folder."""

    labels: IntArray
    probabilities: FloatArray
    patient: IntArray
    thresholds: FloatArray
    not_analyzed: list[tuple[str, str]]


def score_folder(
    analyzer: Analyzer,
    folder: Path,
    *,
    sampling_rate: int = 100,
    folds: tuple[int, ...] | None = None,
    progress: Progress | None = None,
) -> ScoredRecords:
    """Analyses every record of a folder (of these folds) with a bundle; what cannot be analysed is listed by its stem."""
    rows = [r for r in list_records(folder, sampling_rate) if folds is None or r.fold in folds]
    classes = analyzer.bundle.classes
    thresholds: Mapping[str, float] = analyzer.bundle.thresholds
    if tuple(classes) != CLASSES:
        raise DomainError(f"evaluate_ecg: the bundle's classes {classes} are not {list(CLASSES)}")
    labels, probabilities, patient, left_out = [], [], [], []
    for i, row in enumerate(rows):
        try:
            report = analyzer.analyze(read_record(row.path))
        except (Error, OSError) as error:  # a damaged record is listed, and the rest goes on
            left_out.append((row.path.stem, str(error)))
            report = None
        if report is None:
            pass
        elif report.status == "not_analyzed":
            left_out.append((row.path.stem, "; ".join(report.quality.reasons)))
        else:
            labels.append(row.labels)
            probabilities.append([report.probabilities[c] for c in classes])
            patient.append(row.patient)
        if progress is not None:
            progress(i + 1, len(rows))
    return ScoredRecords(
        labels=np.array(labels, dtype=np.int64).reshape(-1, len(classes)),
        probabilities=np.array(probabilities, dtype=np.float64).reshape(-1, len(classes)),
        patient=np.array(patient, dtype=np.int64),
        thresholds=np.array([thresholds[c] for c in classes]),
        not_analyzed=left_out,
    )


def evaluate_ecg(
    analyzer: Analyzer,
    folder: Path,
    *,
    sampling_rate: int = 100,
    folds: tuple[int, ...] | None = None,
    n_resamples: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
    on_scores: Callable[[ScoredRecords], None] | None = None,
) -> Evaluation:
    """Evaluates a bundle on a folder of records that it was not trained on.

    The caller sees to it that it was not: figures on training records are worthless. on_scores gets the raw scores, for
    plots. Raises FormatError when the folder cannot be read, DomainError when no record could be analysed.
    """
    scored = score_folder(analyzer, folder, sampling_rate=sampling_rate, folds=folds, progress=progress)
    if on_scores is not None:
        on_scores(scored)
    return evaluate_scores(
        scored.labels,
        scored.probabilities,
        scored.thresholds,
        scored.patient,
        n_resamples=n_resamples,
        seed=seed,
        not_analyzed=scored.not_analyzed,
    )
