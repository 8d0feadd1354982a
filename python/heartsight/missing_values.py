"""What counts as missing in a column."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


def is_missing(value: Any) -> bool:
    """None, NaN, NaT and pandas' NA; text never is."""
    if value is None:
        return True
    if not isinstance(value, Hashable):  # a container
        return False
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # NA says neither
        return True
