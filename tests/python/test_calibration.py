"""Calibrators: against scikit-learn, against a known truth, and as Python objects."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import heartsight as hs
import numpy as np
import pytest
from heartsight.calibration import Beta, HistogramBinning, Isotonic, Platt, Temperature, VennAbers
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

KINDS = {"beta": Beta, "platt": Platt, "isotonic": Isotonic, "temperature": Temperature, "venn_abers": VennAbers}


def cases(n: int, seed: int, truth: object) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-rng.uniform(-3, 3, size=n)))
    return p, (rng.random(n) < truth.transform(p)).astype(np.int64)


@pytest.mark.parametrize("seed", range(20))
def test_isotonic_equals_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.random(80) if seed % 2 else np.round(rng.random(80), 1)
    y = rng.integers(0, 2, size=80)
    weight = rng.integers(1, 5, size=80).astype(float)
    grid = np.linspace(0, 1, 201)
    oracle = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(p, y, sample_weight=weight)
    got = Isotonic().fit(p=p, y=y, weight=weight).transform(p=grid)
    np.testing.assert_allclose(got, oracle.predict(grid), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "parameters"), [("platt", (0.6, -0.8)), ("beta", (1.6, 0.7, -0.4)), ("temperature", (1.8,))]
)
def test_known_parameters_are_recovered(kind: str, parameters: tuple[float, ...]) -> None:
    truth = KINDS[kind](*parameters)
    p, y = cases(100_000, 1, truth)
    fitted = type(truth)().fit(p, y)
    np.testing.assert_allclose(fitted.parameters, parameters, atol=0.08)


@pytest.mark.parametrize("kind", KINDS)
def test_what_every_calibrator_owes(kind: str) -> None:
    p, y = cases(300, 2, Beta(1.2, 0.8, 0.1))
    calibrator = KINDS[kind]()
    assert not calibrator.is_fitted
    assert "not fitted" in repr(calibrator)
    with pytest.raises(hs.NotFittedError, match="fit"):
        calibrator.transform(p)
    assert calibrator.fit(p, y) is calibrator
    assert calibrator.is_fitted
    out = calibrator.transform(np.linspace(0, 1, 100))
    assert np.all(np.diff(out) >= 0)
    assert out.min() >= 0
    assert out.max() <= 1
    weight = np.arange(len(p)) % 3
    copies = KINDS[kind]().fit(np.repeat(p, weight), np.repeat(y, weight))
    weighted = KINDS[kind]().fit(p, y, weight=weight.astype(float))
    np.testing.assert_allclose(weighted.transform(p), copies.transform(p), atol=1e-7)
    again = pickle.loads(pickle.dumps(calibrator))
    np.testing.assert_array_equal(again.transform(p), calibrator.transform(p))
    assert not pickle.loads(pickle.dumps(KINDS[kind]())).is_fitted
    single = calibrator.transform(p.astype(np.float32))
    np.testing.assert_allclose(single, calibrator.transform(p), atol=1e-4)
    with pytest.raises(hs.DomainError, match="probability"):
        calibrator.transform([1.5])
    with pytest.raises(hs.DomainError, match="both classes"):
        calibrator.fit(p, np.ones_like(y))
    with pytest.raises(TypeError, match="y"):
        calibrator.fit(p, y.astype(float))
    with pytest.raises(hs.ShapeError, match="weight"):
        calibrator.fit(p, y, weight=[1.0])


def test_fitting_and_transforming_at_once_from_threads() -> None:
    p, y = cases(2000, 3, Beta(1.0, 1.0, 0.0))
    shared = Isotonic().fit(p, y)
    wanted = shared.transform(p)

    def work(i: int) -> bool:
        if i % 4 == 0:
            shared.fit(p, y)
        return bool(np.array_equal(shared.transform(p), wanted))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))


@pytest.mark.parametrize("kind", KINDS)
def test_cross_fit_never_uses_its_own_group(kind: str) -> None:
    p, y = cases(120, 4, Beta(1.0, 1.0, 0.0))
    group = np.arange(120) // 3
    before = hs.calibration.cross_fit(kind=kind, p=p, y=y, group=group)
    moved = 0
    for g in range(40):
        changed = y.copy()
        changed[3 * g], changed[3 * g + 2] = y[3 * g + 2], y[3 * g]  # strata, and so folds, stay
        after = hs.calibration.cross_fit(kind, p, changed, group=group)
        np.testing.assert_array_equal(after[group == g], before[group == g])
        moved += not np.array_equal(after, before)
    assert moved > 0


def test_band_covers_the_truth_at_about_its_level() -> None:
    """60 data sets at level 0.9: fewer than 46 or all 60 hits have a binomial probability below 0.3 % at 0.9."""
    truth = Platt(0.7, -0.3)
    wanted = truth.transform([0.4])[0]
    hits = 0
    for seed in range(60):
        p, y = cases(200, 100 + seed, truth)
        band = hs.calibration.calibration_band("platt", p, y, grid=[0.4], level=0.9, n_resamples=80, seed=seed)
        low, high = band.at(0.4)
        hits += low <= wanted <= high
    assert 46 <= hits <= 59


def test_band_is_seeded_and_threads_do_not_matter() -> None:
    p, y = cases(100, 5, Platt(1.0, 0.0))
    grid = np.linspace(0, 1, 11)
    a = hs.calibration.calibration_band("beta", p, y, grid=grid, n_resamples=50, seed=1)
    b = hs.calibration.calibration_band("beta", p, y, grid=grid, n_resamples=50, seed=1, n_threads=4)
    np.testing.assert_array_equal(a.low, b.low)
    np.testing.assert_array_equal(a.score, grid)
    assert np.all(a.low <= a.high)
    with pytest.raises(hs.DomainError, match="grid"):
        hs.calibration.calibration_band("beta", p, y, grid=[0.5, 0.4])
    with pytest.raises(hs.DomainError, match="kind"):
        hs.calibration.calibration_band("spline", p, y, grid=grid)


def test_expected_calibration_error() -> None:
    error = hs.calibration.expected_calibration_error(p=[0.2, 0.4, 0.9, 1.0], y=[0, 1, 1, 0], n_bins=2)
    assert error == pytest.approx(0.325, abs=1e-15)
    with pytest.raises(hs.DomainError, match="n_bins"):
        hs.calibration.expected_calibration_error([0.5], [1], n_bins=0)


def test_histogram_binning() -> None:
    p, y = cases(300, 6, Beta(1.2, 0.8, 0.1))
    h = HistogramBinning().fit(p, y)
    assert len(h.parameters) == 29  # 14 edges, 15 shares
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(h)).transform(p), h.transform(p))
    assert len(np.unique(hs.calibration.cross_fit("histogram_binning", p, y))) <= 5 * 15
    assert hs.calibration.default is Beta


def test_isotonic_of_a_large_set_equals_scikit_learn() -> None:
    rng = np.random.default_rng(7)
    for p in (
        rng.random(200_000),
        np.round(rng.random(200_000), 3),
        rng.random(200_000) ** 20,
        rng.random(200_000).astype(np.float32),
    ):
        y = (rng.random(200_000) < 0.2 + 0.5 * p).astype(np.int64)
        oracle = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(p, y)
        grid = np.linspace(0, 1, 1001).astype(p.dtype)
        np.testing.assert_allclose(Isotonic().fit(p, y).transform(grid), oracle.predict(grid), rtol=0, atol=1e-6)
