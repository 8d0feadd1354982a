#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/core/matrix_view.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

/// The bridge to libxgboost, which is looked for when the program runs: nothing links to it. It serves parity checks and
/// boosters that models::TreeEnsemble refuses.
namespace heartsight::inline HEARTSIGHT_ABI::xgboost {

/// libxgboost, loaded. Copies share it; it is closed with the last copy and the last booster.
class HEARTSIGHT_EXPORT Library {
 public:
  /// @param path  the shared library's file, or a bare name for the system's own search (libxgboost.so).
  /// @throws BackendError when it cannot be loaded, lacks a function, or is older than 1.7.
  explicit Library(const std::filesystem::path& path);

  /// The first of the candidates that loads.
  /// @throws BackendError naming each candidate and what was wrong with it.
  [[nodiscard]] static Library find(std::span<const std::filesystem::path> candidates);

  /// Major, minor, patch.
  [[nodiscard]] std::array<int, 3> version() const noexcept;

 private:
  friend class Booster;
  struct Functions;
  std::shared_ptr<const Functions> functions_;
};

/// A booster of libxgboost. Not for several threads at once: it keeps one proxy matrix for all its calls.
class HEARTSIGHT_EXPORT Booster {
 public:
  /// @param model      JSON or UBJSON, as Booster.save_raw gives it.
  /// @param n_threads  of XGBoost; at least 1.
  /// @throws BackendError with XGBoost's own message when it refuses the model.
  Booster(Library library, std::span<const std::byte> model, int n_threads = 1);
  ~Booster();
  Booster(Booster&&) noexcept;
  Booster& operator=(Booster&&) noexcept;

  [[nodiscard]] std::size_t n_features() const noexcept;
  [[nodiscard]] std::size_t n_outputs() const noexcept;

  /// Margins of all rounds, as Booster.inplace_predict(predict_type="margin") gives them; NaN is missing.
  /// @param X    (n_rows, n_features), at least one row.
  /// @param out  (n_rows, n_outputs)
  /// @throws ShapeError    shapes do not fit.
  /// @throws BackendError  XGBoost's own message.
  void predict_margin(MatrixView<const float> X, MatrixView<float> out) const;

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::xgboost
