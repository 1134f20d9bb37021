#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <algorithm>

#include "client/client.h"
#include "net/tls_context.h"
#include "net/tls_test_certificate.h"
#include "system/fortress_cluster.h"

namespace shaddock::system_test {
namespace {

using namespace std::chrono_literals;
using client::Client;
using client::Transport;
using net::TestCertificate;

constexpr const char* kPem = R"("tls":{"certificate":"cert.pem","key":"key.pem","reload":1})";

void install(Fortress& fortress, const TestCertificate& certificate) {
  fortress.write(fortress.folder() + "/cert.pem", certificate.certificate());
  fortress.write(fortress.folder() + "/key.pem", certificate.key());
}

// A client that believes this certificate alone.
std::shared_ptr<net::TlsContext> believer(const TestCertificate& certificate) {
  auto made = net::TlsContext::client(certificate.certificate(), "localhost");
  REQUIRE(made.ok());
  return std::move(made).value();
}

// Talks without a pause.
class Talker {
 public:
  Talker(net::Host& host, const net::Address& address, Transport transport,
         std::shared_ptr<net::TlsContext> tls)
      : client_(host, settings(transport, std::move(tls))) {
    client_.on_open([this] { ask(); });
    client_.on_close([this](const std::string& why) { ended = why.empty() ? "?" : why; });
    client_.connect(address);
  }

  int answers = 0;
  std::string ended;  // why, once it has

 private:
  static Client::Settings settings(Transport transport, std::shared_ptr<net::TlsContext> tls) {
    Client::Settings settings;
    settings.transport = transport;
    settings.tls = std::move(tls);
    return settings;
  }
  void ask() {
    client_.request("connector.hall.echo", {{"text", "over TLS"}}, [this](client::Answer answer) {
      if (answer.code != 200) return;
      ++answers;
      ask();
    });
  }

  Client client_;
};

bool gets_in(Fortress& fortress, const net::Address& address, Transport transport,
             std::shared_ptr<net::TlsContext> tls) {
  Talker talker(fortress.host(), address, transport, std::move(tls));
  fortress.until([&] { return talker.answers > 2 || !talker.ended.empty(); });
  return talker.answers > 2;
}

// Whether OpenSSL, told to be as lax as it can, shakes hands in a version of this range.
bool shakes_hands(int port, int lowest, int highest) {
  SSL_CTX* settings = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_cipher_list(settings, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(settings, lowest);
  SSL_CTX_set_max_proto_version(settings, highest);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  SSL* ssl = SSL_new(settings);
  SSL_set_fd(ssl, descriptor);
  const bool done = SSL_connect(ssl) == 1;
  SSL_free(ssl);
  ::close(descriptor);
  SSL_CTX_free(settings);
  return done;
}

TEST_CASE(
    "wss and packages over TLS share a port, which is closed to plain bytes or open to them") {
  const TestCertificate certificate;
  for (const bool plain_too : {false, true}) {
    CAPTURE(plain_too);
    Fortress fortress("defaults",
                      std::string(R"(,"tls":{"certificate":"cert.pem","key":"key.pem")") +
                          (plain_too ? R"(,"plainToo":true})" : "}"));
    install(fortress, certificate);
    fortress.start();
    for (const Transport transport : {Transport::tcp, Transport::websocket}) {
      CHECK(gets_in(fortress, fortress.door(), transport, believer(certificate)));
      CHECK_FALSE(gets_in(fortress, fortress.door(), transport, believer(TestCertificate())));
      CHECK(gets_in(fortress, fortress.door(), transport, nullptr) == plain_too);
    }
    const int port = fortress.door().port;
    CHECK_FALSE(shakes_hands(port, TLS1_VERSION, TLS1_1_VERSION));
    CHECK(shakes_hands(port, TLS1_2_VERSION, TLS1_2_VERSION));
    CHECK(shakes_hands(port, TLS1_3_VERSION, TLS1_3_VERSION));
  }
}

TEST_CASE("a PKCS#12 file is opened with the password in a file of its own") {
  const TestCertificate certificate;
  Fortress fortress("defaults", R"(,"tls":{"pkcs12":"config/own.p12","passwordFile":"password"})");
  fortress.write(fortress.config("own.p12"), certificate.pkcs12("open sesame"));
  fortress.write(fortress.folder() + "/password", "open sesame\n");
  fortress.start();
  CHECK(gets_in(fortress, fortress.door(), Transport::tcp, believer(certificate)));
  fortress.stop();

  fortress.write(fortress.folder() + "/password", "open wheat\n");
  const auto started = fortress.run({"start", "--daemon"});
  INFO(started.output);
  CHECK(started.code == 2);
  CHECK(started.says("own.p12"));
}

TEST_CASE("a new certificate serves new connections, and 50 who talk notice nothing") {
  const TestCertificate first, second, third;
  Fortress fortress("talkative", std::string(",") + kPem);
  install(fortress, first);
  fortress.start();
  std::vector<std::unique_ptr<Talker>> talkers;
  for (int i = 0; i < 50; ++i)
    talkers.push_back(std::make_unique<Talker>(fortress.host(), fortress.door(),
                                               i % 2 == 0 ? Transport::tcp : Transport::websocket,
                                               believer(first)));
  const auto all_go_on = [&] {
    std::vector<int> before;
    for (const auto& one : talkers) before.push_back(one->answers);
    return fortress.until([&] {
      return std::ranges::equal(talkers, before, [](const auto& one, int count) {
        return one->answers > count + 10 || !one->ended.empty();
      });
    });
  };
  CHECK(all_go_on());

  install(fortress, second);
  bool changed = false;
  for (int tries = 0; tries < 500 && !changed; ++tries)
    changed = gets_in(fortress, fortress.door(), Transport::tcp, believer(second));
  CHECK(changed);
  CHECK_FALSE(gets_in(fortress, fortress.door(), Transport::tcp, believer(first)));
  CHECK(all_go_on());

  // What is no certificate, and a key that is another's, change nothing but the log.
  const auto complains = [&](std::size_t times) {
    return fortress.until([&] {
      const std::string log = fortress.log();
      std::size_t seen = 0;
      for (auto at = log.find("certificate kept"); at != std::string::npos;
           at = log.find("certificate kept", at + 1))
        ++seen;
      return seen >= times;
    });
  };
  const bool quiet = fortress.log().find("certificate kept") == std::string::npos;
  fortress.write(fortress.folder() + "/cert.pem", "-----BEGIN CERTIFICATE-----\nnonsense\n");
  CHECK(complains(quiet ? 1 : 2));
  CHECK(gets_in(fortress, fortress.door(), Transport::websocket, believer(second)));
  fortress.write(fortress.folder() + "/cert.pem", third.certificate());
  CHECK(complains(quiet ? 2 : 3));
  CHECK(gets_in(fortress, fortress.door(), Transport::websocket, believer(second)));
  CHECK(all_go_on());

  int answers = 0;
  for (const auto& one : talkers) {
    CHECK(one->ended == "");
    answers += one->answers;
  }
  MESSAGE("50 sessions heard ", answers, " answers, none was closed");
}

TEST_CASE("a server does not start without its certificate, and says which file is missing") {
  Fortress fortress("defaults", std::string(",") + kPem);
  const auto started = fortress.run({"start", "--daemon"});
  INFO(started.output);
  CHECK(started.code == 2);
  CHECK(started.says("cert.pem"));
  CHECK(started.says("no such file"));
}

}  // namespace
}  // namespace shaddock::system_test
