#include "base/log_writer.h"

#include <pthread.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace shaddock {

using Clock = std::chrono::steady_clock;

struct LogWriter::State {
  State(std::unique_ptr<LogFile> to, std::size_t most, Complain on_fault)
      : file(std::move(to)), room(most), complain(std::move(on_fault)) {}

  void run();
  bool next(std::unique_lock<std::mutex>& lock);
  void refused(std::unique_lock<std::mutex>& lock);
  void tell(std::uint64_t lost_by_now);

  // The thread's own.
  const std::unique_ptr<LogFile> file;
  const std::size_t room;
  Complain complain;
  std::optional<Clock::time_point> looked, complained;
  std::string line;  // the rest of it is to be written

  std::mutex mutex;  // for what follows
  std::condition_variable news, written;
  std::deque<std::string> waiting;
  std::size_t bytes = 0;
  std::uint64_t lost = 0, told = 0;
  bool idle = true;   // nothing waits, nothing is being written
  bool slow = false;  // since it was idle last
  bool ending = false, ended = false;
};

// False: it is over.
bool LogWriter::State::next(std::unique_lock<std::mutex>& lock) {
  if (waiting.empty()) {
    idle = true;
    slow = false;
    written.notify_all();
  }
  news.wait(lock, [this] { return ending || !waiting.empty(); });
  if (waiting.empty()) return false;
  line = std::move(waiting.front());
  waiting.pop_front();
  bytes -= line.size();
  return true;
}

void LogWriter::State::run() {
  std::unique_lock lock(mutex);
  while (!line.empty() || next(lock)) {
    lock.unlock();
    const auto now = Clock::now();
    if (!looked || now - *looked >= kLookEach) {
      looked = now;
      file->look();
    }
    line.erase(0, file->write(line));
    lock.lock();
    if (line.empty()) continue;
    refused(lock);
    if (ending) break;
  }
  ended = true;
  written.notify_all();
}

void LogWriter::State::refused(std::unique_lock<std::mutex>& lock) {
  slow = true;
  looked.reset();
  const std::uint64_t lost_by_now = lost;
  lock.unlock();
  tell(lost_by_now);
  lock.lock();
  news.wait_for(lock, kRetry, [this] { return ending; });
}

void LogWriter::State::tell(std::uint64_t lost_by_now) {
  const auto now = Clock::now();
  if (complained && now - *complained < kComplainEach) return;
  complained = now;
  complain("cannot write " + file->path() + ": " + file->fault() +
           ", lines lost: " + std::to_string(lost_by_now));
}

LogWriter::LogWriter(std::unique_ptr<LogFile> file, std::size_t room, Complain complain)
    : state_(std::make_shared<State>(std::move(file), room, std::move(complain))) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the threads that know of them
  try {
    thread_ = std::thread([state = state_] { state->run(); });
  } catch (...) {
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogWriter::~LogWriter() {
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->news.notify_all();
  const bool ended = state_->written.wait_for(lock, kPatience, [this] { return state_->ended; });
  lock.unlock();
  ended ? thread_.join() : thread_.detach();
}

void LogWriter::add(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  const std::lock_guard lock(state_->mutex);
  state_->bytes += whole.size();
  state_->waiting.push_back(std::move(whole));
  for (; state_->bytes > state_->room && state_->waiting.size() > 1; ++state_->lost) {
    state_->bytes -= state_->waiting.front().size();
    state_->waiting.pop_front();
  }
  state_->idle = false;
  state_->news.notify_one();
}

void LogWriter::hurry() {
  std::unique_lock lock(state_->mutex);
  if (state_->slow) return;
  state_->slow = !state_->written.wait_for(lock, kHurry, [this] { return state_->idle; });
}

std::uint64_t LogWriter::lost() const {
  const std::lock_guard lock(state_->mutex);
  return state_->lost;
}

std::uint64_t LogWriter::take_lost() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->idle) return 0;
  return state_->lost - std::exchange(state_->told, state_->lost);
}

}  // namespace shaddock
