#include "server/client_port.h"

#include <utility>

namespace shaddock::server {

Result<std::unique_ptr<ClientPort>> ClientPort::open(const Parts& parts,
                                                     const ListenerSettings& listener,
                                                     OnAccept on_accept) {
  std::unique_ptr<ClientPort> port(new ClientPort(parts, listener, std::move(on_accept)));
  if (auto done = port->prepare(); !done.ok()) return std::move(done).error();
  if (auto done = port->listen(); !done.ok()) return std::move(done).error();
  return port;
}

ClientPort::ClientPort(const Parts& parts, const ListenerSettings& listener, OnAccept on_accept)
    : parts_(parts),
      settings_(listener),
      context_{.loop = parts_.host.loop,
               .settings = parts_.settings,
               .listener = settings_,
               .compressors = parts_.compressors,
               .site = {},
               .proxies = {},
               .tls = nullptr},
      on_accept_(std::move(on_accept)) {
  context_.site.files = &parts_.files;
  context_.site.origins = settings_.origins;
  context_.site.origin_required = settings_.origin_required;
  context_.site.deflate = settings_.deflate;
}

Result<void> ClientPort::prepare() {
  auto proxies = net::CidrList::parse(settings_.proxies);
  if (!proxies.ok()) return Error(kWrongSettings, proxies.error().text);
  context_.proxies = std::move(proxies).value();
  if (!settings_.tls.enabled()) return {};
  auto tls = net::TlsFiles::open(settings_.tls, {}, parts_.host.files, parts_.host.loop.timers(),
                                 [this](const Error* error) { on_new_certificate(error); });
  if (!tls.ok()) return Error(kWrongSettings, tls.error().text);
  tls_ = std::move(tls).value();
  context_.tls = tls_->context();
  return {};
}

void ClientPort::on_new_certificate(const Error* error) {
  if (error != nullptr) return parts_.log.error("certificate kept", {{"reason", error->text}});
  context_.tls = tls_->context();
  parts_.log.info("new certificate", {{"port", address().port}});
}

Result<void> ClientPort::listen() {
  const net::Address address{settings_.host, settings_.port};
  const auto accept = [this](std::unique_ptr<net::Stream> stream) {
    on_accept_(context_, std::move(stream));
  };
  if (settings_.transport == ListenerSettings::Transport::udp) {
    auto port = DatagramPort::open(
        parts_.host, address, {settings_.prove_address, parts_.settings.limits.handshake_bytes},
        parts_.counters, accept);
    if (!port.ok()) return std::move(port).error();
    listener_ = std::move(port).value();
    return {};
  }
  auto listener = parts_.host.network.listen(address, accept);
  if (!listener.ok()) return std::move(listener).error();
  listener_ = std::move(listener).value();
  return {};
}

net::Address ClientPort::address() const {
  return listener_ ? listener_->address() : net::Address{};
}

// The streams of UDP live through their port.
void ClientPort::close() {
  if (settings_.transport == ListenerSettings::Transport::tcp) listener_.reset();
}

}  // namespace shaddock::server
