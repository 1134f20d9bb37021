#include "cluster/endpoint.h"

#include <algorithm>
#include <list>
#include <map>
#include <utility>

#include "cluster/link_dialer.h"
#include "cluster/link_opening.h"
#include "cluster/link_table.h"
#include "cluster/log_limit.h"

namespace shaddock::cluster {

namespace {

constexpr net::Duration kPartLimit{30'000};

}  // namespace

struct Endpoint::Parts final : OpeningOwner, LinkOwner {
  Parts(net::Host& host, Logger log, Identity self, std::string secret, Receiver& receiver,
        EndpointSettings settings)
      : host(host),
        log(std::move(log)),
        self(std::move(self)),
        secret(std::move(secret)),
        receiver(receiver),
        settings(settings),
        links(this->self.id) {}

  void open(std::unique_ptr<net::Stream> stream, std::string dialled);
  void make_room();
  std::list<LinkOpening>::iterator find_opening(const LinkOpening& opening);
  void abandon(const std::string& peer_id);
  LinkDialer& add_dialer(const std::string& peer_id, const net::Address& address,
                         net::Duration redial_most);
  void redial(const std::string& peer_id);
  void rest(const std::string& peer_id);

  std::string_view refusal_of(const LinkOpening& opening, const Identity& peer) override;
  void on_opened(LinkOpening& opening) override;
  void on_opening_failed(LinkOpening& opening, std::string_view why) override;
  void on_link_lost(Link& link, std::string_view why) override;

  net::Host& host;
  Logger log;
  Identity self;
  const std::string secret;
  Receiver& receiver;
  const EndpointSettings settings;
  LinkTable links;
  std::map<std::string, LinkDialer, std::less<>> dialers;
  std::list<LinkOpening> openings;  // in order of age
  LogLimit refusals;
  std::unique_ptr<net::Listener> listener;
  bool retired = false;
};

void Endpoint::Parts::open(std::unique_ptr<net::Stream> stream, std::string dialled) {
  if (dialled.empty()) make_room();
  openings.emplace_back(host, std::move(stream), self, secret, std::move(dialled), *this);
  openings.back().start(settings.proof_limit);
}

void Endpoint::Parts::make_room() {
  const auto accepted = [](const LinkOpening& opening) { return !opening.is_dialled(); };
  const auto count = std::count_if(openings.begin(), openings.end(), accepted);
  if (static_cast<std::size_t>(count) < settings.unproved_most) return;
  on_opening_failed(*std::find_if(openings.begin(), openings.end(), accepted),
                    "too many connections without a proof");
}

std::list<LinkOpening>::iterator Endpoint::Parts::find_opening(const LinkOpening& opening) {
  return std::find_if(openings.begin(), openings.end(),
                      [&](const LinkOpening& one) { return &one == &opening; });
}

void Endpoint::Parts::abandon(const std::string& peer_id) {
  openings.remove_if([&](const LinkOpening& opening) { return opening.dialled() == peer_id; });
}

LinkDialer& Endpoint::Parts::add_dialer(const std::string& peer_id, const net::Address& address,
                                        net::Duration redial_most) {
  const auto on_stream = [this, peer_id](std::unique_ptr<net::Stream> stream) {
    open(std::move(stream), peer_id);
  };
  const RedialSettings redial{settings.redial_first, redial_most};
  return dialers.try_emplace(peer_id, host, log, peer_id, address, redial, on_stream).first->second;
}

void Endpoint::Parts::redial(const std::string& peer_id) {
  if (links.find(peer_id) != nullptr) return;
  if (const auto dialer = dialers.find(peer_id); dialer != dialers.end())
    dialer->second.dial_later();
}

void Endpoint::Parts::rest(const std::string& peer_id) {
  if (const auto dialer = dialers.find(peer_id); dialer != dialers.end()) dialer->second.rest();
}

std::string_view Endpoint::Parts::refusal_of(const LinkOpening& opening, const Identity& peer) {
  return links.refusal_of(peer, opening.is_dialled());
}

void Endpoint::Parts::on_opened(LinkOpening& opening) {
  // It is on the stack of this call, and its last bytes are still needed.
  std::list<LinkOpening> done;
  done.splice(done.begin(), openings, find_opening(opening));
  Identity peer = opening.take_peer();
  if (Link* const old = links.find(peer.id)) old->drop("replaced by a newer link");
  rest(peer.id);
  Link& link = links.add(std::make_unique<Link>(host, opening.take_stream(), std::move(peer),
                                                settings.link, receiver, *this),
                         opening.is_dialled());
  log.info("link up", {{"peer", link.peer().id}, {"build", link.peer().build}});
  receiver.on_link_up(link);
  link.start(opening.rest());
}

void Endpoint::Parts::on_opening_failed(LinkOpening& opening, std::string_view why) {
  if (refusals.allow(host.loop.now()))
    log.warn("a connection did not become a link", {{"peer", opening.dialled()},
                                                    {"address", net::to_string(opening.address())},
                                                    {"reason", why},
                                                    {"not_logged", refusals.take_held_back()}});
  const std::string dialled = opening.dialled();
  openings.erase(find_opening(opening));
  if (!dialled.empty()) redial(dialled);
}

void Endpoint::Parts::on_link_lost(Link& link, std::string_view why) {
  const std::unique_ptr<Link> lost = links.remove(link);
  if (lost == nullptr) return;
  log.info("link down", {{"peer", lost->peer().id},
                         {"reason", why},
                         {"late_answers", lost->counters().late_answers},
                         {"shed_pushes", lost->counters().shed_pushes}});
  redial(lost->peer().id);
  receiver.on_link_down(*lost);
}

Endpoint::Endpoint(net::Host& host, Logger log, Identity self, std::string secret,
                   Receiver& receiver, EndpointSettings settings)
    : parts_(std::make_unique<Parts>(host, std::move(log), std::move(self), std::move(secret),
                                     receiver, settings)) {}

Endpoint::~Endpoint() {
  parts_->listener.reset();
  parts_->dialers.clear();
  parts_->openings.clear();
  parts_->links.clear();
}

void Endpoint::describe(std::vector<std::string> handlers, std::vector<std::string> remotes) {
  parts_->self.handlers = std::move(handlers);
  parts_->self.remotes = std::move(remotes);
}

Result<void> Endpoint::listen(const net::Address& address) {
  if (parts_->secret.empty()) return Error(code::kFailed, "links need a cluster secret");
  auto listener = parts_->host.network.listen(
      address, [parts = parts_.get()](std::unique_ptr<net::Stream> stream) {
        parts->open(std::move(stream), {});
      });
  if (!listener) return std::move(listener).error();
  parts_->listener = std::move(listener).value();
  return {};
}

net::Address Endpoint::address() const {
  return parts_->listener != nullptr ? parts_->listener->address() : net::Address{};
}

void Endpoint::dial(const std::string& peer_id, const net::Address& address,
                    std::optional<net::Duration> redial_most) {
  if (peer_id == self().id || parts_->retired) return;
  const auto known = parts_->dialers.find(peer_id);
  if (known != parts_->dialers.end() && known->second.address() == address) return;
  parts_->dialers.erase(peer_id);
  parts_->abandon(peer_id);
  LinkDialer& dialer =
      parts_->add_dialer(peer_id, address, redial_most.value_or(parts_->settings.redial_most));
  if (parts_->links.find(peer_id) == nullptr) dialer.dial();
}

void Endpoint::hasten(const std::string& peer_id) {
  if (parts_->links.find(peer_id) != nullptr) return;
  if (const auto dialer = parts_->dialers.find(peer_id); dialer != parts_->dialers.end())
    dialer->second.hasten();
}

void Endpoint::forget(const std::string& peer_id) {
  parts_->dialers.erase(peer_id);
  parts_->abandon(peer_id);
  if (Link* const link = parts_->links.find(peer_id)) link->close("the peer was removed");
}

void Endpoint::part(const std::string& peer_id) {
  parts_->dialers.erase(peer_id);
  parts_->abandon(peer_id);
  if (Link* const link = parts_->links.find(peer_id)) link->part(kPartLimit);
}

void Endpoint::retire(std::string_view why) {
  parts_->retired = true;
  parts_->listener.reset();
  parts_->dialers.clear();
  parts_->openings.clear();
  parts_->links.for_each([why](Link& link) { link.close(why); });
}

void Endpoint::fence(const std::string& peer_id, std::uint64_t incarnation) {
  parts_->links.fence(peer_id, incarnation);
  Link* const link = parts_->links.find(peer_id);
  if (link != nullptr && link->peer().incarnation < incarnation)
    link->reset("a newer incarnation took its place");
}

Link* Endpoint::find(std::string_view peer_id) {
  Link* const link = parts_->links.find(peer_id);
  return link != nullptr && link->open() ? link : nullptr;
}

void Endpoint::for_each(const std::function<void(Link&)>& visit) { parts_->links.for_each(visit); }

const Identity& Endpoint::self() const { return parts_->self; }

}  // namespace shaddock::cluster
