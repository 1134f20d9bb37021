#include "net/tls_engine.h"

#include <doctest/doctest.h>
#include <openssl/kdf.h>

#include "net/tls_raw_client.h"

using namespace shaddock;
using namespace shaddock::net;

namespace {

// A server and a raw client that meets it.
struct Meeting {
  explicit Meeting(std::shared_ptr<TlsContext> context = server_context())
      : server(loop, std::move(context)) {
    server.stream->set_events(server.events);
  }
  void play() { client.play(loop, server); }

  HandLoop loop;
  TlsEnd server;
  RawClient client;
};

}  // namespace

TEST_CASE("Versions before TLS 1.2 are refused with an alert") {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    Meeting meeting;
    SSL_CTX_set_min_proto_version(meeting.client.settings(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(meeting.client.settings(), version);
    meeting.play();
    CHECK(!meeting.server.stream->handshaken());
    CHECK(!meeting.client.handshaken());
    CHECK(meeting.server.stream->failure() == "unsupported protocol");
    CHECK(meeting.server.wire->closed());
  }
}

TEST_CASE("In TLS 1.2 ciphers without forward secrecy or authenticated encryption are refused") {
  for (const std::string ciphers : {"AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256",
                                    "DHE-RSA-AES128-GCM-SHA256", "aNULL"}) {
    CAPTURE(ciphers);
    Meeting meeting;
    SSL_CTX_set_max_proto_version(meeting.client.settings(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(meeting.client.settings(), (ciphers + ":@SECLEVEL=0").c_str());
    meeting.play();
    CHECK(!meeting.client.handshaken());
    CHECK(meeting.server.stream->failure() == "no shared cipher");
  }
}

TEST_CASE("TLS 1.2 and 1.3 both work, without compression") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Meeting meeting;
    SSL_CTX_set_max_proto_version(meeting.client.settings(), version);
    meeting.play();
    REQUIRE(meeting.client.handshaken());
    CHECK(SSL_version(meeting.client.ssl()) == version);
    CHECK(SSL_get_current_compression(meeting.client.ssl()) == nullptr);
    meeting.server.stream->write("welcome");
    meeting.client.write("hello");
    meeting.play();
    CHECK(meeting.client.text == "welcome");
    CHECK(meeting.server.events.text == "hello");
  }
}

namespace {

// Writes records as a TLS 1.2 client with AES-128-GCM, beside OpenSSL, which sends no hello twice.
class RecordWriter {
 public:
  explicit RecordWriter(SSL* client) : cipher_(EVP_CIPHER_CTX_new()) {
    unsigned char master[48], randoms[64], block[40];
    SSL_SESSION_get_master_key(SSL_get_session(client), master, sizeof master);
    SSL_get_server_random(client, randoms, 32);
    SSL_get_client_random(client, randoms + 32, 32);
    EVP_PKEY_CTX* prf = EVP_PKEY_CTX_new_id(EVP_PKEY_TLS1_PRF, nullptr);
    EVP_PKEY_derive_init(prf);
    EVP_PKEY_CTX_set_tls1_prf_md(prf, EVP_sha256());
    EVP_PKEY_CTX_set1_tls1_prf_secret(prf, master, sizeof master);
    EVP_PKEY_CTX_add1_tls1_prf_seed(prf, reinterpret_cast<const unsigned char*>("key expansion"),
                                    13);
    EVP_PKEY_CTX_add1_tls1_prf_seed(prf, randoms, sizeof randoms);
    std::size_t size = sizeof block;
    REQUIRE(EVP_PKEY_derive(prf, block, &size) == 1);
    EVP_PKEY_CTX_free(prf);
    key_.assign(block, block + 16);
    salt_.assign(block + 32, block + 36);
  }
  ~RecordWriter() { EVP_CIPHER_CTX_free(cipher_); }
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  std::string write(char type, const std::string& plain) {
    std::string number(8, '\0');
    number[7] = static_cast<char>(++sequence_);
    number[6] = static_cast<char>(sequence_ >> 8);
    const auto size = [](std::size_t n) {
      return std::string{static_cast<char>(n >> 8), static_cast<char>(n)};
    };
    const std::string head = std::string(1, type) + "\x03\x03";
    return head + size(plain.size() + 24) + number +
           encrypt(salt_ + number, number + head + size(plain.size()), plain);
  }

 private:
  std::string encrypt(const std::string& nonce, const std::string& also, const std::string& plain) {
    const auto bytes = [](const std::string& text) {
      return reinterpret_cast<const unsigned char*>(text.data());
    };
    std::string made(plain.size() + 16, '\0');
    auto* out = reinterpret_cast<unsigned char*>(made.data());
    int count = 0;
    EVP_EncryptInit_ex(cipher_, EVP_aes_128_gcm(), nullptr, bytes(key_), bytes(nonce));
    EVP_EncryptUpdate(cipher_, nullptr, &count, bytes(also), static_cast<int>(also.size()));
    EVP_EncryptUpdate(cipher_, out, &count, bytes(plain), static_cast<int>(plain.size()));
    EVP_EncryptFinal_ex(cipher_, out + count, &count);
    EVP_CIPHER_CTX_ctrl(cipher_, EVP_CTRL_GCM_GET_TAG, 16, out + plain.size());
    return made;
  }

  EVP_CIPHER_CTX* cipher_;
  std::string key_, salt_;
  int sequence_ = 0;  // 0 was the client's last word of the handshake
};

}  // namespace

TEST_CASE("64 attempts to renegotiate are refused, one more ends the connection") {
  Meeting meeting;
  SSL_CTX_set_max_proto_version(meeting.client.settings(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(meeting.client.settings(), "ECDHE-ECDSA-AES128-GCM-SHA256");
  meeting.play();
  REQUIRE(meeting.client.handshaken());
  RecordWriter writer(meeting.client.ssl());
  const std::string hello = std::string("\x01\x00\x00\x24\x03\x03", 6) + std::string(34, 'h');
  meeting.server.wire->give(writer.write(23, "good"));
  for (int i = 0; i < TlsEngine::kMostLate; ++i) meeting.server.wire->give(writer.write(22, hello));
  meeting.server.wire->give(writer.write(23, " still"));
  CHECK(meeting.server.events.text == "good still");
  CHECK(!meeting.server.wire->closed());
  CHECK(meeting.server.wire->queued() <= 64 * 31);
  meeting.server.wire->give(writer.write(22, hello));
  CHECK(meeting.server.wire->closed());
  CHECK(meeting.server.stream->failure() == "too many handshake messages after the handshake");
}

TEST_CASE("A flood of attempts in one read is cut off in its midst") {
  Meeting meeting;
  SSL_CTX_set_max_proto_version(meeting.client.settings(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(meeting.client.settings(), "ECDHE-ECDSA-AES128-GCM-SHA256");
  meeting.play();
  RecordWriter writer(meeting.client.ssl());
  std::string flood;
  for (int i = 0; i < 1000; ++i) {
    flood += writer.write(22, std::string("\x01\x00\x00\x00", 4));
  }
  meeting.server.wire->give(flood + writer.write(23, "the end"));
  CHECK(meeting.server.wire->closed());
  CHECK(meeting.server.wire->queued() < 66 * 31);
  CHECK(meeting.server.events.text == "");
}

TEST_CASE("64 key updates are borne, one more ends the connection") {
  Meeting meeting;
  meeting.play();
  const auto update = [&](int times) {
    for (int i = 0; i < times; ++i) {
      REQUIRE(SSL_key_update(meeting.client.ssl(), SSL_KEY_UPDATE_REQUESTED) == 1);
      REQUIRE(SSL_do_handshake(meeting.client.ssl()) == 1);
    }
  };
  update(TlsEngine::kMostLate);
  meeting.client.write("still here");
  meeting.play();
  CHECK(meeting.server.events.text == "still here");
  update(1);
  meeting.client.write("!");
  meeting.play();
  CHECK(meeting.server.events.text == "still here");
  CHECK(meeting.server.stream->failure() == "too many handshake messages after the handshake");
  CHECK(meeting.server.wire->closed());
}

TEST_CASE("Of the protocols a client offers HTTP/1.1 is chosen, or none") {
  const auto chosen = [](std::string_view offered) {
    Meeting meeting;
    SSL_CTX_set_alpn_protos(meeting.client.settings(),
                            reinterpret_cast<const unsigned char*>(offered.data()),
                            static_cast<unsigned>(offered.size()));
    meeting.play();
    CHECK(meeting.client.handshaken());
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(meeting.client.ssl(), &name, &size);
    return std::string(reinterpret_cast<const char*>(name), size);
  };
  CHECK(chosen("\x02h2\x08http/1.1") == "http/1.1");
  CHECK(chosen("\x02h2") == "");
}

TEST_CASE("A client that comes again resumes its session by the ticket") {
  const auto context = server_context();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Meeting first(context);
    SSL_CTX_set_max_proto_version(first.client.settings(), version);
    first.play();
    SSL_SESSION* session = SSL_get1_session(first.client.ssl());
    Meeting second(context);
    SSL_CTX_set_max_proto_version(second.client.settings(), version);
    SSL_set_session(second.client.ssl(), session);
    second.play();
    CHECK(second.client.handshaken());
    CHECK(SSL_session_reused(second.client.ssl()) == 1);
    Meeting elsewhere;
    SSL_CTX_set_max_proto_version(elsewhere.client.settings(), version);
    SSL_set_session(elsewhere.client.ssl(), session);
    elsewhere.play();
    CHECK(elsewhere.client.handshaken());
    CHECK(SSL_session_reused(elsewhere.client.ssl()) == 0);
    SSL_SESSION_free(session);
  }
}

TEST_CASE("A client with trusted issuers takes their certificates only, for the right name") {
  const TestCertificate own, other;
  const auto failure = [&](const TestCertificate& trusted, const std::string& name) {
    auto context = TlsContext::client(trusted.certificate(), name);
    REQUIRE(context.ok());
    TlsPair pair(server_context(own), *context);
    pair.carry();
    CHECK(pair.client.stream->handshaken() == pair.client.stream->failure().empty());
    return std::string(pair.client.stream->failure());
  };
  CHECK(failure(own, "localhost") == "");
  CHECK(failure(own, "elsewhere") == "hostname mismatch");
  CHECK(failure(other, "localhost") == "self-signed certificate");
  CHECK(TlsContext::client("no PEM").error().text ==
        "the trusted PEM text holds no certificate in PEM");
}
