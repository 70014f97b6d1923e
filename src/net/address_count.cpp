#include "net/address_count.hpp"

#include "base/address.hpp"

namespace berth::net {

std::optional<AddressCount::Place> AddressCount::enter(std::string_view peer) {
    std::string key = address_key(peer);
    const std::lock_guard lock(mutex_);
    std::size_t& count = counts_[key];
    if (count >= most_) return std::nullopt;
    ++count;
    return Place(*this, std::move(key));
}

void AddressCount::leave(const std::string& key) noexcept {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    if (--found->second == 0) counts_.erase(found);
}

std::size_t AddressCount::size() const {
    const std::lock_guard lock(mutex_);
    return counts_.size();
}

} // namespace berth::net
