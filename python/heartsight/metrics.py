"""Discrimination and decision metrics, intervals, corrections for many tests, beats against reference beats, folds."""

from __future__ import annotations

from heartsight._core.metrics import (
    BeatMatch,
    ConfusionCounts,
    Cpsc2019Score,
    JitterScore,
    auroc,
    average_precision,
    benjamini_hochberg,
    brier_score,
    clopper_pearson_interval,
    confusion_counts,
    cpsc2019_score,
    group_folds,
    holm,
    jitter_score,
    match_beats,
    wilson_interval,
)

__all__ = [
    "BeatMatch",
    "ConfusionCounts",
    "Cpsc2019Score",
    "JitterScore",
    "auroc",
    "average_precision",
    "benjamini_hochberg",
    "brier_score",
    "clopper_pearson_interval",
    "confusion_counts",
    "cpsc2019_score",
    "group_folds",
    "holm",
    "jitter_score",
    "match_beats",
    "wilson_interval",
]
