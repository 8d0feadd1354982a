"""CalibrationState, and the figures of a model before its outcomes are known."""

from __future__ import annotations

import csv
import os
import pickle
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.calibration import CalibrationState, label_free_performance
from sklearn.metrics import brier_score_loss, roc_auc_score


def cases(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    p = random.beta(0.6, 1.8, n)
    return p, (random.random(n) < p).astype(np.int64)


def test_the_state_says_what_the_arrays_say() -> None:
    p, y = cases(4000, 1)
    state = CalibrationState().update(p, y)
    assert (state.n, state.n_positive, state.n_unlabelled) == (4000, y.sum(), 0)
    assert state.mean_probability == pytest.approx(p.mean(), abs=1e-14)
    assert state.brier_score == pytest.approx(brier_score_loss(y, p), abs=1e-14)
    assert abs(state.auroc - roc_auc_score(y, p)) <= state.auroc_error < 0.002
    assert state.expected_calibration_error() == pytest.approx(
        hs.calibration.expected_calibration_error(p, y), abs=1e-13
    )
    bins = state.curve(10)
    assert sum(b.n for b in bins) == 4000
    line = state.line()
    assert line.slope.low < 1 < line.slope.high


def test_partitions_merge_to_the_same_bytes() -> None:
    p, y = cases(1001, 2)
    y[::7] = -1
    whole = CalibrationState().update(p, y)
    parts = [CalibrationState().update(p[i::3], y[i::3]) for i in (2, 0, 1)]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    assert merged == whole
    assert merged.to_bytes() == whole.to_bytes()
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert whole.n_unlabelled == 143
    assert "143 without" in repr(whole)
    known = y >= 0
    assert whole.mean_probability_unlabelled == pytest.approx(p[~known].mean(), abs=1e-14)
    with pytest.raises(hs.FormatError, match="another kind"):
        CalibrationState.from_bytes(hs.fairness.GroupState().to_bytes())
    with pytest.raises(hs.DomainError, match=r"p(robability)?\[1\]"):
        whole.update([0.5, 2.0])
    with pytest.raises(hs.ShapeError, match="y"):
        whole.update([0.5], [])
    assert whole == merged


def test_old_bytes_stay_readable() -> None:
    """Written by version 1; the file never changes."""
    path = Path(__file__).parent.parent / "artifacts" / "v1"
    state = CalibrationState.from_bytes((path / "calibration.state").read_bytes())
    assert (state.n, state.n_positive, state.n_unlabelled) == (4, 2, 1)
    assert state.brier_score == pytest.approx((0.04 + 0.25 + 0.01 + 0.0) / 4, abs=1e-15)
    groups = hs.fairness.GroupState.from_bytes((path / "groups.state").read_bytes())
    assert groups.cells["sex=female"].counts == (1, 0, 1, 0)
    assert groups.cells["sex=male"].n_unlabelled == 1


def test_expected_figures_without_outcomes() -> None:
    p, y = cases(20000, 3)
    e = label_free_performance(p, threshold=0.3)
    called = p >= 0.3
    truth = {
        "prevalence": y.mean(),
        "auroc": roc_auc_score(y, p),
        "sensitivity": called[y == 1].mean(),
        "specificity": 1 - called[y == 0].mean(),
        "positive_predictive_value": y[called].mean(),
        "brier_score": brier_score_loss(y, p),
    }
    for name, value in truth.items():
        of = getattr(e, name)
        assert of.low <= value <= of.high, name
        assert of.high - of.low < 0.04
    assert e.to_dict()["auroc"]["value"] == e.auroc.value
    assert label_free_performance(p.astype(np.float32), threshold=0.3).auroc.value == pytest.approx(
        e.auroc.value, abs=1e-6
    )
    with pytest.raises(hs.ShapeError, match="give both or none"):
        label_free_performance(p, p)


@pytest.mark.skipif("HEARTSIGHT_DATA" not in os.environ, reason="HEARTSIGHT_DATA names no folder")
def test_real_predictions_with_shifted_patients() -> None:
    """Younger and older patients than those of the reference: the figures found lie in the intervals as promised."""
    path = Path(os.environ["HEARTSIGHT_DATA"]) / "ptbxl_predictions" / "xresnet1d101_superclass_fold9.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    age = np.array([float(r["age"] or "nan") for r in rows])
    held = total = 0
    random = np.random.default_rng(5)
    for name in ("NORM", "MI", "STTC", "CD", "HYP"):
        p = np.array([float(r[f"p_{name}"]) for r in rows])
        y = np.array([int(r[f"y_{name}"]) for r in rows])
        reference = random.random(len(rows)) < 0.5
        for shifted in (age < 50, age >= 70):
            current = ~reference & shifted
            e = label_free_performance(p[current], p[reference], y[reference], n_simulations=300)
            truth = (y[current].mean(), roc_auc_score(y[current], p[current]))
            for of, value in zip((e.prevalence, e.auroc), truth, strict=True):
                held += of.low <= value <= of.high
                total += 1
    assert total == 20
    assert held >= 12, "age changes the relation of score and outcome a little: fewer than 19 may hold, most do"
