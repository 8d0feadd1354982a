"""Calibration as netcal and scikit-learn compute it, where the definitions are the same (tools/make_calibration_golden.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import numpy.typing as npt
import pytest

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "golden" / "calibration" / "netcal.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def data() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    random = np.random.default_rng(GOLDEN["seed"])
    z = random.normal(-0.5, 2.0, GOLDEN["n"])
    y = (random.random(GOLDEN["n"]) < 1 / (1 + np.exp(-(0.6 * z - 0.5)))).astype(np.int64)
    return 1 / (1 + np.exp(-z)), y


def test_binned_errors_are_theirs(data: tuple[Any, Any]) -> None:
    p, y = data
    n_bins = GOLDEN["n_bins"]
    curve = hs.calibration.reliability_curve(p, y, n_bins=n_bins)
    assert curve.expected_calibration_error == pytest.approx(GOLDEN["ece_equal_width"], rel=1e-12)
    assert curve.maximum_calibration_error == pytest.approx(GOLDEN["mce_equal_width"], rel=1e-12)
    mass = hs.calibration.expected_calibration_error(p, y, n_bins=n_bins, binning="equal_mass")
    assert mass == pytest.approx(GOLDEN["ece_equal_mass"], rel=1e-12)
    filled = np.asarray(curve.n) > 0
    np.testing.assert_allclose(
        np.asarray(curve.mean_probability)[filled], GOLDEN["curve"]["mean_probability"], rtol=1e-12
    )
    np.testing.assert_allclose(np.asarray(curve.observed)[filled], GOLDEN["curve"]["observed"], rtol=1e-12)


def test_scores_are_theirs(data: tuple[Any, Any]) -> None:
    p, y = data
    assert hs.metrics.brier_score(y, p) == pytest.approx(GOLDEN["brier_score"], rel=1e-12)
    assert hs.metrics.log_loss(y, p) == pytest.approx(GOLDEN["log_loss"], rel=1e-12)
    assert hs.metrics.auroc(y, p) == pytest.approx(GOLDEN["auroc"], rel=1e-12)


@pytest.mark.parametrize(("name", "tolerance"), [("beta", 2e-5), ("temperature", 5e-6), ("isotonic", 1e-12)])
def test_calibrators_are_theirs(data: tuple[Any, Any], name: str, tolerance: float) -> None:
    """The tolerance is that of netcal's optimiser; isotonic regression has one answer."""
    fitted = {
        "beta": hs.calibration.Beta,
        "temperature": hs.calibration.Temperature,
        "isotonic": hs.calibration.Isotonic,
    }
    got = fitted[name]().fit(*data).transform(np.array(GOLDEN["at"]))
    np.testing.assert_allclose(got, GOLDEN["calibrated"][name], atol=tolerance, rtol=0)


def test_platt_differs_by_its_targets(data: tuple[Any, Any]) -> None:
    """Ours takes Platt's own targets, (n + 1) / (n + 2) and 1 / (n + 2); netcal's logistic regression takes 1 and 0."""
    p, y = data
    at = np.array(GOLDEN["at"])
    theirs = np.array(GOLDEN["calibrated"]["platt"])
    ours = hs.calibration.Platt().fit(p, y).transform(at)
    assert 1e-4 < np.abs(ours - theirs).max() < 5e-3
    # Without the targets it is the same: cases a thousand times over have targets of nearly 1 and 0.
    many = hs.calibration.Platt().fit(np.tile(p, 1000), np.tile(y, 1000)).transform(at)
    np.testing.assert_allclose(many, theirs, atol=2e-3, rtol=0)


def test_their_histogram_binning_is_the_reliability_curve(data: tuple[Any, Any]) -> None:
    """netcal bins by equal width, HistogramBinning here by equal numbers: its shares are the curve's."""
    p, y = data
    n_bins = GOLDEN["n_bins"]
    observed = np.asarray(hs.calibration.reliability_curve(p, y, n_bins=n_bins).observed)
    bins = (np.array(GOLDEN["at"]) * n_bins).astype(int)
    np.testing.assert_allclose(observed[bins], GOLDEN["calibrated"]["histogram_binning"], rtol=1e-12)
