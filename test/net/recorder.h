#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "net/stream.h"

namespace shaddock::net {

// Writes down what happens on a stream, and does what the test wants then.
struct Recorder final : StreamEvents {
  void on_bytes(std::span<char> bytes) override {
    text.append(bytes.data(), bytes.size());
    pieces.push_back(bytes.size());
    if (bytes_came) bytes_came();
  }
  void on_end() override {
    ++ends;
    if (ended) ended();
  }
  void on_drained() override {
    ++drained;
    if (drained_now) drained_now();
  }

  std::string text;
  std::vector<std::size_t> pieces;  // lengths of what came at once
  int ends = 0, drained = 0;
  std::function<void()> bytes_came, ended, drained_now;
};

// Sends back what comes.
struct Echo final : StreamEvents {
  explicit Echo(Stream& stream) : stream(stream) {}
  void on_bytes(std::span<char> bytes) override { stream.write({bytes.data(), bytes.size()}); }
  void on_end() override {}
  Stream& stream;
};

}  // namespace shaddock::net
