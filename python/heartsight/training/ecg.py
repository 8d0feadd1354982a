"""Training of the superclass model: one-vs-rest trees on measurements (or the 108 statistics), calibrated on unseen scores."""

from __future__ import annotations

import json
import os
import platform
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import heartsight
from heartsight import DomainError
from heartsight.calibration import Beta, Isotonic, Platt, Temperature, calibration_band
from heartsight.metrics import auroc, group_folds
from heartsight.pipeline import Bundle, make_bundle
from heartsight.training.checkpoint import Arrays, Checkpoint, digest
from heartsight.training.config import TrainingConfig
from heartsight.training.dataset import LEADS, MODEL_RATE_HZ, EcgDataset, feature_schema
from heartsight.training.evaluation import Evaluation, evaluate_scores
from heartsight.training.learners import Candidate, Learner, fit_class, mean_scores
from heartsight.training.mlops_phase1 import train_mlops_phase1
from heartsight.training.monitoring import UnseenScores, with_monitor_reference
from heartsight.training.quiet import without_config_warnings
from heartsight.training.result import TrainingResult
from heartsight.training.strata import strata
from heartsight.training.superclasses import CLASSES

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Calibrator = Beta | Platt | Isotonic | Temperature
Say = Callable[[str], None]

CALIBRATORS: dict[str, type[Calibrator]] = {
    "beta": Beta,
    "platt": Platt,
    "isotonic": Isotonic,
    "temperature": Temperature,
}
BAND_GRID = np.linspace(0.0, 1.0, 201)


def _fit(X: FloatArray, y: IntArray, candidate: Candidate, config: TrainingConfig) -> list[Learner]:
    return fit_class(X, y, candidate, seed=config.seed, n_seeds=config.n_seeds)


def _fold_scores(
    X: FloatArray,
    Y: IntArray,
    fold: IntArray,
    candidate: Candidate,
    config: TrainingConfig,
    pool: ThreadPoolExecutor,
) -> FloatArray:
    """Out-of-fold scores (n, n_classes): each record scored by models that saw none of its fold's patients."""
    scores = np.full(Y.shape, np.nan)

    def one(job: tuple[int, int]) -> tuple[int, int, FloatArray]:
        f, k = job
        train, test = fold != f, fold == f
        if np.unique(Y[train, k]).size < 2:
            raise DomainError(f"train_ecg: class {CLASSES[k]} has only one outcome in the training part of a fold")
        return f, k, mean_scores(_fit(X[train], Y[train, k], candidate, config), X[test])

    jobs = [(int(f), k) for f in np.unique(fold) for k in range(Y.shape[1])]
    for f, k, values in pool.map(one, jobs):
        scores[fold == f, k] = values
    return scores


def _choose(
    X: FloatArray, Y: IntArray, fold: IntArray, config: TrainingConfig, pool: ThreadPoolExecutor
) -> tuple[int, FloatArray]:
    """The candidate with the best macro AUROC out of fold, and its scores."""
    best, best_value, best_scores = 0, -np.inf, np.empty(0)
    for i, candidate in enumerate(config.candidates):
        scores = _fold_scores(X, Y, fold, candidate, config, pool)
        values = [auroc(np.ascontiguousarray(Y[:, k]), np.ascontiguousarray(scores[:, k])) for k in range(Y.shape[1])]
        value = float(np.nanmean(values))
        if value > best_value:
            best, best_value, best_scores = i, value, scores
    return best, best_scores


def choose_threshold(y: IntArray, p: FloatArray, rule: str) -> float:
    """The threshold on calibrated probabilities that maximises F1 or Youden's index, halfway to the next lower score.

    Halfway, because a threshold on top of a training score belongs to that record alone.
    """
    values = np.unique(p)[::-1]
    positive = y.sum()
    best, best_at = -np.inf, 0
    for i, t in enumerate(values):
        called = p >= t
        true_positive = int(y[called].sum())
        if rule == "f1":
            quality = 2 * true_positive / (called.sum() + positive)
        else:
            quality = true_positive / positive - (called.sum() - true_positive) / (len(y) - positive)
        if quality > best:
            best, best_at = quality, i
    below = values[best_at + 1] if best_at + 1 < len(values) else 0.0
    return float(np.clip((values[best_at] + below) / 2, 1e-6, 1.0))


def _calibrate(scores: FloatArray, Y: IntArray, config: TrainingConfig) -> tuple[list[Calibrator], FloatArray]:
    calibrators: list[Calibrator] = []
    thresholds = np.empty(Y.shape[1])
    for k in range(Y.shape[1]):
        p, y = np.ascontiguousarray(scores[:, k]), np.ascontiguousarray(Y[:, k])
        calibrator = CALIBRATORS[config.calibrator]().fit(p, y)
        calibrators.append(calibrator)
        thresholds[k] = choose_threshold(y, calibrator.transform(p), config.threshold_rule)
    return calibrators, thresholds


def _transform(calibrators: list[Calibrator], scores: FloatArray) -> FloatArray:
    return np.stack([c.transform(np.ascontiguousarray(scores[:, k])) for k, c in enumerate(calibrators)], axis=1)


def _bundle_models(learners: list[list[Learner]]) -> list[dict[str, Any]]:
    return [
        {"classes": [CLASSES[k]], "weight": 1.0, "ensemble": learner.ensemble()}
        for k, of_class in enumerate(learners)
        for learner in of_class
    ]


def _subgroups(data: EcgDataset, rows: IntArray, probabilities: FloatArray) -> list[dict[str, Any]]:
    sex = np.array(data.sex)[rows]
    age = data.age_years[rows]
    groups = {
        "sex=female": sex == "female",
        "sex=male": sex == "male",
        "age<40": age < 40,
        "age=40-64": (age >= 40) & (age < 65),
        "age=65+": age >= 65,
    }
    result = []
    for name, member in groups.items():
        if not member.any():
            continue
        y, p = data.labels[rows][member], probabilities[member]
        values = [auroc(np.ascontiguousarray(y[:, k]), np.ascontiguousarray(p[:, k])) for k in range(len(CLASSES))]
        result.append({"group": name, "n": int(member.sum()), "n_positive": y.sum(axis=0).tolist(), "auroc": values})
    return result


def _age_range(data: EcgDataset) -> str:
    known = data.age_years[np.isfinite(data.age_years)]
    return f"{known.min():.0f} to {known.max():.0f}{'+' if known.max() >= 90 else ''}" if known.size else "unknown"


def _versions() -> dict[str, str]:
    import sklearn

    import xgboost

    return {
        "heartsight": heartsight.__version__,
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "xgboost": xgboost.__version__,
        "python": platform.python_version(),
    }


def _quantiles(features: FloatArray, level: FloatArray) -> FloatArray:
    """(n_features, n_levels) of the values that are there; NaN for a feature without any."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # such a feature
        return np.nanquantile(features, level, axis=0).T


def _assemble(
    data: EcgDataset,
    config: TrainingConfig,
    models: list[dict[str, Any]],
    calibration_scores: FloatArray,
    calibration_rows: IntArray,
    calibrators: list[Calibrator],
    thresholds: FloatArray,
    evaluation: Evaluation,
    subgroups: list[dict[str, Any]],
    drift_rows: IntArray,
    unseen: UnseenScores,
    how: dict[str, Any],
) -> Bundle:
    classes = []
    for k, name in enumerate(CLASSES):
        kind = config.calibrator if not config.protocol else "beta"
        band = calibration_band(
            kind,
            np.ascontiguousarray(calibration_scores[:, k]),
            np.ascontiguousarray(data.labels[calibration_rows, k]),
            grid=BAND_GRID,
            group=data.patient[calibration_rows],
            n_resamples=config.band_resamples,
            seed=config.seed + k,
            n_threads=config.n_threads or os.cpu_count() or 1,
        )
        classes.append(
            {
                "name": name,
                "calibrator": kind,
                "parameters": calibrators[k].parameters,
                "band": band,
                "threshold": float(thresholds[k]),
            }
        )
    level = np.linspace(0.0, 1.0, 21)
    quantiles = _quantiles(data.features[drift_rows], level)
    n_trained = how["n_trained"]
    provenance = {
        "data": data.name,
        "n_records_read": len(data),
        "n_records_failed": len(data.failed),
        **how,
        "settings": config.as_dict(),
        "versions": _versions(),
        "metrics": evaluation.as_dict(),
    }
    bundle = make_bundle(
        name=config.name,
        version=config.version,
        leads=list(LEADS),
        sampling_rate=MODEL_RATE_HZ,
        duration_s=10.0,
        features=feature_schema(data.definition),
        classes=classes,
        models=models,
        threshold_rule=how["threshold_rule"],
        band_level=0.95,
        drift_level=level,
        drift_quantile=np.ascontiguousarray(quantiles).ravel(),
        subgroups=subgroups,
        intended_use=(
            "Research and teaching: probabilities of the five PTB-XL diagnostic superclasses of a resting 12-lead ECG of 10 s, "
            "as a prompt to a clinician who reads the recording. Not a medical device."
        ),
        limits=[
            f"Trained on {n_trained} recordings: a start, not a finished classifier.",
            f"Trained on resting 12-lead ECGs of patients aged {_age_range(data)}, of {data.source.population}; other "
            "populations, devices and lead positions are untested.",
            *(
                [
                    "The features are amplitude statistics without any measurement of waves: weak on rhythm and intervals."
                ]
                if data.definition == "summary_statistics"
                else []
            ),
            "It names superclasses, not diagnoses; a probability is not a diagnosis and its absence rules nothing out.",
            *data.source.limits,
            *([config.note] if config.note else []),
        ],
        data_licences=[data.source.licence],
        provenance=json.dumps(provenance, allow_nan=False),
    )
    return with_monitor_reference(bundle, data, unseen, n_threads=config.n_threads)


def _resolve_split(data: EcgDataset, config: TrainingConfig) -> str:
    has_official = {8, 9, 10} <= set(data.fold.tolist())
    if config.split == "official" and not has_official:
        raise DomainError("train_ecg: split = official needs PTB-XL's folds 1 to 10; use nested")
    return config.split if config.split != "auto" else ("official" if has_official else "nested")


def train_ecg(
    data: EcgDataset, config: TrainingConfig | None = None, *, say: Say | None = None, cache: Path | None = None
) -> TrainingResult:
    """Trains, calibrates and evaluates the superclass model, and puts the bundle together.

    Every figure is of records whose patients the model, its calibrators and its thresholds did not see. cache: a folder where
    the scores of each fold of a nested split are kept, so that a run that was killed goes on. Raises DomainError when a class
    has too few records or the split is impossible.
    """
    config = config or TrainingConfig()
    tell = say or (lambda _: None)
    if data.definition != config.feature_definition:
        raise DomainError(
            f"train_ecg: the data hold {data.definition}, the settings ask for {config.feature_definition}"
        )
    n_names = len(feature_schema(data.definition).names)
    if data.features.shape[1] != n_names:
        raise DomainError(f"train_ecg: {data.features.shape[1]} features, the schema has {n_names}")
    for k, name in enumerate(CLASSES):
        if np.unique(data.patient[data.labels[:, k] == 1]).size < 2:
            raise DomainError(f"train_ecg: class {name} needs records of at least 2 patients")
    with without_config_warnings(), ThreadPoolExecutor(config.n_threads or os.cpu_count() or 1) as pool:
        if config.protocol == "mlops_phase1":
            return train_mlops_phase1(data, config, tell, _assemble)
        if _resolve_split(data, config) == "official":
            return _train_official(data, config, tell, pool)
        key = {
            "data": digest(data.features, data.labels, data.patient),
            "settings": {k: v for k, v in config.as_dict().items() if k != "n_threads"},
            "versions": _versions(),
        }
        return _train_nested(data, config, tell, pool, Checkpoint(cache, key))


def _refit(
    X: FloatArray, Y: IntArray, candidate: Candidate, config: TrainingConfig, pool: ThreadPoolExecutor
) -> list[list[Learner]]:
    return list(pool.map(lambda k: _fit(X, Y[:, k], candidate, config), range(Y.shape[1])))


def _train_official(data: EcgDataset, config: TrainingConfig, tell: Say, pool: ThreadPoolExecutor) -> TrainingResult:
    """PTB-XL's own folds: 1 to 8 train, 9 calibrates and sets thresholds, 10 is evaluated once."""
    train, calibrate, test = (data.fold >= 1) & (data.fold <= 8), data.fold == 9, data.fold == 10
    for one, other in ((train, calibrate), (train, test), (calibrate, test)):
        shared = np.intersect1d(data.patient[one], data.patient[other])
        if shared.size:
            raise DomainError(f"train_ecg: split = official: {shared.size} patient(s) in several folds; use nested")
    X, Y = data.features, data.labels
    tell("choosing settings within folds 1 to 8")
    inner = group_folds(data.patient[train], strata(Y[train]), n_folds=config.inner_folds, seed=config.seed)
    chosen = _choose(X[train], Y[train], inner, config, pool)[0] if len(config.candidates) > 1 else 0
    tell("training on folds 1 to 8")
    learners = _refit(X[train], Y[train], config.candidates[chosen], config, pool)
    calibration_scores = np.stack([mean_scores(b, X[calibrate]) for b in learners], axis=1)
    calibrators, thresholds = _calibrate(calibration_scores, Y[calibrate], config)
    test_scores = np.stack([mean_scores(b, X[test]) for b in learners], axis=1)
    probabilities = _transform(calibrators, test_scores)
    unseen = UnseenScores(
        np.concatenate([np.flatnonzero(calibrate), np.flatnonzero(test)]),
        _transform(calibrators, np.concatenate([calibration_scores, test_scores])),
    )
    tell("evaluating on fold 10")
    rows = np.flatnonzero(test)
    evaluation = evaluate_scores(
        Y[test], probabilities, thresholds, data.patient[test], n_resamples=config.metric_resamples, seed=config.seed
    )
    how = {
        "split": "official: folds 1-8 train, 9 calibrate and thresholds, 10 test",
        "evaluated_on": "fold 10",
        "n_trained": int(train.sum()),
        "n_patients": int(np.unique(data.patient[train]).size),
        "chosen_candidate": config.candidates[chosen],
        "threshold_rule": f"maximum of {config.threshold_rule} on fold 9, after calibration",
    }
    bundle = _assemble(
        data, config, _bundle_models(learners), calibration_scores, np.flatnonzero(calibrate), calibrators, thresholds,
        evaluation, _subgroups(data, rows, probabilities), np.flatnonzero(train), unseen, how,
    )  # fmt: skip
    return TrainingResult(bundle, evaluation, probabilities, Y[test], "")


def _train_nested(
    data: EcgDataset, config: TrainingConfig, tell: Say, pool: ThreadPoolExecutor, checkpoint: Checkpoint
) -> TrainingResult:
    """Patient-wise nested cross-validation.

    Within each outer fold, settings, calibrators and thresholds come from inner folds of its training part alone, so the
    outer scores are untouched. The shipped model is refitted on everything; its settings are chosen, and its calibrators
    and thresholds fitted, on out-of-fold scores over all records.
    """
    X, Y, patient = data.features, data.labels, data.patient
    outer = group_folds(patient, strata(Y), n_folds=config.outer_folds, seed=config.seed)
    probabilities = np.full(Y.shape, np.nan)
    uncalibrated = np.full(Y.shape, np.nan)
    thresholds_of_row = np.full(Y.shape, np.nan)
    choices = []
    for f in range(config.outer_folds):
        tell(f"outer fold {f + 1} of {config.outer_folds}")
        train, test = outer != f, outer == f

        def outer_fold(f: int = f, train: BoolArray = train, test: BoolArray = test) -> Arrays:
            inner = group_folds(patient[train], strata(Y[train]), n_folds=config.inner_folds, seed=config.seed + 1 + f)
            chosen, inner_scores = _choose(X[train], Y[train], inner, config, pool)
            learners = _refit(X[train], Y[train], config.candidates[chosen], config, pool)
            scores = np.stack([mean_scores(b, X[test]) for b in learners], axis=1)
            return {"chosen": np.array(chosen), "inner_scores": inner_scores, "scores": scores}

        done = checkpoint.step(f"outer-{f}", outer_fold)
        choices.append(int(done["chosen"]))
        calibrators, thresholds = _calibrate(done["inner_scores"], Y[train], config)
        uncalibrated[test] = done["scores"]
        probabilities[test] = _transform(calibrators, uncalibrated[test])
        thresholds_of_row[test] = thresholds
    tell("figures with patient-bootstrap intervals")
    evaluation = evaluate_scores(
        Y, probabilities, thresholds_of_row, patient, n_resamples=config.metric_resamples, seed=config.seed
    )
    tell("refitting on all records")

    def all_records() -> Arrays:
        chosen, scores = _choose(X, Y, outer, config, pool)
        return {"chosen": np.array(chosen), "scores": scores}

    done = checkpoint.step("out-of-fold", all_records)
    chosen, out_of_fold = int(done["chosen"]), done["scores"]
    calibrators, thresholds = _calibrate(out_of_fold, Y, config)
    learners = _refit(X, Y, config.candidates[chosen], config, pool)
    everything = np.arange(len(data))
    how = {
        "split": f"nested: {config.outer_folds} outer and {config.inner_folds} inner folds by patient",
        "evaluated_on": "outer folds; settings, calibrators and thresholds of each come from its inner folds",
        "shipped_model": "refitted on all records; calibrators and thresholds from out-of-fold scores over all records",
        "n_trained": len(data),
        "n_patients": int(np.unique(patient).size),
        "chosen_candidate": config.candidates[chosen],
        "chosen_per_outer_fold": choices,
        # Each fold has calibrators of its own: pooling their probabilities costs some AUROC that no single model loses.
        "auroc_before_calibration": {
            name: auroc(np.ascontiguousarray(Y[:, k]), np.ascontiguousarray(uncalibrated[:, k]))
            for k, name in enumerate(CLASSES)
        },
        "threshold_rule": f"maximum of {config.threshold_rule} on calibrated out-of-fold scores",
    }
    bundle = _assemble(
        data, config, _bundle_models(learners), out_of_fold, everything, calibrators, thresholds, evaluation,
        _subgroups(data, everything, probabilities), everything,
        UnseenScores(everything, _transform(calibrators, out_of_fold)), how,
    )  # fmt: skip
    return TrainingResult(bundle, evaluation, probabilities, Y, "")
