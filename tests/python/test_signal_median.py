"""The running median against SciPy 1.17, exactly."""

from __future__ import annotations

import heartsight as hs
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

MODES = ["reflect", "mirror", "nearest", "constant"]
WIDTHS = [1, 2, 3, 4, 5, 6, 7, 20, 101, 250]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("n", [1, 5, 60, 1500])
def test_equals_scipy(mode: str, width: int, n: int) -> None:
    random = np.random.default_rng(n)
    for x in (random.normal(size=(3, n)), random.integers(0, 4, size=(3, n)).astype(float)):
        wanted = scipy.ndimage.median_filter(x, size=(1, width), mode=mode, cval=0.25)
        np.testing.assert_array_equal(hs.signal.median_filter(signal=x, width=width, mode=mode, cval=0.25), wanted)
        np.testing.assert_array_equal(hs.signal.median_filter(x[1], width, mode=mode, cval=0.25), wanted[1])


@pytest.mark.parametrize("width", [20, 101])
def test_a_window_far_longer_than_the_signal(width: int) -> None:
    """SciPy 1.17.1 reads memory that is not the signal's for 2 samples reflected into 20; NumPy's padding does not."""
    x = np.array([3.0, 1.0])
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, (width // 2, (width - 1) // 2), "symmetric"), width)
    np.testing.assert_array_equal(hs.signal.median_filter(x, width), np.sort(windows, axis=1)[:, width // 2])


@pytest.mark.parametrize("width", [1, 3, 5, 101])
def test_equals_medfilt(width: int) -> None:
    x = np.random.default_rng(1).normal(size=700) + 2
    np.testing.assert_array_equal(
        hs.signal.median_filter(x, width, mode="constant"), scipy.signal.medfilt(x, kernel_size=width)
    )


def test_an_hour() -> None:
    x = np.cumsum(np.random.default_rng(3).normal(size=1_296_000))
    np.testing.assert_array_equal(hs.signal.median_filter(x, 101), scipy.ndimage.median_filter(x, 101))


def test_layouts_and_dtypes() -> None:
    x = np.random.default_rng(2).normal(size=(4, 300))
    single = hs.signal.median_filter(x.astype(np.float32), 9)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, scipy.ndimage.median_filter(x.astype(np.float32), size=(1, 9)))
    read_only = x.copy()
    read_only.flags.writeable = False
    np.testing.assert_array_equal(hs.signal.median_filter(read_only, 9), hs.signal.median_filter(x, 9))
    strided = x[::-2, ::3]
    np.testing.assert_array_equal(hs.signal.median_filter(strided, 9), hs.signal.median_filter(strided.copy(), 9))
    assert hs.signal.median_filter([1, 9, 2, 3], 3).tolist() == [1.0, 2.0, 3.0, 3.0]
    assert hs.signal.median_filter(np.zeros((2, 0)), 3).shape == (2, 0)


def test_nan_stays_within_the_window() -> None:
    x = np.arange(50.0)
    x[[20, 24]] = np.nan
    for width in (3, 5, 9, 10):
        got = hs.signal.median_filter(x, width)
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(x, (width // 2, (width - 1) // 2), "symmetric"), width
        )
        np.testing.assert_array_equal(np.isnan(got), np.isnan(windows).any(axis=1))


def test_refuses() -> None:
    with pytest.raises(hs.DomainError, match="width"):
        hs.signal.median_filter(np.zeros(5), width=0)
    with pytest.raises(hs.DomainError, match="mode"):
        hs.signal.median_filter(np.zeros(5), 3, mode="wrap")
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.signal.median_filter(np.zeros((1, 1, 5)), 3)
    with pytest.raises(TypeError, match="signal"):
        hs.signal.median_filter(np.zeros(5, dtype=complex), 3)


@settings(deadline=None, max_examples=100)
@given(
    cuts=st.lists(st.integers(0, 200), max_size=10),
    n=st.integers(0, 200),
    width=st.sampled_from(WIDTHS),
    mode=st.sampled_from(MODES),
)
def test_streaming_equals_offline(cuts: list[int], n: int, width: int, mode: str) -> None:
    x = np.random.default_rng(5).normal(size=(2, n))
    stream = hs.signal.MedianStream(width, n_leads=2, mode=mode, cval=0.1)
    parts = [stream.process(chunk=part) for part in np.split(x, sorted(cuts), axis=1)]
    whole = np.hstack([*parts, stream.finish()])
    np.testing.assert_array_equal(whole, hs.signal.median_filter(x, width, mode=mode, cval=0.1))


def test_median_stream() -> None:
    stream = hs.signal.MedianStream(5)
    assert repr(stream) == "MedianStream(5, n_leads=1)"
    assert (stream.width, stream.n_leads, stream.delay) == (5, 1, 2)
    assert stream.process(np.zeros(2, dtype=np.float32)).dtype == np.float32
    assert stream.process([1.0, 2.0, 3.0]).shape == (3,)
    stream.reset()
    assert stream.finish().shape == (1, 0)
    with pytest.raises(hs.ShapeError, match="leads of chunk"):
        stream.process(np.zeros((2, 5)))
