#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "net/loop_door.h"
#include "net/network.h"

namespace shaddock::net {

// What a listener does with a connection. Used on the thread of its loop only; others just hold it.
class LocalAcceptor {
 public:
  LocalAcceptor(Loop& loop, Network::OnAccept on_accept)
      : loop_(loop), on_accept_(std::move(on_accept)) {}

  Loop& loop() const { return loop_; }
  bool open() const { return open_; }
  void accept(std::unique_ptr<Stream> stream);
  // May come from inside accept().
  void close();

 private:
  Loop& loop_;
  Network::OnAccept on_accept_;
  bool open_ = true;
  int running_ = 0;
};

// The ports that are open in this process, by the address that was asked for. Thread-safe.
//
//   dialled                       is answered by who asked for
//   its very host and port        that host, or all interfaces
//   127.x, ::1, localhost         all interfaces
//   another host                  all interfaces, if `owns_all_hosts`: the world has no other hosts
class LocalListeners {
 public:
  enum class Kind : std::uint8_t { stream, datagrams };
  struct Entry {
    Kind kind = Kind::stream;
    Address asked;  // as canonical() makes it
    Address real;
    std::shared_ptr<LoopDoor> door;  // null for datagrams
    std::shared_ptr<LocalAcceptor> acceptor;
  };
  using Place = std::list<Entry>::iterator;

  explicit LocalListeners(bool owns_all_hosts) : owns_all_hosts_(owns_all_hosts) {}

  // Nothing when another one has that address.
  std::optional<Place> add(Entry entry);
  void remove(Place place);
  std::optional<Entry> find(Kind kind, const Address& dialled) const;
  // For the far end of a connection.
  int next_port();

  // "localhost" and each way of writing an address become one; all interfaces become "".
  static Address canonical(const Address& address);

 private:
  bool answers(const Entry& entry, const Address& dialled) const;

  const bool owns_all_hosts_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // guarded by mutex_, and so is what follows
  int last_port_ = 0;
};

}  // namespace shaddock::net
