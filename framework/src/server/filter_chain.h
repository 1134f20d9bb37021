#pragma once

#include <shaddock/log.h>
#include <shaddock/settings.h>

#include <memory>
#include <vector>

namespace shaddock::server {

// The filters of a server in the order of registration.
class FilterChain {
 public:
  FilterChain(const std::vector<FilterFactory>& factories, Server& server);

  bool empty() const { return filters_.empty(); }
  // Runs before() of all, counting in `passed` those that returned; throws what one of them throws.
  void before(Request& request, std::size_t& passed);
  // Runs after() of the first `passed` in reverse order. What one throws is logged and ends there.
  void after(Request& request, std::size_t passed, int code) noexcept;

 private:
  Logger log_;
  std::vector<std::unique_ptr<Filter>> filters_;
};

}  // namespace shaddock::server
