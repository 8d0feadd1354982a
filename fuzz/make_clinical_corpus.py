"""Writes the seed corpus of the fuzzers of clinical file formats: small synthetic files built from the specifications.

    python fuzz/make_clinical_corpus.py        # needs NumPy

Inputs that a fuzzer found are kept beside the seeds under names that begin with "found-".
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent / "corpus" / "io"


def save(target: str, name: str, content: bytes) -> None:
    folder = ROOT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def ramp(n: int, bits: int) -> np.ndarray:
    limit = 1 << (bits - 1)
    return (np.arange(n) * 37 % (2 * limit)) - limit


def edf(signals: list[tuple[str, str, int]], records: list[bytes], *, kind: str = "", duration: str = "1") -> bytes:
    """An EDF file; signals are label, unit and samples per record. kind "BDF" and "BDF+C" make BDF files."""
    n = len(signals)
    fixed = [(b"\xffBIOSEMI" if kind.startswith("BDF") else b"0", 8), (b"X F 02-MAY-1951 X", 80), (b"Startdate X", 80)]
    fixed += [(b"01.01.01", 8), (b"00.00.00", 8), (str(256 * (n + 1)).encode(), 8), (kind.encode(), 44)]
    fixed += [(str(len(records)).encode(), 8), (duration.encode(), 8), (str(n).encode(), 4)]
    columns = [(16, [s[0] for s in signals]), (80, [""] * n), (8, [s[1] for s in signals])]
    columns += [(8, [text] * n) for text in ("-100", "100", "-2048", "2047")]
    columns += [(80, [""] * n), (8, [str(s[2]) for s in signals]), (32, [""] * n)]
    header = b"".join(text.ljust(width) for text, width in fixed)
    return header + b"".join(t.encode().ljust(width) for width, texts in columns for t in texts) + b"".join(records)


def edf_seeds() -> None:
    samples = ramp(5, 12).astype("<i2").tobytes()
    save("edf", "rates", edf([("ECG I", "uV", 3), ("Resp", "", 2)], [samples, samples], duration="0.5"))
    save("edf", "bdf", edf([("V1", "uV", 5)], [samples + b"\x80" * 5], kind="BDF"))
    lists = [b"+0\x14\x14\0+0.5\x151\x14N\x14\0", b"+3\x14\x14\0"]
    records = [samples + t.ljust(18, b"\0") for t in lists]
    save("edf", "gap", edf([("II", "mV", 5), ("EDF Annotations", "", 9)], records, kind="EDF+D"))


AECG = """<?xml version="1.0"?><AnnotatedECG xmlns="urn:hl7-org:v3"><effectiveTime value="20200801"/><componentOf>
<timepointEvent><componentOf><subjectAssignment><subject><trialSubject><subjectDemographicPerson>
<administrativeGenderCode code="F"/><birthTime value="19510802"/></subjectDemographicPerson></trialSubject></subject>
</subjectAssignment></componentOf></timepointEvent></componentOf><component>SERIES</component></AnnotatedECG>"""


def aecg_seeds() -> None:
    def sequence(code: str, value: str) -> str:
        return f'<component><sequence><code code="{code}"/><value>{value}</value></sequence></component>'

    def series(code: str, step: str, digits: str) -> str:
        times = sequence("TIME_RELATIVE", f'<head value="0"/><increment value="{step}" unit="ms"/>')
        scale = '<origin value="1" unit="mV"/><scale value="5" unit="uV"/>'
        leads = "".join(sequence("MDC_ECG_LEAD_" + lead, f"{scale}<digits>{digits}</digits>") for lead in ("I", "aVR"))
        sets = f"<component><sequenceSet>{times}{leads}</sequenceSet></component>"
        return f'<code code="{code}"/>{sets}'

    beats = f"<derivation><derivedSeries>{series('REPRESENTATIVE_BEAT', '1', '7 8')}</derivedSeries></derivation>"
    both = f"<series>{series('RHYTHM', '2', '1 -2 3')}{beats}</series>"
    save("aecg", "both", AECG.replace("SERIES", both).encode())
    save("aecg", "utf16", AECG.replace("SERIES", f"<series>{series('', '4', '5')}</series>").encode("utf-16"))


def main() -> None:
    edf_seeds()
    aecg_seeds()


if __name__ == "__main__":
    main()
