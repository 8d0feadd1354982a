"""Tree ensembles."""

from collections.abc import Sequence

import numpy
from numpy.typing import NDArray

class TreeEnsemble:
    """
    A tree ensemble: boosted trees of XGBoost and LightGBM, forests of scikit-learn.

    Immutable; safe to use from many threads. Input is float32, as in XGBoost: float64 is rounded to it. NaN is missing and goes each node's default way; infinities are compared like other numbers. An XGBoost model gives XGBoost's own margins, bit for bit (DART: to float32 rounding).
    """

    @staticmethod
    def load(path: object) -> TreeEnsemble:
        """
        Read XGBoost JSON or UBJSON (1.7 to 3.4) or LightGBM text (v3, v4); the content decides which.

        Raises FormatError naming the file and what is wrong in it, or what in it is not supported.
        """

    @staticmethod
    def from_bytes(data: bytes) -> TreeEnsemble:
        """
        Read a model from the bytes of such a file, e.g. Booster.save_raw('ubj').
        """

    @staticmethod
    def from_arrays(
        *,
        tree_offset: object,
        tree_group: object,
        tree_weight: object,
        split_feature: object,
        threshold: object,
        left_child: object,
        right_child: object,
        default_left: object,
        node_id: object | None = None,
        category_node: object | None = None,
        category_offset: object | None = None,
        category_bits: object | None = None,
        leaf_value: object,
        leaf_size: int = 1,
        iteration_offset: object,
        base_margin: object,
        n_features: int,
        n_classes: int,
        transform: str,
        accumulation: str,
        objective: str = "",
        class_names: Sequence[str] = [],
        feature_names: Sequence[str] = [],
        best_iteration: int = -1,
    ) -> TreeEnsemble:
        """
        The ensemble from what arrays() gives; docs/trees.md says what each array holds.

        Raises TypeError for a wrong dtype, FormatError when a size or an index is wrong.
        """

    def arrays(self) -> dict:
        """
        The model as a dict of flat arrays and settings, the keyword arguments of from_arrays.
        """

    def predict_margin(
        self,
        X: object,
        *,
        iteration_range: tuple[int, int] | None = None,
        n_threads: int = 1,
        missing: float = float("nan"),
    ) -> NDArray[numpy.float64]:
        """
        Sums of the leaves and the base margin, float64 (n_rows, n_outputs).

        X: (n_rows, n_features), NaN or `missing` for a missing value. iteration_range: boosting rounds (first, last), the last excluded; None or (0, 0) takes all, also after early stopping: (0, model.best_iteration + 1) takes the best.
        Raises ShapeError for another number of columns, DomainError for a range outside the model or n_threads < 1.
        """

    def predict_response(
        self,
        X: object,
        *,
        iteration_range: tuple[int, int] | None = None,
        n_threads: int = 1,
        missing: float = float("nan"),
    ) -> NDArray[numpy.float64]:
        """
        Margins under the model's transform, float64 (n_rows, n_outputs): P(positive) of a binary model, the mean of a Poisson model, the value of a regression. Arguments and errors as predict_margin.
        """

    def predict_proba(
        self,
        X: object,
        *,
        iteration_range: tuple[int, int] | None = None,
        n_threads: int = 1,
        missing: float = float("nan"),
    ) -> NDArray[numpy.float64]:
        """
        Probabilities, float64 (n_rows, n_classes), two columns for a binary model, in the order of `classes`.

        Arguments and errors as predict_margin; DomainError too when the model is no classifier.
        """

    def predict_leaf(
        self,
        X: object,
        *,
        iteration_range: tuple[int, int] | None = None,
        n_threads: int = 1,
        missing: float = float("nan"),
    ) -> NDArray[numpy.int32]:
        """
        The node, by its number in the model's source, where each row ends, int32 (n_rows, n_trees). Arguments and errors as predict_margin.
        """

    def predict_per_tree(
        self,
        X: object,
        *,
        iteration_range: tuple[int, int] | None = None,
        n_threads: int = 1,
        missing: float = float("nan"),
    ) -> object:
        """
        What each tree adds, weights included, float64 (n_rows, n_trees), or (n_rows, n_trees, n_outputs) where leaves are vectors. Arguments and errors as predict_margin.
        """

    @property
    def n_features(self) -> int: ...
    @property
    def n_trees(self) -> int: ...
    @property
    def n_nodes(self) -> int: ...
    @property
    def n_outputs(self) -> int:
        """Columns of predict_margin."""

    @property
    def n_iterations(self) -> int:
        """Boosting rounds."""

    @property
    def n_classes(self) -> int:
        """Columns of predict_proba; 0 when the model is no classifier."""

    @property
    def classes(self) -> list[str]:
        """Class names in the order of predict_proba's columns."""

    @property
    def feature_names(self) -> list[str]: ...
    @property
    def objective(self) -> str: ...
    @property
    def best_iteration(self) -> int | None:
        """The best round of early stopping, None without it."""

    def __repr__(self) -> str: ...
    def __reduce__(self) -> tuple: ...
