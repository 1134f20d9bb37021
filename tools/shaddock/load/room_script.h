#pragma once
// Clients in rooms: some members of each room talk, and every member must hear everything said in
// its room, once. Closed loop: a sender says its next when it has heard its own. Open loop:
// messages are due at a fixed rate over all rooms (dealer.h). Latency is from when a message was
// (or should have been) said until a member has heard it, for each member.
//
// What is heard is matched with its template (that of what is said, unless the options have one of
// its own), which tells who said it and the how manieth of its own it was. A sender's messages come
// in order, so a member only remembers which it must hear next of each: a gap is lost, one heard
// before is doubled.

#include <optional>
#include <vector>

#include "answer_check.h"
#include "fleet_script.h"

namespace shaddock::load {

class RoomScript final : public FleetScript {
 public:
  RoomScript(Place& place, const Options& options, const Share& share);

  void begin() override;
  std::int64_t in_flight() const override;
  void finish() override;

 private:
  // By the index of the client.
  struct Member {
    std::vector<std::uint32_t> next;  // to be heard, by sender: client number / rooms
    std::uint32_t said = 0;
    std::uint32_t owed = 0;             // heard its own, but may not say the next yet
    std::vector<std::int64_t> said_at;  // a ring, by the number of the message
  };

  void on_answer(Client& client, const Waiting& asked, std::string_view body) override;
  void on_push(Client& client, const protocol::MessageHeader& header,
               std::string_view body) override;

  std::vector<Client*> senders() const;
  void say(Client& client, std::int64_t since);
  void say_next(Client& client);
  bool hear(Client& client, const Numbers& numbers);
  std::int64_t time_of(const Member& sender, std::uint64_t n) const;
  std::optional<Numbers> read(const Client& client, std::string_view body) const;
  Member* sender_of(const Client& heard_by, const Numbers& numbers);
  std::uint32_t rank(std::uint64_t client) const {
    return static_cast<std::uint32_t>(client / static_cast<std::uint64_t>(options_.rooms));
  }

  MessageTemplate message_;
  AnswerCheck check_;
  const TextTemplate heard_;
  Json form_;  // of what is heard, for bodies that are not written as ours
  std::vector<Member> members_;
  std::vector<std::uint32_t> index_of_;         // by client number
  std::vector<std::uint32_t> members_of_room_;  // those that count
  std::size_t ring_;                            // of said_at
  std::int64_t to_be_heard_ = 0;                // deliveries
};

}  // namespace shaddock::load
