"""Pairs of tables that the drift tests share with tools/make_drift_golden.py: the same numbers for the same seed."""

from __future__ import annotations

from typing import Any

import numpy as np

CATEGORICAL = ("sex", "site", "flag")


def drift_cases() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """By name: (reference, current), each a dict of columns."""
    cases = {}
    for seed, (n, m) in enumerate([(200, 300), (1000, 1000), (1001, 700), (5000, 5000), (1000, 20_000)]):
        rng = np.random.default_rng(seed)
        pairs: list[dict[str, Any]] = []
        for size, shift in ((n, 0.0), (m, 1.0)):
            pairs.append(
                {
                    "same": rng.normal(size=size),
                    "shifted": rng.normal(0.15 * shift, 1.0, size=size),
                    "wider": rng.normal(0.0, 1.0 + 0.5 * shift, size=size),
                    "skewed": rng.lognormal(0.02 * shift, 1.0, size=size),
                    "rounded": np.round(rng.normal(0.05 * shift, 1.0, size=size), 1),
                    "grade": rng.integers(0, 4, size=size).astype(float),
                    "binary": (rng.random(size) < 0.4 + 0.05 * shift).astype(float),
                    "sex": np.where(rng.random(size) < 0.5 + 0.04 * shift, "f", "m"),
                    "site": np.array(["a", "b", "c", "d"])[rng.choice(4, size=size, p=[0.4, 0.3, 0.2, 0.1])],
                    "flag": np.where(rng.random(size) < 0.02 * shift, "new", "old"),
                }
            )
        cases[f"{n} and {m}"] = (pairs[0], pairs[1])
    rng = np.random.default_rng(99)
    gaps = [rng.normal(size=400), rng.normal(0.1, 1.0, size=400)]
    for values in gaps:
        values[:: 7 + len(cases)] = np.nan
        values[3] = np.inf
    cases["missing and infinite"] = ({"x": gaps[0], "y": gaps[0] ** 2}, {"x": gaps[1], "y": gaps[1] ** 2})
    return cases
