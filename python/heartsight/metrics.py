"""Discrimination and decision metrics, and patient-wise folds."""

from __future__ import annotations

from heartsight._core.metrics import (
    ConfusionCounts,
    auroc,
    average_precision,
    brier_score,
    confusion_counts,
    group_folds,
)

__all__ = ["ConfusionCounts", "auroc", "average_precision", "brier_score", "confusion_counts", "group_folds"]
