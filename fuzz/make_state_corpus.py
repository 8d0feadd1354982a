"""Writes the seed corpus of the fuzzers of states: small states of every kind, each after its reference where it has one.

    PYTHONPATH=python python fuzz/make_state_corpus.py        # needs the built module

Inputs that a fuzzer found are kept beside the seeds under names that begin with "found-".
"""

from __future__ import annotations

from pathlib import Path

import heartsight as hs
import numpy as np
from heartsight import calibration, drift, fairness, pipeline

ROOT = Path(__file__).parent / "corpus" / "state"


def save(target: str, name: str, content: bytes) -> None:
    folder = ROOT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def calibrations() -> None:
    rng = np.random.default_rng(1)
    state = calibration.CalibrationState()
    save("calibration_state", "empty", state.to_bytes())
    save("calibration_state", "some", state.update([0.0, 0.2, 0.7, 1.0, 0.5], [0, 1, 1, 1, -1]).to_bytes())
    p = rng.dirichlet(np.ones(3), size=40)
    y = rng.integers(0, 3, size=40)
    group = np.arange(40) % 2
    for scaling in ("temperature", "dirichlet"):
        save("softmax_calibrator", scaling, calibration.SoftmaxCalibrator(scaling=scaling).fit(p, y).to_bytes())
    save("softmax_calibrator", "unfitted", calibration.SoftmaxCalibrator().to_bytes())
    save("conformal_sets", "lac", calibration.ConformalSets().fit(p, y).to_bytes())
    aps = calibration.ConformalSets(score="aps", alpha=0.02, class_conditional=True)
    save("conformal_sets", "aps_groups", aps.fit(p, y, group=group).to_bytes())
    labels = (p > 0.4).astype(np.int64)
    decisions = calibration.ConformalDecisions(alpha=0.2).fit(p, labels, group=group)
    save("conformal_decisions", "groups", decisions.to_bytes())


def groups() -> None:
    state = fairness.GroupState(threshold=0.5)
    save("group_state", "empty", state.to_bytes())
    state.update(["sex=female", "sex=male", "sex=male", "age=<18"], [0.1, 0.9, 0.6, 0.4], [0, 1, -1, 1])
    save("group_state", "some", state.to_bytes())


def drifts() -> None:
    tables = {
        "numbers": {"x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]},
        "mixed": {"x": [0.5, np.nan, 2.0, 2.0, np.inf, -1.0], "c": ["a", "b", "a", "c", None, "a"]},
    }
    for name, table in tables.items():
        reference = drift.DriftReference(table)
        save("drift_reference", name, reference.to_bytes())
        state = drift.DriftState(reference)
        save("drift_state", f"{name}_empty", reference.to_bytes() + state.to_bytes())
        for _ in range(5):
            state.update(table)
        save("drift_state", name, reference.to_bytes() + state.to_bytes())


def monitors() -> None:
    rng = np.random.default_rng(2)

    def sounds() -> pipeline.MonitoredCase:
        x = rng.standard_normal((1, 1000)) * rng.uniform(0.5, 2.0)
        recording = hs.Recording(x, 1000.0, leads=["PCG"], sex="female")
        return pipeline.monitored_heart_sounds(recording, probability=[rng.random()], label=[int(rng.integers(-1, 2))])

    reference = pipeline.MonitorReference(classes=["murmur"], thresholds=[0.5], cases=[sounds() for _ in range(20)])
    save("monitor_reference", "heart_sounds", reference.to_bytes())
    state = pipeline.MonitorState(reference)
    save("monitor_state", "empty", reference.to_bytes() + state.to_bytes())
    for _ in range(25):
        state.add(sounds())
    save("monitor_state", "heart_sounds", reference.to_bytes() + state.to_bytes())


def reports() -> None:
    recording, _ = hs.simulate.ecg(100.0, seed=4)
    analyzer = hs.load()
    save("report", "analyzed", analyzer.analyze(recording).to_bytes())
    short = hs.Recording(recording.signal[:3, :100], 100.0, leads=["I", "II", "V1"])
    save("report", "not_analyzed", analyzer.analyze(short).to_bytes())


if __name__ == "__main__":
    calibrations()
    groups()
    drifts()
    monitors()
    reports()
