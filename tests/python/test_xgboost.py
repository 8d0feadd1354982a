"""The bridge gives libxgboost's own numbers, and its errors as BackendError."""

from __future__ import annotations

from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight.models import TreeEnsemble
from heartsight.xgboost import Booster, Library, find_library

GOLDEN = Path(__file__).parents[1] / "golden" / "xgboost" / "3.2.0"


def test_parity_with_the_own_engine() -> None:
    xgb = pytest.importorskip("xgboost")
    library = find_library()
    assert ".".join(map(str, library.version)) == xgb.__version__
    X = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    X[::3, 1] = np.nan
    for name in ("logistic", "softprob", "vector_leaf", "poisson", "pruned"):
        data = (GOLDEN / f"{name}.ubj").read_bytes()
        booster, model = Booster(library, data), TreeEnsemble.from_bytes(data)
        assert (booster.n_features, booster.n_outputs) == (model.n_features, model.n_outputs)
        np.testing.assert_array_equal(booster.predict_margin(X), model.predict_margin(X))
        np.testing.assert_array_equal(booster.predict_margin(X[1:2]), model.predict_margin(X[1:2]))


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(hs.BackendError, match=r"missing\.so"):
        Library(str(tmp_path / "missing.so"))
    with pytest.raises(hs.BackendError, match="XGBoostVersion"):
        Library("libm.so.6")
    pytest.importorskip("xgboost")
    with pytest.raises(hs.BackendError, match="XGBoost"):
        Booster(find_library(), b"{not a model")
    booster = Booster(find_library(), (GOLDEN / "logistic.ubj").read_bytes())
    with pytest.raises(hs.ShapeError, match="columns"):
        booster.predict_margin(np.zeros((1, 3), np.float32))
    with pytest.raises(hs.ShapeError, match="empty"):
        booster.predict_margin(np.zeros((0, 4), np.float32))
    with pytest.raises(TypeError, match="float64"):
        booster.predict_margin(np.zeros((1, 4)))
