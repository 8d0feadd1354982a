"""Protocol "mlops_phase1": one label per record, a random split, one deep multi-class model. For comparison only.

Its defects are part of the protocol: labels forced to one, patients on both sides of the split, no calibration, the test
set as evaluation set. docs/protocols.md lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from heartsight.calibration import Beta
from heartsight.models import TreeEnsemble
from heartsight.training.config import TrainingConfig
from heartsight.training.dataset import EcgDataset
from heartsight.training.evaluation import evaluate_scores
from heartsight.training.monitoring import UnseenScores
from heartsight.training.result import TrainingResult
from heartsight.training.superclasses import CLASSES

ENCODED = tuple(sorted(CLASSES))  # that system's label encoder orders classes by their names: CD, HYP, MI, NORM, STTC


def train_mlops_phase1(
    data: EcgDataset, config: TrainingConfig, tell: Callable[[str], None], assemble: Callable[..., Any]
) -> TrainingResult:
    from sklearn.metrics import accuracy_score, f1_score
    from sklearn.model_selection import train_test_split

    import xgboost

    # The first class that is set wins, in the order of CLASSES; a record without any becomes NORM.
    single = np.array([ENCODED.index(CLASSES[int(np.argmax(row))]) for row in data.labels])
    rows = np.arange(len(data))
    train, test = train_test_split(rows, test_size=0.2, random_state=42, stratify=single)
    tell("protocol mlops_phase1: 600 rounds of depth 15")
    booster = xgboost.train(
        {
            "objective": "multi:softprob",
            "num_class": len(CLASSES),
            "max_depth": 15,
            "eta": 0.1,
            "eval_metric": "mlogloss",
            "seed": 42,
            "nthread": config.n_threads or 0,
        },
        xgboost.DMatrix(data.features[train], single[train]),
        600,
    )
    encoded = np.asarray(booster.predict(xgboost.DMatrix(data.features[test])), dtype=np.float64)
    order = [ENCODED.index(name) for name in CLASSES]
    scores = encoded[:, order]
    predicted = encoded.argmax(axis=1)
    evaluation = evaluate_scores(
        data.labels[test], scores, np.full(len(CLASSES), 0.5), data.patient[test], n_resamples=config.metric_resamples
    )
    how = {
        "split": "mlops_phase1: random 80/20 of records, seed 42, stratified by the single label; patients may be on both sides",
        "evaluated_on": "the 20 %, by the multi-label truth",
        "n_trained": len(train),
        "n_patients": int(np.unique(data.patient[train]).size),
        "accuracy": float(accuracy_score(single[test], predicted)),
        "macro_f1": float(f1_score(single[test], predicted, average="macro")),
        "threshold_rule": "none: the most probable class; 0.5 stands in",
    }
    tell(f"accuracy {how['accuracy']:.3f}, macro F1 {how['macro_f1']:.3f}")
    identity = [Beta(1.0, 1.0, 0.0) for _ in CLASSES]
    models = [
        {"classes": list(ENCODED), "weight": 1.0, "ensemble": TreeEnsemble.from_bytes(bytes(booster.save_raw("ubj")))}
    ]
    bundle = assemble(
        data,
        config,
        models,
        scores,
        test,
        identity,
        np.full(len(CLASSES), 0.5),
        evaluation,
        [],
        train,
        UnseenScores(test, scores),
        how,
    )
    return TrainingResult(bundle, evaluation, scores, data.labels[test], "mlops_phase1")
