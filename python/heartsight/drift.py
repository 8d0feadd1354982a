"""Drift: whether new data still looks like the reference, per column, for all columns together, and over time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from heartsight._core import drift as _core
from heartsight._core.drift import (
    ColumnDrift,
    CompareOptions,
    ReferenceBins,
    TestResult,
    anderson_darling,
    chi_square,
    cramer_von_mises,
    fisher_exact,
    hellinger,
    hellinger_of_counts,
    jensen_shannon,
    jensen_shannon_of_counts,
    kolmogorov_smirnov,
    population_stability_index,
    population_stability_index_of_counts,
    two_proportions,
    wasserstein,
)
from heartsight.drift_table import (
    aligned,
    category_counts,
    chosen_columns,
    is_categorical,
    numeric_array,
    table_columns,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "ColumnDrift",
    "CompareOptions",
    "DriftReport",
    "ReferenceBins",
    "TestResult",
    "anderson_darling",
    "chi_square",
    "compare",
    "cramer_von_mises",
    "fisher_exact",
    "hellinger",
    "hellinger_of_counts",
    "jensen_shannon",
    "jensen_shannon_of_counts",
    "kolmogorov_smirnov",
    "population_stability_index",
    "population_stability_index_of_counts",
    "two_proportions",
    "wasserstein",
]

_FIELDS = (
    "name", "kind", "verdict", "method", "rule", "n_reference", "n_current", "missing_reference", "missing_current",
    "statistic", "p_value", "adjusted_p_value", "effect", "effect_name", "margin", "reason", "kolmogorov_smirnov",
    "wasserstein", "wasserstein_sd", "population_stability_index", "jensen_shannon", "hellinger", "total_variation",
    "kolmogorov_smirnov_error", "wasserstein_error",
)  # fmt: skip
_PICTURE = ("edges", "categories", "reference_counts", "current_counts")


class DriftReport:
    """What a comparison says: one row per test, and a verdict on the whole.

    verdict: 'drift' when a column drifts (preset reference: at least half of them), else 'significant but negligible',
    'no drift shown' or 'not enough data'. Indexed by a column's name, it gives the row about its values.
    """

    def __init__(self, report: _core.DriftReport, title: str = "Drift") -> None:
        self.columns: tuple[ColumnDrift, ...] = tuple(report.columns)
        self.verdict: str = report.verdict
        self.drift_share: float = report.drift_share
        self.options: CompareOptions = report.options
        self.title = title

    @property
    def drifted(self) -> list[str]:
        """Names of the columns that drift, by their values or by their share of missing ones; each once."""
        return list(dict.fromkeys(c.name for c in self.columns if c.verdict == "drift"))

    def __getitem__(self, name: str) -> ColumnDrift:
        for column in self.columns:
            if column.name == name and column.kind != "missing":
                return column
        raise KeyError(name)

    def __iter__(self) -> Iterator[ColumnDrift]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __repr__(self) -> str:
        return f"<DriftReport: {self.verdict}, {len(self.drifted)} of {len(self.columns)} rows drift>"

    def __str__(self) -> str:
        header = ("column", "verdict", "method", "n", "p", "effect", "margin")
        rows = [header, *(self._row(c) for c in self.columns)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
        lines = [
            "  ".join(
                cell.ljust(width) if i < 3 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        share = f"{sum(c.verdict == 'drift' for c in self.columns)} of {len(self.columns)} tests"
        return "\n".join([f"{self.title}: {self.verdict} ({share})", *lines])

    @staticmethod
    def _row(column: ColumnDrift) -> tuple[str, ...]:
        name = column.name + (" (missing)" if column.kind == "missing" else "")
        return (
            name,
            column.verdict,
            column.rule or column.method.replace("_", " "),
            f"{column.n_reference} / {column.n_current}",
            _number(column.adjusted_p_value),
            _number(column.effect),
            _number(column.margin),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values; None where a number does not exist."""
        o = self.options
        return {
            "verdict": self.verdict,
            "drift_share": self.drift_share,
            "options": {
                "method": o.method,
                "alpha": o.alpha,
                "correction": o.correction,
                "margin": _finite(o.margin),
                "preset": o.preset,
                "min_count": o.min_count,
                "n_resamples": o.n_resamples,
                "seed": o.seed,
            },
            "columns": [
                {
                    **{field: _finite(getattr(column, field)) for field in _FIELDS},
                    **{field: [_finite(v) for v in getattr(column, field)] for field in _PICTURE},
                }
                for column in self.columns
            ],
        }

    def to_frame(self) -> Any:
        """A pandas DataFrame with one row per test. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(
            [{field: getattr(c, field) for field in _FIELDS} for c in self.columns], columns=list(_FIELDS)
        )

    def to_html(self, path: str | Path | None = None) -> str:
        """One self-contained page, written to `path` when given."""
        from heartsight.drift_page import render_drift

        page = render_drift(self)
        if path is not None:
            from pathlib import Path

            Path(path).write_text(page, encoding="utf-8")
        return page

    def plot(self, ax: Any = None) -> Any:
        """Effects over their margins, one bar per test, on a matplotlib axis, which is returned. Needs matplotlib."""
        if ax is None:
            from matplotlib import pyplot

            _, ax = pyplot.subplots(figsize=(7, 0.6 + 0.3 * len(self.columns)))
        shown = [c for c in self.columns if math.isfinite(c.effect) and c.margin > 0]
        colors = {"drift": "#9b1c1c", "significant but negligible": "#7a4a00"}
        ax.barh(
            [self._row(c)[0] for c in shown],
            [c.effect / c.margin for c in shown],
            color=[colors.get(c.verdict, "#5b8cc0") for c in shown],
        )
        ax.axvline(1.0, color="#16202a", linestyle="--", linewidth=1)
        ax.invert_yaxis()
        ax.set_xlabel("effect / margin (red: drift; brown: significant but negligible)")
        ax.set_title(f"{self.title}: {self.verdict}")
        return ax


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3g}"


def compare(
    reference: Any,
    current: Any,
    *,
    columns: Sequence[str] | None = None,
    categorical: Sequence[str] = (),
    numeric: Sequence[str] = (),
    method: str = "default",
    alpha: float = 0.05,
    correction: str = "holm",
    margin: float | None = None,
    preset: str = "default",
    min_count: int = 20,
    n_resamples: int = 1999,
    seed: int = 0,
    n_threads: int = 1,
) -> DriftReport:
    """Compares two tables column by column and says of each whether it has drifted.

    Each column is tested; missing values are a test of their own where there are any; the p-values are corrected for the
    number of tests; and a significant difference is drift only when its effect reaches the margin, else it is
    'significant but negligible'. So fifty rows raise no alarm about noise, and ten million none about nothing.

    reference, current: a dict of columns, a pandas DataFrame, a pyarrow Table, or an array (n_rows, n_columns). Numbers and
        categories are told by dtype; `categorical` and `numeric` name columns that are to be taken as such. Categories that
        the reference lacks are counted together under one name. NaN, None and NA are missing; infinities are values.
    columns: names; all of the reference's by default, which the current table must then have.
    method: 'default' (anderson_darling for numbers, chi_square for categories), kolmogorov_smirnov, cramer_von_mises,
        wasserstein, population_stability_index, jensen_shannon, hellinger. What does not suit a column's kind is the default
        there.
    correction: 'holm' (at most alpha for any false alarm in the table), 'benjamini_hochberg' (share of false alarms among
        the alarms), 'none'.
    margin: smallest effect that counts, for all columns; by default 0.05 of the largest distance of the distribution functions,
        of total variation and of the share of missing values, 0.1 of Wasserstein over standard deviation, 0.02 of the
        population stability index, 0.05 of the Jensen-Shannon and Hellinger distances.
    preset: 'reference' decides by Evidently's default rules (0.7) instead, for comparison: neither correction nor margin.
    min_count: fewer values than this on a side are 'not enough data'.
    n_resamples, seed: of simulated null distributions, which small counts and the Wasserstein distance need.

    Raises DomainError (unknown name or option, a column that a table lacks), ShapeError, TypeError (dates and the like).
    """
    a = table_columns(reference)
    b = table_columns(current)
    names = chosen_columns(a, b, columns)
    options = CompareOptions(
        method=method,
        alpha=alpha,
        correction=correction,
        margin=math.nan if margin is None else margin,
        preset=preset,
        min_count=min_count,
        n_resamples=n_resamples,
        seed=seed,
        n_threads=n_threads,
    )
    numbers: list[tuple[Any, ...]] = []
    categories: list[tuple[Any, ...]] = []
    for name in names:
        by_dtype = name not in numeric and (is_categorical(name, a[name]) or is_categorical(name, b[name]))
        if name in categorical or by_dtype:
            x, y = category_counts(a[name]), category_counts(b[name])
            labels, x_counts, y_counts = aligned(x, y, together=preset != "reference")
            categories.append((name, labels, x_counts, y_counts, x.n_missing, y.n_missing))
        else:
            numbers.append((name, numeric_array(name, a[name]), numeric_array(name, b[name])))
    place = {part[0]: i for i, part in enumerate([*numbers, *categories])}
    return DriftReport(_core.compare(numbers, categories, [place[name] for name in names], options))
