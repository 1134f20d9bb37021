#include "room_script.h"

#include <algorithm>
#include <bit>

namespace shaddock::load {
namespace {

constexpr std::uint32_t kNobody = UINT32_MAX;
constexpr std::size_t kTimesKept = 256;  // of what each sender said last

}  // namespace

RoomScript::RoomScript(Place& place, const Options& options, const Share& share)
    : FleetScript(place, options, share),
      message_(options.call,
               options.notify ? protocol::MessageType::notify : protocol::MessageType::request),
      check_(options.call.route, std::nullopt),
      heard_(options.heard.value_or(options.call.body)),
      index_of_(static_cast<std::size_t>(options.clients), kNobody),
      members_of_room_(static_cast<std::size_t>(options.rooms)),
      ring_(std::bit_ceil(std::max(kTimesKept, static_cast<std::size_t>(options.inflight)))) {
  if (auto form = parse_json(heard_.filled({}))) form_ = *form;
}

void RoomScript::begin() {
  members_.resize(fleet_.clients().size());
  for (const Client* client : fleet_.ready_clients()) {
    Member& member = members_[client->index];
    member.next.resize(static_cast<std::size_t>(options_.senders_per_room()));
    index_of_[client->numbers().client] = client->index;
    ++members_of_room_[client->numbers().room];
  }
  auto talking = senders();
  for (const Client* client : talking) members_[client->index].said_at.resize(ring_);
  const auto all = static_cast<double>(options_.senders_per_room()) * options_.rooms;
  const double share =
      static_cast<double>(talking.size()) / std::min<double>(all, options_.clients);
  begin_asking(std::move(talking), share,
               [this](Client& client, std::int64_t since) { say(client, since); });
}

// The first of each room.
std::vector<Client*> RoomScript::senders() const {
  auto senders = fleet_.ready_clients();
  std::erase_if(senders, [this](const Client* client) {
    return rank(client->numbers().client) >=
           static_cast<std::uint32_t>(options_.senders_per_room());
  });
  return senders;
}

void RoomScript::say(Client& client, std::int64_t since) {
  Member& sender = members_[client.index];
  const std::uint32_t n = sender.said;
  const bool sent =
      options_.notify ? client.notify(message_, n) : client.request(message_, n, since);
  if (!sent) return;
  sender.said_at[n & (ring_ - 1)] = since;
  ++sender.said;
  to_be_heard_ += members_of_room_[client.numbers().room];
}

void RoomScript::on_answer(Client& client, const Waiting&, std::string_view body) {
  if (!check_.right(client.agreement(), body, client.numbers())) place_.counters.add_wrong(body);
  if (dealer_) return dealer_->on_answer(client);
  if (members_[client.index].owed == 0 || !asking_) return;
  --members_[client.index].owed;
  say(client, place_.now);
}

void RoomScript::on_push(Client& client, const protocol::MessageHeader& header,
                         std::string_view body) {
  if (client.agreement().route_of(header) != options_.push) return;
  const auto numbers = read(client, body);
  if (!numbers || !hear(client, *numbers)) place_.counters.add_wrong(body);
}

// Text as we write it is matched where it lies; else the members that ours has are put in order.
std::optional<Numbers> RoomScript::read(const Client& client, std::string_view body) const {
  if (auto numbers = heard_.match(body)) return numbers;
  const auto heard = client.agreement().decode(options_.push, body);
  if (!heard || !heard->is_object() || !form_.is_object()) return std::nullopt;
  Json ordered = Json::object();
  for (const Json::Member& member : form_.as_object()) {
    const Json* value = heard->find(member.name);
    if (value == nullptr) return std::nullopt;
    ordered.set(member.name, *value);
  }
  return heard_.match(ordered.dump());
}

// Null: nobody, or no member of that room, said it.
RoomScript::Member* RoomScript::sender_of(const Client& heard_by, const Numbers& numbers) {
  const auto rooms = static_cast<std::uint64_t>(options_.rooms);
  if (members_.empty() || numbers.client >= index_of_.size() ||
      numbers.client % rooms != heard_by.numbers().room)
    return nullptr;
  const std::uint32_t index = index_of_[numbers.client];
  if (index == kNobody || members_[heard_by.index].next.empty()) return nullptr;
  Member& sender = members_[index];
  return numbers.n < sender.said ? &sender : nullptr;
}

// False: none of its room has said this.
bool RoomScript::hear(Client& client, const Numbers& numbers) {
  const Member* sender = sender_of(client, numbers);
  if (sender == nullptr) return false;
  Counters& counters = place_.counters;
  Member& member = members_[client.index];
  std::uint32_t& next = member.next[rank(numbers.client)];
  const auto n = static_cast<std::uint32_t>(numbers.n);
  if (n < next) {
    ++counters.doubled;
    return true;
  }
  counters.lost += n - next;
  to_be_heard_ -= n + 1 - next;
  next = n + 1;
  ++counters.count;
  const std::int64_t took = place_.now - time_of(*sender, n);
  counters.latency.record(static_cast<std::uint64_t>(std::max<std::int64_t>(0, took)));
  if (numbers.client == client.numbers().client && asking_ && !dealer_) say_next(client);
  return true;
}

// What is said is often heard before it is answered.
void RoomScript::say_next(Client& client) {
  if (!client.waiting().full()) return say(client, place_.now);
  ++members_[client.index].owed;
}

// Who hears something so late that its time is no longer kept gets the oldest that is: its latency
// is at least what is counted.
std::int64_t RoomScript::time_of(const Member& sender, std::uint64_t n) const {
  const std::uint64_t oldest = sender.said > ring_ ? sender.said - ring_ : 0;
  return sender.said_at[std::max(n, oldest) & (ring_ - 1)];
}

std::int64_t RoomScript::in_flight() const { return to_be_heard_ + FleetScript::in_flight(); }

void RoomScript::finish() {
  FleetScript::finish();
  place_.counters.lost += static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_be_heard_));
}

}  // namespace shaddock::load
