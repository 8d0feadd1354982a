"""The page of a report: self-contained, escaped, readable, and small for every recording."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.ecg_paper import MAX_POINTS, draw_ecg, thin
from heartsight.model_card import ModelCard, card_markdown
from heartsight.page_style import COLORS, TEXT_ON
from heartsight.report_page import render_index, render_page

VOID = {"meta", "br", "link", "img", "hr"}


class Outline(HTMLParser):
    """Checks that tags close in order and collects what the tests look at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.lang = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        if tag == "html":
            self.lang = values["lang"] or ""
        if "id" in values:
            self.ids.append(values["id"] or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def recording() -> hs.Recording:
    return hs.simulate.ecg(500, seed=3)[0]


@pytest.fixture(scope="module")
def card(bundle_file: Path) -> ModelCard:
    return ModelCard.from_file(bundle_file)


def remake(
    recording: hs.Recording, signal: np.ndarray | None = None, leads: list[str] | None = None, **options: object
) -> hs.Recording:
    x = recording.signal if signal is None else signal
    return hs.Recording(np.array(x), recording.sampling_rate, leads=leads or recording.leads, **options)


def svgs(page: str) -> list[ET.Element]:
    return [ET.fromstring(text) for text in re.findall(r"<svg xmlns.*?</svg>", page, re.DOTALL)]


def test_page_is_whole_and_self_contained(analyzer: hs.Analyzer, recording: hs.Recording, card: ModelCard) -> None:
    report = analyzer.analyze(recording)
    page = render_page(report, recording, card=card)
    outline = Outline(page)
    assert outline.lang == "en"
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
    assert not outline.tags & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"""(src|href)=|url\(|@import""", page)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert hs.pipeline.disclaimer in page
    assert card.digest in page
    assert report.model_digest == card.digest
    assert all(html.escape(limit) in page for limit in card.limits)
    assert "CC BY 4.0" in page
    assert len(page) < 1_500_000
    for c in report.classes:
        assert f"{c.probability:.3f}" in page
        assert f"{c.low:.3f} to {c.high:.3f}" in page


def test_every_chart_has_a_text(analyzer: hs.Analyzer, recording: hs.Recording) -> None:
    page = render_page(analyzer.analyze(recording), recording)
    charts = svgs(page)
    assert len(charts) == 2
    for chart in charts:
        assert chart.get("role") == "img"
        labels = (chart.get("aria-labelledby") or "").split()
        by_id = {e.get("id"): e for e in chart.iter() if e.get("id")}
        assert [by_id[label].tag.split("}")[1] for label in labels] == ["title", "desc"]
        assert all(by_id[label].text for label in labels)


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_contrast(text: str, ground: str) -> None:
    assert contrast(COLORS[text], COLORS[ground]) >= 4.5


@pytest.mark.parametrize("name", ["bar", "bar_found", "whisker"])
def test_graphics_contrast(name: str) -> None:
    assert contrast(COLORS[name], COLORS["page"]) >= 3.0
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_what_comes_from_a_file_stays_text(analyzer: hs.Analyzer, recording: hs.Recording, card: ModelCard) -> None:
    hostile = "<script>alert(1)</script>\"' \x1b[31m </title><img src=x onerror=alert(1)>"
    leads = [*recording.leads[:11], hostile]
    changed = remake(recording, leads=leads, id=hostile)
    report = analyzer.analyze(changed)
    for page in (
        render_page(report, changed, card=card),
        render_index([(hostile, report.to_dict(), "a.html", ""), (hostile, None, "", hostile)]),
    ):
        outline = Outline(page)
        assert not outline.tags & {"script", "img"}
        assert "&lt;script&gt;" in page
        assert "\x1b" not in page
    assert "<script" not in report.plot(changed)._repr_html_()


def test_not_analyzed_says_why(analyzer: hs.Analyzer, recording: hs.Recording) -> None:
    part = remake(recording, signal=recording.signal[:8], leads=recording.leads[:8])
    page = render_page(analyzer.analyze(part), part)
    assert "Not analysed" in page
    assert "leads V3, V4, V5, V6 are missing" in page
    assert "V3: not recorded" in page
    assert "there are no probabilities" in page
    assert len(svgs(page)) == 1
    Outline(page)
    Outline(render_page(analyzer.analyze(part)))


def test_indeterminate_is_not_normal(analyzer: hs.Analyzer, recording: hs.Recording) -> None:
    report = analyzer.analyze(recording)

    class Indeterminate:
        def to_dict(self) -> dict[str, object]:
            return {**report.to_dict(), "status": "indeterminate", "findings": [], "actions": []}

    page = render_page(Indeterminate(), recording)
    assert "The model does not say, which is not the same as normal" in page
    assert "None: no class reaches its threshold" in page


@pytest.mark.parametrize("protocol", ["mlops_phase1", "clinical_recommender"])
def test_protocols_are_marked(analyzer: hs.Analyzer, recording: hs.Recording, protocol: str) -> None:
    page = render_page(analyzer.analyze(recording, protocol=protocol), recording)
    assert f"Protocol {protocol}, for comparison only" in page


@pytest.mark.parametrize(("rate", "seconds"), [(50, 4), (100, 10), (257.3, 10), (1000, 60), (2000, 30)])
def test_every_rate_and_length_is_drawn(rate: float, seconds: float) -> None:
    options = {"mains_hz": 20.0} if rate < 100 else {}
    recording, _ = hs.simulate.ecg(rate, duration_s=seconds, seed=1, **options)
    paper = draw_ecg(recording)
    drawing = ET.fromstring(paper.svg)
    traces = [e for e in drawing.iter() if e.get("data-start") is not None]
    assert len(paper.svg) < 1_000_000
    if seconds >= 10:
        assert len(traces) == 13
    for trace in traces:
        numbers = [float(v) for v in re.findall(r"-?[\d.]+", trace.get("d") or "")]
        assert len(numbers) <= 2 * MAX_POINTS
        assert all(0 <= v <= 266 for v in numbers)
    said = " ".join(paper.notes)
    assert ("Only the first 10 s" in said) == (seconds > 10)
    assert ("the rest of the paper is empty" in said) == (seconds < 10)


def test_scale_and_offset_of_the_drawing() -> None:
    """A step of 1 mV is 10 mm high and stands where 25 mm/s puts it; a constant offset is not drawn."""
    signal = np.full((12, 1000), 5.0)
    signal[:, 100:120] += 1.0
    leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
    drawing = ET.fromstring(draw_ecg(hs.Recording(signal, 100, leads=leads)).svg)
    first = next(e for e in drawing.iter() if e.get("data-start") == "0")
    points = np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", first.get("d") or ""), dtype=float)
    up = points[points[:, 1] < points[0, 1]]
    assert points[0, 1] - up[:, 1].min() == pytest.approx(10.0)
    assert up[0, 0] - points[0, 0] == pytest.approx(25.0)
    assert up[-1, 0] - up[0, 0] == pytest.approx(19 * 0.25)


def test_huge_missing_and_foreign_values_are_drawn_and_said() -> None:
    recording, _ = hs.simulate.ecg(100, seed=2)
    signal = np.array(recording.signal)
    signal[6] *= 1000
    signal[7, 300:600] = np.nan
    signal[8] = np.nan
    signal[9, 5] = np.inf
    units = ["mV"] * 10 + ["mmHg", "uV"]
    paper = draw_ecg(hs.Recording(signal, 100, leads=recording.leads, units=units))
    text = " ".join(paper.notes)
    assert "cut at 2.8 mV above or below the median in: V1" in text
    assert "Not recorded, or not a voltage: V5" in text
    assert "nan" not in paper.svg.replace("nanotech", "")
    assert "inf" not in paper.svg
    assert "V3" in paper.svg
    ET.fromstring(paper.svg)


@pytest.mark.parametrize("shape", [(1, 1), (2, 0), (1, 3)])
def test_tiny_recordings(shape: tuple[int, int]) -> None:
    leads = ["MLII", "V5"][: shape[0]]
    ET.fromstring(draw_ecg(hs.Recording(np.zeros(shape), 360, leads=leads)).svg)


def test_thinning_keeps_the_extremes() -> None:
    x = np.zeros(50_001)
    x[12_345], x[40_000] = 3.0, -2.0
    indices, values = thin(x)
    assert len(values) <= MAX_POINTS
    assert values.max() == 3.0
    assert values.min() == -2.0
    assert (np.diff(indices) > 0).all()
    np.testing.assert_array_equal(x[indices], values)


def test_plot(tmp_path: Path, analyzer: hs.Analyzer, recording: hs.Recording) -> None:
    report = analyzer.analyze(recording)
    for plot in (report.plot(), report.plot(recording)):
        ET.fromstring(plot._repr_svg_())
        assert plot._repr_html_().startswith("<div")
    report.plot(recording).save(tmp_path / "a.svg")
    report.plot(recording).save(tmp_path / "a.html")
    ET.parse(tmp_path / "a.svg")
    Outline((tmp_path / "a.html").read_text())
    with pytest.raises(hs.DomainError, match="must end in"):
        report.plot().save(tmp_path / "a.png")
    nothing = remake(recording, signal=recording.signal[:2], leads=["I", "II"])
    assert "Not analysed" in analyzer.analyze(nothing).plot()._repr_svg_()


def test_card_in_markdown(card: ModelCard) -> None:
    text = card_markdown(card, "heartsight train ecg", "seed: 1\n")
    assert "| macro |" in text
    assert "sex=female" in text
    assert list(card.metrics) == ["NORM", "MI", "STTC", "CD", "HYP", "macro"]


def test_card_of_a_bundle_in_memory(analyzer: hs.Analyzer, card: ModelCard) -> None:
    other = ModelCard.from_bundle(analyzer.bundle)
    assert (other.name, other.digest, other.thresholds) == (card.name, card.digest, card.thresholds)
