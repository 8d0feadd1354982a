"""The tree engine against the installed xgboost: its own margins, bit for bit, on a zoo of models made here."""

from __future__ import annotations

import json
from typing import Any

import heartsight as hs
import numpy as np
import pytest
from heartsight.models import TreeEnsemble

xgb = pytest.importorskip("xgboost")


def data(n: int = 500, k: int = 8, seed: int = 0, missing: float = 0.0) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, k)).astype(np.float32)
    y = X[:, 0] + np.sin(2 * X[:, 1]) + 0.5 * rng.normal(size=n)
    if missing:
        X[rng.random(X.shape) < missing] = np.nan
    return X, y


def train(params: dict[str, Any], X: Any, y: Any, rounds: int = 12, **kwargs: Any) -> Any:
    settings = {"max_depth": 4, "verbosity": 0, "nthread": 1, "seed": 7, **params}
    return xgb.train(settings, xgb.DMatrix(X, y, **kwargs), rounds)


def margins(booster: Any, X: Any, **kwargs: Any) -> Any:
    return booster.inplace_predict(X, predict_type="margin", **kwargs).reshape(len(X), -1)


def both(booster: Any) -> list[TreeEnsemble]:
    return [TreeEnsemble.from_bytes(bytes(booster.save_raw(form))) for form in ("json", "ubj")]


def assert_equal_margins(booster: Any, X: Any, **kwargs: Any) -> None:
    """Through both file forms, in every batch size that takes a path of its own."""
    wanted = margins(booster, X, **kwargs).astype(np.float64)
    for model in both(booster):
        np.testing.assert_array_equal(model.predict_margin(X, **kwargs), wanted)
        for size in (1, 2, 3, 4, 5, 7, 8, 9, 13, 65, 130):
            np.testing.assert_array_equal(model.predict_margin(X[:size], **kwargs), wanted[:size])
        np.testing.assert_array_equal(model.predict_margin(X, n_threads=3, **kwargs), wanted)


@pytest.mark.parametrize("depth", range(1, 16))
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_every_depth(depth: int, missing: float) -> None:
    X, y = data(1500, missing=missing, seed=depth)
    params = {"objective": "binary:logistic", "max_depth": depth, "min_child_weight": 0}
    booster = train(params, X, y > 0, 19)
    assert_equal_margins(booster, X)
    assert_equal_margins(booster, data(300, missing=0.3, seed=99)[0])
    leaves = booster.predict(xgb.DMatrix(X), pred_leaf=True)
    for model in both(booster):
        np.testing.assert_array_equal(model.predict_leaf(X), leaves.astype(np.int32))
        base = model.arrays()["base_margin"]
        sums = model.predict_per_tree(X).sum(axis=1) + base[0]
        np.testing.assert_allclose(sums, model.predict_margin(X)[:, 0], atol=2e-5)


def test_infinities_and_extremes() -> None:
    X, y = data()
    booster = train({"max_depth": 6}, X, y)
    X = X.copy()
    X[::3, 0] = np.inf
    X[1::3, 1] = -np.inf
    X[2::3, 2] = np.float32(3.4e38)
    X[::5, 3] = -0.0
    X[::7, 4] = np.nan
    assert_equal_margins(booster, X)


@pytest.mark.parametrize("method", ["exact", "hist"])
def test_values_on_the_threshold(method: str) -> None:
    X, y = data(300, 3)
    X = np.round(X, 1)
    booster = train({"tree_method": method}, X, y)
    splits = both(booster)[1].arrays()["threshold"]
    up, down = np.float32(9), np.float32(-9)
    grid = np.resize(np.concatenate([splits, np.nextafter(splits, up), np.nextafter(splits, down)]), (400, 3))
    assert_equal_margins(booster, np.ascontiguousarray(grid.astype(np.float32)))


OBJECTIVES = [
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "reg:squarederror",
    "reg:squaredlogerror",
    "reg:logistic",
    "reg:pseudohubererror",
    "reg:absoluteerror",
    "reg:gamma",
    "reg:tweedie",
    "count:poisson",
    "survival:cox",
]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("base_score", [None, 0.3])
def test_objectives(objective: str, base_score: float | None) -> None:
    X, y = data()
    label = {"binary": y > 0, "reg": 1 / (1 + np.exp(-y)), "count": np.floor(np.exp(y / 2)), "survival": np.exp(y)}
    params: dict[str, Any] = {"objective": objective}
    if base_score is not None:
        params["base_score"] = base_score
    booster = train(params, X, label[objective.split(":")[0]])
    assert_equal_margins(booster, X)
    wanted = booster.inplace_predict(X).reshape(-1, 1)
    for model in both(booster):
        assert model.objective == objective
        if objective != "binary:logitraw":
            np.testing.assert_allclose(model.predict_response(X), wanted, rtol=3e-6, atol=1e-7)
        if objective == "binary:logistic":
            proba = model.predict_proba(X)
            assert proba.shape == (len(X), 2)
            np.testing.assert_allclose(proba[:, 1:], wanted, rtol=0, atol=3e-7)
            np.testing.assert_array_equal(proba.sum(axis=1), 1.0)
        elif objective != "binary:logitraw":
            with pytest.raises(hs.DomainError, match="has no classes"):
                model.predict_proba(X)


@pytest.mark.parametrize("n_classes", [3, 5, 40])
@pytest.mark.parametrize("objective", ["multi:softprob", "multi:softmax"])
def test_multi_class(n_classes: int, objective: str) -> None:
    X, y = data(600, missing=0.1)
    label = np.digitize(y, np.quantile(y, np.linspace(0, 1, n_classes + 1)[1:-1]))
    booster = train({"objective": objective, "num_class": n_classes}, X, label, 4)
    assert_equal_margins(booster, X)
    model = both(booster)[1]
    assert model.n_classes == n_classes
    assert model.classes == [str(c) for c in range(n_classes)]
    if objective == "multi:softprob":
        np.testing.assert_allclose(model.predict_proba(X), booster.inplace_predict(X), atol=3e-7)
    else:
        np.testing.assert_array_equal(model.predict_proba(X).argmax(axis=1), booster.inplace_predict(X))


@pytest.mark.parametrize("objective", ["rank:pairwise", "rank:ndcg", "rank:map"])
def test_ranking(objective: str) -> None:
    X, y = data(400)
    booster = train({"objective": objective}, X, (y > 0).astype(int), qid=np.arange(400) // 20)
    assert_equal_margins(booster, X)


def test_accelerated_failure_time() -> None:
    X, y = data(400)
    matrix = xgb.DMatrix(X)
    matrix.set_float_info("label_lower_bound", np.exp(y))
    matrix.set_float_info("label_upper_bound", np.exp(y) + 0.1)
    booster = xgb.train({"objective": "survival:aft", "max_depth": 3}, matrix, 8)
    assert_equal_margins(booster, X)
    np.testing.assert_allclose(both(booster)[0].predict_response(X)[:, 0], booster.inplace_predict(X), rtol=3e-6)


@pytest.mark.parametrize("onehot", [1, 100])
def test_categorical_splits(onehot: int) -> None:
    rng = np.random.default_rng(3)
    X, y = data(800, missing=0.05)
    X[:, 0] = rng.integers(0, 70, 800)
    X[:, 3] = rng.integers(0, 5, 800)
    y = y + np.isin(X[:, 0], [1, 7, 33, 69]) * 3.0 + (X[:, 3] == 2)
    types = ["c", "q", "q", "c", "q", "q", "q", "q"]
    kinds = {"feature_types": types, "enable_categorical": True}
    booster = train({"max_depth": 6, "max_cat_to_onehot": onehot}, X, y, **kinds)
    assert len(both(booster)[0].arrays()["category_node"]) > 0
    assert_equal_margins(booster, X)
    Z = X.copy()
    Z[::2, 0] = rng.integers(0, 200, 400)  # categories that no tree has seen
    Z[::3, 0] = np.nan
    Z[5:33, 0] = [-1, -0.5, 0.5, 1.9, 1e9, np.inf, -np.inf] * 4
    wanted = booster.inplace_predict(Z, predict_type="margin").astype(np.float64)
    for model in both(booster):
        np.testing.assert_array_equal(model.predict_margin(Z)[:, 0], wanted)


def test_thousands_of_columns() -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(150, 4000)).astype(np.float32)
    booster = train({"max_depth": 6}, X, X[:, 3999] + X[:, 17], 20)
    assert_equal_margins(booster, X)


def test_more_columns_than_a_compact_node_can_name() -> None:
    rng = np.random.default_rng(5)
    X = np.zeros((60, 70_000), dtype=np.float32)
    X[:, 69_990:] = rng.normal(size=(60, 10))
    booster = train({"max_depth": 3}, X, X[:, 69_995] + X[:, 69_999], 5)
    np.testing.assert_array_equal(both(booster)[1].predict_margin(X), margins(booster, X))


@pytest.mark.parametrize("params", [{"rate_drop": 0.3}, {"rate_drop": 0.5, "normalize_type": "forest", "one_drop": 1}])
def test_dart(params: dict[str, Any]) -> None:
    X, y = data(missing=0.1)
    booster = train({"booster": "dart", "objective": "binary:logistic", **params}, X, y > 0, 30)
    for model in both(booster):
        assert (model.arrays()["tree_weight"] != 1).any()
        np.testing.assert_allclose(model.predict_margin(X), margins(booster, X), atol=2e-6)


def test_early_stopping_and_ranges() -> None:
    X, y = data(600)
    fit, held = xgb.DMatrix(X[:300], y[:300] > 0), xgb.DMatrix(X[300:], y[300:] > 0)
    params = {"objective": "binary:logistic", "max_depth": 6, "eta": 1.0}
    booster = xgb.train(params, fit, 60, evals=[(held, "held")], early_stopping_rounds=5, verbose_eval=False)
    best = booster.best_iteration
    for model in both(booster):
        assert model.best_iteration == best
        assert model.n_iterations > best + 1
        np.testing.assert_array_equal(model.predict_margin(X), margins(booster, X))  # all rounds, as Booster does
        for r in [(0, best + 1), (1, 3), (2, 3), (0, 0)]:
            wanted = margins(booster, X, iteration_range=r)
            np.testing.assert_array_equal(model.predict_margin(X, iteration_range=r), wanted)
        for bad in [(0, 1000), (3, 2), (-1, 2)]:
            with pytest.raises(hs.DomainError, match="iteration_range"):
                model.predict_leaf(X, iteration_range=bad)


def test_slice_of_a_stopped_model() -> None:
    X, y = data(400)
    booster = train({}, X, y, 10)
    booster.set_attr(best_iteration="8")
    assert both(booster[2:5])[0].best_iteration is None
    assert_equal_margins(booster[2:5], X)


def test_parallel_trees_per_round() -> None:
    X, y = data(400)
    params = {"num_parallel_tree": 4, "subsample": 0.5, "objective": "multi:softprob", "num_class": 3}
    booster = train(params, X, np.digitize(y, [-0.5, 0.5]), 3)
    model = both(booster)[0]
    assert (model.n_iterations, model.n_trees) == (3, 36)
    assert_equal_margins(booster, X)
    wanted = margins(booster, X, iteration_range=(1, 2))
    np.testing.assert_array_equal(model.predict_margin(X, iteration_range=(1, 2)), wanted)


def test_pruned_trees_keep_their_node_numbers() -> None:
    X, y = data(400)
    booster = train({"tree_method": "exact", "gamma": 3.0, "max_depth": 6}, X, y)
    raw = json.loads(bytes(booster.save_raw("json")))
    trees = raw["learner"]["gradient_booster"]["model"]["trees"]
    assert any(int(tree["tree_param"]["num_deleted"]) > 0 for tree in trees)
    assert_equal_margins(booster, X)
    leaves = booster.predict(xgb.DMatrix(X), pred_leaf=True)
    for model in both(booster):
        np.testing.assert_array_equal(model.predict_leaf(X), leaves.astype(np.int32))


@pytest.mark.parametrize("strategy", ["multi_output_tree", "one_output_per_tree"])
def test_several_targets(strategy: str) -> None:
    X, y = data(400)
    booster = train({"multi_strategy": strategy, "tree_method": "hist"}, X, np.stack([y, X[:, 2], -y], axis=1))
    assert_equal_margins(booster, X)
    for model in both(booster):
        assert model.n_outputs == 3
        per_tree = model.predict_per_tree(X)
        assert per_tree.shape == ((400, 12, 3) if strategy == "multi_output_tree" else (400, 36))


def test_quantile_regression() -> None:
    X, y = data(400)
    booster = train({"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}, X, y)
    assert_equal_margins(booster, X)


def test_a_single_leaf_and_no_tree() -> None:
    X, y = data(50)
    assert_equal_margins(train({"gamma": 1e9}, X, y, 3), X)
    empty = train({}, X, y, 0)
    for model in both(empty):
        assert model.n_trees == 0
        assert model.predict_leaf(X).shape == (50, 0)
        np.testing.assert_array_equal(model.predict_margin(X), margins(empty, X))


def test_missing_sentinel() -> None:
    X, y = data(missing=0.2)
    booster = train({}, X, y)
    marked = np.where(np.isnan(X), np.float32(-999), X)
    for model in both(booster):
        wanted = margins(booster, X)
        for size in (1, 3, 500):
            np.testing.assert_array_equal(model.predict_margin(marked[:size], missing=-999), wanted[:size])
            doubles = marked[:size].astype(np.float64)
            np.testing.assert_array_equal(model.predict_margin(doubles, missing=-999.0), wanted[:size])


def test_doubles_are_rounded_to_float32() -> None:
    X, y = data()
    booster = train({}, X, y)
    wide = X.astype(np.float64) + 1e-12
    model = both(booster)[0]
    np.testing.assert_array_equal(model.predict_margin(wide), margins(booster, wide))
    np.testing.assert_array_equal(model.predict_margin(wide[:1]), margins(booster, wide[:1]))


def test_gblinear_is_refused_by_name() -> None:
    X, y = data(100)
    booster = xgb.train({"booster": "gblinear", "verbosity": 0}, xgb.DMatrix(X, y), 2)
    for form in ("json", "ubj"):
        with pytest.raises(hs.FormatError, match="gblinear"):
            TreeEnsemble.from_bytes(bytes(booster.save_raw(form)))
