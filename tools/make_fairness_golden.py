#!/usr/bin/env python3
"""Writes tests/golden/fairness/fairlearn.json. Needs fairlearn, in an environment of its own (see bench/requirements.txt)."""

from __future__ import annotations

import json
from pathlib import Path

import fairlearn
import numpy as np
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import precision_score

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "fairness" / "fairlearn.json"
N, SEED = 700, 12


def simulated(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As in tests/python/test_fairness.py."""
    random = np.random.default_rng(seed)
    site = random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])
    random.choice(["female", "male"], n)
    y = (random.random(n) < 0.3).astype(np.int64)
    found = np.where(site == "b", 0.55, 0.85)
    p = np.where(random.random(n) < np.where(y == 1, found, 0.1), 0.8, 0.2)
    return y, p, site


def main() -> None:
    y, p, site = simulated(N, SEED)
    called = (p >= 0.5).astype(int)
    metrics = {
        "selection_rate": selection_rate,
        "sensitivity": true_positive_rate,
        "false_positive_rate": false_positive_rate,
        "positive_predictive_value": precision_score,
    }
    frame = MetricFrame(metrics=metrics, y_true=y, y_pred=called, sensitive_features=site)
    by = {"y_true": y, "y_pred": called, "sensitive_features": site}
    golden = {
        "tool": f"fairlearn {fairlearn.__version__}",
        "n": N,
        "seed": SEED,
        "rates": {group: {k: float(v) for k, v in row.items()} for group, row in frame.by_group.iterrows()},
        "differences": {
            "demographic_parity": demographic_parity_difference(**by),
            "equalized_odds": equalized_odds_difference(**by),
        },
        "ratios": {"demographic_parity": demographic_parity_ratio(**by), "equalized_odds": equalized_odds_ratio(**by)},
    }
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
