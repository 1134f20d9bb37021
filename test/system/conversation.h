#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/timer_wheel.h"
#include "system/chat_cluster.h"
#include "system/person.h"

namespace shaddock::system_test {

// Lets people come one after the other, so that all see each other; fails the test when somebody
// is not let in.
std::vector<std::unique_ptr<Person>> let_in(ChatCluster& cluster,
                                            const std::vector<std::string>& names,
                                            const std::string& room);
void let_in(ChatCluster& cluster, Person& person);

// Two people in a room who never stop: each word is answered by the next a breath after the other
// has heard it, so that both keep to the thousand messages a second that a session may send.
// Whatever is not as it should be is kept as a fault.
class Conversation {
 public:
  Conversation(ChatCluster& cluster, const std::string& room);

  // Waits until that many more words were heard.
  bool goes_on(ChatCluster& cluster, int words = 20);
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  void say_next(Person& speaker);
  void listen(Person& listener, Person& other);

  std::vector<std::unique_ptr<Person>> people_;
  Person* next_ = nullptr;
  net::Timer breath_;
  int said_ = 0, heard_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace shaddock::system_test
