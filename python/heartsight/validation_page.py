"""The page of a validation report: tables, calibration, ROC, net benefit and risks by outcome as SVG; and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from heartsight import svg
from heartsight.page_style import COLORS
from heartsight.pipeline import disclaimer
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

if TYPE_CHECKING:
    from heartsight.validation import ClassValidation, ValidationReport

_SIZE, _LEFT, _TOP, _BOTTOM, _STRIP = 240.0, 58.0, 30.0, 48.0, 56.0
_WIDTH = _LEFT + _SIZE + 18


class _Axes:
    """A square with ticks: x from 0 to 1, y between two limits; `strip` leaves room for a histogram below."""

    def __init__(self, title: str, x: str, y: str, low: float = 0.0, high: float = 1.0, strip: bool = False) -> None:
        self.low, self.high, self.strip = low, high, strip
        self.bottom = _TOP + _SIZE
        self.height = self.bottom + (_STRIP if strip else 0.0) + _BOTTOM
        self.parts = [element("rect", x=_LEFT, y=_TOP, width=_SIZE, height=_SIZE, fill="none", stroke=COLORS["muted"])]
        base = self.bottom + (_STRIP if strip else 0.0)
        for t in (0.0, 0.25, 0.5, 0.75, 1.0):
            at = _LEFT + t * _SIZE
            self.parts.append(
                svg.text(at, base + 16, f"{t:g}", font_size="12", text_anchor="middle", fill=COLORS["muted"])
            )
            value = low + t * (high - low)
            words = f"{value:.2f}" if high - low < 0.9999 else f"{value:g}"
            y_at = self.bottom - t * _SIZE
            self.parts.append(
                svg.text(_LEFT - 6, y_at + 4, words, font_size="12", text_anchor="end", fill=COLORS["muted"])
            )
        self.parts.append(
            svg.text(_LEFT + _SIZE / 2, base + 36, x, font_size="13", text_anchor="middle", fill=COLORS["text"])
        )
        middle = svg.number(_TOP + _SIZE / 2)
        self.parts.append(svg.text(14, _TOP + _SIZE / 2, y, font_size="13", text_anchor="middle", fill=COLORS["text"],
                                   transform=f"rotate(-90 14 {middle})"))  # fmt: skip
        self.parts.append(svg.text(_LEFT, 18, title, font_size="14", font_weight="700", fill=COLORS["text"]))

    def at(self, x: float, y: float) -> tuple[float, float]:
        share = (y - self.low) / (self.high - self.low)
        return _LEFT + x * _SIZE, self.bottom - min(max(share, 0.0), 1.0) * _SIZE

    def line(self, x: Any, y: Any, **style: Any) -> None:
        """A line; where it leaves the square it is lifted."""
        points: list[tuple[float, float] | None] = [
            self.at(float(a), float(b)) if self.low <= b <= self.high else None for a, b in zip(x, y, strict=True)
        ]
        self.parts.append(element("path", d=svg.path(points), fill="none", **style))

    def band(self, x: Any, low: Any, high: Any) -> None:
        there = [self.at(float(a), float(b)) for a, b in zip(x, high, strict=True)]
        back = [self.at(float(a), float(b)) for a, b in zip(x, low, strict=True)][::-1]
        self.parts.append(element("path", d=svg.path(there + back) + "Z", fill=COLORS["bar"], fill_opacity="0.25"))

    def diagonal(self) -> None:
        self.line([0, 1], [0, 1], stroke=COLORS["muted"], stroke_dasharray="4 4")

    def histogram(self, positive: Any, negative: Any) -> None:
        """Bars up for positives and down for negatives, on a square-root scale so that rare ones are seen."""
        middle = self.bottom + _STRIP / 2
        top = max(1.0, float(max(np.max(positive), np.max(negative)))) ** 0.5
        width = _SIZE / len(positive)
        for i, (up, down) in enumerate(zip(positive, negative, strict=True)):
            for count, sign, color in ((up, -1, COLORS["bar_found"]), (down, 1, COLORS["bar"])):
                height = float(count) ** 0.5 / top * (_STRIP / 2 - 3)
                if height > 0:
                    self.parts.append(element("rect", x=_LEFT + i * width + 0.5, y=middle - (height if sign < 0 else 0.0),
                                              width=width - 1, height=height, fill=color))  # fmt: skip
        self.parts.append(
            element("path", d=svg.path([(_LEFT, middle), (_LEFT + _SIZE, middle)]), stroke=COLORS["muted"])
        )

    def svg(self, title: str, description: str, name: str) -> str:
        return svg.figure("".join(self.parts), width=_WIDTH, height=self.height, title=title, description=description,
                          name=name, style="small")  # fmt: skip


def _calibration_figure(c: ClassValidation, name: str) -> str:
    assert c.curve is not None
    assert c.reliability is not None
    axes = _Axes("Calibration", "predicted probability", "observed share", strip=True)
    axes.band(c.curve.probability, c.curve.low, c.curve.high)
    axes.diagonal()
    axes.line(c.curve.probability, c.curve.observed, stroke=COLORS["bar_found"], stroke_width="2")
    r = c.reliability
    for mean, share, low, high in zip(r.mean_probability, r.observed, r.low, r.high, strict=True):
        x, y = axes.at(float(mean), float(share))
        _, y_low = axes.at(float(mean), float(low))
        _, y_high = axes.at(float(mean), float(high))
        axes.parts.append(element("path", d=svg.path([(x, y_low), (x, y_high)]), stroke=COLORS["whisker"]))
        axes.parts.append(element("circle", cx=x, cy=y, r="3.5", fill=COLORS["page"], stroke=COLORS["text"]))
    axes.histogram(c.risk_counts["positive"], c.risk_counts["negative"])
    words = f"Calibration of {c.name}. Intercept {c.figures['calibration_intercept']}, slope "
    words += f"{c.figures['calibration_slope']}. Below: counts of probabilities of positives (up) and negatives (down)."
    return axes.svg(f"Calibration: {c.name}", words, f"calibration-{name}")


def _thinned(x: Any, y: Any, n: int = 400) -> tuple[Any, Any]:
    """At most about n points of a staircase: what a few hundred pixels can show."""
    if len(x) <= n:
        return x, y
    keep = np.unique(np.concatenate([np.linspace(0, len(x) - 1, n).astype(int), [0, len(x) - 1]]))
    return x[keep], y[keep]


def _roc_figure(c: ClassValidation, name: str) -> str:
    assert c.roc is not None
    axes = _Axes("ROC curve", "1 - specificity", "sensitivity")
    axes.diagonal()
    x, y = _thinned(c.roc.false_positive_rate, c.roc.true_positive_rate)
    axes.line(x, y, stroke=COLORS["bar_found"], stroke_width="2")
    return axes.svg(f"ROC curve: {c.name}", f"ROC curve of {c.name}. AUROC {c.figures['auroc']}.", f"roc-{name}")


def _decision_figure(c: ClassValidation, name: str) -> str:
    assert c.decision is not None
    d = c.decision
    high = max(float(d.prevalence), float(np.max(d.high, initial=0.0)), 0.01) * 1.05
    low = -0.25 * high
    axes = _Axes("Net benefit", "threshold probability", "net benefit", low, high)
    inside = [max(float(v), low) for v in d.low]
    if inside:  # else too few patients for an interval
        axes.band(d.threshold, inside, [max(float(v), low) for v in d.high])
    axes.line([0, 1], [0, 0], stroke=COLORS["muted"])
    axes.line(d.threshold, d.treat_all, stroke=COLORS["muted"], stroke_dasharray="4 4")
    axes.line(d.threshold, d.net_benefit, stroke=COLORS["bar_found"], stroke_width="2")
    at = ", ".join(f"{f} at {t:g}" for t, f in c.net_benefit.items())
    words = f"Decision curve of {c.name}. Net benefit {at}. Dashed: calling everyone; level line: calling no one."
    return axes.svg(f"Net benefit: {c.name}", words, f"decision-{name}")


def _risk_figure(c: ClassValidation, name: str) -> str:
    shares = {k: v / max(int(v.sum()), 1) for k, v in c.risk_counts.items()}
    high = max(float(s.max()) for s in shares.values()) * 1.05
    axes = _Axes("Risks by outcome", "predicted probability", "share of the outcome", 0.0, high)
    edges = c.risk_edges
    for key, color, dash in (("negative", COLORS["bar"], "5 3"), ("positive", COLORS["bar_found"], "none")):
        x = np.repeat(edges, 2)[1:-1]
        axes.line(x, np.repeat(shares[key], 2), stroke=color, stroke_width="2", stroke_dasharray=dash)
    for i, (key, color, dash) in enumerate(
        (("positive", COLORS["bar_found"], "none"), ("negative", COLORS["bar"], "5 3"))
    ):
        y = _TOP + 18 + 18 * i
        axes.parts.append(element("path", d=svg.path([(_LEFT + 92, y), (_LEFT + 122, y)]), stroke=color,
                                  stroke_width="2", stroke_dasharray=dash))  # fmt: skip
        axes.parts.append(svg.text(_LEFT + 128, y + 4, f"{key} ({int(c.risk_counts[key].sum())})", font_size="12",
                                   fill=COLORS["text"]))  # fmt: skip
    words = f"Distribution of the predicted probabilities of {c.name}, of positives and of negatives."
    return axes.svg(f"Risks by outcome: {c.name}", words, f"risk-{name}")


def _figures(c: ClassValidation, name: str) -> list[str]:
    return [_calibration_figure(c, name), _roc_figure(c, name), _decision_figure(c, name), _risk_figure(c, name)]


def _class_section(c: ClassValidation, place: int) -> str:
    from heartsight.validation import FIGURES

    name = f"c{place}"
    counts = (
        f"{c.n} cases of {c.n_patients} patients, {c.n_positive} positive ({100 * c.n_positive / max(c.n, 1):.1f} %)."
    )
    if c.status != "ok":
        return section(c.name, element("p", escape(counts)) + element("p", escape(f"{c.status.capitalize()}.")), name)
    rows = [[FIGURES[k], str(f)] for k, f in c.figures.items()]
    rows.insert(6, ["ECE of a perfect model of this size", str(c.perfect_ece)])
    rows.insert(7, ["Reliability test (p)", f"{c.reliability_p_value:.3f}"])
    rows.insert(10, ["E50, E90", f"{c.median_error:.3f}, {c.ninetieth_error:.3f}"])
    rows += [[f"Net benefit at {t:g}", str(f)] for t, f in c.net_benefit.items()]
    figures = "".join(_figures(c, name))
    content = element("p", escape(counts)) + f'<div class="grid">{figures}</div>'
    return section(c.name, content + table(["Figure", "Value [interval]"], rows, f"Figures of {c.name}"), name)


def _group_section(report: ValidationReport) -> str:
    from heartsight.validation import FIGURES, GROUP_FIGURES

    rows = []
    for g in report.groups:
        values = (
            [str(g.figures[k]) for k in GROUP_FIGURES] if g.figures else [g.status] + [""] * (len(GROUP_FIGURES) - 1)
        )
        rows.append([f"{g.variable}: {g.group}", g.class_name, str(g.n), str(g.n_positive), *values])
    header = ["Group", "Class", "n", "positive", *(FIGURES[k] for k in GROUP_FIGURES)]
    note = f"A group with fewer than {report.smallest[0]} positives or {report.smallest[1]} negatives has not enough data for a "
    note += "figure; it is listed all the same. Intervals are not corrected for the number of groups."
    return section("Groups", element("p", escape(note)) + table(header, rows, "Figures by group", (2, 3)), "groups")


def render_validation(report: ValidationReport) -> str:
    """The page as HTML text."""
    from heartsight.validation import FIGURES

    head = element("h1", escape(report.title)) + element("p", escape(disclaimer), class_="notice strong", role="note")
    words = f"Intervals at {100 * report.level:g} %: {report.interval}."
    head += element("p", escape(words))
    style = "<style>.small{width:17rem;max-width:100%;height:auto}"
    style += ".grid{display:flex;flex-wrap:wrap;align-items:flex-start;gap:1rem}</style>"
    rows = []
    keys: Sequence[str] = ("auroc", "calibration_intercept", "calibration_slope", "observed_expected_ratio",
                           "expected_calibration_error", "brier_score")  # fmt: skip
    for c in report.classes.values():
        values = [str(c.figures[k]) for k in keys] if c.status == "ok" else [c.status] + [""] * (len(keys) - 1)
        rows.append([c.name, str(c.n), str(c.n_positive), *values])
    if len(report.macro_classes) > 1:
        rows.append(["mean of classes", "", "", *(f"{report.macro[k]:.3f}" for k in keys)])
    body = "<main>" + style + head
    body += section(
        "Summary", table(["Class", "n", "positive", *(FIGURES[k] for k in keys)], rows, "Figures", (1, 2)), "all"
    )
    note = (
        "Calibration: the line is a loess curve with its pointwise band, the points are tenths of the cases with Wilson "
        "limits, the dashed line is perfect calibration; below, how many positives (up) and negatives (down) got each "
        "probability, on a square-root scale. Net benefit: dashed is calling everyone, the level line calling no one. The "
        "curve's band, the points' limits and the reliability test take cases as independent, also where patients have several."
    )
    body += element("p", escape(note), class_="muted")
    body += "".join(_class_section(c, i) for i, c in enumerate(report.classes.values()))
    if report.groups:
        body += _group_section(report)
    limits = (
        "These figures hold for cases like the ones given here. They say nothing about another hospital, device or year, "
        "and a model that is well calibrated on average may not be so for a given patient. Not a medical device."
    )
    return document(report.title, body + f'<p class="notice">{escape(limits)}</p></main>')


def class_picture(c: ClassValidation) -> str:
    """The four charts of one class as one SVG image; the reason in words where there are none."""
    title = f"{c.name}: {c.n} cases, {c.n_positive} positive"
    height = _TOP + _SIZE + _STRIP + _BOTTOM
    if c.status != "ok":
        words = svg.text(16, 30, f"{title}: {c.status}", font_size="14", fill=COLORS["text"])
        figures = [svg.figure(words, width=2 * _WIDTH, height=50, title=title, description=c.status, name="status")]
        return svg.grid(figures, width=2 * _WIDTH, height=50, columns=1, title=title, name="plot")
    return svg.grid(_figures(c, "plot"), width=_WIDTH, height=height, columns=2, title=title, name="plot")
