#include "admin/folders.h"

#include <filesystem>

namespace shaddock::admin {

Folders Folders::of(const std::string& configuration_folder, const std::string& environment) {
  namespace fs = std::filesystem;
  // A trailing slash would make the folder its own parent.
  fs::path folder = fs::absolute(configuration_folder).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const fs::path base = folder.parent_path();
  return {base.string(), (base / "logs" / environment).string(),
          (base / "run" / environment).string()};
}

}  // namespace shaddock::admin
