#include "system/chat_cluster.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "admin/configuration.h"
#include "system/port_block.h"

namespace shaddock::system_test {
namespace {

namespace fs = std::filesystem;

constexpr net::Duration kLookAgain{5};
constexpr std::size_t kPorts = 24;

std::string make_folder() {
  std::string name = (fs::temp_directory_path() / "shaddock-chat-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return name;
}

// Of /proc, too, where a file may be gone once it is open.
std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  try {
    return {std::istreambuf_iterator<char>(file), {}};
  } catch (const std::ios_base::failure&) {
    return {};
  }
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

Json chat_configuration(const char* file) {
  return must(parse_json(content(fs::path(CHAT_CONFIGURATION) / file)));
}

bool complains(const std::string& line) {
  return line.find(" WARN ") != std::string::npos || line.find(" ERROR ") != std::string::npos ||
         line.find(" FATAL ") != std::string::npos;
}

}  // namespace

net::Isolation ChatCluster::usual_isolation() {
  const char* word = std::getenv("SHADDOCK_ISOLATION");
  const auto isolation = net::parse_isolation(word == nullptr ? "process" : word);
  if (!isolation) throw std::runtime_error("SHADDOCK_ISOLATION is process, thread or none");
  return *isolation;
}

ChatCluster::ChatCluster(std::string environment, net::Isolation isolation)
    : ChatCluster(
          std::move(environment),
          {CHAT_PROGRAM, chat_configuration("servers.json"), chat_configuration("master.json")},
          isolation) {}

ChatCluster::ChatCluster(std::string environment, const Program& program, net::Isolation isolation)
    : isolation_(isolation),
      environment_(std::move(environment)),
      program_(program.path),
      folder_(make_folder()),
      ports_(free_ports(host(), kPorts)) {
  must(host().files.make_folder(config(), 0755));
  for (const auto& [file, text] :
       {std::pair("servers.json", program.servers), std::pair("master.json", program.master)}) {
    Json moved = text;
    move_ports(moved);
    write(config(file), moved.dump());
  }
  if (isolation_ != net::Isolation::process) set_isolation();
}

void ChatCluster::set_isolation() {
  Json master = must(parse_json(read(config("master.json"))));
  for (auto& [environment, entry] : master.as_object())
    entry.set("isolation", net::to_string(isolation_));
  write(config("master.json"), master.dump());
}

ChatCluster::~ChatCluster() {
  if (!processes().empty()) run({"stop"});
  CHECK_MESSAGE(all_gone(), "processes are left after stop");
  for (const int pid : processes()) ::kill(pid, SIGKILL);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

int ChatCluster::free_port() {
  if (ports_.empty()) throw std::runtime_error("no port is left");
  const int port = ports_.back();
  ports_.pop_back();
  return port;
}

// One port stays one port, whatever the environment and the file.
void ChatCluster::move_ports(Json& value) {
  if (value.is_array())
    for (Json& item : value.as_array()) move_ports(item);
  if (!value.is_object()) return;
  for (auto& [name, member] : value.as_object()) {
    if (name != "port" && name != "clientPort") {
      move_ports(member);
      continue;
    }
    const std::int64_t from = member.as_integer();
    auto known = std::ranges::find(moved_, from, &std::pair<std::int64_t, int>::first);
    if (known == moved_.end()) known = moved_.insert(known, {from, free_port()});
    member = known->second;
  }
}

void ChatCluster::add_server(const std::string& type, const std::string& id) {
  Json servers = must(parse_json(read(config("servers.json"))));
  const int port = free_port(), client_port = free_port();
  for (auto& [environment, types] : servers.as_object())
    for (auto& [name, entries] : types.as_object()) {
      if (name != type) continue;
      Json entry = entries.as_array().front();
      entry.set("id", id);
      entry.set("port", port);
      if (entry.find("clientPort") != nullptr) entry.set("clientPort", client_port);
      entries.push_back(std::move(entry));
    }
  write(config("servers.json"), servers.dump());
}

std::shared_ptr<ChatCluster::Running> ChatCluster::begin(std::vector<std::string> words) {
  auto running = std::make_shared<Running>();
  running->output_file = folder_ + "/command-" + std::to_string(begun_.size());
  net::Command command;
  command.program = program_;
  command.arguments = std::move(words);
  for (const std::string& word : {"config=" + config(), "env=" + environment_})
    command.arguments.push_back(word);
  command.output_file = running->output_file;
  running->process =
      must(host().processes.spawn(command, [running](net::Exit exit) { running->exit = exit; }));
  begun_.push_back(running);
  return running;
}

ChatCluster::Ended ChatCluster::end_of(Running& running) {
  until([&] { return running.exit.has_value(); });
  const bool normal = running.exit && running.exit->signal == 0;
  return {normal ? running.exit->status : -1, output(running)};
}

void ChatCluster::start() {
  const Ended started = run({"start", "--daemon"});
  INFO(started.output);
  REQUIRE(started.code == 0);
  REQUIRE(started.says("ready: "));
}

std::shared_ptr<ChatCluster::Running> ChatCluster::start_in_foreground() {
  auto running = begin({"start"});
  until([&] { return running->exit || output(*running).find("ready: ") != std::string::npos; });
  INFO(output(*running));
  REQUIRE_FALSE(running->exit);
  return running;
}

void ChatCluster::stop() {
  const Ended stopped = run({"stop"});
  INFO(stopped.output);
  CHECK(stopped.code == 0);
  CHECK(all_gone());
}

bool ChatCluster::until(const std::function<bool()>& condition, net::Duration patience) {
  net::Loop& loop = host().loop;
  const net::TimePoint give_up = loop.now() + patience;
  bool held = false;
  net::Timer look(loop.timers(), [&] {
    held = condition();
    if (held || loop.now() >= give_up)
      loop.stop();
    else
      look.start(kLookAgain);
  });
  look.start(net::Duration(0));
  loop.run();
  return held;
}

std::vector<int> ChatCluster::processes() const {
  std::vector<int> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc() || end != name.data() + name.size()) continue;
    if (content(entry.path() / "cmdline").find(folder_) != std::string::npos) found.push_back(pid);
  }
  return found;
}

std::optional<admin::Record> ChatCluster::record(const std::string& id) {
  return admin::Records(host(), folder_ + "/run/" + environment_).find(id);
}

void ChatCluster::kill(const std::string& id) {
  const auto victim = record(id);
  REQUIRE(victim);
  host().processes.signal(victim->process, SIGKILL);
  REQUIRE(until([&] { return !host().processes.alive(victim->process); }));
}

std::vector<ServerInfo> ChatCluster::servers(std::string_view type) {
  auto loaded = admin::load_configuration(
      config(), [this](const std::string& path) { return host().files.read(path); }, environment_,
      {});
  std::erase_if(loaded.configuration.servers,
                [&](const ServerInfo& server) { return server.type != type; });
  return std::move(loaded.configuration.servers);
}

net::Address ChatCluster::client_address(std::string_view id) {
  for (const char* type : {"gate", "connector"})
    for (const ServerInfo& server : servers(type))
      if (server.id == id) return {"127.0.0.1", server.client_port};
  throw std::runtime_error("no frontend " + std::string(id));
}

int ChatCluster::master_port() {
  const Json master = must(parse_json(read(config("master.json"))));
  return static_cast<int>(master.at(environment_).at("port").as_integer());
}

int ChatCluster::port(int configured) const {
  const auto known = std::ranges::find(moved_, configured, &std::pair<std::int64_t, int>::first);
  if (known == moved_.end()) throw std::runtime_error("no port " + std::to_string(configured));
  return known->second;
}

std::string ChatCluster::read(const std::string& path) { return content(path); }

void ChatCluster::write(const std::string& path, std::string_view text) {
  must(host().files.replace(path, text, 0644));
}

std::string ChatCluster::complaints() {
  std::string all;
  for (const auto& entry : fs::directory_iterator(folder_ + "/logs/" + environment_)) {
    const std::string name = entry.path().filename().string();
    std::istringstream text(content(entry.path()));
    const bool said = name.ends_with(".out") && !name.starts_with("master");
    for (std::string line; std::getline(text, line);)
      if (said || complains(line)) all += name + ": " + line + '\n';
  }
  return all;
}

}  // namespace shaddock::system_test
