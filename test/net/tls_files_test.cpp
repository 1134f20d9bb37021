#include "net/tls_files.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>

#include "net/temporary_folder.h"
#include "net/tls_raw_client.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

struct Shop {
  Shop() {
    settings.certificate = "server.pem";
    settings.key = "server.key";
  }
  void put(const std::string& name, const std::string& bytes) {
    REQUIRE(host.files.replace(folder.path(name), bytes, 0600).ok());
  }
  void put(const TestCertificate& certificate, const std::string& password = {}) {
    put("server.pem", certificate.certificate());
    put("server.key", certificate.key(password));
  }
  std::string open() {
    auto opened = TlsFiles::open(
        settings, folder.path(""), host.files, loop.timers(),
        [this](const Error* error) { reports.push_back(error ? error->text : "new"); });
    if (!opened) return opened.error().text;
    files = std::move(*opened);
    return "";
  }
  void pass(std::chrono::seconds time) { loop.timers().advance(loop.now() + time); }

  TemporaryFolder folder;
  Loopback world;
  Host& host = world.host();
  HandLoop loop;
  TlsSettings settings;
  std::unique_ptr<TlsFiles> files;
  std::vector<std::string> reports;
};

std::string name_of_peer(RawClient& client) {
  const CertificateHandle peer(SSL_get1_peer_certificate(client.ssl()));
  char name[100] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name);
  return name;
}

TestCertificate named(const std::string& name) {
  TestCertificate::Wishes wishes;
  wishes.name = name;
  return TestCertificate(wishes);
}

// A client that has connected to a port with the given context.
struct Guest {
  Guest(HandLoop& loop, std::shared_ptr<TlsContext> context) : server(loop, std::move(context)) {
    server.stream->set_events(server.events);
    client.play(loop, server);
    REQUIRE(client.handshaken());
  }
  TlsEnd server;
  RawClient client;
};

}  // namespace

TEST_CASE("New files serve new connections, and no open one is disturbed") {
  Shop shop;
  shop.put(named("old.test"));
  REQUIRE(shop.open() == "");
  Guest old(shop.loop, shop.files->context());
  shop.pass(std::chrono::seconds(60));
  CHECK(shop.reports.empty());

  shop.put(named("new.test"));
  shop.pass(std::chrono::seconds(59));
  CHECK(shop.reports.empty());
  shop.pass(std::chrono::seconds(1));
  CHECK(shop.reports == std::vector<std::string>{"new"});
  Guest fresh(shop.loop, shop.files->context());
  CHECK(name_of_peer(old.client) == "old.test");
  CHECK(name_of_peer(fresh.client) == "new.test");

  old.client.write("still here");
  old.client.play(shop.loop, old.server);
  CHECK(old.server.events.text == "still here");
  CHECK(old.server.events.ends == 0);
}

TEST_CASE("Broken files keep the old certificate and are reported once each") {
  Shop shop;
  const TestCertificate own, other;
  shop.put(own);
  REQUIRE(shop.open() == "");
  const auto context = shop.files->context();
  const auto reports_after_two_looks = [&] {
    shop.reports.clear();
    shop.pass(std::chrono::seconds(120));
    CHECK(shop.files->context() == context);
    REQUIRE(shop.reports.size() == 1);
    return shop.reports[0];
  };
  shop.put("server.key", other.key());
  CHECK(reports_after_two_looks().ends_with("the key does not belong to the certificate"));
  shop.put("server.pem", "");
  CHECK(reports_after_two_looks().ends_with("holds no certificate in PEM"));
  REQUIRE(shop.host.files.remove(shop.folder.path("server.pem")).ok());
  CHECK(reports_after_two_looks().ends_with("server.pem: there is no such file"));

  shop.put("server.pem", other.certificate());
  shop.reports.clear();
  shop.files->look();
  CHECK(shop.reports == std::vector<std::string>{"new"});
  CHECK(shop.files->context() != context);
}

TEST_CASE("At the start the error names the file and what is wrong") {
  Shop shop;
  CHECK(shop.open() == shop.folder.path("/server.pem") + ": there is no such file");
  shop.put(TestCertificate());
  shop.put("server.key", "");
  CHECK(shop.open() == shop.folder.path("/server.pem") + ", " + shop.folder.path("/server.key") +
                           ": the key file holds no private key in PEM");
  CHECK(shop.files == nullptr);
}

TEST_CASE("A password is the first line of its file") {
  Shop shop;
  shop.settings.password_file = shop.folder.path("password");
  shop.put(TestCertificate(), "open sesame");
  shop.put("password", "open sesame\r\nnot this\n");
  CHECK(shop.open() == "");
  shop.put("password", "");
  CHECK(shop.open().ends_with("holds a locked key, and no password is given"));
}

TEST_CASE("A PKCS#12 file stands for both") {
  Shop shop;
  shop.settings.certificate.clear();
  shop.settings.key.clear();
  shop.settings.pkcs12 = "server.p12";
  shop.settings.password_file = "password";
  shop.put("server.p12", named("packed.test").pkcs12("p"));
  shop.put("password", "p");
  REQUIRE(shop.open() == "");
  Guest guest(shop.loop, shop.files->context());
  CHECK(name_of_peer(guest.client) == "packed.test");
  shop.put("password", "q");
  CHECK(shop.open() ==
        shop.folder.path("/server.p12") + ": the password does not open the PKCS#12 file");
}

TEST_CASE("One PEM file may hold certificate and key") {
  Shop shop;
  shop.settings.key.clear();
  const TestCertificate own;
  shop.put("server.pem", own.certificate() + own.key());
  CHECK(shop.open() == "");
}

TEST_CASE("Without an interval nobody looks but when asked to") {
  Shop shop;
  shop.settings.reload = std::chrono::seconds(0);
  shop.put(TestCertificate());
  REQUIRE(shop.open() == "");
  CHECK(shop.loop.timers().active() == 0);
  shop.put(TestCertificate());
  shop.files->look();
  CHECK(shop.reports.size() == 1);
}

TEST_CASE("A report may end it all") {
  Shop shop;
  shop.put(TestCertificate());
  auto opened = TlsFiles::open(shop.settings, shop.folder.path(""), shop.host.files,
                               shop.loop.timers(), [&](const Error*) { shop.files.reset(); });
  REQUIRE(opened.ok());
  shop.files = std::move(*opened);
  shop.put(TestCertificate());
  shop.pass(std::chrono::seconds(60));
  CHECK(shop.files == nullptr);
}
