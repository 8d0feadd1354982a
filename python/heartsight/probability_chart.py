"""Probabilities with their bands and thresholds, as SVG bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from heartsight import svg
from heartsight.page_style import COLORS

CLASS_WORDS = {
    "NORM": "Normal ECG",
    "MI": "Myocardial infarction",
    "STTC": "ST/T change",
    "CD": "Conduction disturbance",
    "HYP": "Hypertrophy",
}

_LEFT, _RIGHT, _ROW, _TOP, _WIDTH = 190.0, 150.0, 40.0, 12.0, 720.0


def class_words(name: str) -> str:
    """The name of a class in words; the name itself where we have none."""
    return CLASS_WORDS.get(name, name)


def _x(probability: float) -> float:
    return _LEFT + min(max(probability, 0.0), 1.0) * (_WIDTH - _LEFT - _RIGHT)


def _bar(y: float, c: dict[str, Any], found: bool) -> str:
    middle = y + _ROW / 2
    color = COLORS["bar_found" if found else "bar"]
    x0, x = _x(0.0), _x(c["probability"])
    parts = [
        svg.element("rect", x=x0, y=middle - 8, width=max(x - x0, 0.5), height=16.0, fill=color),
        svg.text(0, middle - 2, c["name"], font_size="14", font_weight="700", fill=COLORS["text"]),
        svg.text(0, middle + 13, class_words(c["name"]), font_size="12", fill=COLORS["muted"]),
    ]
    low, high = _x(c["low"]), _x(c["high"])
    whisker = f"M{svg.number(low)} {svg.number(middle)}H{svg.number(high)}"
    whisker += "".join(f"M{svg.number(e)} {svg.number(middle - 5)}v10" for e in (low, high))
    for stroke, width in (
        (COLORS["page"], "5"),
        (COLORS["whisker"], "1.8"),
    ):  # a light edge shows it on the bar as well
        parts.append(svg.element("path", d=whisker, stroke=stroke, stroke_width=width, fill="none"))
    t = _x(c["threshold"])
    tick = f"M{svg.number(t)} {svg.number(middle - 15)}v30"
    for stroke, width in ((COLORS["page"], "5"), (COLORS["text"], "2")):
        parts.append(
            svg.element("path", d=tick, stroke=stroke, stroke_width=width, stroke_dasharray="4 2", fill="none")
        )
    value = f"{c['probability']:.2f} [{c['low']:.2f}, {c['high']:.2f}]"
    x_value = _WIDTH - _RIGHT + 14
    parts.append(svg.text(x_value, middle - 1, value, font_size="13", font_weight="700" if found else "400",
                          fill=COLORS["text"]))  # fmt: skip
    if found:
        parts.append(svg.text(x_value, middle + 14, "finding", font_size="12", fill=COLORS["bar_found"]))
    return "".join(parts)


def draw_probabilities(
    classes: Sequence[dict[str, Any]], found: set[str], *, name: str = "probabilities", description: str = ""
) -> str:
    """A figure of the classes of a report (name, probability, low, high, threshold)."""
    bottom = _TOP + _ROW * len(classes)
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _x(tick)
        line = f"M{svg.number(x)} {_TOP}V{svg.number(bottom + 4)}"
        parts.append(svg.element("path", d=line, stroke=COLORS["line"], stroke_width="1", fill="none"))
        parts.append(svg.text(x, bottom + 18, f"{tick:g}", font_size="12", text_anchor="middle", fill=COLORS["muted"]))
    parts += [_bar(_TOP + i * _ROW, c, c["name"] in found) for i, c in enumerate(classes)]
    legend = "bar: probability; whisker: 95 % band; dashed line: threshold; dark bar: finding"
    parts.append(svg.text(_LEFT, bottom + 38, legend, font_size="12", fill=COLORS["muted"]))
    said = "; ".join(
        f"{class_words(c['name'])} {c['probability']:.2f}, band {c['low']:.2f} to {c['high']:.2f}, "
        f"threshold {c['threshold']:.2f}{', a finding' if c['name'] in found else ''}"
        for c in classes
    )
    return svg.figure(
        "".join(parts),
        width=_WIDTH,
        height=bottom + 46,
        title="Probabilities of the classes",
        description=description or said,
        name=name,
    )
