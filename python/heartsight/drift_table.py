"""Columns of two tables, as the comparison takes them: numbers as arrays, categories as counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight._core import DomainError, ShapeError
from heartsight.missing_values import is_missing

NEW_CATEGORY = "(not in the reference)"
"""Under this name a category is counted that the reference does not have."""

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class CategoryCounts:
    """How often each category of a column was seen."""

    counts: dict[str, int]
    n_missing: int


def table_columns(table: Any) -> dict[str, Any]:
    """The columns of a dict, pandas DataFrame, pyarrow Table, 2-D array or list of rows by name, as they are.

    Columns of an array or of rows are called x0, x1, …; each column of a list of rows has a type of its own, so that a name
    beside a number leaves it one. Raises TypeError for anything else, ShapeError when lengths differ, DomainError when two
    columns have one name, as 1 and '1' do.
    """
    if isinstance(table, Mapping):
        columns = _by_name(table, table.values())
    elif _is_arrow_table(table):
        columns = _by_name(table.column_names, table.columns)
    elif hasattr(table, "columns") and hasattr(table, "iloc"):
        columns = _by_name(table.columns, (table.iloc[:, i] for i in range(len(table.columns))))
    elif _is_rows(table):
        widths = {len(row) for row in table}
        if len(widths) > 1:
            raise ShapeError(f"drift: rows of a table have different lengths: {sorted(widths)}")
        columns = {f"x{i}": [row[i] for row in table] for i in range(widths.pop())}
    else:
        try:
            array = np.asarray(table)
        except ValueError:  # things of several lengths
            array = np.empty(0)
        if array.ndim != 2:
            raise TypeError(
                "drift: a table is a dict of columns, a pandas DataFrame, a pyarrow Table, an array (n_rows, n_columns) or a "
                "list of rows"
            )
        columns = {f"x{i}": array[:, i] for i in range(array.shape[1])}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ShapeError(f"drift: columns of a table have different lengths: {lengths}")
    return columns


def _is_rows(table: Any) -> bool:
    """A list of rows. Of such NumPy would make one type for all columns: text, where one of them is text."""
    return (
        isinstance(table, (list, tuple))
        and len(table) > 0
        and all(isinstance(row, (list, tuple)) or (isinstance(row, np.ndarray) and row.ndim == 1) for row in table)
    )


def _by_name(names: Iterable[Any], values: Iterable[Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, column in zip(names, values, strict=True):
        if str(name) in columns:
            raise DomainError(f"drift: two columns of a table are called {str(name)!r}")
        columns[str(name)] = column
    return columns


def _is_arrow_table(table: Any) -> bool:
    return type(table).__module__.startswith("pyarrow") and hasattr(table, "column_names")


def _is_arrow(values: Any) -> bool:
    return type(values).__module__.startswith("pyarrow")


def is_categorical(name: str, values: Any) -> bool:
    """Whether a column holds categories, by its dtype: strings, booleans, categories and objects do, numbers do not.

    Raises TypeError for dates and other types that are neither.
    """
    if _is_arrow(values):
        import pyarrow.types as types

        kind = values.type
        if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
            return False
        if (
            types.is_string(kind)
            or types.is_large_string(kind)
            or types.is_boolean(kind)
            or types.is_dictionary(kind)
            or types.is_null(kind)
        ):
            return True
        raise TypeError(
            f"drift: column {name!r} of type {kind} is neither numbers nor categories; convert or leave it out"
        )
    dtype = getattr(values, "dtype", None)
    if dtype is None:
        try:
            dtype = np.asarray(values).dtype
        except ValueError:  # cells of several lengths
            dtype = np.dtype(object)
    kind = getattr(dtype, "kind", "O")
    if kind in "mMc":
        raise TypeError(
            f"drift: column {name!r} of type {dtype} is neither numbers nor categories; convert or leave it out"
        )
    return kind not in "iuf"


def numeric_array(name: str, values: Any) -> Array:
    """A column of numbers as float32 or float64 where it is that, else as what NumPy makes of it; missing values are NaN."""
    if _is_arrow(values):
        import pyarrow as pa
        import pyarrow.types as types

        if types.is_decimal(values.type) or types.is_float16(values.type):
            values = values.cast(pa.float64())
        if isinstance(values, pa.ChunkedArray) and values.num_chunks == 1:
            values = values.chunk(0)  # no copy
        converted = (
            values.to_numpy(zero_copy_only=False) if not isinstance(values, pa.ChunkedArray) else values.to_numpy()
        )
        return np.asarray(converted)
    if hasattr(values, "to_numpy"):
        dtype = getattr(values, "dtype", None)
        if not isinstance(dtype, np.dtype):  # pandas' own nullable numbers
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    array = np.asarray(values)
    if array.ndim != 1:
        raise ShapeError(f"drift: column {name!r} must have 1 dimension, has {array.ndim}")
    if array.dtype.kind not in "iufb":
        try:
            return array.astype(np.float64)  # objects: None becomes NaN
        except (TypeError, ValueError) as error:
            raise TypeError(f"drift: column {name!r} of type {array.dtype} does not hold numbers: {error}") from None
    return array


_DATES = (date, time, timedelta, np.datetime64, np.timedelta64)


def category_name(value: Any, column: str = "") -> str:
    """The text of a category; 1.0 and 1 are one, because missing values make floats of integers.

    Raises TypeError for dates and containers, DomainError for text that is not Unicode.
    """
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, np.generic) and not isinstance(value, _DATES):
        value = value.item()
    if isinstance(value, _DATES) or not isinstance(value, Hashable):
        raise TypeError(
            f"drift: column {column!r}: {value!r} of type {type(value).__name__} is neither a number nor a category; "
            "convert or leave the column out"
        )
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise DomainError(f"drift: column {column!r}: {value!r} is no valid Unicode text") from None
    return text


_PLAIN = frozenset({str, int, float, type(None)})
"""Types of which equal values have one text; others are told apart by it: True equals 1."""


def category_counts(values: Any, column: str = "") -> CategoryCounts:
    """Counts of a column's categories by their text. Raises as category_name."""
    if _is_arrow(values):
        counted = values.value_counts()
        pairs: Any = zip(
            counted.field("values").to_pylist(), counted.field("counts").to_numpy(zero_copy_only=False), strict=True
        )
    elif hasattr(values, "value_counts") and getattr(values, "dtype", None) != np.dtype(object):
        counted = values.value_counts(dropna=False, sort=False)
        pairs = zip(counted.index, counted.to_numpy(), strict=True)
    elif getattr(getattr(values, "dtype", None), "kind", "O") in "iufb":
        pairs = zip(*np.unique(np.asarray(values), return_counts=True), strict=True)
    else:
        listed = values.tolist() if hasattr(values, "tolist") else list(values)
        plain = _PLAIN.issuperset(map(type, listed))
        pairs = Counter(listed).items() if plain else ((value, 1) for value in listed)
    counts: dict[str, int] = {}
    n_missing = 0
    for value, n in pairs:
        if is_missing(value):
            n_missing += int(n)
        elif n:
            name = category_name(value, column)
            counts[name] = counts.get(name, 0) + int(n)
    return CategoryCounts(counts, n_missing)


def aligned(
    reference: CategoryCounts, current: CategoryCounts, *, together: bool = True
) -> tuple[list[str], list[int], list[int]]:
    """Categories in the reference's order of size, then the new ones (as one, when `together`), with counts of both."""
    names = sorted(reference.counts, key=lambda name: (-reference.counts[name], name))
    new = sorted(name for name in current.counts if name not in reference.counts)
    a = [reference.counts[name] for name in names]
    b = [current.counts.get(name, 0) for name in names]
    if new and together:
        return [*names, NEW_CATEGORY], [*a, 0], [*b, sum(current.counts[name] for name in new)]
    return [*names, *new], [*a, *(0 for _ in new)], [*b, *(current.counts[name] for name in new)]


def chosen_columns(
    reference: Mapping[str, Any], current: Mapping[str, Any], columns: Sequence[str] | None
) -> list[str]:
    """The columns to compare: those asked for, or all of the reference that the current table has as well.

    Raises DomainError naming a column that a table lacks.
    """
    if columns is not None:
        for name in columns:
            for table, what in ((reference, "reference"), (current, "current table")):
                if name not in table:
                    raise DomainError(
                        f"compare: columns: the {what} has no column {name!r}; it has: {', '.join(table)}"
                    )
        return list(dict.fromkeys(columns))
    missing = [name for name in reference if name not in current]
    if missing:
        raise DomainError(
            f"compare: the current table lacks {', '.join(map(repr, missing))}, which the reference has; "
            "name the columns to compare"
        )
    return list(reference)


def category_codes(values: Any, categories: Sequence[str], column: str = "") -> npt.NDArray[np.int64]:
    """Each row's place in categories; len(categories) for another one, -1 for a missing value. Raises as category_name."""
    place = {name: i for i, name in enumerate(categories)}
    if _is_arrow(values):
        values = values.to_pylist()
    if hasattr(values, "to_numpy"):
        values = values.to_numpy(dtype=object)
    elif isinstance(values, np.ndarray):
        values = values.tolist()
    code: dict[Any, int] = {}
    codes = np.empty(len(values), dtype=np.int64)
    for i, value in enumerate(values):
        plain = type(value) in _PLAIN
        found = code.get(value) if plain else None
        if found is None:
            found = -1 if is_missing(value) else place.get(category_name(value, column), len(categories))
            if plain and found >= 0:
                code[value] = found
        codes[i] = found
    return codes
