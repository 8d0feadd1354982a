"""The page of a monitor's result: alerts first, then what was compared and what was not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from heartsight.drift import DriftReport
from heartsight.drift_page import drift_sections
from heartsight.pipeline import disclaimer
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

if TYPE_CHECKING:
    from heartsight.pipeline import MonitorResult

_NO_ALERT = (
    "No alert: no difference that is significant and beyond its margin. In few cases that says little, and it says nothing of "
    "what was not compared."
)


def monitor_verdict(result: MonitorResult) -> str:
    """'not enough cases', '1 alert', '3 alerts' or 'no alert'."""
    if not result.enough:
        return "not enough cases"
    n = len(result.alerts)
    return f"{n} alert{'s' if n > 1 else ''}" if n else "no alert"


def _number(value: float, digits: int = 3) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _alerts(result: MonitorResult) -> str:
    if not result.enough:
        return element("p", escape(f"{result.n_cases} cases are too few to say anything: this is no all-clear."))
    if not result.alerts:
        return element("p", escape(_NO_ALERT))
    rows = [[a.kind, a.subject, a.reason, f"{a.p_value:.2g}"] for a in result.alerts]
    return table(["Kind", "Subject", "What was seen", "p"], rows, "p-values are corrected for all comparisons", [3])


def render_monitor(result: MonitorResult, title: str) -> str:
    """The page as HTML text."""
    heading = f"{title}: {monitor_verdict(result)}"
    body = element("h1", escape(heading))
    body += element("p", escape(f"{result.n_cases} cases, {result.n_analyzed} of them analysed."))
    body += section("Alerts", _alerts(result), "alerts")
    rows = [
        [c.name, str(c.n_with_outcome), _number(c.mean_probability), _number(c.observed_rate), _number(c.brier_score),
         _number(c.expected_calibration_error), _number(c.auroc)]
        for c in result.classes
    ]  # fmt: skip
    header = ["Class", "n with outcome", "mean probability", "observed rate", "Brier score", "ECE", "AUROC"]
    caption = "Of the cases whose outcome is known; without one there is nothing to show"
    body += section("Calibration", table(header, rows, caption, [1, 2, 3, 4, 5, 6]), "calibration")
    if result.not_compared:
        left_out = "".join(element("li", escape(what)) for what in result.not_compared)
        body += section("Not compared", element("ul", left_out), "not-compared")
    body += drift_sections(DriftReport(result.drift, title=title))
    body += element("p", escape(disclaimer), class_="notice strong", role="note")
    return document(heading, element("main", body))
