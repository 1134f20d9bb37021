#include "load.h"

namespace shaddock::failures {

namespace {

constexpr int kClients = 200;
constexpr net::Duration kEach{100};

client::Client::Settings impatient() {
  client::Client::Settings settings;
  settings.open_limit = net::Duration(1000);
  return settings;
}

}  // namespace

struct Load::Guest {
  Guest(Load& load, int number)
      : number(number),
        place(static_cast<std::size_t>(number) % load.connectors_.size()),
        client(load.host_, impatient()),
        next(load.host_.loop.timers(),
             [this, &load] { inside ? load.work(*this) : load.come(*this); }) {
    client.on_close([this, &load](const std::string&) { load.lost(*this); });
    client.on_open([this, &load] {
      client.request(
          "connector.doorHandler.enter", {{"uid", "u" + std::to_string(this->number)}},
          [this, &load](client::Answer answer) {
            if (answer.code != 200) return;
            inside = true;
            if (left)
              load.absences_.push_back(
                  std::chrono::duration<double, std::milli>(load.host_.loop.now() - *left).count());
            left.reset();
            // Not all in one moment.
            next.start(net::Duration(this->number % kEach.count()));
          });
    });
  }

  const int number;
  const std::size_t place;
  client::Client client;
  net::Timer next;
  bool inside = false;
  std::optional<net::TimePoint> left;
};

Load::Load(net::Host& host, std::vector<net::Address> connectors, std::string ballast)
    : host_(host), connectors_(std::move(connectors)), ballast_(std::move(ballast)) {
  for (int number = 0; number < kClients; ++number) {
    clients_.push_back(std::make_unique<Guest>(*this, number));
    come(*clients_.back());
  }
}
Load::~Load() = default;

bool Load::all_in() const {
  for (const auto& guest : clients_)
    if (!guest->inside) return false;
  return true;
}

void Load::come(Guest& guest) { guest.client.connect(connectors_[guest.place]); }

void Load::lost(Guest& guest) {
  if (guest.inside) guest.left = host_.loop.now();
  guest.inside = false;
  guest.next.start(net::Duration(20 + guest.number % 80));
}

void Load::work(Guest& guest) {
  guest.next.start(kEach);
  if (paused_) return;
  const std::size_t place = samples_.size();
  samples_.push_back({.client = guest.number,
                      .connector = static_cast<int>(guest.place),
                      .asked = host_.loop.now(),
                      .code = std::nullopt,
                      .server = {}});
  ++unanswered_;
  Json body{{"number", ++next_}};
  if (!ballast_.empty()) body.set("ballast", ballast_);
  guest.client.request("room.roomHandler.work", body, [this, place](client::Answer answer) {
    Sample& sample = samples_[place];
    --unanswered_;
    sample.ended = host_.loop.now();
    sample.code = answer.code;
    if (answer.code != 200) return;
    sample.server = answer.body.at("server").as_string();
    sample.life = answer.body.at("life").as_integer();
  });
}

void Load::ask(std::size_t client, const std::string& route, const Json& body,
               client::Client::OnAnswer on_answer) {
  clients_[client]->client.request(route, body, std::move(on_answer));
}

}  // namespace shaddock::failures
