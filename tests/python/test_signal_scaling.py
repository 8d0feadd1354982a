"""z-score, robust scaling and baseline removal against SciPy 1.17 and scikit-learn 1.9."""

from __future__ import annotations

from typing import Any

import heartsight as hs
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import scipy.stats
from sklearn.preprocessing import RobustScaler


def noise(*shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return 3.0 + 0.5 * np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize("shape", [(7,), (1, 5000), (12, 999)])
def test_zscore_equals_scipy(shape: tuple[int, ...]) -> None:
    x = noise(*shape)
    np.testing.assert_allclose(hs.signal.zscore(signal=x), scipy.stats.zscore(x, axis=-1), rtol=1e-12, atol=1e-13)
    x.flat[3] = np.nan
    wanted = scipy.stats.zscore(x, axis=-1, nan_policy="omit")
    np.testing.assert_allclose(hs.signal.zscore(x, nan_policy="omit"), wanted, rtol=1e-12, atol=1e-13)


def test_robust_scale_equals_peers() -> None:
    x = noise(12, 999)
    for unit_variance in (False, True):
        wanted = RobustScaler(unit_variance=unit_variance).fit_transform(x.T).T
        got = hs.signal.robust_scale(x, unit_variance=unit_variance)
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-13)
        deviation = scipy.stats.median_abs_deviation(x, axis=1, scale="normal" if unit_variance else 1.0)
        wanted = (x - np.median(x, axis=1, keepdims=True)) / deviation[:, None]
        got = hs.signal.robust_scale(x, spread="mad", unit_variance=unit_variance)
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("function", [hs.signal.zscore, hs.signal.robust_scale])
def test_scaling_guards(function: Any) -> None:
    x = np.full((2, 100), 0.1)
    x[1] = np.arange(100)
    got = function(x)
    np.testing.assert_array_equal(got[0], 0.0)
    assert np.isfinite(got).all()
    assert got[1].std() > 0.4
    assert function(x.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(function(x[:, ::-2]), function(x[:, ::-2].copy()))
    assert function(np.zeros((3, 0))).shape == (3, 0)
    # A flat lead that went through a filter is rounding, not a signal.
    left_over = hs.signal.sosfiltfilt(hs.signal.butterworth(2, 500, low_hz=0.5), np.full(5000, 7.0))
    np.testing.assert_array_equal(function(left_over), 0.0)
    x[1, 5] = np.nan
    assert np.isnan(function(x)).all(axis=1).tolist() == [False, True]
    with pytest.raises(hs.DomainError, match=r"signal\[5\]"):
        function(x, nan_policy="reject")
    with pytest.raises(hs.DomainError, match="nan_policy"):
        function(x, nan_policy="drop")
    with pytest.raises(hs.DomainError, match="min_scale"):
        function(x, min_scale=-1.0)
    with pytest.raises(hs.ShapeError, match="signal"):
        function(np.zeros((1, 2, 3)))


def test_remove_baseline_equals_scipy() -> None:
    for fs in (250, 360, 500):
        x = noise(3, 4000) + np.sin(np.arange(4000) / fs)
        sos = scipy.signal.butter(2, 0.5, "highpass", fs=fs, output="sos")
        wanted = scipy.signal.sosfiltfilt(sos, x)
        got = hs.signal.remove_baseline(signal=x, sampling_rate=fs)
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())
        first, second = ({250: 51, 360: 73, 500: 101}[fs], {250: 151, 360: 217, 500: 301}[fs])
        baseline = scipy.ndimage.median_filter(scipy.ndimage.median_filter(x, (1, first)), (1, second))
        np.testing.assert_array_equal(hs.signal.remove_baseline(x, fs, method="median"), x - baseline)


def test_remove_baseline_refuses() -> None:
    x = noise(100)
    with pytest.raises(hs.DomainError, match="method"):
        hs.signal.remove_baseline(x, 500, method="wavelet")
    with pytest.raises(hs.DomainError, match="low_hz = 300"):
        hs.signal.remove_baseline(x, 500, cutoff_hz=300)
    with pytest.raises(hs.DomainError, match="first_window_s"):
        hs.signal.remove_baseline(x, 500, method="median", first_window_s=0)
    with pytest.raises(TypeError):
        hs.signal.remove_baseline(x)  # type: ignore[call-arg]
    assert hs.signal.remove_baseline(x.astype(np.float32), 500).dtype == np.float32
