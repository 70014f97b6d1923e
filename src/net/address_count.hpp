// AddressCount: how many connections each address has, so that none has them all.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace berth::net {

/// Holds only addresses that have a connection now. An IPv6 host is its /64. Any thread.
class AddressCount {
public:
    /// One connection counted, for as long as this lives; none if made by default. Must not outlive
    /// the count.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept
            : count_(std::exchange(other.count_, nullptr)), key_(std::move(other.key_)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (count_ != nullptr) count_->leave(key_);
        }

    private:
        friend class AddressCount;
        Place(AddressCount& count, std::string key) : count_(&count), key_(std::move(key)) {}
        AddressCount* count_ = nullptr;
        std::string key_;
    };

    explicit AddressCount(std::size_t most) : most_(most) {}

    /// A place for one more connection of `peer`; nothing if it has `most` already.
    std::optional<Place> enter(std::string_view peer);
    /// Addresses that have a connection.
    std::size_t size() const;

private:
    void leave(const std::string& key) noexcept;

    const std::size_t most_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> counts_;
};

} // namespace berth::net
