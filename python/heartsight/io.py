"""Reading recordings: WFDB records and annotations, CSV, NumPy files.

`read_record` tells the format from the content. Everything comes as (n_leads, n_samples), voltages in mV.
"""

from __future__ import annotations

from heartsight._core.io import (
    Annotation,
    AnnotationList,
    CustomSymbol,
    WfdbHeader,
    WfdbSegment,
    WfdbSignal,
    decode_wfdb_samples,
    format_annotations,
    parse_annotations,
    parse_csv,
    parse_header,
    parse_npy,
    parse_wfdb_record,
    read_annotation,
    read_header,
    read_record,
    write_annotation,
)

__all__ = [
    "Annotation",
    "AnnotationList",
    "CustomSymbol",
    "WfdbHeader",
    "WfdbSegment",
    "WfdbSignal",
    "decode_wfdb_samples",
    "format_annotations",
    "parse_annotations",
    "parse_csv",
    "parse_header",
    "parse_npy",
    "parse_wfdb_record",
    "read_annotation",
    "read_header",
    "read_record",
    "write_annotation",
]
