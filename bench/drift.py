"""Drift: the speed of states and of table comparisons beside SciPy and Evidently, and the size and power of verdicts.

python bench/drift.py [speed|size] (both by default). CPU seconds of the process, the best of several runs, in one run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import heartsight as hs
import numpy as np


def cpu_seconds(function: Callable[[], Any], rounds: int) -> float:
    best = np.inf
    for _ in range(rounds):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def one_pass() -> None:
    import scipy.stats

    rng = np.random.default_rng(0)
    reference, current = rng.normal(size=1_000_000), rng.normal(0.02, 1, size=1_000_000)
    held = hs.drift.DriftReference({"x": reference})
    ours = cpu_seconds(lambda: hs.drift.DriftState(held).update({"x": current}).result()["x"].wasserstein, 7)
    theirs = cpu_seconds(
        lambda: (scipy.stats.ks_2samp(reference, current), scipy.stats.wasserstein_distance(reference, current)), 3
    )
    print("one pass of 1,000,000 values against a held reference: KS, PSI, Jensen-Shannon, Wasserstein (and the rest)")
    print(
        f"  heartsight {ours:.4f} s, scipy ks_2samp + wasserstein_distance {theirs:.3f} s: 1/{theirs / ours:.0f} (bar 1/30)"
    )


def table(n: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    numbers = {f"x{i}": rng.normal(size=n) for i in range(20)}
    words = np.array(["a", "b", "c", "d", "e"], dtype=object)
    return {**numbers, **{f"c{i}": words[rng.choice(5, size=n)] for i in range(5)}}


def whole_table() -> None:
    a, b = table(50_000, 1), table(50_000, 2)
    ours = cpu_seconds(lambda: hs.drift.compare(a, b), 7)
    print("50,000 + 50,000 rows, 20 numeric and 5 categorical columns, default preset")
    print(f"  heartsight on a dict of arrays {ours:.4f} s")
    try:
        import pandas as pd
        from evidently import DataDefinition, Dataset, Report
        from evidently.presets import DataDriftPreset
    except ImportError as error:
        print(f"SKIPPED evidently: {error}", file=sys.stderr)
        return
    frames = [pd.DataFrame(t) for t in (a, b)]
    framed = cpu_seconds(lambda: hs.drift.compare(*frames), 7)
    definition = DataDefinition(
        numerical_columns=[f"x{i}" for i in range(20)], categorical_columns=[f"c{i}" for i in range(5)]
    )
    x, y = (Dataset.from_pandas(f, data_definition=definition) for f in frames)
    theirs = cpu_seconds(lambda: Report([DataDriftPreset()]).run(current_data=y, reference_data=x), 3)
    print(f"  heartsight on data frames {framed:.4f} s, evidently {theirs:.2f} s: 1/{theirs / framed:.0f} (bar 1/50)")


def nannyml_alarm(reference: Any, current: Any) -> bool:
    """Jensen-Shannon on doane bins of the reference against 0.1, NannyML's default for one chunk of numbers."""
    edges = np.histogram_bin_edges(reference, bins="doane")
    a, b = np.histogram(reference, edges)[0] / len(reference), np.histogram(current, edges)[0] / len(current)
    if b.sum() < 1:
        a, b = np.append(a, 0.0), np.append(b, 1 - b.sum())
    middle = (a + b) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(a > 0, a * np.log2(a / middle), 0) + np.where(b > 0, b * np.log2(b / middle), 0)
    return bool(np.sqrt(max(terms.sum() / 2, 0)) > 0.1)


def size_and_power() -> None:
    print("share of alarms about one normal column, n on each side")
    head = (
        "n",
        "runs",
        "shift sd",
        "significant",
        "drift",
        "not enough",
        "Evidently rule",
        "NannyML rule",
        "PSI > 0.1",
    )
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for n, runs in ((50, 4000), (100, 4000), (500, 4000), (1000, 2000), (100_000, 200)):
        for shift in (0.0, 0.2, 0.5):
            rng = np.random.default_rng([n, int(10 * shift)])
            counts = np.zeros(6)
            for _ in range(runs if shift == 0 else runs // 4):
                x, y = rng.normal(size=n), rng.normal(shift, 1, size=n)
                ours = hs.drift.compare({"x": x}, {"x": y})["x"]
                evidently = hs.drift.compare({"x": x}, {"x": y}, preset="reference")["x"]
                counts += [
                    ours.p_value < 0.05,
                    ours.verdict == "drift",
                    ours.verdict == "not enough data",
                    evidently.verdict == "drift",
                    nannyml_alarm(x, y),
                    ours.population_stability_index > 0.1,
                ]
            used = runs if shift == 0 else runs // 4
            cells = " | ".join(f"{share:.3f}" for share in counts / used)
            print(f"| {n:,} | {used:,} | {shift} | {cells} |", flush=True)
    print("share of tables of 62 clean normal columns with an alarm anywhere (100 tables)")
    print("| n | default (Holm) | Benjamini-Hochberg | Evidently: any column | Evidently: half of the columns |")
    print("|---|---|---|---|---|")
    for n in (50, 100, 500, 1000):
        rng = np.random.default_rng(n)
        counts = np.zeros(4)
        for _ in range(100):
            x, y = rng.normal(size=(n, 62)), rng.normal(size=(n, 62))
            reference = hs.drift.compare(x, y, preset="reference")
            counts += [
                hs.drift.compare(x, y).verdict == "drift",
                hs.drift.compare(x, y, correction="benjamini_hochberg").verdict == "drift",
                len(reference.drifted) > 0,
                reference.verdict == "drift",
            ]
        print(f"| {n:,} | " + " | ".join(f"{share:.2f}" for share in counts / 100) + " |", flush=True)


def multivariate() -> None:
    """Five columns with one common factor; the shifted table has its first column moved by half a standard deviation."""
    print("share of p-values below .05 (two standard errors)")
    print("| n on each side | runs | shift | domain classifier | MMD | MMD, linear time | PCA reconstruction |")
    print("|---|---|---|---|---|---|---|")
    for n, runs in ((50, 2000), (200, 1000), (1000, 400), (5000, 200)):
        for shift in (0.0, 0.5):
            used = runs if shift == 0 else runs // 4
            rng = np.random.default_rng([n, int(10 * shift)])
            counts = np.zeros(4)
            for run in range(used):
                x, y = (rng.normal(size=(n, 5)) + 0.7 * rng.normal(size=(n, 1)) for _ in range(2))
                y[:, 0] += shift * np.sqrt(1.49)
                counts += [
                    test.p_value < 0.05
                    for test in (
                        hs.drift.domain_classifier(x, y, seed=run),
                        hs.drift.maximum_mean_discrepancy(x, y, seed=run),
                        hs.drift.maximum_mean_discrepancy(x, y, block_size=2, seed=run),
                        hs.drift.pca_reconstruction(x, y),
                    )
                ]
            share = counts / used
            error = 2 * np.sqrt(np.maximum(share * (1 - share), 0.05 * 0.95 if shift == 0 else 0) / used)
            cells = " | ".join(f"{a:.3f} ± {b:.3f}" for a, b in zip(share, error, strict=True))
            print(f"| {n:,} | {used:,} | {shift} | {cells} |", flush=True)


def main() -> None:
    wanted = sys.argv[1:] or ["speed", "size", "multivariate"]
    if "speed" in wanted:
        one_pass()
        whole_table()
    if "size" in wanted:
        size_and_power()
    if "multivariate" in wanted:
        multivariate()


if __name__ == "__main__":
    main()
