#include "storm_script.h"

#include <algorithm>
#include <utility>

namespace shaddock::load {
namespace {

constexpr net::Duration kPause{20};
constexpr std::uint32_t kLeft = UINT32_MAX;  // the index of a client that has no slot any more

std::vector<Call> query_of(const Options& options) {
  return options.gate ? std::vector<Call>{options.query} : std::vector<Call>();
}

}  // namespace

StormScript::StormScript(Place& place, const Options& options, const Share& share)
    : place_(place),
      options_(options),
      slots_(share.clients.size()),
      gate_plan_(query_of(options)),
      server_plan_(options.logins),
      pause_(place.loop().timers(), [this] { start_waiting(); }) {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    slots_[i].number = static_cast<std::uint64_t>(share.clients[i]);
}

void StormScript::begin() {
  asking_ = true;
  place_.look_at_clock();
  for (std::size_t i = slots_.size(); i-- > 0;) waiting_.push_back(i);
  if (options_.connect_rate == 0) return start_waiting();
  const double part = static_cast<double>(slots_.size()) / options_.clients;
  pacer_ = std::make_unique<Pacer>(place_, options_.connect_rate * part,
                                   [this](std::uint64_t, std::int64_t) {
                                     if (waiting_.empty()) return;
                                     const std::size_t i = waiting_.back();
                                     waiting_.pop_back();
                                     begin_login(slots_[i]);
                                   });
  pacer_->start(place_.now);
}

void StormScript::stop_asking() {
  asking_ = false;
  pause_.stop();
  if (pacer_) pacer_->stop();
}

void StormScript::start_waiting() {
  for (const std::size_t i : std::exchange(waiting_, {})) begin_login(slots_[i]);
}

void StormScript::begin_login(Slot& slot) {
  slot.begun = Place::clock();
  slot.at_gate = options_.gate.has_value();
  if (slot.at_gate) return connect(slot, gate_plan_, *options_.gate);
  connect(slot, server_plan_, server_of(slot));
}

void StormScript::connect(Slot& slot, Plan& plan, const Target& target) {
  const Numbers numbers{slot.number, slot.number % static_cast<std::uint64_t>(options_.rooms), 0};
  ClientOwner& owner = *this;
  slot.client = std::make_unique<Client>(place_, plan, numbers, target,
                                         source_of(options_, slot.number), owner);
  slot.client->index = static_cast<std::uint32_t>(&slot - slots_.data());
}

const Target& StormScript::server_of(const Slot& slot) {
  if (!options_.targets.empty()) return options_.targets[slot.number % options_.targets.size()];
  Target& target = found_[net::to_string(slot.found)];
  if (target.address.port == 0) {
    target = *options_.gate;
    target.address = slot.found;
  }
  return target;
}

void StormScript::on_logged_in(Client& client, const Json& answer) {
  Slot& slot = slots_[client.index];
  if (!slot.at_gate) return;
  const Json* host = answer.find("host");
  const Json* port = answer.find("port");
  slot.found = {};
  if (host == nullptr || !host->is_string() || port == nullptr || !port->is_integer()) return;
  const std::int64_t number = port->as_integer();
  if (number > 0 && number <= 65535) slot.found = {host->as_string(), static_cast<int>(number)};
}

void StormScript::on_ready(Client& client) {
  Slot& slot = slots_[client.index];
  leave(slot);
  if (std::exchange(slot.at_gate, false)) {
    if (slot.found.port != 0 || !options_.targets.empty())
      return connect(slot, server_plan_, server_of(slot));
    place_.counters.add_error("the gate's answer has no host and port");
    return next(slot);
  }
  ++place_.counters.count;
  place_.counters.latency.record(
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, place_.now - slot.begun)));
  next(slot);
}

// Its client closes; that takes a while, in which the slot goes on.
void StormScript::leave(Slot& slot) {
  slot.client->index = kLeft;
  slot.client->close();
  const Client* client = slot.client.get();
  leaving_[client] = std::move(slot.client);
}

void StormScript::next(Slot& slot) {
  slot.number += static_cast<std::uint64_t>(options_.clients);
  if (!asking_) return;
  if (!pacer_) return begin_login(slot);
  waiting_.push_back(static_cast<std::size_t>(&slot - slots_.data()));
}

void StormScript::on_end(Client& client, const std::string& why) {
  if (client.index == kLeft) {
    // It is the caller.
    place_.loop().defer([gone = std::move(leaving_[&client])] {});
    leaving_.erase(&client);
    return;
  }
  Slot& slot = slots_[client.index];
  place_.counters.add_error(why);
  slot.number += static_cast<std::uint64_t>(options_.clients);
  place_.loop().defer([gone = std::move(slot.client)] {});
  if (!asking_) return;
  waiting_.push_back(client.index);
  if (!pacer_ && !pause_.active()) pause_.start(kPause);
}

std::int64_t StormScript::in_flight() const {
  return std::count_if(slots_.begin(), slots_.end(),
                       [](const Slot& slot) { return slot.client != nullptr; });
}

void StormScript::finish() {
  place_.counters.unanswered += static_cast<std::uint64_t>(in_flight());
}

}  // namespace shaddock::load
