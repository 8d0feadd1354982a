"""The diagnostic superclasses of PTB-XL: 44 statements in five classes, as scp_statements.csv maps them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

CLASSES: tuple[str, ...] = ("NORM", "MI", "STTC", "CD", "HYP")

_STATEMENTS = {
    "NORM": "NORM",
    "MI": "IMI ASMI ILMI AMI ALMI INJAS LMI INJAL IPLMI IPMI INJIN INJLA PMI INJIL",
    "STTC": "NDT NST_ DIG LNGQT ISC_ ISCAL ISCIN ISCIL ISCAS ISCLA ANEUR EL ISCAN",
    "CD": "LAFB IRBBB 1AVB IVCD CRBBB CLBBB LPFB WPW ILBBB 3AVB 2AVB",
    "HYP": "LVH LAO/LAE RVH RAO/RAE SEHYP",
}

SUPERCLASS_OF: dict[str, str] = {code: name for name, codes in _STATEMENTS.items() for code in codes.split()}


def parse_scp_codes(text: str) -> dict[str, float]:
    """The statements of one record from the cell of ptbxl_database.csv, a Python dict literal.

    Raises ValueError when the cell is anything else. Nothing in it is run.
    """
    value = ast.literal_eval(text)
    if not isinstance(value, dict):
        raise ValueError(f"scp_codes must be a dict, got {text[:40]!r}")
    return {str(code): float(likelihood) for code, likelihood in value.items()}


def superclass_labels(codes: Mapping[str, float], superclass_of: Mapping[str, str] = SUPERCLASS_OF) -> list[int]:
    """0 or 1 per class of CLASSES: 1 when any statement belongs to it, whatever its likelihood (0 included), as in the
    published benchmark (Strodthoff et al. 2020, DOI 10.1109/JBHI.2020.3022989)."""
    there = {superclass_of[code] for code in codes if code in superclass_of}
    return [int(name in there) for name in CLASSES]
