#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace shaddock::failures {

// What one round of a row has measured: each figure and what it must not exceed.
struct Figure {
  std::string what, unit;
  double value = 0;
  double most = 0;
};

struct Means {
  std::string nft;  // empty: packets cannot be lost here
  int away = 20;    // seconds that the master is away
};

// What a round throws that cannot be done on this machine.
struct NotMeasured : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One row of the matrix: a fault, struck once a round at a cluster of its own.
struct Row {
  const char* id;
  const char* fault;
  bool on_network;  // it needs nft
  std::function<std::vector<Figure>(const Means&)> round;
};

// In the order of their ids.
std::vector<Row> process_rows();   // F1 to F4, F7 to F10
std::vector<Row> master_rows();    // F5, F6
std::vector<Row> network_rows();   // F11 to F15
std::vector<Row> resource_rows();  // F16 to F18
std::vector<Row> start_rows();     // F19, F20, F31
std::vector<Row> restart_rows();   // F21 to F23

}  // namespace shaddock::failures
