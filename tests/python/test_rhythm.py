"""The rhythm of a recording: the numbers, what is left out of them, the command and its page."""

from __future__ import annotations

import json
import math
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.cli.app import app
from heartsight.cli.problem import UsageProblem
from heartsight.rhythm import describe_rhythm
from heartsight.rhythm_page import render_rhythm
from typer.testing import CliRunner


def recording(duration_s: float = 60.0, **options: object) -> tuple[hs.Recording, hs.simulate.EcgTruth]:
    return hs.simulate.ecg(250.0, duration_s=duration_s, heart_rate_bpm=75.0, seed=4, **options)  # type: ignore[arg-type]


def test_sinus_rhythm() -> None:
    record, truth = recording()
    rhythm = describe_rhythm(record)
    wanted = np.diff(truth.r_peaks) / 250.0
    assert rhythm.heart_rate_bpm == pytest.approx(60.0 / wanted.mean(), rel=0.01)
    assert rhythm.irregularity < 0.06
    assert rhythm.unusable_s == 0.0
    assert rhythm.hrv["time"]["sdnn_ms"] == pytest.approx(1000 * wanted.std(ddof=1), rel=0.1)
    slow, fast = rhythm.rate_range_bpm
    assert slow < rhythm.heart_rate_bpm < fast


def test_fibrillation_is_irregular() -> None:
    record, _ = recording(rhythm="atrial_fibrillation")
    assert describe_rhythm(record).irregularity > 0.1


def test_no_interval_crosses_an_unusable_stretch() -> None:
    record, _ = recording()
    signal = np.array(record.signal)
    signal[:, 250 * 20 : 250 * 30] = np.nan
    with_gap = hs.Recording(signal, 250.0, leads=list(record.leads))
    rhythm = describe_rhythm(with_gap)
    assert np.isnan(rhythm.rr_ms).sum() >= 1
    assert np.nanmax(rhythm.rr_ms) < 2000
    assert 8 <= rhythm.unusable_s <= 12
    assert rhythm.heart_rate_bpm == pytest.approx(describe_rhythm(record).heart_rate_bpm, rel=0.03)


@pytest.mark.parametrize("signal", [np.zeros((2, 2500)), np.full((2, 2500), np.nan)])
def test_without_beats_there_is_a_rhythm_without_numbers(signal: np.ndarray) -> None:
    rhythm = describe_rhythm(hs.Recording(signal, 250.0, leads=["I", "II"]))
    assert math.isnan(rhythm.heart_rate_bpm)
    assert math.isnan(rhythm.irregularity)
    document = rhythm.to_dict()
    assert document["heart_rate_bpm"] is None
    assert document["n_beats"] == 0
    assert document["unusable_s"] == 10.0
    json.dumps(document, allow_nan=False)
    assert "not defined" in render_rhythm(rhythm, "I", signal[0])


def test_page_draws_the_trace_and_says_what_it_is_not() -> None:
    record, _ = recording(30.0)
    rhythm = describe_rhythm(record)
    page = render_rhythm(rhythm, "II", record.signal[1])
    assert page.count("<svg") == 4
    assert "not a medical device" in page.lower()
    assert "Heart rate over time" in page


def test_json_on_the_standard_output_is_json_alone(tmp_path: Path) -> None:
    record, _ = recording(10.0)
    np.save(tmp_path / "a.npy", record.signal)
    leads = ",".join(str(lead) for lead in record.leads)
    arguments = ["rhythm", str(tmp_path / "a.npy"), "--sampling-rate", "250", "--leads", leads, "--json", "-"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    (document,) = json.loads(result.stdout)
    assert "not a medical device" in document["disclaimer"]


def test_a_wrong_option_is_told_before_any_recording_is_read() -> None:
    for option, value in (("--preset", "magic"), ("--method", "magic")):
        result = CliRunner().invoke(app, ["rhythm", "none.npy", option, value])
        assert isinstance(result.exception, UsageProblem)
        assert option in str(result.exception)
        assert "must be one of" in str(result.exception)


def test_command(tmp_path: Path) -> None:
    record, _ = recording(30.0)
    np.save(tmp_path / "a.npy", record.signal)
    leads = ",".join(str(lead) for lead in record.leads)
    result = CliRunner().invoke(
        app,
        [
            "rhythm",
            *(str(tmp_path / name) for name in ("a.npy", "none.npy")),
            *("--sampling-rate", "250", "--leads", leads),
            *("--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "pages")),
        ],
    )
    assert result.exit_code == 1, result.output  # one of the two could not be read
    document = json.loads((tmp_path / "r.json").read_text())
    assert len(document) == 1
    assert 70 < document[0]["heart_rate_bpm"] < 80
    assert (tmp_path / "pages" / "a.html").exists()
    assert "not a medical device" in result.output
