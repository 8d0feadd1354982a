"""Metrics against scikit-learn 1.9."""

from __future__ import annotations

import tracemalloc

import heartsight as hs
import numpy as np
import pandas as pd
import pyarrow as pa
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


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("size", [60, 5000])
def test_weights_and_curves_equal_scikit_learn(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, size=size)
    p = np.round(rng.random(size), 2 if seed % 2 else 12)
    w = rng.random(size) * rng.integers(0, 3, size=size)
    for mine, theirs in [
        (hs.metrics.auroc, sklearn.metrics.roc_auc_score),
        (hs.metrics.average_precision, sklearn.metrics.average_precision_score),
        (hs.metrics.brier_score, sklearn.metrics.brier_score_loss),
        (hs.metrics.log_loss, sklearn.metrics.log_loss),
    ]:
        assert mine(y, p) == pytest.approx(theirs(y, p), abs=1e-12)
        assert mine(y, p, weight=w) == pytest.approx(theirs(y, p, sample_weight=w), abs=1e-12)
    roc = hs.metrics.roc_curve(y, p)
    fpr, tpr, threshold = sklearn.metrics.roc_curve(y, p, drop_intermediate=False)
    np.testing.assert_allclose(roc.false_positive_rate, fpr, atol=1e-15)
    np.testing.assert_allclose(roc.true_positive_rate, tpr, atol=1e-15)
    np.testing.assert_array_equal(roc.threshold, threshold)
    curve = hs.metrics.precision_recall_curve(y, p)
    precision, recall, threshold = sklearn.metrics.precision_recall_curve(y, p)
    np.testing.assert_allclose(curve.precision, precision, atol=1e-15)
    np.testing.assert_allclose(curve.recall, recall, atol=1e-15)
    np.testing.assert_array_equal(curve.threshold, threshold)
    sums = hs.metrics.confusion_weights(y, p, w, threshold=0.4)
    tn, fp, fn, tp = sklearn.metrics.confusion_matrix(y, p >= 0.4, sample_weight=w).ravel()
    np.testing.assert_allclose([sums.true_negative, sums.false_positive, sums.false_negative, sums.true_positive],
                               [tn, fp, fn, tp])  # fmt: skip
    counts = hs.metrics.confusion_counts(y, p, threshold=0.4)
    called = p >= 0.4
    assert counts.f_beta(2.0) == pytest.approx(sklearn.metrics.fbeta_score(y, called, beta=2.0))
    assert counts.matthews_correlation == pytest.approx(sklearn.metrics.matthews_corrcoef(y, called))
    assert counts.balanced_accuracy == pytest.approx(sklearn.metrics.balanced_accuracy_score(y, called))
    ratios = sklearn.metrics.class_likelihood_ratios(y, called)
    assert counts.positive_likelihood_ratio == pytest.approx(ratios[0])
    assert counts.negative_likelihood_ratio == pytest.approx(ratios[1])


def test_float32_log_loss_equals_scikit_learn() -> None:
    y, p = [0, 1, 1], np.array([0.25, 0.0, 1.0], dtype=np.float32)
    assert hs.metrics.log_loss(y, p) == pytest.approx(sklearn.metrics.log_loss(y, p), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_multi_label_and_multi_class_equal_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, size=(200, 4))
    s = rng.random((200, 4))
    w = rng.random(200)
    for name, theirs in [
        ("auroc", sklearn.metrics.roc_auc_score),
        ("average_precision", sklearn.metrics.average_precision_score),
    ]:
        got = hs.metrics.class_measures(y, s, measure=name, weight=w)
        np.testing.assert_allclose(got.per_class, theirs(y, s, average=None, sample_weight=w), atol=1e-12)
        assert got.macro == pytest.approx(theirs(y, s, average="macro", sample_weight=w), abs=1e-12)
        assert got.micro == pytest.approx(theirs(y, s, average="micro", sample_weight=w), abs=1e-12)
        assert got.weighted == pytest.approx(theirs(y, s, average="weighted", sample_weight=w), abs=1e-12)
    index = rng.integers(0, 4, size=200)
    p = s / s.sum(axis=1, keepdims=True)
    got = hs.metrics.class_measures(hs.metrics.one_hot(index, 4), p)
    assert got.macro == pytest.approx(sklearn.metrics.roc_auc_score(index, p, multi_class="ovr"), abs=1e-12)
    assert hs.metrics.multi_class_log_loss(index, p) == pytest.approx(sklearn.metrics.log_loss(index, p), abs=1e-12)
    wanted = float(((p - np.eye(4)[index]) ** 2).sum(axis=1).mean())
    assert hs.metrics.multi_class_brier_score(index, p) == pytest.approx(wanted, abs=1e-12)
    with pytest.raises(hs.DomainError, match="measure"):
        hs.metrics.class_measures(y, s, measure="accuracy")
    with pytest.raises(hs.ShapeError, match="2 dimensions"):
        hs.metrics.class_measures(y[:, 0], s)


def test_delong_interval_and_comparison() -> None:
    y = [0, 0, 0, 0, 1, 1, 1, 1]
    a = [1, 2, 3, 6, 4, 5, 7, 8]
    got = hs.metrics.auroc_interval(label=y, score=a)
    # placements of positives 3/4, 3/4, 1, 1; of negatives 1, 1, 1, 1/2
    variance = np.var([0.75, 0.75, 1, 1], ddof=1) / 4 + np.var([1, 1, 1, 0.5], ddof=1) / 4
    assert got.auroc == 0.875
    assert got.standard_error == pytest.approx(np.sqrt(variance), abs=1e-12)
    assert 0 < got.low < 0.875 < got.high < 1
    both = hs.metrics.compare_auroc(label=y, score_a=a, score_b=a[::-1])
    assert both.difference == 0.75
    assert both.p_value < 0.05
    with pytest.raises(hs.DomainError, match="level"):
        hs.metrics.auroc_interval(y, a, level=2)


def test_decision_rates_equal_scipy() -> None:
    from scipy.stats import binomtest

    counts = hs.metrics.ConfusionCounts(true_positive=40, false_positive=30, true_negative=120, false_negative=10)
    for method, name in [("wilson", "wilson"), ("clopper_pearson", "exact")]:
        rates = hs.metrics.decision_rates(counts, method=method)
        wanted = binomtest(40, 50).proportion_ci(method=name)
        assert rates.sensitivity.low == pytest.approx(wanted.low, abs=1e-10)
        assert rates.sensitivity.high == pytest.approx(wanted.high, abs=1e-10)
    assert repr(counts).startswith("ConfusionCounts(true_positive=40")
    with pytest.raises(hs.DomainError, match="method"):
        hs.metrics.decision_rates(counts, method="wald")


def test_one_patient_has_no_interval() -> None:
    rng = np.random.default_rng(1)
    p = rng.random(60)
    y = (rng.random(60) < p).astype(np.int64)
    patient = np.zeros(60, dtype=np.int64)
    curve = hs.metrics.decision_curve(y, p, threshold=[0.2, 0.5], n_resamples=50, group=patient)
    assert np.isnan(curve.low).all()
    assert np.isnan(curve.high).all()
    assert np.isfinite(curve.net_benefit).all()
    for method in ("percentile", "basic", "bca"):
        got = hs.calibration.measure_interval("brier_score", p, y, group=patient, n_resamples=50, method=method)
        assert got.value == pytest.approx(hs.metrics.brier_score(y, p))
        assert np.isnan([got.low, got.high, got.standard_error]).all()
        assert got.n_groups == 1
    patient[:30] = 1
    assert np.isfinite(hs.calibration.measure_interval("brier_score", p, y, group=patient, n_resamples=50).low)


def test_decision_curve_and_threshold() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(500)
    y = (rng.random(500) < p).astype(np.int64)
    threshold = [0.1, 0.3, 0.6]
    curve = hs.metrics.decision_curve(y, p, threshold=threshold, n_resamples=100, group=np.arange(500) // 2)
    for i, t in enumerate(threshold):
        called = p >= t
        wanted = (y[called].sum() - (1 - y[called]).sum() * t / (1 - t)) / 500
        assert curve.net_benefit[i] == pytest.approx(wanted, abs=1e-12)
        assert hs.metrics.net_benefit(y, p, threshold=t) == pytest.approx(wanted, abs=1e-12)
        assert curve.low[i] <= wanted <= curve.high[i]
    choice = hs.metrics.choose_threshold(y, p, rule="sensitivity", target=0.9, n_resamples=50)
    assert choice.counts.sensitivity >= 0.9
    assert choice.low <= choice.threshold <= choice.high
    with pytest.raises(hs.DomainError, match="rule"):
        hs.metrics.choose_threshold(y, p, rule="best")


def test_columns_of_tables_are_used_in_place() -> None:
    n = 200_000
    rng = np.random.default_rng(0)
    p = rng.random(n)
    y = (rng.random(n) < p).astype(np.int64)
    wanted = hs.metrics.auroc(y, p)
    columns = [
        (y, p),
        (pd.Series(y), pd.Series(p)),
        (pa.array(y), pa.array(p)),
        (pa.chunked_array([y]), pa.chunked_array([p])),
    ]
    for labels, scores in columns:
        hs.metrics.auroc(labels, scores)  # what is imported at the first call is not a copy
        tracemalloc.start()
        assert hs.metrics.auroc(labels, scores) == wanted
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < p.nbytes / 4, type(scores)
    # What has to be converted still is.
    assert hs.metrics.auroc(pd.Series(y, dtype="int32"), pd.Series(p)[::-1][::-1]) == wanted
    assert hs.metrics.auroc(y.astype(bool), pd.Series(p)) == wanted
