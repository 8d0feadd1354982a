"""From a recording to a report: bundles, the analyzer, and what it answers."""

from __future__ import annotations

from heartsight._core.pipeline import (
    Action,
    Analyzer,
    Bundle,
    Finding,
    LeadQuality,
    Quality,
    Report,
    disclaimer,
    make_bundle,
    read_bundle,
    read_manifest,
    write_bundle,
)

__all__ = [
    "Action",
    "Analyzer",
    "Bundle",
    "Finding",
    "LeadQuality",
    "Quality",
    "Report",
    "disclaimer",
    "make_bundle",
    "read_bundle",
    "read_manifest",
    "write_bundle",
]
