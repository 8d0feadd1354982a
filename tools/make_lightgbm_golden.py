"""Write tests/golden/lightgbm/: small text models of LightGBM with the raw scores and leaves it computes itself.

python tools/make_lightgbm_golden.py tests/golden/lightgbm
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np


def main(target: str) -> None:
    rng = np.random.default_rng(20240501)
    X = rng.normal(size=(300, 4)).astype(np.float32).astype(np.float64)
    y = X[:, 0] + np.sin(2 * X[:, 1]) + 0.3 * rng.normal(size=300)
    holes = X.copy()
    holes[rng.random(X.shape) < 0.15] = np.nan
    codes = X.copy()
    codes[:, 0] = rng.integers(0, 40, 300)
    jump = np.isin(codes[:, 0], [1, 7, 33]) * 3
    cases = {
        "binary": ({"objective": "binary"}, holes, y > 0, {}),
        "regression": ({"objective": "regression"}, X, y, {}),
        "no_missing": ({"objective": "regression", "use_missing": False}, holes, y, {}),
        "multiclass": ({"objective": "multiclass", "num_class": 3}, holes, np.digitize(y, [-0.5, 0.5]), {}),
        "poisson": ({"objective": "poisson"}, X, np.floor(np.exp(y / 2)), {}),
        "forest": ({"objective": "regression", "boosting": "rf", "bagging_fraction": 0.6, "bagging_freq": 1}, X, y, {}),
        "categories": (
            {"objective": "regression", "min_data_per_group": 5},
            codes,
            y + jump,
            {"categorical_feature": [0]},
        ),
        "one_leaf": ({"objective": "regression", "min_data_in_leaf": 1000}, X, y, {}),
    }
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, (params, rows, label, kinds) in cases.items():
        settings = {"num_leaves": 7, "min_data_in_leaf": 5, "verbosity": -1, "num_threads": 1, "seed": 1, **params}
        booster = lgb.train(settings, lgb.Dataset(rows, label.astype(float), **kinds), 4)
        booster.save_model(folder / f"{name}.txt")
        shown = rows[:24].copy()
        if name == "categories":
            shown[:4, 0] = [39, 41, 500, np.nan]
        written[name] = {
            "version": lgb.__version__,
            "rows": [[None if np.isnan(x) else float(x) for x in row] for row in shown],
            "raw": booster.predict(shown, raw_score=True).reshape(24, -1).tolist(),
            "response": booster.predict(shown).reshape(24, -1).tolist(),
            "leaf": booster.predict(shown, pred_leaf=True).reshape(24, -1).astype(int).tolist(),
        }
    (folder / "cases.json").write_text(json.dumps(written, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
