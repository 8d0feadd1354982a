"""The monitor behind an analyzer."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight import pipeline

CLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]


@pytest.fixture(scope="module")
def model() -> hs.Analyzer:
    return hs.load()


def recording(seed: int, *, gain: float = 1.0, mains_mv: float = 0.0, rate: float = 250.0) -> hs.Recording:
    simulated, _ = hs.simulate.ecg(rate, seed=seed, heart_rate_bpm=60 + seed % 40, mains_mv=mains_mv)
    return hs.Recording(
        simulated.signal * gain,
        rate,
        leads=list(simulated.leads),
        sex="female" if seed % 2 else "male",
        age_years=float(20 + seed % 70),
    )


def cases(model: hs.Analyzer, seeds: range, **change: float) -> list[pipeline.MonitoredCase]:
    recordings = [recording(seed, **change) for seed in seeds]
    return [pipeline.monitored_case(r, model.analyze(r)) for r in recordings]


@pytest.fixture(scope="module")
def reference(model: hs.Analyzer) -> pipeline.MonitorReference:
    return pipeline.MonitorReference(classes=CLASSES, thresholds=[0.5] * 5, cases=cases(model, range(60)))


def test_a_case_knows_signal_groups_and_output(model: hs.Analyzer) -> None:
    r = recording(41)
    report = model.analyze(r)
    one = pipeline.monitored_case(r, report, [0, 1, -1, 0, 0])
    assert one.groups == ["sex=female", "age=40-64"]
    assert one.probability == list(report.probabilities.values())
    assert one.label == [0, 1, -1, 0, 0]
    assert one.heart_rate_bpm == report.measurements["heart_rate"]["value"]
    slow = recording(41, rate=100.0)
    at_own_rate = pipeline.monitored_case(slow, model.analyze(slow))
    assert at_own_rate.profile == pipeline.signal_profile(slow)
    assert one.profile == pytest.approx(at_own_rate.profile, rel=0.02, abs=1e-3)  # at the model's 100 Hz
    assert one.profile["usable_share"] == 1.0
    refused = hs.Recording(np.zeros((12, 2500)), 250.0, leads=list(r.leads))
    lost = pipeline.monitored_case(refused, model.analyze(refused), [0, 0, 0, 0, 0])
    assert (lost.analyzed, lost.probability, lost.label) == (False, [], [])
    assert lost.groups == ["sex=unknown", "age=unknown"]
    with pytest.raises(hs.ShapeError, match="label"):
        pipeline.monitored_case(r, report, [1])
    with pytest.raises(hs.DomainError, match="label"):
        pipeline.monitored_case(r, report, [2, 0, 0, 0, 0])


def test_a_case_may_carry_other_probabilities(model: hs.Analyzer) -> None:
    (one,) = cases(model, range(7, 8))
    other = one.with_probability([0.1, 0.2, 0.3, 0.4, 0.5])
    assert other.probability == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert (other.profile, other.groups) == (one.profile, one.groups)
    assert one.probability != other.probability
    with pytest.raises(hs.ShapeError, match="with_probability"):
        one.with_probability([0.1])
    refused = hs.Recording(np.zeros((12, 2500)), 250.0, leads=list(recording(1).leads))
    lost = pipeline.monitored_case(refused, model.analyze(refused))
    assert lost.with_probability([0.5] * 5).probability == []


def test_a_bundle_carries_its_reference(model: hs.Analyzer, tmp_path: Path) -> None:
    bundle = model.bundle.with_monitor_reference(cases(model, range(40)))
    assert bundle.monitor_reference is not None
    assert bundle.monitor_reference.thresholds == list(bundle.thresholds.values())
    assert bundle.manifest_digest != model.bundle.manifest_digest
    pipeline.write_bundle(bundle, tmp_path / "with.heartsight")
    again = hs.load(tmp_path / "with.heartsight")
    assert again.bundle.monitor_reference.fingerprint == bundle.monitor_reference.fingerprint
    monitor = pipeline.Monitor(again.bundle.monitor_reference, window=20, n_slots=2)
    for one in cases(again, range(100, 130), gain=3.0):
        monitor.add(one)
    assert "amplitude_mv" in {a.subject for a in monitor.result().alerts}
    with pytest.raises(hs.ShapeError, match="20"):
        model.bundle.with_monitor_reference([])


def test_the_default_bundle_has_a_reference(model: hs.Analyzer) -> None:
    reference = model.bundle.monitor_reference
    assert reference is not None
    assert reference.classes == CLASSES
    assert reference.n_cases >= 400


@pytest.mark.data
@pytest.mark.skipif("HEARTSIGHT_DATA" not in os.environ, reason="HEARTSIGHT_DATA names no folder")
def test_the_same_patients_at_another_rate_are_no_drift(model: hs.Analyzer) -> None:
    state = pipeline.MonitorState(model.bundle.monitor_reference)
    louder = pipeline.MonitorState(model.bundle.monitor_reference)
    files = sorted((Path(os.environ["HEARTSIGHT_DATA"]) / "ptbxl_waveforms" / "records500").rglob("*.hea"))
    assert len(files) > 200
    for file in files:
        r = hs.io.read_record(file)
        state.add(pipeline.monitored_case(r, model.analyze(r)))
        r = hs.Recording(r.signal * 1.5, r.sampling_rate, leads=list(r.leads))
        louder.add(pipeline.monitored_case(r, model.analyze(r)))
    assert [a for a in state.result().alerts if a.kind in ("signal", "quality")] == []
    assert "amplitude_mv" in {a.subject for a in louder.result().alerts}


def test_alerts_name_what_changed(model: hs.Analyzer, reference: pipeline.MonitorReference) -> None:
    monitor = pipeline.Monitor(reference, window=60, n_slots=6)
    for one in cases(model, range(200, 260)):
        monitor.add(one)
    assert not [a for a in monitor.result().alerts if a.kind == "signal"]
    for one in cases(model, range(300, 360), gain=2.0):
        monitor.add(one)
    result = monitor.result()
    assert "amplitude_mv" in {a.subject for a in result.alerts if a.kind == "signal"}
    assert "amplitude_mv" in repr(result)
    assert "calibration of MI: 0 cases with an outcome" in result.not_compared
    assert "not compared: calibration of MI" in repr(result)
    page = result.to_html()
    assert "amplitude_mv" in page
    assert "calibration of MI" in page
    assert "not a medical device" in page
    monitor.add_outcome(1, 0.4, 1)
    assert monitor.state().calibration[1].n == 1
    json.dumps(result.to_dict(), allow_nan=False)
    assert hs.drift.DriftReport(result.drift)["amplitude_mv"].p_value < 0.001
    with pytest.raises(hs.DomainError, match="multiple of n_slots"):
        pipeline.Monitor(reference, window=100, n_slots=7)


def test_a_window_by_time(model: hs.Analyzer, reference: pipeline.MonitorReference) -> None:
    seen = cases(model, range(500, 524))
    monitor = pipeline.Monitor(reference, duration=24.0, n_slots=4)
    for hour, one in enumerate(seen):
        monitor.add(one, time=float(hour))
    assert monitor.state().n_cases == 24
    monitor.add(seen[0], time=24.5)
    assert monitor.state().n_cases == 19
    monitor.add_outcome(1, 0.4, 1, time=25.0)
    assert monitor.state().calibration[1].n == 1
    for time in (23.9, float("nan"), float("inf"), 1e300):
        with pytest.raises(hs.DomainError, match="time"):
            monitor.add(seen[0], time=time)
    with pytest.raises(hs.DomainError, match="by time"):
        monitor.add(seen[0])
    assert monitor.state().n_cases == 19
    monitor.advance(1000.0)
    assert monitor.state().n_cases == 0
    with pytest.raises(hs.DomainError, match="not both"):
        pipeline.Monitor(reference, window=10, duration=1.0)
    with pytest.raises(hs.DomainError, match="duration"):
        pipeline.Monitor(reference, duration=-1.0)
    counting = pipeline.Monitor(reference)
    with pytest.raises(hs.DomainError, match="by count"):
        counting.add(seen[0], time=1.0)


def test_states_merge_and_travel(model: hs.Analyzer, reference: pipeline.MonitorReference) -> None:
    seen = cases(model, range(400, 440))
    whole = pipeline.MonitorState(reference)
    halves = [pipeline.MonitorState(reference), pipeline.MonitorState(reference)]
    for i, one in enumerate(seen):
        whole.add(one)
        halves[i % 2].add(one)
    assert halves[1].merge(halves[0]).to_bytes() == whole.to_bytes()
    same = pickle.loads(pickle.dumps(reference))
    assert same.fingerprint == reference.fingerprint
    assert pipeline.MonitorState.from_bytes(whole.to_bytes(), same).result().to_dict() == whole.result().to_dict()
    assert whole.calibration[0].n_unlabelled == 40
    assert whole.groups[0].cells["sex=female"].n == 20
    whole.add_outcome(1, 0.3, 1)
    assert whole.calibration[1].n == 1
    with pytest.raises(hs.DomainError, match="no such class"):
        whole.add_outcome(5, 0.3, 1)
    with pytest.raises(hs.FormatError):
        pipeline.MonitorState.from_bytes(whole.to_bytes()[:-3], reference)


def test_too_few_cases_say_nothing(model: hs.Analyzer, reference: pipeline.MonitorReference) -> None:
    state = pipeline.MonitorState(reference)
    for one in cases(model, range(5), gain=9.0):
        state.add(one)
    result = state.result()
    assert not result.enough
    assert result.alerts == []
    assert "not enough" in repr(result)
    with pytest.raises(hs.ShapeError, match="at least 20"):
        pipeline.MonitorReference(classes=CLASSES, thresholds=[0.5] * 5, cases=cases(model, range(5)))


def test_float_recordings_have_the_same_profile() -> None:
    r = recording(3)
    narrow = hs.RecordingFloat32(r.signal.astype(np.float32), 250.0, leads=list(r.leads))
    for name, value in pipeline.signal_profile(narrow).items():
        assert value == pytest.approx(pipeline.signal_profile(r)[name], rel=1e-3, abs=1e-4)


def test_old_bytes_stay_readable() -> None:
    """Written by version 1; the files never change."""
    folder = Path(__file__).parent.parent / "artifacts" / "v1"
    old = pipeline.MonitorReference.from_bytes((folder / "monitor.reference").read_bytes())
    state = pipeline.MonitorState.from_bytes((folder / "monitor.state").read_bytes(), old)
    assert (old.n_cases, old.classes) == (20, CLASSES)
    assert (state.n_cases, state.calibration[0].n_unlabelled) == (3, 3)
