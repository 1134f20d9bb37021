#include "admin/stop_by_pid.h"

#include <algorithm>
#include <csignal>
#include <functional>

namespace shaddock::admin {
namespace {

// A process that several records name is ended once, as the master if it is that.
std::vector<StopTarget> targets_of(std::vector<Record> records) {
  std::stable_partition(records.begin(), records.end(), std::mem_fn(&Record::is_master));
  std::vector<StopTarget> targets;
  for (auto record = records.begin(); record != records.end(); ++record) {
    const auto same = [&](const Record& other) { return other.process == record->process; };
    if (std::any_of(records.begin(), record, same)) continue;
    targets.push_back(
        {record->id, record->is_master() ? StopWave::master : wave_of_server(record->frontend)});
  }
  return targets;
}

}  // namespace

StopByPid::StopByPid(net::Host& host, std::vector<Record> records,
                     std::function<void(std::string_view)> print,
                     Function<void(std::vector<std::string>)> done, net::Duration give_up_after)
    : host_(host),
      records_(std::move(records)),
      print_(std::move(print)),
      done_(std::move(done)),
      give_up_after_(give_up_after),
      look_(host.loop.timers(), [this] { look(); }),
      sequence_(host.loop.timers(), targets_of(records_), *this, nullptr,
                {.terminate_after = kKillAfter, .kill_after = kKillAfter}) {}

void StopByPid::start() {
  give_up_ = host_.loop.now() + give_up_after_;
  sequence_.start();
  look_.start(net::Duration(0));
}

// Processes of others cannot be waited for, only looked at.
void StopByPid::look() {
  std::vector<std::string> gone;
  std::erase_if(records_, [&](const Record& record) {
    if (host_.processes.alive(record.process)) return false;
    gone.push_back(record.id);
    return true;
  });
  for (const std::string& id : gone) sequence_.gone(id);
  if (records_.empty() || host_.loop.now() >= give_up_)
    finish();
  else
    look_.start(kLookAgain);
}

void StopByPid::finish() {
  std::vector<std::string> left;
  for (const Record& record : records_) left.push_back(record.id);
  done_(std::move(left));
}

void StopByPid::signal(const std::string& id, int number) {
  for (const Record& record : records_)
    if (record.id == id) host_.processes.signal(record.process, number);
}

void StopByPid::ask(const std::string& id) { signal(id, SIGTERM); }

void StopByPid::kill(const std::string& id) {
  print_(id + " did not stop in time and was killed");
  signal(id, SIGKILL);
}

}  // namespace shaddock::admin
