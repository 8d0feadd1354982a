"""Measures of calibration: against definitions in NumPy, SciPy and scikit-learn, and against a known truth."""

from __future__ import annotations

import heartsight as hs
import numpy as np
import pytest
from heartsight import calibration
from numpy.typing import NDArray
from scipy.stats import norm
from sklearn.calibration import calibration_curve as sklearn_curve
from sklearn.linear_model import LogisticRegression


def cases(n: int, seed: int, power: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    p = rng.random(n)
    return p, (rng.random(n) < p**power).astype(np.int64)


@pytest.mark.parametrize("seed", range(5))
def test_reliability_curve_equals_scikit_learn(seed: int) -> None:
    p, y = cases(500, seed)
    got = calibration.reliability_curve(p=p, y=y, n_bins=10)
    observed, mean = sklearn_curve(y, p, n_bins=10)
    np.testing.assert_allclose(got.observed, observed, atol=1e-12)
    np.testing.assert_allclose(got.mean_probability, mean, atol=1e-12)
    weight = got.n / 500
    assert got.expected_calibration_error == pytest.approx(float((weight * np.abs(observed - mean)).sum()), abs=1e-12)
    assert calibration.expected_calibration_error(p, y, n_bins=10) == pytest.approx(got.expected_calibration_error)
    assert got.n.sum() == 500
    assert got.n.dtype == np.int64
    single = calibration.reliability_curve(p.astype(np.float32), y, n_bins=10)
    assert single.expected_calibration_error == pytest.approx(got.expected_calibration_error, abs=2e-3)


def test_slope_and_intercept_equal_scikit_learn() -> None:
    p, y = cases(3000, 1, 1.5)
    logit = np.log(p / (1 - p))
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(logit[:, None], y)
    line = calibration.calibration_line(p, y)
    assert line.slope.value == pytest.approx(float(oracle.coef_[0, 0]), abs=1e-4)
    assert line.intercept_at_slope == pytest.approx(float(oracle.intercept_[0]), abs=1e-4)
    fitted = 1 / (1 + np.exp(-(logit + line.intercept.value)))
    assert float((y - fitted).sum()) == pytest.approx(0, abs=1e-6)  # the offset fit's score equation
    x = np.column_stack([np.ones_like(logit), logit])
    q = oracle.predict_proba(logit[:, None])[:, 1]
    wald = norm.ppf(0.975) * np.sqrt(np.linalg.inv(x.T @ (x * (q * (1 - q))[:, None]))[1, 1])
    assert line.slope.high - line.slope.value == pytest.approx(wald, rel=0.05)
    assert line.slope.value - line.slope.low == pytest.approx(wald, rel=0.05)


def test_debiased_error_is_near_zero_for_a_perfect_model() -> None:
    plain, debiased = [], []
    for seed in range(40):
        p, y = cases(500, seed)
        plain.append(calibration.expected_calibration_error(p, y))
        debiased.append(calibration.debiased_calibration_error(p, y) ** 2)
    assert np.mean(plain) > 0.04
    assert np.sqrt(np.mean(debiased)) < 0.035


def test_protocol_keeps_the_fault() -> None:
    p = np.append(np.full(9, 0.15), 0.95)
    y = np.zeros(10, dtype=np.int64)
    got = calibration.expected_calibration_error(p, y, protocol="clinical_recommender")
    assert got == pytest.approx(0.9 * 0.95)  # the weight of the second bin goes to the last one's gap
    with pytest.raises(hs.DomainError, match="protocol"):
        calibration.expected_calibration_error(p, y, protocol="other")


def test_perfect_model_error_is_the_published_one() -> None:
    """Uniform risks, 15 bins: 0.121 at n = 100 and 0.054 at 500 in a NumPy simulation of 2,000 sets."""
    rng = np.random.default_rng(0)
    for n, wanted in ((100, 0.121), (500, 0.054)):
        expected = [
            calibration.reliability_test(rng.random(n), np.zeros(n, dtype=np.int64)).expected for _ in range(20)
        ]
        assert np.mean(expected) == pytest.approx(wanted, abs=0.003)


def test_smooth_error_curve_and_brier() -> None:
    p, y = cases(2000, 2, 2.0)
    smooth = calibration.smooth_calibration_error(p, y)
    assert smooth == pytest.approx(1 / 6, abs=0.03)  # the integral of p - p^2
    for method in ("loess", "spline"):
        curve = calibration.calibration_curve(p, y, method=method)
        assert curve.integrated_calibration_index == pytest.approx(1 / 6, abs=0.03)
        assert curve.median_error <= curve.ninetieth_error <= curve.maximum_error
        assert np.all(curve.low <= curve.observed)
        assert np.all(curve.observed <= curve.high)
    d = calibration.brier_decomposition(p, y, n_bins=7, binning="equal_mass")
    total = d.reliability - d.resolution + d.uncertainty + d.within_bin_variance - d.within_bin_covariance
    assert total == pytest.approx(hs.metrics.brier_score(y, p), abs=1e-14)
    z = ((y - p) * (1 - 2 * p)).sum() / np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    test = calibration.spiegelhalter_test(p, y)
    assert test.z == pytest.approx(z)
    assert test.p_value == pytest.approx(2 * norm.sf(abs(z)))


def test_measure_interval_by_patient() -> None:
    p, y = cases(200, 3)
    patient = np.arange(200) // 4
    one = calibration.measure_interval("auroc", p, y, group=patient, n_resamples=200, seed=4)
    two = calibration.measure_interval("auroc", p, y, group=patient, n_resamples=200, seed=4, n_threads=3)
    assert (one.low, one.high) == (two.low, two.high)
    assert one.n_groups == 50
    assert one.low < one.value < one.high
    copies = calibration.measure_interval(
        "brier_score", np.repeat(p, 3), np.repeat(y, 3), group=np.repeat(np.arange(200), 3)
    )
    single = calibration.measure_interval("brier_score", p, y)
    assert copies.low == pytest.approx(single.low, abs=1e-9)
    with pytest.raises(hs.DomainError, match="name"):
        calibration.measure_interval("gini", p, y)
    with pytest.raises(hs.DomainError, match="method"):
        calibration.measure_interval("auroc", p, y, method="wald")


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda p, y: calibration.reliability_curve(p, y, binning="both"), "binning"),
        (lambda p, y: calibration.calibration_curve(p, y, method="lowess"), "method"),
        (lambda p, y: calibration.reliability_test(p, y, statistic="hosmer"), "statistic"),
        (lambda p, y: calibration.smooth_calibration_error(p + 1, y), "probability"),
        (lambda p, y: calibration.calibration_line(p, y + 1), "label"),
    ],
)
def test_bad_arguments_are_named(call: object, argument: str) -> None:
    p, y = cases(20, 0)
    with pytest.raises(hs.DomainError, match=argument):
        call(p, y)  # type: ignore[operator]
    with pytest.raises(TypeError, match="y"):
        calibration.calibration_line(p, y.astype(float))


def test_results_read_well() -> None:
    p, y = cases(100, 0)
    line = calibration.calibration_line(p, y)
    assert repr(line).startswith("CalibrationLine(intercept=Estimate(value=")
    assert line.to_dict()["slope"] == {"value": line.slope.value, "low": line.slope.low, "high": line.slope.high}
    curve = calibration.reliability_curve(p, y, n_bins=5)
    assert "n=array of 5" in repr(curve)
    assert curve.to_dict()["n"] == curve.n.tolist()
    assert "auroc=" in repr(hs.metrics.auroc_interval(y, p))
