"""heartsight.fairness: group tables, what they say of small groups, and the state."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import heartsight as hs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from heartsight import fairness


def simulated(n: int = 4000, seed: int = 1) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Cases of which those called "b" are found less often."""
    random = np.random.default_rng(seed)
    site = random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])
    sex = random.choice(["female", "male"], n)
    y = (random.random(n) < 0.3).astype(np.int64)
    found = np.where(site == "b", 0.55, 0.85)
    p = np.where(random.random(n) < np.where(y == 1, found, 0.1), 0.8, 0.2)
    return y, p, {"site": site, "sex": sex}


def test_a_table_of_one_outcome() -> None:
    y, p, groups = simulated()
    table = fairness.group_table(y, p, groups)
    frame = table.to_frame()
    for row in frame.itertuples():
        mine = groups[row.attribute] == row.group
        called = p[mine] >= 0.5
        expected = {
            "selection_rate": called,
            "prevalence": y[mine],
            "sensitivity": called[y[mine] == 1],
            "false_positive_rate": called[y[mine] == 0],
            "positive_predictive_value": y[mine][called],
        }[row.rate]
        assert (row.part, row.whole) == (expected.sum(), len(expected))
        assert row.value == pytest.approx(expected.mean(), abs=1e-15)
        assert (row.low, row.high) == hs.metrics.wilson_interval(row.part, row.whole)
        assert row.enough
    assert set(frame["rate"]) == set(fairness.RATES)
    assert table.verdict == "disparity"
    shown = {(d.attribute, d.criterion) for d in table.found}
    assert ("site", "equalized_odds") in shown
    assert not any(attribute == "sex" for attribute, _ in shown)
    worst = next(d for d in table.found if d.criterion == "equalized_odds")
    assert (worst.lowest, worst.rate) == ("b", "sensitivity")
    assert worst.difference_low < 0.3 < worst.difference_high
    assert "lowest in b" in worst.text
    assert worst.text in repr(table)
    rest = next(c for c in table.comparisons if (c.group, c.rate) == ("b", "sensitivity"))
    assert rest.verdict == "disparity"
    assert rest.high < 0


def test_small_and_empty_groups_never_pass() -> None:
    y, p, _ = simulated(1000)
    rare = pd.Series(pd.Categorical(np.where(np.arange(1000) < 2, "two", "many"), categories=["many", "two", "nobody"]))
    table = fairness.group_table(y, p, {"site": rare})
    nobody = [r for r in table.rates if r.group == "nobody"]
    assert [r.whole for r in nobody] == [0] * 5
    assert all(np.isnan(r.value) and (r.low, r.high) == (0.0, 1.0) and not r.enough for r in nobody)
    two = next(r for r in table.rates if (r.group, r.rate) == ("two", "selection_rate"))
    assert two.high - two.low > 0.6, "two cases are not a rate of 0 or 1 with certainty"
    assert {d.verdict for d in table.disparities} == {"not enough data"}
    assert all(set(d.left_out) == {"two", "nobody"} for d in table.disparities)
    assert table.verdict == "not enough data"
    assert "*" in repr(table)
    assert "not enough data" in repr(table)
    hidden = fairness.group_table(y, p, {"site": rare}, small_cells="suppress")
    assert all(np.isnan(r.value) for r in hidden.rates if r.group != "many")
    drawn = fairness.group_table(y, p, {"site": rare}, small_cells="shrink")
    of_two = next(r for r in drawn.rates if (r.group, r.rate) == ("two", "selection_rate"))
    assert of_two.value == pytest.approx(p.mean() / 0.6 - 1 / 3, abs=0.02), "drawn to the rate of all"
    assert not of_two.enough


def test_missing_groups_are_a_group() -> None:
    y, p, _ = simulated(600)
    sex = np.array(["female", None, "male"] * 200, dtype=object)
    for column in (sex, list(sex), pd.Series(sex), pa.array(list(sex))):
        table = fairness.group_table(y, p, {"sex": column})
        assert [r.group for r in table.rates if r.rate == "prevalence"] == ["female", "male", fairness.MISSING]
    for words in (["b", float("nan"), "a"], pd.Series(["b", None, "a"], dtype="string"), ["b", pd.NA, "a"]):
        assert fairness.grouping("x", words).names == ["a", "b", fairness.MISSING]
    assert fairness.grouping("x", [fairness.MISSING, None]).codes.tolist() == [0, 0]
    assert fairness.grouping("x", ["nan", "b"]).names == ["b", "nan"], "a word is a word"
    numbers = fairness.grouping("x", np.array([2.0, np.nan, 1.0]))
    assert numbers.names == ["1", "2", fairness.MISSING]
    assert numbers.codes.tolist() == [1, 2, 0]


def test_columns_of_every_kind_give_one_table() -> None:
    y, p, groups = simulated(500)
    expected = fairness.group_table(y, p, groups).to_dict()
    for same in (pd.DataFrame(groups), pa.table(groups), {k: list(v) for k, v in groups.items()}):
        assert fairness.group_table(y, p, same).to_dict() == expected
    assert fairness.group_table(y.astype(bool), p.tolist(), groups).to_dict() == expected
    one = fairness.group_table(y, p, pd.Series(groups["sex"], name="sex"))
    assert {r.attribute for r in one.rates} == {"sex"}


def test_intersections_keep_the_empty_ones() -> None:
    y, p, groups = simulated(300)
    groups["sex"] = np.where(groups["site"] == "c", "female", groups["sex"])
    table = fairness.group_table(y, p, groups, intersections=True)
    crossed = [r for r in table.rates if r.attribute == "site x sex" and r.rate == "prevalence"]
    assert len(crossed) == 6
    assert next(r.whole for r in crossed if r.group == "c, male") == 0
    assert sum(r.whole for r in crossed) == 300


def test_identifiers_are_no_groups() -> None:
    with pytest.raises(hs.DomainError, match="is it an identifier"):
        fairness.grouping("id", [f"patient {i}" for i in range(1001)])
    many = {name: np.arange(400) % 200 for name in ("a", "b", "c")}
    with pytest.raises(hs.DomainError, match="8000000 intersections"):
        fairness.group_table(None, np.zeros(400), many, intersections=True)
    with pytest.raises(hs.DomainError, match="written alike") as caught:
        fairness.grouping("id", pd.Series([1, "1", "Jane"], dtype=object))
    assert "Jane" not in str(caught.value)


def test_what_cannot_be_compared_is_no_pass() -> None:
    y, p, groups = simulated(4000)
    one = fairness.group_table(y, p, {"sex": np.repeat("female", 4000), "even": np.arange(4000) % 2}, margin=0.5)
    assert {d.verdict for d in one.disparities if d.attribute == "sex"} == {"not enough data"}
    assert one.verdict == "not enough data"
    skewed = np.clip(p + np.where(groups["sex"] == "female", 0.19, 0.0), 0, 1)
    table = fairness.group_table(y, skewed, {"sex": groups["sex"]}, margin=0.5)
    assert {d.verdict for d in table.disparities} == {"within margin"}
    gaps = [c for c in table.calibration if c.verdict == "disparity"]
    assert gaps
    assert gaps[0].text in repr(table)


def test_suppressed_cells_give_nothing_away(tmp_path: Path) -> None:
    y, p, _ = simulated(500)
    site = np.where(np.arange(500) < 3, "rare", "many")
    y[:3] = 1
    table = fairness.group_table(y, p, {"site": site}, small_cells="suppress")
    rare = [r for r in table.rates if r.group == "rare" and not r.enough]
    assert rare
    assert all(r.part is None and np.isnan(r.value) and np.isnan(r.low) for r in rare)
    for row in (*table.calibration, *table.comparisons):
        if row.verdict == "not enough data":
            figures = [v for k, v in vars(row).items() if isinstance(v, float)]
            assert all(np.isnan(v) for v in figures)
    assert any(c.group == "rare" for c in table.calibration)
    assert "None" not in table.to_html(tmp_path / "x.html")


def test_several_outcomes_are_corrected_together() -> None:
    y, p, groups = simulated(2000)
    random = np.random.default_rng(3)
    labels = np.stack([y, *(random.integers(0, 2, (9, 2000)))], axis=1)
    scores = np.stack([p, *random.random((9, 2000))], axis=1)
    alone = fairness.group_table(y, p, groups, criteria=["equal_opportunity"])
    table = fairness.group_table(labels, scores, groups, criteria=["equal_opportunity"], threshold=[0.5] * 10)
    first = table.disparities[0]
    assert (first.outcome, first.p_value) == ("0", alone.disparities[0].p_value)
    assert first.adjusted_p_value == pytest.approx(min(1, first.p_value * 20)), "ten outcomes, two attributes"
    gap, alone_gap = table.calibration[0], alone.calibration[0]
    assert gap.p_value == alone_gap.p_value
    assert gap.adjusted_p_value >= alone_gap.adjusted_p_value
    assert table.calibration
    assert {c.outcome for c in table.calibration} == {str(k) for k in range(10)}
    named = fairness.group_table(labels[:, :2], scores[:, :2], groups, outcomes=["MI", "CD"])
    assert {r.outcome for r in named.rates} == {"MI", "CD"}


def test_without_outcomes_only_the_selection_can_be_compared() -> None:
    _, p, groups = simulated()
    table = fairness.group_table(None, p, groups)
    assert {r.rate for r in table.rates} == {"selection_rate"}
    assert {d.criterion for d in table.disparities} == {"demographic_parity"}
    selected = fairness.group_table(None, p, groups, criteria=("demographic_parity",))
    assert {r.rate for r in selected.rates} == {"selection_rate"}
    with pytest.raises(hs.DomainError, match="sensitivity cannot be known"):
        fairness.group_table(None, p, groups, rates=["sensitivity"], criteria=[])


def test_a_group_whose_risk_is_understated() -> None:
    random = np.random.default_rng(8)
    p = random.uniform(0.05, 0.6, 3000)
    sex = random.choice(["female", "male"], 3000)
    y = (random.random(3000) < np.where(sex == "female", np.minimum(1, 1.5 * p), p)).astype(np.int64)
    table = fairness.group_table(y, p, {"sex": sex})
    female, male = table.calibration
    assert female.verdict == "disparity"
    assert 0.1 < female.gap < 0.2
    assert male.verdict in ("within margin", "undecided")
    assert abs(male.gap) < 0.05


def test_wrong_input_is_named() -> None:
    y, p, groups = simulated(20)
    with pytest.raises(hs.ShapeError, match="has size 19"):
        fairness.group_table(y, p, {"sex": groups["sex"][:-1]})
    with pytest.raises(hs.ShapeError, match="y has shape"):
        fairness.group_table(y[:-1], p, groups)
    with pytest.raises(hs.ShapeError, match="no column"):
        fairness.group_table(y, p, {})
    with pytest.raises(hs.DomainError, match="label"):
        fairness.group_table(y + 1, p, groups)
    with pytest.raises(hs.DomainError, match=r"score\[0\]"):
        fairness.group_table(y, np.full(20, np.nan), groups)
    with pytest.raises(hs.DomainError, match="recall"):
        fairness.group_table(y, p, groups, rates=["recall"])
    with pytest.raises(hs.DomainError, match="small_cells"):
        fairness.group_table(y, p, groups, small_cells="drop")
    with pytest.raises(TypeError, match="label"):
        fairness.group_table(y / 2, p, groups)
    with pytest.raises(hs.DomainError, match="to_frame"):
        fairness.group_table(y, p, groups).to_frame("all")
    with pytest.raises(hs.ShapeError, match="thresholds"):
        fairness.group_table(y, p, groups, threshold=[0.1, 0.2])


def test_ptbxl_codes_and_ages() -> None:
    assert fairness.ptbxl_sex([0, 1, np.nan, 7, 0.5, np.inf]).tolist() == ["male", "female", None, None, None, None]
    ages = [0, 17.9, 18, 39, 64.5, 65, 79, 80, 300, np.nan, -1]
    expected = ["<18", "<18", "18-39", "18-39", "40-64", "65-79", "65-79", ">=80", ">=80", None, None]
    assert fairness.age_bands(ages).tolist() == expected
    assert fairness.age_bands([0.5], edges=(0.25, 1)).tolist() == ["0.25 to <1"]
    with pytest.raises(hs.DomainError, match="must increase"):
        fairness.age_bands([1], edges=(5, 4))


def test_any_metric_per_group() -> None:
    y, p, groups = simulated(800)
    p = p + np.random.default_rng(0).normal(0, 0.2, 800)
    patient = np.arange(800) // 2
    rows = fairness.group_metric(hs.metrics.auroc, y, p, {"site": groups["site"]}, patient=patient, n_resamples=200)
    assert [r.group for r in rows] == ["a", "b", "c"]
    for r in rows:
        mine = groups["site"] == r.group
        assert r.value == hs.metrics.auroc(y[mine], p[mine])
        assert r.low < r.value < r.high
        assert r.enough
        assert r.n == mine.sum()
    one_class = fairness.group_metric(
        hs.metrics.auroc, np.ones(20, np.int64), np.arange(20.0), np.repeat(["a", "b"], 10)
    )
    assert all(np.isnan(r.value) and np.isnan(r.low) and r.n_resamples == 0 for r in one_class)


def test_the_threshold_that_each_group_would_choose() -> None:
    random = np.random.default_rng(4)
    site = random.choice(["a", "b"], 2000)
    y = (random.random(2000) < 0.4).astype(np.int64)
    p = 1 / (1 + np.exp(-(random.normal(0, 1, 2000) + 2 * y - 1 - (site == "b"))))
    a, b = fairness.group_thresholds(y, p, {"site": site}, target=0.9)
    assert b.high < a.low, "scores of b are shifted down"
    assert a.enough
    for row in (a, b):
        mine = site == row.group
        assert row.sensitivity == pytest.approx((p[mine & (y == 1)] >= row.threshold).mean())
        assert row.sensitivity >= 0.9
    by_patient = fairness.group_thresholds(y, p, {"site": site}, patient=np.arange(2000) // 4, n_resamples=50)
    assert by_patient[0].threshold == a.threshold
    lonely = fairness.group_thresholds([1, 1, 0], [0.5, 0.6, 0.7], {"x": ["u", "u", "v"]}, n_resamples=20)
    assert all(np.isnan(r.threshold) and not r.enough for r in lonely)


def test_the_published_check_is_reproduced_with_its_defects() -> None:
    small = fairness.urgent_rate_parity([7, 4], [11, 11])
    assert round(small.ratio, 2) == 0.57
    assert not small.passes
    assert small.sufficient
    assert fairness.urgent_rate_parity([0, 1, 70], [0, 100, 100]).passes, "an empty first group passes everybody"
    assert fairness.equal_rates_p_value([7, 4], [11, 11]) == pytest.approx(0.2, abs=0.01)
    table = fairness.group_table(None, [1.0] * 7 + [0.0] * 4 + [1.0] * 4 + [0.0] * 7, np.repeat(["M", "F"], 11))
    assert table.verdict == "undecided", "the same 22 cases, judged"


def test_the_state_merges_and_travels() -> None:
    y, p, groups = simulated(300)
    names = [f"sex={s}" for s in groups["sex"]]
    whole = fairness.GroupState().update(names, p, y)
    halves = [fairness.GroupState().update(names[a:b], p[a:b], y[a:b]) for a, b in ((150, 300), (0, 150))]
    assert halves[0].merge(halves[1]).to_bytes() == whole.to_bytes()
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert fairness.GroupState.from_bytes(whole.to_bytes()) == whole
    cell = whole.cells["sex=female"]
    assert sum(cell.counts) == cell.n == (groups["sex"] == "female").sum()
    counts = np.array([whole.cells[k].counts for k in sorted(whole.cells)])
    direct = fairness.group_counts(y, p, fairness.grouping("sex", groups["sex"]).codes, n_groups=2, threshold=0.5)
    np.testing.assert_array_equal(counts, direct)
    assert whole.update(["sex=male"], [0.9]).cells["sex=male"].n_unlabelled == 1
    with pytest.raises(hs.FormatError, match="checksum"):
        fairness.GroupState.from_bytes(whole.to_bytes()[:-1] + b"x")
    with pytest.raises(hs.ShapeError, match="label"):
        whole.update(["sex=male"], [0.9], [])
    with pytest.raises(hs.DomainError, match="threshold"):
        whole.merge(fairness.GroupState(threshold=0.3))


def test_page_and_json(tmp_path: Path) -> None:
    y, p, groups = simulated(200)
    groups["site"] = np.where(np.arange(200) == 0, "<script>", groups["site"])
    table = fairness.group_table(y, p, groups)
    page = table.to_html(tmp_path / "groups.html")
    assert (tmp_path / "groups.html").read_text(encoding="utf-8") == page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "not a medical device" in page
    assert "too few" in page
    json.dumps(table.to_dict(), allow_nan=False)
    assert table.plot("prevalence")._repr_svg_().startswith("<svg")
    table.plot().save(tmp_path / "p.svg")
    with pytest.raises(hs.DomainError, match=r"must end in \.svg"):
        table.plot().save(tmp_path / "p.png")
    with pytest.raises(hs.DomainError, match="accuracy"):
        table.plot("accuracy")


def test_fairlearn_agrees_on_shared_definitions() -> None:
    """Golden values of fairlearn 0.15.0 (MetricFrame, demographic_parity_difference, equalized_odds_difference/ratio)."""
    path = Path(__file__).parent.parent / "golden" / "fairness" / "fairlearn.json"
    golden = json.loads(path.read_text(encoding="utf-8"))
    y, p, groups = simulated(golden["n"], golden["seed"])
    table = fairness.group_table(y, p, {"site": groups["site"]}, criteria=["demographic_parity", "equalized_odds"])
    by_name = {d.criterion: d for d in table.disparities}
    for name, value in golden["differences"].items():
        assert by_name[name].difference == pytest.approx(value, abs=1e-12)
    for name, value in golden["ratios"].items():
        assert by_name[name].ratio == pytest.approx(value, abs=1e-12)
    for group, rates in golden["rates"].items():
        for rate, value in rates.items():
            found = next(r.value for r in table.rates if (r.group, r.rate) == (group, rate))
            assert found == pytest.approx(value, abs=1e-12)
