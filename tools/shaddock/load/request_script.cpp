#include "request_script.h"

#include <algorithm>

namespace shaddock::load {

RequestScript::RequestScript(Place& place, const Options& options, const Share& share)
    : FleetScript(place, options, share),
      message_(options.call, protocol::MessageType::request),
      check_(options.call.route, options.expect) {}

void RequestScript::begin() {
  asked_.resize(fleet_.clients().size());
  const double share = static_cast<double>(share_.clients.size()) / options_.clients;
  begin_asking(fleet_.ready_clients(), share,
               [this](Client& client, std::int64_t since) { ask(client, since); });
}

void RequestScript::on_answer(Client& client, const Waiting& asked, std::string_view body) {
  Counters& counters = place_.counters;
  ++counters.count;
  counters.latency.record(
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, place_.now - asked.since)));
  Numbers numbers = client.numbers();
  numbers.n = asked.n;
  if (!check_.right(client.agreement(), body, numbers)) [[unlikely]]
    counters.add_wrong(body);
  if (dealer_) {
    dealer_->on_answer(client);
  } else if (asking_) {
    ask(client, place_.now);
  }
}

}  // namespace shaddock::load
