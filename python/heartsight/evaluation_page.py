"""The page of an evaluation: the table, ROC curves and reliability diagrams as SVG."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from heartsight import svg
from heartsight.model_card import METRIC_WORDS
from heartsight.page_style import COLORS
from heartsight.pipeline import disclaimer
from heartsight.probability_chart import class_words
from heartsight.report_page import document, section, table
from heartsight.svg import element, escape

_SIZE, _LEFT, _BOTTOM, _TOP = 220.0, 52.0, 46.0, 26.0
_WIDTH, _HEIGHT = _LEFT + _SIZE + 16, _TOP + _SIZE + _BOTTOM
N_BINS = 10

FloatArray = npt.NDArray[np.float64]


def roc_curve(y: npt.NDArray[np.int64], p: FloatArray) -> tuple[FloatArray, FloatArray]:
    """False and true positive rates from (0, 0) to (1, 1); equal scores make one step."""
    order = np.argsort(-p, kind="stable")
    last = np.flatnonzero(np.diff(p[order], append=-np.inf) != 0)
    true = np.cumsum(y[order])[last]
    false = np.cumsum(1 - y[order])[last]
    return np.concatenate([[0.0], false / max(false[-1], 1)]), np.concatenate([[0.0], true / max(true[-1], 1)])


def reliability(y: npt.NDArray[np.int64], p: FloatArray) -> list[tuple[float, float, int]]:
    """(mean probability, observed share, n) of each of ten bins of equal width that holds a record."""
    index = np.minimum((p * N_BINS).astype(np.int64), N_BINS - 1)
    return [
        (float(p[index == b].mean()), float(y[index == b].mean()), int((index == b).sum()))
        for b in range(N_BINS)
        if (index == b).any()
    ]


def _axes(x_name: str, y_name: str, title: str) -> str:
    x0, y0 = _LEFT, _TOP + _SIZE
    parts = [svg.element("rect", x=x0, y=_TOP, width=_SIZE, height=_SIZE, fill="none", stroke=COLORS["muted"])]
    for t in (0.0, 0.5, 1.0):
        x, y = x0 + t * _SIZE, y0 - t * _SIZE
        parts.append(svg.text(x, y0 + 16, f"{t:g}", font_size="12", text_anchor="middle", fill=COLORS["muted"]))
        parts.append(svg.text(x0 - 6, y + 4, f"{t:g}", font_size="12", text_anchor="end", fill=COLORS["muted"]))
    diagonal = svg.path([(x0, y0), (x0 + _SIZE, _TOP)])
    parts.append(svg.element("path", d=diagonal, stroke=COLORS["muted"], stroke_dasharray="4 4", fill="none"))
    parts.append(svg.text(x0 + _SIZE / 2, y0 + 36, x_name, font_size="13", text_anchor="middle", fill=COLORS["text"]))
    middle = svg.number(_TOP + _SIZE / 2)
    parts.append(svg.text(14, _TOP + _SIZE / 2, y_name, font_size="13", text_anchor="middle", fill=COLORS["text"],
                          transform=f"rotate(-90 14 {middle})"))  # fmt: skip
    parts.append(svg.text(x0, 16, title, font_size="14", font_weight="700", fill=COLORS["text"]))
    return "".join(parts)


def _xy(x: float, y: float) -> tuple[float, float]:
    return _LEFT + x * _SIZE, _TOP + (1 - y) * _SIZE


def _roc_figure(name: str, y: npt.NDArray[np.int64], p: FloatArray, auroc: str, point: tuple[float, float]) -> str:
    false, true = roc_curve(y, p)
    steps: list[tuple[float, float] | None] = [_xy(float(f), float(t)) for f, t in zip(false, true, strict=True)]
    curve = svg.element("path", d=svg.path(steps), stroke=COLORS["bar_found"], stroke_width="2", fill="none")
    x, y_point = _xy(1 - point[1], point[0]) if all(np.isfinite(point)) else _xy(0, 0)
    mark = svg.element("circle", cx=x, cy=y_point, r="5", fill=COLORS["page"], stroke=COLORS["text"], stroke_width="2")
    words = f"ROC curve of {class_words(name)}. AUROC {auroc}. At the threshold (circle): sensitivity {point[0]:.2f}, "
    return svg.figure(
        _axes("1 - specificity", "sensitivity", name) + curve + mark,
        width=_WIDTH, height=_HEIGHT, title=f"ROC curve: {name}", description=words + f"specificity {point[1]:.2f}.",
        name=f"roc-{name}", style="small",
    )  # fmt: skip


def _reliability_figure(name: str, y: npt.NDArray[np.int64], p: FloatArray) -> str:
    bins = reliability(y, p)
    largest = max(n for _, _, n in bins)
    marks = []
    for mean, share, n in bins:
        x, y_mark = _xy(mean, share)
        radius = 3 + 9 * (n / largest) ** 0.5
        marks.append(svg.element("circle", cx=x, cy=y_mark, r=radius, fill=COLORS["bar"], stroke=COLORS["text"]))
        marks.append(svg.text(x + radius + 2, y_mark + 4, n, font_size="11", fill=COLORS["text"]))
    words = "; ".join(f"predicted {mean:.2f}, observed {share:.2f}, {n} records" for mean, share, n in bins)
    return svg.figure(
        _axes("predicted probability", "observed share", name) + "".join(marks),
        width=_WIDTH, height=_HEIGHT, title=f"Reliability: {name}", description=words, name=f"reliability-{name}",
        style="small",
    )  # fmt: skip


def render_evaluation(evaluation: Any, scored: Any, about: dict[str, Any]) -> str:
    """The page as HTML text, from an Evaluation, its ScoredRecords and what evaluation.json says of the bundle."""
    names = list(evaluation.per_class)
    bundle = about["bundle"]
    head = element("h1", escape(f"Evaluation of {bundle['name']} {bundle['version']}"))
    head += element("p", escape(disclaimer), class_="notice strong", role="note")
    if about.get("warning"):
        head += element("p", escape(about["warning"]), class_="notice strong", role="alert")
    folds = f"folds {', '.join(map(str, about['folds']))}" if about["folds"] else "all folds"
    words = f"Data: {about['data']}, {folds}: {evaluation.n} records of {evaluation.n_patients} patients."
    words += f" Intervals: {about['interval']}. Manifest SHA-256 {bundle['digest']}."
    head += element("p", escape(words))
    rows = [[name, str(evaluation.n_positive.get(name, "")), *(str(f[m]) for m in METRIC_WORDS)]
            for name, f in [*evaluation.per_class.items(), ("macro", evaluation.macro)]]  # fmt: skip
    caption = "Figures with 95 % intervals; sensitivity and specificity at the bundle's thresholds"
    body = (
        "<main>"
        + head
        + section("Figures", table(["Class", "n positive", *METRIC_WORDS.values()], rows, caption), "figures")
    )
    rocs, diagrams = "", ""
    for k, name in enumerate(names):
        y, p = scored.labels[:, k], scored.probabilities[:, k]
        f = evaluation.per_class[name]
        if 0 < y.sum() < len(y):
            rocs += _roc_figure(name, y, p, str(f["auroc"]), (f["sensitivity"].value, f["specificity"].value))
        diagrams += _reliability_figure(name, y, p)
    grid = "<style>.small{width:18rem;max-width:100%;height:auto}.grid{display:flex;flex-wrap:wrap;gap:1rem}</style>"
    note = "<p>The circle is the threshold of the bundle; the dashed line is chance.</p>"
    body += section(
        "ROC curves", note + f'{grid}<div class="grid">{rocs or "<p>No class has both outcomes.</p>"}</div>', "roc"
    )
    note = "<p>Ten bins of equal width, with the number of records beside each; on the dashed line prediction is truth.</p>"
    body += section("Reliability", note + f'<div class="grid">{diagrams}</div>', "reliability")
    if evaluation.not_analyzed:
        lost = [[name, reason] for name, reason in evaluation.not_analyzed]
        body += section(
            "Not analysed", table(["Record", "Reason"], lost, "Records that are not in the figures"), "lost"
        )
    return document(f"Evaluation of {bundle['name']}", body + "</main>")
