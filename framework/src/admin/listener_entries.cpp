#include "admin/listener_entries.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "net/cidr.h"
#include "net/ip_address.h"

namespace shaddock::admin {
namespace {

constexpr std::array<std::string_view, 12> kListenerKeys = {
    "transport", "port",    "host",           "tls",     "raw",         "websocket", "text",
    "deflate",   "origins", "originRequired", "proxies", "proveAddress"};
constexpr std::array<std::string_view, 7> kTlsKeys = {
    "certificate", "key", "pkcs12", "passwordFile", "handshakeSeconds", "reload", "plainToo"};

std::vector<std::string> read_texts(EntryReader& entry, std::string_view key) {
  std::vector<std::string> texts;
  const Node* list = entry.find(key);
  if (list == nullptr) return texts;
  for (const Node& item : list->items) texts.push_back(item.text);
  const bool fine =
      list->kind == Node::Kind::array && std::ranges::all_of(list->items, [](const Node& item) {
        return item.kind == Node::Kind::string && !item.text.empty();
      });
  if (!fine) entry.error(key, "must be a list of texts in quotes, got " + list->describe());
  return fine ? texts : std::vector<std::string>();
}

void set(bool& at, const std::optional<bool>& value) {
  if (value) at = *value;
}

class ListenerReader {
 public:
  ListenerReader(const Document& document, std::vector<Problem>& problems, bool cluster, int clone)
      : document_(document), problems_(problems), cluster_(cluster), clone_(clone) {}

  TlsSettings tls(const Node& node, const std::string& path) {
    EntryReader entry(document_, node, path, problems_);
    TlsSettings tls;
    if (node.kind != Node::Kind::object) {
      entry.error("",
                  "must be an object with certificate and key, or pkcs12, got " + node.describe());
      return tls;
    }
    entry.check_spelling(kTlsKeys);
    tls.certificate = entry.text("certificate").value_or("");
    tls.key = entry.text("key").value_or("");
    tls.pkcs12 = entry.text("pkcs12").value_or("");
    tls.password_file = entry.text("passwordFile").value_or("");
    set(tls.plain_too, entry.flag("plainToo"));
    if (const auto limit = entry.integer("handshakeSeconds", 1, 3600))
      tls.handshake_limit = std::chrono::seconds(*limit);
    if (const auto reload = entry.integer("reload", 0, 86'400))
      tls.reload = std::chrono::seconds(*reload);
    check_files(entry);
    return tls;
  }

  ListenerSettings listener(const Node& node, const std::string& path) {
    EntryReader entry(document_, node, path, problems_);
    ListenerSettings listener;
    if (node.kind != Node::Kind::object) {
      entry.error("", "must be an object that describes a port, got " + node.describe());
      return listener;
    }
    entry.check_spelling(kListenerKeys);
    read_place(entry, listener);
    read_speech(entry, listener);
    if (const Node* node_of_tls = entry.find("tls"))
      listener.tls = tls(*node_of_tls, path + ".tls");
    if (listener.transport == ListenerSettings::Transport::udp && listener.tls.enabled())
      entry.error("tls", "is not possible over UDP");
    return listener;
  }

 private:
  static void check_files(EntryReader& entry) {
    const bool pem = entry.find("certificate") != nullptr || entry.find("key") != nullptr;
    const bool pkcs12 = entry.find("pkcs12") != nullptr;
    if (pem && pkcs12)
      entry.error("pkcs12", "stands instead of certificate and key, not beside them");
    if (pem && !pkcs12) entry.require(std::span(kTlsKeys).first(2));
    if (!pem && !pkcs12) entry.error("", "needs certificate and key, or pkcs12");
  }

  void read_place(EntryReader& entry, ListenerSettings& listener) {
    const auto transport = entry.text("transport");
    if (transport == "udp") {
      listener.transport = ListenerSettings::Transport::udp;
    } else if (transport && *transport != "tcp") {
      entry.error("transport", R"(must be "tcp" or "udp", got ")" + *transport + '"');
    }
    listener.host = entry.host("host").value_or("");
    if (!listener.host.empty() && !net::parse_ip(listener.host))
      entry.error("host",
                  "must be a numeric address of this machine, got \"" + listener.host + '"');
    constexpr std::string_view kPort[] = {"port"};
    entry.require(kPort);
    listener.port = port(entry);
  }

  // "3060++" counts up from clone to clone.
  int port(EntryReader& entry) {
    const Node* value = entry.find("port");
    if (!cluster_ || value == nullptr || value->kind != Node::Kind::string ||
        !value->text.ends_with("++"))
      return entry.port("port").value_or(0);
    int base = 0;
    const char* end = value->text.data() + value->text.size() - 2;
    const auto [stop, failed] = std::from_chars(value->text.data(), end, base);
    if (failed == std::errc() && stop == end && base >= 1 && base + clone_ <= 65535)
      return base + clone_;
    entry.error("port", "must be from 1 to 65535, got " + value->describe());
    return 0;
  }

  static void read_speech(EntryReader& entry, ListenerSettings& listener) {
    set(listener.raw, entry.flag("raw"));
    set(listener.websocket, entry.flag("websocket"));
    set(listener.text, entry.flag("text"));
    set(listener.deflate, entry.flag("deflate"));
    set(listener.origin_required, entry.flag("originRequired"));
    set(listener.prove_address, entry.flag("proveAddress"));
    listener.origins = read_texts(entry, "origins");
    listener.proxies = read_texts(entry, "proxies");
    if (const auto list = net::CidrList::parse(listener.proxies); !list.ok())
      entry.error("proxies", list.error().text);
  }

  const Document& document_;
  std::vector<Problem>& problems_;
  bool cluster_;
  int clone_;
};

}  // namespace

std::vector<ListenerSettings> read_listeners(EntryReader& entry, const Document& document,
                                             std::vector<Problem>& problems, int client_port,
                                             bool cluster, int clone) {
  ListenerReader reader(document, problems, cluster, clone);
  std::vector<ListenerSettings> listeners;
  const std::string& path = entry.path();
  if (const Node* list = entry.find("listeners")) {
    if (list->kind != Node::Kind::array)
      entry.error("listeners", "must be a list of ports, got " + list->describe());
    for (std::size_t i = 0; i < list->items.size(); ++i)
      listeners.push_back(
          reader.listener(list->items[i], path + ".listeners[" + std::to_string(i) + ']'));
  }
  if (const Node* tls = entry.find("tls")) {
    auto own = std::ranges::find_if(listeners, [&](const ListenerSettings& one) {
      return one.port == client_port && one.transport == ListenerSettings::Transport::tcp;
    });
    if (own == listeners.end()) own = listeners.insert(listeners.begin(), ListenerSettings());
    own->port = client_port;
    own->tls = reader.tls(*tls, path + ".tls");
  }
  return listeners;
}

}  // namespace shaddock::admin
