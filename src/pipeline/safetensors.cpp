#include <heartsight/pipeline/safetensors.hpp>

#include "pipeline/json.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

static_assert(std::endian::native == std::endian::little, "tensors are stored little-endian and used in place");

namespace {

constexpr std::uint64_t max_header_bytes = 100'000'000;  // the limit of the format's own reader

DType dtype_from(const JsonView& view) {
  const std::string name = view.text();
  for (const DType dtype : {DType::F64, DType::I64, DType::F32, DType::I32, DType::U32, DType::U8}) {
    if (name == to_string(dtype)) return dtype;
  }
  view.fail("dtype " + name + " is not one of F64, I64, F32, I32, U32, U8");
}

std::size_t checked_offset(const JsonView& view) {
  const std::int64_t value = view.integer();
  if (value < 0) view.fail("must not be negative");
  return static_cast<std::size_t>(value);
}

}  // namespace

const Tensor& SafetensorsFile::at(std::string_view name) const {
  for (const Tensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  throw FormatError("tensor " + std::string(name) + ": is missing");
}

std::vector<std::byte> write_safetensors(const SafetensorsFile& file) {
  std::vector<const Tensor*> order;
  std::set<std::string> names = {"__metadata__"};
  for (const Tensor& tensor : file.tensors) {
    if (!names.insert(tensor.name).second) {
      check::detail::fail<DomainError>("write_safetensors", "tensor", tensor.name, "the name is taken");
    }
    order.push_back(&tensor);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Tensor* a, const Tensor* b) { return element_size(a->dtype) > element_size(b->dtype); });

  OrderedJson header = OrderedJson::object();
  if (!file.metadata.empty()) {
    OrderedJson& metadata = header["__metadata__"] = OrderedJson::object();
    for (const auto& [key, value] : file.metadata) metadata[key] = value;
  }
  std::size_t offset = 0;
  for (const Tensor* tensor : order) {
    const std::size_t end = offset + tensor->bytes.size();
    header[tensor->name] = {{"dtype", to_string(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');

  std::vector<std::byte> bytes(8 + text.size() + offset);
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, text.data(), text.size());
  std::byte* place = bytes.data() + 8 + text.size();
  for (const Tensor* tensor : order) place = std::copy(tensor->bytes.begin(), tensor->bytes.end(), place);
  return bytes;
}

SafetensorsFile read_safetensors(std::span<const std::byte> bytes) {
  const std::string what = "safetensors header";
  if (bytes.size() < 8)
    throw FormatError(what + ": the file has " + std::to_string(bytes.size()) + " bytes, needs at least 8");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  if (length > max_header_bytes || length > bytes.size() - 8) {
    throw FormatError(what + ": says it has " + std::to_string(length) + " bytes, the file has " +
                      std::to_string(bytes.size() - 8) + " after offset 8");
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, static_cast<std::size_t>(length));
  const Json document = parse_json(text, what);
  if (!document.is_object()) throw FormatError(what + ": must be an object");
  const std::span<const std::byte> data = bytes.subspan(8 + static_cast<std::size_t>(length));

  SafetensorsFile file;
  std::vector<std::pair<std::size_t, std::size_t>> extents;
  for (const auto& [name, value] : document.items()) {
    const JsonView entry(value, what + "." + name);
    if (name == "__metadata__") {
      if (!value.is_object()) entry.fail("must be an object");
      for (const auto& [key, item] : value.items())
        file.metadata[key] = JsonView(item, what + ".__metadata__." + key).text();
      continue;
    }
    Tensor tensor;
    tensor.name = name;
    tensor.dtype = dtype_from(entry.at("dtype"));
    std::size_t n_bytes = element_size(tensor.dtype);
    const JsonView shape = entry.at("shape");
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::size_t extent = checked_offset(shape.at(i));
      if (extent != 0 && n_bytes > bytes.size() / extent) shape.fail("is larger than the file");
      n_bytes *= extent;
      tensor.shape.push_back(extent);
    }
    const JsonView offsets = entry.at("data_offsets");
    if (offsets.size() != 2) offsets.fail("must have two numbers");
    const std::size_t begin = checked_offset(offsets.at(std::size_t{0}));
    const std::size_t end = checked_offset(offsets.at(1));
    if (begin > end || end > data.size()) offsets.fail("leaves the data of " + std::to_string(data.size()) + " bytes");
    if (end - begin != n_bytes)
      offsets.fail("does not match dtype and shape, which need " + std::to_string(n_bytes) + " bytes");
    extents.emplace_back(begin, end);
    tensor.bytes.assign(data.begin() + static_cast<std::ptrdiff_t>(begin), data.begin() + static_cast<std::ptrdiff_t>(end));
    file.tensors.push_back(std::move(tensor));
  }
  std::sort(extents.begin(), extents.end());
  std::size_t covered = 0;
  for (const auto& [begin, end] : extents) {
    if (begin != covered) throw FormatError(what + ": data_offsets leave a hole or overlap at " + std::to_string(covered));
    covered = end;
  }
  if (covered != data.size()) {
    throw FormatError(what + ": tensors cover " + std::to_string(covered) + " bytes, the file holds " +
                      std::to_string(data.size()));
  }
  return file;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
