"""`heartsight measure`: what is measured of a recording, the page and the command."""

from __future__ import annotations

import json
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.cli.app import app
from heartsight.cli.descriptions import MAX_LINES
from heartsight.measure import measure_recording
from heartsight.measure_page import render_measured
from heartsight.median_beat_chart import draw_median_beats
from typer.testing import CliRunner

LEADS = "I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6"


def recording(**options: object) -> hs.Recording:
    return hs.simulate.ecg(500.0, muscle_noise_mv=0.01, seed=4, **options)[0]  # type: ignore[arg-type]


def test_measured_recording() -> None:
    measured = measure_recording(recording(morphology="hypertrophy"))
    assert measured.rhythm.verdict == "sinus"
    assert "lvh_sokolow_lyon" in [s.code for s in measured.statements]
    document = measured.to_dict()
    json.dumps(document, allow_nan=False)
    assert document["measurements"]["overall"]["qrs_duration"] == measured.measurements.overall["qrs_duration"]
    assert document["rhythm"]["verdict"] == "sinus"
    assert document["schema"] == hs.features.measurement_schema(LEADS.split(",")).fingerprint()
    assert "not a medical device" in document["disclaimer"].lower()


def test_channels_in_other_units_are_left_out() -> None:
    record = recording()
    units = ["mV"] * 11 + ["mmHg"]
    other = hs.Recording(np.asarray(record.signal), 500.0, leads=list(record.leads), units=units)
    measured = measure_recording(other)
    assert measured.left_out == ["V6"]
    assert len(measured.measurements.leads) == 11
    assert "V6" in render_measured(measured)
    pressure = hs.Recording(np.zeros((1, 100)), 500.0, leads=["ABP"], units=["mmHg"])
    with pytest.raises(hs.DomainError, match="mV"):
        measure_recording(pressure)


def test_page_draws_every_lead_with_its_boundaries() -> None:
    measured = measure_recording(recording())
    page = render_measured(measured)
    assert page.count("<svg") == 1
    for heading in ("Criteria", "Beats", "Median beats", "Lead by lead", "All leads"):
        assert f">{heading}</h2>" in page
    assert "not a medical device" in page.lower()
    chart = draw_median_beats(measured.measurements)
    assert chart.count("<rect") == 1 + 12 * 3  # paper, and P, QRS and T in each lead
    assert chart.count("<circle") >= 12 * 2
    for lead in LEADS.split(","):
        assert f">{lead}<" in chart or f">{lead} (x" in chart


def test_a_large_complex_is_drawn_smaller_and_says_so() -> None:
    record = recording()
    large = hs.Recording(np.asarray(record.signal) * 4.0, 500.0, leads=list(record.leads))
    assert "(x 0.25)" in draw_median_beats(measure_recording(large).measurements)


def test_without_beats_the_page_says_so() -> None:
    flat = hs.Recording(np.zeros((2, 5000)), 500.0, leads=["I", "II"], id="<flat>")
    measured = measure_recording(flat)
    assert draw_median_beats(measured.measurements) == ""
    page = render_measured(measured)
    assert "There is no beat to draw" in page
    assert "&lt;flat&gt;" in page
    assert measured.to_dict()["measurements"]["overall"]["qt"] is None


def run(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    np.save(tmp_path / "a.npy", recording(heart_rate_bpm=110.0).signal)
    result = CliRunner().invoke(app, ["measure", *arguments, "--sampling-rate", "500", "--leads", LEADS])
    return result.exit_code, result.stdout


def test_command(tmp_path: Path) -> None:
    code, text = run(
        tmp_path, str(tmp_path / "a.npy"), str(tmp_path / "none.npy"),
        "--json", str(tmp_path / "m.json"), "--html", str(tmp_path / "pages"),
    )  # fmt: skip
    assert code == 1  # one of the two could not be read
    assert "above 100 per minute" in text
    assert "not a medical device" in text
    (document,) = json.loads((tmp_path / "m.json").read_text())
    assert 100 < document["measurements"]["overall"]["heart_rate"] < 120
    assert (tmp_path / "pages" / "a.html").exists()


def test_json_on_the_standard_output_is_json_alone(tmp_path: Path) -> None:
    code, text = run(tmp_path, str(tmp_path / "a.npy"), "--json", "-")
    assert code == 0
    (document,) = json.loads(text)
    assert document["id"] == "a"


def test_many_criteria_are_counted(tmp_path: Path) -> None:
    for k in range(MAX_LINES + 2):
        np.save(tmp_path / f"b{k:02d}.npy", recording(heart_rate_bpm=110.0, duration_s=5.0).signal)
    result = CliRunner().invoke(app, ["measure", str(tmp_path), "--sampling-rate", "500", "--leads", LEADS])
    assert result.exit_code == 0, result.output
    assert "more criteria that are met" in result.output
