"""Median beats, measurements, rhythm and statements through Python."""

from __future__ import annotations

import math
import os
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


@pytest.fixture(scope="module")
def recording() -> hs.Recording:
    return hs.simulate.ecg(500.0, muscle_noise_mv=0.01, seed=3)[0]


def test_measurements_of_a_recording(recording: hs.Recording) -> None:
    m = hs.features.measurements(recording)
    assert m.leads == LEADS
    assert m.overall["n_beats"] == len(m.beats.r_peaks) > 8
    assert 60 < m.overall["heart_rate"] < 80
    assert 75 < m.overall["qrs_duration"] < 115
    assert 330 < m.overall["qt"] < 460
    assert m.overall["p_present"] == 1.0
    assert m.fiducials["p_onset"] < m.fiducials["qrs_onset"] < m.fiducials["qrs_offset"] < m.fiducials["t_offset"]
    assert len(m.lead_fiducials) == len(m.by_lead) == 12
    assert m.limb_lead_reversal == "none"
    assert "12 leads" in repr(m)


def test_values_follow_the_schema(recording: hs.Recording) -> None:
    m = hs.features.measurements(recording)
    schema = hs.features.measurement_schema(LEADS)
    assert m.schema() == schema
    assert len(schema) == len(m.values()) == len(m.uncertainties())
    at = dict(zip(schema.names, m.values(), strict=True))
    assert at["qt"] == m.overall["qt"]
    assert at["V2_s_amplitude"] == m.by_lead[7]["s_amplitude"]
    described = hs.features.describe_measurements(LEADS)
    assert [name for name, _, _ in described] == schema.names
    assert all(unit and definition for _, unit, definition in described)


def test_the_fingerprint_is_fixed() -> None:
    # A change of names or order is a change of "measurements/1": models that were trained on it refuse the new one.
    schema = hs.features.measurement_schema(LEADS)
    assert schema.definition == "measurements/1"
    assert len(schema) == 12 * 42 + 77


def test_arrays_of_any_kind_give_the_same(recording: hs.Recording) -> None:
    signal = np.asarray(recording.signal)
    expected = hs.features.measurements(recording).values()
    given = {"leads": LEADS}
    np.testing.assert_array_equal(hs.features.measurements(signal, 500.0, **given).values(), expected)
    strided = np.repeat(signal, 2, axis=1)[:, ::2]
    np.testing.assert_array_equal(hs.features.measurements(strided, 500.0, **given).values(), expected)
    frozen = signal.copy()
    frozen.flags.writeable = False
    np.testing.assert_array_equal(hs.features.measurements(frozen, 500.0, **given).values(), expected)
    narrow = hs.features.measurements(signal.astype(np.float32), 500.0, **given)
    assert narrow.overall["qt"] == pytest.approx(hs.features.measurements(recording).overall["qt"], abs=1.0)
    with pytest.raises(TypeError):
        hs.features.measurements(signal.astype(complex), 500.0, leads=LEADS)


def test_threads_give_the_same(recording: hs.Recording) -> None:
    expected = hs.features.measurements(recording).values()
    with ThreadPoolExecutor(4) as pool:
        for m in pool.map(hs.features.measurements, [recording] * 8):
            np.testing.assert_array_equal(m.values(), expected)


def test_sex_takes_part_in_the_cornell_product(recording: hs.Recording) -> None:
    signal = recording.signal
    man = hs.features.measurements(signal, 500.0, leads=LEADS, sex="male").overall
    woman = hs.features.measurements(signal, 500.0, leads=LEADS, sex="female").overall
    assert woman["cornell_product"] - man["cornell_product"] == pytest.approx(0.6 * man["qrs_duration"])


def test_dictionary_and_frame(recording: hs.Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    m = hs.features.measurements(recording)
    document = m.to_dict()
    assert document["overall"]["qt"] == m.overall["qt"]
    assert document["groups"][0]["kind"] == "dominant"
    assert document["overall_uncertainty"]["qt"] > 0
    # pandas is an extra: a stand-in shows what is handed to it.
    monkeypatch.setitem(sys.modules, "pandas", types.SimpleNamespace(DataFrame=dict))
    frame = m.to_frame()
    assert list(frame) == ["name", "value", "uncertainty", "unit", "definition"]
    assert {len(column) for column in frame.values()} == {len(m.values())}


def test_bad_signals_are_results() -> None:
    for signal in (np.zeros((2, 5000)), np.full((2, 5000), np.nan), np.zeros((2, 0))):
        m = hs.features.measurements(signal, 500.0, leads=["I", "II"])
        assert math.isnan(m.overall["qrs_duration"])
        assert hs.features.statements(m) == []
    noise = np.random.default_rng(0).normal(size=(2, 5000))
    assert len(hs.features.measurements(noise, 500.0, leads=["I", "II"]).values()) == 2 * 42 + 77


def test_errors() -> None:
    with pytest.raises(hs.ShapeError, match="leads"):
        hs.features.measurements(np.zeros((2, 100)), 500.0, leads=["I"])
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.features.measurements(np.zeros((1, 100)), 20.0, leads=["I"])
    with pytest.raises(hs.DomainError, match="sex"):
        hs.features.measurements(np.zeros((1, 100)), 500.0, leads=["I"], sex="x")
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.features.measurements(np.zeros(100), 500.0, leads=["I"])


def test_other_units_are_refused() -> None:
    pressure = hs.Recording(np.zeros((1, 1000)), 500.0, leads=["ABP"], units=["mmHg"])
    with pytest.raises(hs.DomainError, match="mmHg"):
        hs.features.measurements(pressure)


def test_groups_and_median_beat() -> None:
    record, truth = hs.simulate.ecg(250.0, duration_s=40.0, ventricular_ectopic_rate=0.15, seed=5)
    groups = hs.features.group_beats(record.signal, 250.0, truth.r_peaks)
    assert [g.kind for g in groups.groups][:2] == ["dominant", "ectopic"]
    is_ventricular = np.array([t == "V" for t in truth.beat_type])
    assert np.mean((groups.group == 0) == ~is_ventricular) > 0.98
    beat = hs.features.median_beat(record.signal, 250.0, truth.r_peaks, groups)
    assert beat.samples.shape == (12, beat.samples.shape[1])
    assert beat.sampling_rate == 500.0
    assert beat.n_beats == groups.groups[0].n_beats
    ectopic = hs.features.median_beat(record.signal, 250.0, truth.r_peaks, groups, group=1)
    assert ectopic.n_beats == groups.groups[1].n_beats
    assert hs.features.median_beat(record.signal, 250.0, truth.r_peaks, groups, group=99).n_beats == 0
    with pytest.raises(hs.DomainError, match="r_peaks"):
        hs.features.group_beats(record.signal, 250.0, [5, 5])


def test_pacing_spikes() -> None:
    t = np.arange(1000) / 500.0
    signal = np.exp(-0.5 * ((t - 1.0) / 0.03) ** 2)[None, :].copy()
    signal[0, 470] += 2.0
    samples, amplitudes = hs.features.pacing_spikes(signal, 500.0, [500])
    assert samples.tolist() == [470]
    assert amplitudes[0] == pytest.approx(2.0, abs=0.05)


def test_formulas() -> None:
    assert hs.features.corrected_qt(360.0, 640.0)["bazett_ms"] == pytest.approx(450.0)
    assert hs.features.frontal_axis(0.5, 0.75) == pytest.approx(60.0)
    leads = np.zeros((8, 3))
    leads[1] = [1.0, 2.0, 0.0]
    np.testing.assert_allclose(hs.features.kors_vector(leads)[1], [0.93, 1.86, 0.0])
    np.testing.assert_allclose(hs.features.kors_vector(leads[:, 0]), [-0.07, 0.93, -0.23])
    with pytest.raises(hs.ShapeError, match="kors_vector"):
        hs.features.kors_vector(np.zeros((7, 3)))


def test_rhythm() -> None:
    record, _ = hs.simulate.ecg(250.0, duration_s=30.0, rhythm="atrial_fibrillation", rr_sd_s=0.15, seed=1)
    r = hs.features.rhythm(record.signal, 250.0)
    assert r.verdict == "atrial_fibrillation_suspected"
    assert r.af_share == 1.0
    assert r.stretches[0]["verdict"] == "atrial_fibrillation_suspected"
    beats = hs.detection.detect_qrs(record.signal, 250.0)
    assert hs.features.rhythm(record.signal, 250.0, beats=beats).to_dict() == r.to_dict()
    with pytest.raises(hs.DomainError, match="pause_s"):
        hs.features.rhythm(record.signal, 250.0, pause_s=0.0)


def test_statements() -> None:
    record, _ = hs.simulate.ecg(500.0, morphology="hypertrophy", heart_rate_bpm=110.0, seed=2)
    found = {s.code: s for s in hs.features.statements(hs.features.measurements(record))}
    assert "tachycardia" in found
    assert "lvh_sokolow_lyon" in found
    statement = found["lvh_sokolow_lyon"]
    assert statement.because[0].name == "sokolow_lyon"
    assert statement.because[0].value >= 3.5
    assert "10.1016/0002-8703(49)90562-1" in statement.source
    assert statement.to_dict()["because"]["sokolow_lyon"] == statement.because[0].value


@pytest.mark.skipif("HEARTSIGHT_DATA" not in os.environ, reason="HEARTSIGHT_DATA names no folder")
def test_slow_and_fast_versions_of_a_record_agree() -> None:
    folder = Path(os.environ["HEARTSIGHT_DATA"]) / "ptbxl_waveforms"
    qrs, qt = [], []
    for fast in sorted((folder / "records500").rglob("*_hr.hea"))[:60]:
        slow = folder / "records100" / fast.parent.name / fast.name.replace("_hr", "_lr")
        a = hs.features.measurements(hs.read_record(slow)).overall
        b = hs.features.measurements(hs.read_record(fast)).overall
        qrs.append(abs(a["qrs_duration"] - b["qrs_duration"]))
        qt.append(abs(a["qt"] - b["qt"]))
    assert np.mean(np.array(qrs) <= 6.0) >= 0.95
    assert np.mean(np.array(qt) <= 10.0) >= 0.95
