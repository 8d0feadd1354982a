"""Evaluation of beat detectors: the arithmetic, both data layouts, the command and its page."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zlib
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight import qrs_evaluation
from heartsight.cli.app import app
from heartsight.mat5 import read_mat
from heartsight.qrs_evaluation import AnnotatedRecord, evaluate_detectors, score_record
from typer.testing import CliRunner


def mat5(name: str, values: np.ndarray, *, compressed: bool) -> bytes:
    """A MATLAB 5 file with one array, as MATLAB writes it."""
    kinds = {"float64": (9, 6), "uint16": (4, 11)}
    kind, matlab_class = kinds[values.dtype.name]

    def element(tag: int, body: bytes) -> bytes:
        return struct.pack("<II", tag, len(body)) + body + b"\0" * (-len(body) % 8)

    flags = element(6, struct.pack("<II", matlab_class, 0))
    shape = element(5, struct.pack("<ii", *values.shape))
    matrix = element(14, flags + shape + element(1, name.encode()) + element(kind, values.tobytes(order="F")))
    if compressed:
        packed = zlib.compress(matrix)
        matrix = struct.pack("<II", 15, len(packed)) + packed
    return b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM" + matrix


@pytest.fixture
def cpsc_folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "ref").mkdir()
    for i in range(3):
        record, truth = hs.simulate.ecg(500.0, duration_s=10.0, seed=i)
        signal = record.signal[1].reshape(-1, 1)
        peaks = (truth.lead_peaks[:, 1:2] + 1).astype(np.uint16)
        (tmp_path / "data" / f"data_{i:05}.mat").write_bytes(mat5("ecg", signal, compressed=i != 0))
        (tmp_path / "ref" / f"R_{i:05}.mat").write_bytes(mat5("R_peak", peaks, compressed=True))
    return tmp_path


def test_mat_files(tmp_path: Path) -> None:
    values = np.arange(6.0).reshape(2, 3)
    for compressed in (False, True):
        (tmp_path / "a.mat").write_bytes(mat5("x", values, compressed=compressed))
        np.testing.assert_array_equal(read_mat(tmp_path / "a.mat")["x"], values)
    whole = mat5("x", values, compressed=False)
    for damaged in (b"", whole[:100], whole[:140], whole[:-8], whole[:130] + b"\xff" + whole[131:], b"x" * 200):
        (tmp_path / "b.mat").write_bytes(damaged)
        with pytest.raises(hs.FormatError, match=r"b\.mat"):
            read_mat(tmp_path / "b.mat")


def test_mat_files_survive_any_damage(tmp_path: Path) -> None:
    whole = mat5("x", np.arange(40.0).reshape(2, 20), compressed=True)
    rng = np.random.default_rng(0)
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(int(rng.integers(1, 4))):
            damaged[int(rng.integers(0, len(damaged)))] = int(rng.integers(0, 256))
        (tmp_path / "b.mat").write_bytes(damaged)
        with contextlib.suppress(hs.FormatError):
            read_mat(tmp_path / "b.mat")


def test_the_reference_of_cpsc2019_counts_from_one(cpsc_folder: Path) -> None:
    paths = qrs_evaluation.record_names(cpsc_folder)
    assert [p.name for p in paths] == ["data_00000.mat", "data_00001.mat", "data_00002.mat"]
    record = qrs_evaluation.read_annotated(paths[1])
    _, truth = hs.simulate.ecg(500.0, duration_s=10.0, seed=1)
    np.testing.assert_array_equal(record.beats, truth.lead_peaks[:, 1])
    assert record.signal.shape == (1, 5000)


def test_scores_by_hand() -> None:
    record = AnnotatedRecord("r", np.zeros((1, 5000)), ["I"], 500.0, np.arange(300, 4700, 400))
    found = record.beats[1:] + 15  # 30 ms late, one missed
    score = score_record(record, "I", np.append(found, 4750))
    assert (score.matches[50].n_missed, score.matches[50].n_extra) == (1, 1)
    assert score.f1(25) == 0.0
    assert score.offset_mean_ms == 30.0
    assert score.offset_sd_ms == 0.0
    n = len(record.beats)
    assert score.f1(50) == pytest.approx((n - 1) / n)


def test_evaluation_gross_per_signal_and_interval() -> None:
    evaluation = qrs_evaluation.Evaluation("m")
    for i, n_found in enumerate((10, 10, 5, 0)):
        record = AnnotatedRecord(f"r{i}", np.zeros((1, 10000)), ["I"], 500.0, np.arange(10) * 900 + 300)
        evaluation.scores.append(score_record(record, "I", record.beats[:n_found]))
    sensitivity, ppv, f1 = evaluation.gross(100)
    assert (sensitivity, ppv) == (25 / 40, 1.0)
    assert f1 == pytest.approx(50 / 65)
    assert evaluation.per_signal(100) == {
        "median": pytest.approx((1 + 2 / 3) / 2),
        "lower_quartile": pytest.approx(0.5),
        "worst": 0.0,
    }
    low, high = evaluation.gross_f1_interval(100, 500, 0)
    assert low < f1 < high


def test_a_detector_that_raises_has_found_nothing(cpsc_folder: Path) -> None:
    def broken(signal: np.ndarray, rate: float) -> np.ndarray:
        raise IndexError("no peaks")

    said: list[str] = []
    evaluations = evaluate_detectors(
        cpsc_folder,
        {"heartsight": qrs_evaluation.detector("heartsight"), "broken": broken},
        on_unread=lambda name, reason: said.append(f"{name}: {reason}"),
    )
    assert evaluations[0].gross(75)[2] > 0.95
    assert evaluations[0].cpsc() == {"qrs": 1.0, "heart_rate": 1.0, "qrs_strict": 1.0}
    assert evaluations[1].gross(75)[0] == 0.0
    assert len(said) == 3
    assert "broken: IndexError: no peaks" in said[0]


def test_command_writes_tables_and_page(cpsc_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["evaluate", "qrs", "--data", str(cpsc_folder), "--out", str(out), "--quiet"])
    assert result.exit_code == 0, result.output
    assert "QRS_acc" in result.output
    assert "not a medical device" in result.output
    document = json.loads((out / "qrs.json").read_text())
    assert document["methods"][0]["cpsc2019"]["qrs"] == 1.0
    assert len(document["methods"][0]["signals"]) == 3
    page = (out / "qrs.html").read_text()
    assert "not a medical device" in page.lower()
    assert (out / "qrs.csv").read_text().count("\n") == 4


def test_a_folder_that_cannot_be_made_is_told_before_the_work(
    cpsc_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the detectors ran")

    monkeypatch.setattr("heartsight.cli.evaluate_qrs.evaluate_detectors", never)
    blocked = cpsc_folder / "file"
    blocked.write_text("")
    arguments = ["evaluate", "qrs", "--data", str(cpsc_folder), "--out", str(blocked / "out")]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, OSError)


def test_worst_stretches_are_drawn(cpsc_folder: Path) -> None:
    from heartsight.qrs_page import WorstStretches, render_qrs_page

    worst = WorstStretches()
    evaluations = evaluate_detectors(
        cpsc_folder, {"early": lambda signal, rate: np.arange(100, 5000, 700)}, on_signal=worst
    )
    page = render_qrs_page("Title <b>", evaluations, worst, 50, 0)
    assert page.count("<svg") == 3
    assert "Title &lt;b&gt;" in page
    assert "reference beats" in page


def test_usage_problems(tmp_path: Path) -> None:
    from heartsight.cli.problem import UsageProblem

    for arguments, words in (
        (["--data", str(tmp_path / "none")], "is not a folder"),
        (["--data", str(tmp_path)], "has neither"),
        (["--data", str(tmp_path), "--method", "magic"], "magic"),
        (["--data", str(tmp_path), "--leads", "some"], "some"),
    ):
        result = CliRunner().invoke(app, ["evaluate", "qrs", *arguments])
        assert isinstance(result.exception, UsageProblem), arguments
        assert words in str(result.exception)


@pytest.mark.skipif("HEARTSIGHT_DATA" not in os.environ, reason="HEARTSIGHT_DATA names no folder")
def test_real_recordings_hold_their_level() -> None:
    """Floors well under what was measured: a change that costs accuracy shows here first. CPSC2019 trained nothing."""
    data = Path(os.environ["HEARTSIGHT_DATA"])
    cpsc = evaluate_detectors(data / "cpsc2019", {"heartsight": qrs_evaluation.detector("heartsight")})[0]
    scores = cpsc.cpsc()
    assert scores is not None
    assert scores["qrs"] > 0.62
    assert cpsc.gross(75)[2] > 0.90
    noise = evaluate_detectors(data / "nstdb", {"heartsight": qrs_evaluation.detector("heartsight")}, which="together")[
        0
    ]
    assert {s.record: s for s in noise.scores}["119e12"].f1(150) > 0.98
