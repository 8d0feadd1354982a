"""Speed of beat detection: every method, and sleepecg's C backend, alternating in one run; growth with length; worst input."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import heartsight as hs
import numpy as np

RATE = 360.0


def best_times(functions: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The best of alternating rounds, seconds."""
    best = dict.fromkeys(functions, np.inf)
    for _ in range(rounds):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def ours(method: str, x: Any) -> Callable[[], Any]:
    return lambda: hs.detection.detect_qrs(x, RATE, method=method)


def hostile(n: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=n)
    laced = noise.copy()
    laced[::3] = np.nan
    spikes = np.zeros(n)
    spikes[:: int(0.03 * RATE)] = 1.0
    return {
        "zeros": np.zeros(n),
        "all NaN": np.full(n, np.nan),
        "white noise": noise,
        "noise, every third NaN": laced,
        "square wave": np.where(np.arange(n) % 11 < 5, 1.0, -1.0),
        "a spike every 30 ms": spikes,
        "a beat every 200 ms": np.exp(-0.5 * ((np.arange(n) % 72 - 36) / 4.0) ** 2),
        "staircase": np.cumsum(rng.random(n) < 0.01) * 1.0,
    }


def main() -> None:
    record, _ = hs.simulate.ecg(RATE, duration_s=3600.0, muscle_noise_mv=0.02, baseline_wander_mv=0.1, seed=1)
    hour = np.ascontiguousarray(record.signal[1])
    functions = {method: ours(method, hour) for method in hs.detection.qrs_methods()}
    try:
        import sleepecg

        functions["sleepecg"] = lambda: sleepecg.detect_heartbeats(hour, RATE)
    except ImportError as error:
        print(f"SKIPPED sleepecg: {error}", file=sys.stderr)
    best = best_times(functions, 9)
    print("one lead, one hour at 360 Hz, best of 9 alternating rounds")
    for name, seconds in best.items():
        ratio = f"  {best['sleepecg'] / seconds:5.2f} x sleepecg" if "sleepecg" in best else ""
        print(f"  {name:16s} {len(hour) / seconds / 1e6:7.1f} Msample/s{ratio}")
    print("growth with length: time of 5 h and 48 h over that of 1 h, per hour (1.00 is linear)")
    for method in hs.detection.qrs_methods():
        times = {}
        for hours in (1, 5, 48):
            x = np.tile(hour.astype(np.float32), hours)
            times[hours] = best_times({method: ours(method, x)}, 3 if hours < 48 else 1)[method]
        print(f"  {method:16s} 5 h {times[5] / times[1] / 5:.2f}   48 h {times[48] / times[1] / 48:.2f}")
    print("hostile input, ten minutes: time per sample over that of the simulated ECG")
    n = int(600 * RATE)
    for method in hs.detection.qrs_methods():
        typical = best_times({method: ours(method, hour[:n])}, 5)[method]
        ratios = {name: best_times({"x": ours(method, x)}, 5)["x"] / typical for name, x in hostile(n).items()}
        worst = max(ratios, key=lambda name: ratios[name])
        print(
            f"  {method:16s} worst {ratios[worst]:.2f} ({worst}); "
            + ", ".join(f"{k} {v:.2f}" for k, v in ratios.items())
        )


if __name__ == "__main__":
    main()
