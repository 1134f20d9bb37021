#include "overload/pressure.h"

#include <algorithm>

namespace shaddock::overload {

double Pressure::Tally::percentile(double share) {
  if (times.empty()) return 0;
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

Pressure::Pressure(net::Host& host, const net::Address& address, std::size_t clients,
                   std::string route, Json body)
    : host_(host),
      route_(std::move(route)),
      body_(std::move(body)),
      ticks_(host.loop.timers(), [this] { tick(); }) {
  client::Client::Settings settings;
  for (std::size_t i = 0; i < clients; ++i) {
    auto& one = clients_.emplace_back(std::make_unique<client::Client>(host, settings));
    one->on_close([this](const std::string&) { ++lost_; });
    one->connect(address);
  }
}

bool Pressure::all_open() const {
  return std::ranges::all_of(clients_, [](const auto& one) { return one->open(); });
}

std::size_t Pressure::unanswered() const {
  std::size_t all = 0;
  for (const auto& one : clients_) all += one->unanswered();
  return all;
}

void Pressure::ask_at(double per_second) {
  rest();
  rate_ = per_second;
  since_ = Clock::now();
  due_done_ = 0;
  tick();
}

void Pressure::keep_asking(std::size_t under_way) {
  rest();
  again_ = true;
  for (std::size_t i = 0; i < under_way; ++i) ask();
}

void Pressure::rest() {
  again_ = false;
  ticks_.stop();
}

void Pressure::tick() {
  const double passed = std::chrono::duration<double>(Clock::now() - since_).count();
  const auto due = static_cast<std::uint64_t>(passed * rate_);
  for (; due_done_ < due; ++due_done_) ask();
  ticks_.start(net::Duration(1));
}

void Pressure::ask() {
  client::Client& client = *clients_[next_++ % clients_.size()];
  ++tally_.asked;
  const auto since = Clock::now();
  client.request(route_, body_, [this, since](const client::Answer& answer) {
    const auto now = Clock::now();
    ++tally_.ends[answer.code];
    if (answer.code == 200)
      tally_.times.push_back(std::chrono::duration<double, std::milli>(now - since).count());
    else
      tally_.last_failure = now;
    if (again_) ask();
  });
}

}  // namespace shaddock::overload
