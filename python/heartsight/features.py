"""Features of recordings, with names and a fingerprint that a model checks."""

from __future__ import annotations

from heartsight._core.features import FeatureSchema, summary_statistics, summary_statistics_schema

__all__ = ["FeatureSchema", "summary_statistics", "summary_statistics_schema"]
