"""Validation of predicted probabilities: what a reader of a clinical prediction model has to see, in one call.

`validation_report` computes the set that Van Calster et al. 2025 (arXiv 2412.10288) call essential, and what TRIPOD+AI
asks for: discrimination and calibration with intervals, a calibration curve, net benefit, and risks by outcome, for every
class and in groups.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from heartsight import calibration, metrics
from heartsight._core import DomainError, ShapeError
from heartsight.calibration import CalibrationCurve, ReliabilityCurve
from heartsight.metrics import DecisionCurve, RocCurve
from heartsight.missing_values import is_missing
from heartsight.plain_values import without_nan

if TYPE_CHECKING:
    from heartsight.picture import Picture

__all__ = ["ClassValidation", "Figure", "GroupValidation", "ValidationReport", "validation_report"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FIGURES: dict[str, str] = {
    "auroc": "AUROC",
    "average_precision": "Average precision",
    "calibration_intercept": "Calibration intercept",
    "calibration_slope": "Calibration slope",
    "observed_expected_ratio": "Observed : expected",
    "expected_calibration_error": "ECE (15 bins)",
    "smooth_calibration_error": "Smooth ECE",
    "integrated_calibration_index": "ICI",
    "brier_score": "Brier score",
    "scaled_brier_score": "Scaled Brier score",
}
"""Figures of a class, in the order of the tables, with their words."""

GROUP_FIGURES = ("auroc", "calibration_intercept", "calibration_slope", "observed_expected_ratio", "brier_score")

NOT_ENOUGH_DATA = "not enough data"

FEWEST_PATIENTS = 10
"""Resamples of fewer patients are too alike for an interval: one patient's are all equal."""


@dataclass(frozen=True)
class Figure:
    """A figure with the limits of its confidence interval; NaN where it could not be computed, or data were too few."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "not defined"
        limits = "no interval" if math.isnan(self.low) else f"{_short(self.low)}, {_short(self.high)}"
        return f"{_short(self.value)} [{limits}]"

    def to_dict(self) -> dict[str, float | None]:
        result: dict[str, float | None] = without_nan({"value": self.value, "low": self.low, "high": self.high})
        return result


def _short(value: float) -> str:
    if not math.isfinite(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:.3f}"
    return "0.000" if text == "-0.000" else text


@dataclass(frozen=True)
class ClassValidation:
    """What the predictions of one class are worth."""

    name: str
    n: int
    n_positive: int
    n_patients: int
    figures: dict[str, Figure] = field(repr=False)
    perfect_ece: Figure = field(repr=False)
    """ECE that a perfectly calibrated model with these probabilities would show: mean and 95 % range."""
    reliability_p_value: float
    """Share of perfectly calibrated models that look at least as bad; cases taken as independent."""
    median_error: float
    ninetieth_error: float
    net_benefit: dict[float, Figure] = field(repr=False)
    """By threshold probability."""
    curve: CalibrationCurve | None = field(repr=False)
    reliability: ReliabilityCurve | None = field(repr=False)
    roc: RocCurve | None = field(repr=False)
    decision: DecisionCurve | None = field(repr=False)
    """Its limits are empty with fewer than 10 patients."""
    risk_edges: FloatArray = field(repr=False)
    risk_counts: dict[str, IntArray] = field(repr=False)
    """Counts of probabilities between the edges, for 'positive' and 'negative' outcomes."""
    status: str = "ok"
    """'ok', or 'not enough data': then no figure is given."""

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "n": self.n,
            "n_positive": self.n_positive,
            "n_patients": self.n_patients,
            "status": self.status,
            "figures": {k: f.to_dict() for k, f in self.figures.items()},
            "perfect_ece": self.perfect_ece.to_dict(),
            "reliability_p_value": self.reliability_p_value,
            "E50": self.median_error,
            "E90": self.ninetieth_error,
            "net_benefit": {f"{t:g}": f.to_dict() for t, f in self.net_benefit.items()},
            "risk_edges": self.risk_edges.tolist(),
            "risk_counts": {k: v.tolist() for k, v in self.risk_counts.items()},
        }
        if self.curve is not None:
            c = self.curve
            result["calibration_curve"] = {
                "probability": c.probability.tolist(), "observed": c.observed.tolist(), "low": c.low.tolist(),
                "high": c.high.tolist(),
            }  # fmt: skip
        if self.decision is not None:
            d = self.decision
            result["decision_curve"] = {
                "threshold": d.threshold.tolist(), "net_benefit": d.net_benefit.tolist(), "low": d.low.tolist(),
                "high": d.high.tolist(), "treat_all": d.treat_all.tolist(),
            }  # fmt: skip
        plain: dict[str, Any] = without_nan(result)
        return plain


@dataclass(frozen=True)
class GroupValidation:
    """The same class in one group of patients. Groups that are too small for a figure say so; they are never left out."""

    variable: str
    group: str
    class_name: str
    n: int
    n_positive: int
    status: str
    figures: dict[str, Figure]

    def to_dict(self) -> dict[str, Any]:
        return {
            "variable": self.variable, "group": self.group, "class": self.class_name, "n": self.n,
            "n_positive": self.n_positive, "status": self.status,
            "figures": {k: f.to_dict() for k, f in self.figures.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class ValidationReport:
    """The validation of one model. print() it, or take to_dict(), to_frame(), to_html(path) or plot()."""

    classes: dict[str, ClassValidation]
    macro: dict[str, float]
    """Plain means over the classes that have enough data; see `macro_classes`."""
    macro_classes: list[str]
    groups: list[GroupValidation]
    level: float
    interval: str
    """How the intervals were made, in words."""
    smallest: tuple[int, int]
    """Least number of positives, and of negatives, for which figures are given."""
    title: str = "Validation"

    def __repr__(self) -> str:
        lines = [f"{self.title}: {len(self.classes)} classes, {round(100 * self.level)} % intervals ({self.interval})"]
        for c in self.classes.values():
            lines.append(f"{c.name}: n {c.n}, positive {c.n_positive}" + ("" if c.status == "ok" else f": {c.status}"))
            lines += [f"  {FIGURES[k]:<24} {f}" for k, f in c.figures.items()]
            if c.status == "ok":
                lines.append(f"  {'ECE of a perfect model':<24} {c.perfect_ece} (p = {c.reliability_p_value:.3f})")
                lines += [f"  {f'Net benefit at {t:g}':<24} {f}" for t, f in c.net_benefit.items()]
        small = sum(g.status != "ok" for g in self.groups)
        if self.groups:
            lines.append(
                f"{len(self.groups)} cells of groups, {small} with not enough data: see groups or to_frame('groups')"
            )
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values that JSON takes; None stands for what is not defined."""
        result: dict[str, Any] = without_nan(
            {
                "title": self.title,
                "level": self.level,
                "interval": self.interval,
                "smallest": {"positive": self.smallest[0], "negative": self.smallest[1]},
                "classes": {k: c.to_dict() for k, c in self.classes.items()},
                "macro": self.macro,
                "macro_classes": self.macro_classes,
                "groups": [g.to_dict() for g in self.groups],
            }
        )
        return result

    def to_frame(self, part: str = "classes") -> Any:
        """A pandas DataFrame of 'classes' or of 'groups': one row per figure, with value and limits."""
        import pandas as pd

        if part not in ("classes", "groups"):
            raise DomainError(f"to_frame: part = {part!r}: must be 'classes' or 'groups'")
        rows: list[dict[str, Any]] = []
        if part == "classes":
            for c in self.classes.values():
                head = {"class": c.name, "n": c.n, "n_positive": c.n_positive, "status": c.status}
                rows += [{**head, "figure": k, "value": f.value, "low": f.low, "high": f.high}
                         for k, f in c.figures.items()]  # fmt: skip
                rows += [{**head, "figure": f"net_benefit_at_{t:g}", "value": f.value, "low": f.low, "high": f.high}
                         for t, f in c.net_benefit.items()]  # fmt: skip
                if not c.figures:
                    rows.append({**head, "figure": "", "value": math.nan, "low": math.nan, "high": math.nan})
        else:
            for g in self.groups:
                head = {"variable": g.variable, "group": g.group, "class": g.class_name, "n": g.n,
                        "n_positive": g.n_positive, "status": g.status}  # fmt: skip
                rows += [{**head, "figure": k, "value": f.value, "low": f.low, "high": f.high}
                         for k, f in g.figures.items()]  # fmt: skip
                if not g.figures:
                    rows.append({**head, "figure": "", "value": math.nan, "low": math.nan, "high": math.nan})
        return pd.DataFrame(rows)

    def to_html(self, path: str | Path | None = None) -> str:
        """One self-contained page with the tables and the plots; written to path when one is given."""
        from heartsight.validation_page import render_validation

        page = render_validation(self)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def plot(self, name: str | None = None) -> Picture:
        """One class (the first by default) as a picture: calibration, ROC, net benefit, risks by outcome.

        Raises DomainError when there is no such class.
        """
        from heartsight.picture import Picture
        from heartsight.validation_page import class_picture

        if name is None:
            name = next(iter(self.classes))
        if name not in self.classes:
            raise DomainError(f"plot: name = {name!r}: must be one of {', '.join(self.classes)}")
        return Picture(class_picture(self.classes[name]))


def _inverse(ratio: float) -> float:
    """1 / ratio of a ratio that is not negative: infinity where nothing was expected."""
    return math.inf if ratio == 0 else 1 / ratio


def _enough_patients(patient: IntArray | None) -> bool:
    return patient is None or len(np.unique(patient)) >= FEWEST_PATIENTS


class _Intervals:
    """Figures of one class with their intervals: by patients when a patient has several cases, else by formula."""

    def __init__(self, level: float, n_resamples: int, seed: int, n_threads: int) -> None:
        self.level = level
        self.options: dict[str, Any] = {
            "level": level,
            "n_resamples": n_resamples,
            "seed": seed,
            "n_threads": n_threads,
        }

    def bootstrap(self, name: str, y: IntArray, p: FloatArray, patient: IntArray | None) -> Figure:
        got = calibration.measure_interval(name, p, y, group=patient, **self.options)
        return (
            Figure(got.value, got.low, got.high) if _enough_patients(patient) else Figure(got.value, math.nan, math.nan)
        )

    def figure(self, name: str, y: IntArray, p: FloatArray, patient: IntArray | None) -> Figure:
        if name == "observed_expected_ratio":
            if patient is None:
                ratio: Any = calibration.expected_observed_ratio(p, y, level=self.level)
            else:
                ratio = self.bootstrap("expected_observed_ratio", y, p, patient)
            return Figure(_inverse(ratio.value), _inverse(ratio.high), _inverse(ratio.low))
        if patient is None and name == "auroc":
            got = metrics.auroc_interval(y, p, level=self.level)
            return Figure(got.auroc, got.low, got.high)
        if patient is None and name in ("calibration_intercept", "calibration_slope"):
            line = calibration.calibration_line(p, y, level=self.level)
            estimate = line.intercept if name == "calibration_intercept" else line.slope
            return Figure(estimate.value, estimate.low, estimate.high)
        return self.bootstrap(name, y, p, patient)


def _codes(values: Any, name: str, n: int, *, missing_alone: bool = False) -> tuple[IntArray, list[Any]]:
    """Integers that stand for the values, and the values. Missing ones are together a value of their own, last.

    missing_alone: each missing value has an integer of its own: nothing says that two unknown patients are the same.
    """
    array = np.asarray(values, dtype=object) if isinstance(values, list | tuple) else np.asarray(values)
    if array.ndim != 1 or len(array) != n:
        raise ShapeError(f"validation_report: {name}: must have shape ({n},), has {array.shape}")
    if array.dtype.kind not in "OfMm":
        unique, codes = np.unique(array, return_inverse=True)
        return codes.astype(np.int64), unique.tolist()
    listed = list(array) if array.dtype.kind in "Mm" else array.tolist()  # tolist() makes integers of nanoseconds
    missing = np.array([is_missing(v) for v in listed], dtype=bool)
    if not missing_alone:
        listed = ["missing" if gone else v for v, gone in zip(listed, missing, strict=True)]
        missing[:] = False
    place: dict[Any, int] = {}
    try:
        place.update((v, 0) for v, gone in zip(listed, missing, strict=True) if not gone)
    except TypeError as error:
        raise TypeError(f"validation_report: {name}: {error}") from None
    names = sorted(place, key=_order)
    place.update((v, i) for i, v in enumerate(names))
    alone = iter(range(len(names), len(names) + n))
    coded = [next(alone) if gone else place[v] for v, gone in zip(listed, missing, strict=True)]
    return np.array(coded, dtype=np.int64), names


def _order(value: Any) -> tuple[int, Any]:
    """Numbers first, then other values by their text, missing ones last."""
    if isinstance(value, numbers.Real):
        return 0, value
    return (2 if isinstance(value, str) and value == "missing" else 1), str(value)


def _two_dimensional(y: Any, p: Any, classes: Sequence[str] | None) -> tuple[IntArray, FloatArray, list[str]]:
    labels, probabilities = np.asarray(y), np.asarray(p)
    if labels.dtype.kind not in "iub":
        raise TypeError(f"validation_report: y: dtype {labels.dtype} cannot be converted safely to int64")
    if probabilities.ndim not in (1, 2):
        raise ShapeError(f"validation_report: p: must have shape (n,) or (n, k), has {probabilities.shape}")
    probabilities = probabilities.astype(np.float64, casting="safe")
    if probabilities.ndim == 2 and labels.ndim == 1 and len(labels) == len(probabilities):
        labels = metrics.one_hot(labels.astype(np.int64), probabilities.shape[1])
    if labels.shape != probabilities.shape:
        raise ShapeError(f"validation_report: y has shape {labels.shape}, but p has shape {probabilities.shape}")
    if probabilities.ndim == 1:
        labels, probabilities = labels[:, None], probabilities[:, None]
    n, k = probabilities.shape
    if n == 0 or k == 0:
        raise ShapeError("validation_report: y: must not be empty")
    for array, what, good, words in (
        (labels, "y", (labels == 0) | (labels == 1), "must be 0 or 1"),
        (probabilities, "p", (probabilities >= 0) & (probabilities <= 1), "must be between 0 and 1"),
    ):  # here, because a class or group with not enough data is not looked at again
        if not good.all():
            row, column = (int(i) for i in np.argwhere(~good)[0])
            at = f"{row}" if k == 1 else f"{row}, {column}"
            raise DomainError(f"validation_report: {what}[{at}] = {array[row, column]}: {words}")
    names = (
        [str(c) for c in classes] if classes is not None else (["positive"] if k == 1 else [str(i) for i in range(k)])
    )
    if len(names) != k or len(set(names)) != k:
        raise ShapeError(f"validation_report: classes: needs {k} different names, has {names}")
    return labels.astype(np.int64), probabilities, names


def _validate_class(
    name: str, y: IntArray, p: FloatArray, patient: IntArray | None, intervals: _Intervals, thresholds: FloatArray,
    shown: Sequence[float], enough: Callable[[IntArray], bool], seed: int, n_threads: int, n_resamples: int,
) -> ClassValidation:  # fmt: skip
    edges = np.linspace(0, 1, 21)
    counts = {k: np.histogram(p[y == v], bins=edges)[0].astype(np.int64) for k, v in (("positive", 1), ("negative", 0))}
    n_patients = len(y) if patient is None else len(np.unique(patient))
    nothing = Figure(math.nan, math.nan, math.nan)
    if not enough(y):
        return ClassValidation(
            name, len(y), int(y.sum()), n_patients, {}, nothing, math.nan, math.nan, math.nan, {}, None, None, None,
            None, edges, counts, NOT_ENOUGH_DATA,
        )  # fmt: skip
    figures = {k: intervals.figure(k, y, p, patient) for k in FIGURES}
    test = calibration.reliability_test(p, y, seed=seed, n_threads=n_threads, level=intervals.level)
    if not _enough_patients(patient):
        n_resamples = 0
    decision = metrics.decision_curve(
        y, p, threshold=thresholds, group=patient, level=intervals.level, n_resamples=n_resamples, seed=seed,
        n_threads=n_threads,
    )  # fmt: skip
    at = metrics.decision_curve(
        y, p, threshold=np.array(sorted(shown)), group=patient, level=intervals.level, n_resamples=n_resamples, seed=seed,
        n_threads=n_threads,
    ) if shown else None  # fmt: skip
    benefit = {}
    if at is not None:
        low, high = (at.low, at.high) if n_resamples else (np.full(len(shown), math.nan),) * 2
        rows = zip(at.threshold, at.net_benefit, low, high, strict=True)
        benefit = {float(t): Figure(float(v), float(a), float(b)) for t, v, a, b in rows}
    curve = calibration.calibration_curve(p, y, level=intervals.level)
    return ClassValidation(
        name, len(y), int(y.sum()), n_patients, figures, Figure(test.expected, test.low, test.high), test.p_value,
        curve.median_error, curve.ninetieth_error, benefit, curve,
        calibration.reliability_curve(p, y, n_bins=10, binning="equal_mass", level=intervals.level),
        metrics.roc_curve(y, p), decision, edges, counts,
    )  # fmt: skip


def validation_report(
    y: Any,
    p: Any,
    *,
    groups: Mapping[str, Any] | Iterable[Any] | None = None,
    patient: Any = None,
    classes: Sequence[str] | None = None,
    thresholds: Sequence[float] = (0.1, 0.2, 0.5),
    level: float = 0.95,
    n_resamples: int = 500,
    smallest: tuple[int, int] = (10, 10),
    seed: int = 0,
    n_threads: int = 1,
    title: str = "Validation",
) -> ValidationReport:
    """Validate predicted probabilities against what happened.

    y: (n,) or (n, k) integers 0 or 1; with p of shape (n, k) also (n,) class indices. p: (n,) or (n, k) in [0, 1], on
    cases that model and calibrator have not seen. groups: a mapping of names to arrays (n,), a data frame, or one array; a
    missing value is a group of its own. patient: (n,) any values; where a patient has several cases, every interval comes
    from a bootstrap of whole patients, else from DeLong, robust variance, profile likelihood and a bootstrap of cases; a
    missing value is a patient of its own. A class or group with fewer than 10 such patients has figures but no intervals
    (NaN limits).
    classes: k names. thresholds: probabilities at which net benefit is listed. smallest: least number of positives and of
    negatives for which a figure is given; below it the answer is 'not enough data'. It is a floor for computing anything,
    not a sample size to aim at: a calibration curve wants 100 to 200 of each.

    Raises ShapeError, DomainError, TypeError (labels that are not integers). The figures say nothing about another
    hospital, device or year.
    """
    if classes is None and hasattr(p, "columns"):
        classes = [str(c) for c in p.columns]
    labels, probabilities, names = _two_dimensional(y, p, classes)
    n = len(labels)
    if not all(0 < t < 1 for t in thresholds):
        raise DomainError(f"validation_report: thresholds = {list(thresholds)}: must lie between 0 and 1")
    if min(smallest) < 2:
        raise DomainError(f"validation_report: smallest = {smallest}: must be at least 2 each")
    patient_codes = None if patient is None else _codes(patient, "patient", n, missing_alone=True)[0]
    repeated = patient_codes is not None and len(np.unique(patient_codes)) < n
    cluster = patient_codes if repeated else None
    variables: dict[str, Any] = {}
    if groups is None:
        pass
    elif hasattr(groups, "columns"):  # a data frame
        table: Any = groups
        variables = {str(c): table[c] for c in table.columns}
    elif isinstance(groups, Mapping):
        variables = {str(k): v for k, v in groups.items()}
    else:
        variables = {"group": groups}
    intervals = _Intervals(level, n_resamples, seed, n_threads)
    grid = np.round(np.arange(0.01, 1.0, 0.01), 2)

    def enough(of: IntArray) -> bool:
        return int(of.sum()) >= smallest[0] and int((1 - of).sum()) >= smallest[1]

    done = {
        name: _validate_class(
            name,
            labels[:, k],
            probabilities[:, k],
            cluster,
            intervals,
            grid,
            sorted(set(thresholds)),
            enough,
            seed,
            n_threads,
            n_resamples,
        )
        for k, name in enumerate(names)
    }
    cells = []
    for variable, values in variables.items():
        codes, group_names = _codes(values, variable, n)
        for code, group_name in enumerate(group_names):
            rows = codes == code
            for k, name in enumerate(names):
                label, probability = labels[rows, k], probabilities[rows, k]
                within = cluster[rows] if cluster is not None else None
                status = "ok" if enough(label) else NOT_ENOUGH_DATA
                figures = (
                    {f: intervals.figure(f, label, probability, within) for f in GROUP_FIGURES}
                    if status == "ok"
                    else {}
                )
                cells.append(
                    GroupValidation(variable, str(group_name), name, len(label), int(label.sum()), status, figures)
                )
    counted = [c for c in done.values() if c.status == "ok"]
    macro = {f: float(np.mean([c.figures[f].value for c in counted])) if counted else math.nan for f in FIGURES}
    if cluster is None:
        words = f"DeLong, robust and profile likelihood, bootstrap with {n_resamples} resamples"
    elif _enough_patients(cluster):
        words = f"bootstrap of {len(np.unique(cluster))} patients, {n_resamples} resamples"
        words += f"; none in groups with fewer than {FEWEST_PATIENTS} patients" if cells else ""
    else:
        words = (
            f"none: {NOT_ENOUGH_DATA}, {FEWEST_PATIENTS} patients are the fewest and here are {len(np.unique(cluster))}"
        )
    return ValidationReport(done, macro, [c.name for c in counted], cells, level, words, smallest, title)
