"""Scores that are too sure of themselves, made honest, and how well that is known."""

import heartsight as hs
import numpy as np

rng = np.random.default_rng(0)
truth = rng.beta(2, 3, size=600)
label = (rng.random(600) < truth).astype(np.int64)
score = truth**2 / (truth**2 + (1 - truth) ** 2)  # over-confident
patient = np.arange(600) // 2

for kind in ("beta", "platt", "isotonic", "temperature"):
    # No case calibrates itself, and no patient is on both sides.
    calibrated = hs.calibration.cross_fit(kind, score, label, group=patient)
    error = hs.calibration.expected_calibration_error(calibrated, label, n_bins=10)
    brier = hs.metrics.brier_score(label, calibrated)
    print(f"{kind:12} ECE {error:.3f}, Brier score {brier:.3f}")
print(f"{'none':12} ECE {hs.calibration.expected_calibration_error(score, label, n_bins=10):.3f}")

band = hs.calibration.calibration_band("beta", score, label, grid=[0.1, 0.5, 0.9], group=patient, n_resamples=200)
for s in (0.1, 0.5, 0.9):
    low, high = band.at(s)
    print(f"a score of {s} means a probability between {low:.2f} and {high:.2f}")
