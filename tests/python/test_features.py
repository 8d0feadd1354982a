"""summary_statistics against NumPy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import heartsight as hs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=130)
values = st.floats(-1e6, 1e6, allow_subnormal=False)


def numpy_statistics(x: NDArray[np.floating]) -> NDArray[np.float64]:
    x = x.astype(np.float64)
    p25, p50, p75 = np.percentile(x, [25, 50, 75], axis=1)
    low, high = x.min(axis=1), x.max(axis=1)
    columns = [x.mean(axis=1), x.std(axis=1), low, high, p25, p50, p75, high - low, x.var(axis=1)]
    return np.stack(columns, axis=1).ravel()


@settings(max_examples=150, deadline=None)
@given(hnp.arrays(np.float64, shapes, elements=values))
def test_equals_numpy(x: NDArray[np.float64]) -> None:
    scale = np.abs(x).max() + 1e-300
    got, wanted = hs.features.summary_statistics(signal=x), numpy_statistics(x)
    atol = (
        np.tile([1, 1e3, 1, 1, 1, 1, 1, 1, scale], x.shape[0]) * 1e-12 * scale
    )  # std of a constant is a rounding error
    assert np.all(np.abs(got - wanted) <= atol + 1e-12 * np.abs(wanted))


@settings(max_examples=50, deadline=None)
@given(hnp.arrays(np.float32, shapes, elements=st.floats(-1e3, 1e3, width=32, allow_subnormal=False)))
def test_float32_is_computed_in_double(x: NDArray[np.float32]) -> None:
    np.testing.assert_allclose(hs.features.summary_statistics(x), numpy_statistics(x), rtol=1e-11, atol=1e-8)


def test_an_ecg_to_1e_12() -> None:
    x = np.random.default_rng(0).normal(size=(12, 1000))
    got = hs.features.summary_statistics(x)
    assert got.shape == (108,)
    np.testing.assert_allclose(got, numpy_statistics(x), rtol=1e-12, atol=1e-15)


def test_batches_and_threads_equal_single_records_bit_for_bit() -> None:
    x = np.random.default_rng(1).normal(size=(40, 12, 250))
    single = np.stack([hs.features.summary_statistics(record) for record in x])
    for n_threads in (1, 2, 8):
        np.testing.assert_array_equal(hs.features.summary_statistics(x, n_threads=n_threads), single)
    with ThreadPoolExecutor(8) as pool:
        np.testing.assert_array_equal(np.stack(list(pool.map(hs.features.summary_statistics, x))), single)
    np.testing.assert_array_equal(
        hs.features.summary_statistics(x[:, ::-1, ::2]), hs.features.summary_statistics(x[:, ::-1, ::2].copy())
    )
    read_only = x[0].copy()
    read_only.flags.writeable = False
    np.testing.assert_array_equal(hs.features.summary_statistics(read_only), single[0])
    assert hs.features.summary_statistics(np.zeros((0, 12, 5))).shape == (0, 108)


def test_nan_policies() -> None:
    x = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, 6.0]])
    assert np.isnan(hs.features.summary_statistics(x)[:9]).all()
    np.testing.assert_array_equal(hs.features.summary_statistics(x)[9:], numpy_statistics(x[1:]))
    omitted = hs.features.summary_statistics(x, nan_policy="omit")
    np.testing.assert_allclose(omitted[:9], numpy_statistics(np.array([[1.0, 3.0]])), rtol=1e-15)
    with pytest.raises(hs.DomainError, match=r"signal\[0, 1\]"):
        hs.features.summary_statistics(x, nan_policy="reject")
    with pytest.raises(hs.DomainError, match="nan_policy"):
        hs.features.summary_statistics(x, nan_policy="ignore")
    assert np.isnan(hs.features.summary_statistics(np.zeros((2, 0)))).all()


def test_refuses() -> None:
    with pytest.raises(hs.ShapeError, match="1 dimensions"):
        hs.features.summary_statistics(np.zeros(5))
    with pytest.raises(hs.ShapeError):
        hs.features.summary_statistics(np.zeros((0, 5)))
    with pytest.raises(TypeError, match="signal"):
        hs.features.summary_statistics(np.zeros((1, 2), complex))
    with pytest.raises(hs.DomainError, match="n_threads"):
        hs.features.summary_statistics(np.zeros((1, 1, 2)), n_threads=0)


def test_schema() -> None:
    leads = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"]
    schema = hs.features.summary_statistics_schema(leads)
    assert len(schema) == len(schema.names) == 108
    assert (schema.names[0], schema.names[27], schema.names[-1]) == ("I_mean", "aVR_mean", "V6_variance")
    assert schema == hs.features.summary_statistics_schema(leads)
    other = hs.features.summary_statistics_schema(leads[::-1])
    assert other != schema
    assert other.fingerprint() != schema.fingerprint()
