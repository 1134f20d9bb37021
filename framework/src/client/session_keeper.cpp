#include "client/session_keeper.h"

#include "protocol/package.h"

namespace shaddock::client {

std::string SessionKeeper::ask() const {
  if (token_.empty()) return "{}";
  Json ask = Json::object();
  ask.set("token", token_);
  ask.set("received", static_cast<std::int64_t>(received_));
  return ask.dump();
}

bool SessionKeeper::on_answer(const Json* resume) {
  const bool is_offer = resume != nullptr && resume->is_object();
  const Json* const token = is_offer ? resume->find("token") : nullptr;
  const Json* const seconds = is_offer ? resume->find("seconds") : nullptr;
  const Json* const resumed = is_offer ? resume->find("resumed") : nullptr;
  const Json* const received = is_offer ? resume->find("received") : nullptr;
  const bool goes_on = resumed != nullptr && *resumed == Json(true) && received != nullptr &&
                       received->is_integer() && received->as_integer() >= 0 &&
                       acknowledged(static_cast<std::uint64_t>(received->as_integer()));
  if (!goes_on) forget();
  if (token != nullptr && token->is_string()) token_ = token->as_string();
  if (seconds != nullptr && seconds->is_integer())
    kept_ = std::chrono::seconds(seconds->as_integer());
  told_ = received_;
  untold_bytes_ = 0;
  return goes_on;
}

std::uint64_t SessionKeeper::sent(std::string_view package) {
  if (can_come_back()) unacknowledged_.emplace_back(package);
  return ++sent_;
}

bool SessionKeeper::acknowledged(std::uint64_t count) {
  if (count > sent_) return false;
  for (; acknowledged_ < count; ++acknowledged_)
    if (!unacknowledged_.empty()) unacknowledged_.pop_front();
  return true;
}

bool SessionKeeper::acknowledged_low(std::uint32_t count) {
  const std::uint32_t more = count - static_cast<std::uint32_t>(acknowledged_);
  return more > UINT32_MAX / 2 || acknowledged(acknowledged_ + more);
}

bool SessionKeeper::received(std::size_t size) {
  ++received_;
  untold_bytes_ += size;
  return can_come_back() && (received_ - told_ >= kTellAfter || untold_bytes_ >= kTellAfterBytes);
}

std::string SessionKeeper::heartbeat() {
  if (!can_come_back()) return std::string(protocol::kHeartbeatPackage);
  told_ = received_;
  untold_bytes_ = 0;
  std::string package("\x03\0\0\x04", protocol::kPackageHeaderSize);
  for (int shift = 24; shift >= 0; shift -= 8) package += static_cast<char>(received_ >> shift);
  return package;
}

void SessionKeeper::forget() { *this = SessionKeeper(); }

}  // namespace shaddock::client
