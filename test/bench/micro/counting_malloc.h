#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

// This program's malloc, calloc, realloc and what aligns, and with them operator new of everything
// in it, its libraries included: asked where they come from, in the threads that want to be
// watched, while watching is on. Counting itself allocates nothing.
namespace shaddock::micro {

struct AllocationSite {
  static constexpr std::size_t kDepth = 24;
  std::size_t times = 0, bytes = 0;
  int depth = 0;
  std::array<void*, kDepth> frames{};  // who called, the innermost first
};

// From now on this thread's allocations count, whenever watching is on.
void watch_this_thread();

// Counts from zero.
void start_watching();
void stop_watching();

std::size_t allocations();
// Different stacks, as many as were kept; those that allocate most come first. After
// stop_watching().
std::span<const AllocationSite> allocation_sites();
// One line per site: times, bytes, and the functions that are our own.
std::string describe(const AllocationSite& site);

}  // namespace shaddock::micro
