#include <openssl/pem.h>

#include <array>
#include <cstring>
#include <string>

#include "bench/micro/benchmarks.h"
#include "bench/micro/hand_network.h"
#include "bench/micro/messages.h"
#include "bench/micro/plain_client.h"
#include "net/tls_engine.h"
#include "net/tls_handles.h"
#include "net/websocket.h"
#include "net/websocket_writer.h"

namespace shaddock::micro {

namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

void read_websocket(State& state) {
  Buffer frames;
  const std::string message = PlainClient::requests(1, kRoute, kRequestBody);
  for (int i = 0; i < kInFlight; ++i)
    net::write_masked_frame(frames, net::Opcode::binary, message, 0x1234'5678);
  std::string read(frames.view());
  net::WebSocketReader reader;
  while (state.KeepRunningBatch(kInFlight)) {
    std::memcpy(read.data(), frames.data(), read.size());  // what was masked is unmasked in place
    reader.feed(read);
    while (const auto event = reader.next()) DoNotOptimize(event->payload.data());
  }
}

void write_websocket(State& state) {
  Buffer out;
  for (auto _ : state) {
    out.clear();
    const std::size_t at = net::begin_frame(out);
    out.append(kAnswerBody);
    net::end_frame(out, at, net::Opcode::binary);
    DoNotOptimize(out.data());
  }
}

std::string pem(int (*write)(BIO*, X509*, EVP_PKEY*), X509* certificate, EVP_PKEY* key) {
  const net::BioHandle out(BIO_new(BIO_s_mem()));
  write(out.get(), certificate, key);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

// Of a key of its own, good for an hour.
std::shared_ptr<net::TlsContext> server_context() {
  const net::KeyHandle key(EVP_EC_gen("P-256"));
  const net::CertificateHandle made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key.get());
  X509_sign(made.get(), key.get(), EVP_sha256());
  const auto write_certificate = [](BIO* out, X509* one, EVP_PKEY*) {
    return PEM_write_bio_X509(out, one);
  };
  const auto write_key = [](BIO* out, X509*, EVP_PKEY* one) {
    return PEM_write_bio_PKCS8PrivateKey(out, one, nullptr, nullptr, 0, nullptr, nullptr);
  };
  return net::TlsContext::from_pem(pem(write_certificate, made.get(), key.get()),
                                   pem(write_key, made.get(), key.get()))
      .unwrap();
}

// A client and a server that have shaken hands.
struct Secured {
  Secured() {
    for (int i = 0; i < 10 && !(client.handshaken() && server.handshaken()); ++i) {
      step(client, server_wire);
      step(server, client_wire);
    }
    step(client, server_wire);  // the tickets
  }
  static void step(net::TlsEngine& engine, HandStream& other_wire) {
    const std::string bytes = other_wire.take();
    engine.feed(bytes);
    char scrap[64];
    if (engine.handshaken())
      engine.read(scrap);
    else
      engine.shake_hands();
  }

  HandStream client_wire, server_wire;
  net::TlsEngine client{net::TlsContext::client().unwrap(), client_wire};
  net::TlsEngine server{server_context(), server_wire};
};

// So many messages in one record.
void read_tls(State& state) {
  Secured pair;
  const auto together = static_cast<std::uint32_t>(state.range(0));
  const std::string plain = PlainClient::requests(together, kRoute, kRequestBody);
  std::array<char, 16 * 1024> read;
  while (state.KeepRunningBatch(together)) {
    state.PauseTiming();
    pair.client.write(plain);
    const std::string bytes = pair.client_wire.take();
    state.ResumeTiming();
    pair.server.feed(bytes);
    if (pair.server.read(read).count != plain.size()) state.SkipWithError("not decrypted");
    if (pair.server.read(read).count != 0) state.SkipWithError("too much");
  }
}

void write_tls(State& state) {
  Secured pair;
  const auto together = static_cast<std::uint32_t>(state.range(0));
  const std::string plain = PlainClient::requests(together, kRoute, kRequestBody);
  std::string wire;
  while (state.KeepRunningBatch(together)) {
    pair.server.write(plain);
    wire.clear();
    pair.server_wire.take(wire);
  }
}

}  // namespace

void add_framing() {
  benchmark::RegisterBenchmark("framing/WebSocket: read a message", read_websocket);
  benchmark::RegisterBenchmark("framing/WebSocket: write a message", write_websocket);
  benchmark::RegisterBenchmark("framing/TLS: read a message", read_tls)->Arg(1)->Arg(kInFlight);
  benchmark::RegisterBenchmark("framing/TLS: write a message", write_tls)->Arg(1)->Arg(kInFlight);
}

}  // namespace shaddock::micro
