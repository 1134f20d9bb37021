#pragma once
// One message of the command line, ready to be sent again and again. One per loop: it keeps the
// package of the last call and changes only what differs. Text is filled in place; a body that the
// server wants as protobuf is encoded once if it holds no numbers, and for each message otherwise
// (some microseconds).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agreement.h"
#include "options.h"
#include "text_template.h"

namespace shaddock::load {

class MessageTemplate {
 public:
  MessageTemplate(const Call& call, protocol::MessageType type)
      : route_(call.route), body_(call.body), type_(type) {}

  const std::string& route() const { return route_; }
  const TextTemplate& body() const { return body_; }

  // The whole package; valid until the next call. Empty: the body does not fit the server's schema.
  std::string_view package(const std::shared_ptr<const Agreement>& agreement,
                           const Numbers& numbers, std::uint16_t id) {
    if (agreement != agreement_) adopt(agreement);
    if (!constant_) fill(numbers);
    if (type_ == protocol::MessageType::request && !package_.empty()) set_id(package_, id);
    return package_;
  }

 private:
  void adopt(std::shared_ptr<const Agreement> agreement);
  void fill(const Numbers& numbers);

  std::string route_;
  TextTemplate body_;
  protocol::MessageType type_;
  std::shared_ptr<const Agreement> agreement_;
  bool constant_ = false;
  std::string head_, text_, package_;
};

}  // namespace shaddock::load
