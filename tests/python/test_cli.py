"""The command line, as a user meets it: what it prints and writes, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import heartsight as hs
import numpy as np
import pytest
from conftest import write_wfdb

PACKAGE = Path(hs.__file__).parent.parent


Done = subprocess.CompletedProcess[str]


def heartsight(*arguments: object, code: int = 0, process: bool = False) -> Done:
    """Runs a command, in this process or in one of its own; its exit code has to be `code`, without any traceback."""
    words = [str(a) for a in arguments]
    done = _in_a_process(words) if process else _here(words)
    assert "Traceback" not in done.stderr + done.stdout
    assert "nanobind" not in done.stderr
    assert done.returncode == code, done.stderr + done.stdout
    return done


def _in_a_process(words: list[str]) -> Done:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "COLUMNS": "120", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "heartsight", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


def _here(words: list[str]) -> Done:
    from heartsight.cli import console, main

    console.out.cache_clear()
    console.err.cache_clear()
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["heartsight", *words])
        patch.setenv("COLUMNS", "120")
        patch.setenv("NO_COLOR", "1")
        with pytest.raises(SystemExit) as ended:
            main()
    return subprocess.CompletedProcess(words, int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Five recordings in every format, and files that are none."""
    folder = tmp_path / "records"
    (folder / "deeper").mkdir(parents=True)
    recording, _ = hs.simulate.ecg(100, seed=1)
    write_wfdb(folder / "one", recording.signal, 100, recording.leads)
    write_wfdb(folder / "deeper" / "two", recording.signal * 0.8, 100, recording.leads)
    np.savez(folder / "three.npz", signal=recording.signal, sampling_rate=100.0, leads=np.array(recording.leads))
    rows = [",".join(recording.leads), *(",".join(f"{v:.4f}" for v in row) for row in recording.signal.T)]
    (folder / "four.csv").write_text("\n".join(rows) + "\n")
    np.save(folder / "five.npy", recording.signal)
    (folder / "labels.csv").write_text("ecg_id,label\n1,NORM\n")
    (folder / "README.md").write_text("not a recording\n")
    return folder


def test_help_and_version_are_quick() -> None:
    assert "analyze" in heartsight("--help", process=True).stdout
    assert "Exit codes" in heartsight("analyze", "--help").stdout
    assert heartsight("--version").stdout.strip() == f"heartsight {hs.__version__}"
    heartsight("analyze", code=2, process=True)
    heartsight("nonsense", code=2)


def test_importing_the_package_imports_no_command_line() -> None:
    code = "import sys, heartsight; print(sorted({'typer', 'rich', 'xgboost', 'sklearn', 'yaml'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


def test_one_record(records: Path, bundle_file: Path) -> None:
    done = heartsight("analyze", records / "one.hea", "--bundle", bundle_file, process=True)
    assert "NORM" in done.stdout
    assert "not a medical device" in done.stdout
    assert heartsight("analyze", records / "one", "--bundle", bundle_file).stdout == done.stdout


def test_json_is_the_report(records: Path, bundle_file: Path, analyzer: hs.Analyzer, tmp_path: Path) -> None:
    report = analyzer.analyze(hs.read_record(records / "one.hea"))
    done = heartsight("analyze", records / "one.hea", "--bundle", bundle_file, "--json", "-")
    assert done.stdout == f"[\n{report.to_json()}\n]\n"
    both = [records / "one.hea", records / "deeper" / "two.hea"]
    heartsight("analyze", *both, "--bundle", bundle_file, "--json", tmp_path / "r.jsonl")
    lines = (tmp_path / "r.jsonl").read_text().splitlines()
    assert lines[0] == report.to_json()
    assert [json.loads(line)["id"] for line in lines] == ["one", "two"]


def test_folder(records: Path, bundle_file: Path, tmp_path: Path) -> None:
    leads = "I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6"
    options = ["--bundle", bundle_file, "--sampling-rate", 100, "--leads", leads, "--csv", "-", "--jobs", 2]
    done = heartsight("analyze", records, *options)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [Path(r["file"]).name for r in rows] == ["two.hea", "five.npy", "four.csv", "one.hea", "three.npz"]
    assert {r["status"] for r in rows} <= {"findings", "indeterminate"}
    assert all(0 <= float(r["NORM_low"]) <= float(r["NORM"]) <= float(r["NORM_high"]) <= 1 for r in rows)
    assert "1 CSV file(s)" in done.stderr
    assert rows[1]["NORM"] == rows[4]["NORM"]


def test_folder_of_clinical_files(tmp_path: Path, bundle_file: Path) -> None:
    recording, _ = hs.simulate.ecg(100, seed=1)
    hs.io.write_edf(tmp_path / "a.EDF", recording)
    hs.io.write_aecg(tmp_path / "b.xml", recording)
    text = hs.io.format_aecg(recording).decode().replace("UTF-8", "UTF-16")
    (tmp_path / "c.xml").write_bytes(text.encode("utf-16"))
    (tmp_path / "settings.xml").write_text("<settings><RestingECGviewer/></settings>")
    done = heartsight("analyze", tmp_path, "--bundle", bundle_file, "--csv", "-", "--sampling-rate", 100)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [Path(r["file"]).name for r in rows] == ["a.EDF", "b.xml", "c.xml"]
    assert {r["status"] for r in rows} <= {"findings", "indeterminate"}


def test_a_bad_file_does_not_stop_the_batch(records: Path, bundle_file: Path) -> None:
    (records / "bad.hea").write_text("just a text\n")
    (records / "cut.hea").write_text((records / "one.hea").read_text().replace("one", "cut"))
    (records / "cut.dat").write_bytes(b"\0" * 10)
    done = heartsight("analyze", records, "--bundle", bundle_file, "--csv", "-", code=1)
    rows = {Path(r["file"]).name: r for r in csv.DictReader(io.StringIO(done.stdout))}
    assert len(rows) == 7
    assert rows["one.hea"]["status"] in ("findings", "indeterminate")
    for name, words in [
        ("bad.hea", "line 1"),
        ("cut.hea", "truncated"),
        ("four.csv", "--sampling-rate"),
        ("five.npy", "--sampling-rate"),
    ]:
        assert rows[name]["status"] == "not_read"
        assert words in rows[name]["error"]
        assert f"{records / name}: " in done.stderr


def test_paths_that_name_nothing(tmp_path: Path, bundle_file: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, words in [("absent", "no such file"), ("empty", "has no recording"), ("*.hea", "no recording matches")]:
        done = heartsight("analyze", tmp_path / path, "--bundle", bundle_file, code=3)
        assert words in done.stderr
    assert "[]" in heartsight("analyze", tmp_path / "absent", "--bundle", bundle_file, "--json", "-", code=3).stdout


def test_patterns_and_what_a_shell_makes_of_them(records: Path, bundle_file: Path) -> None:
    done = heartsight("analyze", records / "**" / "*.hea", "--bundle", bundle_file, "--csv", "-")
    assert done.stdout.count("\n") == 3
    expanded = [records / "one.dat", records / "one.hea", records / "one.hea"]
    assert heartsight("analyze", *expanded, "--bundle", bundle_file, "--csv", "-").stdout.count("\n") == 2


def test_segments_of_a_record_are_not_analysed_on_their_own(tmp_path: Path, bundle_file: Path) -> None:
    recording, _ = hs.simulate.ecg(100, duration_s=20, seed=1)
    for i, name in enumerate(("s1", "s2")):
        write_wfdb(tmp_path / name, recording.signal[:, i * 1000 : (i + 1) * 1000], 100, recording.leads)
    (tmp_path / "whole.hea").write_text("whole/2 12 100 2000\ns1 1000\ns2 1000\n")
    done = heartsight("analyze", tmp_path, "--bundle", bundle_file, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [r["id"] for r in rows] == ["whole"]
    assert "only the first 10 s" in rows[0]["warnings"]


def test_a_broken_record_hides_nothing(tmp_path: Path, bundle_file: Path) -> None:
    """A multi-segment header that cannot be read must not swallow the recordings it names, nor itself."""
    recording, _ = hs.simulate.ecg(100, seed=1)
    write_wfdb(tmp_path / "good", recording.signal, 100, recording.leads)
    (tmp_path / "broken.hea").write_text("broken/2 12 100 2000\ngood 1000\nabsent 1000\n")
    (tmp_path / "loop.hea").write_text("loop/1 12 100 1000\nloop 1000\n")
    done = heartsight("analyze", tmp_path, "--bundle", bundle_file, "--csv", "-", code=1)
    rows = {Path(r["file"]).name: r["status"] for r in csv.DictReader(io.StringIO(done.stdout))}
    assert set(rows) == {"good.hea", "broken.hea", "loop.hea"}
    assert rows["good.hea"] in ("findings", "indeterminate")


def test_not_analyzed_is_not_success(tmp_path: Path, bundle_file: Path) -> None:
    recording, _ = hs.simulate.ecg(100, duration_s=2, seed=1)
    write_wfdb(tmp_path / "short", recording.signal, 100, recording.leads)
    done = heartsight("analyze", tmp_path / "short.hea", "--bundle", bundle_file, code=3)
    assert "not analysed" in done.stdout
    assert "at least 5 s are needed" in done.stdout.replace("\n", " ")


def test_html(records: Path, bundle_file: Path, tmp_path: Path) -> None:
    heartsight("analyze", records / "one.hea", "--bundle", bundle_file, "--html", tmp_path / "a.html", "-q")
    assert "<h1>ECG report: one</h1>" in (tmp_path / "a.html").read_text()
    shutil.copytree(records, records / "again")  # the same ids again
    heartsight("analyze", records / "**" / "*.hea", "--bundle", bundle_file, "--html", tmp_path / "pages", "-q")
    assert sorted(p.name for p in (tmp_path / "pages").iterdir()) == [
        "index.html", "one-2.html", "one.html", "two-2.html", "two.html",
    ]  # fmt: skip
    index = (tmp_path / "pages" / "index.html").read_text()
    assert 'href="one-2.html"' in index
    heartsight("analyze", records, "--bundle", bundle_file, "--html", tmp_path / "b.html", code=2)
    assert not (tmp_path / "b.html").exists()


def test_hostile_names(tmp_path: Path, bundle_file: Path) -> None:
    recording, _ = hs.simulate.ecg(100, seed=1)
    np.savez(tmp_path / "a", signal=recording.signal, sampling_rate=100.0, leads=np.array(recording.leads))
    names = ["=cmd()[red]x\x1b[31m.npz", "<script>.npz", "\udcff\udcfe.npz"]
    for name in names:
        shutil.copy(tmp_path / "a.npz", os.fsencode(tmp_path) + b"/" + os.fsencode(name))
    (tmp_path / "a.npz").unlink()
    pages = tmp_path / "pages"
    done = heartsight(
        "analyze", tmp_path, "--bundle", bundle_file, "--html", pages, "--csv", tmp_path / "t.csv", process=True
    )
    assert "\x1b" not in done.stdout
    assert "[red]" in done.stdout
    assert len(list(pages.glob("*.html"))) == 4
    ids = [r["id"] for r in csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text()))]
    assert any(i.startswith("'=cmd") for i in ids)
    assert "<script>" not in (pages / "index.html").read_text()


def test_protocols(records: Path, bundle_file: Path) -> None:
    for protocol in ("mlops_phase1", "clinical_recommender"):
        done = heartsight("analyze", records / "four.csv", "--bundle", bundle_file, "--protocol", protocol,
                          *([] if protocol == "mlops_phase1" else ["--sampling-rate", 100]), "--json", "-")  # fmt: skip
        assert json.loads(done.stdout)[0]["protocol"] == protocol
    assert "protocol" in heartsight("analyze", records, "--protocol", "other", code=2).stderr


def test_wrong_usage(records: Path, bundle_file: Path, tmp_path: Path) -> None:
    one = records / "one.hea"
    heartsight("analyze", one, "--bundle", bundle_file, "--json", "-", "--csv", "-", code=2)
    heartsight("analyze", one, "--bundle", bundle_file, "--sampling-rate", "-1", code=2)
    heartsight("analyze", one, "--bundle", tmp_path / "absent.heartsight", code=2)
    done = heartsight("analyze", one, "--bundle", bundle_file, "--json", tmp_path / "no" / "where.json", code=2)
    assert "where.json" in done.stderr


def test_inspect(bundle_file: Path, tmp_path: Path) -> None:
    done = heartsight("inspect", bundle_file)
    for words in ("small 2", "NORM", "fingerprint", "CC BY 4.0", "trees", "AUROC", "Limits"):
        assert words in done.stdout
    assert json.loads(heartsight("inspect", bundle_file, "--json").stdout)["name"] == "small"
    damaged = tmp_path / "damaged.heartsight"
    content = bytearray(bundle_file.read_bytes())
    content[-5] ^= 1
    damaged.write_bytes(content)
    done = heartsight("inspect", damaged, code=2, process=True)
    assert "damaged.heartsight" in done.stderr
    assert "SHA-256 differs" in done.stderr
    heartsight("inspect", tmp_path / "absent.heartsight", code=2)


def test_no_message_and_no_file_has_a_patient_number(
    dataset_folder: Path, quick_settings: dict[str, object], tmp_path: Path
) -> None:
    import yaml

    folder = tmp_path / "named"
    shutil.copytree(dataset_folder, folder)
    lines = (folder / "manifest.csv").read_text().splitlines()
    for i in range(1, len(lines)):
        ecg_id, patient, rest = lines[i].split(",", 2)
        lines[i] = f"{ecg_id},{9876540000 + int(patient)},{rest}"
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    (folder / "records100" / "00000" / "00003_lr.dat").write_bytes(b"\0" * 100)
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(quick_settings))
    results = tmp_path / "results"
    results.mkdir()
    out = results / "model.heartsight"
    options = ["--config", tmp_path / "params.yaml", "--cache", results / "cache"]
    said = []
    said.append(heartsight("train", "ecg", "--data", folder, "--out", out, *options))
    said.append(
        heartsight("evaluate", "ecg", "--bundle", out, "--data", folder, "--out", results / "ev", "--resamples", 20)
    )
    said.append(heartsight("inspect", out))
    said.append(heartsight("inspect", out, "--json"))
    # One patient in two of the published folds: an error, that counts patients and names none.
    shared = [line.split(",") for line in lines]
    fold = shared[0].index("strat_fold")
    for row in shared[1:]:
        row[fold] = str(int(row[0]) % 10 + 1)
    (folder / "manifest.csv").write_text("\n".join(",".join(row) for row in shared) + "\n")
    failed = heartsight("train", "ecg", "--data", folder, "--out", out, *options, "--split", "official", code=2)
    assert "patient(s) in several folds" in failed.stderr
    said.append(failed)
    assert all("98765400" not in done.stdout + done.stderr for done in said)
    written = [path for path in results.rglob("*") if path.is_file()]
    assert len(written) >= 6
    assert [path.name for path in written if b"98765400" in path.read_bytes()] == []


def test_train_and_evaluate(dataset_folder: Path, quick_settings: dict[str, object], tmp_path: Path) -> None:
    import yaml

    (tmp_path / "params.yaml").write_text(yaml.safe_dump(quick_settings))
    out = tmp_path / "model.heartsight"
    options = ["--config", tmp_path / "params.yaml", "--seed", 5, "--write-config", tmp_path / "used.yaml"]
    done = heartsight("train", "ecg", "--data", dataset_folder, "--out", out, *options, process=True)
    assert "AUROC" in done.stdout
    assert yaml.safe_load((tmp_path / "used.yaml").read_text())["seed"] == 5
    card = out.with_suffix(".md").read_text()
    for words in ("## Limits", "--seed 5", "nested: 2 outer", "CC BY 4.0", "rounds: 8"):
        assert words in card
    done = heartsight("evaluate", "ecg", "--bundle", out, "--data", dataset_folder, "--out", tmp_path / "ev",
                      "--folds", "1,2", "--resamples", 20)  # fmt: skip
    assert "WARNING" in done.stderr
    result = json.loads((tmp_path / "ev" / "evaluation.json").read_text())
    assert result["n"] == 20
    assert set(result["per_class"]) == {"NORM", "MI", "STTC", "CD", "HYP"}
    page = (tmp_path / "ev" / "evaluation.html").read_text()
    assert page.count('role="img"') == 10
    assert "<script" not in page
    rows = list(csv.DictReader(io.StringIO((tmp_path / "ev" / "evaluation.csv").read_text())))
    assert rows[-1]["class"] == "macro"
    heartsight("evaluate", "ecg", "--bundle", out, "--data", dataset_folder, "--folds", "77", code=2)
    heartsight("evaluate", "ecg", "--bundle", out, "--data", tmp_path / "absent", code=2)
    heartsight("train", "ecg", "--data", tmp_path, "--out", out, code=2)
    heartsight("train", "ecg", "--data", dataset_folder, "--out", out, "--split", "random", code=2)


def test_training_without_its_packages_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from heartsight.cli import train
    from heartsight.cli.problem import UsageProblem

    monkeypatch.setitem(sys.modules, "xgboost", None)
    with pytest.raises(UsageProblem, match=r"xgboost.*pip install 'heartsight\[train\]'"):
        train.run_train(tmp_path, tmp_path / "a.heartsight", None, {}, None, quiet=True)


def test_mlops_phase1_zero_leads_are_not_analysed(records: Path, bundle_file: Path) -> None:
    """That system fills missing leads with zeros; our checks see that they are flat."""
    lines = (records / "four.csv").read_text().splitlines()
    (records / "eleven.csv").write_text("\n".join(line.rsplit(",", 1)[0] for line in lines) + "\n")
    done = heartsight("analyze", records / "eleven.csv", "--protocol", "mlops_phase1", "--bundle", bundle_file, code=3)
    assert "lead V6 is flat" in done.stdout


def test_demo(tmp_path: Path, bundle_file: Path, monkeypatch: pytest.MonkeyPatch, dataset_folder: Path) -> None:
    from heartsight import demo

    monkeypatch.setattr(hs, "bundle_path", lambda name="ecg": bundle_file)
    data = tmp_path / "data"
    shutil.copytree(dataset_folder, data / "ptbxl_waveforms")
    assert demo.main(["--out", str(tmp_path / "out"), "--data", str(data)]) == 0
    pages = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"index.html", "simulated-normal.html", "simulated-noisy.html"} <= pages


@pytest.mark.data
def test_real_recordings(bundle_file: Path) -> None:
    folder = os.environ.get("HEARTSIGHT_DATA")
    if not folder:
        pytest.skip("HEARTSIGHT_DATA is not set: no real recordings to analyse")
    uploads = Path(folder, "ecg_csv_uploads")
    done = heartsight("analyze", uploads, "--protocol", "mlops_phase1", "--bundle", bundle_file, "--json", "-")
    assert len(json.loads(done.stdout)) == 2
    heartsight("analyze", uploads, "--bundle", bundle_file, code=3)
    records = Path(folder, "ptbxl_waveforms", "records100")
    done = heartsight("analyze", records, "--bundle", bundle_file, "--json", "-", code=1)
    reports = json.loads(done.stdout)
    assert len(reports) == 434
    left_out = [r["id"] for r in reports if r["status"] == "not_analyzed"]
    assert 1 <= len(left_out) <= 4, left_out  # one lead of each wanders off for seconds
