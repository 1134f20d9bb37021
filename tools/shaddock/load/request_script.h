#pragma once
// Every client asks the same. Closed loop: each keeps a number of requests in flight and asks again
// when an answer has come. Open loop: requests are due at a fixed rate (dealer.h).

#include <memory>
#include <vector>

#include "answer_check.h"
#include "dealer.h"
#include "fleet.h"
#include "script.h"

namespace shaddock::load {

class RequestScript final : public Script, ClientOwner {
 public:
  RequestScript(Place& place, const Options& options, const Share& share);

  void connect() override { fleet_.connect(); }
  int settled() const override { return fleet_.settled(); }
  int ready() const override { return fleet_.ready(); }
  void begin() override;
  void stop_asking() override;
  std::int64_t in_flight() const override;
  void finish() override;

 private:
  void on_ready(Client& client) override { fleet_.on_ready(client); }
  void on_answer(Client& client, const Waiting& asked, std::string_view body) override;
  void on_end(Client& client, const std::string& why) override;
  void ask(Client& client, std::int64_t since) {
    client.request(message_, asked_[client.index]++, since);
  }

  Place& place_;
  const Options& options_;
  const Share share_;
  Fleet fleet_;
  MessageTemplate message_;
  AnswerCheck check_;
  std::vector<std::uint32_t> asked_;  // by the client's index: how many requests
  std::unique_ptr<Dealer> dealer_;
  bool asking_ = false;
};

}  // namespace shaddock::load
