"""From the paths of a command line to the recordings they name."""

from __future__ import annotations

import csv
import glob
import re
from pathlib import Path
from typing import Any

import heartsight
from heartsight import DomainError, Error, Recording, RecordingFloat32

SUFFIXES = (".hea", ".csv", ".npy", ".npz", ".edf", ".bdf", ".dcm", ".scp", ".ecg", ".xml")
_ROOTS = re.compile(rb"<(?:\w+:)?(?:AnnotatedECG|RestingECG|restingecgdata)[\s>]")
_CHANNEL = re.compile(r"channel-\d+", re.IGNORECASE)
_LEADS = {"i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"}


def _is_recording_table(path: Path) -> bool:
    """Whether a CSV file found in a folder has a column of a lead; manifests and label tables have none."""
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            first = file.readline(65536)
    except OSError:
        return True  # reading it says why it cannot be read
    names = re.split("[,;\t]", first.replace('"', ""))
    return any(n.strip().lower() in _LEADS or _CHANNEL.fullmatch(n.strip()) for n in names)


def _is_recording_document(path: Path) -> bool:
    """Whether an XML file found in a folder is one of the electrocardiogram formats, by its first elements."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return True  # reading it says why it cannot be read
    return _ROOTS.search(head.replace(b"\0", b"")) is not None  # UTF-16 has a zero beside each letter


def _segments_of(header: Path) -> set[Path]:
    """The headers of the segments of a multi-segment record: parts of it, not recordings of their own."""
    try:
        parsed = heartsight.io.read_header(header)
    except Error:
        return set()  # reading the record says what is wrong with it
    if not parsed.is_multi_segment:
        return set()
    try:
        heartsight.io.read_record(header)  # whole: any of its segments may be the one that cannot be read
    except Error:
        return set()  # a record that cannot be read hides nothing
    return {header.with_name(s.name + ".hea") for s in parsed.segments} - {header}


def _wanted(found: list[Path]) -> tuple[list[Path], int]:
    """What of the files found in a folder or by a pattern is a recording, and how many tables are not."""
    files = sorted(f for f in found if f.suffix.lower() in SUFFIXES and f.is_file() and not f.name.startswith("."))
    headers = [f for f in files if f.suffix.lower() == ".hea"]
    parts = set().union(*(_segments_of(h) for h in headers)) if headers else set()
    tables = {f for f in files if f.suffix.lower() == ".csv" and not _is_recording_table(f)}
    documents = {f for f in files if f.suffix.lower() == ".xml" and not _is_recording_document(f)}
    return [f for f in files if f not in parts | tables | documents], len(tables)


class Inputs:
    """The recordings to read, in order and each once; the paths that name none, with the reason."""

    def __init__(self, paths: list[str]) -> None:
        self.files: list[Path] = []
        self.failed: list[tuple[str, str]] = []
        self.n_tables = 0  # CSV files of folders that are no recordings
        self._seen: set[Path] = set()
        self._listed_headers = {Path(p).with_suffix("").resolve() for p in paths if p.endswith(".hea")}
        for path in paths:
            self._add(path)

    def _add(self, text: str) -> None:
        path = Path(text)
        if path.is_dir():
            self._add_found(text, list(path.rglob("*")), f"has no recording ({', '.join(SUFFIXES)}) in it")
        elif path.exists() or path.with_name(path.name + ".hea").exists():
            # A shell's own pattern names signal files beside their headers: one recording.
            if path.suffix == ".dat" and path.with_suffix("").resolve() in self._listed_headers:
                return
            self._append(path)
        elif glob.has_magic(text):
            matches = [Path(m) for m in glob.glob(text, recursive=True)]
            inside = [f for m in matches if m.is_dir() for f in m.rglob("*")]
            self._add_found(text, [m for m in matches if m.is_file()] + inside, "no recording matches")
        else:
            self.failed.append((text, "no such file or folder"))

    def _add_found(self, text: str, found: list[Path], otherwise: str) -> None:
        files, n_tables = _wanted(found)
        self.n_tables += n_tables
        if not files:
            self.failed.append((text, otherwise))
        for file in files:
            self._append(file)

    def _append(self, path: Path) -> None:
        key = path.resolve()
        if key not in self._seen:
            self._seen.add(key)
            self.files.append(path)


def read_input(
    path: Path, *, sampling_rate: float | None = None, lead_names: list[str] | None = None, protocol: str = ""
) -> Recording | RecordingFloat32:
    """read_record with the options of the command line that this file's format needs, and only these."""
    options: dict[str, Any] = {}
    suffix = path.suffix.lower()
    if suffix == ".csv":
        if sampling_rate is not None:
            options["sampling_rate"] = sampling_rate
        if protocol == "mlops_phase1":
            options["protocol"] = protocol
    elif suffix == ".npy":
        if sampling_rate is None:
            raise DomainError("a .npy file carries no sampling rate: give --sampling-rate")
        if lead_names is None:
            raise DomainError("a .npy file does not name its leads: give --leads, such as I,II,III,aVR,...")
        options.update(sampling_rate=sampling_rate, lead_names=lead_names)
    try:
        return heartsight.read_record(path, **options)
    except DomainError as error:
        if "sampling_rate" in str(error) and suffix == ".csv" and sampling_rate is None:
            raise DomainError("a CSV file carries no sampling rate: give --sampling-rate") from None
        if "sampling_rate" in str(error) and not options and sampling_rate is not None:
            return heartsight.read_record(path, sampling_rate=sampling_rate)
        raise


def csv_cell(value: object) -> str:
    """A cell of a table that spreadsheets open: text that they would run as a formula gets an apostrophe before it."""
    text = str(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_csv(rows: list[list[object]], file: Any) -> None:
    writer = csv.writer(file, lineterminator="\n")
    for row in rows:
        writer.writerow([csv_cell(v) if isinstance(v, str) else v for v in row])
