#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "net/output_queue.h"
#include "sim/dice.h"
#include "sim/paths.h"
#include "sim/schedule.h"

namespace shaddock::sim {

// One direction of a connection, between the kernels of two machines: what is on its way, in order,
// and the room that is left for more. It plans nothing, it says when something will be.
//
//   take() --> | in flight | --> arrived() ... the peer reads ... read() --> | news of room | -->
//   room()
//
// Over a cut path nothing arrives, neither bytes nor news; it goes on after it was mended.
class Wire {
 public:
  enum class Kind : std::uint8_t { open, bytes, end, reset };
  struct Parcel {
    Instant when;
    Kind kind;
    std::string bytes;
  };

  Wire(const Schedule& schedule, Dice& dice, PathState& there, PathState& back)
      : schedule_(schedule),
        dice_(dice),
        there_(&there),
        back_(&back),
        mended_there_(there.mended),
        mended_back_(back.mended) {}

  // Takes from the queue what there is room for, or a part of it.
  void take(net::OutputQueue& queue);
  void send(Kind kind);  // open or end, behind what is in flight
  // Overtakes what is in flight, as what a kernel has not sent yet goes with the connection.
  void send_reset();
  bool ended() const { return ended_; }

  // When something arrives; nothing: never, or not before the path is mended.
  std::optional<Instant> next_arrival() const;
  std::optional<Parcel> arrived();

  void read(std::size_t count);  // by the program at the other end
  std::size_t room();
  // When more can be taken, after take() left something; nothing: not before the peer reads.
  std::optional<Instant> next_room();

  // After a path was mended: true when something goes on.
  bool look_again();
  void drop();

 private:
  struct News {
    Instant when;
    std::size_t count;
  };

  void launch(std::string bytes);
  void push(Kind kind, std::string bytes, Instant when);
  Instant arrival(std::size_t size);
  void hear_news();

  const Schedule& schedule_;
  Dice& dice_;
  PathState* there_;
  PathState* back_;
  std::uint64_t mended_there_, mended_back_;
  std::deque<Parcel> flight_;
  std::optional<Instant> reset_;
  std::deque<News> news_;
  std::size_t unread_ = 0;  // as the sender knows
  Instant last_{0}, busy_until_{0}, last_news_{0};
  bool ended_ = false, cut_short_ = false;
};

}  // namespace shaddock::sim
