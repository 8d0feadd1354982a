"""Write tests/golden/xgboost/<version>/: small models of one XGBoost version with the margins it computes itself.

Run once per version, in an environment that has it:

    python tools/make_xgboost_golden.py tests/golden/xgboost

Each case is NAME.json and NAME.ubj (the model in both encodings) and one row of cases.json (rows, margins, leaves).
The tests replay them without xgboost.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

import xgboost as xgb


def main(target: str) -> None:
    rng = np.random.default_rng(20240501)
    X = np.round(rng.normal(size=(120, 4)), 3).astype(np.float32)
    y = X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * rng.normal(size=120)
    holes = X.copy()
    holes[rng.random(X.shape) < 0.15] = np.nan
    codes = X.copy()
    codes[:, 0] = rng.integers(0, 40, 120)
    three = np.digitize(y, [-0.5, 0.5])
    version = tuple(int(part) for part in xgb.__version__.split(".")[:2])

    cases = {
        "logistic": ({"objective": "binary:logistic"}, holes, y > 0, {}),
        "logistic_base": ({"objective": "binary:logistic", "base_score": 0.2}, holes, y > 0, {}),
        "logitraw": ({"objective": "binary:logitraw", "base_score": 0.2}, X, y > 0, {}),
        "hinge": ({"objective": "binary:hinge"}, X, y > 0, {}),
        "squared": ({"objective": "reg:squarederror"}, holes, y + 3, {}),
        "absolute": ({"objective": "reg:absoluteerror"}, X, y + 3, {}),
        "poisson": ({"objective": "count:poisson"}, X, np.floor(np.exp(y / 2)), {}),
        "gamma_base": ({"objective": "reg:gamma", "base_score": 2.0}, X, np.exp(y), {}),
        "cox": ({"objective": "survival:cox"}, X, np.exp(y), {}),
        "softprob": ({"objective": "multi:softprob", "num_class": 3}, holes, three, {}),
        "softmax_base": ({"objective": "multi:softmax", "num_class": 3, "base_score": 0.7}, X, three, {}),
        "rank": ({"objective": "rank:pairwise"}, X, (y > 0).astype(int), {"qid": np.arange(120) // 12}),
        "dart": (
            {"booster": "dart", "rate_drop": 0.5, "one_drop": 1, "objective": "binary:logistic"},
            holes,
            y > 0,
            {},
        ),
        "forest": ({"num_parallel_tree": 3, "subsample": 0.5}, X, y, {}),
        "pruned": ({"tree_method": "exact", "gamma": 2.0, "max_depth": 5}, X, y, {}),
        "targets": ({"tree_method": "hist"}, X, np.stack([y, X[:, 2]], axis=1), {}),
        "categories": (
            {"tree_method": "hist", "max_cat_to_onehot": 1},
            codes,
            y + np.isin(codes[:, 0], [1, 7, 33]) * 3,
            {"feature_types": ["c", "q", "q", "q"], "enable_categorical": True},
        ),
    }
    if version >= (2, 0):
        cases["vector_leaf"] = (
            {"tree_method": "hist", "multi_strategy": "multi_output_tree", "eta": 0.3},
            X,
            np.stack([y, X[:, 2]], axis=1),
            {},
        )
        cases["quantile"] = (
            {"objective": "reg:quantileerror", "quantile_alpha": [0.2, 0.8], "tree_method": "hist"},
            X,
            y,
            {},
        )

    folder = Path(target) / xgb.__version__
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, (params, rows, label, kinds) in cases.items():
        settings = {"max_depth": 3, "verbosity": 0, "nthread": 1, "seed": 1, **params}
        booster = xgb.train(settings, xgb.DMatrix(rows, label, **kinds), 3)
        shown = xgb.DMatrix(rows[:16], **{k: v for k, v in kinds.items() if k != "qid"})
        for form in ("json", "ubj"):
            (folder / f"{name}.{form}").write_bytes(bytes(booster.save_raw(form)))
        written[name] = {
            "rows": [[None if np.isnan(x) else float(x) for x in row] for row in rows[:16]],
            "margin": booster.predict(shown, output_margin=True).reshape(16, -1).astype(float).tolist(),
            "leaf": booster.predict(shown, pred_leaf=True).reshape(16, -1).astype(int).tolist(),
        }
    (folder / "cases.json").write_text(json.dumps(written, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
