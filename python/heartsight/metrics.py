"""Discrimination and decision metrics, beats against reference beats, and patient-wise folds."""

from __future__ import annotations

from heartsight._core.metrics import (
    BeatMatch,
    ConfusionCounts,
    Cpsc2019Score,
    JitterScore,
    auroc,
    average_precision,
    brier_score,
    confusion_counts,
    cpsc2019_score,
    group_folds,
    jitter_score,
    match_beats,
)

__all__ = [
    "BeatMatch",
    "ConfusionCounts",
    "Cpsc2019Score",
    "JitterScore",
    "auroc",
    "average_precision",
    "brier_score",
    "confusion_counts",
    "cpsc2019_score",
    "group_folds",
    "jitter_score",
    "match_beats",
]
