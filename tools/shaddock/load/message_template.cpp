#include "message_template.h"

#include <utility>

namespace shaddock::load {

void MessageTemplate::adopt(std::shared_ptr<const Agreement> agreement) {
  agreement_ = std::move(agreement);
  head_ = agreement_->head(type_, route_);
  constant_ = false;
  if (!body_.constant()) return;
  fill({});
  constant_ = true;
}

void MessageTemplate::fill(const Numbers& numbers) {
  package_.assign(head_);
  if (agreement_->sends_text(route_)) {
    body_.fill(numbers, package_);
  } else {
    text_.clear();
    body_.fill(numbers, text_);
    if (!agreement_->encode(route_, text_, package_)) return package_.clear();
  }
  if (package_.size() > protocol::kMaxPackageBody) return package_.clear();
  set_length(package_);
}

}  // namespace shaddock::load
