#include "net/static_files.h"

#include <memory>
#include <utility>

#include "base/crypto.h"

namespace shaddock::net {
namespace {

constexpr std::pair<std::string_view, std::string_view> kContentTypes[] = {
    {"html", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"json", "application/json"},
    {"txt", "text/plain; charset=utf-8"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"webp", "image/webp"},
    {"ico", "image/x-icon"},
    {"woff2", "font/woff2"},
    {"wasm", "application/wasm"},
    {"mp3", "audio/mpeg"},
    {"ogg", "audio/ogg"},
};

}  // namespace

void StaticFiles::add(std::string path, std::string content_type, std::string bytes) {
  std::string etag = '"' + base64(sha1(bytes)) + '"';
  files_.insert_or_assign(std::move(path),
                          StaticFile{std::move(content_type), std::move(etag),
                                     std::make_shared<const std::string>(std::move(bytes))});
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found != files_.end() ? &found->second : nullptr;
}

std::string_view content_type_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot != std::string_view::npos) {
    for (const auto& [extension, type] : kContentTypes) {
      if (file_name.substr(dot + 1) == extension) return type;
    }
  }
  return "application/octet-stream";
}

}  // namespace shaddock::net
