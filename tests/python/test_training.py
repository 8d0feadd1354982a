"""Training and evaluation on small folders of simulated recordings: the ways, not the figures."""

from __future__ import annotations

import dataclasses
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import pytest
from conftest import CLASSES, write_dataset
from tiny_bundle import LEADS

pytest.importorskip("xgboost", reason="training needs heartsight[train]")
pytest.importorskip("sklearn", reason="training needs heartsight[train]")

from heartsight.report_page import render_page
from heartsight.training import TrainingConfig, dataset, ecg, evaluate_ecg, evaluate_scores, load_dataset, train_ecg
from heartsight.training.dataset import list_records
from heartsight.training.ecg import choose_threshold
from heartsight.training.evaluation import score_folder
from heartsight.training.quiet import without_config_warnings
from heartsight.training.strata import strata
from heartsight.training.study import run_study, study_markdown
from heartsight.training.superclasses import SUPERCLASS_OF, parse_scp_codes, superclass_labels


def test_dataset_is_read(dataset_folder: Path) -> None:
    told: list[tuple[int, int]] = []
    data = load_dataset(
        dataset_folder,
        definition="summary_statistics",
        n_threads=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert (len(data), data.features.shape, data.labels.sum(), data.failed) == (60, (60, 108), 60, [])
    assert told[-1] == (60, 60)
    assert set(data.sex) == {"male", "female"}
    assert data.name == "small"
    assert data.age_years.max() <= 90


def test_nested_split_learns_the_shapes(dataset_folder: Path, quick_settings: dict[str, object]) -> None:
    said: list[str] = []
    result = train_ecg(
        load_dataset(dataset_folder, definition="summary_statistics"),
        TrainingConfig.from_dict(quick_settings),
        say=said.append,
    )
    assert result.bundle.provenance["split"].startswith("nested: 2 outer")
    assert (result.evaluation.n, result.evaluation.n_patients) == (60, 30)
    assert result.scores.shape == (60, 5)
    assert np.isfinite(result.scores).all()
    # The simulated shapes differ more than patients' do: a pipeline that mixes up rows or classes is at 0.5.
    assert result.evaluation.macro["auroc"].value > 0.85
    assert any("outer fold 2" in words for words in said)


def test_forests_learn_from_measurements(dataset_folder: Path, quick_settings: dict[str, object]) -> None:
    settings = {**quick_settings, "features": "measurements", "candidates": [{"trees": 20, "min_samples_leaf": 2}]}
    data = load_dataset(dataset_folder)
    result = train_ecg(data, TrainingConfig.from_dict(settings))
    assert result.evaluation.macro["auroc"].value > 0.85
    assert result.bundle.features == hs.features.measurement_schema(LEADS)
    # The bundle measures and scores as the training did, at another rate too.
    recording, _ = hs.simulate.ecg(500, seed=78)
    report = hs.Analyzer(result.bundle).analyze(recording)
    assert report.status != "not_analyzed"
    assert 8 <= len(report.r_peaks_s) <= 14
    assert 60 < report.measurements["qrs_duration"]["value"] < 140
    assert report.to_dict()["measurements"] == report.measurements
    assert all(s.source for s in report.statements)
    assert "qrs duration" in render_page(report)
    with pytest.raises(hs.DomainError, match="the data hold measurements"):
        train_ecg(data, TrainingConfig.from_dict(quick_settings))


def test_bundle_is_reproducible(
    tmp_path: Path, bundle_file: Path, dataset_folder: Path, quick_settings: dict[str, object]
) -> None:
    again = train_ecg(
        load_dataset(dataset_folder, definition="summary_statistics"),
        TrainingConfig.from_dict({**quick_settings, "n_threads": 2}),
    )
    first = hs.pipeline.read_bundle(bundle_file).provenance
    assert again.bundle.provenance["metrics"] == first["metrics"]
    loaded = hs.Analyzer.load(bundle_file)
    recording, _ = hs.simulate.ecg(100, seed=77)
    assert hs.Analyzer(again.bundle).analyze(recording).probabilities == loaded.analyze(recording).probabilities


def test_official_split(tmp_path: Path, quick_settings: dict[str, object]) -> None:
    folder = write_dataset(tmp_path / "official", n_per_class=20)
    data = load_dataset(folder, definition="summary_statistics")
    result = train_ecg(data, TrainingConfig.from_dict(quick_settings))
    provenance = result.bundle.provenance
    assert provenance["split"].startswith("official")
    assert result.evaluation.n == int((data.fold == 10).sum())
    assert not {int(p) for p in data.patient[data.fold == 10]} & {int(p) for p in data.patient[data.fold <= 8]}
    assert provenance["n_trained"] == int((data.fold <= 8).sum())


def test_official_split_refuses_patients_in_several_folds(tmp_path: Path, quick_settings: dict[str, object]) -> None:
    folder = write_dataset(tmp_path / "mixed", n_per_class=20)
    text = (folder / "manifest.csv").read_text().splitlines()
    cells = text[-1].split(",")
    text[-1] = ",".join([cells[0], "0", *cells[2:]])  # the last record gets the first patient
    (folder / "manifest.csv").write_text("\n".join(text) + "\n")
    with pytest.raises(hs.DomainError, match=r"1 patient\(s\) in several folds"):
        train_ecg(load_dataset(folder, definition="summary_statistics"), TrainingConfig.from_dict(quick_settings))


def test_official_split_needs_its_folds(dataset_folder: Path, quick_settings: dict[str, object]) -> None:
    with pytest.raises(hs.DomainError, match="official"):
        train_ecg(
            load_dataset(dataset_folder, definition="summary_statistics"),
            TrainingConfig.from_dict({**quick_settings, "split": "official"}),
        )


def test_protocol_mlops_phase1(
    dataset_folder: Path, quick_settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    import xgboost

    train = xgboost.train
    rounds: list[int] = []

    def fewer(parameters: dict[str, object], data: object, n: int) -> object:
        rounds.append(n)
        assert (parameters["max_depth"], parameters["objective"]) == (15, "multi:softprob")
        return train(parameters, data, 5)

    monkeypatch.setattr(xgboost, "train", fewer)
    result = train_ecg(
        load_dataset(dataset_folder, definition="summary_statistics"),
        TrainingConfig.from_dict({**quick_settings, "protocol": "mlops_phase1"}),
    )
    assert rounds == [600]
    assert result.protocol == "mlops_phase1"
    assert (result.evaluation.n, result.bundle.provenance["n_trained"]) == (12, 48)
    analyzer = hs.Analyzer(result.bundle)
    recording, _ = hs.simulate.ecg(100, seed=5, morphology="hypertrophy")
    report = analyzer.analyze(recording, protocol="mlops_phase1")
    assert sum(report.probabilities.values()) == pytest.approx(1.0, abs=1e-6)
    assert [f.name for f in report.findings] == [max(report.probabilities, key=lambda c: report.probabilities[c])]


def test_a_failed_record_is_listed(tmp_path: Path, dataset_folder: Path, analyzer: hs.Analyzer) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(dataset_folder, folder)
    (folder / "records100" / "00000" / "00003_lr.dat").write_bytes(b"\0" * 100)
    (folder / "records100" / "00000" / "00004_lr.hea").unlink()  # a record that is not there is left out
    data = load_dataset(folder, definition="summary_statistics")
    assert len(data) == 58
    assert [ecg_id for ecg_id, _ in data.failed] == [3]
    assert "truncated" in data.failed[0][1]
    evaluation = evaluate_ecg(analyzer, folder, n_resamples=20)
    assert evaluation.n == 58
    assert [name for name, _ in evaluation.not_analyzed] == ["00003_lr"]


def test_ptbxl_as_it_is_shipped(tmp_path: Path, dataset_folder: Path) -> None:
    folder = tmp_path / "ptb-xl"
    shutil.copytree(dataset_folder / "records100", folder / "records100")
    (folder / "ptbxl_database.csv").write_text(
        "ecg_id,patient_id,age,sex,scp_codes,strat_fold,filename_lr,filename_hr\n"
        "1,15709.0,56.0,1,\"{'NORM': 100.0, 'SR': 0.0}\",3,records100/00000/00001_lr,records500/00000/00001_hr\n"
        "2,13243.0,300.0,0,\"{'IMI': 0.0, 'LVH': 50.0}\",2,records100/00000/00002_lr,records500/00000/00002_hr\n"
    )
    (folder / "scp_statements.csv").write_text(
        ",description,diagnostic,diagnostic_class\nNORM,normal,1.0,NORM\nIMI,inferior,1.0,MI\nLVH,hypertrophy,1.0,HYP\nSR,s,,\n"
    )
    rows = list_records(folder)
    assert [r.labels for r in rows] == [(1, 0, 0, 0, 0), (0, 1, 0, 0, 1)]
    assert [(r.patient, r.fold, r.age_years, r.sex) for r in rows] == [
        (15709, 3, 56.0, "female"),
        (13243, 2, 90.0, "male"),
    ]
    with pytest.raises(hs.FormatError, match="none of its records"):
        list_records(folder, sampling_rate=500)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "neither the five class columns"),
        ("ecg_id,patient_id,NORM,MI,STTC,CD,HYP\nx,1,1,0,0,0,0\n", "line 2: column 'ecg_id'"),
        ("ecg_id,patient_id,NORM,MI,STTC,CD,HYP\n1,1,2,0,0,0,0\n", "line 2: a class column"),
        ("ecg_id,patient_id,scp_codes\n1,1,__import__('os')\n", "line 2: column 'scp_codes'"),
    ],
)
def test_manifest_errors_name_line_and_column(tmp_path: Path, dataset_folder: Path, text: str, message: str) -> None:
    shutil.copytree(dataset_folder / "records100", tmp_path / "records100")
    (tmp_path / "manifest.csv").write_text(text or "ecg_id,patient_id\n1,1\n")
    with pytest.raises(hs.FormatError, match=message):
        list_records(tmp_path)


def test_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(hs.FormatError, match=r"neither ptbxl_database\.csv nor manifest\.csv"):
        list_records(tmp_path)


def write_challenge_record(folder: Path, name: str, seed: int, comments: str) -> None:
    """A record as the CinC Challenge 2021 has it: 500 Hz, leads in an order of its own, diagnoses in the comments."""
    recording, _ = hs.simulate.ecg(500.0, seed=seed)
    order = [*range(1, 12), 0]
    digital = np.round(recording.signal[order] * 1000).astype("<i2")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.dat").write_bytes(digital.T.tobytes())
    lines = [f"{name} 12 500 {digital.shape[1]}"]
    lines += [f"{name}.dat 16 1000(0)/mV 16 0 0 0 0 {recording.leads[k]}" for k in order]
    (folder / f"{name}.hea").write_text("\n".join(lines) + "\n" + comments, encoding="utf-8")


def test_a_folder_of_the_cinc_challenge(tmp_path: Path) -> None:
    write_challenge_record(tmp_path / "g1", "E1", 1, "# Age: 93\n# Sex: Female\n# Dx: 426783006\n")
    write_challenge_record(tmp_path / "g1", "E2", 2, "#Age: NaN\n#Sex: M\n#Dx: 164889003, 164909002,164865005\n")
    write_challenge_record(tmp_path / "g2", "E3", 3, "# Dx: 426177001,164873001\n")
    write_challenge_record(tmp_path / "g2", "E4", 4, "# no diagnosis\n")  # not one of the challenge's
    rows = list_records(tmp_path)
    assert [row.path.stem for row in rows] == ["E1", "E2", "E3"]
    assert [row.labels for row in rows] == [(1, 0, 0, 0, 0), (0, 1, 0, 1, 0), (0, 0, 0, 0, 1)]
    assert [row.sex for row in rows] == ["female", "male", "unknown"]
    assert rows[0].age_years == 90.0
    assert np.isnan(rows[1].age_years)
    assert len({row.patient for row in rows}) == 3
    assert np.isfinite(load_dataset(tmp_path).features[:, 0]).all()
    scored = score_folder(hs.load(), tmp_path)
    assert scored.probabilities.shape == (3, 5)


def test_a_bundle_says_whose_recordings_trained_it(tmp_path: Path, quick_settings: dict[str, object]) -> None:
    codes = ("426783006", "164865005", "164934002", "270492004", "164873001")
    for number in range(30):
        write_challenge_record(
            tmp_path / "data", f"E{number:02d}", number, f"# Age: 60\n# Sex: F\n# Dx: {codes[number % 5]}\n"
        )
    settings = TrainingConfig.from_dict(quick_settings)
    bundle = train_ecg(load_dataset(tmp_path / "data", definition="summary_statistics"), settings).bundle
    hs.pipeline.write_bundle(bundle, tmp_path / "challenge.heartsight")
    manifest = json.loads(hs.pipeline.read_manifest(tmp_path / "challenge.heartsight"))
    assert [d["source"] for d in manifest["data_licences"]] == ["10.13026/JZ9P-0M02"]
    assert any("name no patient" in limit for limit in bundle.limits)
    assert not any("one country" in limit for limit in bundle.limits)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"splitt": "nested"}, "unknown setting 'splitt'"),
        ({"split": "random"}, "split = 'random'"),
        ({"n_seeds": 0}, "n_seeds = 0"),
        ({"n_seeds": "two"}, "n_seeds = 'two': must be a whole number"),
        ({"n_threads": True}, "n_threads"),
        ({"candidates": []}, "candidates"),
        ({"candidates": [{"rounds": 2.5}]}, "rounds"),
        ({"candidates": [{"rounds": 10, "eta": "fast"}]}, "eta"),
        ({"candidates": ["rounds"]}, "candidates"),
        ({"candidates": [{"rounds": 5, "trees": 5}]}, "either"),
        ({"candidates": [{"trees": 0}]}, "trees"),
        ({"candidates": [{"trees": 9, "max_depth": 3}]}, "max_depth"),
        ({"candidates": [{"trees": 9, "max_features": 7.0}]}, "max_features"),
        ({"candidates": [{"trees": 9, "min_samples_leaf": 0}]}, "min_samples_leaf"),
        ({"features": "pixels"}, "features = 'pixels'"),
        ({"calibrator": "magic"}, "calibrator"),
        ({"sampling_rate": 250}, "sampling_rate"),
        ({"protocol": "other"}, "protocol"),
        ({"version": 1}, "version = 1: must be a text"),
    ],
)
def test_settings_are_checked(values: dict[str, object], message: str) -> None:
    with pytest.raises(hs.DomainError, match=message):
        TrainingConfig.from_dict(values)


def test_settings_from_yaml(tmp_path: Path) -> None:
    file = tmp_path / "params.yaml"
    file.write_text(TrainingConfig(seed=7).to_yaml())
    assert TrainingConfig.from_yaml(file) == TrainingConfig(seed=7)
    for text, error, message in [
        ("a: [", hs.FormatError, "not YAML"),
        ("- 1", hs.DomainError, "by name"),
        ("seed: x", hs.DomainError, r"params\.yaml: .*seed"),
    ]:
        file.write_text(text)
        with pytest.raises(error, match=message):
            TrainingConfig.from_yaml(file)


def test_default_settings_file_is_the_default() -> None:
    file = Path(__file__).parents[2] / "models" / "ecg-superclass.params.yaml"
    assert dataclasses.replace(TrainingConfig.from_yaml(file), note="") == TrainingConfig()


def test_superclasses() -> None:
    assert len(SUPERCLASS_OF) == 44
    assert superclass_labels(parse_scp_codes("{'IMI': 0.0, 'LAFB': 100.0, 'SR': 0.0}")) == [0, 1, 0, 1, 0]
    assert superclass_labels({}) == [0] * len(CLASSES)


def test_strata_and_thresholds() -> None:
    labels = np.array([[1, 0], [1, 0], [1, 1], [0, 0]])
    np.testing.assert_array_equal(strata(labels), [0, 0, 1, 2])
    y, p = np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    assert choose_threshold(y, p, "f1") == pytest.approx(0.5)
    assert choose_threshold(y, p, "youden") == pytest.approx(0.5)


def test_evaluation_of_known_scores() -> None:
    labels = np.array([[0], [0], [1], [1]])
    scores = np.array([[0.1], [0.6], [0.4], [0.9]])
    evaluation = evaluate_scores(labels, scores, np.array([0.5]), np.arange(4), classes=("X",), n_resamples=50)
    figures = evaluation.per_class["X"]
    assert figures["auroc"].value == 0.75
    assert (figures["sensitivity"].value, figures["specificity"].value) == (0.5, 0.5)
    assert figures["brier"].value == pytest.approx((0.01 + 0.36 + 0.36 + 0.01) / 4)
    assert evaluation.macro["auroc"].value == 0.75
    json.dumps(evaluation.as_dict(), allow_nan=False)
    with pytest.raises(hs.DomainError, match="no record"):
        evaluate_scores(labels[:0], scores[:0], np.array([0.5]), np.arange(0), classes=("X",))


def test_a_killed_reading_goes_on(dataset_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "CHUNK", 16)
    read: list[Path] = []
    original = dataset.record_features

    def counted(path: Path, definition: str = "measurements") -> np.ndarray:
        read.append(path)
        return original(path, definition)

    monkeypatch.setattr(dataset, "record_features", counted)

    def killed(done: int, total: int) -> None:
        if done > 40:
            raise KeyboardInterrupt

    options = {"definition": "summary_statistics", "n_threads": 1}
    with pytest.raises(KeyboardInterrupt):
        load_dataset(dataset_folder, **options, progress=killed, cache=tmp_path)  # type: ignore[arg-type]
    assert len(read) >= 40
    read.clear()
    resumed = load_dataset(dataset_folder, **options, cache=tmp_path)  # type: ignore[arg-type]
    assert len(read) == 60 - 32  # two chunks of 16 were whole
    whole = load_dataset(dataset_folder, **options)  # type: ignore[arg-type]
    np.testing.assert_array_equal(resumed.features, whole.features)

    read.clear()
    load_dataset(dataset_folder, **options, cache=tmp_path)  # type: ignore[arg-type]
    assert read == []
    for kept in tmp_path.rglob("features.npz"):
        kept.write_bytes(kept.read_bytes()[:100])  # cut off: computed again
    again = load_dataset(dataset_folder, **options, cache=tmp_path)  # type: ignore[arg-type]
    np.testing.assert_array_equal(again.features, whole.features)
    assert len(read) == 60


def test_a_killed_training_goes_on(
    dataset_folder: Path, tmp_path: Path, quick_settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = load_dataset(dataset_folder, definition="summary_statistics", n_threads=1)
    config = TrainingConfig.from_dict(quick_settings)

    def killed(words: str) -> None:
        if words.startswith("outer fold 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_ecg(data, config, say=killed, cache=tmp_path)
    assert len(list(tmp_path.rglob("outer-*.npz"))) == 1
    fits: list[int] = []
    original = ecg.fit_class

    def counted(*arguments: Any, **options: Any) -> Any:
        fits.append(1)
        return original(*arguments, **options)

    monkeypatch.setattr(ecg, "fit_class", counted)
    resumed = train_ecg(data, config, cache=tmp_path)
    n_resumed = len(fits)
    fits.clear()
    whole = train_ecg(data, config)
    assert n_resumed < len(fits)
    np.testing.assert_array_equal(resumed.scores, whole.scores)
    assert resumed.bundle.manifest_digest == whole.bundle.manifest_digest
    other = dataclasses.replace(config, seed=7)
    train_ecg(data, other, cache=tmp_path)  # other settings do not take these folds
    assert len({path.parent for path in tmp_path.rglob("outer-0.npz")}) == 2


def test_training_puts_a_monitor_reference_into_the_bundle(
    dataset_folder: Path, quick_settings: dict[str, object]
) -> None:
    data = load_dataset(dataset_folder, definition="summary_statistics", n_threads=1)
    bundle = train_ecg(data, TrainingConfig.from_dict(quick_settings)).bundle
    reference = bundle.monitor_reference
    assert reference is not None
    assert reference.n_cases == len(data)
    analyzer = hs.Analyzer(bundle)
    state = hs.pipeline.MonitorState(reference)
    for path in data.records[:24]:  # the table knew sex and age, the files do not
        r = hs.io.read_record(path)
        r = hs.Recording(r.signal, r.sampling_rate, leads=list(r.leads), sex="female", age_years=50.0)
        state.add(hs.pipeline.monitored_case(r, analyzer.analyze(r)))
    assert not [what for what in state.result().not_compared if "no such case" in what]
    without = dataclasses.replace(data, records=[])
    assert train_ecg(without, TrainingConfig.from_dict(quick_settings)).bundle.monitor_reference is None


def test_the_study_of_a_training(dataset_folder: Path, quick_settings: dict[str, object]) -> None:
    data = load_dataset(dataset_folder, n_threads=2)
    settings = {
        **quick_settings,
        "features": "measurements",
        "candidates": [{"trees": 4, "min_samples_leaf": 2, "max_features": 0.1}],
    }
    config = TrainingConfig.from_dict(settings)
    result = run_study(data, config)
    learnt_from = [row["n_records"] for row in result["learning_curve"]]
    assert learnt_from[-1] == 30
    assert set(learnt_from) <= {8, 15, 22, 30}  # a quarter of so few patients may hold none of a class
    groups = result["ablation"]["groups"]
    assert sum(row["n"] for row in groups) == data.features.shape[1]
    assert {row["group"] for row in groups} >= {"QRS", "ST segment", "T wave and QT", "P wave and PR"}
    for row in groups:
        for kind in ("without", "alone"):
            assert row[kind]["low"] <= row[kind]["difference"] <= row[kind]["high"]
    assert result["against"]["n"] == 108
    text = study_markdown(result, "small")
    assert "| 30 |" in text
    assert "ST segment" in text
    assert "108 summary statistics" in text


def test_one_warning_is_dropped_and_no_other() -> None:
    before = list(warnings.filters)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with without_config_warnings():
            warnings.warn("`sklearn.utils.parallel.delayed` should be used with ...", UserWarning, stacklevel=1)
            warnings.warn("something else", UserWarning, stacklevel=1)
    assert [str(w.message) for w in told] == ["something else"]
    assert list(warnings.filters) == before
