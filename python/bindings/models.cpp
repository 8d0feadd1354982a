#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/models/load.hpp>

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <utility>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
namespace hb = heartsight::bindings;
using hs::models::TreeArrays;
using hs::models::TreeEnsemble;
using hs::models::TreePredictOptions;

namespace {

using Range = std::optional<std::pair<std::int64_t, std::int64_t>>;

TreePredictOptions options_of(const Range& range, std::int64_t n_threads, double missing) {
  TreePredictOptions options;
  if (range) {
    hs::check::at_least("TreeEnsemble", "iteration_range[0]", range->first, 0);
    hs::check::at_least("TreeEnsemble", "iteration_range[1]", range->second, 0);
    options.iteration_range = {static_cast<std::size_t>(range->first), static_cast<std::size_t>(range->second)};
  }
  hs::check::at_least("TreeEnsemble", "n_threads", n_threads, 1);
  options.n_threads = static_cast<std::size_t>(n_threads);
  options.missing = static_cast<float>(missing);
  return options;
}

/// The buffer of a contiguous float32 matrix, taken straight from the interpreter: a third of the time that the general
/// way takes, which counts where one row is all there is.
class FloatMatrix {
 public:
  explicit FloatMatrix(nb::handle object) noexcept {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) != 0) {
      PyErr_Clear();
      return;
    }
    held_ = true;
    const bool aligned = reinterpret_cast<std::uintptr_t>(view_.buf) % alignof(float) == 0;
    good_ = view_.ndim == 2 && view_.format != nullptr && view_.format[0] == 'f' && view_.format[1] == '\0' && aligned;
  }
  ~FloatMatrix() {
    if (held_) PyBuffer_Release(&view_);
  }
  FloatMatrix(const FloatMatrix&) = delete;
  FloatMatrix& operator=(const FloatMatrix&) = delete;

  explicit operator bool() const noexcept { return good_; }
  [[nodiscard]] hs::MatrixView<const float> view() const noexcept {
    return {static_cast<const float*>(view_.buf), static_cast<std::size_t>(view_.shape[0]),
            static_cast<std::size_t>(view_.shape[1])};
  }

 private:
  Py_buffer view_{};
  bool held_ = false;
  bool good_ = false;
};

/// Calls predict(matrix, out) with X as float or double and a new array out (n_rows, n_cols...). The GIL is released
/// except for a handful of rows, where giving it up costs more than the prediction.
template <class Out, class Predict>
hb::NumpyArray<Out> predict_into(const TreeEnsemble& model, nb::handle X, std::size_t n_cols, Predict predict) {
  const auto run = [&](auto matrix) {
    std::vector<Out> values(matrix.n_rows() * n_cols);
    const hs::MatrixView<Out> out(values.data(), matrix.n_rows(), n_cols);
    if (matrix.n_rows() * model.n_trees() > 4096) {
      nb::gil_scoped_release release;
      predict(matrix, out);
    } else {
      predict(matrix, out);
    }
    return hb::to_numpy(std::move(values), {matrix.n_rows(), n_cols});
  };
  if (const FloatMatrix floats(X); floats) return run(floats.view());
  const hb::RealArray array = hb::as_real_array(X, "X");
  return std::visit([&](const auto& a) { return run(hb::as_matrix(a, "X")); }, array);
}

std::size_t n_trees_in(const TreeEnsemble& model, const TreePredictOptions& options) {
  const auto [first, last] = model.tree_range(options.iteration_range);
  return last - first;
}

nb::dict arrays_of(const TreeEnsemble& model) {
  const TreeArrays& a = model.arrays();
  const auto copy = [](const auto& values) {
    auto owned = values;
    return hb::to_numpy(std::move(owned));
  };
  nb::dict d;
  d["tree_offset"] = copy(a.tree_offset);
  d["tree_group"] = copy(a.tree_group);
  d["tree_weight"] = copy(a.tree_weight);
  d["split_feature"] = copy(a.split_feature);
  d["threshold"] = copy(a.threshold);
  d["left_child"] = copy(a.left_child);
  d["right_child"] = copy(a.right_child);
  d["default_left"] = copy(a.default_left);
  d["node_id"] = copy(a.node_id);
  d["category_node"] = copy(a.category_node);
  d["category_offset"] = copy(a.category_offset);
  d["category_bits"] = copy(a.category_bits);
  d["leaf_value"] = copy(a.leaf_value);
  d["leaf_size"] = a.leaf_size;
  d["iteration_offset"] = copy(a.iteration_offset);
  d["base_margin"] = copy(a.base_margin);
  d["n_features"] = a.n_features;
  d["n_classes"] = a.n_classes;
  d["transform"] = std::string(hs::models::to_string(a.transform));
  d["accumulation"] = std::string(hs::models::to_string(a.accumulation));
  d["objective"] = a.objective;
  d["class_names"] = a.class_names;
  d["feature_names"] = a.feature_names;
  d["best_iteration"] = a.best_iteration;
  return d;
}

template <class T>
std::vector<T> vector_of(nb::handle object, const char* name) {
  // nb::ndarray knows these element types; as_array converts the three that NumPy makes of plain lists.
  nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu> array;
  if (!nb::try_cast(object, array, false)) {
    const std::string message = std::string(name) + " must be a contiguous one-dimensional array of its documented dtype";
    throw nb::type_error(message.c_str());
  }
  return std::vector<T>(array.data(), array.data() + array.size());
}

}  // namespace

void bind_models(nb::module_& m) {
  m.doc() = "Tree ensembles.";
  nb::class_<TreeEnsemble> c(
      m, "TreeEnsemble",
      "A tree ensemble: boosted trees of XGBoost and LightGBM, forests of scikit-learn.\n\n"
      "Immutable; safe to use from many threads. Input is float32, as in XGBoost: float64 is rounded "
      "to it. NaN is missing and goes each node's default way; infinities are compared like other "
      "numbers. An XGBoost model gives XGBoost's own margins, bit for bit (DART: to float32 rounding).");

  c.def_static(
      "load",
      [](nb::handle path) {
        // os.fspath takes str and os.PathLike, and refuses the rest.
        const nb::object text = nb::steal<nb::object>(PyOS_FSPath(path.ptr()));
        if (!text.is_valid()) throw nb::python_error();
        const auto name = nb::cast<std::string>(text);
        nb::gil_scoped_release release;
        return hs::models::load_tree_ensemble(std::filesystem::path(name));
      },
      "path"_a,
      "Read XGBoost JSON or UBJSON (1.7 to 3.4) or LightGBM text (v3, v4); the content decides which.\n\n"
      "Raises FormatError naming the file and what is wrong in it, or what in it is not supported.");
  c.def_static(
      "from_bytes",
      [](nb::bytes data) {
        return hs::models::load_tree_ensemble({static_cast<const std::byte*>(data.data()), data.size()});
      },
      "data"_a, "Read a model from the bytes of such a file, e.g. Booster.save_raw('ubj').");
  c.def_static(
      "from_arrays",
      [](nb::handle tree_offset, nb::handle tree_group, nb::handle tree_weight, nb::handle split_feature,
         nb::handle threshold, nb::handle left_child, nb::handle right_child, nb::handle default_left, nb::handle node_id,
         nb::handle category_node, nb::handle category_offset, nb::handle category_bits, nb::handle leaf_value,
         std::int64_t leaf_size, nb::handle iteration_offset, nb::handle base_margin, std::int64_t n_features,
         std::int64_t n_classes, const std::string& transform, const std::string& accumulation, std::string objective,
         std::vector<std::string> class_names, std::vector<std::string> feature_names, std::int64_t best_iteration) {
        TreeArrays a;
        a.tree_offset = vector_of<std::int64_t>(tree_offset, "tree_offset");
        a.tree_group = vector_of<std::int32_t>(tree_group, "tree_group");
        a.tree_weight = vector_of<double>(tree_weight, "tree_weight");
        a.split_feature = vector_of<std::int32_t>(split_feature, "split_feature");
        a.threshold = vector_of<float>(threshold, "threshold");
        a.left_child = vector_of<std::int32_t>(left_child, "left_child");
        a.right_child = vector_of<std::int32_t>(right_child, "right_child");
        a.default_left = vector_of<std::uint8_t>(default_left, "default_left");
        if (!node_id.is_none()) a.node_id = vector_of<std::int32_t>(node_id, "node_id");
        if (!category_node.is_none()) a.category_node = vector_of<std::int64_t>(category_node, "category_node");
        if (!category_offset.is_none()) a.category_offset = vector_of<std::int64_t>(category_offset, "category_offset");
        if (!category_bits.is_none()) a.category_bits = vector_of<std::uint32_t>(category_bits, "category_bits");
        a.leaf_value = vector_of<double>(leaf_value, "leaf_value");
        a.leaf_size = leaf_size;
        a.iteration_offset = vector_of<std::int64_t>(iteration_offset, "iteration_offset");
        a.base_margin = vector_of<double>(base_margin, "base_margin");
        a.n_features = n_features;
        a.n_classes = n_classes;
        a.transform = hs::models::transform_from_string(transform);
        a.accumulation = hs::models::accumulation_from_string(accumulation);
        a.objective = std::move(objective);
        a.class_names = std::move(class_names);
        a.feature_names = std::move(feature_names);
        a.best_iteration = best_iteration;
        return TreeEnsemble(std::move(a));
      },
      nb::kw_only(), "tree_offset"_a, "tree_group"_a, "tree_weight"_a, "split_feature"_a, "threshold"_a, "left_child"_a,
      "right_child"_a, "default_left"_a, "node_id"_a = nb::none(), "category_node"_a = nb::none(),
      "category_offset"_a = nb::none(), "category_bits"_a = nb::none(), "leaf_value"_a, "leaf_size"_a = 1,
      "iteration_offset"_a, "base_margin"_a, "n_features"_a, "n_classes"_a, "transform"_a, "accumulation"_a,
      "objective"_a = "", "class_names"_a = std::vector<std::string>{}, "feature_names"_a = std::vector<std::string>{},
      "best_iteration"_a = -1,
      "The ensemble from what arrays() gives; docs/trees.md says what each array holds.\n\n"
      "Raises TypeError for a wrong dtype, FormatError when a size or an index is wrong.");
  c.def("arrays", &arrays_of, "The model as a dict of flat arrays and settings, the keyword arguments of from_arrays.");

  c.def(
      "predict_margin",
      [](const TreeEnsemble& self, nb::handle X, const Range& iteration_range, std::int64_t n_threads, double missing) {
        const auto options = options_of(iteration_range, n_threads, missing);
        return predict_into<double>(self, X, self.n_outputs(),
                                    [&](auto x, auto out) { self.predict_margin(x, out, options); });
      },
      "X"_a, nb::kw_only(), "iteration_range"_a = nb::none(), "n_threads"_a = 1,
      "missing"_a = std::numeric_limits<double>::quiet_NaN(),
      "Sums of the leaves and the base margin, float64 (n_rows, n_outputs).\n\n"
      "X: (n_rows, n_features), NaN or `missing` for a missing value. iteration_range: boosting rounds (first, last), the "
      "last excluded; None or (0, 0) takes all, also after early stopping: (0, model.best_iteration + 1) takes the best.\n"
      "Raises ShapeError for another number of columns, DomainError for a range outside the model or n_threads < 1.");
  c.def(
      "predict_response",
      [](const TreeEnsemble& self, nb::handle X, const Range& iteration_range, std::int64_t n_threads, double missing) {
        const auto options = options_of(iteration_range, n_threads, missing);
        return predict_into<double>(self, X, self.n_outputs(),
                                    [&](auto x, auto out) { self.predict_response(x, out, options); });
      },
      "X"_a, nb::kw_only(), "iteration_range"_a = nb::none(), "n_threads"_a = 1,
      "missing"_a = std::numeric_limits<double>::quiet_NaN(),
      "Margins under the model's transform, float64 (n_rows, n_outputs): P(positive) of a binary model, the mean of a "
      "Poisson model, the value of a regression. Arguments and errors as predict_margin.");
  c.def(
      "predict_proba",
      [](const TreeEnsemble& self, nb::handle X, const Range& iteration_range, std::int64_t n_threads, double missing) {
        const auto options = options_of(iteration_range, n_threads, missing);
        return predict_into<double>(self, X, self.n_classes(),
                                    [&](auto x, auto out) { self.predict_proba(x, out, options); });
      },
      "X"_a, nb::kw_only(), "iteration_range"_a = nb::none(), "n_threads"_a = 1,
      "missing"_a = std::numeric_limits<double>::quiet_NaN(),
      "Probabilities, float64 (n_rows, n_classes), two columns for a binary model, in the order of `classes`.\n\n"
      "Arguments and errors as predict_margin; DomainError too when the model is no classifier.");
  c.def(
      "predict_leaf",
      [](const TreeEnsemble& self, nb::handle X, const Range& iteration_range, std::int64_t n_threads, double missing) {
        const auto options = options_of(iteration_range, n_threads, missing);
        return predict_into<std::int32_t>(self, X, n_trees_in(self, options),
                                          [&](auto x, auto out) { self.predict_leaf(x, out, options); });
      },
      "X"_a, nb::kw_only(), "iteration_range"_a = nb::none(), "n_threads"_a = 1,
      "missing"_a = std::numeric_limits<double>::quiet_NaN(),
      "The node, by its number in the model's source, where each row ends, int32 (n_rows, n_trees). Arguments and errors "
      "as predict_margin.");
  c.def(
      "predict_per_tree",
      [](const TreeEnsemble& self, nb::handle X, const Range& iteration_range, std::int64_t n_threads, double missing) {
        const auto options = options_of(iteration_range, n_threads, missing);
        const std::size_t n_trees = n_trees_in(self, options);
        nb::object flat = nb::cast(predict_into<double>(self, X, n_trees * self.leaf_size(),
                                                        [&](auto x, auto out) { self.predict_per_tree(x, out, options); }));
        if (self.leaf_size() == 1) return flat;
        return nb::object(flat.attr("reshape")(-1, n_trees, self.leaf_size()));
      },
      "X"_a, nb::kw_only(), "iteration_range"_a = nb::none(), "n_threads"_a = 1,
      "missing"_a = std::numeric_limits<double>::quiet_NaN(),
      "What each tree adds, weights included, float64 (n_rows, n_trees), or (n_rows, n_trees, n_outputs) where leaves are "
      "vectors. Arguments and errors as predict_margin.");

  c.def_prop_ro("n_features", &TreeEnsemble::n_features);
  c.def_prop_ro("n_trees", &TreeEnsemble::n_trees);
  c.def_prop_ro("n_nodes", &TreeEnsemble::n_nodes);
  c.def_prop_ro("n_outputs", &TreeEnsemble::n_outputs, "Columns of predict_margin.");
  c.def_prop_ro("n_iterations", &TreeEnsemble::n_iterations, "Boosting rounds.");
  c.def_prop_ro("n_classes", &TreeEnsemble::n_classes, "Columns of predict_proba; 0 when the model is no classifier.");
  c.def_prop_ro("classes", &TreeEnsemble::classes, "Class names in the order of predict_proba's columns.");
  c.def_prop_ro("feature_names", [](const TreeEnsemble& self) { return self.feature_names(); });
  c.def_prop_ro("objective", [](const TreeEnsemble& self) { return self.objective(); });
  c.def_prop_ro(
      "best_iteration",
      [](const TreeEnsemble& self) -> std::optional<std::int64_t> {
        if (self.arrays().best_iteration < 0) return std::nullopt;
        return self.arrays().best_iteration;
      },
      "The best round of early stopping, None without it.");
  c.def("__repr__", [](const TreeEnsemble& self) {
    return "TreeEnsemble('" + self.objective() + "', " + std::to_string(self.n_trees()) + " trees, " +
           std::to_string(self.n_features()) + " features, " +
           (self.n_classes() > 0 ? std::to_string(self.n_classes()) + " classes)"
                                 : std::to_string(self.n_outputs()) + " outputs)");
  });
  c.def("__reduce__", [](const TreeEnsemble& self) {
    return nb::make_tuple(nb::module_::import_("heartsight.models").attr("_from_arrays_dict"),
                          nb::make_tuple(arrays_of(self)));
  });
}
