"""TreeEnsemble as a Python object: input kinds, errors, pickle, threads, files."""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import pytest
from heartsight.models import TreeEnsemble


def stump_arrays(**changes: Any) -> dict[str, Any]:
    """x0 < 0.5 ? -1 : (x1 < 2 ? 3 : 5), twice, with weights 1 and 0.5."""
    one: dict[str, Any] = {
        "split_feature": np.array([0, -1, 1, -1, -1], np.int32),
        "threshold": np.array([0.5, 0, 2, 0, 0], np.float32),
        "left_child": np.array([1, -1, 3, -1, -1], np.int32),
        "right_child": np.array([2, -1, 4, -1, -1], np.int32),
        "default_left": np.array([1, 0, 0, 0, 0], np.uint8),
        "leaf_value": np.array([-1.0, 3.0, 5.0]),
    }
    arrays: dict[str, Any] = {key: np.tile(value, 2) for key, value in one.items()}
    arrays |= {
        "tree_offset": np.array([0, 5, 10], np.int64),
        "tree_group": np.zeros(2, np.int32),
        "tree_weight": np.array([1.0, 0.5]),
        "iteration_offset": np.array([0, 1, 2], np.int64),
        "base_margin": np.array([0.25]),
        "n_features": 2,
        "n_classes": 2,
        "transform": "sigmoid",
        "accumulation": "float32",
        "objective": "by hand",
    }
    return arrays | changes


def test_by_hand() -> None:
    model = TreeEnsemble.from_arrays(**stump_arrays())
    X = np.array([[0.4, 9], [0.5, 1.9], [0.5, 2], [np.nan, 9], [1, np.nan], [np.inf, -np.inf]], np.float32)
    wanted = 0.25 + 1.5 * np.array([-1, 3, 5, -1, 5, 3])
    np.testing.assert_array_equal(model.predict_margin(X)[:, 0], wanted)
    np.testing.assert_array_equal(model.predict_leaf(X)[:, 0], [1, 3, 4, 1, 4, 3])
    np.testing.assert_array_equal(model.predict_per_tree(X[:2]), [[-1, -0.5], [3, 1.5]])
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], 1 / (1 + np.exp(-wanted)), rtol=1e-15)
    np.testing.assert_array_equal(
        model.predict_margin(X, iteration_range=(0, 1))[:, 0], 0.25 + wanted * 0 + (wanted - 0.25) / 1.5
    )
    assert model.best_iteration is None


def test_input_kinds() -> None:
    model = TreeEnsemble.from_arrays(**stump_arrays())
    X = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    wanted = model.predict_proba(X=X)
    read_only = X.copy()
    read_only.flags.writeable = False
    for same in (np.asfortranarray(X), read_only, X.tolist(), np.repeat(X, 2, axis=1)[:, ::2], X.astype(">f4")):
        np.testing.assert_array_equal(model.predict_proba(same), wanted)
    assert model.predict_proba(np.zeros((3, 2), dtype=np.int64)).shape == (3, 2)
    assert model.predict_margin(np.zeros((0, 2), dtype=np.float32)).shape == (0, 1)
    assert model.predict_proba(X).flags.writeable
    with pytest.raises(hs.ShapeError, match="1 columns"):
        model.predict_proba(X[:, :1])
    with pytest.raises(hs.ShapeError, match="2 dimensions"):
        model.predict_proba(X[0])
    with pytest.raises(TypeError, match="complex"):
        model.predict_proba(X.astype(complex))
    with pytest.raises(hs.DomainError, match="n_threads"):
        model.predict_proba(X, n_threads=0)


DAMAGE: list[tuple[str, Any, str]] = [
    ("left_child", 0, "child 0"),
    ("left_child", 2, "reached twice"),
    ("left_child", 5, "child 5 of a tree of 5"),
    ("left_child", -7, "child -7"),
    ("right_child", 2**30, "child 1073741824"),
    ("split_feature", 2, "feature 2 of 2"),
    ("split_feature", -2, "feature -2"),
    ("split_feature", -1, "a leaf has a child"),
    ("threshold", np.nan, "threshold is NaN"),
    ("default_left", 2, "default_left"),
    ("leaf_value", np.inf, "leaf_value\\[0\\] is not finite"),
    ("leaf_value", 0.1, "not a float32"),
    ("tree_offset", 1, "tree_offset must start with 0"),
    ("tree_group", 1, "group 1"),
    ("tree_weight", np.nan, "weight is not finite"),
    ("base_margin", np.inf, "base_margin must be finite"),
]


@pytest.mark.parametrize(("name", "value", "message"), DAMAGE)
def test_damaged_arrays(name: str, value: Any, message: str) -> None:
    arrays = stump_arrays()
    arrays[name] = arrays[name].copy()
    arrays[name][0] = value
    with pytest.raises(hs.FormatError, match=message):
        TreeEnsemble.from_arrays(**arrays)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"leaf_value": np.zeros(5)}, "leaf_value has 5"),
        ({"threshold": np.zeros(9, np.float32)}, "threshold has 9"),
        ({"tree_offset": np.array([0, 0, 10], np.int64)}, "tree_offset\\[1\\]"),
        ({"tree_offset": np.array([0, 5, 9], np.int64)}, "ends at 9"),
        ({"transform": "softmix"}, "softmix"),
        ({"accumulation": "float16"}, "float16"),
        ({"n_classes": 3}, "n_classes = 3"),
        ({"n_features": -1}, "n_features"),
        ({"leaf_size": 3}, "leaf_size = 3"),
        ({"class_names": ["a"]}, "class_names"),
        ({"feature_names": ["a"]}, "feature_names"),
        ({"best_iteration": 2}, "best_iteration"),
        ({"category_node": np.array([1], np.int64)}, "category_offset"),
        ({"category_bits": np.array([1], np.uint32)}, "without a categorical node"),
        ({"node_id": np.array([1], np.int32)}, "node_id has 1"),
        ({"iteration_offset": np.array([0, 3], np.int64)}, "iteration_offset ends at 3"),
    ],
)
def test_arrays_that_do_not_fit(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(hs.FormatError, match=message):
        TreeEnsemble.from_arrays(**stump_arrays(**changes))


def test_wrong_dtype_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="left_child"):
        TreeEnsemble.from_arrays(**stump_arrays(left_child=np.zeros(10)))


def test_pickle_arrays_and_repr() -> None:
    model = TreeEnsemble.from_arrays(**stump_arrays(class_names=["no", "yes"], feature_names=["a", "b"]))
    X = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_margin(X), model.predict_margin(X))
    assert repr(again) == "TreeEnsemble('by hand', 2 trees, 2 features, 2 classes)"
    assert again.classes == ["no", "yes"]
    assert again.feature_names == ["a", "b"]
    assert (again.n_nodes, again.n_outputs, again.n_iterations) == (10, 1, 2)


def test_files_that_are_none(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(hs.FormatError, match="cannot be read"):
            TreeEnsemble.load(path)
    bad = tmp_path / "bad.json"
    for content in (b"", b"   ", b"binf", b"{}", b'{"learner": {}}', b"{L", b"{i\x05", b"tree\nversion=v3\n", b"[1]"):
        bad.write_bytes(content)
        with pytest.raises(hs.FormatError, match=r"bad\.json"):
            TreeEnsemble.load(bad)
    with pytest.raises(TypeError):
        TreeEnsemble.load(3)


def test_from_many_threads() -> None:
    model = TreeEnsemble.from_arrays(**stump_arrays())
    X = np.random.default_rng(0).normal(size=(5000, 2)).astype(np.float32)
    wanted = model.predict_margin(X)
    failures: list[int] = []

    def work() -> None:
        for i in range(20):
            if not np.array_equal(model.predict_margin(X, n_threads=2), wanted):
                failures.append(i)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_fork_after_threads() -> None:
    model = TreeEnsemble.from_arrays(**stump_arrays())
    X = np.random.default_rng(0).normal(size=(5000, 2)).astype(np.float32)
    wanted = model.predict_margin(X, n_threads=4)
    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(model.predict_margin(X, n_threads=4), wanted) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
