#pragma once

/// Marks what a shared build of the library exports. Exceptions carry it too: without it, an exception thrown inside a
/// shared library whose symbols are hidden is not caught by its type outside.
#if defined(_WIN32)
#define HEARTSIGHT_EXPORT
#else
#define HEARTSIGHT_EXPORT __attribute__((visibility("default")))
#endif
