#include <heartsight/features/feature_schema.hpp>

#include <gtest/gtest.h>

namespace feature_schema_test {

using heartsight::features::FeatureSchema;

TEST(FeatureSchema, TheFingerprintSeesNameOrderAndDefinition) {
  const FeatureSchema schema{.definition = "d/1", .names = {"a", "b"}};
  EXPECT_EQ(schema.fingerprint(), heartsight::sha256_hex("d/1\na\nb"));
  EXPECT_EQ(schema.fingerprint(), (FeatureSchema{.definition = "d/1", .names = {"a", "b"}}).fingerprint());
  for (const FeatureSchema& other :
       {FeatureSchema{"d/2", {"a", "b"}}, FeatureSchema{"d/1", {"b", "a"}}, FeatureSchema{"d/1", {"a"}},
        FeatureSchema{"d/1", {"a", "B"}}, FeatureSchema{"d/1", {"ab"}}, FeatureSchema{"d/1", {}}}) {
    EXPECT_NE(schema, other);
    EXPECT_NE(schema.fingerprint(), other.fingerprint());
  }
}

}  // namespace feature_schema_test
