#include <heartsight/signal/median_stream.hpp>

#include <heartsight/signal/median_filter.hpp>

#include "cpp/raises.hpp"

#include <limits>
#include <random>

namespace median_stream_test {

namespace hs = heartsight;
using hs::signal::median_filter;
using hs::signal::MedianEdge;
using hs::signal::MedianStream;
using hs::test::raises;

TEST(MedianStream, AnyChunkingEqualsTheWhole) {
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {0, 1, 2, 3, 5, 40, 300}) {
    std::vector<double> x(2 * n);
    for (double& v : x) v = normal(random);
    for (const std::size_t width : {1, 2, 3, 4, 7, 8, 51}) {
      for (const auto edge : {MedianEdge::reflect, MedianEdge::mirror, MedianEdge::nearest, MedianEdge::constant}) {
        const hs::signal::MedianFilterOptions options{.edge = edge, .constant_value = 0.5};
        const auto wanted = median_filter(hs::MatrixView<const double>(x.data(), 2, n), width, options);
        MedianStream stream(width, 2, options);
        for (const std::size_t longest : {1, 4, 60, 1000}) {  // the object is as new after each finish
          std::uniform_int_distribution<std::size_t> length(0, longest);
          std::vector<std::vector<double>> got(2);
          const auto take = [&](const std::vector<double>& part) {
            const std::size_t half = part.size() / 2;
            for (std::size_t lead = 0; lead < 2; ++lead) {
              const auto begin = part.begin() + static_cast<std::ptrdiff_t>(lead * half);
              got[lead].insert(got[lead].end(), begin, begin + static_cast<std::ptrdiff_t>(half));
            }
          };
          for (std::size_t begin = 0; begin < n;) {
            const std::size_t count = std::min(n - begin, length(random));
            take(stream.process(hs::MatrixView<const double>(x.data() + begin, 2, count, n)));
            begin += count;
            const std::size_t due = begin > width / 2 ? begin - stream.delay() : 0;
            ASSERT_EQ(got[0].size(), due);
          }
          take(stream.finish());
          got[0].insert(got[0].end(), got[1].begin(), got[1].end());
          ASSERT_EQ(got[0], wanted) << n << " " << width;
        }
      }
    }
  }
}

TEST(MedianStream, FloatAndReset) {
  const std::vector<float> x = {3, 1, 2, 9, 8, 4};
  MedianStream stream(3);
  EXPECT_EQ(stream.width(), 3U);
  EXPECT_EQ(stream.n_leads(), 1U);
  EXPECT_EQ(stream.delay(), 1U);
  const auto first = stream.process(x);
  static_assert(std::is_same_v<decltype(first), const std::vector<float>>);
  EXPECT_EQ(first, (std::vector<float>{3, 2, 2, 8, 8}));
  stream.reset();
  EXPECT_EQ(stream.process(x), first);
  EXPECT_EQ(stream.finish(), (std::vector<double>{4}));
  EXPECT_TRUE(stream.finish().empty());
}

TEST(MedianStream, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { MedianStream(0); }, {"MedianStream: width"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { MedianStream(3, 0); }, {"n_leads"}));
  MedianStream stream(3, 2);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)stream.process(std::vector<double>(4)); }, {"leads of chunk"}));
}

}  // namespace median_stream_test
