#pragma once

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "rows.h"

namespace shaddock::failures {

// Disks of memory that only this process, and those it starts from now on, can see. That takes
// root: else there are none, and what needs them is not measured.
class OwnMounts {
 public:
  OwnMounts() {
    must(::unshare(CLONE_NEWNS));
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
  }

  // Over a folder, whose files are hidden as long as it is there.
  void put_disk(const std::string& folder, const std::string& size) const {
    must(::mount("tmpfs", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()));
  }
  void resize_disk(const std::string& folder, const std::string& size) const {
    must(::mount("tmpfs", folder.c_str(), "tmpfs", MS_REMOUNT, ("size=" + size).c_str()));
  }
  void take_away(const std::string& folder) const { must(::umount2(folder.c_str(), MNT_DETACH)); }

 private:
  static void must(int result) {
    if (result != 0)
      throw NotMeasured(std::string("no disk can be mounted: ") + std::strerror(errno));
  }
};

}  // namespace shaddock::failures
