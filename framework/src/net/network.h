#pragma once

#include <shaddock/error.h>

#include <memory>

#include "net/datagrams.h"
#include "net/stream.h"

namespace shaddock::net {

// An open port; destroying it closes the port and leaves accepted streams alone.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual Address address() const = 0;  // with the port the system chose when 0 was asked for
};

// A connection being made; destroying it gives up without a callback.
class Connecting {
 public:
  virtual ~Connecting() = default;
};

class Network {
 public:
  virtual ~Network() = default;

  using OnAccept = Function<void(std::unique_ptr<Stream>)>;
  using OnConnect = Function<void(Result<std::unique_ptr<Stream>>)>;

  // An empty host means all interfaces. The error's text names the address and the reason ("address
  // in use"). error.code is kPortTaken when another socket holds it.
  virtual Result<std::unique_ptr<Listener>> listen(const Address& address, OnAccept on_accept) = 0;
  // Host names are allowed here. Never calls back from inside.
  virtual std::unique_ptr<Connecting> connect(const Address& address, Duration limit,
                                              OnConnect on_connect) = 0;
  // A UDP port; address and error as for listen().
  virtual Result<std::unique_ptr<DatagramSocket>> open_datagrams(const Address& address,
                                                                 OnDatagram on_datagram) = 0;

  static constexpr int kPortTaken = 3;  // also the exit code of a program that could not listen
};

}  // namespace shaddock::net
