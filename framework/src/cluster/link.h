#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cluster/calls.h"
#include "cluster/circuit.h"
#include "cluster/frame_cutter.h"
#include "cluster/identity.h"
#include "cluster/wire.h"
#include "net/host.h"

namespace shaddock::cluster {

class Link;

// Receives what comes over links. Called on the loop's thread; views die with the call. A call may
// close the link.
class Receiver {
 public:
  virtual void on_link_up(Link& link) = 0;
  // After this the link is destroyed. Its pending calls have ended already.
  virtual void on_link_down(Link& link) = 0;
  virtual void on_request(Link& link, const Frame& frame) = 0;  // request or notify
  virtual void on_call(Link& link, const Frame& frame) = 0;
  virtual void on_push(Link& link, const Frame& frame) = 0;
  virtual void on_session_closed(Link& link, SessionId session) = 0;
  // Link::refusal() is another now: the peer fell silent, was heard again, or its circuit changed.
  virtual void on_link_changed(Link&) {}
  // The peer is about to stop. After this call it is told that nothing new comes by this link: it
  // is the last chance to send something that the peer still does.
  virtual void on_drain(Link&) {}
  // The peer has sent all that it had for us when it heard that we are about to stop.
  virtual void on_drain_heard(Link&) {}

 protected:
  ~Receiver() = default;
};

struct LinkCounters {
  std::uint64_t late_answers = 0;  // to calls that nobody waited for any more
  std::uint64_t shed_pushes = 0;
};

struct LinkSettings {
  net::Duration ping_interval{500};   // each side writes something; any byte is a sign of life
  net::Duration suspect_limit{1500};  // silent for so long, and the peer is asked nothing
  net::Duration silence_limit{3000};  // and for so long, and the link is dead: half an interval
                                      // later at most
  net::Duration circuit_open{1000};   // see Circuit; 0: never
  // What may wait on it; then it is overloaded. 0: any number.
  std::size_t calls = 10'000, bytes = 16u << 20;
};

// Whoever made the link, and must destroy it. Never called from inside a call of the receiver.
class LinkOwner {
 public:
  // Destroys the link. Its calls have ended.
  virtual void on_link_lost(Link& link, std::string_view why) = 0;

 protected:
  ~LinkOwner() = default;
};

// Remembers a link beyond its end: for answers that are given later.
class LinkHandle {
 public:
  LinkHandle() = default;
  explicit operator bool() const { return anchor_ != nullptr; }
  bool operator==(const LinkHandle&) const = default;  // of the same link
  // nullptr when the link is gone or about to go.
  Link* get() const;
  // The calls that wait on it, also while it is about to go; nullptr when it is gone.
  Calls* calls() const;
  // As of Link.
  bool never_sent(std::uint64_t position) const;
  // Stays readable. Precondition: made by Link::handle().
  const Identity& peer() const { return anchor_->peer; }

 private:
  friend class Link;
  struct Anchor {
    Link* link;
    Identity peer;
  };
  explicit LinkHandle(std::shared_ptr<const Anchor> anchor) : anchor_(std::move(anchor)) {}

  std::shared_ptr<const Anchor> anchor_;
};

// The one connection between two servers, proved and introduced: strictly ordered, both ways,
// written once per loop turn. A Link object exists only between on_link_up and on_link_down.
//
// It never stops reading. Each side looks twice in each interval, and writes a ping if it has
// written nothing else since, whatever it hears: so one that only listens is heard while the
// other's output is long, and no answer has to make its way through that. What stands before a ping
// in the queue is a sign of life as well, so nothing has to overtake. Silence is counted in these
// looks of our own timer, so a process that was stalled itself does not blame its peers. Who gives
// up breaks the connection off, so that a peer who still hears us does not wait any longer; a peer
// that blocks its loop for half a second less than the limit is not given up.
class Link final : private net::StreamEvents {
 public:
  Link(net::Host& host, std::unique_ptr<net::Stream> stream, Identity peer,
       const LinkSettings& settings, Receiver& receiver, LinkOwner& owner);
  ~Link();  // what waits ends with 522; resets what is not yet written
  // Begins to read, with bytes that came behind the HELLO. The link may be gone afterwards.
  void start(std::string_view first);

  const Identity& peer() const { return anchor_->peer; }
  net::Address address() const { return stream_->peer(); }  // of the other end
  LinkHandle handle() const { return LinkHandle(anchor_); }
  // Code of a route in the peer's list; nothing when the peer does not have it.
  std::optional<RouteCode> handler_code(std::string_view route) const;
  std::optional<RouteCode> remote_code(std::string_view route) const;

  Calls& calls() { return calls_; }
  // What a new call to the peer would end with, without being sent: 0, 521 when it is silent or the
  // link is about to go, 523 when it is about to stop, 524 when its circuit is open. Cheap enough
  // for each call, but nobody has to ask before on_link_changed.
  int refusal() const;
  // Calls::open(), for a call to the peer that is asked for by a user.
  CallId open_call(CallOwner& owner, CallTag tag, net::Duration limit) {
    const CallId call = calls_.open(owner, tag, limit);
    if (circuit_.probing()) [[unlikely]]
      note_probe(call);
    return call;
  }
  // Where the next frame will stand among all bytes that were ever written to this link.
  std::uint64_t position() const { return stream_->position(); }
  // For calls that end with 522 because this link is lost, and only while they do: what stood at
  // that position has not left, not even its first byte, and never will.
  bool never_sent(std::uint64_t position) const { return position >= lost_from_; }
  // Where frames go, see FrameWriter. Only one frame may be under construction.
  Buffer& output();
  std::size_t queued() const { return stream_->queued(); }

  // Beyond the calls or bytes of its settings: new calls end with 503, pushes are shed. Answers
  // always go out; but over twice the bytes the link is reset. A closing link is overloaded.
  bool overloaded() const {
    return state_ != State::open || calls_.pending() >= settings_.calls ||
           queued() > settings_.bytes;
  }
  void count_shed_push() { ++counters_.shed_pushes; }
  const LinkCounters& counters() const { return counters_; }

  // Writes what is queued, then closes the connection. From now on nothing is received; waiting
  // calls end with 522 and on_link_down follows on later turns, within half a second.
  void close(std::string_view why) { end(State::closing, why); }
  // The same, at once and without writing what is queued.
  void reset(std::string_view why) { end(State::resetting, why); }
  // The peer is expected to end it: closed when that takes longer, unless the peer says that it
  // drains.
  void part(net::Duration limit);
  bool open() const { return state_ == State::open; }
  // Nothing was heard of the peer for so long as the settings say, up to now or to the end.
  bool suspected() const { return suspected_; }

  // Says that this server is about to stop and takes nothing new; once is enough. What the peer had
  // sent before it heard of that is here when drained() is true: it says so on the same ordered
  // link. A peer of an older version is not told.
  void drain();
  bool drained() const { return drain_ == Drain::acknowledged; }
  bool waits_for_drained() const { return drain_ == Drain::told; }
  // The peer has said that of itself: nothing new for it.
  bool draining() const { return draining_; }
  // Ends it here and now, and with it this object. Only for code that no receiver's call is waiting
  // for.
  void drop(std::string_view why);

 private:
  enum class State { open, closing, resetting };
  enum class Drain : std::uint8_t { no, told, acknowledged };
  using Routes = std::unordered_map<std::string_view, RouteCode>;

  void on_bytes(std::span<char> bytes) override;
  void on_end() override;
  bool take(std::string_view bytes);
  void end_call(CallId call, int status, std::string_view body);
  void feed(std::string_view bytes);
  void tick();
  void note_probe(CallId call);
  void trust_again();
  void end(State state, std::string_view why);
  void finish();

  net::Loop& loop_;
  Receiver& receiver_;
  LinkOwner& owner_;
  LinkSettings settings_;
  std::shared_ptr<LinkHandle::Anchor> anchor_;
  Routes handlers_, remotes_;  // views into the anchor's identity
  Calls calls_;
  LinkCounters counters_;
  FrameCutter cutter_;
  Buffer scrap_;  // what is written to a link that is closing
  const net::Duration tick_time_;
  Circuit circuit_;
  net::Timer pulse_timer_;
  int silent_ticks_ = 0;
  bool suspected_ = false;
  bool wrote_ = false;  // since the last tick
  bool draining_ = false, parted_ = false;
  net::Duration::rep parted_ticks_ = 0;
  Drain drain_ = Drain::no;
  State state_ = State::open;
  std::uint64_t lost_from_ = std::numeric_limits<std::uint64_t>::max();
  std::string why_;
  std::unique_ptr<net::Stream> stream_;  // goes first, so that its end meets a whole link
};

inline Link* LinkHandle::get() const {
  return anchor_ != nullptr && anchor_->link != nullptr && anchor_->link->open() ? anchor_->link
                                                                                 : nullptr;
}

inline bool LinkHandle::never_sent(std::uint64_t position) const {
  return anchor_ != nullptr && anchor_->link != nullptr && anchor_->link->never_sent(position);
}

inline Calls* LinkHandle::calls() const {
  return anchor_ != nullptr && anchor_->link != nullptr ? &anchor_->link->calls() : nullptr;
}

}  // namespace shaddock::cluster
