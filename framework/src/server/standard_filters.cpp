#include <shaddock/server.h>
#include <shaddock/settings.h>

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace shaddock::filters {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// All requests have the same limit, so they run out in the order in which they came: one alarm, for
// the first, is enough.
class TimeoutFilter final : public Filter {
 public:
  TimeoutFilter(Server& server, milliseconds limit)
      : log_(server.log().topic("timeout")), server_(server), limit_(limit) {}

  void before(Request& request) override {
    waiting_.emplace(request.number(), request.route());
    order_.emplace_back(request.number(), server_.now() + limit_);
    if (order_.size() == 1) wait_for_first();
  }
  void after(Request& request, int) override { waiting_.erase(request.number()); }

 private:
  void wait_for_first() {
    const auto left = std::chrono::ceil<milliseconds>(order_.front().second - server_.now());
    server_.sleep(left).then([this, here = std::weak_ptr<bool>(here_)](Result<void> slept) {
      if (!here.expired() && slept.ok()) look();
    });
  }

  void look() {
    while (!order_.empty() && order_.front().second <= server_.now()) {
      if (const auto at = waiting_.find(order_.front().first); at != waiting_.end()) {
        log_.warn("request takes long", {{"route", at->second}, {"ms", limit_.count()}});
      }
      order_.pop_front();
    }
    if (!order_.empty()) wait_for_first();
  }

  Logger log_;
  Server& server_;
  milliseconds limit_;
  std::unordered_map<std::uint64_t, std::string> waiting_;
  std::deque<std::pair<std::uint64_t, steady_clock::time_point>> order_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

class TimeFilter final : public Filter {
 public:
  explicit TimeFilter(Server& server) : log_(server.log().topic("time")), server_(server) {}

  void before(Request& request) override { began_.emplace(request.number(), server_.now()); }
  void after(Request& request, int code) override {
    const auto began = began_.extract(request.number());
    if (!began) return;
    const auto took = duration_cast<milliseconds>(server_.now() - began.mapped());
    log_.info("request", {{"route", request.route()}, {"code", code}, {"ms", took.count()}});
  }

 private:
  Logger log_;
  Server& server_;
  std::unordered_map<std::uint64_t, steady_clock::time_point> began_;
};

}  // namespace

FilterFactory timeout(milliseconds limit) {
  return [limit](Server& server) { return std::make_unique<TimeoutFilter>(server, limit); };
}

FilterFactory time() {
  return [](Server& server) { return std::make_unique<TimeFilter>(server); };
}

}  // namespace shaddock::filters
