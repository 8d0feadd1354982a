"""One report as one self-contained HTML page: no script, no outside resource, nothing said by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heartsight import svg
from heartsight.ecg_paper import draw_ecg
from heartsight.model_card import METRIC_NOTE, METRIC_WORDS, ModelCard, figure_words
from heartsight.page_style import COLORS, STYLE
from heartsight.pipeline import disclaimer
from heartsight.probability_chart import class_words, draw_probabilities
from heartsight.svg import element, escape

if TYPE_CHECKING:
    from heartsight.pipeline import Analyzer

URGENCY_WORDS = {"immediate": "Immediate", "urgent": "Urgent", "routine": "Routine"}
STATUS_WORDS = {"findings": "Findings", "indeterminate": "Indeterminate", "not_analyzed": "Not analysed"}
REASON_WORDS = {
    "missing": "not in the recording",
    "unit": "not a voltage",
    "flat": "does not change for long stretches",
    "clipped": "sits at its limits (clipped)",
    "noisy": "strong noise",
    "mains": "mains (50 or 60 Hz)",
    "loose": "jumps and slow movements as from a loose electrode",
    "wander": "baseline wanders",
    "gaps": "samples are missing",
    "derived": "derived from other limb leads",
}
PROTOCOL_WORDS = {
    "mlops_phase1": "the most probable class is named, whatever its probability; no thresholds, no indeterminate, no actions",
    "clinical_recommender": "every class above 0.3 is named, and the actions have that system's own wording",
}
_SHAPES = {
    "immediate": '<path d="M12 2L23 21H1Z" fill="currentColor"/><path d="M12 8v7M12 17v2" stroke="#fff" stroke-width="2.4"/>',
    "urgent": '<path d="M12 1L23 12L12 23L1 12Z" fill="currentColor"/><path d="M12 7v10" stroke="#fff" stroke-width="2.4"/>',
    "routine": '<circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" stroke-width="2.6"/>',
}


def document(title: str, body: str) -> str:
    """A whole page around a body."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>{body}</body></html>\n"
    )


def section(heading: str, content: str, name: str, style: str = "") -> str:
    """A section under an h2 that it is labelled by."""
    head = element("h2", escape(heading), id=f"{name}-heading")
    return element("section", head + content, aria_labelledby=f"{name}-heading", **({"class_": style} if style else {}))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, numeric: Sequence[int] = ()) -> str:
    """A table whose first column names the rows. Cells are escaped here."""
    marks = [' class="n"' if i in numeric else "" for i in range(len(header))]
    head = "".join(f'<th scope="col"{m}>{escape(h)}</th>' for h, m in zip(header, marks, strict=True))
    body = ""
    for row in rows:
        cells = f'<th scope="row">{escape(row[0])}</th>'
        cells += "".join(f"<td{m}>{escape(c)}</td>" for c, m in zip(row[1:], marks[1:], strict=True))
        body += f"<tr>{cells}</tr>"
    content = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>{content}</table></div>'
    )


def _definitions(rows: Sequence[tuple[str, str]]) -> str:
    return element("dl", "".join(f"<dt>{escape(what)}</dt><dd>{escape(words)}</dd>" for what, words in rows))


def _list(items: Sequence[str]) -> str:
    return element("ul", "".join(f"<li>{escape(i)}</li>" for i in items))


def _result(r: dict[str, Any]) -> str:
    if r["status"] == "not_analyzed":
        words = (
            "<strong>Not analysed.</strong> The recording cannot be given to the model, so there are no probabilities:"
        )
        return element("div", f"<p>{words}</p>{_list(r['quality']['reasons'])}", class_="notice strong")
    if r["status"] == "indeterminate":
        words = "<strong>Indeterminate.</strong> No class reaches its threshold. The model does not say, "
        return element("div", f"<p>{words}which is not the same as normal.</p>", class_="notice strong")
    items = "".join(
        f"<li><strong>{escape(class_words(f['name']))}</strong> ({escape(f['name'])}): probability {f['probability']:.2f}, "
        f"95 % band {f['low']:.2f} to {f['high']:.2f}</li>"
        for f in r["findings"]
    )
    if r["protocol"] == "mlops_phase1":
        return f"<p>The most probable class:</p><ul>{items}</ul>"
    limit = "above 0.3" if r["protocol"] == "clinical_recommender" else "at or above their thresholds"
    return f"<p>Classes {limit}, most probable first:</p><ul>{items}</ul>"


def _warnings(r: dict[str, Any]) -> str:
    if not r["warnings"]:
        return '<p class="muted">No warnings about the recording or the result.</p>'
    return element("div", f"<p><strong>Warnings</strong></p>{_list(r['warnings'])}", class_="notice")


def _actions(r: dict[str, Any]) -> str:
    if not r["actions"]:
        why = {
            "not_analyzed": "None: the recording was not analysed. Consider recording it again.",
            "indeterminate": "None: no class reaches its threshold. A clinician's reading is needed all the more.",
        }.get(r["status"], "None under this protocol.")
        return f"<p>{why}</p>"
    items = ""
    for a in r["actions"]:
        icon = f'<svg viewBox="0 0 24 24" class="{escape(a["urgency"])}" aria-hidden="true">{_SHAPES.get(a["urgency"], "")}</svg>'
        urgency = element(
            "span", escape(URGENCY_WORDS.get(a["urgency"], a["urgency"])), class_=f"urgency {a['urgency']}"
        )
        because = ", ".join(class_words(b) for b in a["because"])
        reason = escape(a["reason"][:1].upper() + a["reason"][1:])
        why = f'<br><span class="muted">Because of: {escape(because)} ({a["probability"]:.2f}). {reason}.</span>'
        items += f"<li>{icon}<div>{urgency}: {escape(a['text'])}{why}</div></li>"
    return f'<ul class="actions">{items}</ul>'


def _probabilities(r: dict[str, Any]) -> str:
    if not r["classes"]:
        return "<p>None: the recording was not analysed.</p>"
    found = {f["name"] for f in r["findings"]}
    chart = element("figure", draw_probabilities(r["classes"], found), style="margin:0")
    rows = [
        [
            f"{class_words(c['name'])} ({c['name']})",
            f"{c['probability']:.3f}",
            f"{c['low']:.3f} to {c['high']:.3f}",
            f"{c['threshold']:.3f}",
            "yes" if c["name"] in found else "no",
        ]
        for c in r["classes"]
    ]
    note = (
        "The band is the uncertainty of the calibration alone, from resampling the calibration data. A wrong model, or a "
        "patient unlike those it learned from, is not in it. Classes are judged one by one; they do not add up to 1."
    )
    header = ["Class", "Probability", "95 % band", "Threshold", "Finding"]
    return chart + table(header, rows, "Probabilities as numbers", (1, 2, 3)) + f'<p class="muted">{note}</p>'


def _measurements(r: dict[str, Any]) -> str:
    if not r["measurements"]:
        return element("p", "Not measured.", class_="muted")
    rows = []
    for name, m in r["measurements"].items():
        unit = "" if m["unit"] == "1" else f" {m['unit']}"
        spread = "" if m["uncertainty"] is None else f" ± {m['uncertainty']:.1f}"
        rows.append([name.replace("_", " "), f"{m['value']:.0f}{spread}{unit}"])
    note = "Of the analysed window, all leads together, at the model's sampling rate; ±: standard error, where there is one."
    content = table(["Measurement", "Value"], rows, note, [1])
    if r["statements"]:
        items = [f"{s['text']} ({s['source']})" for s in r["statements"]]
        content += element("p", "Published criteria that these measurements meet; they are not findings of the model:")
        content += _list(items)
    return content


def _input(r: dict[str, Any], recording: Any) -> str:
    i = r["input"]
    rows = [
        ("Sampling rate", f"{i['sampling_rate_hz']:g} Hz"),
        ("Length", f"{i['duration_s']:.4g} s ({i['n_samples']} samples)"),
        ("Leads", ", ".join(i["leads"])),
        ("Analysed", f"{i['window_start_s']:.4g} s to {i['window_stop_s']:.4g} s" if r["classes"] else "no part"),
        ("Resampling", i["resampling"] or "none: the rate is the model's"),
    ]
    if recording is not None:
        if recording.age_years is not None:
            age = "over 89" if recording.age_censored else f"{recording.age_years:g}"
            rows.append(("Age in the file", f"{age} years (not used by the model)"))
        if recording.sex != "unknown":
            rows.append(("Sex in the file", f"{recording.sex} (not used by the model)"))
    return _definitions(rows)


def _quality(r: dict[str, Any]) -> str:
    rows = [
        [q["lead"], q["verdict"], ", ".join(REASON_WORDS.get(x, x) for x in q["reasons"]) or "nothing to remark"]
        for q in r["quality"]["leads"]
    ]
    words = f"<p>Verdict on the recording: <strong>{escape(r['quality']['verdict'])}</strong>.</p>"
    caption = "Each lead of the model; beats_only: used, with a warning"
    return words + table(["Lead", "Verdict", "Remarks"], rows, caption)


def _card(r: dict[str, Any], card: ModelCard | None) -> str:
    model = r["model"]
    rows = [("Model", f"{model['name']} {model['version']}"), ("Manifest SHA-256", model["digest"])]
    rows.append(("heartsight", r["heartsight_version"]))
    if card is None:
        return _definitions(rows) + "<p>`heartsight inspect` shows the card of a bundle file.</p>"
    content = element("p", escape(card.intended_use)) + _definitions([*rows, *card.facts])
    if card.metrics:
        header = ["Class", *METRIC_WORDS.values()]
        figures = [[name, *(figure_words(f.get(m)) for m in METRIC_WORDS)] for name, f in card.metrics.items()]
        content += "<h3>Performance</h3>" + table(header, figures, "Figures of the model with 95 % intervals")
        content += f'<p class="muted">{escape(METRIC_NOTE)}</p>'
    content += "<h3>Limits</h3>" + _list(card.limits)
    if card.licences:
        content += "<h3>Data</h3>" + _list([f"{n}: {licence}, doi {source}" for n, licence, source in card.licences])
    return content


def _tracing(recording: Any) -> str:
    if recording is None:
        return "<p>The report does not hold the signal, and no recording was given with it.</p>"
    paper = draw_ecg(recording)
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="ECG, scrolls sideways">{paper.svg}</div>'
    notes = "".join(f"<li>{escape(n)}</li>" for n in paper.notes)
    return f'<figure style="margin:0">{region}<figcaption class="muted"><ul>{notes}</ul></figcaption></figure>'


def _explained(r: dict[str, Any], analyzer: Analyzer, recording: Any) -> str:
    from heartsight.explanation_page import explanation_section
    from heartsight.features import measurements

    explanations = analyzer.explain(recording)
    rows = [i for i, unit in enumerate(recording.units) if unit == "mV"]
    measured = None
    if explanations and rows and analyzer.bundle.features.definition.startswith("measurements"):
        # The beat is drawn at the recording's own rate, from the part that the model saw.
        rate = recording.sampling_rate
        window = slice(round(r["input"]["window_start_s"] * rate), round(r["input"]["window_stop_s"] * rate))
        signal = np.ascontiguousarray(np.asarray(recording.signal)[rows, window])
        measured = measurements(signal, rate, leads=[recording.leads[i] for i in rows])
    return explanation_section(explanations, measured)


def render_page(
    report: Any, recording: Any = None, *, card: ModelCard | None = None, analyzer: Analyzer | None = None
) -> str:
    """The page of a report as HTML text.

    recording: the recording that was analysed, for the drawing. card: the model's card (ModelCard.from_file or
    from_bundle); without it the page names the model only. analyzer: the one that made the report; with it and the recording
    the page says what moved the findings (not under a protocol, which decides otherwise).
    """
    r = report.to_dict()
    title = r["id"] or "recording without a name"
    head = element("h1", f"ECG report: {escape(title)}")
    head += f"<p>Result: <strong>{STATUS_WORDS[r['status']]}</strong></p>"
    head += element("p", escape(r["disclaimer"]), class_="notice strong", role="note")
    if r["protocol"]:
        words = PROTOCOL_WORDS.get(r["protocol"], "")
        text = f"Protocol {escape(r['protocol'])}, for comparison only: {escape(words)}. docs/protocols.md lists its defects."
        head += element("p", text, class_="notice")
    body = "<main>" + head
    body += section("Findings", _result(r) + _warnings(r), "findings")
    body += section("Actions to consider", _actions(r), "actions")
    body += section("Recording", _tracing(recording), "recording", "tracing")
    body += section("Probabilities", _probabilities(r), "probability")
    if analyzer is not None and recording is not None and not r["protocol"] and r["classes"]:
        body += section("What moved the model", _explained(r, analyzer, recording), "explanation")
    body += section("Measurements", _measurements(r), "measurements")
    body += section("Quality of the recording", _quality(r), "quality", "together")
    body += section("Input", _input(r, recording), "input")
    body += section("Model card", _card(r, card), "card") + "</main>"
    return document(f"ECG report {title}", body)


def render_index(entries: Sequence[tuple[str, dict[str, Any] | None, str, str]]) -> str:
    """The index of a folder of pages, from (file, report as dict or None, page's name, error)."""
    rows = ""
    for file, r, page, error in entries:
        name = escape(r["id"] if r else Path(file).name)
        link = f'<a href="{escape(page)}">{name}</a>' if page else name
        status = STATUS_WORDS[r["status"]] if r else "Not read"
        found = ", ".join(f"{f['name']} {f['probability']:.2f}" for f in r["findings"]) if r else error
        if r and r["status"] == "not_analyzed":
            found = "; ".join(r["quality"]["reasons"])
        action = (
            f"{URGENCY_WORDS.get(r['actions'][0]['urgency'], '')}: {r['actions'][0]['text']}"
            if r and r["actions"]
            else ""
        )
        n_warnings = str(len(r["warnings"])) if r else ""
        cells = "".join(f"<td>{escape(c)}</td>" for c in (status, found, action, n_warnings))
        rows += f'<tr><th scope="row">{link}</th>{cells}</tr>'
    header = "".join(
        f'<th scope="col">{h}</th>' for h in ("Recording", "Status", "Findings", "First action", "Warnings")
    )
    content = f"<caption>{len(entries)} files</caption><thead><tr>{header}</tr></thead><tbody>{rows}</tbody>"
    body = "<main><h1>ECG reports</h1>" + element("p", escape(disclaimer), class_="notice strong", role="note")
    whole = element("table", content, class_="wide")
    body += f'<div class="scroll" tabindex="0" role="region" aria-label="reports">{whole}</div></main>'
    return document("ECG reports", body)


def render_svg(report: Any, recording: Any = None) -> str:
    """The probabilities of a report, below the recording when it is given, as one SVG."""
    r = report.to_dict()
    chart = ""
    if r["classes"]:
        chart = draw_probabilities(r["classes"], {f["name"] for f in r["findings"]}, name="plot-probabilities")
    if recording is None:
        if chart:
            return chart
        words = svg.text(10, 26, "Not analysed: no probabilities", font_size="16", fill=COLORS["text"])
        reasons = "; ".join(r["quality"]["reasons"])
        return svg.figure(words, width=720, height=40, title="Not analysed", description=reasons, name="plot")
    paper = draw_ecg(recording, name="plot-ecg").svg
    if not chart:
        return paper
    # Nested images: the paper over the full width, the bars below it.
    top = paper.replace("<svg ", '<svg x="0" y="0" width="266" height="138" ', 1)
    below = chart.replace("<svg ", '<svg x="30" y="142" width="200" height="72" ', 1)
    title = f"{STATUS_WORDS[r['status']]}: recording and probabilities"
    return svg.figure(top + below, width=266, height=216, title=title, description=title, name="plot")
