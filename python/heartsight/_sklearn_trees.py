"""The converter from scikit-learn's fitted tree models to the engine's flat arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from heartsight._core.models import TreeEnsemble

__all__ = ["from_sklearn"]


def from_sklearn(estimator: Any) -> TreeEnsemble:
    """The TreeEnsemble of a fitted scikit-learn tree model.

    Takes DecisionTree, ExtraTree, RandomForest, ExtraTrees, GradientBoosting and HistGradientBoosting, classifier or
    regressor. scikit-learn rounds X to float32 and compares ``x <= threshold`` in float64; each threshold becomes the
    smallest float32 above it, for which ``x < t`` says the same for every float32 x. So every row of float32 values
    ends in the same leaf, and sums are taken in float64: predictions agree to 1e-12. (HistGradientBoosting compares
    float64 values; this engine rounds them to float32 first, so pass float32 to get equal results.)

    Raises TypeError for other estimators, heartsight.NotFittedError before fit, and ValueError, by name, for what
    is not supported: several outputs, categorical splits, an ``init`` estimator, ``loss='exponential'``.
    """
    name = type(estimator).__name__
    if name in _FORESTS:
        return _forest(estimator, _attribute(estimator, "estimators_"))
    if name in _SINGLE_TREES:
        _attribute(estimator, "tree_")
        return _forest(estimator, [estimator])
    if name in ("GradientBoostingClassifier", "GradientBoostingRegressor"):
        return _gradient_boosting(estimator)
    if name in ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"):
        return _hist_gradient_boosting(estimator)
    raise TypeError(f"from_sklearn: {name} is not supported; see docs/trees.md")


_FORESTS = ("RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor")
_SINGLE_TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")


def _attribute(estimator: Any, name: str) -> Any:
    if not hasattr(estimator, name):
        from heartsight import NotFittedError

        raise NotFittedError(f"from_sklearn: {type(estimator).__name__} is not fitted")
    return getattr(estimator, name)


def _less_equal_thresholds(threshold: Any) -> tuple[Any, Any]:
    """Float32 t' with (x < t') == (x <= threshold), and where children must swap because no such t' exists."""
    wide = np.asarray(threshold, dtype=np.float64)
    largest = float(np.finfo(np.float32).max)
    swap = np.isposinf(wide)  # x <= inf holds for every number: compare with -inf and swap the children
    rounded = np.clip(wide, -largest, largest).astype(np.float32)
    with np.errstate(over="ignore"):  # the largest float32 is followed by infinity, as it should
        following = np.nextafter(rounded, np.float32(np.inf))
    above = np.where(rounded.astype(np.float64) > wide, rounded, following)
    above = np.where(wide >= largest, np.float32(np.inf), above)
    above = np.where(wide < -largest, np.float32(-largest), above)
    return np.where(swap, np.float32(-np.inf), above).astype(np.float32), swap


class _Builder:
    """Collects trees; leaves are rows of values."""

    def __init__(self) -> None:
        self.offset = [0]
        self.parts: dict[str, list[Any]] = {
            key: [] for key in ("split_feature", "threshold", "left_child", "right_child", "default_left", "leaf_value")
        }
        self.group: list[int] = []

    def add(
        self, left: Any, right: Any, feature: Any, threshold: Any, missing_left: Any, leaf_value: Any, group: int
    ) -> None:
        leaf = np.asarray(left) < 0
        limits, swap = _less_equal_thresholds(np.where(leaf, 0.0, threshold))
        swap &= ~leaf
        left, right = np.where(swap, right, left), np.where(swap, left, right)
        missing_left = np.where(swap, ~np.asarray(missing_left, dtype=bool), np.asarray(missing_left, dtype=bool))
        self.parts["split_feature"].append(np.where(leaf, -1, feature).astype(np.int32))
        self.parts["threshold"].append(np.where(leaf, np.float32(0), limits).astype(np.float32))
        self.parts["left_child"].append(np.where(leaf, -1, left).astype(np.int32))
        self.parts["right_child"].append(np.where(leaf, -1, right).astype(np.int32))
        self.parts["default_left"].append(np.where(leaf, False, missing_left).astype(np.uint8))
        self.parts["leaf_value"].append(np.asarray(leaf_value, dtype=np.float64)[leaf].ravel())
        self.offset.append(self.offset[-1] + leaf.size)
        self.group.append(group)

    def finish(self, *, weight: float, trees_per_round: int, base_margin: Any, **settings: Any) -> TreeEnsemble:
        n = len(self.group)
        arrays: dict[str, Any] = {key: np.concatenate(values) for key, values in self.parts.items()}
        return TreeEnsemble.from_arrays(
            tree_offset=np.asarray(self.offset, dtype=np.int64),
            tree_group=np.asarray(self.group, dtype=np.int32),
            tree_weight=np.full(n, weight),
            iteration_offset=np.arange(0, n + 1, trees_per_round, dtype=np.int64),
            base_margin=np.atleast_1d(np.asarray(base_margin, dtype=np.float64)),
            accumulation="float64",
            **arrays,
            **settings,
        )


def _names(estimator: Any) -> list[str]:
    return [str(name) for name in getattr(estimator, "feature_names_in_", [])]


def _add_cart(builder: _Builder, tree: Any, values: Any, group: int) -> None:
    missing = getattr(tree, "missing_go_to_left", None)
    if missing is None:
        nodes = tree.__getstate__()["nodes"]
        has_field = "missing_go_to_left" in (nodes.dtype.names or ())
        missing = nodes["missing_go_to_left"] if has_field else np.zeros(tree.node_count)
    builder.add(
        tree.children_left, tree.children_right, tree.feature, tree.threshold, np.asarray(missing) != 0, values, group
    )


def _forest(estimator: Any, trees: list[Any]) -> TreeEnsemble:
    if estimator.n_outputs_ != 1:
        raise ValueError("from_sklearn: several outputs are not supported")
    is_classifier = hasattr(estimator, "classes_")
    builder = _Builder()
    for member in trees:
        values = np.asarray(member.tree_.value)[:, 0, :]
        if is_classifier:
            total = values.sum(axis=1, keepdims=True)  # counts before scikit-learn 1.3, fractions since
            values = values / np.where(total == 0, 1.0, total)
        _add_cart(builder, member.tree_, values, 0)
    n_outputs = len(estimator.classes_) if is_classifier else 1
    return builder.finish(
        weight=1.0 / len(trees),
        trees_per_round=1,
        base_margin=np.zeros(n_outputs),
        leaf_size=n_outputs,
        n_features=int(estimator.n_features_in_),
        n_classes=n_outputs if is_classifier else 0,
        transform="identity",
        objective=f"sklearn:{type(estimator).__name__}",
        class_names=[str(c) for c in estimator.classes_] if is_classifier else [],
        feature_names=_names(estimator),
    )


def _boosted_settings(estimator: Any, n_outputs: int, transform: str) -> dict[str, Any]:
    is_classifier = hasattr(estimator, "classes_")
    if is_classifier:
        transform = "sigmoid" if n_outputs == 1 else "softmax"
    return {
        "n_features": int(estimator.n_features_in_),
        "n_classes": len(estimator.classes_) if is_classifier else 0,
        "transform": transform,
        "objective": f"sklearn:{type(estimator).__name__}",
        "class_names": [str(c) for c in estimator.classes_] if is_classifier else [],
        "feature_names": _names(estimator),
    }


def _gradient_boosting(estimator: Any) -> TreeEnsemble:
    stages = _attribute(estimator, "estimators_")
    if estimator.loss == "exponential":
        raise ValueError("from_sklearn: loss='exponential' is not supported")
    if estimator.init is not None and not (isinstance(estimator.init, str) and estimator.init == "zero"):
        raise ValueError("from_sklearn: an init estimator is not supported")
    n_outputs = stages.shape[1]
    # Without an init estimator the start is the same for every row.
    zeros = np.zeros((1, estimator.n_features_in_), dtype=np.float32)
    base = np.asarray(estimator._raw_predict_init(zeros), dtype=np.float64)[0]
    builder = _Builder()
    for stage in stages:
        for group, member in enumerate(stage):
            _add_cart(builder, member.tree_, np.asarray(member.tree_.value)[:, 0, 0], group)
    return builder.finish(
        weight=float(estimator.learning_rate),
        trees_per_round=n_outputs,
        base_margin=base,
        **_boosted_settings(estimator, n_outputs, "identity"),
    )


def _hist_gradient_boosting(estimator: Any) -> TreeEnsemble:
    stages = _attribute(estimator, "_predictors")
    if getattr(estimator, "_preprocessor", None) is not None or np.any(
        getattr(estimator, "is_categorical_", None) is not None
    ):
        raise ValueError("from_sklearn: categorical features are not supported")
    loss = str(getattr(estimator, "loss", ""))
    transform = "exponential" if loss in ("poisson", "gamma") else "identity"
    base = np.asarray(estimator._baseline_prediction, dtype=np.float64).ravel()
    builder = _Builder()
    for stage in stages:
        for group, predictor in enumerate(stage):
            nodes = predictor.nodes
            if nodes["is_categorical"].any():
                raise ValueError("from_sklearn: categorical splits are not supported")
            leaf = nodes["is_leaf"] != 0
            builder.add(
                np.where(leaf, -1, nodes["left"].astype(np.int64)),
                np.where(leaf, -1, nodes["right"].astype(np.int64)),
                nodes["feature_idx"],
                nodes["num_threshold"],
                nodes["missing_go_to_left"] != 0,
                nodes["value"],
                group,
            )
    return builder.finish(
        weight=1.0,
        trees_per_round=base.size,
        base_margin=base,
        **_boosted_settings(estimator, base.size, transform),
    )
