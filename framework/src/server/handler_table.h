#pragma once

#include <shaddock/handler.h>
#include <shaddock/server.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/body_codec.h"

namespace shaddock::server {

struct HandlerEntry {
  std::string route;  // "chat.chatHandler.send"
  Function<void(detail::Exchange&)> run;
  BodySchemas schemas;
};

// What clients may call on one server: one object per handler, its methods by route and by code.
class HandlerTable {
 public:
  // Makes the handler objects. Throws what a constructor throws; Error when a handler wants the
  // other kind of session than this server has, or a route is registered twice.
  HandlerTable(const detail::TypeDefinition& definition, Server& server, const BodyCodec& bodies);

  // Sorted; the code of a route is its index.
  std::vector<std::string> routes() const;
  HandlerEntry* find(std::string_view route);
  HandlerEntry* find(std::uint32_t code) {
    return code < entries_.size() ? &entries_[code] : nullptr;
  }

 private:
  std::vector<std::shared_ptr<void>> objects_;
  std::vector<HandlerEntry> entries_;
  std::unordered_map<std::string_view, HandlerEntry*> by_route_;
};

}  // namespace shaddock::server
