"""Compares every WFDB record and annotation file under a folder with what wfdb-python makes of it.

Run in an environment that has wfdb, with this package on the path:

    PYTHONPATH=python python bench/compare_wfdb.py "$HEARTSIGHT_DATA"

Physical values have to be equal bit for bit, NaN at the same places. Exit status 1 when anything differs.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import heartsight as hs
import numpy as np
import wfdb

UNIT_TO_MV = {"uV": 1e-3, "V": 1e3}


def compare_record(header: Path) -> str:
    stem = str(header.with_suffix(""))
    try:
        peer = wfdb.rdrecord(stem, physical=True, smooth_frames=False)
    except Exception as error:
        try:
            hs.read_record(header)
        except hs.FormatError:
            return "both refuse"
        return f"only wfdb-python refuses: {type(error).__name__}"
    if isinstance(peer, wfdb.MultiRecord):
        peer = peer.multi_to_single(physical=True, expanded=True)
    fields = hs.io.read_header(header)
    rates: dict[float, list[int]] = {}
    signals = fields.signals or hs.io.read_header(header.parent / f"{fields.segments[0].name}.hea").signals
    for index, signal in enumerate(signals):
        rates.setdefault(signal.samples_per_frame, []).append(index)
    for group, per_frame in enumerate(sorted(rates, reverse=True)):
        ours = hs.read_record(header, group=group)
        ours32 = hs.read_record(header, group=group, dtype="float32")
        for row, index in enumerate(rates[per_frame]):
            theirs = np.asarray(peer.e_p_signal[index], dtype=np.float64) * UNIT_TO_MV.get(peer.units[index], 1.0)
            if not np.array_equal(ours.signal[row], theirs, equal_nan=True):
                return f"DIFFERS: {header} signal {index}"
            if not np.array_equal(ours32.signal[row], theirs.astype(np.float32), equal_nan=True):
                return f"DIFFERS in float32: {header} signal {index}"
    return "equal"


def compare_annotation(path: Path) -> str:
    try:
        ours = hs.io.read_annotation(path)
    except hs.FormatError as error:
        return f"refused: {path.name}: {error}"
    peer = wfdb.rdann(str(path.with_suffix("")), path.suffix[1:])
    same = (
        np.array_equal(ours.samples, peer.sample)
        and ours.symbols == list(peer.symbol)
        and [a.subtype for a in ours] == list(peer.subtype)
        and [a.chan for a in ours] == list(peer.chan)
        and [a.num for a in ours] == list(peer.num)
        and [a.aux for a in ours] == [note.rstrip("\0") for note in peer.aux_note]
    )
    if not same:
        return f"DIFFERS: {path}"
    if hs.io.parse_annotations(hs.io.format_annotations(ours)) != ours:
        return f"DIFFERS after writing: {path}"
    return "equal"


def main(folder: str) -> int:
    root = Path(folder)
    headers = sorted(root.rglob("*.hea"))
    records = Counter(compare_record(header) for header in headers)
    stems = {str(header.with_suffix("")) for header in headers}
    not_annotations = {".hea", ".dat", ".mat", ".xyz", ".md", ".txt", ".csv", ".npy"}
    annotations = Counter(
        compare_annotation(path)
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and str(path.with_suffix("")) in stems
        and path.suffix not in not_annotations
        and not path.suffix.startswith(".d")
    )
    print(f"wfdb-python {wfdb.__version__}, {len(headers)} records:")
    for outcome, count in records.most_common():
        print(f"  {count:5d} {outcome}")
    print(f"{sum(annotations.values())} annotation files:")
    for outcome, count in annotations.most_common():
        print(f"  {count:5d} {outcome}")
    return int(any("DIFFERS" in outcome or "refused" in outcome for outcome in [*records, *annotations]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
