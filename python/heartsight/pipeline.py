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
from heartsight._report_plot import plot as _plot

# Drawing is Python's; the report's class comes from the core.
setattr(Report, "plot", _plot)  # noqa: B010  assigning would need the attribute in the stubs

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
