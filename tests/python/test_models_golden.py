"""Models written by each XGBoost version since 1.7, replayed without it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from heartsight.models import TreeEnsemble

GOLDEN = Path(__file__).parents[1] / "golden" / "xgboost"
VERSIONS = sorted(folder.name for folder in GOLDEN.iterdir())


def test_versions() -> None:
    assert VERSIONS == ["1.7.6", "2.0.3", "2.1.4", "3.0.5", "3.1.3", "3.2.0", "3.3.0", "3.4.0"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", ["json", "ubj"])
def test_margins_of_every_version(version: str, form: str) -> None:
    cases = json.loads((GOLDEN / version / "cases.json").read_text())
    assert len(cases) >= 17
    for name, case in cases.items():
        model = TreeEnsemble.load(GOLDEN / version / f"{name}.{form}")
        X = np.array([[np.nan if x is None else x for x in row] for row in case["rows"]], dtype=np.float32)
        margin = np.array(case["margin"])
        for size in (16, 1, 3):
            got = model.predict_margin(X[:size])
            if name == "dart":  # XGBoost multiplies in another order
                np.testing.assert_allclose(got, margin[:size], rtol=0, atol=1e-6, err_msg=name)
            else:
                np.testing.assert_array_equal(got, margin[:size], err_msg=f"{version} {name}")
        np.testing.assert_array_equal(model.predict_leaf(X), np.array(case["leaf"]), err_msg=f"{version} {name}")
