"""The validation report: figures, small groups, forms; and the figures on published predictions."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import heartsight as hs
import numpy as np
import pytest
from heartsight.validation import NOT_ENOUGH_DATA, validation_report
from numpy.typing import NDArray

SUPERCLASSES = ["NORM", "MI", "STTC", "CD", "HYP"]


def cases(n: int = 400, k: int = 1, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-1.5 * rng.normal(size=(n, k))))
    return (rng.random((n, k)) < p).astype(np.int64), p


def test_figures_are_those_of_the_functions() -> None:
    y, p = cases()
    report = validation_report(y[:, 0], p[:, 0], n_resamples=50)
    figures = report.classes["positive"].figures
    assert figures["auroc"].value == hs.metrics.auroc(y[:, 0], p[:, 0])
    assert figures["auroc"].low == hs.metrics.auroc_interval(y[:, 0], p[:, 0]).low
    assert figures["brier_score"].value == pytest.approx(hs.metrics.brier_score(y[:, 0], p[:, 0]))
    line = hs.calibration.calibration_line(p[:, 0], y[:, 0])
    assert figures["calibration_slope"].high == line.slope.high
    assert figures["observed_expected_ratio"].value == pytest.approx(y.sum() / p.sum())
    assert report.classes["positive"].net_benefit[0.2].value == hs.metrics.net_benefit(y[:, 0], p[:, 0], threshold=0.2)
    assert "DeLong" in report.interval
    text = repr(report)
    assert "AUROC" in text
    assert "ECE of a perfect model" in text


def test_patients_make_every_interval_a_bootstrap() -> None:
    y, p = cases()
    copies = validation_report(
        np.repeat(y[:, 0], 2), np.repeat(p[:, 0], 2), patient=np.repeat(np.arange(400), 2), n_resamples=50
    )
    assert copies.interval.startswith("bootstrap of 400 patients")
    alone = validation_report(y[:, 0], p[:, 0], patient=[f"p{i}" for i in range(400)], n_resamples=50)
    assert "DeLong" in alone.interval  # one case each
    a, b = (r.classes["positive"].figures["auroc"] for r in (copies, alone))
    assert a.high - a.low == pytest.approx(b.high - b.low, rel=0.4)  # copies tell nothing new


def test_few_patients_have_figures_without_intervals() -> None:
    y, p = cases(400)
    patient = np.arange(400) // 2
    patient[:200] = patient[:200] % 9  # nine patients in the first half
    one = np.where(np.arange(400) < 40, -1, patient)  # one patient has all cases of the first forty
    report = validation_report(
        y[:, 0], p[:, 0], patient=patient, groups={"half": ["few"] * 200 + ["many"] * 200}, n_resamples=30
    )
    few, many = report.groups
    assert few.status == many.status == "ok"
    for name, figure in few.figures.items():
        assert np.isfinite(figure.value)
        assert np.isnan(figure.low)
        assert np.isnan(figure.high)
        assert np.isfinite(many.figures[name].low)
    assert str(few.figures["auroc"]).endswith("[no interval]")
    assert "fewer than 10 patients" in report.interval
    alone = validation_report(
        y[:, 0], p[:, 0], patient=one, groups={"start": ["one"] * 40 + ["more"] * 360}, n_resamples=30
    )
    assert {g.group for g in alone.groups if np.isnan(g.figures["brier_score"].low)} == {"one"}


def test_one_patient_has_no_interval() -> None:
    y, p = cases(100)
    report = validation_report(y[:, 0], p[:, 0], patient=np.zeros(100, dtype=int), n_resamples=30)
    c = report.classes["positive"]
    assert c.status == "ok"
    assert c.n_patients == 1
    assert all(np.isnan(f.low) and np.isnan(f.high) for f in (*c.figures.values(), *c.net_benefit.values()))
    assert c.decision is not None
    assert len(c.decision.low) == 0
    assert c.net_benefit[0.2].value == hs.metrics.net_benefit(y[:, 0], p[:, 0], threshold=0.2)
    assert NOT_ENOUGH_DATA in report.interval
    assert "no interval" in repr(report)
    json.dumps(report.to_dict(), allow_nan=False)
    assert not re.search(r"\bnan\b", re.sub("<style>.*?</style>", "", report.to_html(), flags=re.DOTALL))


def test_missing_patients_are_each_alone() -> None:
    y, p = cases(200)
    known = [f"p{i}" for i in range(100)]
    report = validation_report(y[:, 0], p[:, 0], patient=[*known, *[None] * 100], n_resamples=30)
    assert "DeLong" in report.interval  # two hundred patients of one case each
    numbers = np.r_[np.arange(100) // 2, np.full(100, np.nan)]
    mixed = validation_report(y[:, 0], p[:, 0], patient=numbers, n_resamples=30)
    assert mixed.classes["positive"].n_patients == 150
    dates = np.where(np.arange(200) < 100, np.datetime64("2020-01-01"), np.datetime64("NaT"))
    by_date = validation_report(y[:, 0], p[:, 0], patient=dates, groups={"day": dates}, n_resamples=30)
    assert by_date.classes["positive"].n_patients == 101
    assert [g.group for g in by_date.groups] == ["2020-01-01", "missing"]


def test_missing_values_of_pandas() -> None:
    pd = pytest.importorskip("pandas")
    y, p = cases(200)
    text = pd.array([None, "a"] * 100, dtype="string")
    report = validation_report(y[:, 0], p[:, 0], patient=text, groups={"site": text}, n_resamples=30)
    assert report.classes["positive"].n_patients == 101
    assert [(g.group, g.n) for g in report.groups] == [("a", 100), ("missing", 100)]
    mixed = validation_report(y[:, 0], p[:, 0], groups={"site": [1, "b", None, 10] * 50}, n_resamples=30)
    assert [g.group for g in mixed.groups] == ["1", "10", "b", "missing"]


def test_nothing_is_expected() -> None:
    y = np.array([0, 1] * 50)
    for patient in (None, np.arange(100) // 2):
        ratio = validation_report(y, np.zeros(100), patient=patient, n_resamples=30).classes["positive"].figures[
            "observed_expected_ratio"
        ]  # fmt: skip
        assert ratio.value == ratio.low == ratio.high == np.inf
        assert str(ratio) == "inf [inf, inf]"


def test_multi_label_multi_class_and_forms(tmp_path: Path) -> None:
    y, p = cases(300, 3)
    report = validation_report(
        y, p, classes=["a", "b", "<c>"], groups={"sex": ["f", "m"] * 150}, n_resamples=30, title="A & B"
    )
    assert list(report.classes) == ["a", "b", "<c>"]
    assert report.macro["auroc"] == pytest.approx(hs.metrics.class_measures(y, p).macro)
    plain = report.to_dict()
    json.dumps(plain, allow_nan=False)
    assert plain["classes"]["a"]["figures"]["auroc"]["value"] == report.classes["a"].figures["auroc"].value
    page = report.to_html(tmp_path / "v.html")
    assert (tmp_path / "v.html").read_text(encoding="utf-8") == page
    assert "<c>" not in page
    assert "&lt;c&gt;" in page
    assert "edical device" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=.https?:", page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    index = np.arange(300) % 3
    multi_class = validation_report(index, p / p.sum(axis=1, keepdims=True), n_resamples=30)
    assert multi_class.classes["1"].n_positive == 100
    frame = pytest.importorskip("pandas") and report.to_frame()
    assert set(frame.columns) >= {"class", "figure", "value", "low", "high"}
    assert len(report.to_frame("groups")) == 2 * 3 * 5
    with pytest.raises(hs.DomainError, match="part"):
        report.to_frame("all")


def test_small_groups_say_so() -> None:
    y, p = cases(400)
    group = np.array(["large"] * 390 + ["small"] * 9 + ["x"], dtype=object)
    group[-1] = None
    report = validation_report(y[:, 0], p[:, 0], groups={"site": group}, n_resamples=30)
    by_name = {g.group: g for g in report.groups}
    assert set(by_name) == {"large", "small", "missing"}
    assert by_name["small"].status == NOT_ENOUGH_DATA
    assert by_name["small"].n == 9
    assert not by_name["small"].figures
    assert by_name["large"].figures["auroc"].low > 0.5
    assert NOT_ENOUGH_DATA in report.to_html()
    assert "2 with not enough data" in repr(report)
    rare = validation_report([1] * 5 + [0] * 95, np.linspace(0, 1, 100))
    assert rare.classes["positive"].status == NOT_ENOUGH_DATA
    assert np.isnan(rare.macro["auroc"])
    assert NOT_ENOUGH_DATA.capitalize() in rare.to_html()
    json.dumps(rare.to_dict(), allow_nan=False)


def test_data_frames() -> None:
    pd = pytest.importorskip("pandas")
    y, p = cases(200, 2)
    table = pd.DataFrame({"sex": ["f", "m"] * 100, "site": pd.Categorical(["a"] * 100 + ["b"] * 100)})
    report = validation_report(
        pd.DataFrame(y, columns=["u", "v"]), pd.DataFrame(p, columns=["u", "v"]), groups=table, n_resamples=30
    )
    assert list(report.classes) == ["u", "v"]
    assert {(g.variable, g.group) for g in report.groups} == {("sex", "f"), ("sex", "m"), ("site", "a"), ("site", "b")}
    plain = validation_report(y, p, classes=["u", "v"], n_resamples=30)
    assert plain.to_dict()["classes"] == report.to_dict()["classes"]


def test_bad_arguments() -> None:
    y, p = cases(50)
    with pytest.raises(hs.ShapeError, match="shape"):
        validation_report(y[:10, 0], p[:, 0])
    with pytest.raises(TypeError, match="y"):
        validation_report(p[:, 0], p[:, 0])
    with pytest.raises(hs.ShapeError, match="patient"):
        validation_report(y, p, patient=[1])
    with pytest.raises(hs.DomainError, match="thresholds"):
        validation_report(y, p, thresholds=[0.0])
    with pytest.raises(hs.ShapeError, match="classes"):
        validation_report(y, p, classes=["a", "b"])
    few = np.array([0] * 48 + [1, 2])  # checked also where data are not enough for a figure
    with pytest.raises(hs.DomainError, match=r"y\[49\] = 2: must be 0 or 1"):
        validation_report(few, p[:, 0])
    with pytest.raises(hs.DomainError, match=r"p\[49, 1\] = 2.0: must be between 0 and 1"):
        validation_report(np.zeros((50, 2), dtype=int), np.column_stack([p[:, 0], np.r_[p[:49, 0], 2.0]]))
    with pytest.raises(hs.DomainError, match=r"p\[0\] = nan"):
        validation_report(y[:, 0], np.full(50, np.nan))
    with pytest.raises(TypeError, match="patient"):
        validation_report(y[:, 0], p[:, 0], patient=[{}] * 50)
    with pytest.raises(hs.ShapeError, match="empty"):
        validation_report(np.zeros((0, 1), dtype=int), np.zeros((0, 1)))


def test_plot() -> None:
    y, p = cases(200)
    report = validation_report(y[:, 0], p[:, 0], n_resamples=30)
    drawing = ElementTree.fromstring(report.plot().svg)
    texts = [t.text for t in drawing.iter("{http://www.w3.org/2000/svg}text")]
    for title in ("Calibration", "ROC curve", "Net benefit", "Risks by outcome"):
        assert title in texts
    few = validation_report(np.r_[np.zeros(40, dtype=np.int64), 1], p[:41, 0], n_resamples=30)
    assert NOT_ENOUGH_DATA in few.plot().svg
    with pytest.raises(hs.DomainError, match="name"):
        report.plot("other")


@pytest.mark.data
def test_published_predictions_after_the_default_calibrator() -> None:
    """Fold 9 of PTB-XL, xresnet1d101: the default calibrator, cross-fitted by patient."""
    folder = os.environ.get("HEARTSIGHT_DATA")
    if not folder:
        pytest.skip("HEARTSIGHT_DATA is not set")
    y, p, patient = published(Path(folder))
    got = np.column_stack(
        [hs.calibration.cross_fit("beta", p[:, k], y[:, k], group=patient) for k in range(len(SUPERCLASSES))]
    )
    error = [hs.calibration.expected_calibration_error(got[:, k], y[:, k]) for k in range(5)]
    brier = hs.metrics.class_measures(y, got, measure="brier_score").macro
    slopes = [hs.calibration.calibration_line(got[:, k], y[:, k]).slope.value for k in range(5)]
    before, after = (hs.metrics.class_measures(y, q).macro for q in (p, got))
    assert np.mean(error) <= 0.020
    assert brier <= 0.0835
    assert 0.95 <= min(slopes) <= max(slopes) <= 1.05
    assert after == pytest.approx(before, abs=1e-3)


def published(folder: Path) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Labels, probabilities and patients of the published predictions."""
    with (folder / "ptbxl_metadata" / "ptbxl_database_folds1-9.csv").open(encoding="utf-8") as file:
        patient_of = {int(float(r["ecg_id"])): int(float(r["patient_id"])) for r in csv.DictReader(file)}
    with (folder / "ptbxl_predictions" / "xresnet1d101_superclass_fold9.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    y = np.array([[int(r[f"y_{c}"]) for c in SUPERCLASSES] for r in rows], dtype=np.int64)
    p = np.array([[float(r[f"p_{c}"]) for c in SUPERCLASSES] for r in rows])
    return y, p, np.array([patient_of[int(r["ecg_id"])] for r in rows], dtype=np.int64)
