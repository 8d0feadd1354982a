"""Bundles and the analyzer from Python: the file through another reader, damage, threads, JSON."""

from __future__ import annotations

import json
import multiprocessing
import operator
import pickle
import struct
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
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
    assert "leads II, III, aVR, aVL, aVF, V1, V2, V3, V4, V5, V6 are missing" in report.quality.reasons
    assert "lead I is flat" in report.quality.reasons
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


def test_what_is_wrong_with_several_leads_is_one_sentence() -> None:
    recording, _ = hs.simulate.ecg(100.0, seed=3)
    noise = np.random.default_rng(0).standard_normal(recording.signal.shape)
    report = hs.load().analyze(hs.Recording(noise, 100.0, leads=LEADS))
    assert report.status == "not_analyzed"
    said = [reason for reason in report.quality.reasons if "cannot be read" in reason]
    assert said == ["leads " + ", ".join(LEADS) + " cannot be read in 100 % of their seconds (noisy)"]


def test_scores_calibrated_together(tmp_path: Path) -> None:
    """Classes that exclude each other: softmax(0.5 ln p) of a multi-class model, then nothing more."""
    names = ["NORM", "MI", "STTC", "CD", "HYP"]
    n = len(names)
    model = hs.models.TreeEnsemble.from_arrays(
        tree_offset=3 * np.arange(n + 1),
        tree_group=np.arange(n, dtype=np.int32),
        tree_weight=np.ones(n),
        split_feature=np.stack([[k, -1, -1] for k in range(n)]).astype(np.int32).ravel(),
        threshold=np.tile(np.array([0.1, 0.0, 0.0], np.float32), n),
        left_child=np.tile(np.array([1, -1, -1], np.int32), n),
        right_child=np.tile(np.array([2, -1, -1], np.int32), n),
        default_left=np.tile(np.array([1, 0, 0], np.uint8), n),
        leaf_value=np.array([[-0.5 * k, 1.0] for k in range(n)]).ravel(),
        iteration_offset=np.array([0, n]),
        base_margin=np.zeros(n),
        n_features=108,
        n_classes=n,
        transform="softmax",
        accumulation="float32",
    )
    rng = np.random.default_rng(1)
    band = hs.calibration.calibration_band("platt", rng.random(60), np.arange(60) % 2, grid=[0.0, 1.0], n_resamples=20)
    classes = [
        {"name": c, "calibrator": "temperature", "parameters": [1.0], "band": band, "threshold": 0.5} for c in names
    ]
    fitted = hs.calibration.SoftmaxCalibrator(scaling="temperature").fit(
        rng.dirichlet(np.full(n, 0.3), size=500), rng.integers(0, n, size=500)
    )
    models = [{"classes": names, "weight": 1.0, "ensemble": model}]
    bundle = tiny_bundle(models=models, classes=classes, joint_calibrator=fitted)
    assert bundle.joint_calibrator == fitted
    assert tiny_bundle().joint_calibrator is None
    hs.pipeline.write_bundle(bundle, tmp_path / "joint.heartsight")
    recording, _ = hs.simulate.ecg(100.0, seed=5)
    raw = hs.Analyzer(tiny_bundle(models=models, classes=classes)).analyze(recording).probabilities
    report = hs.Analyzer.load(tmp_path / "joint.heartsight").analyze(recording)
    wanted = fitted.transform([[raw[c] for c in names]])[0]
    np.testing.assert_allclose([report.probabilities[c] for c in names], wanted, atol=1e-12)
    with pytest.raises(hs.DomainError, match="joint_calibrator"):
        tiny_bundle(joint_calibrator=fitted)  # one model per class


def test_what_goes_to_other_processes_pickles(path: Path) -> None:
    analyzer = hs.Analyzer.load(path)
    recording = hs.Recording(
        hs.simulate.ecg(250.0, seed=3)[0].signal, 250.0, leads=LEADS, id="r1", age_years=93, sex="female"
    )
    again = pickle.loads(pickle.dumps(recording))
    np.testing.assert_array_equal(again.signal, recording.signal)
    for name in ("sampling_rate", "leads", "units", "id", "age_years", "age_censored", "sex", "start_s", "header_text"):
        assert getattr(again, name) == getattr(recording, name)
    single = hs.RecordingFloat32(recording.signal.astype(np.float32), 250.0, leads=LEADS)
    assert pickle.loads(pickle.dumps(single)).signal.dtype == np.float32

    report = analyzer.analyze(recording)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(operator.methodcaller("analyze", recording), analyzer).result() == report
    assert hs.Report.from_bytes(report.to_bytes()).to_json() == report.to_json()
    assert report != "another thing"
    with pytest.raises(TypeError, match="unhashable"):  # equal reports would have unequal hashes
        hash(report)
    bundle = pickle.loads(pickle.dumps(analyzer.bundle))
    assert bundle.manifest_digest == analyzer.bundle.manifest_digest
    with pytest.raises(hs.FormatError):
        hs.Report.from_bytes(report.to_bytes()[:-1])


def test_a_recording_read_from_a_file_pickles(tmp_path: Path) -> None:
    recording, _ = hs.simulate.ecg(100.0, duration_s=2.0)
    np.savez(tmp_path / "r.npz", signal=recording.signal, sampling_rate=100.0, leads=np.array(LEADS))
    read = hs.io.read_record(tmp_path / "r.npz")
    again = pickle.loads(pickle.dumps(read))
    assert [(g.sampling_rate, g.n_samples, g.leads) for g in again.groups] == [
        (g.sampling_rate, g.n_samples, g.leads) for g in read.groups
    ]


def test_old_reports_stay_readable() -> None:
    """Written by version 1; the file never changes."""
    stored = (Path(__file__).parent.parent / "artifacts" / "v1" / "report.state").read_bytes()
    report = hs.Report.from_bytes(stored)
    assert (report.id, report.status, [f.name for f in report.findings]) == ("example", "findings", ["CD"])
    assert report.probabilities["CD"] == pytest.approx(1 / (1 + np.exp(-1.5)), rel=1e-12)
    assert report.quality.verdict == "acceptable"
    assert report.to_bytes() == stored
