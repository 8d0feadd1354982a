"""Writes the seed corpus of the fuzzers of clinical file formats: small synthetic files built from the specifications.

    python fuzz/make_clinical_corpus.py        # needs NumPy

Inputs that a fuzzer found are kept beside the seeds under names that begin with "found-".
"""

from __future__ import annotations

import base64
import binascii
import struct
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


def dicom(*, implicit: bool, marked: bool) -> bytes:
    """A DICOM waveform of two channels; marked: sequences and items of undefined length, closed by marks."""

    def element(group: int, number: int, vr: str, value: bytes, length: int | None = None) -> bytes:
        value += b"\0" * (len(value) % 2)
        size = len(value) if length is None else length
        tag = group.to_bytes(2, "little") + number.to_bytes(2, "little")
        if implicit and group != 2:
            return tag + size.to_bytes(4, "little") + value
        wide = vr in {"SQ", "OW", "OB", "UN"}
        return tag + vr.encode() + (b"\0\0" if wide else b"") + size.to_bytes(4 if wide else 2, "little") + value

    def sequence(group: int, number: int, *items: bytes) -> bytes:
        if not marked:
            body = b"".join(b"\xfe\xff\x00\xe0" + len(i).to_bytes(4, "little") + i for i in items)
            return element(group, number, "SQ", body)
        end = b"\xfe\xff\x0d\xe0\0\0\0\0"
        body = b"".join(b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + i + end for i in items)
        return element(group, number, "SQ", body + b"\xfe\xff\xdd\xe0\0\0\0\0", 0xFFFFFFFF)

    def channel(code: bytes, label: bytes) -> bytes:
        source = sequence(0x3A, 0x208, element(8, 0x100, "SH", code) + element(8, 0x104, "LO", b"Lead X (x)"))
        units = sequence(0x3A, 0x211, element(8, 0x100, "SH", b"uV"))
        scale = [(0x210, b"1.25"), (0x212, b"2"), (0x213, b"-3")]
        numbers = b"".join(element(0x3A, n, "DS", v) for n, v in scale)
        return element(0x3A, 0x203, "SH", label) + source + numbers[:12] + units + numbers[12:]

    waveform = sequence(
        0x5400,
        0x100,
        element(0x3A, 4, "CS", b"ORIGINAL")
        + element(0x3A, 5, "US", b"\2\0")
        + element(0x3A, 0x10, "UL", b"\3\0\0\0")
        + element(0x3A, 0x1A, "DS", b"500")
        + sequence(0x3A, 0x200, channel(b"2:1", b""), channel(b"", b"Y"))
        + element(0x5400, 0x1004, "US", b"\x10\0")
        + element(0x5400, 0x1006, "CS", b"SS")
        + element(0x5400, 0x100A, "OW", b"\0\x80")
        + element(0x5400, 0x1010, "OW", ramp(6, 12).astype("<i2").tobytes()),
    )
    syntax = b"1.2.840.10008.1.2" if implicit else b"1.2.840.10008.1.2.1"
    meta = element(2, 0x10, "UI", syntax)
    person = element(0x10, 0x40, "CS", b"F") + element(0x10, 0x1010, "AS", b"045Y")
    length = element(2, 0, "UL", len(meta).to_bytes(4, "little"))
    return b"\0" * 128 + b"DICM" + length + meta + person + waveform


def dicom_seeds() -> None:
    save("dicom", "explicit", dicom(implicit=False, marked=True))
    save("dicom", "implicit", dicom(implicit=True, marked=False))


def muse_seeds() -> None:
    def lead(name: str, n: int, first: int) -> str:
        data = base64.b64encode(ramp(n, 12).astype("<i2").tobytes()).decode()
        counts = (
            f"<LeadSampleCountTotal>{n}</LeadSampleCountTotal><LeadOffsetFirstSample>{first}</LeadOffsetFirstSample>"
        )
        scale = "<LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits>"
        return f"<LeadData>{counts}{scale}<LeadID>{name}</LeadID><WaveFormData>{data}</WaveFormData></LeadData>"

    person = "<PatientDemographics><PatientAge>60</PatientAge><Gender>MALE</Gender></PatientDemographics>"
    waveforms = "".join(
        f"<Waveform><WaveformType>{kind}</WaveformType><SampleBase>{rate}</SampleBase>{leads}</Waveform>"
        for kind, rate, leads in [
            ("Median", 1000, lead("V1", 2, 0)),
            ("Rhythm", 500, lead("I", 3, 1) + lead("II", 3, 2)),
        ]
    )
    save("muse", "both", f'<?xml version="1.0"?><RestingECG>{person}{waveforms}</RestingECG>'.encode())


def ishne_seeds() -> None:
    header = bytearray(522)
    header[:8] = b"ISHNE1.0"
    for at, value in [(10, 4), (14, 3), (18, 522), (22, 526)]:
        header[at : at + 4] = value.to_bytes(4, "little")
    fields = [(128, 1), (132, 2), (134, 8), (136, 1951), (138, 1), (140, 8), (142, 2020), (156, 2), (158, 11), (160, 2)]
    for at, value in [*fields, (206, 2500), (208, 5000), (272, 200)]:
        header[at : at + 2] = value.to_bytes(2, "little")
    save("ishne", "unsigned", bytes(header) + b"note" + ramp(6, 12).astype("<i2").tobytes())
    header[8:10] = binascii.crc_hqx(bytes(header[10:]) + b"note", 0xFFFF).to_bytes(2, "little")
    save("ishne", "signed", bytes(header) + b"note" + ramp(6, 12).astype("<i2").tobytes())


def sierra_seeds() -> None:
    def chunk(codes: list[int], start: int) -> bytes:
        bits = "".join(f"{code:010b}" for code in [*codes, 1023])
        packed = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
        return len(packed).to_bytes(4, "little") + b"\1\0" + start.to_bytes(2, "little", signed=True) + packed

    # Four samples: upper bytes 0 0 0 0 (a byte, then a string as it is defined), lower bytes 1 2 64 65.
    leads = [chunk([0, 256, 0, 1, 2, 64, 65], start) for start in (0, 3, -1)]
    settings = 'dataencoding="Base64" compression="XLI" leadlabels="I II III" numberofleads="3" durationperchannel="8" '
    settings += 'samplespersecond="500" resolution="5" bitspersample="16"'
    info = "<documentinfo><documenttype>SierraECG</documenttype><documentversion>1.03</documentversion></documentinfo>"
    data = base64.b64encode(b"".join(leads)).decode()
    waveforms = f"<waveforms><parsedwaveforms {settings}>{data}</parsedwaveforms></waveforms>"
    save("sierra", "limbs", f'<?xml version="1.0"?><restingecgdata>{info}{waveforms}</restingecgdata>'.encode())


def scp(contents: dict[int, bytes], *, signed: bool) -> bytes:
    """An SCP-ECG file of sections by number; without checksums, mutations reach what lies behind them."""

    def with_crc(body: bytes) -> bytes:
        return (binascii.crc_hqx(body, 0xFFFF) if signed else 0).to_bytes(2, "little") + body

    def section(number: int, content: bytes) -> bytes:
        mark = b"SCPECG" if number == 0 else b"\0" * 6
        return with_crc(struct.pack("<HIBB", number, len(content) + 16, 20, 20) + mark + content)

    sections, pointers = b"", b""
    size = 16 + 10 * 12
    for number in range(12):
        one = section(number, contents[number]) if number in contents else b""
        at = 7 if number == 0 else 6 + size + len(sections) + 1
        pointers += struct.pack("<HII", number, size if number == 0 else len(one), at if one or number == 0 else 0)
        sections += one
    rest = section(0, pointers) + sections
    return with_crc(struct.pack("<I", len(rest) + 6) + rest)


def scp_seeds() -> None:
    leads = bytes([2, 0]) + struct.pack("<IIB", 1, 4, 1) + struct.pack("<IIB", 2, 5, 62)
    person = struct.pack("<BHHB", 4, 3, 60, 1) + struct.pack("<BHB", 8, 1, 2) + b"\xff\0\0"
    packed = bytes([0b10011011, 0b10001111, 0b11111101, 0b10000000])  # 1, 2 ... with codes of their own and an escape
    rhythm = struct.pack("<HHBBHH", 2500, 2000, 2, 0, len(packed), len(packed)) + packed * 2
    huffman = {1: person, 2: (19999).to_bytes(2, "little"), 3: leads, 6: rhythm}
    save("scp", "huffman", scp(huffman, signed=False))
    save("scp", "signed", scp(huffman, signed=True))
    codes = [(1, 1, 1, 7, 0), (2, 2, 0, 1, 1), (2, 6, 1, -9, 3)]
    table = struct.pack("<HH", 1, len(codes)) + b"".join(struct.pack("<BBBhI", *code) for code in codes)
    save("scp", "table", scp({2: table, 3: leads, 6: rhythm}, signed=False))
    beats = struct.pack("<HHBBHH", 1000, 2000, 0, 0, 4, 4) + struct.pack("<hhhh", 1, 2, 3, 4)
    qrs = struct.pack("<HHH", 4, 1, 1) + struct.pack("<HIII", 0, 1, 2, 3)
    raw = struct.pack("<HHBBHH", 2500, 2000, 1, 0, 8, 8) + ramp(8, 12).astype("<i2").tobytes()
    save("scp", "beats", scp({3: b"\2\1" + leads[2:], 4: qrs, 5: beats, 6: raw}, signed=False))


def main() -> None:
    edf_seeds()
    aecg_seeds()
    dicom_seeds()
    muse_seeds()
    ishne_seeds()
    sierra_seeds()
    scp_seeds()


if __name__ == "__main__":
    main()
