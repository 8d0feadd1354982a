#include <heartsight/pipeline/tensor.hpp>

#include "cpp/raises.hpp"

namespace tensor_test {

namespace hs = heartsight;
using namespace hs::pipeline;
using hs::test::raises;

TEST(Tensor, ValuesComeBackAsTheyWere) {
  const std::vector<float> values = {1.5F, -2.0F, 0.0F, 4.0F};
  const auto t = make_tensor<float>("x", values, {2, 2});
  EXPECT_EQ(t.dtype, DType::F32);
  EXPECT_EQ(t.bytes.size(), 16U);
  EXPECT_EQ(tensor_values<float>(t), values);
  EXPECT_EQ(make_tensor("y", std::vector<std::int64_t>{}).shape, (std::vector<std::size_t>{0}));
}

TEST(Tensor, DtypesHaveSafetensorsNames) {
  EXPECT_EQ(to_string(DType::F64), "F64");
  EXPECT_EQ(to_string(DType::U8), "U8");
  EXPECT_EQ(element_size(DType::I64), 8U);
  EXPECT_EQ(element_size(DType::U32), 4U);
  EXPECT_EQ(element_size(DType::U8), 1U);
  EXPECT_EQ(dtype_of<std::int32_t>(), DType::I32);
}

TEST(Tensor, Errors) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)make_tensor<float>("x", std::vector<float>(3), {2, 2}); },
                                     {"x", "size 3", "size 4"}));
  const auto t = make_tensor("x", std::vector<double>{1});
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)tensor_values<float>(t); }, {"tensor x", "F64", "F32"}));
}

}  // namespace tensor_test
