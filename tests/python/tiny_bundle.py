"""A bundle made by hand, small enough to know every answer of."""

from __future__ import annotations

import json
from typing import Any

import heartsight as hs
import numpy as np
from heartsight.calibration import Platt

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


def model(feature: int) -> hs.models.TreeEnsemble:
    """P = sigmoid(1.5) where the feature is at least 0.1, sigmoid(-1.5) where not."""
    return hs.models.TreeEnsemble.from_arrays(
        tree_offset=np.array([0, 3]),
        tree_group=np.array([0], np.int32),
        tree_weight=np.array([1.0]),
        split_feature=np.array([feature, -1, -1], np.int32),
        threshold=np.array([0.1, 0.0, 0.0], np.float32),
        left_child=np.array([1, -1, -1], np.int32),
        right_child=np.array([2, -1, -1], np.int32),
        default_left=np.array([1, 0, 0], np.uint8),
        leaf_value=np.array([-1.5, 1.5]),
        iteration_offset=np.array([0, 1]),
        base_margin=np.array([0.0]),
        n_features=108,
        n_classes=2,
        transform="sigmoid",
        accumulation="float32",
    )


def tiny_bundle(**changes: Any) -> hs.pipeline.Bundle:
    rng = np.random.default_rng(0)
    p, y = rng.random(60), np.arange(60) % 2
    band = hs.calibration.calibration_band("platt", p, y, grid=[0.0, 0.5, 1.0], n_resamples=20)
    names = ["NORM", "MI", "STTC", "CD", "HYP"]
    parts: dict[str, Any] = {
        "name": "tiny",
        "version": "1",
        "leads": LEADS,
        "sampling_rate": 100.0,
        "duration_s": 10.0,
        "features": hs.features.summary_statistics_schema(LEADS),
        "classes": [
            {"name": n, "calibrator": "platt", "parameters": Platt(1.0, 0.0).parameters, "band": band, "threshold": 0.5}
            for n in names
        ],
        "models": [{"classes": [n], "weight": 1.0, "ensemble": model(k)} for k, n in enumerate(names)],
        "threshold_rule": "0.5",
        "band_level": 0.95,
        "drift_level": [0.0, 1.0],
        "drift_quantile": np.tile([0.0, 1.0], 108),
        "subgroups": [{"group": "sex=female", "n": 3, "n_positive": [1] * 5, "auroc": [0.5] * 5}],
        "intended_use": "tests",
        "limits": ["made by hand"],
        "data_licences": [("none", "CC0-1.0", "by hand")],
        "provenance": json.dumps({"seed": 0}),
    }
    return hs.pipeline.make_bundle(**(parts | changes))
