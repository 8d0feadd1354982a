"""The preprocessing chains: protocols against SciPy 1.17 put together in the same way, and what the corrected chains mend."""

from __future__ import annotations

from typing import Any

import heartsight as hs
import numpy as np
import numpy.typing as npt
import pytest
import scipy.signal

FloatArray = npt.NDArray[np.float64]


def ecg(fs: float = 500) -> FloatArray:
    recording, _ = hs.simulate.ecg(fs, seed=4, muscle_noise_mv=0.02, baseline_wander_mv=0.2)
    return recording.signal.copy()


def recommender(x: FloatArray) -> FloatArray:
    if x.shape[1] != 5000:
        x = scipy.signal.resample(x, 5000, axis=1)
    return (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + 1e-8)


def cpsc(x: FloatArray, fs: float) -> FloatArray:
    rows = []
    for lead in x:
        filtered = scipy.signal.filtfilt(*scipy.signal.butter(2, 40, fs=fs), scipy.signal.medfilt(lead, 3))
        filtered = filtered - scipy.signal.filtfilt(*scipy.signal.butter(2, 2, fs=fs), filtered)
        z = (filtered - filtered.mean()) / filtered.std()
        rows.append(z / z.max())
    return np.array(rows)


@pytest.mark.parametrize("n", [5000, 4999, 1000, 15_001])
def test_clinical_recommender(n: int) -> None:
    x = np.tile(ecg(), 4)[:, :n]
    got = hs.signal.preprocess(signal=x, sampling_rate=77, protocol="clinical_recommender")
    np.testing.assert_allclose(got, recommender(x), rtol=0, atol=1e-10)


@pytest.mark.parametrize("fs", [250, 500])
def test_cpsc2019(fs: int) -> None:
    x = ecg(fs)
    np.testing.assert_allclose(hs.signal.preprocess(x, fs, protocol="cpsc2019"), cpsc(x, fs), rtol=0, atol=1e-10)


def test_classifier_is_resampling_and_zscore() -> None:
    x = ecg(250)
    wanted = hs.signal.zscore(hs.signal.resample_poly(x, 2, 1, padding="line"))
    np.testing.assert_array_equal(hs.signal.preprocess(x, 250), wanted)
    assert hs.signal.preprocess(x, 250, target_hz=100).shape == (12, 1000)


@pytest.mark.parametrize("arguments", [{}, {"chain": "detector"}])
def test_corrected_chains(arguments: dict[str, Any]) -> None:
    x = ecg()
    x[2] = 0.7
    got = hs.signal.preprocess(x, 500, **arguments)
    assert np.isfinite(got).all()
    np.testing.assert_array_equal(got[2], 0.0)
    # Another amplitude or polarity changes nothing but the sign.
    np.testing.assert_allclose(hs.signal.preprocess(-3 * x, 500, **arguments), -got, rtol=0, atol=1e-9)
    single = hs.signal.preprocess(x.astype(np.float32), 500, **arguments)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, got, atol=1e-4)
    np.testing.assert_array_equal(hs.signal.preprocess(x[0, ::2], 250, **arguments).ndim, 1)
    if arguments:
        assert np.abs(got).max() == 1.0


def test_refuses() -> None:
    x = np.zeros((2, 100))
    with pytest.raises(hs.DomainError, match="chain"):
        hs.signal.preprocess(x, 500, chain="other")
    with pytest.raises(hs.DomainError, match="protocol"):
        hs.signal.preprocess(x, 500, protocol="mlops_phase1")
    with pytest.raises(hs.DomainError, match="SamplingRate"):
        hs.signal.preprocess(x, 0)
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.signal.preprocess(np.zeros((1, 2, 3)), 500)
