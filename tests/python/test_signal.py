"""resample_poly against SciPy 1.17."""

from __future__ import annotations

import heartsight as hs
import numpy as np
import pytest
import scipy.signal

RATIOS = [(1, 5), (5, 18), (100, 257), (2, 1), (3, 2), (7, 11), (4, 6), (250, 128)]


@pytest.mark.parametrize(("up", "down"), RATIOS)
@pytest.mark.parametrize("n", [1, 7, 100, 1001])
def test_equals_scipy(up: int, down: int, n: int) -> None:
    x = np.random.default_rng(n).normal(size=(3, n))
    wanted = scipy.signal.resample_poly(x, up, down, axis=1)
    got = hs.signal.resample_poly(signal=x, up=up, down=down)
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-10)
    np.testing.assert_array_equal(hs.signal.resample_poly(x[1], up, down), got[1])


@pytest.mark.parametrize("down", [2, 3, 5, 18])
def test_the_line_equals_scipys(down: int) -> None:
    x = np.cumsum(np.random.default_rng(5).normal(size=18 * 20))
    wanted = scipy.signal.resample_poly(x, 1, down, padtype="line")
    np.testing.assert_allclose(hs.signal.resample_poly(x, 1, down, padding="line"), wanted, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("up", "down"), RATIOS)
def test_a_line_stays_a_line(up: int, down: int) -> None:
    """SciPy filters the line too, which ripples where up > 1; here it passes exactly."""
    x = 100.0 + 0.25 * np.arange(400)
    got = hs.signal.resample_poly(x, up, down, padding="line")
    np.testing.assert_allclose(got, 100.0 + 0.25 * np.arange(len(got)) * down / up, rtol=1e-12)


def test_options_and_dtypes() -> None:
    x = np.random.default_rng(2).normal(size=500)
    wanted = scipy.signal.resample_poly(x, 2, 5, window=("kaiser", 8.0))
    np.testing.assert_allclose(hs.signal.resample_poly(x, 2, 5, kaiser_beta=8.0), wanted, rtol=0, atol=1e-10)
    single = hs.signal.resample_poly(x.astype(np.float32), 2, 5)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, hs.signal.resample_poly(x, 2, 5), atol=1e-6)
    np.testing.assert_array_equal(hs.signal.resample_poly(x[::-1], 2, 5), hs.signal.resample_poly(x[::-1].copy(), 2, 5))
    assert hs.signal.resample_poly([1.0, 2.0], 3, 1).shape == (6,)
    assert hs.signal.resample_poly(np.zeros(0), 3, 1).shape == (0,)
    assert hs.signal.resample_poly(np.zeros((0, 5)), 3, 1).shape[0] == 0


def test_refuses() -> None:
    x = np.zeros(5)
    with pytest.raises(hs.DomainError, match="up"):
        hs.signal.resample_poly(x, up=0, down=1)
    with pytest.raises(hs.DomainError, match="padding"):
        hs.signal.resample_poly(x, 1, 2, padding="mirror")
    with pytest.raises(hs.DomainError, match="kaiser_beta"):
        hs.signal.resample_poly(x, 1, 2, kaiser_beta=-1.0)
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.signal.resample_poly(np.zeros((1, 1, 5)), 1, 2)
    with pytest.raises(TypeError):
        hs.signal.resample_poly(x, -1, 2)


def test_ratio() -> None:
    assert hs.signal.resample_ratio(from_hz=360, to_hz=100) == (5, 18)
    assert hs.signal.resample_ratio(257.0, 100.0) == (100, 257)
    with pytest.raises(hs.DomainError, match="from_hz"):
        hs.signal.resample_ratio(0.0, 100.0)
