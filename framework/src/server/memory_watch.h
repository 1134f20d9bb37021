#pragma once

#include <shaddock/function.h>

#include <cstddef>

#include "net/host.h"

namespace shaddock::server {

// Holds the memory of the whole process against a budget, each kEach. Beyond kPressed pages that
// are free already are given back first, so that what counts is what is needed. With a budget of 0
// it never looks. Loop thread only.
class MemoryWatch {
 public:
  // What each look says: how much of the budget is used, and beyond kCritical how many bytes there
  // are above kRelieved.
  using OnLook = Function<void(std::size_t percent, std::size_t excess)>;
  MemoryWatch(net::Host& host, std::size_t budget, OnLook on_look);

  static constexpr net::Duration kEach{250}, kGiveBackEach{1000};
  static constexpr std::size_t kPressed = 92, kRelieved = 95, kCritical = 98;

 private:
  void look();
  std::size_t percent_used();

  net::Host& host_;
  const std::size_t budget_;
  OnLook on_look_;
  std::size_t used_ = 0;
  net::TimePoint gives_back_at_{};
  net::Timer next_;
};

}  // namespace shaddock::server
