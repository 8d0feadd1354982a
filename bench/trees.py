"""Tree prediction and loading against xgboost and ONNX Runtime, one thread, ratios measured in one run.

    python bench/trees.py [--models FOLDER] [--quick]

Models: B300 (300 trees, depth 6, 100 features), M500 (5 classes x 100 rounds) and A (5 classes x 600 rounds, depth 15,
108 features), trained on noise and kept in FOLDER. The runs of all opponents alternate; each figure is the best, then
the median, of the rounds, in microseconds of processor time per row. Needs xgboost, onnx and onnxruntime
(bench/requirements.txt).
"""

from __future__ import annotations

import argparse
import ctypes
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from heartsight.models import TreeEnsemble
from onnx import helper

import xgboost as xgb


def train(folder: Path) -> list[Path]:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(20_000, 100)).astype(np.float32)
    score = X @ rng.normal(size=100) / 5 + 1.5 * rng.normal(size=20_000)
    five = np.digitize(score + rng.normal(size=20_000), [-2, -1, 1, 2])
    small = rng.normal(size=(7000, 108)).astype(np.float32)
    noisy = np.digitize(small[:, :20].sum(axis=1) / 3 + 3 * rng.normal(size=7000), [-3, -1, 1, 3])
    recipes: dict[str, tuple[dict[str, Any], Any, Any, int]] = {
        "B300": ({"objective": "binary:logistic", "max_depth": 6, "eta": 0.1}, X, score > 0, 300),
        "M500": ({"objective": "multi:softprob", "num_class": 5, "max_depth": 6, "eta": 0.1}, X, five, 100),
        "A": (
            {"objective": "multi:softprob", "num_class": 5, "max_depth": 15, "eta": 0.1, "subsample": 0.9},
            small,
            noisy,
            600,
        ),
    }
    paths = []
    for name, (params, rows, label, rounds) in recipes.items():
        path = folder / f"{name}.ubj"
        if not path.exists():
            xgb.train(params, xgb.DMatrix(rows, label), rounds).save_model(path)
        paths.append(path)
    return paths


def onnx_session(model: TreeEnsemble) -> Any:
    """The same trees as an ONNX TreeEnsembleRegressor; onnxruntime leaves a single output untransformed."""
    a = model.arrays()
    sizes = np.diff(a["tree_offset"])
    tree = np.repeat(np.arange(model.n_trees), sizes)
    node = np.concatenate([np.arange(size) for size in sizes])
    leaf = a["split_feature"] < 0
    attributes = {
        "n_targets": model.n_outputs,
        "nodes_treeids": tree,
        "nodes_nodeids": node,
        "nodes_featureids": np.where(leaf, 0, a["split_feature"]),
        "nodes_values": a["threshold"].astype(float),
        "nodes_modes": np.where(leaf, "LEAF", "BRANCH_LT").tolist(),
        "nodes_truenodeids": np.where(leaf, 0, a["left_child"]),
        "nodes_falsenodeids": np.where(leaf, 0, a["right_child"]),
        "nodes_missing_value_tracks_true": a["default_left"],
        "target_treeids": tree[leaf],
        "target_nodeids": node[leaf],
        "target_ids": np.repeat(a["tree_group"], sizes)[leaf],
        "target_weights": a["leaf_value"],
        "base_values": a["base_margin"],
        "post_transform": "NONE" if model.n_outputs == 1 else "SOFTMAX",
        "aggregate_function": "SUM",
    }
    plain = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in attributes.items()}
    step = helper.make_node("TreeEnsembleRegressor", ["X"], ["Y"], domain="ai.onnx.ml", **plain)
    graph = helper.make_graph(
        [step],
        "trees",
        [helper.make_tensor_value_info("X", onnx.TensorProto.FLOAT, [None, model.n_features])],
        [helper.make_tensor_value_info("Y", onnx.TensorProto.FLOAT, [None, model.n_outputs])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    proto = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return ort.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])


class CApi:
    """xgboost's C API through ctypes, with proxy, strings and outputs made once: what a careful caller would do."""

    def __init__(self, booster: Any, X: Any) -> None:
        self.lib = xgb.core._LIB
        self.booster, self.X = booster, np.ascontiguousarray(X)
        self.proxy = ctypes.c_void_p()
        self.lib.XGProxyDMatrixCreate(ctypes.byref(self.proxy))
        self.shape = ctypes.POINTER(ctypes.c_uint64)()
        self.dims = ctypes.c_uint64()
        self.result = ctypes.POINTER(ctypes.c_float)()
        interface = dict(self.X.__array_interface__)
        self.values = json.dumps({k: interface[k] for k in ("data", "shape", "typestr", "version")}).encode()
        self.settings = (
            b'{"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"missing":NaN,'
            b'"strict_shape":true,"cache_id":0}'
        )

    def __call__(self) -> None:
        status = self.lib.XGBoosterPredictFromDense(
            self.booster.handle,
            self.values,
            self.settings,
            self.proxy,
            ctypes.byref(self.shape),
            ctypes.byref(self.dims),
            ctypes.byref(self.result),
        )
        assert status == 0


def alternate(calls: dict[str, Callable[[], Any]], seconds: float, rounds: int = 11) -> dict[str, tuple[float, float]]:
    """Best and median processor time of one call, s; rounds of all the calls take turns."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    repeats = {}
    for name, call in calls.items():
        start = time.process_time()
        call()
        repeats[name] = max(1, int(seconds / rounds / max(time.process_time() - start, 1e-7)))
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.process_time()
            for _ in range(repeats[name]):
                call()
            times[name].append((time.process_time() - start) / repeats[name])
    return {name: (min(values), statistics.median(values)) for name, values in times.items()}


def predictions(path: Path, sizes: list[int], seconds: float) -> None:
    model = TreeEnsemble.load(path)
    booster = xgb.Booster(model_file=path)
    booster.set_param({"nthread": 1})
    session = onnx_session(model)
    rows = np.random.default_rng(2).normal(size=(max(sizes), model.n_features)).astype(np.float32)
    check = rows[:500]
    ours = model.predict_proba(check)[:, -model.n_outputs :]
    assert np.abs(ours - booster.inplace_predict(check).reshape(ours.shape)).max() < 1e-6
    peers = ours if model.n_outputs > 1 else model.predict_margin(check)
    assert np.abs(peers - session.run(None, {"X": check})[0]).max() < 1e-4
    print(f"\n{path.stem}: {model.n_trees} trees, {model.n_nodes} nodes, {model.n_features} features")
    print(f"{'rows':>7}  {'heartsight':>16}  {'xgb inplace':>18}  {'xgb C API':>18}  {'onnxruntime':>18}")
    for size in sizes:
        X = np.ascontiguousarray(rows[:size])
        calls: dict[str, Callable[[], Any]] = {
            "heartsight": lambda X=X: model.predict_proba(X),
            "inplace": lambda X=X: booster.inplace_predict(X),
            "capi": CApi(booster, X),
            "onnx": lambda X=X: session.run(None, {"X": X}),
        }
        times = alternate(calls, seconds)
        best, median = (t / size * 1e6 for t in times["heartsight"])
        line = f"{size:>7}  {best:7.2f} / {median:6.2f}"
        for name in ("inplace", "capi", "onnx"):
            b, m = (t / size * 1e6 for t in times[name])
            line += f"  {b:8.2f} {b / best:4.1f} {m / median:4.1f}x"
        print(line, flush=True)


def loading(path: Path, seconds: float) -> None:
    data = path.read_bytes()
    times = alternate(
        {"ours": lambda: TreeEnsemble.from_bytes(data), "xgb": lambda: xgb.Booster(model_file=bytearray(data))}, seconds
    )
    (best, median), (theirs, their_median) = times["ours"], times["xgb"]
    print(
        f"load {path.stem}.ubj ({len(data) / 1e6:.1f} MB): heartsight {best * 1e3:.2f} / {median * 1e3:.2f} ms, "
        f"xgboost {theirs * 1e3:.2f} / {their_median * 1e3:.2f} ms, {theirs / best:.1f} / {their_median / median:.1f} x"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path(tempfile.gettempdir()) / "heartsight-bench-models")
    parser.add_argument("--quick", action="store_true", help="fewer batch sizes, shorter runs")
    options = parser.parse_args()
    options.models.mkdir(parents=True, exist_ok=True)
    sizes = [1, 2, 8, 64] if options.quick else [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 24, 32, 48, 64]
    seconds = 0.15 if options.quick else 0.5
    print(
        f"xgboost {xgb.__version__}, onnxruntime {ort.__version__}; 'x' = times slower than heartsight (best, median)"
    )
    for path in train(options.models):
        predictions(path, sizes + ([] if path.stem == "A" else [100_000]), seconds)
        loading(path, seconds)


if __name__ == "__main__":
    main()
