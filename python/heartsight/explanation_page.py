"""The part of a report's page that says what moved its findings, in words and on the median beats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from heartsight.median_beat_chart import BeatMark, draw_median_beats
from heartsight.report_page import table
from heartsight.svg import element, escape

if TYPE_CHECKING:
    from heartsight.features import Measurements
    from heartsight.pipeline import Contribution, ExplainedFeature, Explanation

# What of a part can be shown on a beat.
_SEGMENTS = {"P wave and PR": "p", "QRS": "qrs", "ST segment": "st", "T wave and QT": "t"}

NOTE = (
    "The probability that the model would give if these numbers were those of a typical recording (the medians of the "
    "recordings it learnt from), all others staying as they are. Changes do not add up: what says the same in two places "
    "moves the probability in neither. What moved the model is no cause of disease."
)


def _number(value: float) -> str:
    return f"{value:.3g}"


def _feature(f: ExplainedFeature) -> str:
    unit = "" if f.unit in ("", "1") else f" {f.unit}"
    words = f"{f.name.replace('_', ' ')} {'not measured' if math.isnan(f.value) else _number(f.value) + unit}"
    known = [] if math.isnan(f.typical) else [f"typical {_number(f.typical)}"]
    if not math.isnan(f.percentile):
        known.append(f"above {f.percentile:.0f} %")
    return words + (f" ({', '.join(known)})" if known else "")


def _row(number: int, c: Contribution) -> list[str]:
    features = "; ".join(_feature(f) for f in c.features) or "no number by itself"
    return [str(number), c.part, c.leads, f"{c.probability_without:.2f}", features]


def marks(explanations: Sequence[Explanation], leads: Sequence[str]) -> list[BeatMark]:
    """Where on the median beats the contributions lie that lie in a wave, numbered as in the tables."""
    found = []
    for e in explanations:
        for number, c in enumerate(e.contributions, start=1):
            if c.part not in _SEGMENTS:
                continue
            names = list(leads) if c.leads == "all leads" else c.leads.split(", ")
            found += [BeatMark(lead, _SEGMENTS[c.part], f"{e.name} {number}") for lead in names if lead in leads]
    return found


def explanation_section(explanations: Sequence[Explanation], measured: Measurements | None = None) -> str:
    """HTML: a table for each class, and the median beats with what it names marked."""
    if not explanations:
        return element("p", "Not analysed: there is nothing to explain.")
    parts = [element("p", escape(NOTE), class_="muted")]
    for e in explanations:
        title = f"{e.name} {e.probability:.2f}"
        if not e.contributions:
            parts.append(element("p", escape(f"{title}: no part of the tracing moves it by itself.")))
            continue
        header = ["No.", "Part", "Leads", f"{e.name} if typical", "What it is here"]
        rows = [_row(number, c) for number, c in enumerate(e.contributions, start=1)]
        parts.append(table(header, rows, f"What moves {title}; above: percent of the recordings it learnt from", [3]))
    if measured is not None:
        chart = draw_median_beats(measured, name="explained-beats", marks=marks(explanations, list(measured.leads)))
        parts.append(element("div", chart, class_="scroll") if chart else "")
    return "".join(parts)
