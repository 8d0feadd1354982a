"""Tree ensembles: XGBoost, LightGBM and scikit-learn models on heartsight's own engine."""

from __future__ import annotations

from typing import Any

from heartsight._core.models import TreeEnsemble
from heartsight._sklearn_trees import from_sklearn

__all__ = ["TreeEnsemble", "from_sklearn"]


def _from_arrays_dict(arrays: dict[str, Any]) -> TreeEnsemble:
    """For pickle: the ensemble from what TreeEnsemble.arrays() gives."""
    return TreeEnsemble.from_arrays(**arrays)
