#include "protocol/proto_schema.h"

#include <algorithm>

#include "base/crypto.h"
#include "protocol/proto_compiler.h"

namespace shaddock::protocol {
namespace {

constexpr std::string_view kUseProto = R"("useProto":true)";

}  // namespace

std::size_t ProtoMessage::with_tag(std::uint64_t tag) const {
  const std::uint64_t likely = tag - 1;  // most files count from 1
  if (likely < fields.size() && fields[likely].tag == tag) return likely;
  const auto found = std::ranges::lower_bound(
      by_tag, tag, {}, [&](std::uint32_t index) -> std::uint64_t { return fields[index].tag; });
  return found != by_tag.end() && fields[*found].tag == tag ? *found : fields.size();
}

std::size_t ProtoMessage::named(std::string_view wanted, std::size_t hint) const {
  const std::size_t count = fields.size();
  for (std::size_t i = hint; i < count; ++i)
    if (fields[i].name == wanted) return i;
  for (std::size_t i = 0; i < hint && i < count; ++i)
    if (fields[i].name == wanted) return i;
  return count;
}

ProtoSchema::ProtoSchema() : compiled_(std::make_shared<const CompiledProtos>()) {}

ProtoSchema ProtoSchema::parse(const Document& document, std::vector<Problem>& problems) {
  ProtoSchema schema;
  schema.compiled_ = std::make_shared<const CompiledProtos>(compile_protos(document, problems));
  return schema;
}

const ProtoMessage* ProtoSchema::find(std::string_view route) const {
  const auto found = compiled_->routes.find(route);
  return found == compiled_->routes.end() ? nullptr : found->second;
}

bool ProtoSchema::empty() const { return compiled_->routes.empty(); }

const std::string& ProtoSchema::parsed_form() const { return compiled_->parsed_form; }

Protos::Protos() : Protos(ProtoSchema(), ProtoSchema()) {}

Protos::Protos(ProtoSchema client, ProtoSchema server)
    : client_(std::move(client)),
      server_(std::move(server)),
      version_(base64(md5(client_.parsed_form() + server_.parsed_form()))),
      all_members_("\"protos\":{\"server\":" + server_.parsed_form() +
                   ",\"client\":" + client_.parsed_form() + ",\"version\":\"" + version_ + "\"}," +
                   std::string(kUseProto)) {}

std::string_view Protos::sys_members(std::string_view client_version) const {
  return client_version == version_ ? kUseProto : std::string_view(all_members_);
}

}  // namespace shaddock::protocol
