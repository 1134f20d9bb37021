#include "server/counter_log.h"

#include <string>

namespace shaddock::server {

CounterLog::CounterLog(Logger log, net::TimerWheel& clock, Function<Values()> read)
    : log_(std::move(log)), read_(std::move(read)), timer_(clock, [this] {
        write();
        timer_.start(kInterval);
      }) {
  timer_.start(kInterval);
}

void CounterLog::write() {
  const Values values = read_();
  written_.resize(values.size());
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& [name, value] = values[i];
    const std::uint64_t more = value - std::exchange(written_[i], value);
    if (more == 0) continue;
    if (!line.empty()) line += ", ";
    line.append(name).append(" +" + std::to_string(more) + " (" + std::to_string(value) + ')');
  }
  if (!line.empty()) log_.info(line);
}

}  // namespace shaddock::server
