#include <algorithm>

#include "base/json_codec.h"
#include "protocol/protobuf.h"
#include "server/client.h"
#include "server/error_answer.h"
#include "server/pitaya_error.h"

namespace shaddock::server {

using net::close_code::kPolicy;
using protocol::PackageType;
using WhenSlow = Settings::Connector::WhenSlow;

void Client::expect_answer(std::uint32_t id, const protocol::ProtoMessage* schema) {
  ++unanswered_;
  if (schema != nullptr) schemas_.emplace_back(id, schema);
}

// A client may use an id twice: then the answers come in order of the requests.
const protocol::ProtoMessage* Client::take_schema(std::uint32_t id) {
  const auto at = std::find_if(schemas_.begin(), schemas_.end(),
                               [id](const auto& one) { return one.first == id; });
  if (at == schemas_.end()) return nullptr;
  const protocol::ProtoMessage* schema = at->second;
  schemas_.erase(at);
  return schema;
}

Buffer& Client::begin_response(std::uint32_t id) {
  queued_before_ = transport_.queued();
  Buffer& out = resume_ ? begin_numbered() : transport_.begin();
  flag_at_ = out.size();
  protocol::write_response_header(out, id);
  body_at_ = out.size();
  response_id_ = id;
  return out;
}

void Client::answer(std::uint32_t id, std::string_view body) {
  const bool as_it_is = transport_.carries_packages() && !pitaya_ && !session_->form.zlib &&
                        schemas_.empty() && !resume_;
  const std::size_t before = transport_.queued();
  if (as_it_is && protocol::append_response(transport_.output(), id, body))
    return note_answered(before);
  begin_response(id).append(body);
  end_response();
}

void Client::end_response() {
  if (!schemas_.empty()) take_schema(response_id_);
  finish_response(false);
}

void Client::finish_response(bool failed) {
  Buffer& out = response_output();
  if (pitaya_ && !failed && out.view().substr(body_at_) == "null") {
    out.truncate(body_at_);
    encode_pitaya_error(0, "the handler answered nothing", {}, out);
    failed = true;
  }
  if (pitaya_ && failed) out.data()[flag_at_] |= static_cast<char>(protocol::kErrorBit);
  if (session_->form.zlib) compress_body(out);
  if (!(resume_ ? end_numbered() : transport_.end(PackageType::data))) {
    --unanswered_;
    context_.log.error("answer is too large for a package, the client is sent away",
                       {{"client", address()}});
    return close(net::close_code::kInternal);
  }
  note_answered(queued_before_);
}

void Client::note_answered(std::size_t queued_before) {
  if (--unanswered_ == 0 && (earlier_sessions_ || leaving_)) all_answered();
  watch_queue(queued_before);
}

void Client::all_answered() {
  if (earlier_sessions_) forget_answered_sessions();
  if (leaving_) leave(net::close_code::kGoingAway);
}

void Client::compress_body(Buffer& out) {
  const std::string_view body = out.view().substr(body_at_);
  const std::size_t from = context_.settings.compress_from;
  if (from == 0 || body.size() < from) return;
  Buffer deflated;
  if (!transport_.port().compressors.deflater.deflate(Compression::zlib, body, deflated)) return;
  out.truncate(body_at_);
  out.append(deflated.view());
  out.data()[flag_at_] |= static_cast<char>(protocol::kCompressedBit);
}

void Client::answer_error(std::uint32_t id, const Error& error, int pitaya_code) {
  const protocol::ProtoMessage* schema = schemas_.empty() ? nullptr : take_schema(id);
  Buffer& out = begin_response(id);
  const bool with_text = context_.send_error_text;
  if (pitaya_) {
    if (pitaya_code == 0 && !error.unexpected) pitaya_code = error.code;
    encode_pitaya_error(pitaya_code, with_text ? std::string_view(error.text) : std::string_view(),
                        error.body, out);
  } else if (schema != nullptr) {
    // What the schema refuses leaves as an empty body, as Pomelo's does: JSON would be misread.
    const Json answer = error_answer(error, with_text);
    (void)protocol::encode_protobuf(*schema, type_of<Json>(), &answer, out).ok();
  } else {
    encode_error(error, with_text, out);
  }
  finish_response(true);
}

void Client::answer_failure(std::uint32_t id, int status, std::string_view json) {
  if (!pitaya_ && schemas_.empty()) {
    begin_response(id).append(json);
    return finish_response(true);
  }
  Json body = json_or_empty(json);
  std::string text;
  if (const Json* message = body.find("message"); message != nullptr && message->is_string())
    text = message->as_string();
  answer_error(id, Error(status, std::move(text), std::move(body)));
}

void Client::send_package(const SharedBytes& package) {
  if (resume_) return send_numbered(package);
  if (transport_.closing() || !machine_.may_send()) return;
  const std::size_t before = transport_.queued();
  transport_.write(package);
  watch_queue(before);
}

void Client::send_push(const SharedBytes& package, std::string_view route) {
  if (guard_.keeps_all()) return send_package(package);
  switch (guard_.policy(route, transport_.queued(), context_.pressed(context_.kSparePushes))) {
    case WhenSlow::keep:
      return send_package(package);
    case WhenSlow::keep_latest:
      guard_.keep_latest(route, package);
      return judge_later();
    case WhenSlow::drop:
      return context_.counters.add(Count::dropped_pushes);
    case WhenSlow::disconnect:
      return end(Count::queue_full, kPolicy);
  }
}

void Client::on_room() {
  count_queued();
  send_kept();
}

void Client::send_kept() {
  while (SharedBytes package = guard_.take_kept()) send_package(package);
}

std::size_t Client::count_queued() {
  const std::size_t queued = transport_.closing() ? 0 : transport_.queued();
  context_.queued += queued - counted_;
  return counted_ = queued;
}

void Client::watch_queue(std::size_t before) {
  const std::size_t queued = count_queued();
  if (transport_.closing()) return;
  const std::size_t most = context_.settings.limits.queued_all;
  if (most != 0 && context_.queued > most) context_.events.on_queues_full();
  if (!guard_.watches() && guard_.begin_watch(context_.loop.now(), transport_.written())) arm();
  switch (guard_.wrote(before, queued)) {
    case OutputGuard::Verdict::fine:
      return;
    case OutputGuard::Verdict::full:
      return end(Count::queue_full, kPolicy);
    case OutputGuard::Verdict::later:
      return judge_later();
  }
}

void Client::judge_later() {
  if (transport_.closing() || std::exchange(queue_watched_, true)) return;
  context_.loop.post([session = session_] {
    if (session->answers_to != nullptr) static_cast<Client*>(session->answers_to)->judge_queue();
  });
}

// A burst of one turn is no slow client: judged after the kernel had its chance. While it takes
// something, nobody else may tell when the last of it is gone.
void Client::judge_queue() {
  queue_watched_ = false;
  const std::size_t queued = transport_.queued();
  if (guard_.too_slow(queued)) return end(Count::queue_full, kPolicy);
  if (!guard_.keeps()) return;
  if (guard_.has_room(queued, context_.pressed(context_.kSparePushes))) return send_kept();
  if (guard_.moves(transport_.written())) judge_later();
}

}  // namespace shaddock::server
