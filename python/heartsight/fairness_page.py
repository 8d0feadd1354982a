"""The page of a group table: what differs, in words, then rates with intervals as charts and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from heartsight import svg
from heartsight.page_style import COLORS
from heartsight.pipeline import disclaimer
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

if TYPE_CHECKING:
    from heartsight.fairness import CalibrationRow, GroupTable, RateRow

RATE_WORDS = {
    "selection_rate": "Selection rate",
    "prevalence": "Prevalence",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "false_positive_rate": "False positive rate",
    "false_negative_rate": "False negative rate",
    "positive_predictive_value": "Positive predictive value",
    "negative_predictive_value": "Negative predictive value",
    "accuracy": "Accuracy",
}
_LEFT, _RIGHT, _ROW, _TOP, _WIDTH = 170.0, 130.0, 24.0, 34.0, 560.0


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _interval(low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{low:.3f} to {high:.3f}"


def rate_chart(rows: Sequence[RateRow], name: str) -> str:
    """One rate of every group of an attribute: a dot with its interval, pale where there is not enough data."""
    rate = RATE_WORDS[rows[0].rate]
    bottom = _TOP + _ROW * len(rows)

    def x(value: float) -> float:
        return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)

    parts = [svg.text(0, 16, rate, font_size="14", font_weight="700", fill=COLORS["text"])]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        line = f"M{svg.number(x(tick))} {_TOP}V{svg.number(bottom)}"
        parts.append(svg.element("path", d=line, stroke=COLORS["line"], fill="none"))
        parts.append(
            svg.text(x(tick), bottom + 16, f"{tick:g}", font_size="12", text_anchor="middle", fill=COLORS["muted"])
        )
    said = []
    for i, row in enumerate(rows):
        y = _TOP + (i + 0.5) * _ROW
        color = COLORS["bar_found"] if row.enough else COLORS["muted"]
        parts.append(svg.text(_LEFT - 10, y + 4, row.group, font_size="13", text_anchor="end", fill=COLORS["text"]))
        if not math.isnan(row.low):
            whisker = f"M{svg.number(x(row.low))} {svg.number(y)}H{svg.number(x(row.high))}"
            dash = {} if row.enough else {"stroke_dasharray": "3 3"}
            parts.append(svg.element("path", d=whisker, stroke=color, stroke_width="2", fill="none", **dash))
        if not math.isnan(row.value):
            fill = color if row.enough else COLORS["page"]
            parts.append(
                svg.element("circle", cx=x(row.value), cy=y, r="4.5", fill=fill, stroke=color, stroke_width="1.5")
            )
        words = f"{row.part} of {row.whole}" if row.part is not None and row.whole else f"{row.whole} cases"
        if not row.enough:
            words += ", too few"
        parts.append(svg.text(_WIDTH - _RIGHT + 12, y + 4, words, font_size="12", fill=COLORS["muted"]))
        said.append(f"{row.group}: {_number(row.value)}, {_interval(row.low, row.high)}, {words}")
    return svg.figure(
        "".join(parts),
        width=_WIDTH,
        height=bottom + 24,
        title=f"{rate} by group",
        description="; ".join(said),
        name=name,
    )


def _gaps(rows: Sequence[CalibrationRow]) -> str:
    cells = [
        [r.group, str(r.n), _number(r.mean_probability), _number(r.observed_rate), _number(r.gap), _interval(r.low, r.high),
         "-" if math.isnan(r.adjusted_p_value) else f"{r.adjusted_p_value:.3g}",
         "gap" if r.verdict == "disparity" else r.verdict]
        for r in rows
    ]  # fmt: skip
    header = ["Group", "Cases", "Mean probability", "Observed rate", "Gap", "Interval", "Corrected p", "Verdict"]
    return table(header, cells, "Observed rate against mean probability: above 0 the risk is understated", range(1, 7))


def render_fairness(found: GroupTable) -> str:
    """The page as HTML text."""
    s = found.settings
    head = element("h1", "Groups") + element("p", escape(disclaimer), class_="notice strong", role="note")
    words = (
        f"{s['n']} cases. Overall: {found.verdict}. Intervals of {s['level']:.0%}; p-values corrected (Holm) over all "
    )
    words += f"outcomes, attributes and criteria; differences below {s['margin']:g} are taken for none; a rate of fewer than "
    words += f"{s['min_cases']} cases is not enough data, and a group without enough data never passes with the others."
    head += element("p", escape(words))
    items = "".join(
        element("li", (element("strong", "Disparity. ") if d.verdict == "disparity" else "") + escape(d.text))
        for d in sorted(found.disparities, key=lambda d: d.verdict != "disparity")
    )
    body = "<main>" + head
    body += section("What differs", f"<ul>{items}</ul>" if items else "<p>Nothing was compared.</p>", "differs")
    keys = dict.fromkeys((r.outcome, r.attribute) for r in found.rates)
    for number, (outcome, attribute) in enumerate(keys):
        mine = [r for r in found.rates if (r.outcome, r.attribute) == (outcome, attribute)]
        content = ""
        for rate in s["rates"]:
            content += rate_chart([r for r in mine if r.rate == rate], f"rate-{number}-{rate}")
        gaps = [c for c in found.calibration if (c.outcome, c.attribute) == (outcome, attribute)]
        if gaps:
            content += _gaps(gaps)
        compared = [c for c in found.comparisons if (c.outcome, c.attribute) == (outcome, attribute)]
        if compared:
            cells = [
                [c.group, RATE_WORDS[c.rate].lower(), _number(c.difference), _interval(c.low, c.high),
                 "-" if math.isnan(c.adjusted_p_value) else f"{c.adjusted_p_value:.3g}", c.verdict]
                for c in compared
            ]  # fmt: skip
            header = ["Group", "Rate", "Difference", "Interval", "Corrected p", "Verdict"]
            content += table(header, cells, "Each group against everybody else", (2, 3, 4))
        title = f"{outcome}: {attribute}" if outcome else attribute
        body += section(title, content, f"attribute-{number}")
    return document("Groups", body + "</main>")
