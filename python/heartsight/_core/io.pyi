from collections.abc import Iterator, Sequence
import os

import numpy
from numpy.typing import NDArray

import heartsight._core

def read_record(
    path: str | os.PathLike,
    *,
    dtype: str = "float64",
    leads: Sequence[str] | None = None,
    start: int = 0,
    stop: int | None = None,
    group: object | None = None,
    keep_header: bool = False,
    sampling_rate: float | None = None,
    protocol: str = "",
    lead_names: Sequence[str] | None = None,
    verify_checksums: bool = False,
    max_values: int | None = None,
) -> heartsight._core.Recording | heartsight._core.RecordingFloat32:
    """
    Reads a recording; the format is told from the content.

    WFDB (header, record name or signal file), EDF and BDF, HL7 aECG, DICOM waveforms, GE MUSE XML, Philips Sierra XML, ISHNE Holter, SCP-ECG, CSV, .npy, .npz.

    Voltages come in mV, other channels in their own unit, as (n_leads, n_samples); missing samples are NaN.

    dtype: 'float64' (a Recording) or 'float32' (a RecordingFloat32).
    leads: names to read, in this order; None reads all of the group.
    start, stop: range in samples of the group; stop=None reads to the end.
    group: of a file of several rates, an index into Recording.groups (int) or a rate in Hz (float); None takes the
        highest rate that has all leads asked for.
    keep_header: keep free header text, which may identify the patient.
    sampling_rate: Hz; required by CSV and .npy, which carry none, and refused by formats that state it.
    protocol: for CSV, '' (strict) or 'mlops_phase1' (that system's upload rules, 100 Hz unless sampling_rate is given).
    lead_names: for .npy, one name per row.
    verify_checksums: for WFDB, compare every signal read with the checksum in the header.
    max_values: refuse to make a larger recording (default 2**31 values).

    Raises FormatError (naming file and line, row or byte) when the file is missing, damaged or not understood,
    DomainError when an option is out of range or does not fit the format.
    """

def parse_wfdb_record(
    files: dict,
    header_name: str,
    *,
    dtype: str = "float64",
    leads: Sequence[str] | None = None,
    start: int = 0,
    stop: int | None = None,
    group: object | None = None,
    keep_header: bool = False,
    verify_checksums: bool = False,
) -> heartsight._core.Recording | heartsight._core.RecordingFloat32:
    """
    read_record() of a WFDB record in memory: files maps the names of all its files to their bytes.
    """

def parse_csv(
    data: bytes,
    *,
    name: str = "bytes",
    dtype: str = "float64",
    leads: Sequence[str] | None = None,
    start: int = 0,
    stop: int | None = None,
    sampling_rate: float | None = None,
    protocol: str = "",
) -> heartsight._core.Recording | heartsight._core.RecordingFloat32:
    """
    read_record() of the bytes of a CSV file; name is what messages call them.
    """

def parse_npy(
    data: bytes,
    *,
    name: str = "bytes",
    dtype: str = "float64",
    leads: Sequence[str] | None = None,
    start: int = 0,
    stop: int | None = None,
    sampling_rate: float | None = None,
    lead_names: Sequence[str] | None = None,
) -> heartsight._core.Recording | heartsight._core.RecordingFloat32:
    """
    read_record() of the bytes of an .npy or .npz file; name is what messages call them.
    """

def decode_wfdb_samples(data: bytes, format: int, *, n_values: int | None = None) -> NDArray[numpy.int32]:
    """
    Digital values (int32) of the bytes of a WFDB signal file, in the order of the file.

    Raises FormatError when fewer bytes than n_values need are there, DomainError for an unknown format.
    """

class WfdbSignal:
    """
    One signal line of a WFDB header; defaults are those of the specification.
    """

    @property
    def file_name(self) -> str:
        """'~' for a signal without samples."""

    @property
    def format(self) -> int: ...
    @property
    def samples_per_frame(self) -> int: ...
    @property
    def skew(self) -> int:
        """Frames."""

    @property
    def byte_offset(self) -> int: ...
    @property
    def gain(self) -> float:
        """Digital units per physical unit."""

    @property
    def baseline(self) -> int:
        """Digital value of physical 0."""

    @property
    def units(self) -> str: ...
    @property
    def adc_resolution(self) -> int:
        """Bits; 0 where the header does not say."""

    @property
    def adc_zero(self) -> int: ...
    @property
    def initial_value(self) -> int: ...
    @property
    def checksum(self) -> int | None:
        """16-bit sum of all samples, or None."""

    @property
    def block_size(self) -> int: ...
    @property
    def name(self) -> str: ...
    def __repr__(self) -> str: ...

class WfdbSegment:
    """One segment of a multi-segment record."""

    @property
    def name(self) -> str:
        """'~' for a gap."""

    @property
    def n_samples(self) -> int: ...
    def __repr__(self) -> str: ...

class WfdbHeader:
    """A WFDB header; comments, date and time only with keep_header."""

    @property
    def record_name(self) -> str: ...
    @property
    def n_signals(self) -> int: ...
    @property
    def frame_rate(self) -> float:
        """Frames per second; 250 where the header is silent."""

    @property
    def counter_rate(self) -> float:
        """Hz; 0 where the header does not say."""

    @property
    def base_counter(self) -> float: ...
    @property
    def n_samples(self) -> int | None:
        """Frames per signal, or None."""

    @property
    def base_time(self) -> str: ...
    @property
    def base_date(self) -> str: ...
    @property
    def signals(self) -> list[WfdbSignal]: ...
    @property
    def segments(self) -> list[WfdbSegment]: ...
    @property
    def is_multi_segment(self) -> bool: ...
    @property
    def age_years(self) -> float | None: ...
    @property
    def age_censored(self) -> bool: ...
    @property
    def sex(self) -> str:
        """'male', 'female' or 'unknown'."""

    @property
    def comments(self) -> list[str]: ...
    @property
    def text(self) -> list[str]: ...
    def __repr__(self) -> str: ...

def read_header(path: str | os.PathLike, *, keep_header: bool = False) -> WfdbHeader:
    """
    The header of a WFDB record, every field typed; the extension .hea may be left out.

    Comments, date and time may identify the patient and are kept only with keep_header=True.
    Raises FormatError naming file and line.
    """

def parse_header(data: bytes, *, name: str = "bytes", keep_header: bool = False) -> WfdbHeader:
    """read_header() of bytes; name is what messages call them."""

class Annotation:
    """One annotation of a recording."""

    def __init__(
        self, sample: int, symbol: str, *, subtype: int = 0, chan: int = 0, num: int = 0, aux: str = ""
    ) -> None: ...
    @property
    def sample(self) -> int:
        """0-based sample index at the rate of the annotation file."""

    @property
    def symbol(self) -> str:
        """'N', 'V', '+', '(' ..."""

    @property
    def subtype(self) -> int: ...
    @property
    def chan(self) -> int: ...
    @property
    def num(self) -> int: ...
    @property
    def aux(self) -> str:
        """Rhythm label, wave note, ..."""

    @property
    def is_beat(self) -> bool:
        """True for N L R B A a J S V r F e j n E / f Q ?"""

    def __eq__(self, arg: Annotation, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __repr__(self) -> str: ...

class CustomSymbol:
    """A symbol that an annotation file defines for itself."""

    def __init__(self, code: int, symbol: str, description: str = "") -> None: ...
    @property
    def code(self) -> int: ...
    @property
    def symbol(self) -> str: ...
    @property
    def description(self) -> str: ...
    def __eq__(self, arg: CustomSymbol, /) -> bool: ...

class AnnotationList:
    """All annotations of a file, in time order: a sequence of Annotation."""

    def __init__(
        self,
        items: Sequence[Annotation],
        *,
        sampling_rate: float | None = None,
        custom_symbols: Sequence[CustomSymbol] = [],
    ) -> None: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> Annotation: ...
    def __iter__(self) -> Iterator[Annotation]: ...
    @property
    def sampling_rate(self) -> float | None:
        """Hz where the file states its own time resolution, else None."""

    @property
    def custom_symbols(self) -> list[CustomSymbol]: ...
    @property
    def beats(self) -> NDArray[numpy.int64]:
        """Sample indices of the beats, an int64 array."""

    @property
    def samples(self) -> NDArray[numpy.int64]:
        """Sample indices of all annotations, an int64 array."""

    @property
    def symbols(self) -> list:
        """Symbols of all annotations."""

    def __eq__(self, arg: AnnotationList, /) -> bool: ...
    def __repr__(self) -> str: ...

def read_annotation(path: str | os.PathLike) -> AnnotationList:
    """
    The annotations of a file in the MIT format, such as 100.atr.

    aux texts (rhythm labels) are kept, without trailing zero bytes. Raises FormatError naming file and byte.
    """

def parse_annotations(data: bytes, *, name: str = "bytes") -> AnnotationList:
    """read_annotation() of bytes; name is what messages call them."""

def write_annotation(path: str | os.PathLike, annotations: AnnotationList) -> None:
    """
    Writes annotations in the MIT format; the file is replaced whole or not at all, and reading it gives an equal list.

    Raises DomainError when times decrease, a symbol is unknown or a field does not fit, FormatError when the file
    cannot be written.
    """

def format_annotations(annotations: AnnotationList) -> bytes:
    """The bytes that write_annotation() writes."""

def parse_record(
    data: bytes,
    *,
    name: str = "bytes",
    dtype: str = "float64",
    leads: Sequence[str] | None = None,
    start: int = 0,
    stop: int | None = None,
    group: object | None = None,
    keep_header: bool = False,
    sampling_rate: float | None = None,
    protocol: str = "",
    lead_names: Sequence[str] | None = None,
    max_values: int | None = None,
) -> heartsight._core.Recording | heartsight._core.RecordingFloat32:
    """
    read_record() of a file in memory, as an upload brings it; the format is told from the content.

    Every format but WFDB, whose records are several files (see parse_wfdb_record); name is what messages call the
    bytes. The recording has no id.
    """

class EdfAnnotation:
    """One annotation of an EDF+ or BDF+ file."""

    def __init__(self, onset_s: float, text: str, *, duration_s: float | None = None) -> None: ...
    @property
    def onset_s(self) -> float:
        """Seconds from the first sample of the file."""

    @property
    def duration_s(self) -> float | None:
        """Seconds, or None where the file states no duration."""

    @property
    def text(self) -> str:
        """As stored; a file may put anything there."""

    def __eq__(self, arg: EdfAnnotation, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __repr__(self) -> str: ...

def read_edf_annotations(path: str | os.PathLike) -> list[EdfAnnotation]:
    """
    The annotations of an EDF+ or BDF+ file, a list of EdfAnnotation in the order of their onsets.

    A plain EDF or BDF file has none. Raises FormatError naming file and byte.
    """

def parse_edf_annotations(data: bytes, *, name: str = "bytes") -> list[EdfAnnotation]:
    """read_edf_annotations() of bytes; name is what messages call them."""

def write_edf(path: str | os.PathLike, recording: object, *, annotations: Sequence[EdfAnnotation] = []) -> None:
    """
    Writes a recording as a continuous EDF+ file, which is replaced whole or not at all.

    16 bits per sample: a value changes by at most the lead's largest magnitude / 65534. A length that no record
    length divides is filled up to whole records by repeating the last sample. The sex is written; id, age, date and
    time are not.

    annotations: EdfAnnotation items, onsets from the first sample.

    Raises DomainError when a value is not finite (EDF cannot mark a missing sample), a name, unit or text does not
    fit or 8 characters cannot state the rate; FormatError when the file cannot be written.
    """

def format_edf(recording: object, *, annotations: Sequence[EdfAnnotation] = []) -> bytes:
    """The bytes that write_edf() writes."""

def write_aecg(path: str | os.PathLike, recording: object) -> None:
    """
    Writes a recording as an HL7 annotated ECG of one rhythm series; the file is replaced whole or not at all.

    Values are stored in steps of 0.1 microvolt. The sex is written; id, age, date and time are not.

    Raises DomainError when a unit is not mV, a value is not finite or a lead name does not fit, FormatError when the
    file cannot be written.
    """

def format_aecg(recording: object) -> bytes:
    """The bytes that write_aecg() writes."""

def write_dicom(path: str | os.PathLike, recording: object) -> None:
    """
    Writes a recording as a DICOM General ECG (200 to 1000 Hz, at most 24 leads) or Ambulatory ECG (50 to 1000 Hz, at most
    12); the file is replaced whole or not at all.

    16 bits per sample; NaN is the padding value. Sex and age are written; id, name, date and time are not. The unique
    identifiers are made of the content.

    Raises DomainError when a unit is not mV, a value is infinite, a lead has no code or rate and leads fit no DICOM ECG,
    FormatError when the file cannot be written.
    """

def format_dicom(recording: object) -> bytes:
    """The bytes that write_dicom() writes."""
