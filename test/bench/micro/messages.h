#pragma once

#include <string>
#include <string_view>

// The request that all benchmarks are about, and its answer.
namespace shaddock::micro {

inline constexpr std::string_view kRoute = "backend.echoHandler.echo";
inline constexpr std::string_view kRequestBody = R"({"msg":"012345678901234567890"})";
inline constexpr std::string_view kAnswerBody = R"({"code":200,"msg":"012345678901234567890"})";
// How many messages one read brings.
inline constexpr int kInFlight = 10;

struct Text {
  std::string msg;
  static void fields(auto& m, auto&& f) { f("msg", m.msg); }
};

struct Echo {
  int code = 200;
  std::string msg;
  static void fields(auto& m, auto&& f) {
    f("code", m.code);
    f("msg", m.msg);
  }
};

}  // namespace shaddock::micro
