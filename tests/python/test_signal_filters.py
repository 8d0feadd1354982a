"""Filter design and filtering against SciPy 1.17."""

from __future__ import annotations

import threading
from typing import Any

import heartsight as hs
import numpy as np
import numpy.typing as npt
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

FloatArray = npt.NDArray[np.float64]

BANDS: list[tuple[dict[str, Any], str]] = [
    ({"low_hz": 0.5}, "highpass"),
    ({"high_hz": 40.0}, "lowpass"),
    ({"low_hz": 5.0, "high_hz": 15.0}, "bandpass"),
    ({"low_hz": 0.5, "high_hz": 40.0}, "bandpass"),
    ({"low_hz": 48.0, "high_hz": 52.0, "stop": True}, "bandstop"),
]
BAND_PASS = scipy.signal.butter(4, [0.5, 40], "bandpass", fs=500, output="sos")
PADTYPES = ["odd", "even", "constant", None]


def edges(band: dict[str, Any]) -> Any:
    hz = [band[k] for k in ("low_hz", "high_hz") if k in band]
    return hz[0] if len(hz) == 1 else hz


def noise(*shape: int, seed: int = 0) -> FloatArray:
    return 5.0 + np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize(("band", "kind"), BANDS)
@pytest.mark.parametrize("order", [1, 2, 3, 4, 5, 8, 11])
@pytest.mark.parametrize("fs", [250.0, 500.0, 1000.0])
def test_designs_equal_scipy(band: dict[str, Any], kind: str, order: int, fs: float) -> None:
    w = edges(band)
    for got, wanted in [
        (hs.signal.butterworth(order, fs, **band), scipy.signal.butter(order, w, kind, fs=fs, output="sos")),
        (
            hs.signal.chebyshev1(order=order, sampling_rate=fs, ripple_db=0.5, **band),
            scipy.signal.cheby1(order, 0.5, w, kind, fs=fs, output="sos"),
        ),
        (
            hs.signal.chebyshev2(order=order, sampling_rate=fs, attenuation_db=40, **band),
            scipy.signal.cheby2(order, 40, w, kind, fs=fs, output="sos"),
        ),
    ]:
        assert got.dtype == np.float64
        np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-300)


def test_notch_equals_scipy() -> None:
    for hz, fs, quality in [(50.0, 500.0, 30.0), (60.0, 360.0, 5.0), (50.0, 128.0, 0.9)]:
        wanted = np.hstack(scipy.signal.iirnotch(hz, quality, fs))
        np.testing.assert_allclose(hs.signal.notch(hz, fs, quality=quality)[0], wanted, rtol=1e-12)
    np.testing.assert_array_equal(hs.signal.notch(50, 500), hs.signal.notch(50, 500, quality=30))


def test_designs_refuse() -> None:
    with pytest.raises(hs.DomainError, match="low_hz = 250"):
        hs.signal.butterworth(2, 500, low_hz=250)
    with pytest.raises(hs.DomainError, match="at least one"):
        hs.signal.butterworth(2, 500)
    with pytest.raises(hs.DomainError, match="order"):
        hs.signal.butterworth(0, 500, low_hz=1)
    with pytest.raises(hs.DomainError, match="attenuation_db"):
        hs.signal.chebyshev2(2, 500, attenuation_db=0, low_hz=1)
    with pytest.raises(TypeError):
        hs.signal.butterworth(2, 500, 0.5)


@pytest.mark.parametrize("shape", [(1,), (50,), (1000,), (1, 300), (2, 300), (12, 500), (0, 10), (3, 0)])
@pytest.mark.parametrize("order", [1, 4, 9])
def test_sosfilt_has_scipys_bits(shape: tuple[int, ...], order: int) -> None:
    sos = scipy.signal.butter(order, [0.5, 40], "bandpass", fs=500, output="sos")
    x = noise(*shape)
    got = hs.signal.sosfilt(sos=sos, signal=x)
    zi = noise(len(sos), *shape[:-1], 2, seed=1)
    got_zi, state = hs.signal.sosfilt(sos, x, zi=zi)
    if x.size == 0:
        assert got.shape == got_zi.shape == shape
        np.testing.assert_array_equal(state, zi)
        return
    wanted, wanted_state = scipy.signal.sosfilt(sos, x, zi=zi)
    np.testing.assert_array_equal(got, scipy.signal.sosfilt(sos, x))
    np.testing.assert_array_equal(got_zi, wanted)
    np.testing.assert_array_equal(state, wanted_state)


def test_sosfilt_zi_equals_scipy() -> None:
    np.testing.assert_allclose(hs.signal.sosfilt_zi(sos=BAND_PASS), scipy.signal.sosfilt_zi(BAND_PASS), rtol=1e-10)
    with pytest.raises(hs.DomainError, match="zero frequency"):
        hs.signal.sosfilt_zi([[1, 0, 0, 1, -1, 0]])


@pytest.mark.parametrize("padtype", PADTYPES)
@pytest.mark.parametrize("shape", [(300,), (1, 300), (2, 300), (7, 301), (12, 5000), (60_000,), (2, 60_000)])
@pytest.mark.parametrize(("band", "kind"), BANDS)
def test_sosfiltfilt_equals_scipy(padtype: str | None, shape: tuple[int, ...], band: dict[str, Any], kind: str) -> None:
    sos = scipy.signal.butter(3, edges(band), kind, fs=500, output="sos")
    x = noise(*shape)
    for padlen in (None, 0, 100):
        wanted = scipy.signal.sosfiltfilt(sos, x, padtype=padtype, padlen=padlen)
        got = hs.signal.sosfiltfilt(sos, x, padtype=padtype, padlen=padlen)
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())


def test_an_hour_equals_scipy() -> None:
    sos = scipy.signal.butter(4, [0.5, 40], "bandpass", fs=360, output="sos")
    x = np.cumsum(noise(1_296_000) - 5.0) * 0.01
    wanted = scipy.signal.sosfiltfilt(sos, x)
    np.testing.assert_allclose(hs.signal.sosfiltfilt(sos, x), wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())


def test_float32() -> None:
    x = noise(5, 3000).astype(np.float32)
    for function in (hs.signal.sosfilt, hs.signal.sosfiltfilt):
        got = function(BAND_PASS, x)
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got, function(BAND_PASS, x.astype(np.float64)).astype(np.float32))
    # SciPy computes sosfilt of float32 in float32: the difference is its rounding.
    wanted = scipy.signal.sosfilt(BAND_PASS.astype(np.float32), x)
    np.testing.assert_allclose(hs.signal.sosfilt(BAND_PASS, x), wanted, atol=2e-2)


@pytest.mark.parametrize("function", [hs.signal.sosfilt, hs.signal.sosfiltfilt])
def test_layouts_and_dtypes(function: Any) -> None:
    x = noise(4, 200)
    strided, read_only = x[::-1, ::2], x.copy()
    read_only.flags.writeable = False
    np.testing.assert_array_equal(function(BAND_PASS, strided), function(BAND_PASS, strided.copy()))
    np.testing.assert_array_equal(function(BAND_PASS, read_only), function(BAND_PASS, x))
    np.testing.assert_array_equal(function(BAND_PASS, np.asfortranarray(x)), function(BAND_PASS, x))
    integers = np.arange(100) % 7
    np.testing.assert_array_equal(function(BAND_PASS, integers), function(BAND_PASS, integers.astype(float)))
    np.testing.assert_array_equal(function(BAND_PASS.tolist(), integers.tolist()), function(BAND_PASS, integers))
    with pytest.raises(TypeError, match="signal"):
        function(BAND_PASS, x.astype(complex))
    with pytest.raises(hs.ShapeError, match="signal"):
        function(BAND_PASS, np.zeros((1, 2, 3)))
    with pytest.raises(hs.ShapeError, match="sos"):
        function(np.zeros((3, 5)), x)
    with pytest.raises(hs.ShapeError, match="sos"):
        function(np.zeros((0, 6)), x)
    with pytest.raises(hs.DomainError, match=r"sos\[1\]\[3\]"):
        function([[1, 0, 0, 1, 0, 0], [1, 0, 0, 2, 0, 0]], x)


def test_degenerate() -> None:
    assert hs.signal.sosfiltfilt(BAND_PASS, np.zeros(0)).shape == (0,)
    assert hs.signal.sosfiltfilt(BAND_PASS, np.zeros((3, 0))).shape == (3, 0)
    for n in (1, 2, 27):  # SciPy refuses up to 27 samples
        assert np.isfinite(hs.signal.sosfiltfilt(BAND_PASS, noise(n))).all()
    with pytest.raises(hs.DomainError, match="padlen"):
        hs.signal.sosfiltfilt(BAND_PASS, noise(20), padlen=20)
    with pytest.raises(hs.DomainError, match="padtype"):
        hs.signal.sosfiltfilt(BAND_PASS, noise(20), padtype="mirror")
    with pytest.raises(hs.ShapeError, match="zi"):
        hs.signal.sosfilt(BAND_PASS, noise(20), zi=np.zeros((4, 1, 2)))
    x = noise(3, 500)
    x[1, 100] = np.nan
    np.testing.assert_array_equal(
        np.isnan(hs.signal.sosfilt(BAND_PASS, x)), np.isnan(scipy.signal.sosfilt(BAND_PASS, x))
    )
    assert np.isnan(hs.signal.sosfiltfilt(BAND_PASS, x)).all(axis=1).tolist() == [False, True, False]


@settings(deadline=None, max_examples=60)
@given(cuts=st.lists(st.integers(0, 400), max_size=12), n_leads=st.integers(1, 6), single=st.booleans())
def test_streaming_equals_offline(cuts: list[int], n_leads: int, single: bool) -> None:
    x = noise(n_leads, 400).astype(np.float32 if single else np.float64)
    stream = hs.signal.SosFilter(BAND_PASS, n_leads=n_leads)
    parts = [stream.process(chunk=part) for part in np.split(x, sorted(cuts), axis=1)]
    whole, state = hs.signal.sosfilt(BAND_PASS, x, zi=np.zeros((len(BAND_PASS), n_leads, 2)))
    np.testing.assert_array_equal(np.hstack(parts), whole)
    assert parts[0].dtype == x.dtype
    np.testing.assert_array_equal(stream.state, state)


def test_sos_filter() -> None:
    stream = hs.signal.SosFilter(BAND_PASS, settle=True)
    assert repr(stream) == "SosFilter(4 sections, n_leads=1)"
    np.testing.assert_array_equal(stream.sos, BAND_PASS)
    assert np.abs(stream.process(np.full(100, 7.0))).max() < 1e-11
    assert stream.state.shape == (4, 1, 2)
    before = stream.process(noise(50))
    stream.reset()
    assert np.abs(stream.process([7.0] * 100)).max() < 1e-11
    np.testing.assert_array_equal(stream.process(noise(50)), before)
    with pytest.raises(hs.ShapeError, match="leads of chunk"):
        stream.process(np.zeros((2, 5)))
    with pytest.raises(hs.ShapeError, match="n_leads"):
        hs.signal.SosFilter(BAND_PASS, n_leads=0)


def test_threads() -> None:
    x = noise(12, 5000)
    wanted = hs.signal.sosfiltfilt(BAND_PASS, x)
    results: list[FloatArray] = []
    threads = [threading.Thread(target=lambda: results.append(hs.signal.sosfiltfilt(BAND_PASS, x))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    for result in results:
        np.testing.assert_array_equal(result, wanted)
