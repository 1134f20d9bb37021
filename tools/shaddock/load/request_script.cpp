#include "request_script.h"

#include <algorithm>

namespace shaddock::load {

RequestScript::RequestScript(Place& place, const Options& options, const Share& share)
    : place_(place),
      options_(options),
      share_(share),
      fleet_(place, options, share, *this),
      message_(options.call, protocol::MessageType::request),
      check_(options.call.route, options.expect) {}

void RequestScript::begin() {
  asking_ = true;
  place_.look_at_clock();
  asked_.resize(fleet_.clients().size());
  if (options_.open_loop()) {
    const double part = static_cast<double>(share_.clients.size()) / options_.clients;
    dealer_ =
        fleet_.make_dealer(fleet_.ready_clients(), part,
                           [this](Client& client, std::int64_t since) { ask(client, since); });
    return;
  }
  for (Client* client : fleet_.ready_clients())
    for (int i = 0; i < options_.inflight; ++i) ask(*client, place_.now);
}

void RequestScript::stop_asking() {
  asking_ = false;
  if (dealer_) dealer_->stop();
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

void RequestScript::on_end(Client& client, const std::string& why) {
  fleet_.on_end(client, why);
  if (dealer_) dealer_->on_end(client);
}

std::int64_t RequestScript::in_flight() const {
  return static_cast<std::int64_t>(fleet_.waiting() + (dealer_ ? dealer_->owed() : 0));
}

// Those of lost clients are among them.
void RequestScript::finish() {
  place_.counters.unanswered += fleet_.waiting() + (dealer_ ? dealer_->owed() : 0);
}

}  // namespace shaddock::load
