"""Features of recordings: statistics of the signal, with names and a fingerprint that a model checks, intervals between beats
and heart rate variability.
"""

from __future__ import annotations

from heartsight._core.features import (
    FeatureSchema,
    Hrv,
    HrvFrequency,
    HrvNonlinear,
    HrvTime,
    RrCorrection,
    RrIntervals,
    approximate_entropy,
    correct_rr,
    fluctuation_exponent,
    heart_rate,
    hrv,
    rr_intervals,
    sample_entropy,
    summary_statistics,
    summary_statistics_schema,
)

__all__ = [
    "FeatureSchema",
    "Hrv",
    "HrvFrequency",
    "HrvNonlinear",
    "HrvTime",
    "RrCorrection",
    "RrIntervals",
    "approximate_entropy",
    "correct_rr",
    "fluctuation_exponent",
    "heart_rate",
    "hrv",
    "rr_intervals",
    "sample_entropy",
    "summary_statistics",
    "summary_statistics_schema",
]
