#include "admin/stats_round.h"

#include "admin/verbs.h"

namespace shaddock::admin {
namespace {

// Lives until the last answer; its end is the end of the round.
struct Round {
  std::vector<RowMessage> rows;
  Function<void(std::vector<RowMessage>)> done;

  Round(std::vector<RowMessage> asked, Function<void(std::vector<RowMessage>)> then)
      : rows(std::move(asked)), done(std::move(then)) {}
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;
  ~Round() { done(std::move(rows)); }
};

void take(RowMessage& row, Result<std::string_view>& answer) {
  if (!answer) return;
  StatsMessage stats;
  if (cluster::decode_msgpack(*answer, type_of<StatsMessage>(), &stats)) row.stats = stats;
}

}  // namespace

void ask_for_stats(cluster::Endpoint& endpoint, cluster::RpcClient& rpc,
                   std::vector<RowMessage> rows, net::Duration limit,
                   Function<void(std::vector<RowMessage>)> done) {
  const auto round = std::make_shared<Round>(std::move(rows), std::move(done));
  for (std::size_t i = 0; i < round->rows.size(); ++i) {
    cluster::Link* link = endpoint.find(round->rows[i].id);
    if (link == nullptr) continue;
    const Nothing nothing;
    rpc.call(link, verb::kStats, type_of<Nothing>(), &nothing, {limit},
             [round, i](Result<std::string_view> answer) { take(round->rows[i], answer); });
  }
}

}  // namespace shaddock::admin
