"""`heartsight monitor compare`, as a user meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import pytest
from test_cli import heartsight
from tiny_bundle import tiny_bundle


def write(path: Path, table: dict[str, Any]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))
    return path


def table(n: int, seed: int, shift: float = 0.0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    age = [f"{v:.1f}" if rng.random() > 0.05 else "" for v in rng.normal(60 + 10 * shift, 10, size=n)]
    return {
        "age": age,
        "sex": rng.choice(["f", "m"], size=n),
        "p_MI": rng.beta(2, 5, size=n),
        "y_MI": rng.integers(0, 2, size=n),
    }


def test_exit_codes_say_what_was_found(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", table(400, 1))
    same = write(tmp_path / "same.csv", table(300, 2))
    moved = write(tmp_path / "moved.csv", table(300, 3, shift=1.0))
    few = write(tmp_path / "few.csv", table(5, 4))
    done = heartsight("monitor", "compare", a, same)
    assert "no drift shown" in done.stdout
    done = heartsight("monitor", "compare", a, moved, code=1)
    assert "age" in done.stdout
    assert "margin 0.05" in " ".join(done.stdout.split())
    heartsight("monitor", "compare", a, moved, "--columns", "sex,p_MI")
    heartsight("monitor", "compare", a, few, code=3)
    heartsight("monitor", "compare", a, tmp_path / "absent.csv", code=3)
    heartsight("monitor", "compare", a, same, "--columns", "weight", code=2)
    heartsight("monitor", "compare", a, same, "--correction", "many", code=2)
    heartsight("monitor", "compare", a, code=2)
    assert "Exit codes" in heartsight("monitor", "compare", "--help").stdout


def test_json_and_page(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", table(400, 1))
    b = write(tmp_path / "b.csv", table(400, 2, shift=0.6))
    done = heartsight("monitor", "compare", a, b, "--json", "-", "--html", tmp_path / "page.html", code=1)
    document = json.loads(done.stdout)
    assert document["verdict"] == "drift"
    assert {c["name"]: c["kind"] for c in document["columns"] if c["kind"] != "missing"}["sex"] == "categorical"
    assert any(c["kind"] == "missing" and c["name"] == "age" for c in document["columns"])
    page = (tmp_path / "page.html").read_text()
    assert page.count("<svg") == len(document["columns"])
    assert "not a medical device" in page


def test_a_log_of_predictions(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", table(400, 1))
    b = write(tmp_path / "b.csv", table(400, 2, shift=1.0))  # the age is not looked at
    done = heartsight("monitor", "compare", a, b, "--predictions", "--json", "-")
    columns = json.loads(done.stdout)["columns"]
    assert [(c["name"], c["kind"]) for c in columns] == [("p_MI", "numeric"), ("y_MI", "categorical")]
    plain = write(tmp_path / "plain.csv", {"x": [1, 2]})
    heartsight("monitor", "compare", plain, plain, "--predictions", code=2)


def test_reference_preset(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", table(400, 1))
    done = heartsight("monitor", "compare", a, a, "--preset", "reference")
    assert "K-S p_value" in " ".join(done.stdout.split())


@pytest.mark.parametrize("text", ["", "a,a\n1,2\n", "a,b\n1\n", "a\n\udcff\n"])
def test_damaged_files(tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(text.encode("utf-8", "surrogateescape"))
    good = write(tmp_path / "good.csv", {"a": range(30)})
    assert "bad.csv" in heartsight("monitor", "compare", good, bad, code=3).stderr


def test_a_column_has_one_type_in_both_files(tmp_path: Path) -> None:
    numbers = [f"{v:.1f}" for v in np.linspace(40, 80, 60)]
    good = write(tmp_path / "good.csv", {"age": numbers})
    bad = write(tmp_path / "bad.csv", {"age": ["", *numbers[1:30], "6O.2", *numbers[31:]]})
    for pair in ((good, bad), (bad, good)):
        message = " ".join(heartsight("monitor", "compare", *pair, code=2).stderr.split())
        assert "bad.csv" in message
        assert "'age'" in message
        assert "'6O.2'" in message
    heartsight("monitor", "compare", good, bad, "--categorical", "age")
    underscore = write(tmp_path / "underscore.csv", {"age": ["1_000", *numbers[1:]]})
    assert "'1_000'" in heartsight("monitor", "compare", good, underscore, code=2).stderr
    missing = write(tmp_path / "missing.csv", {"age": ["NA"] * 60, "sex": ["f", "m"] * 30})
    text = write(tmp_path / "text.csv", {"age": ["old"] * 60, "sex": ["f", "m"] * 30})
    heartsight("monitor", "compare", missing, text, code=1)


def test_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    made = {k: np.asarray(v) for k, v in table(200, 1).items() if k != "age"}
    pq.write_table(pa.table(made), tmp_path / "a.parquet")
    heartsight("monitor", "compare", tmp_path / "a.parquet", tmp_path / "a.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    heartsight("monitor", "compare", tmp_path / "bad.parquet", tmp_path / "a.parquet", code=3)


def recordings(folder: Path, n: int, first: int, gain: float = 1.0) -> Path:
    folder.mkdir()
    for seed in range(first, first + n):
        r, _ = hs.simulate.ecg(250.0, seed=seed, heart_rate_bpm=55 + seed * 17 % 40)
        np.savez(folder / f"{seed:04d}.npz", signal=r.signal * gain, sampling_rate=250.0, leads=np.array(r.leads))
    return folder


def test_recordings_against_the_reference_of_a_bundle(tmp_path: Path) -> None:
    model = hs.load()
    made = []
    for file in sorted(recordings(tmp_path / "before", 60, 0).iterdir()):
        r = hs.io.read_record(file)
        made.append(hs.pipeline.monitored_case(r, model.analyze(r)))
    bundle = tmp_path / "watched.heartsight"
    hs.pipeline.write_bundle(model.bundle.with_monitor_reference(made), bundle)

    same = recordings(tmp_path / "same", 24, 1000)
    (same / "broken.npz").write_bytes(b"no recording")
    done = heartsight("monitor", "recordings", same, "--bundle", bundle, "--json", tmp_path / "r.json")
    assert "24 cases, 24 analysed: no alert" in done.stdout
    assert "not a medical device" in done.stdout
    assert "broken.npz" in done.stderr
    assert "not compared: calibration of MI" in done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["n_not_read"] == 1

    loud = recordings(tmp_path / "loud", 24, 2000, gain=3.0)
    page = tmp_path / "page.html"
    state = tmp_path / "counts"
    for _ in range(2):
        done = heartsight("monitor", "recordings", loud, "--bundle", bundle, "--state", state, "--html", page, code=1)
    assert "48 cases" in done.stdout  # the first run's counts were kept
    assert "amplitude_mv" in done.stdout
    text = page.read_text()
    assert "amplitude_mv" in text
    assert "not a medical device" in text

    few = recordings(tmp_path / "few", 3, 3000)
    done = heartsight("monitor", "recordings", few, "--bundle", bundle, code=3)
    assert "not enough cases" in done.stdout
    done = heartsight("monitor", "recordings", few, "--state", state, code=2)  # of another bundle
    assert "--state" in done.stderr
    kept = state.read_bytes()
    for wrong in (("--alpha", 7), ("--html", tmp_path / "none" / "p.html"), ("--json", tmp_path / "none" / "r.json")):
        done = heartsight("monitor", "recordings", few, "--bundle", bundle, "--state", state, *wrong, code=2)
        assert str(wrong[1]) in done.stderr.replace("\n", "")
    assert state.read_bytes() == kept  # told before anything was counted
    state.write_bytes(b"damaged")
    done = heartsight("monitor", "recordings", few, "--bundle", bundle, "--state", state, code=2)
    assert "--state" in done.stderr


def test_a_bundle_without_a_reference_says_so(tmp_path: Path) -> None:
    bundle = tmp_path / "plain.heartsight"
    hs.pipeline.write_bundle(tiny_bundle(), bundle)
    few = recordings(tmp_path / "few", 1, 1)
    done = heartsight("monitor", "recordings", few, "--bundle", bundle, code=2)
    assert "has no monitor reference" in done.stderr
