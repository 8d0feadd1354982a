"""One warning of scikit-learn that its use from several threads raises for nothing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_config_warnings() -> Iterator[None]:
    """Drops scikit-learn's warning that its configuration was not passed on to a worker.

    It takes an empty list of warning filters for that, and the standard library's catch_warnings, which scikit-learn enters in
    every tree, can leave such a list behind when several threads do it at once. A filter would be lost with the list; what
    shows warnings is not.
    """
    shown = warnings.showwarning

    def show(message: Warning | str, *details: Any, **more: Any) -> None:
        if not str(message).startswith("`sklearn.utils.parallel.delayed`"):
            shown(message, *details, **more)

    filters = list(warnings.filters)
    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown
        warnings.filters[:] = filters  # type: ignore[index]
