"""LightGBM text models against LightGBM's own scores."""

from __future__ import annotations

import json
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.models import TreeEnsemble

GOLDEN = Path(__file__).parents[1] / "golden" / "lightgbm"
CASES = json.loads((GOLDEN / "cases.json").read_text())


@pytest.mark.parametrize("name", CASES)
def test_scores_and_leaves(name: str) -> None:
    case = CASES[name]
    model = TreeEnsemble.load(GOLDEN / f"{name}.txt")
    X = np.array([[np.nan if x is None else x for x in row] for row in case["rows"]])
    # LightGBM's raw score of a forest is the sum, its prediction the mean; the margin here is the mean.
    raw = np.array(case["response" if name == "forest" else "raw"])
    for size in (24, 3):
        np.testing.assert_allclose(model.predict_margin(X[:size]), raw[:size], rtol=1e-13, atol=1e-14)
    np.testing.assert_array_equal(model.predict_leaf(X), case["leaf"])
    np.testing.assert_allclose(model.predict_response(X), case["response"], rtol=1e-13, atol=1e-14)
    if name == "multiclass":
        np.testing.assert_allclose(model.predict_proba(X), case["response"], rtol=1e-13)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("objective=binary sigmoid:1", "objective=binary sigmoid:2", "sigmoid:1"),
        ("objective=binary sigmoid:1", "objective=cross_entropy", "cross_entropy"),
        ("is_linear=0", "is_linear=1", "is_linear"),
        ("shrinkage=", "leaf_coeff=", "leaf_coeff"),
        ("version=v4", "version=v9", "v9"),
        ("num_leaves=7", "num_leaves=8", "has 7 elements, must have 8"),
        ("num_leaves=7", "num_leaves=x", "not a number"),
        ("left_child=", "left_child=1 ", "'left_child' has 7"),
        ("split_feature=0", "split_feature=9", "feature 9 of 4"),
        ("num_class=1", "num_class=1\nnum_class=1", "duplicate key"),
        ("end of trees", "end of", "line"),
    ],
)
def test_refused_by_name(old: str, new: str, message: str) -> None:
    text = (GOLDEN / "binary.txt").read_text()
    assert old in text
    with pytest.raises(hs.FormatError, match=message):
        TreeEnsemble.from_bytes(text.replace(old, new, 1).encode())
