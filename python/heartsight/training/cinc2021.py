"""Folders of the PhysioNet/CinC Challenge 2021: WFDB records whose header comments name diagnoses by SNOMED CT codes.

The challenge's statements (Reyna et al. 2021, DOI 10.23919/CinC53138.2021.9662687) are put into PTB-XL's five superclasses by
their names, which is our own grouping: the sources of the challenge were read by other people, with other habits, so that figures
on it say how a model fares elsewhere and not how good it is. NORM is a sinus rhythm, fast or slow, with nothing else
written: that is not the same as an ECG that somebody called normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heartsight import FormatError
from heartsight.training.superclasses import CLASSES

_CODES = {
    # myocardial infarction; acute, old, anterior, inferior, lateral
    "MI": "164865005 57054005 164867002 54329005 401303003 401314000 73795002 233838001",
    # T wave abnormal, inverted; nonspecific ST-T; ST depression, elevation, interval abnormal; ischaemia; long QT; digitalis
    "STTC": (
        "164934002 59931005 428750005 429622005 164931005 55930002 164930006 164861001 413444003 413844008 425419005 425623009 "
        "426434006 111975006 428417006 251259000 251205003 67198005"
    ),
    # atrioventricular and bundle branch blocks, fascicular blocks, nonspecific conduction delay, pre-excitation
    "CD": (
        "270492004 195042002 54016002 28189009 426183003 27885002 233917008 164947007 164909002 733534002 251120003 59118001 "
        "713427006 713426002 6374002 445118002 445211001 698252002 82226007 74390002"
    ),
    # ventricular and atrial hypertrophy, overload, enlargement
    "HYP": (
        "164873001 55827005 89792004 266249003 67741000119109 446813000 446358003 67751000119106 253352002 253339007 195126007"
    ),
}
CLASS_OF = {code: name for name, codes in _CODES.items() for code in codes.split()}
# Sinus rhythm, bradycardia, tachycardia, arrhythmia.
SINUS = frozenset({"426783006", "426177001", "427084000", "427393009"})


@dataclass(frozen=True)
class ChallengeHeader:
    """What the comments of one header say."""

    codes: tuple[str, ...]
    age_years: float  # NaN where unknown; over 89 is 90
    sex: str


def read_header(path: Path) -> ChallengeHeader | None:
    """The comments of a header; None where it names no diagnosis and so is not one of the challenge's."""
    values = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("#") and ":" in line:
            name, _, value = line.lstrip("# ").partition(":")
            values[name.strip().lower()] = value.strip()
    if "dx" not in values:
        return None
    try:
        age = float(values.get("age", ""))
    except ValueError:
        age = float("nan")
    sex = values.get("sex", "").lower()
    return ChallengeHeader(
        codes=tuple(code.strip() for code in values["dx"].split(",") if code.strip().isdigit()),
        age_years=min(age, 90.0) if age >= 0 else float("nan"),
        sex={"m": "male", "f": "female"}.get(sex[:1], "unknown"),
    )


def labels(codes: tuple[str, ...]) -> list[int]:
    """0 or 1 per class of CLASSES."""
    there = {CLASS_OF[code] for code in codes if code in CLASS_OF}
    if codes and SINUS.issuperset(codes):
        there.add("NORM")
    return [int(name in there) for name in CLASSES]


def headers(folder: Path) -> list[tuple[Path, ChallengeHeader]]:
    """Every header below a folder that names a diagnosis, by name. Raises FormatError where there is none."""
    found = [(path, header) for path in sorted(folder.rglob("*.hea")) if (header := read_header(path)) is not None]
    if not found:
        raise FormatError(
            f"{folder}: has neither ptbxl_database.csv nor manifest.csv, nor headers with diagnoses (# Dx:) as in the "
            "CinC Challenge 2021"
        )
    return found
