"""heartsight.io from Python: keywords, types, threads, and the same answers as the C++ tests."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest

HEADER = "r 2 250 4\nr.dat 16 200 0 0 0 0 0 avr\nr.dat 16 1/mmHg 0 0 0 0 0 ABP\n# Name: Jane\n# Age: 95\n# Sex: F\n"
SAMPLES = np.array([[200, 80], [-32768, 81], [0, 82], [100, 83]], dtype="<i2")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    (tmp_path / "r.hea").write_text(HEADER)
    (tmp_path / "r.dat").write_bytes(SAMPLES.tobytes())
    return tmp_path / "r.hea"


def test_wfdb_record(record: Path) -> None:
    rec = hs.read_record(record)
    assert isinstance(rec, hs.Recording)
    np.testing.assert_array_equal(rec.signal, [[1.0, np.nan, 0.0, 0.5], [80, 81, 82, 83]])
    assert rec.signal.dtype == np.float64
    assert (rec.leads, rec.units, rec.sampling_rate, rec.id) == (["aVR", "ABP"], ["mV", "mmHg"], 250.0, "r")
    assert (rec.age_years, rec.age_censored, rec.sex, rec.header_text) == (90.0, True, "female", [])
    assert hs.read_record(str(record.with_suffix(""))).id == "r"
    assert "# Name: Jane" in hs.read_record(record, keep_header=True).header_text


def test_options(record: Path) -> None:
    part = hs.read_record(record, dtype="float32", leads=["ABP"], start=1, stop=3)
    assert isinstance(part, hs.RecordingFloat32)
    np.testing.assert_array_equal(part.signal, np.array([[81, 82]], dtype=np.float32))
    assert part.start_s == 1 / 250
    assert hs.read_record(record, group=250.0).leads == ["aVR", "ABP"]
    with pytest.raises(hs.DomainError, match="group"):
        hs.read_record(record, group=1)
    with pytest.raises(hs.DomainError, match="not a rate"):
        hs.read_record(record, group=100.0)
    with pytest.raises(TypeError, match="group"):
        hs.read_record(record, group="fast")
    with pytest.raises(hs.DomainError, match="leads"):
        hs.read_record(record, leads=["V1"])
    with pytest.raises(hs.DomainError, match="leads"):
        hs.read_record(record, leads=[])
    with pytest.raises(hs.DomainError, match="stop"):
        hs.read_record(record, stop=5)
    with pytest.raises(hs.DomainError, match="dtype"):
        hs.read_record(record, dtype="float16")
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.read_record(record, sampling_rate=250)
    with pytest.raises(TypeError):
        hs.read_record(record, "float32")  # options are keyword-only


def test_files_in_memory() -> None:
    files = {"r.hea": HEADER.encode(), "r.dat": SAMPLES.tobytes()}
    rec = hs.io.parse_wfdb_record(files, "r.hea", leads=["ABP"])
    np.testing.assert_array_equal(rec.signal, [[80, 81, 82, 83]])
    with pytest.raises(hs.FormatError, match="truncated"):
        hs.io.parse_wfdb_record({**files, "r.dat": b"\0" * 15}, "r.hea")


def test_header(record: Path) -> None:
    header = hs.io.read_header(record)
    assert (header.record_name, header.n_signals, header.n_samples, header.frame_rate) == ("r", 2, 4, 250.0)
    assert header.signals[1].units == "mmHg"
    assert header.comments == []
    assert hs.io.read_header(record, keep_header=True).comments[0] == "Name: Jane"
    assert hs.io.parse_header(b"r 1\nd 16 200/\xb5V\n").signals[0].units == "µV"


def test_errors_are_ours_and_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(hs.FormatError, match=r"absent.*cannot be opened"):
        hs.read_record(tmp_path / "absent")
    (tmp_path / "bad.hea").write_bytes(b"r 1\n\xff 99\n")
    with pytest.raises(hs.FormatError, match=r"bad\.hea: line 2: signal format 99 is not known"):
        hs.read_record(tmp_path / "bad.hea")


def test_csv(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("I,II\n1,2\n3,x\n")
    with pytest.raises(hs.FormatError, match=r"line 3: column 2 \(II\)"):
        hs.read_record(file, sampling_rate=500)
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.read_record(file)
    rec = hs.read_record(file, protocol="mlops_phase1")
    assert rec.signal.shape == (12, 2)
    assert rec.sampling_rate == 100.0
    np.testing.assert_array_equal(rec.signal[:2], [[1, 3], [2, 0]])
    np.testing.assert_array_equal(hs.io.parse_csv(b"I\n1\n2\n", sampling_rate=1, dtype="float32").signal, [[1, 2]])


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i2", ">i4", "u1", "<u8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_is_what_numpy_wrote(tmp_path: Path, dtype: str, order: str) -> None:
    signal = np.random.default_rng(1).integers(0, 100, (3, 40000)).astype(dtype, order=order)
    np.save(tmp_path / "a.npy", signal)
    rec = hs.read_record(tmp_path / "a.npy", sampling_rate=500, lead_names=["I", "II", "V1"])
    np.testing.assert_array_equal(rec.signal, signal)
    part = hs.read_record(
        tmp_path / "a.npy", sampling_rate=500, lead_names=["I", "II", "V1"], leads=["V1"], start=17, stop=30000
    )
    np.testing.assert_array_equal(part.signal, signal[2:, 17:30000])


def test_npy_axes_are_never_guessed(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((1000, 12)))
    with pytest.raises(hs.FormatError, match="axes are never swapped"):
        hs.read_record(tmp_path / "a.npy", sampling_rate=500, lead_names=[f"V{i}" for i in range(12)])
    with pytest.raises(hs.DomainError, match="lead_names"):
        hs.read_record(tmp_path / "a.npy", sampling_rate=500)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz(save) -> None:
    signal = np.random.default_rng(2).normal(size=(2, 5000))
    buffer = io.BytesIO()
    save(buffer, signal=signal, sampling_rate=np.float64(360), leads=np.array(["I", "MLII"]))
    rec = hs.io.parse_npy(buffer.getvalue())
    np.testing.assert_array_equal(rec.signal, signal)
    assert (rec.leads, rec.sampling_rate) == (["I", "MLII"], 360.0)


def test_npz_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, signal=np.zeros((2, 200_000)), sampling_rate=1.0, leads=np.array(["I", "II"]))
    bomb = bytearray(buffer.getvalue())
    directory = bomb.rindex(b"signal.npy") - 46  # its record in the directory of the archive
    bomb[directory + 24 : directory + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    with pytest.raises(hs.FormatError, match="cannot have the size"):
        hs.io.parse_npy(bytes(bomb))


def test_annotations(tmp_path: Path) -> None:
    items = [
        hs.io.Annotation(0, "+", aux="(AFIB"),
        hs.io.Annotation(18, "N"),
        hs.io.Annotation(3000, "V", subtype=-1, chan=1),
    ]
    written = hs.io.AnnotationList(items, sampling_rate=360)
    hs.io.write_annotation(tmp_path / "r.atr", written)
    read = hs.io.read_annotation(tmp_path / "r.atr")
    assert read == written
    assert read == hs.io.parse_annotations(hs.io.format_annotations(written))
    assert [a.symbol for a in read] == ["+", "N", "V"] == read.symbols
    assert [a.is_beat for a in read] == [False, True, True]
    assert (len(read), read[-1].chan, read[0].aux) == (3, 1, "(AFIB")
    assert read.beats.dtype == np.int64
    np.testing.assert_array_equal(read.beats, [18, 3000])
    np.testing.assert_array_equal(read.samples, [0, 18, 3000])
    with pytest.raises(IndexError):
        read[3]
    with pytest.raises(hs.DomainError, match=r"items\[0\].symbol"):
        hs.io.write_annotation(tmp_path / "r.atr", hs.io.AnnotationList([hs.io.Annotation(1, "no")]))
    with pytest.raises(hs.FormatError, match=r"byte 2: truncated"):
        hs.io.parse_annotations(b"\x05\x04")


def test_decode_samples() -> None:
    values = hs.io.decode_wfdb_samples(b"\x23\x81\x45", 212)
    assert values.dtype == np.int32
    np.testing.assert_array_equal(values, [0x123, 0x845 - 0x1000])
    with pytest.raises(hs.FormatError):
        hs.io.decode_wfdb_samples(b"\x23", 212, n_values=1)


def test_threads(record: Path) -> None:
    expected = hs.read_record(record).signal
    with ThreadPoolExecutor(4) as pool:
        for rec in pool.map(lambda _: hs.read_record(record), range(64)):
            np.testing.assert_array_equal(rec.signal, expected)


@pytest.mark.data
def test_uploads_of_the_reference_system() -> None:
    folder = os.environ.get("HEARTSIGHT_DATA")
    if not folder:
        pytest.skip("HEARTSIGHT_DATA is not set: no real recordings to read")
    files = sorted(Path(folder, "ecg_csv_uploads").glob("*.csv"))
    assert files
    for file in files:
        strict = hs.read_record(file, sampling_rate=100)
        lenient = hs.read_record(file, protocol="mlops_phase1")
        assert strict.signal.shape == (12, 1000)
        np.testing.assert_array_equal(strict.signal, lenient.signal)
        leads = dict(zip(strict.leads, strict.signal, strict=True))
        np.testing.assert_allclose(leads["III"], leads["II"] - leads["I"], atol=0.0025)
