"""Multi-class calibrators, Venn-Abers and conformal sets as Python objects; coverage by simulation is tested in C++ too."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import pytest
from heartsight.calibration import ConformalDecisions, ConformalSets, SoftmaxCalibrator, VennAbers, cross_fit
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression


def draw(n: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 4, size=n)
    z = rng.normal(size=(n, 4)) * 1.5
    z[np.arange(n), y] += 1.5
    e = np.exp(2.0 * z)
    return e / e.sum(axis=1, keepdims=True), y


@pytest.mark.parametrize("score", ["lac", "aps"])
def test_sets_cover(score: str) -> None:
    """300 calibration sets of 80, 40 new cases each: the standard error of the coverage is about 0.003."""
    hits = []
    for seed in range(300):
        p, y = draw(120, seed)
        sets = ConformalSets(score=score, alpha=0.2, seed=seed).fit(p[:80], y[:80])
        member = sets.predict(p[80:], seed=seed + 1000)
        assert member.dtype == bool
        hits.append(member[np.arange(40), y[80:]].mean())
    assert 0.785 < np.mean(hits) < 0.83  # ceil(81 * 0.8) / 81 = 0.802


def test_sets_one_by_one_are_those_of_all() -> None:
    p, y = draw(1500, 5)
    sets = ConformalSets(score="aps", alpha=0.2).fit(p[:1000], y[:1000])
    together = sets.predict(p[1000:])
    one_by_one = np.concatenate([sets.predict(p[i : i + 1]) for i in range(1000, 1500)])
    np.testing.assert_array_equal(one_by_one, together)
    assert (sets.predict(p[1000:], seed=2) != together).any()
    assert 0.74 < one_by_one[np.arange(500), y[1000:]].mean() < 0.86  # three standard errors


def test_sets_by_group_and_class() -> None:
    p, y = draw(400, 1)
    group = np.arange(400) % 3
    sets = ConformalSets(class_conditional=True).fit(p, y, group=group)
    assert sets.threshold.shape == (3, 4)
    np.testing.assert_array_equal(sets.groups, [0, 1, 2])
    with pytest.raises(hs.DomainError, match="group"):
        sets.predict(p[:1], group=[7])
    with pytest.raises(hs.ShapeError, match="group"):
        sets.predict(p[:1])
    with pytest.raises(hs.NotFittedError):
        ConformalSets().predict(p)
    with pytest.raises(hs.DomainError, match="score"):
        ConformalSets(score="raps")


def test_decisions_abstain() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, size=(500, 2))
    p = 1 / (1 + np.exp(-(rng.normal(size=(500, 2)) + 2 * y - 1)))
    decisions = ConformalDecisions(alpha=0.1).fit(p[:300], y[:300])
    answer = decisions.predict(p[300:])
    assert answer.dtype == np.int8
    assert set(np.unique(answer)) <= {0, 1, 2, 3}
    assert (answer == 2).any()
    for k in range(2):
        wrong = (answer[:, k] != y[300:, k]) & (answer[:, k] != 2)
        assert wrong.mean() < 0.17  # 0.1 is promised on average; one draw of 200
    threshold = hs.calibration.risk_controlling_threshold(p[:300], y[:300], alpha=0.1)
    called = p[300:] >= threshold
    positives = np.maximum(y[300:].sum(axis=1), 1)
    assert ((y[300:] * ~called).sum(axis=1) / positives).mean() < 0.17


def test_softmax_calibrator_equals_scikit_learn() -> None:
    p, y = draw(2000, 2)
    got = SoftmaxCalibrator(scaling="dirichlet", off_diagonal_penalty=0, intercept_penalty=0).fit(p, y)
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=5000).fit(np.log(p), y)
    np.testing.assert_allclose(got.transform(p), oracle.predict_proba(np.log(p)), atol=1e-4)
    for scaling in ("temperature", "vector", "dirichlet"):
        c = SoftmaxCalibrator(scaling=scaling)
        with pytest.raises(hs.NotFittedError):
            c.transform(p)
        assert c.fit(p, y) is c
        before, after = (hs.metrics.multi_class_log_loss(y, q) for q in (p, c.transform(p)))
        assert after < before
    assert c.matrix.shape == (4, 4)
    with pytest.raises(hs.DomainError, match="scaling"):
        SoftmaxCalibrator(scaling="matrix")


def test_venn_abers_interval() -> None:
    rng = np.random.default_rng(3)
    p = rng.random(300)
    y = (rng.random(300) < p).astype(np.int64)
    v = VennAbers().fit(p, y)
    low, high = v.interval(p)
    mid = v.transform(p)
    np.testing.assert_allclose(mid, high / (1 - low + high), atol=1e-15)
    assert np.all(low <= mid)
    assert np.all(mid <= high)


def fitted() -> list[tuple[Any, Any]]:
    """Each object that travels, fitted, and an unfitted one of the same options."""
    p, y = draw(300, 11)
    group = np.arange(300) % 3 - 1
    labels = (p > 0.3).astype(int)
    made: list[tuple[Any, Any]] = [
        (SoftmaxCalibrator(scaling=s).fit(p, y), SoftmaxCalibrator(scaling=s))
        for s in ("temperature", "vector", "dirichlet")
    ]
    for options in ({"score": "aps", "alpha": 0.25, "seed": 3}, {"class_conditional": True, "alpha": 0.001}):
        made.append((ConformalSets(**options).fit(p, y, group=group), ConformalSets(**options)))  # type: ignore[arg-type]
    made.append((ConformalDecisions(alpha=0.2).fit(p, labels, group=group), ConformalDecisions(alpha=0.2)))
    return made


def test_they_travel_as_bytes_and_pickles() -> None:
    p, _ = draw(50, 12)
    group = np.arange(50) % 3 - 1
    for whole, empty in fitted():
        kind = type(whole)
        for one in (whole, empty):
            for again in (kind.from_bytes(one.to_bytes()), pickle.loads(pickle.dumps(one))):
                assert again == one
                assert again.to_bytes() == one.to_bytes()
        assert whole != empty
        again = kind.from_bytes(whole.to_bytes())
        if kind is SoftmaxCalibrator:
            np.testing.assert_array_equal(again.transform(p), whole.transform(p))
            assert again.scaling == whole.scaling
        else:
            np.testing.assert_array_equal(again.predict(p, group=group), whole.predict(p, group=group))
            assert again.alpha == whole.alpha
        with pytest.raises(hs.NotFittedError):
            (kind.from_bytes(empty.to_bytes()).transform if kind is SoftmaxCalibrator else empty.predict)(p)


def test_other_bytes_are_refused() -> None:
    for whole, _ in fitted():
        data = whole.to_bytes()
        for bad in (b"", b"HSST", data[:-1], data + b"x", data[:20] + bytes([data[20] ^ 1]) + data[21:]):
            with pytest.raises(hs.FormatError):
                type(whole).from_bytes(bad)
        with pytest.raises(hs.FormatError, match="another kind"):
            type(whole).from_bytes(hs.calibration.CalibrationState().to_bytes())
        with pytest.raises(TypeError):
            type(whole).from_bytes("text")


def test_old_bytes_stay_readable() -> None:
    """Written by version 1; the files never change."""
    folder = Path(__file__).parent.parent / "artifacts" / "v1"
    softmax = SoftmaxCalibrator.from_bytes((folder / "softmax_calibrator.state").read_bytes())
    assert softmax.scaling == "vector"
    assert softmax.matrix.shape == (3, 3)
    np.testing.assert_allclose(
        softmax.transform([[0.2, 0.3, 0.5]])[0],
        [0.13121778590797767, 0.07213896185535487, 0.7966432522366674],
        rtol=1e-12,
    )
    sets = ConformalSets.from_bytes((folder / "conformal_sets.state").read_bytes())
    assert (sets.score, sets.alpha, sets.groups.tolist()) == ("lac", 0.3, [-1, 4])
    np.testing.assert_array_equal(sets.threshold, [[0.875, 0.875], [0.625, 0.625]])
    decisions = ConformalDecisions.from_bytes((folder / "conformal_decisions.state").read_bytes())
    assert decisions.alpha == 0.4
    np.testing.assert_array_equal(decisions.threshold, [[[0.375, 0.5], [0.375, 0.375]]])


def test_cross_fit_of_several_classes() -> None:
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(4), size=200)
    y = rng.integers(0, 4, size=200)
    patient = np.arange(200) // 2
    for scaling in ("temperature", "vector", "dirichlet"):
        fitted = cross_fit(scaling, p, y, group=patient)
        assert fitted.shape == (200, 4)
        np.testing.assert_allclose(fitted.sum(axis=1), 1.0, atol=1e-12)
    # One temperature per fold: within a fold all rows have the same ratio of log ratios.
    fitted = cross_fit("temperature", p, y, group=patient)
    ratio = np.log(fitted[:, 0] / fitted[:, 1]) / np.log(p[:, 0] / p[:, 1])
    assert len(np.unique(ratio.round(6))) == 5
    with pytest.raises(hs.DomainError, match="scaling"):
        cross_fit("beta", p, y)
    with pytest.raises(hs.ShapeError):
        cross_fit("temperature", p[None], y)
