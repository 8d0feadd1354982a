"""Recording and the exceptions from Python."""

from __future__ import annotations

import pickle

import heartsight as hs
import numpy as np
import pytest


def test_errors_are_value_errors_where_a_value_is_wrong() -> None:
    for error in (hs.ShapeError, hs.DomainError):
        assert issubclass(error, ValueError)
        assert issubclass(error, hs.Error)
    for error in (hs.FormatError, hs.NotFittedError, hs.BackendError):
        assert issubclass(error, hs.Error)
        assert not issubclass(error, ValueError)
    assert isinstance(pickle.loads(pickle.dumps(hs.DomainError("x"))), hs.DomainError)


@pytest.mark.parametrize(("cls", "dtype"), [(hs.Recording, np.float64), (hs.RecordingFloat32, np.float32)])
def test_recording_takes_any_layout(cls: type, dtype: type) -> None:
    wanted = np.arange(6, dtype=dtype).reshape(2, 3)
    strided = np.zeros((2, 6), dtype=dtype)
    strided[:, ::2] = wanted
    read_only = wanted.copy()
    read_only.flags.writeable = False
    for signal in (wanted, strided[:, ::2], read_only, np.asfortranarray(wanted), wanted.astype(np.int16)):
        recording = cls(signal=signal, sampling_rate=250, leads=["avr", "V1"])
        np.testing.assert_array_equal(recording.signal, wanted)
        assert recording.signal.dtype == dtype
    assert not recording.signal.flags.writeable
    assert recording.leads == ["aVR", "V1"]
    assert (recording.sampling_rate, recording.duration_s, recording.units) == (250.0, 3 / 250, ["mV", "mV"])
    strided[:] = 99  # a recording owns its samples
    np.testing.assert_array_equal(recording.signal, wanted)


def test_recording_from_lists_and_the_view_outlives_the_name() -> None:
    recording = hs.Recording([[1.0, 2.0]], 100.0, leads=["I"], id="r", age_years=95, sex="F", units=["uV"])
    signal = recording.signal
    assert (recording.id, recording.age_years, recording.age_censored, recording.sex) == ("r", 90.0, True, "female")
    assert recording.units == ["uV"]
    del recording
    np.testing.assert_array_equal(signal, [[1.0, 2.0]])
    np.testing.assert_array_equal(hs.Recording(np.zeros((1, 2), np.float32), 100, leads=["I"]).signal, [[0, 0]])


def test_recording_refuses() -> None:
    good = np.zeros((2, 3))
    with pytest.raises(hs.ShapeError, match="leads"):
        hs.Recording(signal=good, sampling_rate=250, leads=["I"])
    with pytest.raises(hs.ShapeError, match="dimensions"):
        hs.Recording(signal=good[0], sampling_rate=250, leads=["I"])
    with pytest.raises(hs.ShapeError, match="units"):
        hs.Recording(signal=good, sampling_rate=250, leads=["I", "II"], units=["mV"])
    with pytest.raises(hs.ShapeError):
        hs.Recording(signal=np.zeros((0, 3)), sampling_rate=250, leads=[])
    for rate in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(hs.DomainError, match="hz"):
            hs.Recording(signal=good, sampling_rate=rate, leads=["I", "II"])
    with pytest.raises(hs.DomainError, match="sex"):
        hs.Recording(signal=good, sampling_rate=250, leads=["I", "II"], sex="other")
    for bad in (good.astype(complex), np.array([["a", "b", "c"]] * 2), np.array([[None] * 3] * 2)):
        with pytest.raises(TypeError, match="signal"):
            hs.Recording(signal=bad, sampling_rate=250, leads=["I", "II"])
    with pytest.raises(TypeError, match="float32"):
        hs.RecordingFloat32(signal=good, sampling_rate=250, leads=["I", "II"])  # narrowing is not safe
    with pytest.raises(TypeError):
        hs.Recording(good, 250, ["I", "II"])  # leads is keyword-only
