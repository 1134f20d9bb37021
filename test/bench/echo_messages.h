#pragma once

#include <string>

// The request that the benchmarks are about, and its answer.
namespace shaddock::bench {

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

}  // namespace shaddock::bench
