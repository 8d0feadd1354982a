"""Reading time against wfdb-python, per signal format, as ratios of medians of interleaved runs.

Run in an environment that has wfdb, with this package on the path:

    PYTHONPATH=python python bench/read_records.py "$HEARTSIGHT_DATA"
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import heartsight as hs
import wfdb

RECORDS = {
    "212, 30 min x 2 leads": "mitdb/100",
    "16, 10 s x 12 leads, 500 Hz": "ptbxl_waveforms/records500/00000/*_hr.hea",
    "16, 10 s x 12 leads, 100 Hz": "ptbxl_waveforms/records100/00000/*_lr.hea",
    "FLAC, 231 s, 3 rates": "wfdb_samples/mixedsignals",
    "16+24, 330 s x 3 channels": "wfdb_samples/a103l",
}
ROUNDS = 21


def seconds(read) -> float:
    start = time.perf_counter()
    read()
    return time.perf_counter() - start


def main(folder: str) -> None:
    print(f"wfdb-python {wfdb.__version__}; median of {ROUNDS} interleaved reads, files in the page cache")
    titles = ["wfdb ms", "ours ms", "ratio", "float32 ms", "10 s ms", "wfdb 10 s ms"]
    print(f"{'record':30} " + " ".join(f"{title:>12}" for title in titles))
    for label, pattern in RECORDS.items():
        found = sorted(Path(folder).glob(pattern if pattern.endswith(".hea") else pattern + ".hea"))
        if not found:
            print(f"{label:30} not in the data folder")
            continue
        stem = str(found[0].with_suffix(""))
        rate = int(wfdb.rdheader(stem).fs)
        stop = min(10 * rate, wfdb.rdheader(stem).sig_len)
        groups = hs.read_record(stem).groups
        n_groups = len(groups)
        our_stop = stop * round(groups[0].sampling_rate / wfdb.rdheader(stem).fs)  # in samples, not frames
        readers = {
            "wfdb": lambda s=stem: wfdb.rdrecord(s, smooth_frames=False),
            # wfdb-python reads all rates at once: so do we, one group after the other.
            "ours": lambda s=stem, n=n_groups: [hs.read_record(s, group=g) for g in range(n)],
            "ours32": lambda s=stem, n=n_groups: [hs.read_record(s, group=g, dtype="float32") for g in range(n)],
            "range": lambda s=stem, n=our_stop: hs.read_record(s, stop=n),
            "wfdb range": lambda s=stem, n=stop: wfdb.rdrecord(s, sampto=n, smooth_frames=False),
        }
        times: dict[str, list[float]] = {name: [] for name in readers}
        for _ in range(ROUNDS):
            for name, read in readers.items():
                times[name].append(seconds(read))
        ms = {name: 1e3 * statistics.median(values) for name, values in times.items()}
        print(
            f"{label:30} {ms['wfdb']:12.3f} {ms['ours']:12.3f} {ms['wfdb'] / ms['ours']:11.1f}x {ms['ours32']:12.3f} "
            f"{ms['range']:12.3f} {ms['wfdb range']:12.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1])
