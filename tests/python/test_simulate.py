"""Simulated recordings and their truth from Python."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import heartsight as hs
import numpy as np
import pytest

MORPHOLOGIES = ["normal", "myocardial_infarction", "st_t_change", "conduction_disturbance", "hypertrophy"]


def test_same_seed_same_bits() -> None:
    options = {"duration_s": 5.0, "white_noise_mv": 0.02, "muscle_noise_mv": 0.02, "baseline_wander_mv": 0.1}
    a, truth = hs.simulate.ecg(250.0, **options, seed=7)
    b, _ = hs.simulate.ecg(sampling_rate=250.0, **options, seed=7)
    c, _ = hs.simulate.ecg(250.0, **options, seed=8)
    assert a.signal.shape == (12, 1250)
    np.testing.assert_array_equal(a.signal, b.signal)
    assert not np.array_equal(a.signal, c.signal)
    assert len(truth.beat_type) == len(truth.r_peaks) == len(truth.p) == len(truth.qrs) == len(truth.t)
    assert truth.lead_peaks.shape == (len(truth.r_peaks), 12)
    with ThreadPoolExecutor(4) as pool:
        for recording, _ in pool.map(lambda _: hs.simulate.ecg(250.0, **options, seed=7), range(8)):
            np.testing.assert_array_equal(recording.signal, a.signal)


@pytest.mark.parametrize("morphology", MORPHOLOGIES)
def test_truth_fits_the_signal(morphology: str) -> None:
    recording, truth = hs.simulate.ecg(500.0, morphology=morphology, seed=1)
    one, two, three = recording.signal[:3]
    np.testing.assert_allclose(three, two - one, atol=1e-12)
    assert np.all((truth.qrs[:, 0] < truth.r_peaks) & (truth.r_peaks < truth.qrs[:, 2]))
    assert np.all(truth.p[:, 1] < truth.r_peaks)
    assert np.all(truth.r_peaks < truth.t[:, 1])
    for lead in range(12):
        assert np.sign(recording.signal[lead, truth.lead_peaks[:, lead]].sum()) == truth.lead_polarity[lead]


def test_rhythms_and_lost_electrodes() -> None:
    _, fibrillation = hs.simulate.ecg(500.0, duration_s=60.0, rhythm="atrial_fibrillation")
    assert np.isnan(fibrillation.p).all()
    rr = np.diff(fibrillation.r_peaks)
    assert rr.std() / rr.mean() > 0.15
    _, ectopic = hs.simulate.ecg(500.0, duration_s=60.0, ventricular_ectopic_rate=0.2, atrial_ectopic_rate=0.1)
    assert set(ectopic.beat_type) == {"N", "V", "A"}
    lost, _ = hs.simulate.ecg(100.0, white_noise_mv=0.1, electrode_loss=[("V3", 2.0, 4.0)])
    assert np.all(lost.signal[8, 200:400] == 0)
    assert np.all(lost.signal[7, 200:400] != 0)


def test_refuses() -> None:
    with pytest.raises(hs.DomainError, match="heart_rate_bpm"):
        hs.simulate.ecg(500.0, heart_rate_bpm=1.0)
    with pytest.raises(hs.DomainError, match="morphology"):
        hs.simulate.ecg(500.0, morphology="healthy")
    with pytest.raises(hs.DomainError, match="rhythm"):
        hs.simulate.ecg(500.0, rhythm="waltz")
    with pytest.raises(hs.DomainError, match="electrode_loss"):
        hs.simulate.ecg(500.0, electrode_loss=[("V9", 0.0, 1.0)])
    with pytest.raises(TypeError):
        hs.simulate.ecg(500.0, 10.0)
