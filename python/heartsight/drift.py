"""Drift: whether new data still looks like the reference, per column, for all columns together, and over time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from heartsight._core import DomainError, ShapeError
from heartsight._core import drift as _core
from heartsight._core.drift import (
    Adwin,
    ColumnDrift,
    CompareOptions,
    Cusum,
    DomainClassifierResult,
    MaximumMeanDiscrepancyResult,
    PageHinkley,
    PcaReconstructionResult,
    ReferenceBins,
    TestResult,
    anderson_darling,
    chi_square,
    cramer_von_mises,
    domain_classifier,
    fisher_exact,
    hellinger,
    hellinger_of_counts,
    jensen_shannon,
    jensen_shannon_of_counts,
    kolmogorov_smirnov,
    maximum_mean_discrepancy,
    pca_reconstruction,
    population_stability_index,
    population_stability_index_of_counts,
    two_proportions,
    wasserstein,
)
from heartsight.drift_table import (
    aligned,
    category_codes,
    category_counts,
    chosen_columns,
    is_categorical,
    numeric_array,
    table_columns,
)

if TYPE_CHECKING:
    from pathlib import Path

    from heartsight.picture import Picture

__all__ = [
    "Adwin",
    "ColumnDrift",
    "CompareOptions",
    "Cusum",
    "DomainClassifierResult",
    "DriftReference",
    "DriftReport",
    "DriftState",
    "DriftWindow",
    "MaximumMeanDiscrepancyResult",
    "PageHinkley",
    "PcaReconstructionResult",
    "ReferenceBins",
    "TestResult",
    "anderson_darling",
    "chi_square",
    "compare",
    "cramer_von_mises",
    "domain_classifier",
    "fisher_exact",
    "hellinger",
    "hellinger_of_counts",
    "jensen_shannon",
    "jensen_shannon_of_counts",
    "kolmogorov_smirnov",
    "maximum_mean_discrepancy",
    "pca_reconstruction",
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
        rows = [header, *(self.row(c) for c in self.columns)]
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
    def row(column: ColumnDrift) -> tuple[str, ...]:
        """One test in words: name, verdict, method, n, p, effect, margin."""
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

    def plot(self) -> Picture:
        """Effects over their margins, one bar per test, as a picture; one that reaches 1 matters where it is significant."""
        from heartsight.drift_page import effects_chart
        from heartsight.picture import Picture

        return Picture(effects_chart(self))


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

    reference, current: a dict of columns, a pandas DataFrame, a pyarrow Table, an array (n_rows, n_columns) or a list of rows,
        each column of which has its own type. Numbers and categories are told by dtype; `categorical` and `numeric` name
        columns that are to be taken as such. Categories that the reference lacks are counted together under one name. NaN,
        None and NA are missing; infinities are values.
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
            x, y = category_counts(a[name], name), category_counts(b[name], name)
            labels, x_counts, y_counts = aligned(x, y, together=preset != "reference")
            categories.append((name, labels, x_counts, y_counts, x.n_missing, y.n_missing))
        else:
            numbers.append((name, numeric_array(name, a[name]), numeric_array(name, b[name])))
    place = {part[0]: i for i, part in enumerate([*numbers, *categories])}
    return DriftReport(_core.compare(numbers, categories, [place[name] for name in names], options))


class DriftReference:
    """The reference window of a drift monitor, made from a table once and held as counts.

    Numbers lie on at most 4,000 bins at quantiles of the reference and two open tails; categories are counted, those that come
    later under one name. Immutable; pickles, and `to_bytes` gives the same bytes on every machine.

    table, columns, categorical, numeric: as in compare. Raises ShapeError (no column, a column without a value), DomainError,
    TypeError.
    """

    def __init__(
        self,
        table: Any,
        *,
        columns: Sequence[str] | None = None,
        categorical: Sequence[str] = (),
        numeric: Sequence[str] = (),
    ) -> None:
        found = table_columns(table)
        made: list[tuple[Any, ...]] = []
        for name in chosen_columns(found, found, columns):
            values = found[name]
            if name in categorical or (name not in numeric and is_categorical(name, values)):
                counted = category_counts(values, name)
                labels, counts, _ = aligned(counted, counted)
                made.append((name, labels, counts, counted.n_missing))
            else:
                made.append((name, numeric_array(name, values)))
        self._core = _core.DriftReference(made)

    @classmethod
    def _of(cls, core: _core.DriftReference) -> DriftReference:
        self = cls.__new__(cls)
        self._core = core
        return self

    @property
    def names(self) -> list[str]:
        """The columns, in the order in which a batch without names has them."""
        return list(self._core.names)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits, the same for equal references alone."""
        return f"{self._core.fingerprint:016x}"

    def to_bytes(self) -> bytes:
        return self._core.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> DriftReference:
        """Raises FormatError naming what is wrong."""
        return cls._of(_core.DriftReference.from_bytes(data))

    def __reduce__(self) -> Any:
        return DriftReference.from_bytes, (self.to_bytes(),)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DriftReference) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self._core.fingerprint)

    def __repr__(self) -> str:
        return f"<DriftReference {self.fingerprint}: {', '.join(self.names)}>"

    def _batch(self, rows: Any) -> list[Any]:
        """One array per column, from a table, an array (n_rows, n_columns), or one row as a dict or (n_columns,)."""
        one_row = isinstance(rows, dict) and not any(
            isinstance(value, (list, tuple)) or np.ndim(value) for value in rows.values()
        )
        if one_row:
            rows = {name: np.asarray([value]) for name, value in rows.items()}
        elif isinstance(rows, (np.ndarray, list, tuple)):
            # Of mixed rows NumPy would make strings, of all their values.
            array = rows if isinstance(rows, np.ndarray) else np.asarray(rows, dtype=object)
            if array.ndim == 1:
                array = array[np.newaxis, :]
            if array.ndim != 2 or array.shape[1] != len(self.names):
                raise ShapeError(f"DriftState: rows must have {len(self.names)} columns, has shape {array.shape}")
            rows = {name: array[:, i] for i, name in enumerate(self.names)}
        found = table_columns(rows)
        missing = [name for name in self.names if name not in found]
        if missing:
            raise DomainError(f"DriftState: rows lack {', '.join(map(repr, missing))}")
        batch: list[Any] = []
        for i, name in enumerate(self.names):
            categories = self._core.categories(i)
            values = found[name]
            batch.append(
                numeric_array(name, values) if categories is None else category_codes(values, categories, name)
            )
        return batch


def _as_reference(reference: Any) -> DriftReference:
    return reference if isinstance(reference, DriftReference) else DriftReference(reference)


class DriftState:
    """What a monitor has seen, as counts on the bins of a reference: mergeable, with equal bytes everywhere.

    Updates and merges in any order and any split give the same state bit for bit. Less than 64 KB per feature. A result's
    Kolmogorov-Smirnov distance lies at most `kolmogorov_smirnov_error` below that of the values (less than the largest bin's
    mass), Wasserstein within `wasserstein_error`; the distances on the ten bins are exact.

    reference: a DriftReference, or a table to make one from.
    """

    def __init__(self, reference: Any) -> None:
        self.reference = _as_reference(reference)
        self._core = _core.DriftState(self.reference._core)

    @classmethod
    def _of(cls, core: _core.DriftState, reference: DriftReference) -> DriftState:
        self = cls.__new__(cls)
        self.reference, self._core = reference, core
        return self

    @property
    def n_rows(self) -> int:
        return self._core.n_rows

    def update(self, rows: Any) -> DriftState:
        """Adds rows: a table with the reference's columns, an array (n_rows, n_columns), or one row; returns self.

        Raises ShapeError, DomainError, TypeError; nothing is added then.
        """
        self._core.update(self.reference._batch(rows))
        return self

    def merge(self, other: DriftState) -> DriftState:
        """Adds what another state has seen; returns self. Raises DomainError when its reference differs."""
        self._core.merge(other._core)
        return self

    def result(self, **options: Any) -> DriftReport:
        """Tests what was seen against the reference. options: method, alpha, correction, margin, … as in compare."""
        if options.get("margin", 0.0) is None:
            del options["margin"]
        return DriftReport(self._core.result(CompareOptions(**options)))

    def to_bytes(self) -> bytes:
        """The counts and the reference's fingerprint, not the reference."""
        return self._core.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes, reference: DriftReference) -> DriftState:
        """Raises FormatError (damaged bytes), DomainError (of another reference)."""
        return cls._of(_core.DriftState.from_bytes(data, reference._core), reference)

    def __reduce__(self) -> Any:
        return DriftState.from_bytes, (self.to_bytes(), self.reference)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DriftState) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<DriftState: {self.n_rows} rows of {len(self.reference.names)} columns>"


class DriftWindow:
    """The most recent part of a stream as a ring of states; the oldest is dropped as a whole.

    n_rows: the last n_rows rows in n_slots parts; or duration: the last duration in n_slots parts, in the unit of the times
    that update is given. Nothing here reads a clock. Raises DomainError unless one of the two is given.
    """

    def __init__(
        self, reference: Any, *, n_rows: int | None = None, duration: float | None = None, n_slots: int = 10
    ) -> None:
        if (n_rows is None) == (duration is None):
            raise DomainError("DriftWindow: give n_rows or duration, and not both")
        self.reference = _as_reference(reference)
        if n_rows is not None:
            self._core = _core.DriftWindow.by_count(self.reference._core, n_rows, n_slots)
        elif duration is not None:
            self._core = _core.DriftWindow.by_time(self.reference._core, duration, n_slots)

    @property
    def n_rows(self) -> int:
        """Rows in the window now."""
        return self._core.n_rows

    def update(self, rows: Any, *, time: float | None = None) -> DriftWindow:
        """Adds rows in the order of time; `time` for a window by duration. Returns self.

        Raises DomainError when time goes back to an earlier slot, lies 2^53 slots or more from 0, is missing or not wanted;
        else as DriftState.update.
        """
        batch = self.reference._batch(rows)
        if time is None:
            self._core.update(batch)
        else:
            self._core.update_at(batch, time)
        return self

    def advance(self, time: float) -> DriftWindow:
        """Nothing came until this time: a window by duration forgets what is older. Returns self. Raises DomainError."""
        self._core.advance(time)
        return self

    def state(self) -> DriftState:
        """All that the window holds."""
        return DriftState._of(self._core.state(), self.reference)

    def result(self, **options: Any) -> DriftReport:
        """As DriftState.result."""
        return self.state().result(**options)
