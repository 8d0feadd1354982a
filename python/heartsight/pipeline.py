"""From a recording to a report: bundles, the analyzer, what it answers, and the monitor that watches it."""

from __future__ import annotations

from heartsight._core.pipeline import (
    Action,
    Analyzer,
    Bundle,
    Contribution,
    ExplainedFeature,
    Explanation,
    Finding,
    LeadQuality,
    Monitor,
    MonitorAlert,
    MonitoredCase,
    MonitoredClass,
    MonitorReference,
    MonitorResult,
    MonitorState,
    Quality,
    Report,
    disclaimer,
    make_bundle,
    monitored_case,
    monitored_heart_sounds,
    read_bundle,
    read_manifest,
    signal_profile,
    write_bundle,
)
from heartsight._monitor_result_page import to_html as _to_html
from heartsight._report_plot import plot as _plot

# Drawing is Python's; the classes come from the core.
setattr(Report, "plot", _plot)  # noqa: B010  assigning would need the attribute in the stubs
setattr(MonitorResult, "to_html", _to_html)  # noqa: B010

__all__ = [
    "Action",
    "Analyzer",
    "Bundle",
    "Contribution",
    "ExplainedFeature",
    "Explanation",
    "Finding",
    "LeadQuality",
    "Monitor",
    "MonitorAlert",
    "MonitorReference",
    "MonitorResult",
    "MonitorState",
    "MonitoredCase",
    "MonitoredClass",
    "Quality",
    "Report",
    "disclaimer",
    "make_bundle",
    "monitored_case",
    "monitored_heart_sounds",
    "read_bundle",
    "read_manifest",
    "signal_profile",
    "write_bundle",
]
