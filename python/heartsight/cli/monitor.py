"""`heartsight monitor compare`: two tables or logs of predictions, column by column."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import heartsight
from heartsight.cli.analyze import write_output
from heartsight.cli.console import out, printable, say
from heartsight.cli.descriptions import description_table
from heartsight.cli.problem import UsageProblem, read_error
from heartsight.drift import DriftReport, compare

NO_DRIFT = 0
DRIFT = 1
NOT_ENOUGH = 3

_STYLES = {"drift": "bold red", "significant but negligible": "yellow", "not enough data": "dim"}


@dataclass(frozen=True)
class CompareJob:
    """The options of `heartsight monitor compare`."""

    reference: Path
    current: Path
    columns: list[str] | None = None
    categorical: list[str] | None = None
    predictions: bool = False
    method: str = "default"
    alpha: float = 0.05
    correction: str = "holm"
    margin: float | None = None
    preset: str = "default"
    min_count: int = 20
    seed: int = 0
    json: str | None = None
    html: Path | None = None
    n_threads: int = 1


def read_table(path: Path) -> dict[str, Any]:
    """The columns of a CSV or Parquet file. Raises OSError and FormatError; UsageProblem where a package is missing."""
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        try:
            import pyarrow as pa
            import pyarrow.parquet
        except ImportError:
            raise UsageProblem(f"{path}: reading Parquet needs pyarrow: pip install pyarrow") from None
        try:
            table = pyarrow.parquet.read_table(path)
        except pa.ArrowException as error:
            raise heartsight.FormatError(f"{path}: {error}") from None
        return dict(zip(table.column_names, table.columns, strict=True))
    return _read_csv(path)


def _read_csv(path: Path) -> dict[str, Any]:
    """A column is one of numbers when every cell that is not empty is one; empty, NA, NaN and null are missing."""
    with path.open(newline="", encoding="utf-8-sig", errors="strict") as file:
        try:
            rows = list(csv.reader(file))
        except (csv.Error, UnicodeDecodeError) as error:
            raise heartsight.FormatError(f"{path}: {error}") from None
    if not rows or not rows[0]:
        raise heartsight.FormatError(f"{path}: line 1: no header")
    header = [name.strip() for name in rows[0]]
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise heartsight.FormatError(f"{path}: line 1: two columns are called {sorted(twice)[0]!r}")
    body = [row for row in rows[1:] if row]
    for number, row in enumerate(rows[1:], start=2):
        if row and len(row) != len(header):
            raise heartsight.FormatError(f"{path}: line {number}: {len(row)} cells, but the header has {len(header)}")
    columns = zip(*body, strict=True) if body else ((),) * len(header)
    return {name: _typed(cells) for name, cells in zip(header, columns, strict=True)}


_MISSING = {"", "na", "nan", "null", "none", "n/a"}


def _typed(cells: Any) -> Any:
    import numpy as np

    present = [None if cell.strip().lower() in _MISSING else cell.strip() for cell in cells]
    if any(cell is not None and not _is_number(cell) for cell in present):
        return np.array(present, dtype=object)
    return np.array([np.nan if cell is None else float(cell) for cell in present], dtype=np.float64)


def _is_number(cell: str) -> bool:
    if "_" in cell:  # float takes 1_000, which no other reader does
        return False
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _check_types(tables: list[tuple[Path, dict[str, Any]]], columns: list[str] | None, categorical: list[str]) -> None:
    """Raises UsageProblem where one bad cell would make categories of what the other file has as numbers."""
    for (path, table), (other_path, other) in (tables, tables[::-1]):
        for name in table if columns is None else columns:
            values: Any = table.get(name)
            others: Any = other.get(name)
            if name in categorical or getattr(getattr(values, "dtype", None), "kind", "") != "O":
                continue
            if getattr(getattr(others, "dtype", None), "kind", "O") != "f" or (others != others).all():
                continue  # not numbers, or nothing but missing cells
            bad = next((cell for cell in values if cell is not None and not _is_number(cell)), None)
            if bad is not None:
                raise UsageProblem(
                    f"{path}: column {name!r}: {bad!r} is no number, but {other_path} has numbers alone; "
                    "mend the cell, or name the column with --categorical"
                )


def prediction_columns(table: dict[str, Any]) -> list[str]:
    """Columns p_<class> of a log of predictions, then y_<class>, which are labels."""
    return [n for n in table if n.startswith("p_")] + [n for n in table if n.startswith("y_")]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return read_table(path)
    except Exception as error:
        reason = read_error(error)
        if reason is None:
            raise
        say(f"not read: {reason if str(path) in reason else f'{path}: {reason}'}")
        return None


def _print(report: DriftReport) -> None:
    from rich.text import Text

    words = ("verdict", "method")
    table = description_table(("column", "verdict", "method", "n", "missing %", "p", "effect", "margin"), words=words)
    for column in report:
        cells = report.row(column)
        missing = f"{100 * column.missing_reference:.1f} / {100 * column.missing_current:.1f}"
        verdict = Text(column.verdict, style=_STYLES.get(column.verdict, ""))
        table.add_row(printable(cells[0]), verdict, *cells[2:4], missing, *cells[4:])
    out().print(table)
    for column in report:
        if column.verdict == "drift":
            out().print(f"{printable(report.row(column)[0])}: {column.reason}")
    out().print(f"{report.title}: {report.verdict}")


def run_compare(job: CompareJob) -> int:
    reference, current = _read(job.reference), _read(job.current)
    if reference is None or current is None:
        return NOT_ENOUGH
    columns = job.columns
    labels: list[str] = []
    if job.predictions:
        columns = columns or [name for name in prediction_columns(reference) if name in current]
        if not any(name.startswith("p_") for name in columns):
            raise UsageProblem("--predictions: no column p_<CLASS> is in both files")
        labels = [name for name in columns if name.startswith("y_")]
    categorical = [*(job.categorical or ()), *labels]
    _check_types([(job.reference, reference), (job.current, current)], columns, categorical)
    try:
        report = compare(
            reference,
            current,
            columns=columns,
            categorical=categorical,
            method=job.method,
            alpha=job.alpha,
            correction=job.correction,
            margin=job.margin,
            preset=job.preset,
            min_count=job.min_count,
            seed=job.seed,
            n_threads=job.n_threads,
        )
    except (heartsight.Error, TypeError) as error:
        raise UsageProblem(str(error)) from None
    report.title = f"{job.reference.name} and {job.current.name}"
    if job.json != "-":
        _print(report)
        out().print(heartsight.pipeline.disclaimer)
    if job.json is not None:
        document = {"reference": job.reference.name, "current": job.current.name, **report.to_dict()}
        text = json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False) + "\n"
        write_output(job.json, lambda file: file.write(text))
    if job.html is not None:
        report.to_html(job.html)
        say(f"written: {job.html}")
    if report.verdict == "drift":
        return DRIFT
    return NOT_ENOUGH if report.verdict == "not enough data" else NO_DRIFT
