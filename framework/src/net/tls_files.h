#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>
#include <shaddock/listener.h>

#include <memory>
#include <string>

#include "net/files.h"
#include "net/timer_wheel.h"
#include "net/tls_context.h"

namespace shaddock::net {

// Keeps the TLS context of a port as its files are. New connections take context() when they begin;
// open ones keep what they have. Files that are wrong, or gone, change nothing and are reported
// once; so is each replacement. Certificate and key are two files: whoever looks between the
// writing of the two sees a key that does not belong to the certificate, until the next look.
class TlsFiles {
 public:
  // Null: new files were read and serve from now on. It may destroy the TlsFiles.
  using Report = Function<void(const Error*)>;

  // Errors name the file and say what is wrong with it. Relative paths are below `folder`.
  static Result<std::unique_ptr<TlsFiles>> open(const TlsSettings& settings, std::string folder,
                                                Files& files, TimerWheel& timers, Report report);

  const std::shared_ptr<TlsContext>& context() const { return context_; }
  // As the timer does every settings.reload; for an operator who does not want to wait.
  void look();

 private:
  struct Contents {
    std::string certificate, key, pkcs12, password;
  };

  TlsFiles(const TlsSettings& settings, std::string folder, Files& files, TimerWheel& timers,
           Report report);
  std::string path(const std::string& name) const;
  Result<std::string> read(const std::string& name) const;
  Result<Contents> read_all() const;
  Result<std::shared_ptr<TlsContext>> load(const Contents& contents) const;
  static std::string digest(const Contents& contents);

  TlsSettings settings_;
  std::string folder_;
  Files& files_;
  Report report_;
  std::shared_ptr<TlsContext> context_;
  std::string seen_;       // digest of what was looked at last, right or wrong
  std::string complaint_;  // why it cannot be read, while it cannot
  Timer next_look_;
};

}  // namespace shaddock::net
