"""Beats while the signal comes in, the same beats offline, and heart rate variability over what is usable."""

import heartsight as hs
import numpy as np

record, truth = hs.simulate.ecg(250.0, duration_s=300.0, ventricular_ectopic_rate=0.03, muscle_noise_mv=0.03, seed=2)
signal = np.array(record.signal[:2])
signal[:, 30_000:35_000] = np.nan  # the cable was off for 20 s

stream = hs.detection.QrsStream(record.sampling_rate, n_leads=2)
found = [stream.push(signal[:, i : i + 500])[0] for i in range(0, signal.shape[1], 500)]
r_peaks = np.concatenate([*found, stream.finish()[0]])
offline = hs.detection.detect_qrs(signal, record.sampling_rate)
print(f"{len(r_peaks)} beats; the same offline: {np.array_equal(r_peaks, offline.r_peaks)}")
match = hs.metrics.match_beats(truth.r_peaks, r_peaks, tolerance_samples=0.15 * record.sampling_rate)
print(f"sensitivity {match.sensitivity:.3f} (20 s of 300 are missing), PPV {match.positive_predictive_value:.3f}")
print("unusable:", (offline.unusable / record.sampling_rate).tolist(), "s")

rr_ms = np.diff(r_peaks) * 1000.0 / record.sampling_rate
for first, last in offline.unusable:
    rr_ms[(r_peaks[:-1] < last) & (r_peaks[1:] > first)] = np.nan  # no interval across what was not seen
corrected = hs.features.correct_rr(rr_ms)
hrv = hs.features.hrv(corrected.nn_ms)
print("intervals:", {kind: n for kind, n in corrected.counts.items() if n})
print(f"SDNN {hrv.time.sdnn_ms:.1f} ms, RMSSD {hrv.time.rmssd_ms:.1f} ms, LF/HF {hrv.frequency.lf_hf_ratio:.2f}")
