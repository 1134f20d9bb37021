#include "session/push_packages.h"

#include "protocol/message.h"
#include "protocol/package.h"

namespace shaddock::session {

namespace {

constexpr std::size_t kMostReused = 64 * 1024;  // a longer one is given back

}  // namespace

void PushPackages::add(const ClientForm& form) {
  const ClientForm plain = plainest(form);
  if (!known_[plain.index()]) {
    known_.set(plain.index());
    packages_[plain.index()] = make(plain);
  }
  known_.set(form.index());
  packages_[form.index()] = packages_[plain.index()];
}

ClientForm PushPackages::plainest(ClientForm form) {
  if (form.dictionary) {
    if (!code_)
      code_ = tools_.protocol != nullptr ? tools_.protocol->dictionary.code(body_.route())
                                         : std::nullopt;
    form.dictionary = code_->has_value();
  }
  form.protobuf = form.protobuf && body_.has_schema();
  if (form.zlib) {
    const auto body = body_.bytes(form.protobuf);
    form.zlib = body && tools_.compress_from != 0 && body->size() >= tools_.compress_from;
  }
  return form;
}

SharedBytes PushPackages::make(const ClientForm& form) {
  const auto body = body_.bytes(form.protobuf);
  if (!body) return nullptr;
  if (!form.zlib) return join(form, false, *body);
  Buffer& deflated = tools_.buffers.deflated;
  deflated.clear();
  if (tools_.deflater.deflate(Compression::zlib, *body, deflated))
    return join(form, true, deflated.view());
  ClientForm plain = form;
  plain.zlib = false;
  return of(plain);
}

bool PushPackages::write_head(const ClientForm& form, bool deflated, Buffer& head) {
  protocol::MessageHeader header;
  header.type = protocol::MessageType::push;
  header.gzip = deflated;
  header.compressed_route = form.dictionary;
  if (form.dictionary)
    header.code = **code_;
  else
    header.route = body_.route();
  return protocol::write_message_header(head, header);
}

std::shared_ptr<std::string> PushPackages::take_package(const ClientForm& form, std::size_t size) {
  if (size > kMostReused) return std::make_shared<std::string>();
  std::shared_ptr<std::string>& last = tools_.buffers.packages[form.index()];
  if (!last || last.use_count() != 1) last = std::make_shared<std::string>();
  last->clear();
  return last;
}

SharedBytes PushPackages::join(const ClientForm& form, bool deflated, std::string_view body) {
  Buffer& head = tools_.buffers.head;
  head.clear();
  const std::size_t package = protocol::begin_package(head);
  const bool fits = write_head(form, deflated, head);
  const std::size_t length = head.size() - protocol::kPackageHeaderSize + body.size();
  if (!fits || length > protocol::kMaxPackageBody) {
    tools_.log.error("push is too large or its route too long",
                     {{"route", body_.route()}, {"bytes", body.size()}});
    return nullptr;
  }
  protocol::write_package_header(head.data() + package, protocol::PackageType::data, length);
  const std::shared_ptr<std::string> bytes = take_package(form, head.size() + body.size());
  bytes->reserve(head.size() + body.size());
  bytes->append(head.view()).append(body);
  return bytes;
}

}  // namespace shaddock::session
