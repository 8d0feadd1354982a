"""The bridge to libxgboost: parity checks, and boosters that heartsight.models refuses."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from heartsight._core import BackendError
from heartsight._core.xgboost import Booster, Library

__all__ = ["Booster", "Library", "find_library"]


def find_library() -> Library:
    """The libxgboost of the installed xgboost package, which is not imported.

    Raises BackendError when the package is missing or has no such library.
    """
    spec = importlib.util.find_spec("xgboost")
    if spec is None or spec.origin is None:
        raise BackendError("XGBoost: the xgboost package is not installed; pip install heartsight[train]")
    path = Path(spec.origin).parent / "lib" / "libxgboost.so"
    return Library(str(path))
