#include <heartsight/core/recording.hpp>
