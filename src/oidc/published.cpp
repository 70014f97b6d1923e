#include "oidc/published.hpp"

namespace berth::oidc {

template <class Fetch>
auto Published::fetching(Fetch&& fetch) {
    if (failed_ && clock_.now() - failed_->at < remember_failure)
        throw LoginFailure(failed_->failure, failed_->message, failed_->hint);
    try {
        auto fetched = fetch();
        failed_.reset();
        return fetched;
    } catch (const LoginFailure& failure) {
        failed_ = Failed{failure.failure(), failure.message(), failure.hint(), clock_.now()};
        throw;
    }
}

const Discovery& Published::known_discovery(const std::stop_token& stop) {
    if (!discovery_ || clock_.now() - discovered_at_ >= keep_for) {
        discovery_ = fetching([&] {
            return read_discovery(
                line_.document(discovery_address(issuer_), "its discovery document", stop),
                issuer_);
        });
        discovered_at_ = clock_.now();
    }
    return *discovery_;
}

const KeySet& Published::keys_not_older(std::chrono::seconds age, const std::stop_token& stop) {
    const auto& found = known_discovery(stop);
    if (!keys_ || clock_.now() - keys_at_ >= age) {
        keys_ =
            fetching([&] { return KeySet::parse(line_.document(found.keys, "its keys", stop)); });
        keys_at_ = clock_.now();
    }
    return *keys_;
}

Discovery Published::discovery(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    return known_discovery(stop);
}

KeySet Published::keys(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    return keys_not_older(keep_for, stop);
}

KeySet Published::fresh_keys(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    return keys_not_older(fresh_for, stop);
}

} // namespace berth::oidc
