#include "server/filter_chain.h"

#include <shaddock/server.h>

namespace shaddock::server {

FilterChain::FilterChain(const std::vector<FilterFactory>& factories, Server& server)
    : log_(server.log().topic("filter")) {
  for (const auto& factory : factories) filters_.push_back(factory(server));
}

void FilterChain::before(Request& request, std::size_t& passed) {
  for (auto& filter : filters_) {
    filter->before(request);
    ++passed;
  }
}

void FilterChain::after(Request& request, std::size_t passed, int code) noexcept {
  while (passed > 0) {
    try {
      filters_[--passed]->after(request, code);
    } catch (...) {
      log_.error("after() of a filter failed",
                 {{"route", request.route()}, {"text", current_error().text}});
    }
  }
}

}  // namespace shaddock::server
