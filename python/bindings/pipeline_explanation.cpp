#include "bindings.hpp"
#include "json_number.hpp"

#include <heartsight/pipeline/explanation.hpp>

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>

namespace nb = nanobind;
namespace hp = heartsight::pipeline;

using heartsight::bindings::json_number;

namespace {

nb::dict dict_of(const hp::ExplainedFeature& f) {
  nb::dict d;
  d["name"] = f.name;
  d["unit"] = f.unit;
  d["value"] = json_number(f.value);
  d["typical"] = json_number(f.typical);
  d["percentile"] = json_number(f.percentile);
  return d;
}

nb::dict dict_of(const hp::Explanation& e) {
  nb::list contributions;
  for (const auto& c : e.contributions) {
    nb::list features;
    for (const auto& f : c.features) features.append(dict_of(f));
    nb::dict one;
    one["part"] = c.part;
    one["leads"] = c.leads;
    one["probability_without"] = c.probability_without;
    one["features"] = features;
    contributions.append(one);
  }
  nb::dict d;
  d["name"] = e.name;
  d["probability"] = e.probability;
  d["contributions"] = contributions;
  return d;
}

}  // namespace

void bind_pipeline_explanation(nb::module_& m) {
  nb::class_<hp::ExplainedFeature>(m, "ExplainedFeature",
                                   "A number that the model went by, beside what is usual in its training data.")
      .def_ro("name", &hp::ExplainedFeature::name)
      .def_ro("unit", &hp::ExplainedFeature::unit)
      .def_ro("value", &hp::ExplainedFeature::value, "NaN when it could not be measured.")
      .def_ro("typical", &hp::ExplainedFeature::typical, "The median.")
      .def_ro("percentile", &hp::ExplainedFeature::percentile, "Percent of the training data below; NaN with the value.");
  nb::class_<hp::Contribution>(m, "Contribution", "Numbers of one part of the tracing in one group of leads.")
      .def_ro("part", &hp::Contribution::part, "Such as 'ST segment'.")
      .def_ro("leads", &hp::Contribution::leads, "Such as 'II, III, aVF', or 'all leads'.")
      .def_ro("probability_without", &hp::Contribution::probability_without,
              "Of the class, were these numbers typical and all others as they are.")
      .def_ro("features", &hp::Contribution::features, "Those of them that move the class most, each by itself.");
  nb::class_<hp::Explanation>(m, "Explanation", "What one class's probability rests on.")
      .def_ro("name", &hp::Explanation::name)
      .def_ro("probability", &hp::Explanation::probability)
      .def_ro("contributions", &hp::Explanation::contributions, "By the size of the change, largest first.")
      .def(
          "to_dict", [](const hp::Explanation& e) { return dict_of(e); },
          nb::sig("def to_dict(self) -> dict[str, typing.Any]"), "JSON-ready.")
      .def("__str__", &hp::Explanation::to_text)
      .def("__repr__", &hp::Explanation::to_text);
}
