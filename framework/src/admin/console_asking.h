#pragma once

#include <utility>

#include "admin/console.h"
#include "admin/verbs.h"

namespace shaddock::admin {

// One call to the master. `then` does not come when the console has gone meanwhile.
template <class Message>
void Console::ask(std::string_view verb, const Message& message, net::Duration limit,
                  Function<void(const Answer&)> then) {
  rpc_.call(endpoint_->find(master_id_), verb, type_of<Message>(), &message, {limit},
            [then = std::move(then), here = std::weak_ptr<bool>(here_)](Answer answer) mutable {
              if (!here.expired()) then(answer);
            });
}

inline std::string count_of_servers(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " server" : " servers");
}

template <class Rows>
std::vector<std::string> ids_of(const Rows& rows) {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
}

inline Json to_json(const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const std::string& id : ids) list.push_back(id);
  return list;
}

}  // namespace shaddock::admin
