"""The page of a drift report: a table of verdicts, and reference beside current for each column."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from heartsight import svg
from heartsight.page_style import COLORS
from heartsight.pipeline import disclaimer
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

if TYPE_CHECKING:
    from heartsight.drift import ColumnDrift, DriftReport

MAX_FIGURES = 60
_CORRECTIONS = {"holm": "Holm", "benjamini_hochberg": "Benjamini and Hochberg"}
MAX_CATEGORIES = 12
_STYLE = {"drift": "immediate", "significant but negligible": "urgent", "not enough data": "muted"}
_ORDER = ["drift", "significant but negligible", "not enough data", "no drift shown"]


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3g}"


def _bars(column: ColumnDrift) -> list[tuple[str, float, float]]:
    """(label, share of the reference, share of the current window)."""
    n, m = max(sum(column.reference_counts), 1), max(sum(column.current_counts), 1)
    shares = [(a / n, b / m) for a, b in zip(column.reference_counts, column.current_counts, strict=True)]
    if column.categories:
        bars = [(name, *pair) for name, pair in zip(column.categories, shares, strict=True)]
        if len(bars) > MAX_CATEGORIES:
            rest = bars[MAX_CATEGORIES - 1 :]
            bars = [
                *bars[: MAX_CATEGORIES - 1],
                (f"{len(rest)} more", sum(b[1] for b in rest), sum(b[2] for b in rest)),
            ]
        return bars
    labels = [f"below {_number(column.edges[0])}"]
    for low, high in pairwise(column.edges):
        one_value = math.nextafter(low, math.inf) >= high
        labels.append(f"= {_number(low)}" if one_value else f"{_number(low)} to {_number(high)}")
    labels.append(f"{_number(column.edges[-1])} and up")
    bars = [(label, *pair) for label, pair in zip(labels, shares, strict=True)]
    return [bar for bar in bars if bar[1] + bar[2] > 0]  # gaps between frequent values


def _figure(column: ColumnDrift, index: int) -> str:
    bars = _bars(column)
    step, left, width = 34.0, 190.0, 430.0
    height = step * len(bars) + 30
    largest = max(max(a, b) for _, a, b in bars) or 1.0
    parts = []
    for i, (label, a, b) in enumerate(bars):
        y = 24 + i * step
        short = label if len(label) <= 26 else label[:25] + "…"
        parts.append(svg.text(left - 8, y + 17, short, font_size="13", text_anchor="end", fill=COLORS["text"]))
        for offset, share, color, stroke in (
            (3.0, a, COLORS["page"], COLORS["muted"]),
            (15.0, b, COLORS["bar"], COLORS["bar"]),
        ):
            length = share / largest * (width - 70)
            parts.append(
                svg.element("rect", x=left, y=y + offset, width=length, height=11.0, fill=color, stroke=stroke)
            )
            parts.append(
                svg.text(
                    left + length + 5, y + offset + 10, f"{100 * share:.1f} %", font_size="11", fill=COLORS["muted"]
                )
            )
    parts.append(svg.text(left, 14, "outlined: reference; filled: current", font_size="12", fill=COLORS["muted"]))
    words = "; ".join(f"{label}: reference {100 * a:.1f} %, current {100 * b:.1f} %" for label, a, b in bars)
    return svg.figure(
        "".join(parts), width=left + width, height=height, title=f"{column.name}: reference and current",
        description=words, name=f"column-{index}",
    )  # fmt: skip


def effects_chart(report: DriftReport) -> str:
    """Effect over margin of every test that has both, as an SVG image."""
    shown = [c for c in report.columns if math.isfinite(c.effect) and c.margin > 0]
    left, width, step, top = 230.0, 360.0, 22.0, 52.0
    largest = max([1.0, *(c.effect / c.margin for c in shown)])
    height = top + step * len(shown) + 34
    title = f"{report.title}: {report.verdict}"
    parts = [svg.text(8, 22, title, font_size="14", font_weight="700", fill=COLORS["text"])]
    for i, c in enumerate(shown):
        y, ratio = top + i * step, c.effect / c.margin
        name = c.name + (": missing" if c.kind == "missing" else "")
        fill = COLORS["bar_found"] if c.verdict == "drift" else COLORS["bar"]
        parts.append(svg.text(left - 8, y + 12, name if len(name) <= 32 else name[:31] + "…", font_size="12",
                              text_anchor="end", fill=COLORS["text"]))  # fmt: skip
        parts.append(element("rect", x=left, y=y, width=width * ratio / largest, height=14.0, fill=fill))
        parts.append(svg.text(left + width * ratio / largest + 6, y + 12, f"{ratio:.2g} ({c.verdict})", font_size="11",
                              fill=COLORS["muted"]))  # fmt: skip
    at = left + width / largest
    line = svg.path([(at, top - 6), (at, height - 28)])
    parts.append(element("path", d=line, stroke=COLORS["text"], stroke_dasharray="4 4"))
    parts.append(svg.text(at, top - 12, "margin", font_size="12", text_anchor="middle", fill=COLORS["text"]))
    parts.append(svg.text(left, height - 10, "effect / margin", font_size="12", fill=COLORS["muted"]))
    words = "; ".join(f"{c.name}: {c.effect / c.margin:.2g} of the margin, {c.verdict}" for c in shown)
    full = left + width + 190
    chart = svg.figure("".join(parts), width=full, height=height, title=title, description=words, name="effects")
    return svg.grid([chart], width=full, height=height, columns=1, title=title, name="effects-plot")


def drift_sections(report: DriftReport) -> str:
    """The rules, the table and the pictures of a report, for a page of its own or as part of another."""
    o = report.options
    order = sorted(report.columns, key=lambda c: _ORDER.index(c.verdict))
    counts = ", ".join(
        f"{sum(c.verdict == v for c in order)} {v}" for v in _ORDER if any(c.verdict == v for c in order)
    )
    head = element("p", escape(f"{len(order)} tests: {counts}."))
    if o.preset == "reference":
        rules = (
            "Decided by Evidently's default rules, for comparison: no correction for the number of columns, no margin."
        )
    else:
        rules = (
            f"Drift: significant at {o.alpha:g} "
            + (f"after correction ({_CORRECTIONS[o.correction]})" if o.correction != "none" else "without correction")
            + " and an effect that reaches the margin. Significant but negligible: an effect below it. No drift shown: no "
            "significant difference, which in a small sample says little."
        )
    head += element("p", escape(rules), class_="notice", role="note")
    header = ["Column", "Verdict", "Method", "n reference", "n current", "missing", "p", "effect", "margin"]
    rows = [
        [
            c.name + (" (missing values)" if c.kind == "missing" else ""),
            c.verdict,
            c.rule or c.method.replace("_", " "),
            str(c.n_reference),
            str(c.n_current),
            f"{100 * c.missing_reference:.1f} / {100 * c.missing_current:.1f} %",
            _number(c.adjusted_p_value),
            _number(c.effect),
            _number(c.margin),
        ]
        for c in order
    ]
    body = head + section(
        "Columns", table(header, rows, "Corrected p-values; the effect is named below", [3, 4, 5, 6, 7, 8]), "columns"
    )
    figures = ""
    drawn = [
        c for c in order if c.reference_counts and c.current_counts and sum(c.reference_counts) + sum(c.current_counts)
    ]
    for i, c in enumerate(drawn[:MAX_FIGURES]):
        name = c.name + (": missing values" if c.kind == "missing" else "")
        verdict = element("span", escape(c.verdict), class_=f"urgency {_STYLE.get(c.verdict, '')}".strip())
        figures += element("h3", escape(name)) + element("p", verdict + escape(f": {c.reason}.")) + _figure(c, i)
    if len(drawn) > MAX_FIGURES:
        figures += element("p", escape(f"{len(drawn) - MAX_FIGURES} more are in the table only."), class_="muted")
    return body + section("Reference and current", figures or element("p", "Nothing to draw."), "figures")


def render_drift(report: DriftReport) -> str:
    """The page as HTML text."""
    body = element("h1", escape(f"{report.title}: {report.verdict}")) + drift_sections(report)
    body += element("p", escape(disclaimer), class_="notice strong", role="note")
    return document(f"{report.title}: {report.verdict}", element("main", body))
