"""Delineation from Python, and its evaluation: arithmetic, both data layouts, the command."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from heartsight import delineation_evaluation as evaluation
from heartsight.cli.app import app
from heartsight.cli.evaluate_delineation import chosen_delineators
from heartsight.cli.problem import UsageProblem
from typer.testing import CliRunner

MARKS = evaluation.MARKS


@pytest.fixture(scope="module")
def recording() -> hs.Recording:
    return hs.simulate.ecg(500.0, duration_s=10.0, muscle_noise_mv=0.01, seed=3)[0]


def test_shapes_follow_the_signal(recording: hs.Recording) -> None:
    found = hs.detection.delineate(signal=recording.signal, sampling_rate=500.0, method="heartsight")
    n = len(found.r_peaks)
    assert n >= 9
    assert len(found) == n
    assert found.method == "heartsight"
    assert found.n_samples == 5000
    one = hs.detection.delineate(recording.signal[1], 500.0, r_peaks=found.r_peaks)
    for mark in MARKS:
        assert getattr(found, mark).shape == (12, n)
        assert getattr(found.consensus, mark).shape == (n,)
        # A lead's marks do not depend on the leads beside it; whether a beat is paced may.
        np.testing.assert_array_equal(getattr(one, mark), getattr(found, mark)[1])
    assert found.p_confidence.shape == (12, n)
    assert found.paced.dtype == bool
    assert not found.paced.any()
    assert len(found.qrs_shape) == 12
    assert len(found.qrs_shape[0]) == n
    assert isinstance(one.qrs_shape[0], str)
    assert set(one.t_shape) <= {"upright", "inverted", "biphasic up-down", "biphasic down-up", "absent"}
    assert "12 leads" in repr(found)


def test_martinez2004_by_both_names(recording: hs.Recording) -> None:
    plain = hs.detection.delineate(recording.signal, 500.0)
    found = hs.detection.delineate(signal=recording.signal, sampling_rate=500.0, method="martinez2004")
    alias = hs.detection.delineate(recording.signal, 500.0, method="dwt")
    assert found.method == alias.method == "martinez2004"
    assert hs.detection.delineation_methods() == ["heartsight", "martinez2004"]
    np.testing.assert_array_equal(found.r_peaks, plain.r_peaks)
    one = hs.detection.delineate(recording.signal[1], 500.0, r_peaks=found.r_peaks, method="dwt")
    for mark in MARKS:
        assert getattr(found, mark).shape == getattr(plain, mark).shape
        np.testing.assert_array_equal(getattr(alias, mark), getattr(found, mark))
        np.testing.assert_array_equal(getattr(one, mark), getattr(found, mark)[1])
        # Two methods that share nothing but the beats agree on a clean heart.
        apart = getattr(found.consensus, mark) - getattr(plain.consensus, mark)
        assert abs(np.nanmedian(apart)) < 20, mark  # 40 ms
        assert np.isfinite(apart).mean() > 0.8, mark
    assert np.isnan(found.p_confidence).all()
    assert np.isnan(found.t_confidence).all()
    assert set(one.t_shape) <= {"upright", "inverted", "biphasic up-down", "biphasic down-up", "absent"}
    assert isinstance(one.qrs_shape[0], str)


def test_martinez2004_takes_any_signal(recording: hs.Recording) -> None:
    def martinez(signal: np.ndarray, rate: float = 500.0, **more: object) -> object:
        return hs.detection.delineate(signal, rate, method="martinez2004", **more)

    assert martinez(np.zeros(0)).p_onset.shape == (0,)
    assert martinez(np.full(5000, np.nan)).t_peak.shape == (0,)
    flat = martinez(np.ones(5000), r_peaks=[1000, 2000])
    assert all(np.isnan(getattr(flat, mark)).all() for mark in MARKS)
    assert list(flat.qrs_shape) == ["", ""]
    frozen = recording.signal[:, ::2]  # strided
    frozen.flags.writeable = False
    expected = martinez(np.ascontiguousarray(frozen), 250.0)
    np.testing.assert_array_equal(martinez(frozen, 250.0).t_offset, expected.t_offset)
    counts = martinez(np.round(recording.signal * 1000).astype(np.int16) + 2000)
    assert np.nanmedian(np.abs(counts.consensus.t_peak - martinez(recording.signal).consensus.t_peak)) < 10
    gap = recording.signal.copy()
    gap[:, 2000:2600] = np.nan
    for mark in MARKS:
        times = getattr(martinez(gap), mark)
        assert not ((times > 2000) & (times < 2599)).any(), mark


def test_strided_read_only_float_and_integer_input(recording: hs.Recording) -> None:
    plain = hs.detection.delineate(recording.signal, 500.0)
    doubled = np.repeat(recording.signal, 2, axis=1)[:, ::2]
    frozen = recording.signal.copy()
    frozen.flags.writeable = False
    for same in (doubled, frozen, np.asfortranarray(recording.signal)):
        np.testing.assert_array_equal(hs.detection.delineate(same, 500.0).t_offset, plain.t_offset)
    narrow = hs.detection.delineate(recording.signal.astype(np.float32), 500.0, r_peaks=plain.r_peaks)
    np.testing.assert_allclose(narrow.qrs_onset, plain.qrs_onset, atol=0.05)
    counts = hs.detection.delineate(np.round(recording.signal * 1000).astype(np.int16), 500.0, r_peaks=plain.r_peaks)
    assert np.nanmedian(np.abs(counts.qrs_onset - plain.qrs_onset)) < 2


def test_bad_input(recording: hs.Recording) -> None:
    assert hs.detection.delineate([], 500.0).p_onset.shape == (0,)
    assert hs.detection.delineate(np.zeros((3, 0)), 500.0).p_onset.shape == (3, 0)
    assert hs.detection.delineate(np.full(5000, np.nan), 500.0).t_peak.shape == (0,)
    with pytest.raises(hs.DomainError, match="method"):
        hs.detection.delineate(recording.signal, 500.0, method="nothing")
    with pytest.raises(hs.DomainError, match="sampling_rate"):
        hs.detection.delineate(recording.signal, 0.0)
    with pytest.raises(hs.DomainError, match="ascending"):
        hs.detection.delineate(recording.signal, 500.0, r_peaks=[200, 100])
    with pytest.raises(hs.ShapeError):
        hs.detection.delineate(np.zeros((2, 2, 100)), 500.0)
    with pytest.raises((TypeError, hs.Error)):
        hs.detection.delineate(recording.signal, 500.0, r_peaks=[100.5])


def test_threads_get_equal_answers(recording: hs.Recording) -> None:
    expected = hs.detection.delineate(recording.signal, 500.0).qrs_offset
    answers: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: answers.append(hs.detection.delineate(recording.signal, 500.0).qrs_offset))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)


# ---- evaluation ----------------------------------------------------------------------------------------------------------


def test_a_mark_counts_once_and_only_where_people_marked() -> None:
    marked = np.array([1000.0, 2000.0, 3000.0])
    found = np.array([500.0, 1010.0, 1030.0, 2100.0, 3000.0, 4000.0])  # at 1000 Hz: ms
    score = evaluation.score_mark(marked, np.zeros(0), found, (900.0, 3100.0), 1000.0)
    # 1010 hits, 1030 is extra, 2100 is too far off (an extra and a miss), 500 and 4000 lie outside the marked stretch.
    assert (score.n_hit, score.n_missed, score.n_extra) == (2, 1, 2)
    np.testing.assert_allclose(np.sort(score.errors_ms), [0, 10, 100])
    forgiven = evaluation.score_mark(marked, np.array([2150.0]), found, (900.0, 3100.0), 1000.0)
    assert (forgiven.n_hit, forgiven.n_missed, forgiven.n_extra) == (2, 1, 2), "2100 meets the mark at 2000 and counts"
    alone = evaluation.score_mark(np.zeros(0), np.array([2150.0]), found, (900.0, 3100.0), 1000.0)
    assert (alone.n_hit, alone.n_extra) == (0, 3), "2100 lies by a wave whose boundary was left out"


def write_ludb_like(folder: Path, seeds: range) -> None:
    """Simulated recordings in LUDB's layout, marked with the truth."""
    for seed in seeds:
        record, truth = hs.simulate.ecg(500.0, duration_s=10.0, seed=seed, subject_variation=0.5)
        scaled = np.round(record.signal * 1000).astype("<i2")
        (folder / f"{seed}.dat").write_bytes(scaled.T.tobytes())
        names = [name.lower() for name in record.leads]
        lines = [f"{seed} 12 500 5000"] + [f"{seed}.dat 16 1000(0)/mV 16 0 0 0 0 {name}" for name in names]
        (folder / f"{seed}.hea").write_text("\n".join(lines) + "\n")
        marks: list[tuple[int, str]] = []
        for p, qrs, t, peak in zip(truth.p, truth.qrs, truth.t, truth.r_peaks, strict=True):
            for wave, symbol, centre in ((p, "p", p[1]), (qrs, "N", peak), (t, "t", t[1])):
                if not np.isnan(wave).any() and wave[0] > 0 and wave[2] < 5000:
                    marks += [(round(wave[0]), "("), (round(centre), symbol), (round(wave[2]), ")")]
        marks.sort()
        annotations = [hs.io.Annotation(sample=sample, symbol=symbol) for sample, symbol in marks]
        for name in names:
            hs.io.write_annotation(folder / f"{seed}.{name}", hs.io.AnnotationList(annotations))


def test_the_command_on_ludbs_layout(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_ludb_like(data, range(3))
    out = tmp_path / "results"
    result = CliRunner().invoke(
        app, ["evaluate", "delineation", "--data", str(data), "--leads", "together", "--out", str(out), "-q"]
    )
    assert result.exit_code == 0, result.output
    assert "qrs_onset" in result.output
    assert "not a medical device" in result.output.lower()
    document = json.loads((out / "delineation.json").read_text())
    (method,) = document["methods"]
    assert method["method"] == "heartsight"
    assert set(method["leads"]) > {"all", "II"}
    assert method["leads"]["all"]["qrs_offset"]["sensitivity"] > 0.9
    assert method["leads"]["all"]["p_peak"]["f1"] > 0.8
    rows = (out / "delineation.csv").read_text().splitlines()
    assert len(rows) == 1 + 3 * 12 * len(MARKS)


def test_all_methods_in_one_run(tmp_path: Path) -> None:
    chosen = chosen_delineators(["all"])
    assert list(chosen)[:2] == ["heartsight", "martinez2004"]
    data = tmp_path / "data"
    data.mkdir()
    write_ludb_like(data, range(2))
    out = tmp_path / "results"
    arguments = ["--data", str(data), "--method", "heartsight", "--method", "martinez2004", "--out", str(out), "-q"]
    result = CliRunner().invoke(app, ["evaluate", "delineation", *arguments])
    assert result.exit_code == 0, result.output
    methods = json.loads((out / "delineation.json").read_text())["methods"]
    assert [m["method"] for m in methods] == ["heartsight", "martinez2004"]
    assert methods[1]["leads"]["all"]["qrs_onset"]["sensitivity"] > 0.8


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    for arguments, words in (
        (["--data", str(tmp_path / "none")], "is not a folder"),
        (["--data", str(tmp_path)], "has neither"),
        (["--data", str(tmp_path), "--method", "magic"], "must be all or one of"),
        (["--data", str(tmp_path), "--leads", "some"], "each or together"),
    ):
        result = CliRunner().invoke(app, ["evaluate", "delineation", *arguments])
        assert isinstance(result.exception, UsageProblem), arguments
        assert words in str(result.exception)


def test_on_ludb() -> None:
    folder = os.environ.get("HEARTSIGHT_DATA")
    if not folder:
        pytest.skip("HEARTSIGHT_DATA names no folder: LUDB is not tried")
    found = evaluation.evaluate_delineators(Path(folder) / "ludb", {"heartsight": evaluation.ours("heartsight")})[0]
    leads = ["II", "V2", "V5"]
    # The network was trained on these: this holds the plumbing, docs/delineation.md has what it reaches on others.
    least = {"p_onset": 0.90, "p_peak": 0.92, "qrs_onset": 0.98, "qrs_offset": 0.98, "t_peak": 0.92, "t_offset": 0.89}
    for mark, f1 in least.items():
        assert found.summary(mark, leads).f1 > f1, mark


def test_a_stream_gives_the_marks_of_the_whole_recording() -> None:
    record, _ = hs.simulate.ecg(360.0, duration_s=70.0, muscle_noise_mv=0.02, seed=8)
    signal = record.signal[:2].copy()
    signal[1, 9000:9400] = np.nan
    whole = hs.detection.delineate(signal, 360.0)
    stream = hs.detection.DelineationStream(360.0, n_leads=2)
    parts = [stream.push(signal[:, i : i + 1000]) for i in range(0, signal.shape[1], 1000)]
    assert stream.n_samples == signal.shape[1]
    assert 0 < sum(len(part) for part in parts) < len(whole)
    parts.append(stream.finish())
    assert np.concatenate([part.r_peaks for part in parts]).tolist() == whole.r_peaks.tolist()
    for name in ("p_onset", "p_peak", "qrs_onset", "qrs_offset", "t_peak", "t_offset", "p_confidence"):
        joined = np.concatenate([getattr(part, name) for part in parts], axis=1)
        np.testing.assert_array_equal(joined, getattr(whole, name))
    ends = np.concatenate([part.consensus.t_offset for part in parts])
    np.testing.assert_array_equal(ends, whole.consensus.t_offset)
    assert (stream.sampling_rate, stream.n_leads, stream.beats_behind) == (360.0, 2, 8)
    with pytest.raises(hs.DomainError, match="finished"):
        stream.push(signal)
    with pytest.raises(hs.ShapeError, match="samples"):
        hs.detection.DelineationStream(360.0, n_leads=3).push(signal)
    alone = hs.detection.DelineationStream(360.0)
    assert len(alone.push(signal[0])) + len(alone.finish()) == len(hs.detection.delineate(signal[0], 360.0))
