#include "array.hpp"
#include "bindings.hpp"

#include <heartsight/drift/drift_reference.hpp>
#include <heartsight/drift/drift_state.hpp>
#include <heartsight/drift/drift_window.hpp>

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nb = nanobind;
using namespace nb::literals;
namespace hs = heartsight;
using hs::bindings::as_array;
using hs::bindings::as_real_array;
using hs::bindings::as_span;

namespace {

using hs::drift::BatchColumn;
using hs::drift::CompareOptions;
using hs::drift::DriftReference;
using hs::drift::DriftState;
using hs::drift::DriftWindow;

/// The columns of a batch, and the arrays that they point into.
struct Batch {
  std::vector<hs::bindings::RealArray> numbers;
  std::vector<hs::bindings::ArrayView<std::int64_t>> codes;
  std::vector<BatchColumn> columns;
};

Batch as_batch(const DriftReference& reference, const nb::list& columns) {
  Batch batch;
  const auto& features = reference.features();
  hs::check::has_size("DriftState::update", "batch", columns.size(), features.size());
  for (std::size_t i = 0; i < features.size(); ++i) {
    const char* const name = features[i].name.c_str();
    if (features[i].kind == hs::drift::ColumnKind::categorical) {
      batch.codes.push_back(as_array<std::int64_t>(columns[i], name));
      batch.columns.emplace_back(as_span(batch.codes.back(), name));
    } else {
      batch.numbers.push_back(as_real_array(columns[i], name));
      std::visit([&](const auto& array) { batch.columns.emplace_back(as_span(array, name)); }, batch.numbers.back());
    }
  }
  return batch;
}

nb::bytes to_python(const std::vector<std::byte>& bytes) {
  return nb::bytes(bytes.data(), bytes.size());
}
std::span<const std::byte> from_python(const nb::bytes& bytes) {
  return {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace

void bind_drift_state(nb::module_& m) {
  nb::class_<DriftReference>(m, "DriftReference",
                             "The reference window of a monitor: counts on quantile bins, and counts of categories.")
      .def(
          "__init__",
          [](DriftReference* self, const nb::list& columns) {
            std::vector<hs::bindings::RealArray> arrays;
            arrays.reserve(columns.size());
            std::vector<hs::drift::ReferenceColumn> made;
            for (nb::handle item : columns) {
              const auto part = nb::cast<nb::tuple>(item);
              const auto name = nb::cast<std::string>(part[0]);
              if (part.size() == 2) {
                arrays.push_back(as_real_array(part[1], name.c_str()));
                std::visit(
                    [&](const auto& array) {
                      made.emplace_back(hs::drift::NumericReference{name, as_span(array, name.c_str())});
                    },
                    arrays.back());
              } else {
                made.emplace_back(hs::drift::CategoricalReference{name, nb::cast<std::vector<std::string>>(part[1]),
                                                                  nb::cast<std::vector<std::int64_t>>(part[2]),
                                                                  nb::cast<std::int64_t>(part[3])});
              }
            }
            nb::gil_scoped_release release;
            new (self) DriftReference(made);
          },
          "columns"_a,
          "columns: tuples (name, values) of numbers or (name, categories, counts, missing). "
          "heartsight.drift.DriftReference\n"
          "makes them from a table.")
      .def_prop_ro("names",
                   [](const DriftReference& self) {
                     std::vector<std::string> names;
                     for (const auto& f : self.features()) names.push_back(f.name);
                     return names;
                   })
      .def_prop_ro("fingerprint", &DriftReference::fingerprint)
      .def(
          "categories",
          [](const DriftReference& self, std::size_t index) {
            hs::check::in_closed_range<std::size_t>("categories", "index", index, 0, self.features().size() - 1);
            const auto& f = self.features()[index];
            return f.kind == hs::drift::ColumnKind::categorical ? nb::cast(f.categories) : nb::none();
          },
          "index"_a, nb::sig("def categories(self, index: int) -> list[str] | None"),
          "Categories of a feature in the order of their codes, None for numbers.")
      .def("to_bytes", [](const DriftReference& self) { return to_python(self.to_bytes()); })
      .def_static(
          "from_bytes", [](const nb::bytes& bytes) { return DriftReference::from_bytes(from_python(bytes)); }, "data"_a,
          "Raises FormatError.");

  nb::class_<DriftState>(m, "DriftState", "What a monitor has seen, as counts on the bins of a reference.")
      .def(nb::init<std::shared_ptr<const DriftReference>>(), "reference"_a)
      .def(
          "update",
          [](DriftState& self, const nb::list& columns) {
            const Batch batch = as_batch(self.reference(), columns);
            self.update(batch.columns);  // the GIL guards the state from a second thread
          },
          "columns"_a, "One array per feature: numbers, or codes of categories. Raises ShapeError, DomainError.")
      .def("merge", &DriftState::merge, "other"_a, "Raises DomainError: another reference.")
      .def(
          "result",
          [](const DriftState& self, const CompareOptions& options) {
            const DriftState copy = self;  // another thread may update self once the GIL is released
            nb::gil_scoped_release release;
            return copy.result(options);
          },
          "options"_a)
      .def_prop_ro("n_rows", &DriftState::n_rows)
      .def("to_bytes", [](const DriftState& self) { return to_python(self.to_bytes()); })
      .def_static(
          "from_bytes",
          [](const nb::bytes& bytes, std::shared_ptr<const DriftReference> reference) {
            return DriftState::from_bytes(from_python(bytes), std::move(reference));
          },
          "data"_a, "reference"_a, "Raises FormatError, DomainError (another reference).");

  nb::class_<DriftWindow>(m, "DriftWindow", "The most recent part of a stream: a ring of states.")
      .def_static("by_count", &DriftWindow::by_count, "reference"_a, "n_rows"_a, "n_slots"_a)
      .def_static("by_time", &DriftWindow::by_time, "reference"_a, "duration"_a, "n_slots"_a)
      .def(
          "update",
          [](DriftWindow& self, const nb::list& columns) {
            const Batch batch = as_batch(*self.shared_reference(), columns);
            self.update(batch.columns);
          },
          "columns"_a)
      .def(
          "update_at",
          [](DriftWindow& self, const nb::list& columns, double time) {
            const Batch batch = as_batch(*self.shared_reference(), columns);
            self.update(batch.columns, time);
          },
          "columns"_a, "time"_a)
      .def("advance", &DriftWindow::advance, "time"_a)
      .def_prop_ro("n_rows", &DriftWindow::n_rows)
      .def("state", &DriftWindow::state);
}
