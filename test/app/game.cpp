#include "app/game.h"

#include <stdlib.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace shaddock::app {
namespace {

constexpr net::Duration kLookAgain{5}, kPatience{30000};

std::string server(const std::string& id, int port, const std::string& rest) {
  return R"({"id": ")" + id + R"(", "host": "127.0.0.1", "port": )" + std::to_string(port) + rest +
         "}";
}

std::string for_both_environments(const std::string& text) {
  return "{\"development\": " + text + ",\n \"production\": " + text + "}\n";
}

}  // namespace

Game::Game(std::string extra_of_chat_2) {
  std::string name = (std::filesystem::temp_directory_path() / "tiny-game-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  choose_ports();
  write_configuration(extra_of_chat_2);
}

Game::~Game() {
  for (const auto& running : begun_)
    if (!running->exit) signal(running->process, SIGKILL);
  for (const char* environment : {"development", "production"})
    for (const admin::Record& record : living(environment)) signal(record.process, SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// The kernel gives ports that nobody has; they are free again for the short time until the game
// takes them.
void Game::choose_ports() {
  std::vector<std::unique_ptr<net::Listener>> held;
  for (int i = 0; i < 5; ++i) {
    auto listener = host().network.listen({"127.0.0.1", 0}, [](std::unique_ptr<net::Stream>) {});
    if (!listener) throw std::runtime_error(listener.error().text);
    ports_.push_back((*listener)->address().port);
    held.push_back(std::move(*listener));
  }
}

void Game::write_configuration(const std::string& extra_of_chat_2) {
  const std::string front = R"(, "frontend": true, "clientPort": )" + std::to_string(client_port());
  const std::string servers = R"({"connector": [)" +
                              server("connector-server-1", ports_[1], front) + "], \"chat\": [" +
                              server("chat-server-1", ports_[2], "") + ", " +
                              server("chat-server-2", ports_[4], extra_of_chat_2) + "]}";
  const std::string master = server("master-server-1", master_port(), "");
  auto& files = host().files;
  for (auto& done :
       {files.make_folder(config(), 0755),
        files.replace(config() + "/servers.json", for_both_environments(servers), 0644),
        files.replace(config() + "/master.json", for_both_environments(master), 0644)})
    if (!done) throw std::runtime_error(done.error().text);
}

std::shared_ptr<Game::Running> Game::begin(std::vector<std::string> words) {
  auto running = std::make_shared<Running>();
  running->output_file = folder_ + "/command-" + std::to_string(begun_.size());
  net::Command command;
  command.program = TINY_GAME;
  command.arguments = std::move(words);
  command.arguments.push_back("config=" + config());
  command.output_file = running->output_file;
  auto process =
      host().processes.spawn(command, [running](net::Exit exit) { running->exit = exit; });
  if (!process) throw std::runtime_error(process.error().text);
  running->process = *process;
  begun_.push_back(running);
  return running;
}

Game::Ended Game::end_of(Running& running) {
  until([&] { return running.exit.has_value(); });
  const bool normal = running.exit && running.exit->signal == 0;
  return {normal ? running.exit->status : -1, output(running)};
}

std::shared_ptr<Game::Running> Game::start(std::vector<std::string> words) {
  auto running = begin(std::move(words));
  until([&] { return running->exit || output(*running).find("ready: ") != std::string::npos; });
  return running;
}

bool Game::until(const std::function<bool()>& condition) {
  const net::TimePoint give_up = host().loop.now() + kPatience;
  bool held = false;
  net::Timer look(host().loop.timers(), [&] {
    held = condition();
    if (held || host().loop.now() >= give_up)
      host().loop.stop();
    else
      look.start(kLookAgain);
  });
  look.start(net::Duration(0));
  host().loop.run();
  return held;
}

std::string Game::output(const Running& running) {
  auto text = host().files.read(running.output_file);
  return text && *text ? std::move(**text) : std::string();
}

std::optional<admin::Record> Game::record(const std::string& id, const std::string& environment) {
  return admin::Records(host(), folder_ + "/run/" + environment).find(id);
}

std::vector<admin::Record> Game::living(const std::string& environment) {
  return admin::Records(host(), folder_ + "/run/" + environment).living();
}

bool Game::all_gone(const std::vector<admin::Record>& records) {
  return until([&] {
    return std::none_of(records.begin(), records.end(),
                        [this](const admin::Record& record) { return alive(record); });
  });
}

}  // namespace shaddock::app
