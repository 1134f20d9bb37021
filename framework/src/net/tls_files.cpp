#include "net/tls_files.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"

namespace shaddock::net {

TlsFiles::TlsFiles(const TlsSettings& settings, std::string folder, Files& files,
                   TimerWheel& timers, Report report)
    : settings_(settings),
      folder_(std::move(folder)),
      files_(files),
      report_(std::move(report)),
      next_look_(timers, [this] { look(); }) {}

Result<std::unique_ptr<TlsFiles>> TlsFiles::open(const TlsSettings& settings, std::string folder,
                                                 Files& files, TimerWheel& timers, Report report) {
  std::unique_ptr<TlsFiles> made(
      new TlsFiles(settings, std::move(folder), files, timers, std::move(report)));
  auto contents = made->read_all();
  if (!contents) return std::move(contents).error();
  auto context = made->load(*contents);
  if (!context) return std::move(context).error();
  made->context_ = std::move(*context);
  made->seen_ = digest(*contents);
  if (settings.reload.count() > 0) made->next_look_.start(settings.reload);
  return made;
}

std::string TlsFiles::path(const std::string& name) const {
  return name.starts_with('/') || folder_.empty() ? name : folder_ + '/' + name;
}

Result<std::string> TlsFiles::read(const std::string& name) const {
  if (name.empty()) return std::string();
  auto bytes = files_.read(path(name));
  if (!bytes) return std::move(bytes).error();
  if (!*bytes) return Error(code::kFailed, path(name) + ": there is no such file");
  return std::move(**bytes);
}

Result<TlsFiles::Contents> TlsFiles::read_all() const {
  Contents contents;
  const std::pair<const std::string*, std::string*> files[] = {
      {&settings_.certificate, &contents.certificate},
      {settings_.key.empty() ? &settings_.certificate : &settings_.key, &contents.key},
      {&settings_.pkcs12, &contents.pkcs12},
      {&settings_.password_file, &contents.password}};
  for (const auto& [name, into] : files) {
    auto bytes = read(*name);
    if (!bytes) return std::move(bytes).error();
    *into = std::move(*bytes);
  }
  contents.password.resize(
      std::min(contents.password.find_first_of("\r\n"), contents.password.size()));
  return contents;
}

Result<std::shared_ptr<TlsContext>> TlsFiles::load(const Contents& contents) const {
  const bool packed = !settings_.pkcs12.empty();
  auto made = packed ? TlsContext::from_pkcs12(contents.pkcs12, contents.password)
                     : TlsContext::from_pem(contents.certificate, contents.key, contents.password);
  if (made) return made;
  std::string where = path(packed ? settings_.pkcs12 : settings_.certificate);
  if (!packed && !settings_.key.empty()) where += ", " + path(settings_.key);
  return Error(code::kFailed, where + ": " + made.error().text);
}

std::string TlsFiles::digest(const Contents& contents) {
  std::string all;
  for (const auto* part :
       {&contents.certificate, &contents.key, &contents.pkcs12, &contents.password}) {
    all += sha256(*part);
  }
  return sha256(all);
}

void TlsFiles::look() {
  if (settings_.reload.count() > 0) next_look_.start(settings_.reload);
  auto contents = read_all();
  if (!contents) {
    if (contents.error().text == complaint_) return;
    complaint_ = contents.error().text;
    return report_(&contents.error());
  }
  complaint_.clear();
  const std::string now = digest(*contents);
  if (std::exchange(seen_, now) == now) return;
  auto context = load(*contents);
  if (!context) return report_(&context.error());
  context_ = std::move(*context);
  report_(nullptr);
}

}  // namespace shaddock::net
