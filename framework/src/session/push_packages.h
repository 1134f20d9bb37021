#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/deflate.h"
#include "session/frontend_state.h"
#include "session/push_body.h"

namespace shaddock::session {

// What packages are made in; the next push uses the same.
struct PackageBuffers {
  Buffer head, deflated;
  // Of each form the one made last: when nobody else owns it any more, it is written anew.
  std::array<std::shared_ptr<std::string>, ClientForm::kCount> packages;
};

// The packages of one push, each made for the first client of its form and shared by all others:
//
//   | package header | flag | route: length and text, or code | body: JSON or protobuf, or deflated
//   |
//
// Forms that come to the same bytes (a route without a code or schema, a body too short to be
// compressed) share one. Lives as long as its PushBody.
//
// Whoever wants a package for longer than a call owns it: a client that is slow, and what remembers
// something of a package by its address. A weak_ptr is not enough. All of them are on one thread.
class PushPackages {
 public:
  struct Tools {
    const protocol::ClientProtocol* protocol;  // nullptr: neither codes nor schemas
    std::size_t compress_from;                 // bytes; 0: never
    Deflater& deflater;
    PackageBuffers& buffers;
    const Logger& log;
  };
  PushPackages(const Tools& tools, PushBody& body) : tools_(tools), body_(body) {}

  // nullptr: such a client gets nothing.
  const SharedBytes& of(const ClientForm& form) {
    const std::size_t index = form.index();
    if (!known_[index]) add(form);
    return packages_[index];
  }

 private:
  void add(const ClientForm& form);
  // The form without what makes no difference to this push.
  ClientForm plainest(ClientForm form);
  SharedBytes make(const ClientForm& form);
  bool write_head(const ClientForm& form, bool deflated, Buffer& head);
  // An empty one that nobody else owns.
  std::shared_ptr<std::string> take_package(const ClientForm& form, std::size_t size);
  SharedBytes join(const ClientForm& form, bool deflated, std::string_view body);

  Tools tools_;
  PushBody& body_;
  std::optional<std::optional<std::uint16_t>> code_;
  std::bitset<ClientForm::kCount> known_;
  std::array<SharedBytes, ClientForm::kCount> packages_;
};

}  // namespace shaddock::session
