#include "worker.h"

namespace shaddock::load {

Worker::Worker(const Options& options, const Share& share) : place_(std::make_unique<Place>()) {
  place_->tls = net::TlsContext::client().unwrap();
  if (options.awake) place_->world.stay_awake();
  place_->random += static_cast<std::uint64_t>(share.loop);
  thread_ = std::thread([this, &options, share] {
    script_ = make_script(*place_, options, share);
    place_->loop().run();
    script_.reset();
    nobody_posts_.get_future().wait();
    place_.reset();
  });
}

Worker::~Worker() {
  place_->loop().post([loop = &place_->loop()] { loop->stop(); });
  nobody_posts_.set_value();
  thread_.join();
}

}  // namespace shaddock::load
