"""Intervals and heart rate variability: NeuroKit2's golden values, SciPy, closed forms, gaps and hostile input."""

from __future__ import annotations

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import pytest
import scipy.interpolate
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "hrv" / "neurokit2.json").read_text())
PRESETS = ["task_force", "lomb_scargle", "autoregressive", "kubios", "kubios_autoregressive"]
features = hs.features


def modulated(
    duration_s: float,
    *,
    mean: float = 800.0,
    waves: tuple[tuple[float, float], ...] = (),
    noise: float = 0.0,
    seed: int = 1,
) -> NDArray[np.float64]:
    """Intervals that swing by amplitude in ms at frequency in Hz."""
    random = np.random.default_rng(seed)
    t, intervals = 0.0, []
    while t < duration_s:
        value = mean + sum(a * math.sin(2 * math.pi * f * t) for a, f in waves) + noise * random.normal()
        intervals.append(value)
        t += value / 1000
    return np.array(intervals)


def values(nn: Any, **options: Any) -> dict[str, float]:
    """All indices in one dictionary."""
    result = features.hrv(nn, **options).to_dict()
    return {**result["time"], **result["frequency"], **result["nonlinear"]}


# ---- RR intervals and heart rate


def test_rr_intervals() -> None:
    rr = features.rr_intervals(r_peaks=[100, 460, 820, 1000], sampling_rate=360, beat_types="NNVN")
    np.testing.assert_allclose(rr.rr_ms, [1000.0, 1000.0, 500.0])
    np.testing.assert_allclose(rr.time_s, [460 / 360, 820 / 360, 1000 / 360])
    np.testing.assert_array_equal(rr.is_nn, [True, False, False])
    assert rr.is_nn.dtype == bool
    assert len(rr) == 3
    for types in (["N", "L", "R", "B"], np.array(["N", "L", "R", "B"])):
        assert features.rr_intervals([100, 460, 820, 1000], 360, beat_types=types).is_nn.all()
    assert not features.rr_intervals([1, 2, 3], 360, beat_types="/je").is_nn.any()
    assert features.rr_intervals([1.5, 3.0], 1.0).rr_ms[0] == 1500.0
    peaks = np.arange(0, 2000, 100, dtype=np.int32)
    np.testing.assert_array_equal(features.rr_intervals(peaks[::2], 100).rr_ms, np.full(9, 2000.0))
    for few in ([], [5], np.zeros(0)):
        assert len(features.rr_intervals(few, 360)) == 0


def test_rr_intervals_refuses() -> None:
    for bad in ([3, 2], [2, 2], [1.0, math.nan], [math.inf, math.inf]):
        with pytest.raises(hs.DomainError, match=r"r_peaks\["):
            features.rr_intervals(bad, 360)
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        features.rr_intervals([1, 2], 0)
    with pytest.raises(hs.ShapeError, match="beat_types"):
        features.rr_intervals([1, 2], 360, beat_types="N")
    with pytest.raises(hs.ShapeError, match="beat_types"):
        features.rr_intervals([1, 2], 360, beat_types="")
    with pytest.raises(hs.DomainError, match="beat_types"):
        features.rr_intervals([1, 2], 360, beat_types=["N", "NN"])
    with pytest.raises(hs.ShapeError):
        features.rr_intervals([[1, 2]], 360)


def test_heart_rate() -> None:
    assert features.heart_rate(r_peaks=[0, 250, 500, 750], sampling_rate=500) == 120.0
    for few in ([], [7]):
        assert math.isnan(features.heart_rate(few, 500))
    # Only beats strictly between 5.5 and 9.5 s count, samples counted from 1: 3000 .. 4500 here.
    peaks = [100, 2749, 3000, 3500, 4000, 4500, 4749]
    assert features.heart_rate(peaks, 500, protocol="cpsc2019") == 60.0
    assert features.heart_rate(peaks, 500) != 60.0
    # Halves go to the even number: 60 * 500 / 400 = 75, and 30000 / 480 = 62.5 becomes 62, 30000 / 4000 * 10 = 67.5 -> 68.
    assert features.heart_rate([3000, 3480], 500, protocol="cpsc2019") == 62.0
    assert features.heart_rate([2800, 2800 + 4000 / 9], 500, protocol="cpsc2019") == 68.0
    assert features.heart_rate([2800, 3247], 500, protocol="cpsc2019") == round(30000 / 447)
    for few in ([3000], [100, 200], []):
        assert math.isnan(features.heart_rate(few, 500, protocol="cpsc2019"))
    with pytest.raises(hs.DomainError, match="protocol"):
        features.heart_rate([1, 2], 500, protocol="mine")
    with pytest.raises(hs.DomainError, match=r"heart_rate: r_peaks\[1\]"):
        features.heart_rate([5, 2], 500)


# ---- correction


def clean(n: int = 400, seed: int = 1) -> NDArray[np.float64]:
    return modulated(n * 0.8, waves=((25.0, 0.1), (15.0, 0.25)), noise=5.0, seed=seed)[:n]


def test_correction_leaves_clean_series_alone() -> None:
    for seed in range(10):
        rr = clean(seed=seed)
        corrected = features.correct_rr(rr_ms=rr)
        assert corrected.counts["none"] >= len(rr) - 2
        assert len(corrected.nn_ms) == len(rr)


def test_correction_of_a_missed_beat() -> None:
    rr = clean()
    damaged = np.concatenate([rr[:100], [rr[100] + rr[101]], rr[102:]])
    corrected = features.correct_rr(damaged)
    assert corrected.artefact[100] == "missed"
    assert corrected.counts["missed"] == 1
    assert len(corrected.nn_ms) == len(rr)
    np.testing.assert_allclose(corrected.nn_ms[100:102], (rr[100] + rr[101]) / 2)
    np.testing.assert_array_equal(corrected.source[99:103], [99, 100, 100, 101])
    np.testing.assert_array_equal(corrected.is_corrected[99:103], [False, True, True, False])
    assert corrected.nn_ms.sum() == pytest.approx(rr.sum())


def test_correction_of_an_extra_beat() -> None:
    rr = clean()
    damaged = np.concatenate([rr[:100], [0.4 * rr[100], 0.6 * rr[100]], rr[101:]])
    corrected = features.correct_rr(damaged)
    assert corrected.artefact[100:102] == ["extra", "extra"]
    np.testing.assert_allclose(corrected.nn_ms, rr)


@pytest.mark.parametrize("shift", [-250.0, 250.0])
def test_correction_of_an_ectopic_beat(shift: float) -> None:
    rr = clean()
    damaged = rr.copy()
    damaged[200] += shift  # premature, with a compensatory pause, or late
    damaged[201] -= shift
    corrected = features.correct_rr(damaged)
    assert corrected.artefact[200:202] == ["ectopic", "ectopic"]
    assert corrected.counts["none"] == len(rr) - 2
    between = np.interp([200, 201], [199, 202], [rr[199], rr[202]])
    np.testing.assert_allclose(corrected.nn_ms[200:202], between)
    assert values(corrected.nn_ms)["rmssd_ms"] == pytest.approx(values(rr)["rmssd_ms"], rel=0.05)
    assert values(damaged)["rmssd_ms"] > 1.5 * values(rr)["rmssd_ms"]


def test_correction_of_a_long_and_a_short_interval() -> None:
    rr = clean()
    long, short = rr.copy(), rr.copy()
    long[150] += 350.0
    short[150] -= 350.0
    assert features.correct_rr(long).artefact[150] == "long"
    corrected = features.correct_rr(short)
    assert corrected.artefact[150] == "short"
    assert corrected.nn_ms[150] == pytest.approx((rr[149] + rr[151]) / 2)


def test_correction_degenerate() -> None:
    assert len(features.correct_rr([]).nn_ms) == 0
    for rr in ([800.0], [800.0, 300.0], [800.0, 2000.0, 100.0]):  # too few to know
        np.testing.assert_array_equal(features.correct_rr(rr).nn_ms, rr)
    constant = np.full(100, 800.0)
    assert features.correct_rr(constant).counts["none"] == 100
    constant[50] = 1600.0
    assert features.correct_rr(constant).artefact[50] == "missed"
    rr = clean()
    rr[100:103] = np.nan
    rr[300] = 1e9
    corrected = features.correct_rr(rr)
    assert corrected.counts["gap"] == 4
    np.testing.assert_array_equal(np.isnan(corrected.nn_ms), np.isnan(rr) | (rr > 60_000))
    with pytest.raises(hs.DomainError, match=r"rr_ms\[1\]"):
        features.correct_rr([800.0, -1.0])
    with pytest.raises(hs.DomainError, match="alpha"):
        features.correct_rr([800.0], alpha=0.0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.floats(1e-3, 1e7), st.floats(300, 1500), st.just(math.nan)), max_size=60))
def test_correction_of_anything(rr: list[float]) -> None:
    corrected = features.correct_rr(rr)
    assert len(corrected.artefact) == len(rr)
    kept = corrected.nn_ms[~np.isnan(corrected.nn_ms)]
    assert (kept > 0).all()
    assert np.isin(np.arange(len(rr)), corrected.source).sum() == len(rr) - corrected.counts["extra"] // 2
    values(corrected.nn_ms)


# ---- indices


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_equals_neurokit2(case: dict[str, Any]) -> None:
    assert GOLDEN["version"] == "0.2.13"
    nn, wanted = np.array(case["nn_ms"]), case["values"]
    got = values(nn, minimum_lengths=False)
    ours = {
        "MeanNN": "mean_nn_ms",
        "SDNN": "sdnn_ms",
        "RMSSD": "rmssd_ms",
        "SDSD": "sdsd_ms",
        "CVNN": "cvnn",
        "CVSD": "cvsd",
        "MedianNN": "median_nn_ms",
        "IQRNN": "iqr_nn_ms",
        "MinNN": "min_nn_ms",
        "MaxNN": "max_nn_ms",
        "HTI": "triangular_index",
        "SD1": "sd1_ms",
        "SD2": "sd2_ms",
        "SD1SD2": "sd1_sd2_ratio",
        "S": "ellipse_area_ms2",
        "CSI": "csi",
        "CVI": "cvi",
        "CSI_Modified": "csi_modified_ms",
        "GI": "guzik_index_percent",
        "PI": "porta_index_percent",
        "ApEn": "approximate_entropy",
        "SampEn": "sample_entropy",
    }
    for theirs, name in ours.items():
        assert got[name] == pytest.approx(wanted[theirs], rel=1e-10), name
    # NeuroKit2 divides by one more than there are differences, rounds 1.4826 and counts the share, not the percentage.
    n = len(nn)
    assert got["pnn50_percent"] == pytest.approx(wanted["pNN50"] * n / (n - 1), rel=1e-12)
    assert got["pnn20_percent"] == pytest.approx(wanted["pNN20"] * n / (n - 1), rel=1e-12)
    assert got["mad_nn_ms"] == pytest.approx(wanted["MadNN"], rel=1e-5)
    assert got["inflection_percent"] == pytest.approx(100 * wanted["PIP"], rel=1e-12)


def test_identities() -> None:
    nn = clean()
    got = values(nn, minimum_lengths=False)
    assert got["sd1_ms"] ** 2 == pytest.approx(got["sdsd_ms"] ** 2 / 2, rel=1e-12)
    # With the two end intervals set aside, SD1^2 + SD2^2 = 2 SDNN^2.
    assert got["sd1_ms"] ** 2 + got["sd2_ms"] ** 2 == pytest.approx(2 * got["sdnn_ms"] ** 2, rel=0.01)
    assert got["total_ms2"] == got["vlf_ms2"] + got["lf_ms2"] + got["hf_ms2"]
    assert got["lf_nu"] + got["hf_nu"] == pytest.approx(100)
    assert got["ln_hf"] == math.log(got["hf_ms2"])


@pytest.mark.parametrize("preset", PRESETS)
def test_power_of_known_modulations(preset: str) -> None:
    """A sine of amplitude A carries A^2 / 2."""
    is_model = "autoregressive" in preset  # its peaks of pure sines are narrower than its bins: give it some noise
    nn = modulated(1800, waves=((40.0, 0.1), (20.0, 0.25)), noise=5.0 if is_model else 0.0)
    tolerance = 0.15 if is_model else 0.04
    got = values(nn, preset=preset)
    assert got["lf_ms2"] == pytest.approx(800.0, rel=tolerance)
    # The intervals between which it is sampled smear the faster one: it loses some 5 %.
    assert got["hf_ms2"] == pytest.approx(200.0, rel=tolerance + 0.08)
    assert got["lf_peak_hz"] == pytest.approx(0.1, abs=0.004)
    assert got["hf_peak_hz"] == pytest.approx(0.25, abs=0.004)
    assert got["vlf_ms2"] < 50.0


def test_welch_equals_scipys() -> None:
    """The whole chain, written with SciPy: not-a-knot spline at 4 Hz, linear detrend, Welch."""
    nn = clean(900)
    t = np.cumsum(nn) / 1000
    grid = np.arange(t[0], t[-1], 0.25)
    even = scipy.signal.detrend(scipy.interpolate.CubicSpline(t, nn)(grid))
    frequency, power = scipy.signal.welch(even, 4.0, nperseg=1200, noverlap=600)
    result = features.hrv(nn).frequency
    np.testing.assert_allclose(result.frequency_hz, frequency, rtol=1e-12)
    np.testing.assert_allclose(result.power_ms2_per_hz, power, rtol=0, atol=1e-8 * power.max())
    inside = (frequency >= 0.04) & (frequency <= 0.15)
    assert result.lf_ms2 == pytest.approx(np.trapezoid(power[inside], frequency[inside]), rel=0.05)


def test_smoothness_priors_equal_their_definition() -> None:
    nn = modulated(200, waves=((30.0, 0.02), (20.0, 0.1)))
    t = np.cumsum(nn) / 1000
    grid = np.arange(t[0], t[-1], 0.25)
    even = scipy.interpolate.CubicSpline(t, nn)(grid)
    n = len(grid)
    second = np.diff(np.eye(n), n=2, axis=0)
    stationary = even - np.linalg.solve(np.eye(n) + 500.0**2 * second.T @ second, even)
    frequency, power = scipy.signal.welch(stationary, 4.0, nperseg=n)
    result = features.hrv(nn, preset="kubios").frequency
    np.testing.assert_allclose(result.frequency_hz, frequency, rtol=1e-12)
    np.testing.assert_allclose(result.power_ms2_per_hz, power, rtol=0, atol=1e-7 * power.max())


def test_the_trend_lowers_sdnn_only_where_it_is_taken_off() -> None:
    nn = modulated(600, waves=((20.0, 0.1),)) + np.linspace(0, 300, len(modulated(600, waves=((20.0, 0.1),))))
    assert values(nn)["sdnn_ms"] > 80
    kubios = values(nn, preset="kubios")
    assert kubios["sdnn_ms"] == pytest.approx(20 / math.sqrt(2), rel=0.06)
    assert kubios["mean_nn_ms"] == pytest.approx(nn.mean())
    assert values(nn, preset="kubios", detrend_intervals=False)["sdnn_ms"] > 80


def test_settings_are_in_the_result() -> None:
    result = features.hrv(clean(), preset="kubios", window_s=120, lf_hz=(0.05, 0.15))
    s = result.settings
    assert (s["preset"], s["method"], s["detrend"], s["detrend_intervals"]) == (
        "kubios",
        "welch",
        "smoothness_priors",
        True,
    )
    assert (s["smoothness_lambda"], s["resample_hz"], s["overlap"], s["autoregressive_order"]) == (500.0, 4.0, 0.5, 16)
    assert (s["window_s"], s["lf_hz"], s["alpha1_windows"]) == (120.0, (0.05, 0.15), (4, 12))
    text = result.to_dict()
    assert set(text) == {"time", "frequency", "nonlinear", "settings"}
    assert text["settings"] == s
    json.dumps(text)
    assert "SDNN" in repr(result)
    assert "sdnn_ms=" in repr(result.time)


def test_differences_never_cross_a_gap() -> None:
    nn = clean()
    with_step = nn.copy()
    with_step[200:] += 400.0
    mask = np.ones(400, bool)
    mask[200] = False
    gap = with_step.copy()
    gap[200] = np.nan
    d = np.concatenate([np.diff(with_step[:200]), np.diff(with_step[201:])])
    for got in (values(with_step, is_nn=mask), values(gap)):
        assert got["rmssd_ms"] == pytest.approx(math.sqrt((d**2).mean()), rel=1e-12)
        assert got["sdsd_ms"] == pytest.approx(d.std(ddof=1), rel=1e-12)
        assert got["pnn20_percent"] == pytest.approx(100 * (np.abs(d) > 20).mean(), rel=1e-12)
        assert got["sd1_ms"] == pytest.approx(d.std(ddof=1) / math.sqrt(2), rel=1e-12)
        assert (got["n_nn"], got["n_gaps"]) == (399, 1)
    assert values(with_step)["rmssd_ms"] > got["rmssd_ms"] + 1


def test_spectrum_with_gaps() -> None:
    """A short gap is bridged, a long one parts the series; neither changes the power of a steady wave."""
    nn = modulated(1500, waves=((40.0, 0.1), (20.0, 0.25)))
    for preset in ("task_force", "lomb_scargle", "kubios"):
        whole = values(nn, preset=preset)
        for mask in (np.arange(len(nn)) % 97 != 0, (np.arange(len(nn)) < 700) | (np.arange(len(nn)) > 1100)):
            got = values(nn, is_nn=mask, preset=preset)
            assert got["lf_ms2"] == pytest.approx(whole["lf_ms2"], rel=0.08)
            assert got["hf_ms2"] == pytest.approx(whole["hf_ms2"], rel=0.15)


def test_minimum_lengths() -> None:
    def defined(seconds: float, **options: Any) -> set[str]:
        return {
            k
            for k, v in values(modulated(seconds, waves=((30, 0.1), (20, 0.3)), noise=5.0), **options).items()
            if v == v
        }

    assert not {"hf_ms2", "lf_ms2", "sample_entropy", "dfa_alpha1", "triangular_index"} & defined(30)
    assert {"sdnn_ms", "rmssd_ms", "sd1_ms", "pnn50_percent"} <= defined(10)
    assert "hf_ms2" in defined(60)
    assert not {"lf_ms2", "lf_hf_ratio", "lf_nu"} & defined(110)
    assert {"lf_ms2", "lf_hf_ratio", "dfa_alpha1"} <= defined(125)
    assert {"vlf_ms2", "total_ms2", "sample_entropy", "approximate_entropy", "dfa_alpha2"} <= defined(300)
    assert not {"sdann_ms", "triangular_index"} & defined(300)
    assert "sdann_ms" in defined(601)
    assert {"triangular_index", "tinn_ms"} <= defined(1200)
    assert {"hf_ms2", "lf_ms2", "vlf_ms2", "triangular_index", "sample_entropy"} <= defined(30, minimum_lengths=False)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(
    "nn",
    [
        [],
        [800.0],
        [800.0, 820.0],
        [800.0, 820.0, 790.0],
        [800.0] * 4,
        [800.0] * 1000,
        [math.nan] * 50,
        [math.inf] * 5,
        [1e300, 800.0, 900.0, 1e12, 850.0, 800.0],
        [800.0, math.nan] * 200,
        [1e-300] * 500,
        [59_999.0] * 300,
        [0.001, 59_999.0] * 300,
        [5e-324, 800.0] * 5,
    ],
    ids=lambda nn: f"{len(nn)} {nn[:2]}",
)
def test_hostile_series(nn: list[float], preset: str) -> None:
    start = time.perf_counter()
    for minimum_lengths in (True, False):
        got = values(nn, preset=preset, minimum_lengths=minimum_lengths)
        assert got["n_nn"] == sum(10 <= v <= 60_000 for v in nn)
        if got["n_nn"] < 2:
            assert math.isnan(got["sdnn_ms"])
            assert math.isnan(got["lf_ms2"])
    assert time.perf_counter() - start < 10


def test_a_constant_series() -> None:
    got = values([800.0] * 1000)
    assert (got["mean_nn_ms"], got["sdnn_ms"], got["rmssd_ms"], got["pnn50_percent"]) == (800.0, 0.0, 0.0, 0.0)
    assert (got["sd1_ms"], got["sd2_ms"]) == (0.0, 0.0)
    for name in ("sd1_sd2_ratio", "csi", "guzik_index_percent", "sample_entropy", "dfa_alpha1"):
        assert math.isnan(got[name]), name
    assert got["lf_ms2"] < 1e-15


def test_refuses() -> None:
    for bad in ([800.0, 0.0], [-1.0]):
        with pytest.raises(hs.DomainError, match=r"nn_ms\["):
            features.hrv(bad)
    with pytest.raises(hs.ShapeError, match="is_nn"):
        features.hrv([800.0], is_nn=[True, False])
    with pytest.raises(TypeError, match="is_nn"):
        features.hrv([800.0], is_nn=[1])
    with pytest.raises(hs.ShapeError):
        features.hrv([[800.0]])
    for option in (
        {"preset": "mine"},
        {"method": "fft"},
        {"detrend": "none"},
        {"window_s": 1.0},
        {"overlap": 1.0},
        {"resample_hz": 0.0},
        {"lf_hz": (0.2, 0.1)},
        {"autoregressive_order": 0},
        {"entropy_dimension": 0},
        {"entropy_tolerance": math.nan},
        {"alpha1_windows": (16, 4)},
        {"smoothness_lambda": -1.0},
    ):
        with pytest.raises(hs.DomainError):
            features.hrv([800.0] * 5, **option)


def test_dtypes_layouts_and_threads() -> None:
    nn = clean()
    wanted = values(nn)
    single = values(nn.astype(np.float32))
    for name, value in wanted.items():
        assert single[name] == pytest.approx(value, rel=1e-3, nan_ok=True), name
    spread = np.repeat(nn, 2)[::2]
    read_only = nn.copy()
    read_only.flags.writeable = False
    with ThreadPoolExecutor(4) as pool:
        for got in [*pool.map(values, [nn] * 8), values(spread), values(read_only), values(nn.tolist())]:
            np.testing.assert_equal(got, wanted)
    assert values(np.full(10, 800))["mean_nn_ms"] == 800.0


# ---- entropies and exponents


def naive_sample_entropy(x: NDArray[np.float64], m: int, r: float) -> float:
    def pairs(length: int) -> int:
        rows = np.array([x[i : i + length] for i in range(len(x) - m)])
        close = (np.abs(rows[:, None] - rows[None]).max(axis=2) <= r).sum()
        return int(close - len(rows)) // 2

    return -math.log(pairs(m + 1) / pairs(m))


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_sample_entropy_equals_its_definition(m: int) -> None:
    x = clean(300)
    for r in (0.4 * x.std(), x.std()):
        got = features.sample_entropy(x, dimension=m, tolerance_ms=r)
        assert got == pytest.approx(naive_sample_entropy(x, m, r), rel=1e-12)
    rounded = np.round(x)  # ties
    assert features.sample_entropy(rounded, dimension=m, tolerance_ms=5.0) == pytest.approx(
        naive_sample_entropy(rounded, m, 5.0), rel=1e-12
    )


def test_entropy_degenerate() -> None:
    assert math.isnan(features.sample_entropy([], tolerance_ms=1.0))
    assert math.isnan(features.approximate_entropy([800.0], tolerance_ms=1.0))
    assert math.isnan(features.sample_entropy([800.0, 900.0, 1000.0, 1100.0], tolerance_ms=1.0))
    assert features.sample_entropy([800.0, 900.0, 500.0, 800.0, 900.0, 600.0], tolerance_ms=1.0) == math.inf
    assert features.sample_entropy([800.0] * 10, tolerance_ms=0.0) == 0.0
    # Templates do not cross a gap: here every one would.
    assert math.isnan(features.sample_entropy([800.0, math.nan] * 50, tolerance_ms=1.0))
    with pytest.raises(hs.DomainError, match="dimension"):
        features.sample_entropy([800.0], dimension=0, tolerance_ms=1.0)
    with pytest.raises(hs.DomainError, match="tolerance_ms"):
        features.sample_entropy([800.0], tolerance_ms=-1.0)


def test_a_day_of_beats() -> None:
    nn = np.tile(clean(2000), 50) + np.random.default_rng(1).normal(size=100_000)
    start = time.perf_counter()
    got = values(nn)
    assert time.perf_counter() - start < 60
    assert all(v == v for v in got.values())


def test_longer_than_a_block_takes_blocks() -> None:
    """Two equal halves, each a block: the entropy of one of them."""
    half = np.round(np.random.default_rng(2).normal(800, 50, 100_000), 1)
    one = features.sample_entropy(half, tolerance_ms=1.0)
    both = features.sample_entropy(np.concatenate([half, half]), tolerance_ms=1.0)
    assert both == pytest.approx(one, rel=0.01)


def test_fluctuation_exponents_of_known_noises() -> None:
    random = np.random.default_rng(3)
    white = random.normal(size=20_000)
    brown = np.cumsum(white)
    for x, wanted in ((white, 0.5), (brown, 1.5)):
        nn = 5000 + 500 * (x - x.mean()) / np.abs(x).max()
        assert features.fluctuation_exponent(nn, shortest=16, longest=64) == pytest.approx(wanted, abs=0.05)


def test_fluctuation_equals_its_definition() -> None:
    x = clean(500)
    lengths = np.arange(4, 17)
    profile = np.cumsum(x - x.mean())
    fluctuation = []
    for n in lengths:
        windows = profile[: len(x) // n * n].reshape(-1, n)
        t = np.arange(n)
        lines = np.polynomial.polynomial.polyval(t, np.polynomial.polynomial.polyfit(t, windows.T, 1))
        fluctuation.append(math.sqrt(((windows - lines) ** 2).mean()))
    wanted = np.polyfit(np.log(lengths), np.log(fluctuation), 1)[0]
    assert features.fluctuation_exponent(x, shortest=4, longest=16) == pytest.approx(wanted, rel=1e-9)
    assert math.isnan(features.fluctuation_exponent(x[:4], shortest=4, longest=16))
    assert math.isnan(features.fluctuation_exponent([800.0] * 100, shortest=4, longest=16))
    with pytest.raises(hs.DomainError, match="shortest"):
        features.fluctuation_exponent(x, shortest=2, longest=16)
    with pytest.raises(hs.DomainError, match="longest"):
        features.fluctuation_exponent(x, shortest=4, longest=4)
