"""A stretch of one lead with its beats, as SVG: what was found above the trace, what should have been below it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import svg
from heartsight.ecg_paper import thin
from heartsight.page_style import COLORS

_WIDTH, _HEIGHT, _LEFT, _TOP, _TRACE = 1000.0, 150.0, 8.0, 26.0, 90.0


def _mark(x: float, y: float, up: bool, color: str) -> str:
    tip, base = (y, y + 8) if up else (y, y - 8)
    points = [(x - 4.5, base), (x + 4.5, base), (x, tip), (x - 4.5, base)]
    return svg.element("path", d=svg.path(points), fill=color)


def beat_strip(
    signal: npt.NDArray[np.floating[Any]],
    sampling_rate: float,
    start: int,
    stop: int,
    found: npt.NDArray[np.int64],
    reference: npt.NDArray[np.int64] | None,
    *,
    title: str,
    name: str,
    unusable: npt.NDArray[np.int64] | None = None,
) -> str:
    """Samples start .. stop - 1 of a lead. Triangles above point at beats found, triangles below at reference beats;
    stretches in which nothing could be said are shaded and named."""
    part = np.asarray(signal[start:stop], float)
    indices, values = thin(part)
    present = values[np.isfinite(values)]
    low, high = np.percentile(present, [0.3, 99.7]) if len(present) else (0.0, 1.0)
    if high <= low:
        low, high = low - 0.5, low + 0.5
    scale_x = (_WIDTH - 2 * _LEFT) / max(1, stop - start)

    def x_of(sample: float) -> float:
        return _LEFT + (sample - start) * scale_x

    def y_of(value: float) -> float:
        clipped = min(max(value, low - 0.15 * (high - low)), high + 0.15 * (high - low))
        return _TOP + 8 + _TRACE * (1 - (clipped - low) / (high - low))

    points = [
        (x_of(start + int(i)), y_of(float(v))) if np.isfinite(v) else None for i, v in zip(indices, values, strict=True)
    ]
    parts = [svg.element("rect", x=0.0, y=0.0, width=_WIDTH, height=_HEIGHT, fill=COLORS["paper"])]
    seconds = range(int(np.ceil(start / sampling_rate)), int(stop / sampling_rate) + 1)
    for second in seconds:
        x = x_of(second * sampling_rate)
        line = svg.path([(x, _TOP), (x, _TOP + _TRACE + 16)])
        parts.append(svg.element("path", d=line, stroke=COLORS["grid_large"], stroke_width="1", fill="none"))
        if second % max(1, len(seconds) // 12) == 0 and x < _WIDTH - 30:
            parts.append(svg.text(x + 2, _HEIGHT - 2, f"{second} s", font_size="10", fill=COLORS["muted"]))
    for first, last in unusable if unusable is not None else []:
        if last > start and first < stop:
            a, b = x_of(max(first, start)), x_of(min(last, stop))
            parts.append(svg.element("rect", x=a, y=_TOP, width=b - a, height=_TRACE + 16, fill=COLORS["line"],
                                     fill_opacity="0.5"))  # fmt: skip
            if b - a > 60:
                parts.append(svg.text(a + 3, _TOP + 11, "unusable", font_size="11", fill=COLORS["text"]))
    parts.append(svg.element("path", d=svg.path(points), stroke=COLORS["trace"], stroke_width="1", fill="none"))
    found_here = found[(found >= start) & (found < stop)]
    parts += [_mark(x_of(float(f)), _TOP, False, COLORS["bar_found"]) for f in found_here]
    words = f"{len(found_here)} beats found"
    if reference is not None:
        reference_here = reference[(reference >= start) & (reference < stop)]
        parts += [_mark(x_of(float(r)), _TOP + _TRACE + 10, True, COLORS["immediate"]) for r in reference_here]
        words += f" (triangles above), {len(reference_here)} reference beats (triangles below)"
    parts.append(svg.text(_LEFT, 12, title, font_size="12", font_weight="700", fill=COLORS["text"]))
    description = f"{title}, {start / sampling_rate:.1f} s to {stop / sampling_rate:.1f} s: {words}."
    return svg.figure(
        "".join(parts), width=_WIDTH, height=_HEIGHT, title=title, description=description, name=name, style="ecg"
    )
