"""What a report says beside the model: beats, measurements, and criteria that know the patient and the recording."""

from __future__ import annotations

import heartsight as hs
import numpy as np
import pytest


@pytest.fixture(scope="module")
def analyzer() -> hs.Analyzer:
    return hs.load()


def changed(
    recording: hs.Recording, signal: np.ndarray | None = None, leads: list[str] | None = None, **patient: object
) -> hs.Recording:
    return hs.Recording(
        recording.signal if signal is None else signal,
        recording.sampling_rate,
        leads=leads or list(recording.leads),
        **patient,
    )


def codes(report: hs.Report) -> list[str]:
    return [s.code for s in report.statements]


def test_a_report_measures(analyzer: hs.Analyzer) -> None:
    recording, truth = hs.simulate.ecg(500.0, seed=3)
    report = analyzer.analyze(recording)
    inner = [t for t in truth.r_peaks / 500.0 if 0.5 < t < 9.5]
    assert np.abs(report.r_peaks_s[:, None] - np.array(inner)[None]).min(axis=0).max() < 0.05
    directly = hs.features.measurements(recording).overall
    for name in ("heart_rate", "qrs_duration", "qt"):
        assert report.measurements[name]["value"] == pytest.approx(directly[name], abs=12)
    assert report.to_dict()["measurements"] == report.measurements


def test_criteria_know_the_sex(analyzer: hs.Analyzer) -> None:
    differ = 0
    for seed in range(4):
        recording, _ = hs.simulate.ecg(100.0, heart_rate_bpm=60, morphology="hypertrophy", seed=seed)
        for sex in ("female", "male", "unknown"):
            named = changed(recording, sex=sex)
            # At the model's own rate a report and the measurements are the same thing.
            assert codes(analyzer.analyze(named)) == [
                s.code for s in hs.features.statements(hs.features.measurements(named))
            ]
        differ += codes(analyzer.analyze(changed(recording, sex="female"))) != codes(
            analyzer.analyze(changed(recording, sex="male"))
        )
    assert differ > 0


def test_pacing_is_seen_at_the_recordings_own_rate(analyzer: hs.Analyzer) -> None:
    recording, truth = hs.simulate.ecg(500.0, seed=3)
    signal = recording.signal.copy()
    spikes = np.array([r - 25 for r in truth.r_peaks if r > 100])
    signal[:, spikes] += 2.0
    assert "paced" not in codes(analyzer.analyze(recording))
    assert "paced" in codes(analyzer.analyze(changed(recording, signal)))
    # A channel that is no lead of the model has no say, whatever stands in it.
    pulses = np.zeros((2, signal.shape[1]))
    pulses[:, spikes] = 2.0
    beside = np.vstack([recording.signal, pulses])
    assert "paced" not in codes(analyzer.analyze(changed(recording, beside, [*recording.leads, "PLETH", "MARK"])))


def test_children_are_not_judged_by_the_limits_of_adults(analyzer: hs.Analyzer) -> None:
    recording, _ = hs.simulate.ecg(100.0, heart_rate_bpm=130, seed=1)
    assert "tachycardia" in codes(analyzer.analyze(recording))
    assert codes(analyzer.analyze(changed(recording, age_years=2.0))) == ["adult_limits"]


def test_fibrillation_does_not_pass_as_normal(analyzer: hs.Analyzer) -> None:
    """The classes know nothing of the rhythm; the report says when it looks like fibrillation."""

    def warned(rhythm: str, seed: int, **options: str) -> bool:
        recording, _ = hs.simulate.ecg(500.0, rhythm=rhythm, heart_rate_bpm=90, seed=seed)
        return any("atrial fibrillation" in w for w in analyzer.analyze(recording, **options).warnings)

    assert sum(warned("atrial_fibrillation", seed) for seed in range(5)) >= 4
    assert not any(warned("sinus", seed) for seed in range(5))
    assert not warned("atrial_fibrillation", 0, protocol="clinical_recommender")
