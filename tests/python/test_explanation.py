"""What moved a finding: numbers, words and the page."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.explanation_page import explanation_section, marks
from heartsight.report_page import render_page
from tiny_bundle import LEADS, tiny_bundle


@pytest.fixture(scope="module")
def model() -> hs.Analyzer:
    return hs.load()


def recording(morphology: str, seed: int = 3) -> hs.Recording:
    return hs.simulate.ecg(500.0, morphology=morphology, seed=seed)[0]


def test_findings_are_explained_in_their_order(model: hs.Analyzer) -> None:
    r = recording("conduction_disturbance")
    report = model.analyze(r)
    explained = model.explain(r)
    expected = [f.name for f in report.findings] or [max(report.probabilities, key=lambda c: report.probabilities[c])]
    assert [e.name for e in explained] == expected
    for e in explained:
        assert e.probability == report.probabilities[e.name]
        changes = [abs(e.probability - c.probability_without) for c in e.contributions]
        assert changes == sorted(changes, reverse=True)
        assert all(change >= 0.01 for change in changes)
        assert len(e.contributions) <= 5
    assert json.loads(json.dumps(explained[0].to_dict(), allow_nan=False))["name"] == explained[0].name
    assert str(explained[0]).startswith(explained[0].name)


def test_a_broad_complex_is_what_moves_conduction_disturbance(model: hs.Analyzer) -> None:
    (e,) = model.explain(recording("conduction_disturbance"), classes=["CD"], n_contributions=8)
    assert any(c.part == "QRS" and c.probability_without < e.probability for c in e.contributions)


def test_substitution_is_what_it_says(model: hs.Analyzer) -> None:
    """probability_without, computed again: the model on the same row with the medians put in."""
    bundle = tiny_bundle(drift_level=[0.0, 0.5, 1.0], drift_quantile=np.tile([-1.0, 0.0, 1.0], 108))
    analyzer = hs.Analyzer(bundle)
    r = hs.simulate.ecg(100.0, seed=2)[0]
    (e,) = analyzer.explain(r, classes=["HYP"])  # by feature 4, of lead I
    high, low = 1 / (1 + math.exp(-1.5)), 1 / (1 + math.exp(1.5))
    value = hs.features.summary_statistics(np.asarray(r.signal))[4]
    if value >= 0.1:
        assert e.contributions[0].leads == "I"
        assert (e.probability > e.contributions[0].probability_without) == (high > low)
        assert e.contributions[0].features[0].value == pytest.approx(value, rel=1e-12)
        assert e.contributions[0].features[0].typical == 0.0
    else:
        assert e.contributions == []


def test_decided_answers(model: hs.Analyzer) -> None:
    flat = hs.Recording(np.zeros((12, 5000)), 500.0, leads=LEADS)
    assert model.explain(flat) == []
    with pytest.raises(hs.DomainError, match="classes"):
        model.explain(recording("normal"), classes=["FLU"])
    assert "Not analysed" in explanation_section([])


def test_the_page_says_it_and_marks_the_beats(model: hs.Analyzer) -> None:
    r = recording("st_t_change")
    report = model.analyze(r)
    page = render_page(report, r, analyzer=model)
    assert "What moved the model" in page
    assert "if typical" in page
    assert "is no cause of disease" in page
    explained = model.explain(r)
    labels = {mark.label for mark in marks(explained, list(r.leads))}
    assert labels
    for label in labels:
        assert f">{label}<" in page
    assert "What moved the model" not in render_page(report, r)
    protocol = model.analyze(r, protocol="clinical_recommender")
    assert "What moved the model" not in render_page(protocol, r, analyzer=model)


@pytest.mark.data
@pytest.mark.skipif("HEARTSIGHT_DATA" not in os.environ, reason="HEARTSIGHT_DATA names no folder")
def test_real_recordings_are_explained(model: hs.Analyzer) -> None:
    files = sorted((Path(os.environ["HEARTSIGHT_DATA"]) / "ptbxl_waveforms" / "records100").rglob("*.hea"))[:40]
    explained = [e for file in files for e in model.explain(hs.io.read_record(file))]
    found = [e for e in explained if e.name != "NORM"]  # a normal tracing is typical in every part
    assert len(found) >= 5
    assert sum(bool(e.contributions) for e in found) > 0.8 * len(found)
