// The bound of TLS connections: handshakes of bare OpenSSL in memory, no socket and no loop.
//
//   handshakes CERTIFICATE KEY SECONDS
//
// Prints how many handshakes the server's half makes in a CPU-second: only its steps are on the
// clock, the client's take their turns beside it. Versions, ciphers, curves and the one ticket are
// those of the framework's connections; no client brings a ticket back, so each handshake is whole.

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>

namespace shaddock::bench {
namespace {

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

struct Free {
  void operator()(SSL_CTX* settings) const { SSL_CTX_free(settings); }
  void operator()(SSL* machine) const { SSL_free(machine); }
};
using Settings = std::unique_ptr<SSL_CTX, Free>;
using Machine = std::unique_ptr<SSL, Free>;

struct Count {
  std::uint64_t handshakes = 0;
  std::int64_t cpu = 0;  // nanoseconds of the server's half
};

std::int64_t now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

template <class Work>
auto counted(Count& count, Work work) {
  const std::int64_t before = now(CLOCK_THREAD_CPUTIME_ID);
  auto result = work();
  count.cpu += now(CLOCK_THREAD_CPUTIME_ID) - before;
  return result;
}

Settings settings_of(const SSL_METHOD* method) {
  Settings settings(SSL_CTX_new(method));
  SSL_CTX_set_min_proto_version(settings.get(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(settings.get(), kCiphers);
  SSL_CTX_set_options(settings.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                          SSL_OP_CIPHER_SERVER_PREFERENCE |
                                          SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(settings.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(settings.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(settings.get(), 1);
  return settings;
}

// What the machine writes goes to `output`, what it reads comes from `input`; it owns neither.
Machine machine_of(SSL_CTX* settings, BIO* input, BIO* output) {
  Machine machine(SSL_new(settings));
  BIO_up_ref(input);
  BIO_up_ref(output);
  SSL_set_bio(machine.get(), input, output);
  return machine;
}

bool shake_hands(SSL_CTX* server_settings, SSL_CTX* client_settings, Count& count) {
  BIO* to_server = BIO_new(BIO_s_mem());
  BIO* to_client = BIO_new(BIO_s_mem());
  Machine client = machine_of(client_settings, to_client, to_server);
  SSL_set_connect_state(client.get());
  Machine server = counted(count, [&] {
    Machine made = machine_of(server_settings, to_server, to_client);
    SSL_set_accept_state(made.get());
    return made;
  });
  int done = 0;
  for (int turn = 0; turn < 4 && done != 1; ++turn) {
    SSL_do_handshake(client.get());
    done = counted(count, [&] { return SSL_do_handshake(server.get()); });
  }
  const bool whole =
      done == 1 && SSL_is_init_finished(client.get()) == 1 && SSL_session_reused(server.get()) == 0;
  counted(count, [&] { return server.reset(), 0; });
  client.reset();
  BIO_free(to_server);
  BIO_free(to_client);
  return whole;
}

int measure(const char* certificate, const char* key, double seconds) {
  const Settings server = settings_of(TLS_server_method());
  const Settings client = settings_of(TLS_client_method());
  if (SSL_CTX_use_certificate_chain_file(server.get(), certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(server.get(), key, SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    return 1;
  }
  Count count;
  const std::int64_t end =
      now(CLOCK_MONOTONIC) + static_cast<std::int64_t>(seconds * 1'000'000'000);
  while (now(CLOCK_MONOTONIC) < end) {
    if (!shake_hands(server.get(), client.get(), count)) {
      std::fputs("handshakes: one failed or was not whole\n", stderr);
      return 1;
    }
    ++count.handshakes;
  }
  std::printf("%.1f\n",
              static_cast<double>(count.handshakes) * 1e9 / static_cast<double>(count.cpu));
  return 0;
}

}  // namespace
}  // namespace shaddock::bench

int main(int argc, char** argv) {
  const double seconds = argc == 4 ? std::atof(argv[3]) : 0;
  if (seconds > 0) return shaddock::bench::measure(argv[1], argv[2], seconds);
  std::fputs("usage: handshakes CERTIFICATE KEY SECONDS\n", stderr);
  return 2;
}
