#pragma once

#include <string_view>

#include "bench/echo_messages.h"

// The bytes of the request that all benchmarks are about, and of its answer.
namespace shaddock::micro {

inline constexpr std::string_view kRoute = "backend.echoHandler.echo";
inline constexpr std::string_view kRequestBody = R"({"msg":"012345678901234567890"})";
inline constexpr std::string_view kAnswerBody = R"({"code":200,"msg":"012345678901234567890"})";
// How many messages one read brings.
inline constexpr int kInFlight = 10;

using bench::Echo;
using bench::Text;

}  // namespace shaddock::micro
