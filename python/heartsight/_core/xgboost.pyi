"""The bridge to libxgboost."""

import numpy
from numpy.typing import NDArray

class Library:
    """libxgboost, loaded from a file."""

    def __init__(self, path: str) -> None:
        """Raises BackendError when it cannot be loaded or is older than 1.7."""

    @property
    def version(self) -> list[int]:
        """[major, minor, patch]."""

class Booster:
    """
    A booster of libxgboost, called through its C API; not for several threads at once.
    """

    def __init__(self, library: Library, model: bytes, *, n_threads: int = 1) -> None:
        """
        model: bytes of a JSON or UBJSON model. Raises BackendError with XGBoost's own message.
        """

    @property
    def n_features(self) -> int: ...
    @property
    def n_outputs(self) -> int: ...
    def predict_margin(self, X: object) -> NDArray[numpy.float32]:
        """
        Margins of all rounds, float32 (n_rows, n_outputs). X: float32 (n_rows, n_features), at least one row; NaN is missing.
        """
