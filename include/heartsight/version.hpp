#pragma once

/// The one place that states the version: CMake and the Python build read it from here.
#define HEARTSIGHT_VERSION_MAJOR 0
#define HEARTSIGHT_VERSION_MINOR 1
#define HEARTSIGHT_VERSION_PATCH 0
#define HEARTSIGHT_VERSION "0.1.0"

/// Inline namespace of everything public: objects compiled against two minor versions cannot be mixed by accident.
#define HEARTSIGHT_ABI v0_1

namespace heartsight {
inline constexpr const char* version = HEARTSIGHT_VERSION;
}  // namespace heartsight
