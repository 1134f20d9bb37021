#include "admin/admission.h"

#include <utility>

#include "admin/exit_code.h"
#include "admin/registration.h"
#include "admin/verbs.h"

namespace shaddock::admin {
namespace {

// Another one for each: those of several machines may come at once.
cluster::Identity identity_of(net::Host& host, const AdmissionSettings& settings) {
  cluster::Identity self;
  self.role = cluster::Role::console;
  self.id = "joiner-" + std::to_string(host.random.next());
  self.user = settings.user;
  return self;
}

}  // namespace

Admission::Admission(net::Host& host, Logger log, AdmissionSettings settings)
    : host_(host),
      settings_(std::move(settings)),
      connect_limit_(host.loop.timers(),
                     [this] {
                       end(Error(exit_code::kOther, "no master " + settings_.master_id +
                                                        " that knows the same "
                                                        "secret answers at " +
                                                        net::to_string(settings_.master)));
                     }),
      rpc_(host.loop),
      endpoint_(host, std::move(log), identity_of(host, settings_), settings_.secret,
                static_cast<cluster::Receiver&>(*this)) {}

Admission::~Admission() = default;

void Admission::start(OnEnd on_end) {
  on_end_ = std::move(on_end);
  connect_limit_.start(kConnectLimit);
  endpoint_.dial(settings_.master_id, settings_.master);
}

void Admission::on_link_up(cluster::Link& link) {
  if (link.peer().role != cluster::Role::master) return link.close("not the master");
  if (!connect_limit_.active()) return;
  connect_limit_.stop();
  ask(link);
}

void Admission::ask(cluster::Link& link) {
  JoinMessage message;
  message.server = to_message(settings_.server);
  message.pid = host_.processes.self().pid;
  rpc_.call(&link, verb::kConsoleJoin, type_of<JoinMessage>(), &message, {kAnswerLimit},
            [this, here = std::weak_ptr<bool>(here_)](Result<std::string_view> answer) {
              if (!here.expired()) answered(answer);
            });
}

void Admission::answered(const Result<std::string_view>& answer) {
  if (!answer) {
    const Error& error = answer.error();
    if (error.code == kIdTaken) return end(Error(exit_code::kRunsAlready, error.text));
    if (error.code == code::kFailed) return end(Error(exit_code::kConfiguration, error.text));
    return end(Error(exit_code::kOther, "the master did not answer: " + error.text));
  }
  AdmittedMessage admitted;
  if (!cluster::decode_msgpack(*answer, type_of<AdmittedMessage>(), &admitted) ||
      admitted.incarnation == 0)
    return end(Error(exit_code::kOther, "the master's answer cannot be read"));
  end(admitted.incarnation);
}

void Admission::end(Result<std::uint64_t> result) {
  host_.loop.defer([this, result = std::move(result), here = std::weak_ptr<bool>(here_)]() mutable {
    if (here.expired() || !on_end_) return;
    auto on_end = std::move(on_end_);
    on_end(std::move(result));  // it may destroy this
  });
}

void Admission::on_request(cluster::Link& link, const cluster::Frame&) { link.close("unasked"); }
void Admission::on_call(cluster::Link& link, const cluster::Frame&) { link.close("unasked"); }
void Admission::on_push(cluster::Link& link, const cluster::Frame&) { link.close("unasked"); }
void Admission::on_session_closed(cluster::Link& link, cluster::SessionId) {
  link.close("unasked");
}

}  // namespace shaddock::admin
