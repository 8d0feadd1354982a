"""Two-sample statistics against SciPy, comparisons of tables, and Evidently's rules against its own answers."""

from __future__ import annotations

import datetime
import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import heartsight as hs
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats
from drift_cases import CATEGORICAL, drift_cases
from heartsight import drift

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "drift" / "evidently.json"


def pairs() -> list[Any]:
    made = []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        n, m = rng.integers(3, 25 if seed % 3 == 0 else 300, size=2)
        x, y = rng.normal(size=n), rng.normal(rng.choice([0, 0.3, 1.0]), 1, size=m)
        if seed % 2:
            x, y = np.round(x, 1), np.round(y, 1)
        made.append(pytest.param(x, y, id=f"{n}-{m}{'-tied' if seed % 2 else ''}"))
    return made


@pytest.mark.parametrize(("x", "y"), pairs())
def test_equal_to_scipy(x: Any, y: Any) -> None:
    ours, theirs = drift.kolmogorov_smirnov(reference=x, current=y), scipy.stats.ks_2samp(x, y, method="exact")
    assert ours.statistic == pytest.approx(theirs.statistic, abs=1e-15)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
    limit = drift.kolmogorov_smirnov(x, y, method="asymptotic").p_value
    assert limit == pytest.approx(scipy.stats.ks_2samp(x, y, method="asymp").pvalue, abs=5e-6)
    assert drift.wasserstein(x, y) == pytest.approx(scipy.stats.wasserstein_distance(x, y), rel=1e-12)
    for method in ("exact", "asymptotic") if max(len(x), len(y)) < 15 else ("asymptotic",):
        cvm = scipy.stats.cramervonmises_2samp(x, y, method=method)
        mine = drift.cramer_von_mises(x, y, method=method)
        assert mine.statistic == pytest.approx(cvm.statistic, abs=1e-9)
        assert mine.p_value == pytest.approx(cvm.pvalue, abs=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("x", "y"), pairs())
def test_anderson_darling_equals_scipy(x: Any, y: Any) -> None:
    theirs = scipy.stats.anderson_ksamp([x, y], midrank=True)
    ours = drift.anderson_darling(x, y)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-9)
    if 0.002 < theirs.pvalue < 0.24:  # SciPy cuts at 0.001 and 0.25, and interpolates between seven points
        assert ours.p_value == pytest.approx(theirs.pvalue, abs=0.03)


@pytest.mark.filterwarnings("ignore")
def test_large_samples_equal_scipy() -> None:
    rng = np.random.default_rng(0)
    for n, m, shift in [(30_000, 5_000, 0.03), (12_000, 300, 0.2), (100_000, 100_000, 0.02)]:
        x, y = rng.normal(size=n), rng.normal(shift, 1, size=m)
        theirs = scipy.stats.ks_2samp(x, y)
        assert tuple(drift.kolmogorov_smirnov(x, y)) == pytest.approx((theirs.statistic, theirs.pvalue), rel=2e-3)
        assert drift.wasserstein(x, y) == pytest.approx(scipy.stats.wasserstein_distance(x, y), rel=1e-10)
        ours = drift.cramer_von_mises(x, y).p_value
        assert ours == pytest.approx(scipy.stats.cramervonmises_2samp(x, y).pvalue, abs=1e-7)
    x, y = rng.normal(size=30_000), rng.normal(size=30_000)
    assert drift.anderson_darling(x, y).statistic == pytest.approx(
        scipy.stats.anderson_ksamp([x, y], method=scipy.stats.PermutationMethod(n_resamples=1)).statistic, abs=1e-5
    )


def test_counts_equal_scipy() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        a, b = rng.integers(6, 60, size=(2, 5))
        theirs = scipy.stats.chi2_contingency([a, b], correction=False)
        assert tuple(drift.chi_square(a, b)) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-12)
        fisher = scipy.stats.fisher_exact([[a[0], a[1]], [b[0], b[1]]]).pvalue
        assert drift.fisher_exact(a[0], a[0] + a[1], b[0], b[0] + b[1]).p_value == pytest.approx(fisher, rel=1e-9)
        js = scipy.spatial.distance.jensenshannon(a / a.sum(), b / b.sum())
        assert drift.jensen_shannon_of_counts(a, b).statistic == pytest.approx(js, abs=1e-12)
        p, q = a / a.sum(), b / b.sum()
        index = drift.population_stability_index_of_counts(a, b, smoothing=0).statistic
        assert index == pytest.approx(np.sum((q - p) * np.log(q / p)), rel=1e-12)
        distance = drift.hellinger_of_counts(a, b).statistic
        assert distance == pytest.approx(math.sqrt(max(0, 1 - np.sum(np.sqrt(p * q)))), abs=1e-7)


def test_input_of_every_kind() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=400), rng.normal(size=(300, 2))
    wanted = tuple(drift.kolmogorov_smirnov(x, np.ascontiguousarray(y[:, 0])))
    frozen = x.copy()
    frozen.flags.writeable = False
    assert tuple(drift.kolmogorov_smirnov(frozen, y[:, 0])) == wanted
    assert tuple(drift.kolmogorov_smirnov([1, 2, 3], [1, 2])) == tuple(drift.kolmogorov_smirnov([1.0, 2, 3], [1.0, 2]))
    drift.kolmogorov_smirnov(x.astype(np.float32), y[:, 0])
    with pytest.raises(TypeError, match="reference"):
        drift.kolmogorov_smirnov(["a"], [1.0])
    with pytest.raises(hs.ShapeError, match="current"):
        drift.wasserstein(x, y)
    with pytest.raises(hs.DomainError, match="method"):
        drift.kolmogorov_smirnov(x, x, method="fast")
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: tuple(drift.kolmogorov_smirnov(x, y[:, 0])), range(16)))) == 1


def small_tables() -> tuple[dict[str, Any], dict[str, Any]]:
    return drift_cases()["1000 and 1000"]


def test_report() -> None:
    report = drift.compare(*small_tables())
    assert report.verdict == "drift"
    assert "wider" in report.drifted
    assert report["same"].verdict == "no drift shown"
    assert report["site"].kind == "categorical"
    assert report["flag"].categories == ["old", drift_new()]
    assert [c.name for c in report] == list(small_tables()[0])
    text = str(report)
    assert "wider" in text.splitlines()[4]
    assert "drift" in repr(report)
    assert json.loads(json.dumps(report.to_dict(), allow_nan=False))["columns"][0]["name"] == "same"
    page = report.to_html()
    drawing = ElementTree.fromstring(report.plot().svg)
    texts = [t.text or "" for t in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "margin" in texts
    assert any(text.endswith("(drift)") for text in texts)
    assert "not a medical device" in page
    assert "<script" not in page
    with pytest.raises(KeyError):
        report["nobody"]


def drift_new() -> str:
    from heartsight.drift_table import NEW_CATEGORY

    return NEW_CATEGORY


def test_names_are_escaped_on_the_page() -> None:
    page = drift.compare({"<b>x": ["<i>"] * 40}, {"<b>x": ["<u>"] * 40}).to_html()
    assert "<b>" not in page
    assert "<i>" not in page


def test_tables_of_every_kind_agree() -> None:
    pd = pytest.importorskip("pandas")
    pa = pytest.importorskip("pyarrow")
    a, b = small_tables()
    wanted = drift.compare(a, b).to_dict()
    assert drift.compare(pd.DataFrame(a), pd.DataFrame(b)).to_dict() == wanted
    assert drift.compare(pa.table(a), pa.table(b)).to_dict() == wanted
    assert len(drift.compare(pd.DataFrame(a), pd.DataFrame(b)).to_frame()) == len(a)


def test_rows_in_a_list_have_columns_of_their_own_types() -> None:
    """NumPy would make text of numbers that stand beside text."""
    rng = np.random.default_rng(3)
    age = rng.normal(60, 10, size=200)
    sex = np.where(rng.random(200) < 0.5, "female", "male")
    table = {"x0": age.tolist(), "x1": sex.tolist(), "x2": (age > 60).tolist()}
    older = table | {"x0": (age + 15).tolist()}
    for kind in (list, tuple):
        rows = [kind(row) for row in zip(*table.values(), strict=True)]
        current = kind(kind(row) for row in zip(*older.values(), strict=True))
        report = drift.compare(rows, current)
        assert report.to_dict() == drift.compare(table, older).to_dict()
        assert [c.kind for c in report.columns] == ["numeric", "categorical", "categorical"]
        assert report.drifted == ["x0"]
    numbers = [[1, 2.5], [2, 3.5]] * 20
    assert drift.compare(numbers, numbers).to_dict() == drift.compare(np.array(numbers), np.array(numbers)).to_dict()
    pairs = [np.array([1.0, 2.0]), np.array([3.0, 4.0])] * 20
    assert drift.compare(pairs, pairs).to_dict() == drift.compare(np.array(pairs), np.array(pairs)).to_dict()
    assert drift.DriftReference(rows).names == ["x0", "x1", "x2"]
    with pytest.raises(hs.ShapeError, match="rows of a table have different lengths"):
        drift.compare([[1.0, "a"], [2.0]], numbers)
    for bad in ([], [1.0, 2.0], [{"a": 1.0}], ["ab", "cd"], [[1.0, 2.0], "ab"], [np.zeros((2, 2))]):
        with pytest.raises(TypeError, match="a table is"):
            drift.compare(bad, numbers)


def test_an_array_and_chosen_columns() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(200, 3)), rng.normal(size=(100, 3))
    y[:, 1] += 2
    report = drift.compare(x, y, n_threads=2)
    assert report.drifted == ["x1"]
    assert [c.name for c in drift.compare(x, y, columns=["x2"])] == ["x2"]
    with pytest.raises(hs.DomainError, match="'x9'"):
        drift.compare(x, y, columns=["x9"])
    with pytest.raises(hs.DomainError, match="lacks 'x2'"):
        drift.compare(x, y[:, :2])
    with pytest.raises(hs.ShapeError, match="lengths"):
        drift.compare({"a": [1, 2], "b": [1]}, {"a": [1]})
    with pytest.raises(TypeError, match="neither numbers nor categories"):
        drift.compare({"a": np.array(["2020-01-01"], dtype="M8[D]")}, {"a": np.array(["2020-01-01"], dtype="M8[D]")})


def test_integers_with_gaps_are_the_same_categories() -> None:
    report = drift.compare({"c": [1, 2] * 50}, {"c": [1.0, 2.0] * 50 + [np.nan] * 2}, categorical=["c"])
    assert report["c"].categories == ["1", "2"]
    assert [c.kind for c in report] == ["categorical", "missing"]


@pytest.mark.parametrize("made", [list, lambda v: np.array(v, dtype=object), "pandas"])
def test_equal_values_of_different_texts_are_apart_in_any_order(made: Any) -> None:
    if made == "pandas":
        pd = pytest.importorskip("pandas")
        made = lambda v: pd.Series(v, dtype=object)  # noqa: E731
    values = [True] * 30 + [1] * 20 + [1.0] * 10 + [None, "1"]
    for order in (values, values[::-1]):
        report = drift.compare({"c": made(values)}, {"c": made(order)}, categorical=["c"])
        assert report["c"].categories == ["1", "True"]
        assert report["c"].current_counts == [31, 30]
        state = drift.DriftState({"c": made(["True"] * 30 + ["1"] * 31)}).update({"c": made(order)})
        assert state.result()["c"].current_counts == [31, 30]


@pytest.mark.parametrize("made", [list, "pandas"])
@pytest.mark.parametrize(
    ("bad", "error", "message"),
    [
        ([1, 2], TypeError, "of type list"),
        ({"a": 1}, TypeError, "of type dict"),
        (datetime.date(2020, 1, 1), TypeError, "of type date"),
        (datetime.datetime(2020, 1, 1), TypeError, "of type datetime"),
        ("\ud800", hs.DomainError, "Unicode"),
    ],
)
def test_what_is_no_category_is_named(made: Any, bad: Any, error: Any, message: str) -> None:
    def column(values: list[Any]) -> Any:
        return values if made is list else pytest.importorskip("pandas").Series(values, dtype=object)

    good = {"colour": column(["red", None] * 20)}
    table = {"colour": column(["red", bad] * 20)}
    with pytest.raises(error, match=f"'colour'.*{message}"):
        drift.compare(good, table, categorical=["colour"])
    with pytest.raises(error, match=f"'colour'.*{message}"):
        drift.DriftState(good).update(table)


def test_two_columns_of_one_name() -> None:
    with pytest.raises(hs.DomainError, match="called '1'"):
        drift.compare({1: [1.0], "1": [2.0]}, {"1": [1.0]})
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(hs.DomainError, match="called 'a'"):
        drift.compare(frame, frame)
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(hs.DomainError, match="called 'a'"):
        drift.compare(table, table)


def test_numbers_in_columns_of_objects() -> None:
    pd = pytest.importorskip("pandas")
    values = [1, 2, None] * 20
    wanted = drift.compare({"a": np.array(values, dtype=float)}, {"a": np.array(values, dtype=float)})
    table = pd.DataFrame({"a": pd.Series(values, dtype=object)})
    assert drift.compare(table, table, numeric=["a"]).to_dict() == wanted.to_dict()
    with pytest.raises(TypeError, match="'a'"):
        drift.compare({"a": pd.Series([1, "x"])}, {"a": [1, 2]}, numeric=["a"])


@pytest.mark.parametrize("name", list(drift_cases()))
def test_reference_preset_equals_evidently(name: str) -> None:
    golden = json.loads(GOLDEN.read_text())
    wanted = golden["cases"][name]
    reference, current = drift_cases()[name]
    report = drift.compare(
        reference, current, categorical=[c for c in CATEGORICAL if c in reference], preset="reference"
    )
    for column, theirs in wanted["columns"].items():
        ours = report[column]
        assert ours.rule == theirs["rule"], column
        assert ours.statistic == pytest.approx(theirs["score"], rel=1e-6, abs=1e-9), column
    drifted = sum(c.verdict == "drift" for c in report)
    assert drifted == wanted["drifted"]["count"]
    assert report.drift_share == pytest.approx(wanted["drifted"]["share"])
    assert (report.verdict == "drift") == (wanted["drifted"]["share"] >= 0.5)


def test_alarms_about_noise_keep_the_level() -> None:
    """62 clean normal columns, as peers were measured on: in 100 pairs of tables a false alarm anywhere in at most 13."""
    rng = np.random.default_rng(5)
    for n in (50, 500):
        alarms = sum(
            drift.compare(rng.normal(size=(n, 62)), rng.normal(size=(n, 62))).verdict == "drift" for _ in range(100)
        )
        assert alarms <= 13, n
