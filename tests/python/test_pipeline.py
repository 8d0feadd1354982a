"""Bundles and the analyzer from Python: the file through another reader, damage, threads, JSON."""

from __future__ import annotations

import json
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
import safetensors
import safetensors.numpy
from tiny_bundle import LEADS, tiny_bundle


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("bundle") / "tiny.heartsight"
    hs.pipeline.write_bundle(bundle=tiny_bundle(), path=file)
    return file


def test_round_trip_and_properties(path: Path, tmp_path: Path) -> None:
    bundle = hs.pipeline.read_bundle(path)
    hs.pipeline.write_bundle(bundle, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
    assert (bundle.name, bundle.version, bundle.leads) == ("tiny", "1", LEADS)
    assert (bundle.sampling_rate, bundle.duration_s) == (100.0, 10.0)
    assert bundle.thresholds == {"NORM": 0.5, "MI": 0.5, "STTC": 0.5, "CD": 0.5, "HYP": 0.5}
    assert bundle.provenance == {"seed": 0}
    assert len(bundle.features) == 108
    assert "tiny" in repr(bundle)


def test_the_safetensors_package_reads_it(path: Path) -> None:
    tensors = safetensors.numpy.load_file(path)
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    manifest = json.loads(metadata["heartsight.manifest"])
    assert metadata["heartsight.manifest"] == hs.pipeline.read_manifest(path)
    assert set(manifest["tensors"]) == set(tensors)
    assert tensors["golden.signal"].shape == (3, 12, 1000)
    assert tensors["golden.signal"].dtype == np.float32
    np.testing.assert_array_equal(tensors["calibrator.MI"], [1.0, 0.0])
    np.testing.assert_array_equal(tensors["model.2.split_feature"], [2, -1, -1])
    # Written by that package in its own order of tensors: the same bundle.
    copy = path.with_name("copy.heartsight")
    safetensors.numpy.save_file(tensors, copy, metadata=metadata)
    assert hs.pipeline.read_bundle(copy).manifest_digest == hs.pipeline.read_bundle(path).manifest_digest


def test_report(path: Path) -> None:
    analyzer = hs.Analyzer.load(path)
    recording, _ = hs.simulate.ecg(250.0, seed=3)
    report = analyzer.analyze(recording=recording)
    assert isinstance(report, hs.Report)
    content = json.loads(report.to_json())
    assert report.to_dict() == content == json.loads(report.to_json(indent=2))
    assert content["probabilities"] == report.probabilities
    assert list(report.probabilities) == ["NORM", "MI", "STTC", "CD", "HYP"]
    # The model is known: class k is likely where statistic k of lead I is at least 0.1.
    at_100_hz = hs.signal.resample_poly(recording.signal, 2, 5, padding="line")
    statistics = hs.features.summary_statistics(at_100_hz).astype(np.float32)
    margin = np.where(statistics[:5] >= np.float32(0.1), 1.5, -1.5)
    np.testing.assert_allclose(list(report.probabilities.values()), 1 / (1 + np.exp(-margin)), atol=1e-9)
    assert [f.name for f in report.findings] == [n for n, m in zip(report.probabilities, margin, strict=True) if m > 0]
    for finding in report.findings:
        assert finding.low <= finding.probability <= finding.high
    assert report.status == "findings"
    assert len(report.actions) <= 5
    assert report.model_digest == analyzer.bundle.manifest_digest
    assert report == analyzer.analyze(recording)
    assert report != analyzer.analyze(recording, protocol="mlops_phase1")
    single = hs.RecordingFloat32(recording.signal.astype(np.float32), 250.0, leads=recording.leads)
    assert analyzer.analyze(single).probabilities == pytest.approx(report.probabilities, abs=1e-6)


def test_not_analyzed_and_protocols(path: Path) -> None:
    analyzer = hs.load(path)
    recording = hs.Recording(np.zeros((1, 1000)), 100.0, leads=["I"])
    report = analyzer.analyze(recording)
    assert (report.status, report.quality.verdict, report.probabilities) == ("not_analyzed", "unacceptable", {})
    assert any("lead V1 is missing" in reason for reason in report.quality.reasons)
    ecg, _ = hs.simulate.ecg(100.0)
    assert len(analyzer.analyze(ecg, protocol="mlops_phase1").findings) == 1
    with pytest.raises(hs.DomainError, match="protocol"):
        analyzer.analyze(ecg, protocol="x")
    with pytest.raises(TypeError):
        analyzer.analyze(ecg, "mlops_phase1")


def test_threads_give_the_serial_reports(path: Path) -> None:
    analyzer = hs.Analyzer.load(path)
    recordings = [hs.simulate.ecg(250.0, seed=seed, muscle_noise_mv=0.02)[0] for seed in range(8)]
    serial = [analyzer.analyze(r).to_json() for r in recordings]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda r: analyzer.analyze(r).to_json(), recordings * 5)) == serial * 5


def test_damage_is_named(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    (header_size,) = struct.unpack("<Q", content[:8])
    bad = tmp_path / "bad.heartsight"
    for damaged, message in [
        (b"", "at least 8"),
        (content[:1000], "safetensors header"),
        (content[: 8 + header_size], "safetensors header"),
        (content[:-1] + bytes([content[-1] ^ 1]), "SHA-256 differs"),
        (content.replace(b'\\"tiny\\"', b'\\"tinx\\"', 1), "manifest's SHA-256"),
        (content + b"x", "cover"),
        (content[:8] + b"\xff" + content[9:], "safetensors header"),
    ]:
        bad.write_bytes(damaged)
        for read in (hs.pipeline.read_bundle, hs.pipeline.read_manifest, hs.Analyzer.load, hs.load):
            with pytest.raises(hs.FormatError, match=message) as caught:
                read(bad)
            assert str(bad) in str(caught.value)
    with pytest.raises(hs.FormatError, match="cannot be opened"):
        hs.load(tmp_path / "nothing.heartsight")
    with pytest.raises(hs.DomainError, match="no bundle is called"):
        hs.load("eeg")


def test_make_bundle_refuses_what_contradicts() -> None:
    with pytest.raises(hs.DomainError, match="models"):
        tiny_bundle(models=[])
    with pytest.raises(hs.DomainError, match="drift_reference"):
        tiny_bundle(drift_quantile=[0.0])
    with pytest.raises(hs.DomainError, match="provenance"):
        tiny_bundle(provenance="[]")
    with pytest.raises(ValueError, match="missing key 'band'"):
        tiny_bundle(classes=[{"name": "NORM", "calibrator": "platt", "parameters": [1.0, 0.0]}])
