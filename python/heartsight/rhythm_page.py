"""The page of a recording's rhythm: the numbers, the tachogram, and the trace with its beats."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from heartsight import svg
from heartsight.beat_strip import beat_strip
from heartsight.page_style import COLORS
from heartsight.pipeline import disclaimer
from heartsight.report_page import document, section, table
from heartsight.rhythm import Rhythm
from heartsight.svg import element, escape

STRIP_S = 10.0
MAX_STRIPS = 12


def value_text(value: object) -> str:
    """Three significant digits; words for what is not defined."""
    if value is None:
        return "not defined at this length"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def hrv_rows(rhythm: Rhythm) -> list[list[str]]:
    hrv = rhythm.to_dict()["hrv"]
    return [
        [name, value_text(value), group]
        for group in ("time", "frequency", "nonlinear")
        for name, value in hrv.get(group, {}).items()
        if not isinstance(value, dict | list)
    ]


def tachogram(rhythm: Rhythm) -> str:
    """Heart rate over time, one dot per usable interval."""
    width, height, left, top, plot_h = 1000.0, 220.0, 50.0, 14.0, 160.0
    moments = rhythm.detection.r_peaks[1:] / rhythm.sampling_rate
    usable = np.isfinite(rhythm.rr_ms)
    rates = 60_000.0 / rhythm.rr_ms[usable]
    low, high = (
        (max(0.0, math.floor(rates.min() / 20) * 20), math.ceil(rates.max() / 20) * 20) if len(rates) else (40, 120)
    )
    high = max(high, low + 20)

    def xy(moment: float, rate: float) -> tuple[float, float]:
        x = left + (width - left - 10) * moment / max(rhythm.duration_s, 1e-9)
        return x, top + plot_h * (1 - (rate - low) / (high - low))

    parts = [
        svg.element("rect", x=left, y=top, width=width - left - 10, height=plot_h, fill="none", stroke=COLORS["line"])
    ]
    step = 20 if high - low <= 120 else 40
    for level in range(int(low), int(high) + 1, step):
        x, y = xy(0.0, level)
        parts.append(svg.element("path", d=svg.path([(x, y), (width - 10, y)]), stroke=COLORS["line"], fill="none"))
        parts.append(svg.text(x - 6, y + 4, level, font_size="12", text_anchor="end", fill=COLORS["muted"]))
    for first, last in rhythm.detection.unusable / rhythm.sampling_rate:
        (a, _), (b, _) = xy(first, low), xy(last, low)
        parts.append(
            svg.element("rect", x=a, y=top, width=b - a, height=plot_h, fill=COLORS["line"], fill_opacity="0.5")
        )
    for moment, rate in zip(moments[usable], rates, strict=True):
        x, y = xy(float(moment), float(rate))
        parts.append(svg.element("circle", cx=x, cy=y, r="2.5", fill=COLORS["bar_found"]))
    parts.append(svg.text(left, height - 8, f"0 to {rhythm.duration_s:.0f} s; beats per minute; shaded: unusable",
                          font_size="12", fill=COLORS["muted"]))  # fmt: skip
    words = f"Heart rate over time: {len(rates)} intervals"
    words += f" between {rates.min():.0f} and {rates.max():.0f} per minute." if len(rates) else "."
    return svg.figure("".join(parts), width=width, height=height, title="Heart rate over time", description=words,
                      name="tachogram", style="ecg")  # fmt: skip


def _strips(rhythm: Rhythm, lead: str, signal: npt.NDArray[np.floating]) -> str:
    length = int(STRIP_S * rhythm.sampling_rate)
    starts = list(range(0, len(signal), length))
    drawn = "".join(
        element(
            "div",
            beat_strip(
                signal,
                rhythm.sampling_rate,
                start,
                min(start + length, len(signal)),
                rhythm.detection.r_peaks,
                None,
                title=f"{lead} from {start / rhythm.sampling_rate:.0f} s",
                name=f"strip-{start}",
                unusable=rhythm.detection.unusable,
            ),
            class_="scroll",
        )
        for start in starts[:MAX_STRIPS]
    )
    left_out = len(starts) - MAX_STRIPS
    note = f"<p class='muted'>The first {MAX_STRIPS * STRIP_S:.0f} s; {left_out} more stretches are not drawn.</p>"
    return drawn + (note if left_out > 0 else "")


def render_rhythm(rhythm: Rhythm, lead: str, signal: npt.NDArray[np.floating]) -> str:
    slow, fast = rhythm.rate_range_bpm

    def number(value: float, unit: str, digits: int = 0) -> str:
        return "not defined" if math.isnan(value) else f"{value:.{digits}f} {unit}".strip()

    corrected = ", ".join(f"{n} {kind}" for kind, n in rhythm.corrected.items() if n) or "none"
    facts = [
        ["heart rate", number(rhythm.heart_rate_bpm, "per minute")],
        ["5th to 95th percentile", f"{number(slow, '')} to {number(fast, 'per minute')}"],
        ["beats", str(len(rhythm.detection.r_peaks))],
        ["irregularity", number(rhythm.irregularity, "", 3)],
        ["corrected intervals", corrected],
        ["unusable", f"{rhythm.unusable_s:.0f} of {rhythm.duration_s:.0f} s"],
    ]
    body = [
        element("h1", escape(f"Rhythm of {rhythm.id}")),
        element("p", escape(disclaimer), class_="notice"),
        section("Summary", table(["", "value"], facts, "All leads together"), "summary"),
        section("Heart rate", element("div", tachogram(rhythm), class_="scroll"), "rate"),
        section("Trace", _strips(rhythm, lead, signal), "trace"),
        section(
            "Heart rate variability",
            table(
                ["index", "value", "group"],
                hrv_rows(rhythm),
                "Definitions and units: docs, heart rate variability",
                [1],
            ),
            "hrv",
        ),
    ]
    return document(f"Rhythm of {rhythm.id}", "".join(body))
