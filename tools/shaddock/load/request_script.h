#pragma once
// Every client asks the same. Closed loop: each keeps a number of requests in flight and asks again
// when an answer has come. Open loop: requests are due at a fixed rate (dealer.h).

#include <vector>

#include "answer_check.h"
#include "fleet_script.h"

namespace shaddock::load {

class RequestScript final : public FleetScript {
 public:
  RequestScript(Place& place, const Options& options, const Share& share);

  void begin() override;

 private:
  void on_answer(Client& client, const Waiting& asked, std::string_view body) override;
  void ask(Client& client, std::int64_t since) {
    client.request(message_, asked_[client.index]++, since);
  }

  MessageTemplate message_;
  AnswerCheck check_;
  std::vector<std::uint32_t> asked_;  // by the client's index: how many requests
};

}  // namespace shaddock::load
