"""Groups of patients as codes and names: from columns of any kind, crossed, and from PTB-XL's sex and age."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight._core import DomainError, ShapeError
from heartsight.missing_values import is_missing

MISSING = "missing"
"""The name of the group of those whose group is not known. It is counted and shown like any other."""

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grouping:
    """Which group each case is in: codes (n,) into names."""

    attribute: str
    names: list[str]
    codes: Codes


MAX_GROUPS = 1000
"""More groups than this in a column, or crossed, are identifiers, or cannot be read by anybody."""


def _order(value: Any) -> tuple[int, Any]:
    """Numbers, then words, of which "<18" comes first and ">=80" last."""
    if isinstance(value, bool | int | float):
        return (0, value)
    words = str(value)
    return ({"<": 1, ">": 3}.get(words[:1], 2), words)


def _name(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a column of integers with gaps is one of floats
    return str(value)


def grouping(attribute: str, values: Any) -> Grouping:
    """Groups of a column: list, NumPy array, pandas Series (categories included), pyarrow array.

    Names in the order of their values (of the categories, where the column has such; one without a case is kept); None, NaN
    and NA become the group "missing", last. Raises ShapeError when the column has not one dimension.
    """
    dtype: Any = getattr(values, "dtype", None)
    if hasattr(values, "cat") and hasattr(dtype, "categories"):  # a pandas column of categories
        codes = np.asarray(values.cat.codes, dtype=np.int64)
        names = [_name(c) for c in dtype.categories]
    else:
        if hasattr(values, "to_pylist"):  # pyarrow
            values = values.to_pylist()
        # A list goes in as it is: NumPy would write a NaN among words as the word "nan".
        array = np.asarray(values, dtype=object) if isinstance(values, list | tuple) else np.asarray(values)
        if array.ndim != 1:
            raise ShapeError(f"groups[{attribute!r}]: must have 1 dimension, has {array.ndim}")
        if array.dtype.kind in "biu":
            distinct, inverse = np.unique(array, return_inverse=True)
            codes, names = np.asarray(inverse, dtype=np.int64), [_name(v) for v in distinct.tolist()]
        else:
            index: dict[Any, int] = {}
            listed = array.tolist() if array.dtype.kind != "O" else list(array)
            codes = np.fromiter(
                (-1 if is_missing(v) else index.setdefault(v, len(index)) for v in listed), np.int64, len(listed)
            )
            order = sorted(index, key=_order)
            rank = np.empty(len(index) + 1, np.int64)
            for position, value in enumerate(order):
                rank[index[value]] = position
            rank[-1] = -1
            codes, names = rank[codes], [_name(v) for v in order]
    if (codes < 0).any():
        if MISSING not in names:
            names = [*names, MISSING]
        codes = np.where(codes < 0, names.index(MISSING), codes)
    if len(set(names)) != len(names):
        raise DomainError(f"groups[{attribute!r}]: two different values are written alike")
    if len(names) > MAX_GROUPS:
        raise DomainError(f"groups[{attribute!r}]: {len(names)} groups, at most {MAX_GROUPS}: is it an identifier?")
    return Grouping(attribute, names, codes)


def cross(groupings: Sequence[Grouping]) -> Grouping:
    """The intersections: "female, 65-79" and so on; those without a case are kept, because nothing is known of them."""
    n_crossed = math.prod(len(g.names) for g in groupings)
    if n_crossed > MAX_GROUPS:
        raise DomainError(
            f"groups: {n_crossed} intersections, at most {MAX_GROUPS}: cross fewer columns, or wider bands"
        )
    codes = np.zeros(len(groupings[0].codes), np.int64)
    names = [""]
    for g in groupings:
        codes = codes * len(g.names) + g.codes
        names = [f"{left}, {right}" if left else right for left in names for right in g.names]
    return Grouping(" x ".join(g.attribute for g in groupings), names, codes)


def groupings_of(groups: Any, n: int, *, intersections: bool) -> list[Grouping]:
    """One grouping per column of a mapping, data frame or table, or of a single column; and their cross."""
    if hasattr(groups, "column_names"):  # a pyarrow table
        groups = {name: groups.column(name) for name in groups.column_names}
    elif hasattr(groups, "columns") and hasattr(groups, "iloc"):
        groups = {str(name): groups[name] for name in groups.columns}
    if not isinstance(groups, Mapping):
        groups = {str(getattr(groups, "name", None) or "group"): groups}
    if not groups:
        raise ShapeError("groups: no column")
    found = [grouping(str(name), values) for name, values in groups.items()]
    for g in found:
        if len(g.codes) != n:
            raise ShapeError(f"groups[{g.attribute!r}]: has size {len(g.codes)}, but there are {n} cases")
    if intersections and len(found) > 1:
        found.append(cross(found))
    return found


def ptbxl_sex(codes: Any) -> npt.NDArray[np.object_]:
    """ "male" or "female" of PTB-XL's column `sex`, where 0 is male and 1 female; None where it is neither.

    The other way round, which other data sets use, has swapped the sexes of published fairness figures.
    """
    words = {0.0: "male", 1.0: "female"}
    return np.array([words.get(c) for c in np.asarray(codes, dtype=float).tolist()], dtype=object)


def age_bands(age: Any, edges: Sequence[float] = (18, 40, 65, 80)) -> npt.NDArray[np.object_]:
    """Bands such as "<18", "18-39", "40-64", "65-79", ">=80" of ages in years; None where the age is missing or negative.

    PTB-XL's 300 (over 89) falls into the last band. Raises DomainError when the edges do not increase.
    """
    limits = np.asarray(edges, dtype=float)
    if limits.ndim != 1 or not len(limits) or not (np.diff(limits) > 0).all():
        raise DomainError(f"age_bands: edges = {list(edges)}: must increase")
    years = np.asarray(age, dtype=float)
    whole = all(float(e).is_integer() for e in limits)
    between = [f"{a:g}-{b - 1:g}" if whole else f"{a:g} to <{b:g}" for a, b in itertools.pairwise(limits)]
    names = np.array([f"<{limits[0]:g}", *between, f">={limits[-1]:g}"], dtype=object)
    band: npt.NDArray[np.object_] = names[np.searchsorted(limits, np.nan_to_num(years, nan=0.0), side="right")]
    band[~(years >= 0)] = None
    return band
