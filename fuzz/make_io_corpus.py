"""Writes the seed corpus of the io fuzzers: small synthetic files of every format.

    python fuzz/make_io_corpus.py        # needs NumPy, and soundfile for the FLAC seeds

Inputs that a fuzzer found are kept beside the seeds under names that begin with "found-".
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).parent / "corpus" / "io"
FORMATS = [8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524]


def save(target: str, name: str, content: bytes) -> None:
    folder = ROOT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def flac(samples: np.ndarray, bits: int) -> bytes:
    buffer = io.BytesIO()
    subtype = {8: "PCM_S8", 16: "PCM_16", 24: "PCM_24"}[bits]
    data = samples.astype(np.int32) << (32 - bits)
    soundfile.write(buffer, data, 250, format="FLAC", subtype=subtype)
    return buffer.getvalue()


def ramp(n: int, bits: int) -> np.ndarray:
    limit = 1 << (bits - 1)
    return (np.arange(n) * 37 % (2 * limit)) - limit


def record(name: str, header: str, data: bytes, a: str = "", b: str = "") -> None:
    save("wfdb_record", name, b"\0".join([header.encode(), a.encode(), b.encode(), data]))


def main() -> None:
    headers = {
        "simple": "100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n"
        "100.dat 212 200 11 1024 1011 20052 0 V5\n"
        "# 69 M 1085 1629 x1\n",
        "full": "# first\r\nrec 2 125.5/1000(3) 10 8:26:04 26/10/1994\r\nd 16x4:2+24 200.5(-5)/uV 16 0 1 -3 0 II \r\n"
        "d 16x1:0+24 0/mmHg\r\n# Age: 63\r\n# Sex: Female\r\n# <age>: 25  <sex>: M\r\n",
        "segments": "rec/3 2 250 300\nseg_layout 0\nseg1 200\n~ 100\n",
    }
    for name, text in headers.items():
        save("wfdb_header", name, text.encode())

    for code, fmt in enumerate(FORMATS):
        if fmt >= 500:
            bits = fmt - 500
            save("wfdb_samples", f"{fmt}", bytes([code]) + flac(ramp(40, bits), bits))
            save("wfdb_samples", f"{fmt}-two", bytes([code]) + flac(np.stack([ramp(30, bits)] * 2, axis=1), bits))
        else:
            save("wfdb_samples", f"{fmt}", bytes([code]) + bytes((i * 73 + 11) % 256 for i in range(48)))

    data = bytes((i * 73 + 11) % 256 for i in range(96))
    for fmt in FORMATS[:10]:
        record(f"{fmt}", f"r 2 250 10\nd {fmt} 200/mV 12 0 0 0 0 I\nd {fmt} 100(3)/uV 12 0 0 0 0 II\n", data)
    record(
        "rates", "r 3 62.5\nd 212x4:1 200 12 0 0 0 0 I\nd 212x4 200 12 0 0 0 0 II\nd 212 20/mmHg 12 0 0 0 0 ABP\n", data
    )
    record("offset", "r 1 250 20\nd 16x1+24 1000.0(0)/mV 16 0 0 0 0 V1\n", data)
    record("skew", "r 2 250 20\nd 16:3 200\nd 16 200\n", data)
    record(
        "flac",
        "r 2 250 30\nd 516 200/mV 16 0 0 0 0 I\nd 516 200/mV 16 0 0 0 0 II\n",
        flac(np.stack([ramp(30, 16), ramp(30, 16) // 2], axis=1), 16),
    )
    record("flac-frames", "r 1 250 20\nd 508x2 200/mV 8 0 0 0 0 I\n", flac(ramp(40, 8), 8))
    record("fixed", "r/3 1 250 30\na 10\n~ 10\nb 10\n", data, "a 1 250 10\nd 16 200\n", "b 1 250 10\nd 16+20 100\n")
    record(
        "variable",
        "r/3 2 250 20\na 0\nb 10\n~ 10\n",
        data,
        "a 2 250 0\n~ 0 200/mV 0 0 0 0 0 I\n~ 0 200/mV 0 0 0 0 0 II\n",
        "b 1 250 10\nd 16 200/uV 0 0 0 0 0 II\n",
    )

    def word(code: int, low: int) -> bytes:
        return (code << 10 | low).to_bytes(2, "little")

    save(
        "annotation",
        "beats",
        word(28, 18)
        + word(63, 3)
        + b"(N\0\0"
        + word(1, 59)
        + word(5, 300)
        + word(61, 255)
        + word(62, 1)
        + word(60, 2)
        + word(8, 200)
        + word(0, 0),
    )
    save(
        "annotation",
        "skip",
        word(59, 0)
        + bytes([1, 0, 0, 1])
        + word(1, 5)
        + word(59, 0)
        + bytes([255, 255, 240, 255])
        + word(2, 0)
        + word(0, 0),
    )
    notes = [b"## time resolution: 500", b"## annotation type definitions", b"42 % other", b"## end of definitions"]
    save(
        "annotation",
        "definitions",
        b"".join(word(22, 0) + word(63, len(n)) + n + b"\0" * (len(n) % 2) for n in notes) + word(42, 7) + word(0, 0),
    )

    names = [f"channel-{i}" for i in range(12)]
    rows = [",".join(f"{(i * j) / 100 - 0.3:.3f}" for j in range(12)) for i in range(4)]
    save(
        "csv", "channels", ("ecg_id," + ",".join(names) + "\n" + "\n".join("7," + row for row in rows) + "\n").encode()
    )
    save("csv", "leads", b'\xef\xbb\xbf"I";II;avr\r\n0.1;"-2e-3";nan\r\n1;2;3\r\n')
    save("csv", "tabs", b"V1\tV2\n1\t2\n3\t4\n\n")
    save("csv", "other", b"lead 2,lead 1,target\n1,2,x\n,7,y\n")

    signal = np.arange(10, dtype=float).reshape(2, 5) / 8
    for name, array in {
        "f8": signal,
        "f4": signal.astype("f4"),
        "f2": signal.astype("f2"),
        "big": signal.astype(">i2"),
        "fortran": np.asfortranarray(signal),
        "u1": signal.astype("u1"),
        "i8": signal.astype("i8"),
    }.items():
        buffer = io.BytesIO()
        np.save(buffer, array)
        save("npy", f"{name}.npy", buffer.getvalue())
    for name, write in {"stored": np.savez, "deflated": np.savez_compressed}.items():
        buffer = io.BytesIO()
        write(buffer, signal=signal, sampling_rate=250.0, leads=np.array(["I", "II"]))
        save("npy", f"{name}.npz", buffer.getvalue())


if __name__ == "__main__":
    main()
