"""The median beat of each lead with the boundaries of its waves, as SVG on ECG paper: 50 mm/s, 10 mm/mV."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartsight import svg
from heartsight.ecg_paper import LAYOUT, thin
from heartsight.features import Measurements
from heartsight.page_style import COLORS

MM_PER_S = 50.0
MM_PER_MV = 10.0
ROW_MM = 36.0
MIN_PANEL_MM = 42.0
CAPTION_MM = 150.0
MAX_EXCURSION_MV = 1.6  # drawn about the level; larger complexes are scaled, and the panel says so
WAVES = (("P", "p", "bar"), ("QRS", "qrs", "immediate"), ("T", "t", "routine"))


@dataclass(frozen=True)
class BeatMark:
    """A stretch of one lead's beat to point at: segment is p, qrs, st or t."""

    lead: str
    segment: str
    label: str


def _stretch(m: Measurements, segment: str) -> tuple[float, float]:
    """First and last sample of a segment, of all leads together; NaN where there is none."""
    f = m.fiducials
    if segment != "st":
        return f[f"{segment}_onset"], f[f"{segment}_offset"]
    first, last = f["qrs_offset"], f["t_onset"]
    return first, last if last > first else first + 0.08 * m.median_beat.sampling_rate


def _order(leads: list[str]) -> list[int]:
    """Rows as on ECG paper where the twelve leads are there, else as they come."""
    paper = [name for row in LAYOUT for name in row]
    if all(name in leads for name in paper):
        return [leads.index(name) for name in paper] + [i for i, name in enumerate(leads) if name not in paper]
    return list(range(len(leads)))


def _scale(x: np.ndarray) -> float:
    """1, 1/2, 1/4 ... so that the beat fits its panel."""
    present = np.abs(x[np.isfinite(x)])
    scale = 1.0
    while len(present) and present.max() * scale > MAX_EXCURSION_MV and scale > 1e-3:
        scale /= 2.0
    return scale


def _panel(m: Measurements, row: int, left: float, top: float, width: float, marks: Sequence[BeatMark]) -> str:
    beat = m.median_beat
    x = beat.samples[row]
    scale = _scale(x)
    level = top + 0.5 * ROW_MM

    def at(sample: float) -> float:
        return left + sample / beat.sampling_rate * MM_PER_S

    parts = []
    for _, wave, color in WAVES:
        first, last = m.fiducials[f"{wave}_onset"], m.fiducials[f"{wave}_offset"]
        if math.isfinite(first) and math.isfinite(last):
            parts.append(
                svg.element("rect", x=at(first), y=top + 5.0, width=max(0.2, at(last) - at(first)), height=ROW_MM - 7.0,
                            fill=COLORS[color], fill_opacity="0.10")
            )  # fmt: skip
    line = svg.path([(left, level), (left + width, level)])
    parts.append(svg.element("path", d=line, stroke=COLORS["line"], stroke_width="0.15", fill="none"))
    indices, values = thin(x)
    points = [
        None if math.isnan(v) else (at(float(i)), level - float(v) * scale * MM_PER_MV)
        for i, v in zip(indices, values, strict=True)
    ]
    parts.append(
        svg.element("path", d=svg.path(points), stroke=COLORS["trace"], stroke_width="0.35", stroke_linejoin="round",
                    fill="none")
    )  # fmt: skip
    own = m.lead_fiducials[row]
    for _, wave, color in WAVES:
        for end in ("onset", "peak", "offset"):
            place = own[f"{wave}_{end}"]
            if not math.isfinite(place):
                continue
            v = x[min(len(x) - 1, max(0, round(place)))]
            y = level - (float(v) if math.isfinite(v) else 0.0) * scale * MM_PER_MV
            if end == "peak":
                parts.append(svg.element("circle", cx=at(place), cy=y, r="0.7", fill=COLORS[color]))
            else:
                mark = svg.path([(at(place), y - 2.5), (at(place), y + 2.5)])
                parts.append(svg.element("path", d=mark, stroke=COLORS[color], stroke_width="0.4", fill="none"))
    labels: dict[str, list[str]] = {}
    for mark_of in marks:
        if mark_of.lead == m.leads[row]:
            labels.setdefault(mark_of.segment, []).append(mark_of.label)
    for segment, texts in labels.items():
        first, last = _stretch(m, segment)
        if not (math.isfinite(first) and math.isfinite(last)):
            continue
        parts.append(
            svg.element("rect", x=at(first), y=top + 5.0, width=max(1.0, at(last) - at(first)), height=ROW_MM - 7.0,
                        fill="none", stroke=COLORS["text"], stroke_width="0.5", stroke_dasharray="1.5 0.8")
        )  # fmt: skip
        for line_number, words in enumerate(texts):
            y = top + ROW_MM - 3.2 - 3.0 * line_number
            parts.append(svg.text(at(first) + 0.6, y, words, font_size="2.8", fill=COLORS["text"]))
    name = m.leads[row] + ("" if scale == 1.0 else f" (x {scale:g})")
    parts.append(svg.text(left + 1.0, top + 4.0, name, font_size="4", font_weight="700", fill=COLORS["text"]))
    return "".join(parts)


def draw_median_beats(m: Measurements, *, name: str = "median-beats", marks: Sequence[BeatMark] = ()) -> str:
    """All leads, four to a row; shaded: the waves of all leads together, marks: boundaries and peaks of each lead.

    marks: stretches to point at, framed and labelled.
    """
    beat = m.median_beat
    if beat.n_beats == 0:
        return ""
    order = _order(list(m.leads))
    columns = min(4, len(order))
    panel = max(MIN_PANEL_MM, beat.samples.shape[1] / beat.sampling_rate * MM_PER_S)
    width = max(CAPTION_MM, columns * (panel + 3.0) + 3.0)
    n_rows = math.ceil(len(order) / columns)
    height = n_rows * ROW_MM + 8.0
    parts = [svg.element("rect", width=width, height=height, fill=COLORS["paper"])]
    for step, color, stroke in ((1, "grid_small", "0.1"), (5, "grid_large", "0.15")):
        lines = "".join(f"M{x} 0V{svg.number(height)}" for x in range(0, int(width) + 1, step))
        lines += "".join(f"M0 {y}H{svg.number(width)}" for y in range(0, int(height) + 1, step))
        parts.append(svg.element("path", d=lines, stroke=COLORS[color], stroke_width=stroke, fill="none"))
    for k, row in enumerate(order):
        parts.append(_panel(m, row, 3.0 + (k % columns) * (panel + 3.0), (k // columns) * ROW_MM, panel, marks))
    words = "50 mm/s, 10 mm/mV; shaded: P, QRS and T of all leads; marks: each lead's own"
    parts.append(svg.text(3.0, height - 2.5, words, font_size="3.5", fill=COLORS["muted"]))
    framed = "; ".join(f"{mark.label}: {mark.segment.upper()} in {mark.lead}" for mark in marks)
    described = (
        f"Median of {beat.n_beats} beats in {len(order)} leads with the boundaries of P, QRS and T. "
        f"QRS {m.overall['qrs_duration']:.0f} ms, QT {m.overall['qt']:.0f} ms."
        + (f" Framed: {framed}." if framed else "")
    )
    return svg.figure("".join(parts), width=width, height=height, title="Median beats", description=described, name=name,
                      style="ecg")  # fmt: skip
