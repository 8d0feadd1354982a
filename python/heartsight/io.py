"""Reading recordings: WFDB records and annotations, clinical files such as EDF, CSV, NumPy files.

`read_record` tells the format from the content. Everything comes as (n_leads, n_samples), voltages in mV.
"""

from __future__ import annotations

from heartsight._core.io import (
    Annotation,
    AnnotationList,
    CustomSymbol,
    EdfAnnotation,
    WfdbHeader,
    WfdbSegment,
    WfdbSignal,
    decode_wfdb_samples,
    format_aecg,
    format_annotations,
    format_edf,
    parse_annotations,
    parse_csv,
    parse_edf_annotations,
    parse_header,
    parse_npy,
    parse_record,
    parse_wfdb_record,
    read_annotation,
    read_edf_annotations,
    read_header,
    read_record,
    write_aecg,
    write_annotation,
    write_edf,
)

__all__ = [
    "Annotation",
    "AnnotationList",
    "CustomSymbol",
    "EdfAnnotation",
    "WfdbHeader",
    "WfdbSegment",
    "WfdbSignal",
    "decode_wfdb_samples",
    "format_aecg",
    "format_annotations",
    "format_edf",
    "parse_annotations",
    "parse_csv",
    "parse_edf_annotations",
    "parse_header",
    "parse_npy",
    "parse_record",
    "parse_wfdb_record",
    "read_annotation",
    "read_edf_annotations",
    "read_header",
    "read_record",
    "write_aecg",
    "write_annotation",
    "write_edf",
]
