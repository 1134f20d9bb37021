#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "client/client.h"
#include "testing/scene.h"

namespace shaddock::testing {

// A test's client as it is behind the public class: the connection, and what has come on it.
struct Client::Parts {
  struct Push {
    std::string route;
    Json body;
  };

  Parts(Scene& scene, std::string name);

  void tell(const std::string& what) { scene.trace.add("client " + name + ' ' + what); }
  void open(const std::string& server_id, const net::Address& address);
  // Throws Failure, with the state of this client.
  [[noreturn]] void fail(const std::string& expected) const;
  std::string state() const;
  // The oldest push of that route that is still unread.
  std::deque<Push>::iterator find(std::string_view route);
  bool over() const { return ended.has_value() || cut; }

  Scene& scene;
  std::string name;
  std::string server;                // it is connected to
  std::deque<Push> unread;           // in the order they came
  std::optional<std::string> ended;  // why
  bool cut = false;
  Json handshake;
  std::unique_ptr<Visitor> visitor;
  std::unique_ptr<client::Client> connection;
};

}  // namespace shaddock::testing
