"""Is a decision equally good for all? Rates per group with intervals, disparities with a verdict, a state that merges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from heartsight._core import DomainError, ShapeError
from heartsight._core.fairness import (
    Disparity,
    GroupCalibration,
    GroupCell,
    GroupComparison,
    GroupEstimate,
    GroupState,
    UrgentRateParity,
    compare_groups,
    disparities,
    equal_rates_p_value,
    group_calibration,
    group_counts,
    group_estimates,
    judge,
    judge_calibration,
    judge_comparisons,
    urgent_rate_parity,
)
from heartsight._core.metrics import choose_threshold
from heartsight.groups import MISSING, Grouping, age_bands, grouping, groupings_of, ptbxl_sex
from heartsight.plain_values import without_nan

if TYPE_CHECKING:
    import pandas as pd

    from heartsight.picture import Picture

__all__ = [
    "CRITERIA",
    "MISSING",
    "RATES",
    "CalibrationRow",
    "ComparisonRow",
    "Disparity",
    "DisparityRow",
    "GroupCalibration",
    "GroupCell",
    "GroupComparison",
    "GroupEstimate",
    "GroupState",
    "GroupTable",
    "Grouping",
    "MetricRow",
    "RateRow",
    "ThresholdRow",
    "UrgentRateParity",
    "age_bands",
    "compare_groups",
    "disparities",
    "equal_rates_p_value",
    "group_calibration",
    "group_counts",
    "group_estimates",
    "group_metric",
    "group_table",
    "group_thresholds",
    "grouping",
    "judge",
    "judge_calibration",
    "judge_comparisons",
    "ptbxl_sex",
    "urgent_rate_parity",
]

RATES = ("selection_rate", "prevalence", "sensitivity", "false_positive_rate", "positive_predictive_value")
CRITERIA = ("demographic_parity", "equalized_odds", "predictive_parity")


@dataclass(frozen=True)
class RateRow:
    """One rate of one group."""

    outcome: str
    attribute: str
    group: str
    rate: str
    value: float
    low: float
    high: float
    part: int | None
    """None when suppressed."""
    whole: int
    enough: bool
    """At least min_cases cases stand behind it."""


@dataclass(frozen=True)
class CalibrationRow:
    """Observed rate against mean probability of one group."""

    outcome: str
    attribute: str
    group: str
    n: int
    mean_probability: float
    observed_rate: float
    gap: float
    low: float
    high: float
    p_value: float
    adjusted_p_value: float
    verdict: str
    """"disparity" where observed and predicted differ: a gap."""

    @property
    def text(self) -> str:
        """In words."""
        about = f"{self.outcome}: {self.attribute}" if self.outcome else self.attribute
        return (
            f"calibration, {about}, {self.group}: observed {self.observed_rate:.3f}, predicted {self.mean_probability:.3f}, gap "
            f"{self.gap:+.3f} [{self.low:+.3f}, {self.high:+.3f}], corrected p {self.adjusted_p_value:.3g}"
        )


@dataclass(frozen=True)
class DisparityRow:
    """How far the groups of one attribute are from one criterion."""

    outcome: str
    attribute: str
    criterion: str
    rate: str
    difference: float
    difference_low: float
    difference_high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    highest: str
    lowest: str
    p_value: float
    adjusted_p_value: float
    verdict: str
    left_out: tuple[str, ...]
    """Groups with too few cases: nothing is said of them, and they never pass with the others."""

    @property
    def text(self) -> str:
        """In words."""
        about = f"{self.criterion.replace('_', ' ')} by {self.attribute}"
        if self.outcome:
            about = f"{self.outcome}: {about}"
        missing = f"; too few cases to say anything of: {', '.join(self.left_out)}" if self.left_out else ""
        if np.isnan(self.difference):
            return f"{about}: not enough data{missing}"
        return (
            f"{about}: {self.verdict}; {self.rate.replace('_', ' ')} highest in {self.highest}, lowest in {self.lowest}, "
            f"difference {self.difference:.3f} [{self.difference_low:.3f}, {self.difference_high:.3f}], ratio {self.ratio:.2f} "
            f"[{self.ratio_low:.2f}, {self.ratio_high:.2f}], corrected p {self.adjusted_p_value:.3g}{missing}"
        )


@dataclass(frozen=True)
class ComparisonRow:
    """One group's rate against that of everybody else."""

    outcome: str
    attribute: str
    group: str
    rate: str
    difference: float
    low: float
    high: float
    p_value: float
    adjusted_p_value: float
    verdict: str


@dataclass(frozen=True)
class GroupTable:
    """What `group_table` found. Prints as a table; `to_frame`, `to_dict`, `to_html`, `plot`."""

    rates: list[RateRow]
    calibration: list[CalibrationRow]
    disparities: list[DisparityRow]
    comparisons: list[ComparisonRow]
    settings: dict[str, Any]

    @property
    def found(self) -> list[DisparityRow]:
        """The disparities that are shown: the rates differ, by at least the margin, after correction for all that was asked."""
        return [d for d in self.disparities if d.verdict == "disparity"]

    @property
    def verdict(self) -> str:
        """The worst of the criteria: "disparity", "not enough data", "undecided", or "within margin" (shown for every group).

        Calibration has verdicts of its own: a model may be equally wrong for all. `calibration` has them, and print shows gaps.
        """
        said = {row.verdict for row in self.disparities}
        for worst in ("disparity", "not enough data", "undecided", "within margin"):
            if worst in said:
                return worst
        return "not enough data"

    def to_dict(self) -> dict[str, Any]:
        """All of it, JSON-ready: what is not a number is None."""
        rows = {name: [asdict(r) for r in getattr(self, name)] for name in _PARTS}
        plain: dict[str, Any] = without_nan({"verdict": self.verdict, **rows, "settings": self.settings})
        return plain

    def to_frame(self, part: str = "rates") -> pd.DataFrame:
        """One part as a pandas data frame: "rates", "calibration", "disparities" or "comparisons"."""
        if part not in _PARTS:
            raise DomainError(f"to_frame: part = {part}: must be one of {', '.join(_PARTS)}")
        import pandas as pd

        return pd.DataFrame([asdict(r) for r in getattr(self, part)])

    def to_html(self, path: str | Path | None = None) -> str:
        """A page with the tables and charts; written to path when one is given."""
        from heartsight.fairness_page import render_fairness

        page = render_fairness(self)
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def plot(self, rate: str = "sensitivity") -> Picture:
        """The rate of every group with its interval, as a picture; several attributes stand below each other."""
        from heartsight.fairness_page import rate_chart
        from heartsight.picture import Picture

        rows = [replace(r, group=_label(r)) for r in self.rates if r.rate == rate]
        if not rows:
            raise DomainError(f"plot: rate = {rate}: must be one of {', '.join(self.settings['rates'])}")
        return Picture(rate_chart(rows, f"plot-{rate}"))

    def __repr__(self) -> str:
        lines = []
        rates = self.settings["rates"]
        last = None
        for row in self.rates:
            if row.rate != rates[0]:
                continue
            if (row.outcome, row.attribute) != last:
                last = (row.outcome, row.attribute)
                head = f"{row.outcome + ': ' if row.outcome else ''}by {row.attribute}"
                lines.append(f"{head:<28}{'n':>8}" + "".join(f"{_SHORT.get(r, r):>22}" for r in rates))
            of_group = [
                r for r in self.rates if (r.outcome, r.attribute, r.group) == (row.outcome, row.attribute, row.group)
            ]
            n = max(r.whole for r in of_group)
            lines.append(f"  {row.group:<26}{n:>8}" + "".join(f"{_cell(r):>22}" for r in of_group))
        lines.append(f"* fewer than {self.settings['min_cases']} cases: not enough data")
        lines += [d.text for d in self.disparities]
        lines += [c.text for c in self.calibration if c.verdict == "disparity"]
        return "\n".join(lines)


_PARTS = ("rates", "calibration", "disparities", "comparisons")
_SHORT = {
    "selection_rate": "selected",
    "false_positive_rate": "false positive",
    "false_negative_rate": "false negative",
    "positive_predictive_value": "PPV",
    "negative_predictive_value": "NPV",
}


def _label(row: RateRow) -> str:
    return ": ".join(part for part in (row.outcome, row.attribute, row.group) if part)


def _cell(row: RateRow) -> str:
    if np.isnan(row.value):
        return "-" if row.enough else "- *"
    return f"{row.value:.2f} [{row.low:.2f}, {row.high:.2f}]{' ' if row.enough else '*'}"


def _columns(y: Any, p: Any, outcomes: Sequence[str] | None) -> tuple[list[str], list[Any], list[Any]]:
    """Names, labels and scores, outcome by outcome."""
    scores = np.asarray(p)
    labels = None if y is None else np.asarray(y)
    if scores.ndim not in (1, 2) or 0 in scores.shape[1:]:
        raise ShapeError(f"group_table: p: must have shape (n,) or (n, k), has {scores.shape}")
    if labels is not None and labels.shape != scores.shape:
        raise ShapeError(f"group_table: y has shape {labels.shape}, but p has shape {scores.shape}")
    if labels is not None and labels.dtype.kind == "b":
        labels = labels.astype(np.int64)
    if scores.dtype.kind == "b":
        scores = scores.astype(np.float64)
    if scores.ndim == 1:
        names = [""] if outcomes is None else list(outcomes)
        if len(names) != 1:
            raise ShapeError(f"group_table: outcomes: {len(names)} names for one outcome")
        return names, [labels], [scores]
    names = [str(k) for k in range(scores.shape[1])] if outcomes is None else [str(o) for o in outcomes]
    if len(names) != scores.shape[1]:
        raise ShapeError(f"group_table: outcomes: {len(names)} names for {scores.shape[1]} columns")
    columns = [None if labels is None else np.ascontiguousarray(labels[:, k]) for k in range(len(names))]
    return names, columns, [np.ascontiguousarray(scores[:, k]) for k in range(len(names))]


def group_table(
    y: Any,
    p: Any,
    groups: Any,
    *,
    threshold: float | Sequence[float] = 0.5,
    outcomes: Sequence[str] | None = None,
    rates: Sequence[str] = RATES,
    criteria: Sequence[str] = CRITERIA,
    intersections: bool = False,
    level: float = 0.95,
    min_cases: int = 10,
    small_cells: str = "keep",
    exact: bool = False,
    margin: float = 0.1,
    n_resamples: int = 1000,
    seed: int = 0,
    n_threads: int = 1,
) -> GroupTable:
    """Rates of a decision per group, with intervals, and whether the groups differ.

    y: (n,) integers 0 or 1, (n, k) for k outcomes, or None when no outcome is known (then only the selection rate and
    demographic parity can be asked for). p: probabilities, scores or decisions of the same shape; positive from `threshold` on
    (one, or one per outcome). groups: one column, or several as a dict, data frame or Arrow table; None, NaN and NA are the
    group "missing"; a category without a case stays in the table. intersections adds the crossed groups.

    Every rate has Wilson's interval (`exact`: Clopper and Pearson's). A rate with fewer than min_cases cases is marked, and
    with small_cells="suppress" not shown, with "shrink" drawn towards the rate of all groups. A disparity is the largest rate
    minus the smallest, with a bootstrap interval; its verdict is "disparity" when the rates differ after Holm's correction over
    all outcomes, attributes and criteria of the call *and* by at least `margin`; "within margin" when the interval says so for
    every group; else "undecided" or "not enough data". See docs/fairness.md.

    Raises ShapeError (sizes differ), DomainError (a label not 0 or 1, NaN scores, unknown names, options out of range).
    """
    names, labels, scores = _columns(y, p, outcomes)
    n = len(scores[0])
    groupings = groupings_of(groups, n, intersections=intersections)
    thresholds = [float(threshold)] * len(names) if np.ndim(threshold) == 0 else [float(t) for t in threshold]  # type: ignore[arg-type,union-attr]
    if len(thresholds) != len(names):
        raise ShapeError(f"group_table: threshold: {len(thresholds)} thresholds for {len(names)} outcomes")
    if y is None:
        rates, criteria = _without_labels(rates, criteria)
    rate_rows: list[RateRow] = []
    calibrated: list[GroupCalibration] = []
    calibrated_in: list[tuple[str, Grouping, str]] = []
    kept: list[tuple[str, Grouping]] = []
    found: list[Disparity] = []
    alone: list[DisparityRow] = []
    compared_in: list[tuple[str, Grouping]] = []
    compared: list[GroupComparison] = []
    family = [rate for rate in rates if rate != "prevalence"]
    for name, label, score, at in zip(names, labels, scores, thresholds, strict=True):
        known = np.zeros(n, np.int64) if label is None else label
        for g in groupings:
            counts = group_counts(known, score, g.codes, n_groups=len(g.names), threshold=at)
            options: dict[str, Any] = {"level": level, "min_cases": min_cases}
            estimates = {r: group_estimates(r, counts, small_cells=small_cells, exact=exact, **options) for r in rates}
            for i, group in enumerate(g.names):
                for rate, of_groups in estimates.items():
                    e = of_groups[i]
                    low, high = e.interval
                    rate_rows.append(
                        RateRow(
                            name,
                            g.attribute,
                            group,
                            rate,
                            e.value,
                            low,
                            high,
                            None if e.part < 0 else e.part,
                            e.whole,
                            e.enough,
                        )
                    )
            if len(g.names) == 1:
                alone += [_alone(name, g, criterion) for criterion in criteria]
            if len(g.names) > 1 and criteria:
                some = disparities(
                    counts,
                    list(criteria),
                    margin=margin,
                    n_resamples=n_resamples,
                    seed=seed,
                    n_threads=n_threads,
                    **options,
                )
                found += some
                kept += [(name, g)] * len(some)
            if len(g.names) > 1 and family:
                several = compare_groups(counts, family, margin=margin, **options)
                compared += several
                compared_in += [(name, g)] * len(several)
            if label is not None and _are_probabilities(score):
                in_groups = group_calibration(
                    label, score, g.codes, n_groups=len(g.names), level=level, min_cases=min_cases
                )
                calibrated += in_groups
                calibrated_in += [(name, g, group) for group in g.names]
    disparity_rows = [
        _disparity_row(name, g, d) for (name, g), d in zip(kept, judge(found, level=level, margin=margin), strict=True)
    ]
    comparison_rows = [
        ComparisonRow(
            name,
            g.attribute,
            g.names[c.group],
            c.rate,
            c.difference,
            *c.interval,
            c.p_value,
            c.adjusted_p_value,
            c.verdict,
        )
        for (name, g), c in zip(compared_in, judge_comparisons(compared, level=level, margin=margin), strict=True)
    ]
    calibration = [
        CalibrationRow(
            name, g.attribute, group, c.n, c.mean_probability, c.observed_rate, c.gap, *c.interval, c.p_value,
            c.adjusted_p_value, c.verdict,
        )
        for (name, g, group), c in zip(calibrated_in, judge_calibration(calibrated, level=level), strict=True)
    ]  # fmt: skip
    if small_cells == "suppress":
        calibration = [_without_figures(row) for row in calibration]
        comparison_rows = [_without_figures(row) for row in comparison_rows]
    settings = {
        "n": n, "threshold": thresholds, "rates": list(rates), "criteria": list(criteria), "level": level, "min_cases": min_cases,
        "small_cells": small_cells, "exact": exact, "margin": margin, "n_resamples": n_resamples, "seed": seed,
    }  # fmt: skip
    return GroupTable(rate_rows, calibration, disparity_rows + alone, comparison_rows, settings)


def _without_labels(rates: Sequence[str], criteria: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    rates = ("selection_rate",) if tuple(rates) == RATES else rates
    criteria = ("demographic_parity",) if tuple(criteria) == CRITERIA else criteria
    wrong = [r for r in rates if r != "selection_rate"] + [c for c in criteria if c != "demographic_parity"]
    if wrong:
        raise DomainError(f"group_table: y = None: {', '.join(wrong)} cannot be known without outcomes")
    return rates, criteria


def _are_probabilities(score: npt.NDArray[Any]) -> bool:
    """Scores between 0 and 1 that are not mere decisions."""
    if not len(score) or score.min() < 0 or score.max() > 1:
        return False
    return bool(((score > 0) & (score < 1)).any())


def _alone(outcome: str, g: Grouping, criterion: str) -> DisparityRow:
    """Nothing can be compared where there is one group, and that is no pass."""
    nothing = (np.nan,) * 6
    return DisparityRow(
        outcome, g.attribute, criterion, "", *nothing, "", "", np.nan, np.nan, "not enough data", tuple(g.names)
    )


def _without_figures(row: Any) -> Any:
    """A row that has not enough data without what would give its few cases away."""
    if row.verdict != "not enough data":
        return row
    return replace(row, **{k: np.nan for k, v in asdict(row).items() if isinstance(v, float)})


def _disparity_row(outcome: str, g: Grouping, d: Disparity) -> DisparityRow:
    known = not np.isnan(d.difference)
    return DisparityRow(
        outcome, g.attribute, d.criterion, d.rate, d.difference, *d.difference_interval, d.ratio, *d.ratio_interval,
        g.names[d.highest] if known else "", g.names[d.lowest] if known else "", d.p_value, d.adjusted_p_value, d.verdict,
        tuple(g.names[i] for i in d.left_out),
    )  # fmt: skip


@dataclass(frozen=True)
class MetricRow:
    """Any metric of one group."""

    attribute: str
    group: str
    n: int
    value: float
    low: float
    high: float
    n_resamples: int
    """Resamples in which the metric had a value."""
    enough: bool


def group_metric(
    metric: Callable[[Any, Any], float],
    y: Any,
    p: Any,
    groups: Any,
    *,
    patient: Any = None,
    intersections: bool = False,
    level: float = 0.95,
    min_cases: int = 10,
    n_resamples: int = 500,
    seed: int = 0,
) -> list[MetricRow]:
    """Any metric(y, p) per group, such as heartsight.metrics.auroc, with a percentile bootstrap interval.

    patient: (n,) whose cases are drawn together; None when every case is a patient. A group without a case, or of which the
    metric has no value (AUROC of one class), keeps NaN; one with fewer than min_cases cases is marked. Few cases make
    percentile intervals too narrow: below about 50 cases read them with care.
    """
    scores = np.asarray(p)
    labels = np.asarray(y)
    if len(labels) != len(scores):
        raise ShapeError(f"group_metric: y has size {len(labels)}, but p has size {len(scores)}")
    if not 0 < level < 1:
        raise DomainError(f"group_metric: level = {level}: must be between 0 and 1")
    owner = np.arange(len(labels)) if patient is None else np.unique(np.asarray(patient), return_inverse=True)[1]
    if len(owner) != len(labels):
        raise ShapeError(f"group_metric: patient has size {len(owner)}, but y has size {len(labels)}")
    rows = []
    for g in groupings_of(groups, len(labels), intersections=intersections):
        for code, group in enumerate(g.names):
            mine = np.flatnonzero(g.codes == code)
            random = np.random.default_rng([seed, code])
            values = _resampled(metric, labels[mine], scores[mine], owner[mine], n_resamples, random)
            tail = (1 - level) / 2
            low, high = np.quantile(values, [tail, 1 - tail]) if len(values) else (np.nan, np.nan)
            value = float(metric(labels[mine], scores[mine])) if len(mine) else np.nan
            enough = len(mine) >= min_cases
            rows.append(MetricRow(g.attribute, group, len(mine), value, float(low), float(high), len(values), enough))
    return rows


@dataclass(frozen=True)
class ThresholdRow:
    """The threshold that one group alone would choose."""

    attribute: str
    group: str
    n: int
    n_positive: int
    threshold: float
    low: float
    high: float
    sensitivity: float
    specificity: float
    enough: bool
    """At least min_cases positives and negatives."""


def group_thresholds(
    y: Any,
    p: Any,
    groups: Any,
    *,
    rule: str = "sensitivity",
    target: float = 0.9,
    patient: Any = None,
    intersections: bool = False,
    level: float = 0.95,
    min_cases: int = 10,
    n_resamples: int = 200,
    seed: int = 0,
) -> list[ThresholdRow]:
    """The threshold that each group alone would choose, with bootstrap limits: an analysis, not a way to decide.

    It shows how far one threshold for all is from what the groups' own scores ask for; where limits overlap, the data do not
    tell the thresholds apart. Deciding about two patients of equal risk differently because of their group is not offered.
    rule and target: as heartsight.metrics.choose_threshold. y: (n,) 0 or 1; p: (n,). A group without both outcomes has NaN.
    Raises ShapeError, DomainError.
    """
    scores = np.asarray(p)
    labels = np.asarray(y)
    if labels.dtype.kind == "b":
        labels = labels.astype(np.int64)
    if len(labels) != len(scores):
        raise ShapeError(f"group_thresholds: y has size {len(labels)}, but p has size {len(scores)}")
    owner = None if patient is None else np.unique(np.asarray(patient), return_inverse=True)[1].astype(np.int64)
    if owner is not None and len(owner) != len(labels):
        raise ShapeError(f"group_thresholds: patient has size {len(owner)}, but y has size {len(labels)}")
    rows = []
    for g in groupings_of(groups, len(labels), intersections=intersections):
        for code, group in enumerate(g.names):
            mine = g.codes == code
            n, n_positive = int(mine.sum()), int(labels[mine].sum())
            if not 0 < n_positive < n:
                nothing = (np.nan,) * 5
                rows.append(ThresholdRow(g.attribute, group, n, n_positive, *nothing, False))
                continue
            choice = choose_threshold(
                labels[mine], scores[mine], rule=rule, target=target, group=None if owner is None else owner[mine],
                level=level, n_resamples=n_resamples, seed=seed,
            )  # fmt: skip
            rows.append(
                ThresholdRow(
                    g.attribute, group, n, n_positive, choice.threshold, choice.low, choice.high, choice.counts.sensitivity,
                    choice.counts.specificity, min(n_positive, n - n_positive) >= min_cases,
                )
            )  # fmt: skip
    return rows


def _resampled(
    metric: Callable[[Any, Any], float],
    y: npt.NDArray[Any],
    p: npt.NDArray[Any],
    owner: npt.NDArray[Any],
    n_resamples: int,
    random: np.random.Generator,
) -> npt.NDArray[np.float64]:
    if not len(y):
        return np.empty(0)
    order = np.argsort(owner, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(owner[order]) != 0])
    cases = np.split(order, starts[1:])
    values = []
    for _ in range(n_resamples):
        drawn = np.concatenate([cases[i] for i in random.integers(len(cases), size=len(cases))])
        value = float(metric(y[drawn], p[drawn]))
        if not np.isnan(value):
            values.append(value)
    return np.asarray(values)
