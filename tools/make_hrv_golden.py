#!/usr/bin/env python3
"""Writes tests/golden/hrv/neurokit2.json: three NN series, and the indices that NeuroKit2 defines as heartsight does.

Run it in an environment of its own with neurokit2==0.2.13.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import neurokit2
import numpy as np

OUT = Path(__file__).resolve().parent.parent / "tests" / "golden" / "hrv" / "neurokit2.json"
TIME = [
    "MeanNN",
    "SDNN",
    "RMSSD",
    "SDSD",
    "CVNN",
    "CVSD",
    "MedianNN",
    "MadNN",
    "IQRNN",
    "MinNN",
    "MaxNN",
    "pNN50",
    "pNN20",
    "HTI",
]
NONLINEAR = ["SD1", "SD2", "SD1SD2", "S", "CSI", "CVI", "CSI_Modified", "GI", "PI", "PIP", "ApEn", "SampEn"]


def series(seed: int, n: int, mean: float, lf: float, hf: float, noise: float) -> list[float]:
    """Intervals of a heart that breathes at 0.25 Hz and swings at 0.1 Hz, in whole microseconds."""
    random = np.random.default_rng(seed)
    t, slow, intervals = 0.0, 0.0, []
    for _ in range(n):
        slow = 0.95 * slow + noise * random.normal()
        value = mean + lf * np.sin(2 * np.pi * 0.1 * t) + hf * np.sin(2 * np.pi * 0.25 * t) + slow
        intervals.append(round(value, 3))
        t += value / 1000
    return intervals


def main() -> None:
    warnings.simplefilter("ignore")
    cases = []
    for arguments in (
        (1, 400, 800.0, 30.0, 20.0, 8.0),
        (2, 300, 620.0, 5.0, 4.0, 3.0),
        (3, 520, 1050.0, 60.0, 90.0, 15.0),
    ):
        nn = np.array(series(*arguments))
        peaks = {"RRI": nn, "RRI_Time": np.cumsum(nn) / 1000}
        time = neurokit2.hrv_time(peaks)
        nonlinear = neurokit2.hrv_nonlinear(peaks)
        values = {name: float(time["HRV_" + name].iloc[0]) for name in TIME}
        values |= {name: float(nonlinear["HRV_" + name].iloc[0]) for name in NONLINEAR}
        cases.append({"nn_ms": nn.tolist(), "values": values})
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"tool": "neurokit2", "version": neurokit2.__version__, "cases": cases}) + "\n")
    print(f"{OUT}: {len(cases)} series")


if __name__ == "__main__":
    main()
