"""Strata of multi-label records, for folds of equal make-up."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


def strata(labels: IntArray) -> IntArray:
    """The rarest class of each record, so that folds share the rare classes evenly; one more value for none."""
    order = np.argsort(labels.sum(axis=0), kind="stable")
    result = np.full(len(labels), labels.shape[1], dtype=np.int64)
    for k in order[::-1]:
        result[labels[:, k] == 1] = k
    return result
