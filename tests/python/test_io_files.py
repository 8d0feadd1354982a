"""Clinical file formats against independent writers and readers, which are programs or packages and never linked."""

from __future__ import annotations

import binascii
import os
import shutil
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest

RNG = np.random.default_rng(11)
LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


@pytest.fixture
def pyedflib():
    return pytest.importorskip("pyedflib", reason="pyedflib writes and reads EDF independently of us")


def write_with_pyedflib(
    pyedflib, path: Path, file_type: int, channels: list[tuple[str, str, float, np.ndarray]]
) -> None:
    limit = 8388607 if file_type in (pyedflib.FILETYPE_BDF, pyedflib.FILETYPE_BDFPLUS) else 32767
    with pyedflib.EdfWriter(str(path), len(channels), file_type=file_type) as writer:
        for i, (label, unit, rate, _) in enumerate(channels):
            writer.setSignalHeader(
                i,
                {
                    "label": label,
                    "dimension": unit,
                    "sample_frequency": rate,
                    "physical_min": -3276.7,
                    "physical_max": 3000.5,
                    "digital_min": -limit - 1,
                    "digital_max": limit,
                    "transducer": "",
                    "prefilter": "",
                },
            )
        writer.setPatientName("Haagse_Harry")
        writer.setSex(1)
        writer.setBirthdate(date(1951, 8, 2))
        writer.setStartdatetime(datetime(2020, 8, 1, 12, 0, 0))
        writer.writeSamples([c[3] for c in channels], digital=True)
        if file_type in (pyedflib.FILETYPE_EDFPLUS, pyedflib.FILETYPE_BDFPLUS):
            writer.writeAnnotation(1.25, 0.5, "atrial ectopic")
            writer.writeAnnotation(0.5, -1, "N")


@pytest.mark.parametrize("kind", ["EDF", "EDFPLUS", "BDF", "BDFPLUS"])
def test_edf_of_pyedflib_has_equal_bits(pyedflib, tmp_path: Path, kind: str) -> None:
    limit = 2**23 if "BDF" in kind else 2**15
    file = tmp_path / "patient-17.edf"
    channels = [
        ("ECG II", "uV", 500, RNG.integers(-limit, limit, 5000).astype(np.int32)),
        ("V1", "mV", 500, RNG.integers(-limit, limit, 5000).astype(np.int32)),
        ("SpO2", "%", 25, RNG.integers(-limit, limit, 250).astype(np.int32)),
    ]
    write_with_pyedflib(pyedflib, file, getattr(pyedflib, "FILETYPE_" + kind), channels)
    rec = hs.read_record(file)
    assert (rec.leads, rec.units, rec.sampling_rate, rec.id) == (["II", "V1"], ["mV", "mV"], 500.0, "patient-17")
    assert [g.leads for g in rec.groups] == [["II", "V1"], ["SpO2"]]
    with pyedflib.EdfReader(str(file)) as reader:
        np.testing.assert_array_equal(rec.signal[0], reader.readSignal(0) / 1000)
        np.testing.assert_array_equal(rec.signal[1], reader.readSignal(1))
        np.testing.assert_array_equal(hs.read_record(file, group=1).signal[0], reader.readSignal(2))
        onsets, _, texts = reader.readAnnotations()
    np.testing.assert_array_equal(
        hs.read_record(file, leads=["V1"], start=777, stop=4001).signal, rec.signal[1:, 777:4001]
    )
    np.testing.assert_array_equal(hs.read_record(file, dtype="float32").signal, rec.signal.astype(np.float32))
    np.testing.assert_array_equal(hs.io.parse_record(file.read_bytes()).signal, rec.signal)
    if kind.endswith("PLUS"):
        assert (rec.age_years, rec.sex) == (68.0, "male")
        ours = hs.io.read_edf_annotations(file)
        assert [(a.text, a.duration_s) for a in ours] == [("N", None), ("atrial ectopic", 0.5)]
        assert [(a.onset_s, a.text) for a in ours] == sorted(zip(onsets, texts, strict=True))
    else:
        assert (rec.age_years, rec.sex) == (None, "unknown")
    assert not any("Harry" in text for text in rec.header_text)
    assert any("Harry" in text for text in hs.read_record(file, keep_header=True).header_text)


def test_pyedflib_reads_what_we_write(pyedflib, tmp_path: Path) -> None:
    signal = RNG.normal(size=(12, 5000))
    rec = hs.Recording(signal, 500, leads=LEADS, sex="female", age_years=50)
    annotations = [hs.io.EdfAnnotation(0.3, "N"), hs.io.EdfAnnotation(2.5, "noise", duration_s=1.25)]
    hs.io.write_edf(tmp_path / "w.edf", rec, annotations=annotations)
    with pyedflib.EdfReader(str(tmp_path / "w.edf")) as reader:
        assert reader.getSignalLabels() == list(LEADS)
        assert reader.getSampleFrequency(0) == 500
        assert reader.getSex() == "Female"
        assert reader.getPatientName() == "X"
        theirs = np.stack([reader.readSignal(i) for i in range(12)])
        onsets, durations, texts = reader.readAnnotations()
    bound = np.abs(signal).max(axis=1, keepdims=True) / 65534 + 1e-6
    assert np.all(np.abs(theirs - signal) <= bound)
    # EDFlib's own reading of "3.141593" is a unit in the last place off.
    np.testing.assert_allclose(hs.read_record(tmp_path / "w.edf").signal, theirs, rtol=1e-15)
    assert list(zip(onsets, durations, texts, strict=True)) == [(0.3, -1, "N"), (2.5, 1.25, "noise")]
    assert hs.io.parse_edf_annotations(hs.io.format_edf(rec, annotations=annotations)) == annotations
    single = hs.RecordingFloat32(signal[:1].astype(np.float32), 500, leads=["I"])
    assert hs.io.parse_record(hs.io.format_edf(single)).signal.shape == (1, 5000)
    with pytest.raises(TypeError, match="recording"):
        hs.io.format_edf(signal)
    with pytest.raises(hs.DomainError, match="finite"):
        hs.io.format_edf(hs.Recording([[np.nan]], 1, leads=["I"]))


def biosig(program: str, *arguments: str) -> None:
    """Runs one of BioSig's converters, which Debian packages as biosig-tools."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} of biosig-tools is not installed: no second reader and writer of this format")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def simulated() -> hs.Recording:
    recording, _ = hs.simulate.ecg(500, seed=5)
    return recording


def test_aecg_of_biosig(tmp_path: Path, simulated: hs.Recording) -> None:
    hs.io.write_edf(tmp_path / "a.edf", simulated)
    biosig("save2gdf", "-f=HL7", str(tmp_path / "a.edf"), str(tmp_path / "a.xml"))
    rec = hs.read_record(tmp_path / "a.xml")
    assert (rec.leads, rec.sampling_rate) == (LEADS, 500.0)
    # BioSig states the scale in six digits.
    np.testing.assert_allclose(rec.signal, hs.read_record(tmp_path / "a.edf").signal, rtol=1e-5, atol=1e-9)


def test_biosig_reads_our_aecg(tmp_path: Path, simulated: hs.Recording) -> None:
    hs.io.write_aecg(tmp_path / "w.xml", simulated)
    biosig("save2gdf", "-f=BDF", str(tmp_path / "w.xml"), str(tmp_path / "w.bdf"))
    rec = hs.read_record(tmp_path / "w.bdf")
    assert (rec.leads, rec.sampling_rate) == (LEADS, 500.0)
    np.testing.assert_allclose(rec.signal, simulated.signal, atol=0.00006)


def test_aecg_keeps_no_identity(simulated: hs.Recording) -> None:
    text = hs.io.format_aecg(hs.Recording(simulated.signal, 500, leads=LEADS, id="Jane", sex="female", age_years=44))
    assert b"Jane" not in text
    assert b"44" not in text.split(b"<series")[0].replace(b"93000", b"").split(b"trialSubject")[1]
    rec = hs.io.parse_record(text)
    assert (rec.sex, rec.age_years, rec.id) == ("female", None, "")


@pytest.fixture
def pydicom():
    return pytest.importorskip("pydicom", reason="pydicom writes and reads DICOM independently of us")


def test_the_ecg_of_pydicom(pydicom) -> None:
    """A real 12-lead recording that pydicom ships with its tests."""
    file = pydicom.data.get_testdata_file("waveform_ecg.dcm")
    rec = hs.read_record(file)
    data = pydicom.dcmread(file)
    assert rec.leads == LEADS
    assert (rec.units, rec.sampling_rate, rec.signal.shape) == (["mV"] * 12, 1000.0, (12, 10000))
    assert [(g.sampling_rate, g.n_samples) for g in rec.groups] == [(1000.0, 10000), (1000.0, 1200)]
    np.testing.assert_allclose(rec.signal, data.waveform_array(0).T / 1000, rtol=1e-12)
    np.testing.assert_allclose(hs.read_record(file, group=1).signal, data.waveform_array(1).T / 1000, rtol=1e-12)
    part = hs.read_record(file, leads=["aVL", "V6"], start=11, stop=9000)
    np.testing.assert_array_equal(part.signal, rec.signal[[4, 11], 11:9000])


@pytest.mark.parametrize("syntax", ["ImplicitVRLittleEndian", "ExplicitVRLittleEndian"])
@pytest.mark.parametrize("undefined_length", [False, True])
@pytest.mark.parametrize(
    ("bits", "interpretation"), [(8, "SB"), (8, "UB"), (16, "SS"), (16, "US"), (32, "SL"), (32, "UL")]
)
def test_dicom_of_pydicom(
    pydicom, tmp_path: Path, syntax: str, undefined_length: bool, bits: int, interpretation: str
) -> None:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.sequence import Sequence

    dtype = np.dtype(f"<{'i' if interpretation[0] == 'S' else 'u'}{bits // 8}")
    info = np.iinfo(dtype)
    stored = RNG.integers(info.min, info.max, (501, 3), dtype=dtype, endpoint=True)
    waveform = Dataset()
    waveform.WaveformOriginality = "ORIGINAL"
    waveform.NumberOfWaveformChannels = 3
    waveform.NumberOfWaveformSamples = len(stored)
    waveform.SamplingFrequency = "250"
    waveform.WaveformBitsAllocated = bits
    waveform.WaveformSampleInterpretation = interpretation
    waveform.WaveformData = stored.tobytes() + b"\0" * (stored.nbytes % 2)
    waveform["WaveformData"].VR = "OB" if bits == 8 else "OW"
    waveform.ChannelDefinitionSequence = Sequence()
    for label, sensitivity, correction, baseline, unit in [
        ("V1", "2.44", "1.5", "0", "uV"),
        ("Pulse", "0.125", "1", "-7.5", "mmHg"),
        ("II", "0.001", "1", "0.25", "mV"),
    ]:
        channel, code = Dataset(), Dataset()
        channel.ChannelLabel = label
        channel.ChannelSensitivity = sensitivity
        channel.ChannelSensitivityCorrectionFactor = correction
        channel.ChannelBaseline = baseline
        code.CodeValue = unit
        code.CodingSchemeDesignator = "UCUM"
        channel.ChannelSensitivityUnitsSequence = Sequence([code])
        waveform.ChannelDefinitionSequence.append(channel)
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = getattr(pydicom.uid, syntax)
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = pydicom.uid.GeneralECGWaveformStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = pydicom.uid.generate_uid()
    data.PatientName, data.PatientID, data.PatientSex, data.PatientAge = "Doe^Jane", "4711", "F", "095Y"
    data.WaveformSequence = Sequence([waveform])
    for sequence in (data["WaveformSequence"], waveform["ChannelDefinitionSequence"]):
        sequence.is_undefined_length = undefined_length
        for item in sequence.value:
            item.is_undefined_length_sequence_item = undefined_length
    data.save_as(tmp_path / "w.dcm", enforce_file_format=True)
    rec = hs.read_record(tmp_path / "w.dcm")
    assert (rec.leads, rec.units) == (["V1", "Pulse", "II"], ["mV", "mmHg", "mV"])
    assert (rec.sampling_rate, rec.id, rec.sex, rec.age_years, rec.age_censored) == (250.0, "w", "female", 90.0, True)
    theirs = pydicom.dcmread(tmp_path / "w.dcm").waveform_array(0).T
    np.testing.assert_allclose(rec.signal, theirs / [[1000], [1], [1]], rtol=1e-12)
    data.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    data.save_as(tmp_path / "deflated.dcm", enforce_file_format=True, overwrite=True)
    with pytest.raises(hs.FormatError, match="deflated"):
        hs.read_record(tmp_path / "deflated.dcm")


def scp_file(samples: np.ndarray, multiplier_nv: int, interval_us: int) -> bytes:
    """Leads I, II, V1 .. in SCP-ECG 2.0 with second differences and the default Huffman table, written from the standard."""

    def bits(value: int) -> str:
        if abs(value) <= 8:
            return "0" if value == 0 else "1" * abs(value) + ("00" if value > 0 else "01")
        if -128 <= value <= 127:
            return "1" * 9 + "0" + f"{value & 0xFF:08b}"
        return "1" * 10 + f"{value & 0xFFFF:016b}"

    def with_crc(body: bytes) -> bytes:
        return binascii.crc_hqx(body, 0xFFFF).to_bytes(2, "little") + body

    def section(number: int, content: bytes) -> bytes:
        content += b"\0" * (len(content) % 2)
        mark = b"SCPECG" if number == 0 else b"\0" * 6
        return with_crc(struct.pack("<HIBB", number, len(content) + 16, 20, 20) + mark + content)

    packed = []
    for row in samples.astype(int):
        stored = [*row[:2], *(row[2:] - 2 * row[1:-1] + row[:-2])]
        text = "".join(bits(int(v)) for v in stored)
        text += "0" * (-len(text) % 16)
        packed.append(int(text, 2).to_bytes(len(text) // 8, "big"))
    n_leads, n_samples = samples.shape
    contents = {
        1: b"".join(
            struct.pack("<BH", tag, len(value)) + value
            for tag, value in [
                (2, b"X\0"),
                (14, b"\0" * 7 + b"\xff" + b"Cart\0\0" + b"\x14\xa0\0\0" + b"\0" * 24),
                (25, struct.pack("<HBB", 2020, 8, 1)),
                (26, bytes(3)),
                (255, b""),
            ]
        ),
        2: struct.pack("<H", 19999),
        3: bytes([n_leads, 4 | n_leads << 3])
        + b"".join(struct.pack("<IIB", 1, n_samples, lead + 1) for lead in range(n_leads)),
        6: struct.pack("<HHBB", multiplier_nv, interval_us, 2, 0)
        + b"".join(struct.pack("<H", len(p)) for p in packed)
        + b"".join(packed),
    }
    size = 16 + 10 * 12
    sections, pointers = b"", b""
    for number in range(12):
        one = section(number, contents[number]) if number in contents else b""
        at = 7 if number == 0 else 6 + size + len(sections) + 1
        pointers += struct.pack("<HII", number, size if number == 0 else len(one), at if one or number == 0 else 0)
        sections += one
    rest = section(0, pointers) + sections
    return with_crc(struct.pack("<I", len(rest) + 6) + rest)


def test_scp_as_biosig_reads_it(tmp_path: Path, simulated: hs.Recording) -> None:
    samples = np.round(simulated.signal[[0, 1, 6, 7, 8, 9, 10, 11]] * 400).astype(int)
    (tmp_path / "s.scp").write_bytes(scp_file(samples, 2500, 2000))
    rec = hs.read_record(tmp_path / "s.scp")
    assert (rec.leads, rec.sampling_rate) == (["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"], 500.0)
    np.testing.assert_allclose(rec.signal, samples * 0.0025, rtol=1e-12)
    biosig("save2gdf", "-f=BDF", str(tmp_path / "s.scp"), str(tmp_path / "s.bdf"))
    theirs = hs.read_record(tmp_path / "s.bdf").signal[:, : samples.shape[1]]
    np.testing.assert_allclose(theirs, rec.signal, atol=0.0003)  # its BDF files are a quarter of a step off


SEEDS = Path(__file__).parents[2] / "fuzz" / "corpus" / "io"


@pytest.mark.parametrize(
    ("seed", "leads", "rate", "n_samples"),
    [
        ("edf/rates", ["I"], 6.0, 6),
        ("aecg/both", ["I", "aVR"], 500.0, 3),
        ("dicom/implicit", ["I", "Y"], 500.0, 3),
        ("muse/both", ["I", "II", "III", "aVR", "aVL", "aVF"], 500.0, 4),
        ("ishne/signed", ["V1", "X"], 200.0, 3),
        ("sierra/limbs", ["I", "II", "III"], 500.0, 4),
        ("scp/signed", ["I", "aVR"], 500.0, 5),
    ],
)
def test_every_format_by_its_content(tmp_path: Path, seed: str, leads: list[str], rate: float, n_samples: int) -> None:
    content = (SEEDS / seed).read_bytes()
    (tmp_path / "upload.bin").write_bytes(content)
    rec = hs.read_record(tmp_path / "upload.bin")
    assert (rec.leads, rec.sampling_rate, rec.signal.shape, rec.id) == (leads, rate, (len(leads), n_samples), "upload")
    again = hs.io.parse_record(content, leads=leads[::-1], start=1, dtype="float32")
    np.testing.assert_array_equal(again.signal, rec.signal[::-1, 1:].astype(np.float32))
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.io.parse_record(content, sampling_rate=rate)
    with pytest.raises(hs.FormatError, match="upload"):
        hs.io.parse_record(content[: len(content) // 2], name="upload")


def test_threads() -> None:
    content = (SEEDS / "scp" / "huffman").read_bytes()
    expected = hs.io.parse_record(content).signal
    with ThreadPoolExecutor(4) as pool:
        for rec in pool.map(lambda _: hs.io.parse_record(content), range(64)):
            np.testing.assert_array_equal(rec.signal, expected)


@pytest.mark.parametrize(("rate", "kind"), [(500, "GeneralECGWaveformStorage"), (100, "AmbulatoryECGWaveformStorage")])
def test_pydicom_reads_our_dicom(pydicom, tmp_path: Path, simulated: hs.Recording, rate: float, kind: str) -> None:
    signal = simulated.signal.copy()
    signal[3, 100:200] = np.nan
    hs.io.write_dicom(
        tmp_path / "w.dcm", hs.Recording(signal, rate, leads=LEADS, id="Jane", sex="male", age_years=63.5)
    )
    data = pydicom.dcmread(tmp_path / "w.dcm")
    assert data.SOPClassUID == getattr(pydicom.uid, kind)
    assert data.SOPInstanceUID == data.file_meta.MediaStorageSOPInstanceUID
    assert data.SOPInstanceUID.is_valid
    assert (data.PatientSex, data.PatientAge, str(data.PatientName), data.PatientID) == ("M", "063Y", "", "")
    (waveform,) = data.WaveformSequence
    channels = waveform.ChannelDefinitionSequence
    assert [c.ChannelSourceSequence[0].CodeValue for c in channels][:3] == ["2:1", "2:2", "2:61"]
    theirs = data.waveform_array(0).T / 1000
    stored = np.frombuffer(waveform.WaveformData, "<i2").reshape(-1, 12).T
    np.testing.assert_array_equal(stored == -32768, np.isnan(signal))
    bound = np.nanmax(np.abs(signal), axis=1, keepdims=True) / 65534 * (1 + 1e-6) + 1e-12
    assert np.all((np.abs(theirs - signal) <= bound) | np.isnan(signal))
    rec = hs.read_record(tmp_path / "w.dcm")
    np.testing.assert_allclose(rec.signal, np.where(np.isnan(signal), np.nan, theirs), rtol=1e-12)
    assert (rec.leads, rec.sampling_rate, rec.sex, rec.age_years) == (LEADS, rate, "male", 63.0)
    assert b"Jane" not in (tmp_path / "w.dcm").read_bytes()


def test_new_files_follow_the_umask(tmp_path: Path) -> None:
    record = hs.simulate.ecg(250.0, duration_s=2.0)[0]
    old = os.umask(0o077)
    try:
        hs.io.write_edf(tmp_path / "private.edf", record)
        os.umask(0o022)
        hs.io.write_edf(tmp_path / "open.edf", record)
        hs.io.write_edf(tmp_path / "private.edf", record)  # keeps what it had
    finally:
        os.umask(old)
    modes = {name: (tmp_path / name).stat().st_mode & 0o777 for name in ("private.edf", "open.edf")}
    assert modes == {"private.edf": 0o600, "open.edf": 0o644}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["open.edf", "private.edf"]
