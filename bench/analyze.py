"""How long a whole analysis takes, and what part of it each step is. There is no peer that does the same."""

from __future__ import annotations

import time

import heartsight as hs
import numpy as np


def main() -> None:
    analyzer = hs.load()
    for rate in (100, 500, 1000):
        recording = hs.simulate.ecg(rate, seed=1)[0]
        times = []
        for _ in range(200):
            start = time.perf_counter()
            analyzer.analyze(recording)
            times.append(time.perf_counter() - start)
        print(
            f"  12 leads x 10 s at {rate:4d} Hz: best {min(times) * 1e3:.2f} ms, median {np.median(times) * 1e3:.2f} ms"
        )
    start = time.perf_counter()
    for _ in range(20):
        hs.load()
    print(f"  load of the default bundle, golden replay included: {(time.perf_counter() - start) / 20 * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
