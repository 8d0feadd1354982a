#include "bindings.hpp"

#include <heartsight/version.hpp>

namespace nb = nanobind;

NB_MODULE(_core, m) {
  m.doc() = "The native core of heartsight. Import the package, not this module.";
  m.attr("__version__") = heartsight::version;
  bind_errors(m);
  bind_core(m);
  auto io = m.def_submodule("io");
  bind_io(io);
}
