"""The page of a measured recording: statements, intervals, the median beats with all boundaries, the matrix of leads."""

from __future__ import annotations

import math

import heartsight
from heartsight.measure import MeasuredRecording
from heartsight.median_beat_chart import draw_median_beats
from heartsight.pipeline import disclaimer
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

MATRIX = (
    "p_amplitude", "p_duration", "q_amplitude", "q_duration", "r_amplitude", "s_amplitude", "r2_amplitude",
    "s2_amplitude", "qrs_duration", "intrinsicoid", "j", "j60", "j80", "t_amplitude", "qt", "noise",
)  # fmt: skip
DIGITS = {"mV": 2, "ms": 0, "mV ms": 1, "mV/s": 2, "degrees": 0, "1/min": 0, "1": 2}


def value_text(value: float, unit: str) -> str:
    return "-" if math.isnan(value) else f"{value:.{DIGITS[unit]}f}"


def _statements(measured: MeasuredRecording) -> str:
    if not measured.statements:
        return element("p", "No criterion of the list is met. That is not the same as a normal recording.")
    rows = [
        [
            s.text,
            ", ".join(f"{n.name} {value_text(n.value, n.unit)} {n.unit}".removesuffix(" 1") for n in s.because) or "-",
            s.source,
        ]
        for s in measured.statements
    ]
    return table(
        ["criterion", "because", "source"], rows, "Published criteria that the measurements meet; not diagnoses"
    )


def _overall(measured: MeasuredRecording) -> str:
    m = measured.measurements
    n = len(m.leads) * len(m.by_lead[0])
    rows = []
    described = heartsight.features.describe_measurements(m.leads)[n:]
    for (name, unit, definition), value, error in zip(described, m.values()[n:], m.uncertainties()[n:], strict=True):
        rows.append([name, value_text(value, unit), value_text(error, unit), "" if unit == "1" else unit, definition])
    return table(["measurement", "value", "+-", "unit", "definition"], rows, "All leads together", [1, 2])


def _matrix(measured: MeasuredRecording) -> str:
    m = measured.measurements
    units = {
        name.split("_", 1)[1]: unit
        for name, unit, _ in heartsight.features.describe_measurements(["X"])
        if "X_" in name
    }
    rows = [
        [f"{name} ({units[name]})", *(value_text(lead[name], units[name]) for lead in m.by_lead)] for name in MATRIX
    ]
    return table(["", *m.leads], rows, "Lead by lead; - is what cannot be measured", list(range(1, len(m.leads) + 1)))


def render_measured(measured: MeasuredRecording) -> str:
    m = measured.measurements
    share = m.overall["dominant_share"]
    kinds = ", ".join(f"{g.n_beats} {g.kind}" for g in m.groups.groups[:6]) or "none"
    facts = [
        ["beats", f"{len(m.beats.r_peaks)} ({kinds})"],
        ["rhythm", measured.rhythm.verdict.replace("_", " ")],
        ["measured from", f"{m.median_beat.n_beats} beats, {0.0 if math.isnan(share) else 100 * share:.0f} % of all"],
    ]
    if measured.left_out:
        facts.append(["not in mV, left out", ", ".join(measured.left_out)])
    chart = draw_median_beats(m) or element("p", "There is no beat to draw.")
    body = [
        element("h1", escape(f"Measurements of {measured.id}")),
        element("p", escape(disclaimer), class_="notice"),
        section("Criteria", _statements(measured), "criteria"),
        section("Beats", table(["", "value"], facts, "Beats and rhythm"), "beats"),
        section("Median beats", element("div", chart, class_="scroll"), "median"),
        section("Lead by lead", _matrix(measured), "matrix"),
        section("All leads", _overall(measured), "overall"),
    ]
    return document(f"Measurements of {measured.id}", "".join(body))
