#pragma once
// The result as one HTML file that stands alone: no script, no other file, no address is loaded.
// The plots are inline SVG. It follows the light or dark setting of its reader and fits a phone.
// All texts from the command line and from servers are escaped.

#include <string>

#include "result.h"

namespace shaddock::load {

std::string report_html(const LoadResult& result);

}  // namespace shaddock::load
