"""Converted scikit-learn models against scikit-learn itself: the same leaves, sums to 1e-12."""

from __future__ import annotations

from typing import Any

import heartsight as hs
import numpy as np
import pytest
from heartsight.models import from_sklearn

ensemble = pytest.importorskip("sklearn.ensemble")
tree = pytest.importorskip("sklearn.tree")


def data(missing: float = 0.0) -> tuple[Any, Any]:
    rng = np.random.default_rng(5)
    X = np.round(rng.normal(size=(400, 6)), 2).astype(np.float32)  # values that stand on thresholds
    y = X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * rng.normal(size=400)
    X[rng.random(X.shape) < missing] = np.nan
    return X, y


CLASSIFIERS = [
    (tree.DecisionTreeClassifier, {}),
    (tree.ExtraTreeClassifier, {}),
    (ensemble.RandomForestClassifier, {"n_estimators": 20}),
    (ensemble.ExtraTreesClassifier, {"n_estimators": 20}),
    (ensemble.GradientBoostingClassifier, {"n_estimators": 15}),
    (ensemble.GradientBoostingClassifier, {"n_estimators": 15, "init": "zero"}),
    (ensemble.HistGradientBoostingClassifier, {"max_iter": 15}),
]
REGRESSORS = [
    (tree.DecisionTreeRegressor, {}),
    (tree.ExtraTreeRegressor, {}),
    (ensemble.RandomForestRegressor, {"n_estimators": 20}),
    (ensemble.ExtraTreesRegressor, {"n_estimators": 20}),
    (ensemble.GradientBoostingRegressor, {"n_estimators": 15, "subsample": 0.7}),
    (ensemble.HistGradientBoostingRegressor, {"max_iter": 15}),
    (ensemble.HistGradientBoostingRegressor, {"max_iter": 15, "loss": "poisson"}),
]


def takes_missing(kind: Any) -> bool:
    return not kind.__name__.startswith("GradientBoosting")


@pytest.mark.parametrize(("kind", "settings"), CLASSIFIERS)
@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_classifiers(kind: Any, settings: dict[str, Any], n_classes: int, missing: float) -> None:
    if missing and not takes_missing(kind):
        missing = 0.0
    X, y = data(missing)
    names = np.array(["normal", "odd", "other", "worse"])
    label = names[np.digitize(y, [0.0] if n_classes == 2 else [-1, 0, 1])]
    estimator = kind(random_state=1, **settings).fit(X, label)
    model = from_sklearn(estimator)
    np.testing.assert_allclose(model.predict_proba(X), estimator.predict_proba(X), rtol=1e-11, atol=1e-13)
    assert model.classes == list(estimator.classes_)
    if hasattr(estimator, "apply") and hasattr(estimator, "estimators_"):
        np.testing.assert_array_equal(model.predict_leaf(X), estimator.apply(X).reshape(len(X), -1))


@pytest.mark.parametrize(("kind", "settings"), REGRESSORS)
@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_regressors(kind: Any, settings: dict[str, Any], missing: float) -> None:
    X, y = data(missing if takes_missing(kind) else 0.0)
    y = np.exp(y / 4) if settings.get("loss") == "poisson" else y
    estimator = kind(random_state=1, **settings).fit(X, y)
    model = from_sklearn(estimator)
    np.testing.assert_allclose(model.predict_response(X)[:, 0], estimator.predict(X), rtol=1e-11, atol=1e-13)
    assert model.n_classes == 0


def test_split_on_missing_alone() -> None:
    # The only information is whether a value is there: HistGradientBoosting stores the threshold +infinity.
    rng = np.random.default_rng(0)
    X = np.full((300, 1), 2.0, dtype=np.float32)
    X[rng.random(300) < 0.5] = np.nan
    y = np.isnan(X[:, 0]) * 3.0
    for kind in (ensemble.HistGradientBoostingRegressor, ensemble.RandomForestRegressor):
        estimator = kind(random_state=0).fit(X, y)
        Z = np.array([[np.nan], [2], [np.inf], [-np.inf]], dtype=np.float32)[: 4 if "Hist" in kind.__name__ else 2]
        np.testing.assert_allclose(from_sklearn(estimator).predict_response(Z)[:, 0], estimator.predict(Z), rtol=1e-11)


def test_refused_by_name() -> None:
    X, y = data()
    with pytest.raises(TypeError, match="IsolationForest"):
        from_sklearn(ensemble.IsolationForest())
    with pytest.raises(hs.NotFittedError, match="RandomForestRegressor"):
        from_sklearn(ensemble.RandomForestRegressor())
    with pytest.raises(ValueError, match="exponential"):
        from_sklearn(ensemble.GradientBoostingClassifier(loss="exponential", n_estimators=2).fit(X, y > 0))
    with pytest.raises(ValueError, match="several outputs"):
        from_sklearn(ensemble.RandomForestRegressor(n_estimators=2).fit(X, np.stack([y, y], axis=1)))
    init = tree.DecisionTreeRegressor()
    with pytest.raises(ValueError, match="init"):
        from_sklearn(ensemble.GradientBoostingRegressor(init=init, n_estimators=2).fit(X, y))
    codes = np.abs(np.round(X))
    with pytest.raises(ValueError, match="categorical"):
        from_sklearn(ensemble.HistGradientBoostingRegressor(max_iter=2, categorical_features=[0]).fit(codes, y))
