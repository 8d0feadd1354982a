#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/version.hpp>

#include <stdexcept>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI {

/// Base of every exception that heartsight throws.
class HEARTSIGHT_EXPORT Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Sizes do not fit: wrong number of leads, lengths that differ, an empty array where a value is needed.
class HEARTSIGHT_EXPORT ShapeError : public Error {
  using Error::Error;
};

/// A value lies outside what the function is defined for.
class HEARTSIGHT_EXPORT DomainError : public Error {
  using Error::Error;
};

/// A file or a block of bytes is not what its format promises; the message names file and line or offset.
class HEARTSIGHT_EXPORT FormatError : public Error {
  using Error::Error;
};

/// A transform or prediction was asked of an object that has not been fitted.
class HEARTSIGHT_EXPORT NotFittedError : public Error {
  using Error::Error;
};

/// An optional backend (XGBoost, torch) is missing, too old, or failed.
class HEARTSIGHT_EXPORT BackendError : public Error {
  using Error::Error;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
