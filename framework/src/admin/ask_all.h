#pragma once

#include <shaddock/function.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/endpoint.h"
#include "cluster/rpc.h"
#include "cluster/wire_codec.h"

namespace shaddock::admin {

// Asks many servers the same at once and calls `done` once, with the answers in the order of the
// ids. A server without a link, or one that does not answer in time, has none.
template <class Answer, class Request>
void ask_all(cluster::Endpoint& endpoint, cluster::RpcClient& rpc,
             const std::vector<std::string>& ids, std::string_view verb, const Request& request,
             net::Duration limit, Function<void(std::vector<std::optional<Answer>>)> done) {
  // Lives until the last answer; its end is the end of the round.
  struct Round {
    Round(std::size_t count, Function<void(std::vector<std::optional<Answer>>)> then)
        : answers(count), done(std::move(then)) {}
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;
    ~Round() { done(std::move(answers)); }
    std::vector<std::optional<Answer>> answers;
    Function<void(std::vector<std::optional<Answer>>)> done;
  };
  const auto round = std::make_shared<Round>(ids.size(), std::move(done));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    cluster::Link* link = endpoint.find(ids[i]);
    if (link == nullptr) continue;
    rpc.call(link, verb, type_of<Request>(), &request, {limit},
             [round, i](Result<std::string_view> answer) {
               Answer read;
               if (answer && cluster::decode_msgpack(*answer, type_of<Answer>(), &read))
                 round->answers[i] = std::move(read);
             });
  }
}

}  // namespace shaddock::admin
