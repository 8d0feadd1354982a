"""What a candidate of the training settings stands for: how a class is learnt, scored and put into a bundle."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from heartsight import DomainError
from heartsight.models import TreeEnsemble, from_sklearn

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Candidate = dict[str, float]


class Learner(Protocol):
    """A fitted model of one class."""

    def scores(self, X: FloatArray) -> FloatArray: ...
    def ensemble(self) -> TreeEnsemble: ...


class BoostedTrees:
    """XGBoost's, by `rounds` and any of its parameters."""

    def __init__(self, X: FloatArray, y: IntArray, candidate: Candidate, seed: int) -> None:
        import xgboost

        parameters: dict[str, Any] = {k: v for k, v in candidate.items() if k != "rounds"}
        for name in ("max_depth", "num_parallel_tree"):
            if name in parameters:
                parameters[name] = int(parameters[name])
        settings = {**parameters, "objective": "binary:logistic", "nthread": 1, "seed": seed}
        self.booster = xgboost.train(settings, xgboost.DMatrix(X, y), int(candidate["rounds"]))

    def scores(self, X: FloatArray) -> FloatArray:
        import xgboost

        return np.asarray(self.booster.predict(xgboost.DMatrix(X)), dtype=np.float64)

    def ensemble(self) -> TreeEnsemble:
        return TreeEnsemble.from_bytes(bytes(self.booster.save_raw("ubj")))


class ExtraTrees:
    """scikit-learn's extremely randomised trees (Geurts et al. 2006, DOI 10.1007/s10994-006-6226-1), by `trees`,
    `min_samples_leaf` and `max_features` (the share of features that a split may choose from)."""

    def __init__(self, X: FloatArray, y: IntArray, candidate: Candidate, seed: int) -> None:
        from sklearn.ensemble import ExtraTreesClassifier

        self.forest = ExtraTreesClassifier(
            int(candidate["trees"]),
            min_samples_leaf=int(candidate.get("min_samples_leaf", 2)),
            max_features=float(candidate.get("max_features", 0.3)),
            random_state=seed,
        ).fit(X, y)

    def scores(self, X: FloatArray) -> FloatArray:
        return np.asarray(self.forest.predict_proba(X)[:, 1], dtype=np.float64)

    def ensemble(self) -> TreeEnsemble:
        return from_sklearn(self.forest)


KINDS: dict[str, type[BoostedTrees] | type[ExtraTrees]] = {"rounds": BoostedTrees, "trees": ExtraTrees}
"""The setting by which a candidate is known, and what it asks for."""


def kind_of(candidate: Candidate) -> str:
    """'rounds' or 'trees'; '' where a candidate has neither or both."""
    named = [key for key in KINDS if key in candidate]
    return named[0] if len(named) == 1 else ""


def check_forest(candidate: Candidate) -> None:
    """Raises DomainError for a setting that a forest does not know or cannot use."""
    unknown = sorted(set(candidate) - {"trees", "min_samples_leaf", "max_features"})
    if unknown:
        raise DomainError(f"TrainingConfig: candidates: {unknown[0]} is no setting of extremely randomised trees")
    leaf, share = candidate.get("min_samples_leaf", 2), candidate.get("max_features", 0.3)
    if leaf < 1 or leaf != int(leaf):
        raise DomainError(f"TrainingConfig: candidates: min_samples_leaf = {leaf}: must be a whole number above 0")
    if not 0 < share <= 1:
        raise DomainError(f"TrainingConfig: candidates: max_features = {share}: must be in (0, 1]")


def fit_class(X: FloatArray, y: IntArray, candidate: Candidate, *, seed: int, n_seeds: int) -> list[Learner]:
    """Models of one class, one per seed; their scores are averaged."""
    return [KINDS[kind_of(candidate)](X, y, candidate, seed + s) for s in range(n_seeds)]


def mean_scores(learners: list[Learner], X: FloatArray) -> FloatArray:
    return np.asarray(np.mean([learner.scores(X) for learner in learners], axis=0), dtype=np.float64)
