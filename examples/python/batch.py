"""Features of many recordings at once, and reports from several threads: batch.py [BUNDLE]"""

import sys
from concurrent.futures import ThreadPoolExecutor

import heartsight as hs
import numpy as np

recordings = [hs.simulate.ecg(100.0, seed=seed, white_noise_mv=0.01)[0] for seed in range(16)]

signals = np.stack([recording.signal for recording in recordings])
features = hs.features.summary_statistics(signals, n_threads=2)
names = hs.features.summary_statistics_schema(recordings[0].leads).names
print(f"{features.shape[0]} recordings, {features.shape[1]} features; {names[0]} of the first: {features[0, 0]:.4f}")

analyzer = hs.load(*sys.argv[1:2])  # safe to share between threads
with ThreadPoolExecutor(2) as pool:
    for i, report in enumerate(pool.map(analyzer.analyze, recordings)):
        print(i, report.status, [finding.name for finding in report.findings])
