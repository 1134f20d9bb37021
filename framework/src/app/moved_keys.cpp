#include "app/moved_keys.h"

#include <shaddock/routing.h>
#include <shaddock/session.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "app/server_settings.h"

namespace shaddock::app {
namespace {

constexpr std::size_t kMostSettings = 8;
constexpr std::string_view kAsks = "the session has no setting ";  // Session::get()

// A session that nobody has.
class SampleSession final : public Session {
 public:
  explicit SampleSession(const std::string& frontend) : Session(1, frontend) {}

  void take(std::string uid) {
    data_.uid = std::move(uid);
    for (const std::string& name : asked_) data_.settings.set(name, data_.uid);
  }
  // False when no more settings help.
  bool give_what(const Error& error) {
    if (!error.text.starts_with(kAsks) || asked_.size() == kMostSettings) return false;
    if (!asked_.insert(error.text.substr(kAsks.size())).second) return false;
    take(data_.uid);
    return true;
  }

 private:
  const detail::SessionData& data() const override { return data_; }

  detail::SessionData data_;
  std::set<std::string> asked_;
};

class Sample {
 public:
  Sample(std::string type, const Router& router) : router_(router) {
    result_.type = std::move(type);
  }

  admin::MovedKeys count(const ServerList& before, const ServerList& after) {
    std::set<std::string> owners;
    try {
      for (std::size_t i = 0; i < kSampleOfKeys; ++i) {
        session_.take("key-" + std::to_string(i));
        const std::string was = owner(before), is = owner(after);
        owners.insert(is);
        if (was != is) ++result_.moved;
      }
      result_.of = kSampleOfKeys;
    } catch (...) {
      return without_figures("its router cannot be asked for a sample: " + current_error().text);
    }
    if (owners.size() == 1 && after.size() > 1)
      return without_figures("its router gave all of a sample to " + *owners.begin());
    return result_;
  }

 private:
  std::string owner(const ServerList& servers) {
    const RouteParameter parameter(session_);
    const Call call{result_.type, "", "", parameter};
    while (true) {
      try {
        return router_.function(call, servers).id;
      } catch (const Error& error) {
        if (!session_.give_what(error)) throw;
      }
    }
  }
  admin::MovedKeys without_figures(std::string note) {
    result_.moved = result_.of = 0;
    result_.note = std::move(note);
    return result_;
  }

  Router router_;
  admin::MovedKeys result_;
  std::string frontend_ = "sample";
  SampleSession session_{frontend_};
};

using Routers = std::map<std::string, Router, std::less<>>;

// Servers of several types may have several; the first that has one speaks for all.
Routers routers_of(const detail::Definition& definition,
                   const admin::Configuration& configuration) {
  Routers routers;
  std::set<std::string> seen;
  for (const ServerInfo& server : configuration.servers)
    if (seen.insert(server.type).second)
      for (const auto& [type, router] : settings_for(definition, configuration, server, "").routes)
        routers.emplace(type, router);
  return routers;
}

}  // namespace

std::vector<admin::MovedKeys> moved_keys_of(const detail::Definition& definition,
                                            const admin::Configuration& configuration,
                                            const cluster::View& before,
                                            const cluster::View& after) {
  cluster::Directory was, is;
  cluster::View first = before, second = after;
  first.number = second.number = 1;
  was.apply(std::move(first));
  is.apply(std::move(second));
  const Routers routers = routers_of(definition, configuration);
  std::vector<admin::MovedKeys> moved;
  std::set<std::string> seen;
  for (const ServerInfo& server : after.servers) {
    if (!seen.insert(server.type).second) continue;
    const auto own = routers.find(server.type);
    if (own == routers.end() && server.frontend) continue;
    const Router router = own == routers.end() ? by_key() : own->second;
    const ServerList* const old_list = was.find_type(server.type);
    const ServerList* const new_list = is.find_type(server.type);
    if (router.live || old_list == nullptr || old_list->empty() || new_list->empty()) continue;
    moved.push_back(Sample(server.type, router).count(*old_list, *new_list));
  }
  return moved;
}

}  // namespace shaddock::app
