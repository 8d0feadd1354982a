"""Speed of the measurements of one 10 s, 12-lead, 500 Hz recording, by stage; and of 24 hours of two leads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import heartsight as hs
import numpy as np

RATE = 500.0


def best_ms(functions: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The best of alternating rounds, in ms."""
    best = dict.fromkeys(functions, np.inf)
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            best[name] = min(best[name], 1000.0 * (time.perf_counter() - start))
    return best


def main() -> None:
    record, _ = hs.simulate.ecg(RATE, muscle_noise_mv=0.02, baseline_wander_mv=0.1, seed=1)
    signal = np.ascontiguousarray(record.signal)
    beats = hs.detection.detect_qrs(signal, RATE)
    groups = hs.features.group_beats(signal, RATE, beats.r_peaks)
    best = best_ms(
        {
            "detect_qrs": lambda: hs.detection.detect_qrs(signal, RATE),
            "group_beats": lambda: hs.features.group_beats(signal, RATE, beats.r_peaks),
            "median_beat": lambda: hs.features.median_beat(signal, RATE, beats.r_peaks, groups),
            "rhythm, beats known": lambda: hs.features.rhythm(signal, RATE, beats=beats),
            "measurements, all of it": lambda: hs.features.measurements(record),
        },
        200,
    )
    print("10 s, 12 leads, 500 Hz, one core, best of 200:")
    for name, ms in best.items():
        print(f"  {name:26s} {ms:7.3f} ms")
    for hours in (1, 4):
        long, _ = hs.simulate.ecg(128.0, duration_s=3600.0 * hours, ventricular_ectopic_rate=0.05, seed=2)
        two = np.ascontiguousarray(long.signal[1:3])
        found = hs.detection.detect_qrs(two, 128.0)
        start = time.perf_counter()
        hs.features.group_beats(two, 128.0, found.r_peaks)
        middle = time.perf_counter()
        hs.features.rhythm(two, 128.0, beats=found)
        end = time.perf_counter()
        print(
            f"{hours} h, 2 leads, 128 Hz, {len(found)} beats: "
            f"groups {middle - start:.2f} s, groups and rhythm {end - middle:.2f} s"
        )


if __name__ == "__main__":
    main()
