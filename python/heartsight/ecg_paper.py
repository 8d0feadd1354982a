"""A 12-lead recording on ECG paper, as SVG: 25 mm/s, 10 mm/mV, 3 x 4 columns of 2.5 s and a rhythm strip of 10 s.

One user unit is one millimetre of paper. Drawing only: nothing here changes what was analysed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import svg
from heartsight.page_style import COLORS

MM_PER_S = 25.0
MM_PER_MV = 10.0
SECONDS = 10.0
LAYOUT = (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6"))
STANDARD = [names[column] for column in range(4) for names in LAYOUT]
COLUMN_S = SECONDS / len(LAYOUT[0])
MAX_POINTS = 2000  # of one path
MAX_EXCURSION_MV = 2.8  # drawn; beyond it the trace is cut and the text under the figure says so

_LEFT = 13.0  # mm before the first sample: the calibration pulse
_WIDTH = 266.0
_ROW = 32.0
_TOP = 22.0  # mm from the upper edge to the first baseline
_MILLIVOLT = {"mV": 1.0, "mv": 1.0, "uV": 1e-3, "µV": 1e-3, "μV": 1e-3, "V": 1e3, "nV": 1e-6}

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class EcgPaper:
    """The drawing, and what has to be said about it in words."""

    svg: str
    notes: list[str]


def thin(x: Samples, max_points: int = MAX_POINTS) -> tuple[npt.NDArray[np.int64], Samples]:
    """At most max_points of x with their indices: the lowest and the highest of each stretch, so that no peak is lost."""
    if len(x) <= max_points:
        return np.arange(len(x)), x
    edges = np.linspace(0, len(x), max_points // 2 + 1).astype(np.int64)
    kept: list[int] = []
    for start, stop in pairwise(edges.tolist()):
        part = x[start:stop]
        if np.isnan(part).all():
            kept.append(start)
            continue
        pair = {start + int(np.nanargmin(part)), start + int(np.nanargmax(part))}
        kept.extend(sorted(pair))
    indices = np.array(kept, dtype=np.int64)
    return indices, x[indices]


class _Signals:
    """The leads of a recording in mV around their medians, over the first ten seconds."""

    def __init__(self, recording: Any) -> None:
        self.rate = float(recording.sampling_rate)
        self.leads = list(recording.leads)
        n = min(recording.signal.shape[1], max(1, round(SECONDS * self.rate)))
        self._signal = recording.signal[:, :n]
        self._units = list(recording.units)
        self.seconds = n / self.rate
        self.cut: list[str] = []
        self.left_out: list[str] = []

    def lead(self, name: str) -> Samples | None:
        if name not in self.leads:
            return None
        index = self.leads.index(name)
        factor = _MILLIVOLT.get(self._units[index]) if index < len(self._units) else 1.0
        if factor is None:
            if name not in self.left_out:
                self.left_out.append(name)
            return None
        x = np.where(np.isfinite(self._signal[index]), self._signal[index], np.nan).astype(np.float64) * factor
        if not np.isfinite(x).any():
            return x
        x = x - np.nanmedian(x)
        beyond = np.abs(x) > MAX_EXCURSION_MV  # NaN compares as not beyond
        if beyond.any() and name not in self.cut:
            self.cut.append(name)
        return np.asarray(np.clip(x, -MAX_EXCURSION_MV, MAX_EXCURSION_MV), dtype=np.float64)


def _grid(height: float) -> str:
    def lines(step: int, avoid: int) -> str:
        across = "".join(
            f"M{x} 0V{svg.number(height)}" for x in range(0, int(_WIDTH) + 1, step) if not avoid or x % avoid
        )
        down = "".join(
            f"M0 {y}H{svg.number(_WIDTH)}" for y in range(0, int(height) + 1, step) if not avoid or y % avoid
        )
        return across + down

    small = svg.element("path", d=lines(1, 5), stroke=COLORS["grid_small"], stroke_width="0.12")
    large = svg.element("path", d=lines(5, 0), stroke=COLORS["grid_large"], stroke_width="0.2")
    back = svg.element("rect", width=_WIDTH, height=height, fill=COLORS["paper"])
    return back + svg.element("g", small + large, fill="none", aria_hidden="true")


def _pulse(y: float) -> str:
    """1 mV for 0.2 s."""
    points = [(2.0, y), (4.0, y), (4.0, y - MM_PER_MV), (9.0, y - MM_PER_MV), (9.0, y), (11.0, y)]
    return svg.element("path", d=svg.path(points), stroke=COLORS["trace"], stroke_width="0.3", fill="none")


def _label(x: float, y: float, words: str) -> str:
    # The white edge keeps the name readable where a neighbouring trace crosses it.
    return svg.text(
        x, y, words, font_size="4", font_weight="700", fill=COLORS["text"],
        stroke=COLORS["paper"], stroke_width="1.2", stroke_linejoin="round", paint_order="stroke",
    )  # fmt: skip


def _trace(x: Samples, rate: float, first_s: float, left: float, y: float) -> str:
    indices, values = thin(x)
    points = [
        None if np.isnan(v) else (left + (float(i) / rate) * MM_PER_S, y - float(v) * MM_PER_MV)
        for i, v in zip(indices, values, strict=True)
    ]
    return svg.element(
        "path", d=svg.path(points), stroke=COLORS["trace"], stroke_width="0.3", stroke_linejoin="round", fill="none",
        data_start=f"{first_s:g}",
    )  # fmt: skip


def draw_ecg(recording: Any, *, name: str = "ecg") -> EcgPaper:
    """The recording on paper. `name` makes the ids of the figure unique in a page."""
    signals = _Signals(recording)
    parts: list[str] = []
    labels: list[str] = []
    missing: list[str] = []
    for row, names in enumerate(LAYOUT):
        y = _TOP + row * _ROW
        parts.append(_pulse(y))
        for column, lead in enumerate(names):
            left = _LEFT + column * COLUMN_S * MM_PER_S
            x = signals.lead(lead)
            first = round(column * COLUMN_S * signals.rate)
            # One sample more, so that neighbouring columns of a row meet.
            shown = None if x is None else x[first : round((column + 1) * COLUMN_S * signals.rate) + 1]
            if column:
                tick = f"M{svg.number(left)} {svg.number(y - 4)}v3M{svg.number(left)} {svg.number(y + 1)}v3"
                parts.append(svg.element("path", d=tick, stroke=COLORS["trace"], stroke_width="0.25", fill="none"))
            if shown is None:
                missing.append(lead)
                labels.append(_label(left + 1.5, y - 12, f"{lead}: not recorded"))
                continue
            labels.append(_label(left + 1.5, y - 12, lead))
            if len(shown) and np.isfinite(shown).any():
                parts.append(_trace(shown, signals.rate, column * COLUMN_S, left, y))
            else:
                labels.append(_label(left + 1.5, y - 6, "no samples here"))
    missing.sort(key=STANDARD.index)
    y = _TOP + len(LAYOUT) * _ROW
    strip = next((lead for lead in ("II", "V1", *signals.leads) if signals.lead(lead) is not None), None)
    parts.append(_pulse(y))
    if strip is not None:
        strip_signal = signals.lead(strip)
        assert strip_signal is not None
        labels.append(_label(_LEFT + 1.5, y - 12, f"{strip} (rhythm)"))
        parts.append(_trace(strip_signal, signals.rate, 0.0, _LEFT, y))
    scale_y = y + 17.0
    height = y + 20.0
    scale = svg.text(_LEFT, scale_y, "25 mm/s, 10 mm/mV. Small square: 0.04 s, 0.1 mV. Large square: 0.2 s, 0.5 mV.",
                     font_size="3.4", fill=COLORS["text"], stroke=COLORS["paper"], stroke_width="1",
                     paint_order="stroke")  # fmt: skip
    drawing = svg.figure(
        _grid(height) + "".join(parts) + "".join(labels) + scale,
        width=_WIDTH,
        height=height,
        title="The recording on ECG paper",
        description=_description(signals, missing, strip),
        name=name,
        style="ecg",
    )
    return EcgPaper(drawing, _notes(signals, recording, missing))


def _description(signals: _Signals, missing: list[str], strip: str | None) -> str:
    words = (
        "Twelve leads in three rows of four columns of 2.5 seconds (I, aVR, V1, V4; II, aVL, V2, V5; III, aVF, V3, V6)"
    )
    words += f", below them ten seconds of lead {strip}." if strip else "."
    words += " 25 millimetres per second, 10 millimetres per millivolt."
    if missing:
        words += f" Not recorded: {', '.join(missing)}."
    return words + " A drawing of the signal, which a clinician has to read; no measurement is stated in it."


def _notes(signals: _Signals, recording: Any, missing: list[str]) -> list[str]:
    notes = ["Each lead is drawn around its median, so that a constant offset is not visible here."]
    if recording.signal.shape[1] > round(SECONDS * signals.rate):
        notes.append(f"Only the first 10 s of {recording.duration_s:.4g} s are drawn.")
    elif signals.seconds < SECONDS:
        notes.append(f"The recording has {signals.seconds:.4g} s; the rest of the paper is empty.")
    if signals.cut:
        notes.append(
            f"The drawing is cut at {MAX_EXCURSION_MV:g} mV above or below the median in: {', '.join(signals.cut)}."
        )
    if missing:
        notes.append(f"Not recorded, or not a voltage: {', '.join(missing)}.")
    return notes
