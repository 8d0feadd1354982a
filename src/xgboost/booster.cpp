#include <heartsight/core/check.hpp>
#include <heartsight/xgboost/booster.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::xgboost {

/// The C functions in use, with the types of XGBoost's c_api.h.
struct Library::Functions {
  using Handle = void*;
  using Size = std::uint64_t;

  void* library = nullptr;
  std::array<int, 3> version{};

  void (*get_version)(int*, int*, int*) = nullptr;
  const char* (*last_error)() = nullptr;
  int (*booster_create)(const Handle*, Size, Handle*) = nullptr;
  int (*booster_free)(Handle) = nullptr;
  int (*booster_load)(Handle, const void*, Size) = nullptr;
  int (*booster_set_parameter)(Handle, const char*, const char*) = nullptr;
  int (*booster_n_features)(Handle, Size*) = nullptr;
  int (*predict_dense)(Handle, const char*, const char*, Handle, const Size**, Size*, const float**) = nullptr;
  int (*proxy_create)(Handle*) = nullptr;
  int (*matrix_free)(Handle) = nullptr;

  explicit Functions(const std::filesystem::path& path) {
    library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* const why = dlerror();
      throw BackendError("XGBoost: " + std::string(why != nullptr ? why : "cannot be loaded"));
    }
    try {
      load(path);
    } catch (...) {
      dlclose(library);
      throw;
    }
  }
  ~Functions() { dlclose(library); }
  Functions(const Functions&) = delete;
  Functions& operator=(const Functions&) = delete;

  /// @throws BackendError with XGBoost's message unless status is 0.
  void require(int status) const {
    if (status != 0) {
      const std::string message = last_error();
      // What follows the first line is a stack trace.
      throw BackendError("XGBoost: " + message.substr(0, message.find("\nStack trace")));
    }
  }

 private:
  template <class Function>
  void find(const std::filesystem::path& path, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) throw BackendError("XGBoost: " + path.string() + " has no function " + name);
  }

  void load(const std::filesystem::path& path) {
    find(path, "XGBoostVersion", get_version);
    get_version(&version[0], &version[1], &version[2]);
    if (version < std::array{1, 7, 0}) {
      throw BackendError("XGBoost: " + path.string() + " is version " + std::to_string(version[0]) + "." +
                         std::to_string(version[1]) + "; 1.7 or newer is needed");
    }
    find(path, "XGBGetLastError", last_error);
    find(path, "XGBoosterCreate", booster_create);
    find(path, "XGBoosterFree", booster_free);
    find(path, "XGBoosterLoadModelFromBuffer", booster_load);
    find(path, "XGBoosterSetParam", booster_set_parameter);
    find(path, "XGBoosterGetNumFeature", booster_n_features);
    find(path, "XGBoosterPredictFromDense", predict_dense);
    find(path, "XGProxyDMatrixCreate", proxy_create);
    find(path, "XGDMatrixFree", matrix_free);
  }
};

Library::Library(const std::filesystem::path& path) : functions_(std::make_shared<const Functions>(path)) {}

Library Library::find(std::span<const std::filesystem::path> candidates) {
  std::string tried;
  for (const std::filesystem::path& path : candidates) {
    try {
      return Library(path);
    } catch (const BackendError& error) {
      tried.append("\n  ").append(path.string()).append(": ").append(error.what());
    }
  }
  throw BackendError("XGBoost: libxgboost was not found; tried" + (tried.empty() ? std::string(" nothing") : tried));
}

std::array<int, 3> Library::version() const noexcept {
  return functions_->version;
}

struct Booster::Handles {
  Library library;
  void* booster = nullptr;
  void* proxy = nullptr;
  std::size_t n_features = 0;
  std::size_t n_outputs = 0;

  explicit Handles(Library loaded) : library(std::move(loaded)) {}
  ~Handles() {
    if (proxy != nullptr) library.functions_->matrix_free(proxy);
    if (booster != nullptr) library.functions_->booster_free(booster);
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  /// Margins of X in XGBoost's own memory, (n_rows, n_outputs), good until the next call.
  std::span<const float> margins(MatrixView<const float> X) const {
    const auto address = std::to_string(reinterpret_cast<std::uintptr_t>(X.data()));
    const std::string values = "{\"data\":[" + address + ",true],\"shape\":[" + std::to_string(X.n_rows()) + "," +
                               std::to_string(X.n_cols()) + "],\"strides\":[" +
                               std::to_string(X.row_stride() * sizeof(float)) + ",4],\"typestr\":\"<f4\",\"version\":3}";
    static constexpr const char* settings =
        "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"missing\":NaN,\"strict_shape\":true,"
        "\"cache_id\":0}";
    const std::uint64_t* shape = nullptr;
    std::uint64_t n_dimensions = 0;
    const float* result = nullptr;
    library.functions_->require(
        library.functions_->predict_dense(booster, values.c_str(), settings, proxy, &shape, &n_dimensions, &result));
    std::size_t size = 1;
    for (std::uint64_t d = 0; d < n_dimensions; ++d) size *= static_cast<std::size_t>(shape[d]);
    return {result, size};
  }
};

Booster::Booster(Library library, std::span<const std::byte> model, int n_threads)
    : handles_(std::make_unique<Handles>(std::move(library))) {
  check::at_least("xgboost::Booster", "n_threads", n_threads, 1);
  const auto& functions = *handles_->library.functions_;
  functions.require(functions.booster_create(nullptr, 0, &handles_->booster));
  functions.require(functions.booster_load(handles_->booster, model.data(), model.size()));
  functions.require(functions.booster_set_parameter(handles_->booster, "nthread", std::to_string(n_threads).c_str()));
  std::uint64_t n_features = 0;
  functions.require(functions.booster_n_features(handles_->booster, &n_features));
  handles_->n_features = static_cast<std::size_t>(n_features);
  functions.require(functions.proxy_create(&handles_->proxy));
  const std::vector<float> zeros(handles_->n_features, 0.0F);
  handles_->n_outputs = handles_->margins({zeros.data(), 1, zeros.size()}).size();
}

Booster::~Booster() = default;
Booster::Booster(Booster&&) noexcept = default;
Booster& Booster::operator=(Booster&&) noexcept = default;

std::size_t Booster::n_features() const noexcept {
  return handles_->n_features;
}
std::size_t Booster::n_outputs() const noexcept {
  return handles_->n_outputs;
}

void Booster::predict_margin(MatrixView<const float> X, MatrixView<float> out) const {
  constexpr auto where = "xgboost::Booster::predict_margin";
  check::not_empty(where, "X", X.n_rows());
  check::has_size(where, "X's columns", X.n_cols(), n_features());
  check::same_size(where, "X's rows", X.n_rows(), "out's rows", out.n_rows());
  check::has_size(where, "out's columns", out.n_cols(), n_outputs());
  const std::span<const float> result = handles_->margins(X);
  check::has_size(where, "XGBoost's result", result.size(), out.n_rows() * out.n_cols());
  for (std::size_t row = 0; row < out.n_rows(); ++row) {
    std::copy_n(result.data() + row * out.n_cols(), out.n_cols(), out.row(row).data());
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::xgboost
