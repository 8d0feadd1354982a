"""States, windows, streams and tests of several columns, from Python."""

from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import heartsight as hs
import numpy as np
import pytest
from drift_cases import CATEGORICAL, drift_cases
from heartsight import drift
from hypothesis import given, settings
from hypothesis import strategies as st


def rows(table: dict[str, Any], start: int, stop: int) -> dict[str, Any]:
    return {name: values[start:stop] for name, values in table.items()}


@pytest.fixture(scope="module")
def tables() -> tuple[dict[str, Any], dict[str, Any]]:
    return drift_cases()["1000 and 1000"]


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 1000), max_size=6), order=st.randoms(use_true_random=False))
def test_any_split_and_order_is_one_pass(cuts: list[int], order: Any) -> None:
    reference_table, table = drift_cases()["1000 and 1000"]
    reference = drift.DriftReference(reference_table)
    whole = drift.DriftState(reference).update(table)
    bounds = sorted({0, 1000, *cuts})
    parts = [drift.DriftState(reference).update(rows(table, a, b)) for a, b in pairwise(bounds)]
    order.shuffle(parts)
    merged = drift.DriftState(reference)
    for part in parts:
        merged.merge(part)
    assert merged == whole
    assert merged.to_bytes() == whole.to_bytes()


def test_result_is_that_of_the_tables(tables: tuple[dict[str, Any], dict[str, Any]]) -> None:
    a, b = tables
    exact = drift.compare(a, b)
    report = drift.DriftState(a).update(b).result()
    assert [c.name for c in report] == [c.name for c in exact]
    for ours, wanted in zip(report, exact, strict=True):
        assert ours.verdict == wanted.verdict
        if ours.kind == "numeric":
            assert ours.population_stability_index == wanted.population_stability_index
            assert 0 <= wanted.kolmogorov_smirnov - ours.kolmogorov_smirnov <= ours.kolmogorov_smirnov_error + 1e-12
            assert ours.wasserstein == pytest.approx(wanted.wasserstein, abs=ours.wasserstein_error + 1e-9)
        else:
            assert ours.p_value == wanted.p_value
    assert "drift" in str(report)


def test_states_travel(tables: tuple[dict[str, Any], dict[str, Any]]) -> None:
    a, b = tables
    state = drift.DriftState(a).update(b)
    again = pickle.loads(pickle.dumps(state))
    assert again == state
    assert again.reference == state.reference
    assert again.merge(state).n_rows == 2000
    assert drift.DriftState.from_bytes(state.to_bytes(), state.reference) == state
    with pytest.raises(hs.DomainError, match="another reference"):
        drift.DriftState.from_bytes(state.to_bytes(), drift.DriftReference(b))
    with pytest.raises(hs.DomainError, match="another reference"):
        state.merge(drift.DriftState(b))
    damaged = bytearray(state.to_bytes())
    damaged[100] ^= 1
    with pytest.raises(hs.FormatError, match="checksum"):
        drift.DriftState.from_bytes(bytes(damaged), state.reference)
    assert len(state.to_bytes()) < 64 * 1024 * len(a)
    assert len(state.reference.fingerprint) == 16


def test_rows_of_every_kind(tables: tuple[dict[str, Any], dict[str, Any]]) -> None:
    a, b = tables
    one = drift.DriftState(a)
    for i in range(20):
        one.update({name: values[i] for name, values in b.items()})
    assert one == drift.DriftState(a).update(rows(b, 0, 20))
    numbers = np.column_stack([a["same"], a["wider"]])
    state = drift.DriftState(numbers).update(numbers[:5]).update(numbers[5])
    assert state == drift.DriftState(numbers).update({"x0": numbers[:6, 0], "x1": numbers[:6, 1]})
    with pytest.raises(hs.ShapeError, match="2 columns"):
        state.update(np.zeros((3, 4)))
    with pytest.raises(hs.DomainError, match="'x1'"):
        state.update({"x0": [1.0]})
    assert set(CATEGORICAL) < set(drift.DriftReference(a).names)


def test_lists_of_mixed_rows_keep_their_values() -> None:
    table = {"age": np.linspace(20.0, 80.0, 60), "group": ["1", "2"] * 30}
    wanted = drift.DriftState(table).update({"age": [30.0, np.nan, 50.0], "group": [1, 2, None]})
    for rows in ([[30.0, 1], [None, 2.0], [50.0, None]], [(30, "1"), (None, "2"), (50, None)]):
        assert drift.DriftState(table).update(rows) == wanted
    one = drift.DriftState(table)
    for row in ([30.0, "1"], (None, 2), [50, None]):
        one.update(row)
    assert one == wanted
    with pytest.raises(TypeError, match="'age'"):
        one.update(["old", 1])
    with pytest.raises(hs.ShapeError, match="2 columns"):
        one.update([[1.0, 2, 3]])


def test_windows() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 2))
    window = drift.DriftWindow(x, n_rows=100, n_slots=5)
    window.update(x[:333]).update(x[333:])
    assert window.n_rows == 100
    assert window.state() == drift.DriftState(x).update(x[400:])
    timed = drift.DriftWindow(x, duration=60.0, n_slots=6)
    for second in range(200):
        timed.update(x[second], time=float(second))
    assert 50 <= timed.n_rows <= 60
    assert timed.result(min_count=5).verdict == "no drift shown"
    with pytest.raises(hs.DomainError, match="before"):
        timed.update(x[0], time=0.0)
    assert timed.advance(1000.0).n_rows == 0
    with pytest.raises(hs.DomainError, match="by count"):
        window.advance(1.0)
    with pytest.raises(hs.DomainError, match="not both"):
        drift.DriftWindow(x)


def test_streams() -> None:
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(size=1000), rng.normal(1.0, 1.0, size=500)])
    cusum = drift.Cusum.with_run_length(5000)
    assert cusum.in_control_run_length() == pytest.approx(5000, rel=1e-3)
    for detector in (cusum, drift.PageHinkley(delta=0.2, threshold=25), drift.Adwin()):
        alarms = detector.update_many(values)
        assert len(alarms) > 0
        assert 1000 < alarms[0] < 1150
    with pytest.raises(hs.DomainError, match="direction"):
        drift.PageHinkley(direction="sideways")


def test_several_columns_at_once() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(400, 3)), rng.normal(size=(300, 3))
    moved = y + np.array([0.8, 0, 0])
    assert drift.domain_classifier(x, y).p_value > 0.01
    found = drift.domain_classifier(x, moved)
    assert found.p_value < 1e-6
    assert int(np.argmax(np.abs(found.coefficients))) == 0
    assert found.low < found.auroc < found.high
    assert drift.maximum_mean_discrepancy(x, y).p_value > 0.01
    assert drift.maximum_mean_discrepancy(x, moved).p_value == pytest.approx(1 / 500)
    assert drift.maximum_mean_discrepancy(x, moved, block_size=10).p_value < 0.01
    assert drift.pca_reconstruction(x, y).p_value > 0.01
    y[1, 2] = np.nan
    with pytest.raises(hs.DomainError, match=r"current\[1, 2\]"):
        drift.pca_reconstruction(x, y)
    assert "auroc" in repr(found)


def test_old_bytes_stay_readable() -> None:
    """Written by version 1; the files never change."""
    folder = Path(__file__).parent.parent / "artifacts" / "v1"
    reference = hs.drift.DriftReference.from_bytes((folder / "drift.reference").read_bytes())
    state = hs.drift.DriftState.from_bytes((folder / "drift.state").read_bytes(), reference)
    assert reference.names == ["age", "sex"]
    assert state.n_rows == 3
    age, _, sex, _ = state.result(min_count=1)
    assert list(age.current_counts) == [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert list(sex.current_counts) == [1, 0, 1]
