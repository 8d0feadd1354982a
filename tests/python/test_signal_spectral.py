"""Windows, Fourier transforms and spectra against SciPy 1.17 and NumPy."""

from __future__ import annotations

import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import heartsight as hs
import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

LENGTHS = [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    11,
    13,
    16,
    17,
    30,
    63,
    64,
    77,
    97,
    121,
    169,
    360,
    509,
    1000,
    1009,
    1024,
    5000,
    10007,
]
WINDOWS: list[Any] = [
    "boxcar",
    "bartlett",
    "cosine",
    "hann",
    "hamming",
    "blackman",
    "nuttall",
    "blackmanharris",
    "flattop",
    "tukey",
    ("tukey", 0.2),
    ("tukey", 0.0),
    ("tukey", 1.0),
    ("kaiser", 8.6),
    ("kaiser", 0.0),
    ("gaussian", 7.0),
]


def noise(*shape: int, seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=shape)


def assert_close(got: NDArray[Any], wanted: NDArray[Any], tolerance: float = 1e-10) -> None:
    """Within tolerance of the largest value: rounding errors of a transform spread over all bins."""
    assert got.shape == wanted.shape
    if wanted.size:
        np.testing.assert_allclose(got, wanted, rtol=0, atol=tolerance * (np.abs(wanted).max() + 1e-300))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("n", [1, 2, 3, 8, 51, 256])
@pytest.mark.parametrize("symmetric", [False, True])
def test_windows_equal_scipys(window: Any, n: int, symmetric: bool) -> None:
    wanted = scipy.signal.get_window(window, n, fftbins=not symmetric)
    np.testing.assert_allclose(hs.signal.get_window(window, n, symmetric=symmetric), wanted, rtol=0, atol=1e-14)


def test_window_refuses() -> None:
    assert hs.signal.get_window(window="hann", n=0).shape == (0,)
    for bad in ["kaiser", "gaussian", "triangle", ("hann", 1.0), ("kaiser", -1.0), ("tukey", 2.0), ("gaussian", 0.0)]:
        with pytest.raises(hs.DomainError):
            hs.signal.get_window(bad, 8)
    with pytest.raises(hs.DomainError, match="parameter"):
        hs.signal.get_window(("kaiser", float("nan")), 8)


@pytest.mark.parametrize("n", LENGTHS)
def test_fft_equals_numpys(n: int) -> None:
    x = noise(n, seed=n)
    fft = hs.signal.RealFft(n=n)
    assert (fft.size, fft.spectrum_size) == (n, n // 2 + 1)
    bins = fft.forward(signal=x)
    assert_close(bins, np.fft.rfft(x), 1e-14)
    assert_close(fft.inverse(spectrum=bins), x, 1e-14)
    any_bins = noise(n // 2 + 1, seed=1) + 1j * noise(n // 2 + 1, seed=2)  # imaginary parts at both ends are ignored
    assert_close(fft.inverse(any_bins), np.fft.irfft(any_bins, n), 1e-14)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4000))
def test_every_length(n: int) -> None:
    x = noise(n, seed=n)
    fft = hs.signal.RealFft(n)
    bins = fft.forward(x)
    assert_close(bins, np.fft.rfft(x), 1e-14)
    assert_close(fft.inverse(bins), x, 1e-14)


def test_fft_rows_dtypes_and_errors() -> None:
    x = noise(3, 1024)
    fft = hs.signal.RealFft(1024)
    rows = fft.forward(x)
    assert rows.shape == (3, 513)
    np.testing.assert_array_equal(rows[1], fft.forward(x[1]))
    np.testing.assert_array_equal(fft.inverse(rows)[2], fft.inverse(rows[2]))
    np.testing.assert_array_equal(fft.inverse(rows[:, ::-1][:, ::-1]), fft.inverse(rows))
    single = fft.forward(x.astype(np.float32))
    assert single.dtype == np.complex64
    assert fft.inverse(single).dtype == np.float32
    assert_close(single, rows, 1e-6)
    np.testing.assert_array_equal(fft.forward(np.arange(1024)), fft.forward(np.arange(1024.0)))
    with_gap = x[0].copy()
    with_gap[5] = np.nan
    assert np.isnan(fft.forward(with_gap)).all()
    for bad in (x[0][:-1], np.zeros(0), np.zeros((2, 2, 2))):
        with pytest.raises(hs.ShapeError):
            fft.forward(bad)
    with pytest.raises(hs.ShapeError, match="spectrum"):
        fft.inverse(np.zeros(512))
    with pytest.raises(hs.DomainError, match="n = 0"):
        hs.signal.RealFft(0)
    assert repr(fft) == "RealFft(1024)"


def test_threads_share_a_plan() -> None:
    x = noise(16, 5000)
    fft = hs.signal.RealFft(5000)
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(fft.forward, x))
    np.testing.assert_array_equal(np.stack(got), fft.forward(x))


def test_a_large_prime_takes_no_quadratic_time() -> None:
    x = noise(1_000_003)
    start = time.perf_counter()
    bins = hs.signal.RealFft(x.size).forward(x)
    assert time.perf_counter() - start < 20.0  # some 0.3 s; the definition would take hours
    assert_close(bins, np.fft.rfft(x), 1e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 97, 360, 1001, 5000])
@pytest.mark.parametrize("n_out", [1, 2, 5, 10, 96, 97, 250, 360, 720, 1009])
@pytest.mark.parametrize("n_rows", [1, 3])
def test_resample_equals_scipys(n: int, n_out: int, n_rows: int) -> None:
    x = noise(n_rows, n, seed=n + n_out)
    got = hs.signal.fourier_resample(signal=x, n_out=n_out)
    assert_close(got, scipy.signal.resample(x, n_out, axis=1))
    assert_close(hs.signal.fourier_resample(x[0], n_out), got[0], 1e-13)


def test_resample_long_dtypes_and_errors() -> None:
    x = noise(2, 70_000)
    assert_close(hs.signal.fourier_resample(x, 50_001), scipy.signal.resample(x, 50_001, axis=1))
    short = noise(5, 500)
    single = hs.signal.fourier_resample(short.astype(np.float32), 360)
    assert single.dtype == np.float32
    assert_close(single, scipy.signal.resample(short, 360, axis=1), 1e-6)
    assert_close(hs.signal.fourier_resample(short[:, ::2], 100), scipy.signal.resample(short[:, ::2], 100, axis=1))
    assert hs.signal.fourier_resample(np.zeros((0, 5)), 3).shape == (0, 3)
    with_gap = short.copy()
    with_gap[2, 7] = np.nan
    got = hs.signal.fourier_resample(with_gap, 360)
    assert np.isnan(got[2]).all()
    assert np.isfinite(np.delete(got, 2, 0)).all()
    with pytest.raises(hs.DomainError, match="n_out"):
        hs.signal.fourier_resample(short, 0)
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.signal.fourier_resample(np.zeros(0), 5)
    with pytest.raises(hs.ShapeError, match="signal"):
        hs.signal.fourier_resample(np.zeros((1, 2, 3)), 5)


WELCH_OPTIONS: list[dict[str, Any]] = [
    {},
    {"nperseg": 1024},
    {"nperseg": 100, "noverlap": 30, "nfft": 360},
    {"nperseg": 97, "noverlap": 96},
    {"nperseg": 64, "noverlap": 0, "window": "blackman"},
    {"window": ("kaiser", 5.0), "detrend": "linear"},
    {"detrend": "linear", "nperseg": 1},
    {"scaling": "spectrum", "window": "flattop"},
    {"average": "median", "nperseg": 101},
    {"average": "median", "nperseg": 100, "nfft": 256, "detrend": "linear"},
    {"window": "boxcar", "nperseg": 250, "noverlap": 249, "scaling": "spectrum"},
]


def longer_than_overlap(options: list[dict[str, Any]], lengths: list[int]) -> list[tuple[dict[str, Any], int]]:
    """SciPy shrinks a segment to the signal, and then refuses an overlap of that length."""
    return [(o, n) for o in options for n in lengths if n > o.get("noverlap", 0)]


@pytest.mark.parametrize(("options", "n"), longer_than_overlap(WELCH_OPTIONS, [1, 2, 5, 255, 256, 1000, 5000]))
def test_welch_equals_scipys(options: dict[str, Any], n: int) -> None:
    x = noise(n, seed=n) + 3.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns that a segment shrinks
        frequency, wanted = scipy.signal.welch(x, 360.0, **options)
    got_frequency, got = hs.signal.welch(signal=x, sampling_rate=360.0, **options)
    np.testing.assert_allclose(got_frequency, frequency, rtol=1e-14)
    np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-10 * wanted.max() + 1e-28)


@pytest.mark.parametrize("detrend", [None, "none"])
def test_welch_without_detrending(detrend: str | None) -> None:
    x = noise(3, 2000) + 5.0
    wanted = scipy.signal.welch(x, 100.0, detrend=False)[1]
    assert_close(hs.signal.welch(x, 100.0, detrend=detrend)[1], wanted)


def test_welch_of_every_bin_is_close_where_power_spans_decades() -> None:
    """Two segments share a transform: the weaker one must not drown. Here they differ by ten decades."""
    x = noise(4096)
    x[2048:] *= 1e-10
    frequency, wanted = scipy.signal.welch(x[2048:], 100.0, nperseg=512, average="median")
    np.testing.assert_allclose(hs.signal.welch(x[2048:], 100.0, nperseg=512, average="median")[1], wanted, rtol=1e-9)
    wanted = scipy.signal.welch(x, 100.0, nperseg=512)[1]
    np.testing.assert_allclose(hs.signal.welch(x, 100.0, nperseg=512)[1], wanted, rtol=1e-9)
    assert frequency.shape == (257,)


def test_welch_power_of_a_sine() -> None:
    t = np.arange(10_000) / 100.0
    x = 3.0 * np.sin(2 * np.pi * 12.5 * t)
    frequency, spectrum = hs.signal.welch(x, 100.0, nperseg=1000, scaling="spectrum", window="flattop")
    assert frequency[np.argmax(spectrum)] == 12.5
    assert spectrum.max() == pytest.approx(4.5, rel=1e-6)  # A^2 / 2
    frequency, density = hs.signal.welch(x, 100.0, nperseg=1000)
    assert density.sum() * (frequency[1] - frequency[0]) == pytest.approx(4.5, rel=1e-6)


def test_welch_rows_dtypes_degenerate_and_errors() -> None:
    x = noise(12, 5000)
    frequency, power = hs.signal.welch(x, 500.0)
    assert power.shape == (12, 129)
    assert frequency.shape == (129,)
    np.testing.assert_array_equal(power[4], hs.signal.welch(x[4], 500.0)[1])
    single = hs.signal.welch(x.astype(np.float32), 500.0)[1]
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, power, rtol=1e-5)
    np.testing.assert_array_equal(hs.signal.welch(x[:, ::2], 250.0)[1], hs.signal.welch(x[:, ::2].copy(), 250.0)[1])
    read_only = x.copy()
    read_only.flags.writeable = False
    np.testing.assert_array_equal(hs.signal.welch(read_only, 500.0)[1], power)
    with_gap = x.copy()
    with_gap[3, 100] = np.nan
    for average in ("mean", "median"):
        got = hs.signal.welch(with_gap, 500.0, average=average)[1]
        assert np.isnan(got[3]).all()
        assert np.isfinite(np.delete(got, 3, 0)).all()
    np.testing.assert_allclose(hs.signal.welch(np.full(1000, 7.0), 500.0)[1], 0.0, atol=1e-25)
    assert np.isnan(hs.signal.welch(np.zeros(0), 500.0)[1]).all()
    assert hs.signal.welch(np.zeros((0, 100)), 500.0)[1].shape[0] == 0
    for name, bad in {
        "sampling_rate": {"sampling_rate": 0.0},
        "nperseg": {"nperseg": 0},
        "noverlap": {"nperseg": 100, "noverlap": 100},
        "nfft": {"nfft": 200},
        "window": {"window": "tent"},
        "detrend": {"detrend": "quadratic"},
        "scaling": {"scaling": "psd"},
        "average": {"average": "mode"},
    }.items():
        with pytest.raises(hs.DomainError, match=name):
            hs.signal.welch(x, **{"sampling_rate": 500.0, **bad})
    with pytest.raises(hs.DomainError, match="is zero"):
        hs.signal.welch(noise(10), 1.0, nperseg=3, window=("gaussian", 1e-3))


STFT_OPTIONS: list[dict[str, Any]] = [
    {},
    {"nperseg": 100, "noverlap": 75},
    {"nperseg": 101, "noverlap": 10, "nfft": 128},
    {"boundary": None},
    {"boundary": None, "padded": False},
    {"boundary": "even", "nperseg": 64},
    {"boundary": "odd", "detrend": "constant"},
    {"boundary": "constant", "padded": False, "nperseg": 33, "noverlap": 32},
    {"detrend": "linear", "window": ("kaiser", 4.0)},
    {"nperseg": 50, "noverlap": 0, "nfft": 97},
]


@pytest.mark.parametrize(("options", "n"), longer_than_overlap(STFT_OPTIONS, [1, 2, 90, 256, 1000, 1003]))
def test_stft_equals_scipys(options: dict[str, Any], n: int) -> None:
    x = noise(n, seed=n) + 1.0
    theirs = {**options, "detrend": options.get("detrend") or False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = scipy.signal.stft(x, 250.0, **theirs)
    got = hs.signal.stft(signal=x, sampling_rate=250.0, **options)
    for ours, scipys in zip(got, wanted, strict=True):
        assert ours.shape == scipys.shape
        np.testing.assert_allclose(ours, scipys, rtol=0, atol=1e-10 * np.abs(scipys).max() + 1e-14)
    wanted = scipy.signal.stft(x, 250.0, nperseg=min(n, 32), scaling="psd")[2]
    assert_close(hs.signal.stft(x, 250.0, nperseg=min(n, 32), scaling="density")[2], wanted)


def test_stft_rows_dtypes_degenerate_and_errors() -> None:
    x = noise(2, 1000)
    frequency, times, spectrum = hs.signal.stft(x, 250.0)
    assert spectrum.shape == (2, len(frequency), len(times))
    np.testing.assert_array_equal(spectrum[1], hs.signal.stft(x[1], 250.0)[2])
    single = hs.signal.stft(x.astype(np.float32), 250.0)[2]
    assert single.dtype == np.complex64
    assert_close(single, spectrum, 1e-6)
    with_gap = x[0].copy()
    with_gap[999] = np.nan
    bad = np.isnan(hs.signal.stft(with_gap, 250.0)[2])
    np.testing.assert_array_equal(bad.any(axis=0), np.arange(9) >= 7)
    np.testing.assert_array_equal(bad.all(axis=0), bad.any(axis=0))
    frequency, times, spectrum = hs.signal.stft(np.zeros(0), 250.0)
    assert (len(times), spectrum.shape) == (0, (129, 0))
    with pytest.raises(hs.DomainError, match="boundary"):
        hs.signal.stft(x, 250.0, boundary="wrap")
    with pytest.raises(hs.DomainError, match="noverlap"):
        hs.signal.stft(x, 250.0, noverlap=256)


@pytest.mark.parametrize("floating_mean", [False, True])
@pytest.mark.parametrize("grid", ["even", "any"])
def test_lomb_scargle_equals_scipys(floating_mean: bool, grid: str) -> None:
    random = np.random.default_rng(3)
    times = np.cumsum(random.uniform(0.5, 1.2, 400))
    values = random.normal(size=400) + (2.0 if floating_mean else 0.0)
    frequencies = np.linspace(0.003, 0.5, 700) if grid == "even" else np.sort(random.uniform(0.003, 0.5, 700))

    def scipys(normalize: Any) -> NDArray[Any]:
        return scipy.signal.lombscargle(
            times, values, 2 * np.pi * frequencies, normalize=normalize, floating_mean=floating_mean
        )

    def ours(scaling: str) -> NDArray[np.float64]:
        return hs.signal.lomb_scargle(
            times_s=times,
            values=values,
            frequencies_hz=frequencies,
            scaling=scaling,
            floating_mean=floating_mean,
        )

    assert_close(ours("power"), scipys("power"))
    assert_close(ours("normalized"), scipys("normalize"))
    assert_close(ours("amplitude"), np.abs(scipys("amplitude")))
    spacing = (times[-1] - times[0]) / 399
    np.testing.assert_allclose(ours("density"), ours("power") * 2 * spacing, rtol=1e-13)


def test_lomb_scargle_density_is_that_of_a_periodogram() -> None:
    """On even samples and bin frequencies it is the periodogram, so its sum is the variance."""
    x = noise(500)
    x -= x.mean()
    frequency, wanted = scipy.signal.periodogram(x, 4.0, detrend=False)
    got = hs.signal.lomb_scargle(np.arange(500) / 4.0, x, frequency[1:-1], scaling="density")
    assert_close(got, wanted[1:-1])
    assert got.sum() * frequency[1] == pytest.approx(x.var(), rel=0.02)  # all but the last bin


def test_lomb_scargle_does_not_care_where_time_starts() -> None:
    times = np.sort(np.random.default_rng(1).uniform(0, 300, 300))
    x = noise(300)
    frequencies = np.linspace(0.01, 0.4, 100)
    at_zero = hs.signal.lomb_scargle(times, x, frequencies)
    order = np.random.default_rng(2).permutation(300)
    assert_close(hs.signal.lomb_scargle(times[order], x[order], frequencies), at_zero, 1e-11)
    assert_close(hs.signal.lomb_scargle(times + 1e6, x, frequencies), at_zero, 1e-6)


def test_lomb_scargle_degenerate_and_errors() -> None:
    frequencies = [0.1, 0.2]
    assert np.isnan(hs.signal.lomb_scargle([], [], frequencies)).all()
    assert hs.signal.lomb_scargle([1.0], [1.0], []).shape == (0,)
    np.testing.assert_array_equal(hs.signal.lomb_scargle([0.0, 1.0, 2.5], [0.0] * 3, frequencies), [0.0, 0.0])
    assert np.isnan(hs.signal.lomb_scargle([0.0, 1.0, 2.5], [1.0, np.nan, 2.0], frequencies)).all()
    assert np.isnan(hs.signal.lomb_scargle([0.0], [1.0], frequencies, scaling="density")).all()
    x = noise(100)
    t = np.arange(100.0)
    assert_close(
        hs.signal.lomb_scargle(t, x.astype(np.float32), frequencies), hs.signal.lomb_scargle(t, x, frequencies), 1e-6
    )
    with pytest.raises(hs.ShapeError, match="values"):
        hs.signal.lomb_scargle([1.0, 2.0], [1.0], frequencies)
    with pytest.raises(hs.DomainError, match=r"times_s\[1\]"):
        hs.signal.lomb_scargle([1.0, np.nan], [1.0, 2.0], frequencies)
    with pytest.raises(hs.DomainError, match="frequencies_hz"):
        hs.signal.lomb_scargle([1.0, 2.0], [1.0, 2.0], [np.inf])
    with pytest.raises(hs.DomainError, match="scaling"):
        hs.signal.lomb_scargle([1.0], [1.0], frequencies, scaling="psd")


def process(n: int, coefficients: list[float], seed: int) -> NDArray[np.float64]:
    e = noise(n + 500, seed=seed)
    return scipy.signal.lfilter([1.0], np.r_[1.0, -np.array(coefficients)], e)[500:]


def test_autoregression_finds_the_process() -> None:
    coefficients = [1.4, -0.8, 0.3, -0.2]
    x = process(200_000, coefficients, seed=1)
    for fit in (hs.signal.burg, hs.signal.yule_walker):
        got, variance = fit(signal=x, order=4)
        np.testing.assert_allclose(got, coefficients, atol=0.01)
        assert variance == pytest.approx(1.0, rel=0.02)


def test_yule_walker_solves_its_equations() -> None:
    x = noise(300)
    r = np.correlate(x, x, "full")[299 : 299 + 17] / 300
    wanted = scipy.linalg.solve_toeplitz(r[:16], r[1:])
    got, variance = hs.signal.yule_walker(x, 16)
    np.testing.assert_allclose(got, wanted, atol=1e-12)
    assert variance == pytest.approx(r[0] - wanted @ r[1:], rel=1e-12)


def test_autoregressive_spectrum() -> None:
    x = process(1000, [1.4, -0.8], seed=2)
    a, variance = hs.signal.burg(x, 2)
    w, h = scipy.signal.freqz([1.0], np.r_[1.0, -a], worN=np.linspace(0, 2.0, 2000), fs=4.0)
    got = hs.signal.autoregressive_spectrum(
        coefficients=a, noise_variance=variance, sampling_rate=4.0, frequencies_hz=w
    )
    np.testing.assert_allclose(got, 2 * variance / 4.0 * np.abs(h) ** 2, rtol=1e-10)
    assert np.trapezoid(got, w) == pytest.approx(x.var(), rel=0.05)


def test_autoregression_degenerate_and_errors() -> None:
    a, variance = hs.signal.burg(np.zeros(50), 3)
    np.testing.assert_array_equal(a, np.zeros(3))
    assert variance == 0.0
    assert hs.signal.yule_walker(np.zeros(50), 3)[1] == 0.0
    for fit in (hs.signal.burg, hs.signal.yule_walker):
        with_gap = noise(50)
        with_gap[20] = np.nan
        a, variance = fit(with_gap, 3)
        assert np.isnan(a).all()
        assert np.isnan(variance)
        np.testing.assert_allclose(fit(noise(50).astype(np.float32), 3)[0], fit(noise(50), 3)[0], atol=1e-5)
        for bad in (0, 50):
            with pytest.raises(hs.DomainError, match="order"):
                fit(noise(50), bad)
        with pytest.raises(hs.ShapeError):
            fit(noise(5, 5), 2)
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.signal.autoregressive_spectrum([0.5], 1.0, 0.0, [0.1])
