#include "player.h"

#include <algorithm>

namespace shaddock::game {

Player::Player(Arena& arena, net::Host& host, std::string uid, std::uint64_t seed)
    : arena_(arena),
      host_(host),
      uid_(std::move(uid)),
      chance_(seed),
      coming_(host.loop.timers(), [this] { come(); }) {
  coming_.start(chance_.time(1, 2000));
}

void Player::come() {
  client::Client::Settings settings;
  settings.open_limit = net::Duration(3000);
  gate_ = std::make_unique<client::Client>(host_, settings);
  gate_->on_open([this] { ask_gate(); });
  gate_->on_close([this](const std::string&) { come_back(false); });
  const auto& gates = arena_.gates();
  gate_->connect(gates[static_cast<std::size_t>(chance_.from_to(0, std::ssize(gates) - 1))]);
}

// Another word each time, so that it comes to other connectors, too.
void Player::ask_gate() {
  const std::string word = uid_ + '#' + std::to_string(chance_.from_to(0, 1000));
  gate_->request("gate.gateHandler.queryEntry", {{"uid", word}}, [this](client::Answer answer) {
    if (answer.code == client::Answer::kLost) return;
    if (answer.code != code::kOk) return gate_->close();
    const Entry entry{answer.body.at("id").as_string(), answer.body.at("host").as_string(),
                      static_cast<int>(answer.body.at("port").as_integer())};
    gate_.reset();
    visit(entry);
  });
}

// Where only one may have a uid, some come with that of a neighbour, or as another kind.
Stay::Place Player::place() {
  Stay::Place place{arena_, host_, chance_, uid_, "main"};
  if (!arena_.rules().rivals()) return place;
  if (chance_.from_to(0, 3) == 0) place.uid = 'p' + std::to_string(std::stoi(uid_.substr(1)) ^ 1);
  if (chance_.from_to(0, 3) == 0) place.kind = "voice";
  return place;
}

void Player::visit(const Entry& entry) {
  if (idle_) return;
  arena_.note_connector(entry);
  stay_ = std::make_unique<Stay>(place(), entry, [this] { come_back(stay_->open()); });
}

void Player::come_back(bool was_in) {
  gate_.reset();
  stay_.reset();
  failures_ = was_in ? 0 : failures_ + 1;
  if (!idle_) coming_.start(chance_.time(50, 200 << std::min<std::int64_t>(failures_, 4)));
}

std::optional<std::string> Player::visited() const {
  if (!stay_ || !stay_->open()) return std::nullopt;
  return stay_->frontend();
}

void Player::pause() {
  idle_ = true;
  coming_.stop();
  if (stay_) stay_->pause();
}

void Player::go_home() {
  pause();
  gate_.reset();
  if (stay_) stay_->finish();
}

}  // namespace shaddock::game
