"""Metrics against scikit-learn 1.9."""

from __future__ import annotations

import heartsight as hs
import numpy as np
import pytest
import sklearn.metrics
from numpy.typing import NDArray


def data(seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 200))
    y = rng.integers(0, 2, size=n)
    y[:2] = [0, 1]
    score = rng.random(n)
    return y, np.round(score, 1) if seed % 2 else score  # every other with many ties


@pytest.mark.parametrize("seed", range(40))
def test_equal_to_scikit_learn(seed: int) -> None:
    y, s = data(seed)
    assert hs.metrics.auroc(label=y, score=s) == pytest.approx(sklearn.metrics.roc_auc_score(y, s), abs=1e-12)
    wanted = sklearn.metrics.average_precision_score(y, s)
    assert hs.metrics.average_precision(label=y, score=s) == pytest.approx(wanted, abs=1e-12)
    wanted = sklearn.metrics.brier_score_loss(y, s)
    assert hs.metrics.brier_score(label=y, probability=s) == pytest.approx(wanted, abs=1e-12)
    counts = hs.metrics.confusion_counts(label=y, score=s, threshold=0.5)
    tn, fp, fn, tp = sklearn.metrics.confusion_matrix(y, s >= 0.5, labels=[0, 1]).ravel()
    got = (counts.true_negative, counts.false_positive, counts.false_negative, counts.true_positive)
    assert got == (tn, fp, fn, tp)


def test_one_class_is_nan() -> None:
    assert np.isnan(hs.metrics.auroc([1, 1], [0.1, 0.2]))
    assert np.isnan(hs.metrics.auroc([0, 0], [0.1, 0.2]))
    assert np.isnan(hs.metrics.average_precision([0, 0], [0.1, 0.2]))
    assert np.isnan(hs.metrics.confusion_counts([1], [0.9], threshold=0.5).specificity)


def test_dtypes_and_strides() -> None:
    y, s = data(4)
    wanted = hs.metrics.auroc(y, s)
    assert hs.metrics.auroc(y.astype(np.int8), s) == wanted
    assert hs.metrics.auroc(y.astype(bool), s) == wanted
    assert hs.metrics.auroc(np.repeat(y, 2)[::2], np.repeat(s, 2)[::2]) == wanted
    assert hs.metrics.auroc(y.tolist(), s.tolist()) == wanted
    with pytest.raises(TypeError, match="label"):
        hs.metrics.auroc(y.astype(float), s)  # a label of 0.5 must not become 0
    with pytest.raises(hs.DomainError, match=r"score\[1\]"):
        hs.metrics.auroc([0, 1], [0.1, np.nan])
    with pytest.raises(hs.ShapeError, match="score"):
        hs.metrics.auroc([0, 1], [0.1])
    with pytest.raises(hs.ShapeError):
        hs.metrics.auroc([], [])
    with pytest.raises(hs.DomainError, match="label"):
        hs.metrics.brier_score([2], [0.5])


def test_group_folds() -> None:
    rng = np.random.default_rng(0)
    group = rng.integers(0, 60, size=300)
    stratum = rng.integers(0, 3, size=300)
    fold = hs.metrics.group_folds(group=group, stratum=stratum, n_folds=5, seed=7)
    assert set(fold) == set(range(5))
    for g in np.unique(group):
        assert len(set(fold[group == g])) == 1
    np.testing.assert_array_equal(fold, hs.metrics.group_folds(group, stratum, n_folds=5, seed=7))
    np.testing.assert_array_equal(hs.metrics.group_folds(np.arange(8), n_folds=4, seed=1), [0, 1, 2, 3, 1, 3, 2, 0])
    with pytest.raises(hs.DomainError, match="n_folds"):
        hs.metrics.group_folds(group, n_folds=61)
