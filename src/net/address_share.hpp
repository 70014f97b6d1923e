// AddressShare: how many requests of each address are served at once, so that none takes all
// workers; what is beyond stands in line, without one.
#pragma once

#include "base/synchronized.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>

namespace berth::net {

/// Holds only addresses that are served or stand in line now. Any thread.
class AddressShare {
public:
    class Turn;
    /// Told whose turn has come, by any thread, under no lock. Must not throw. The connection may
    /// be gone by then, and its descriptor another's.
    using Call = std::function<void(int fd)>;

    /// `most`: of one address, at least 1.
    AddressShare(std::size_t most, Call call) : most_(most), call_(std::move(call)) {}
    AddressShare(const AddressShare&) = delete;
    AddressShare& operator=(const AddressShare&) = delete;

    /// Requests that stand in line now.
    std::size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

private:
    struct Address {
        std::size_t served = 0; ///< those that were called included
        std::list<Turn*> line = {};
    };
    using Addresses = std::unordered_map<std::string, Address>;

    const std::size_t most_;
    const Call call_;
    Synchronized<Addresses> addresses_;
    std::atomic<std::size_t> waiting_{0};
};

/// What one connection has of its address's share. Its connection's thread, where nothing else is
/// said; must not outlive the share.
class AddressShare::Turn {
public:
    Turn(AddressShare& share, int fd) : share_(share), fd_(fd) {}
    ~Turn() { give_back(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// Whether it is served now: until give_back(). Otherwise it stands in line from here on, and
    /// Call is told when its turn has come; then the next take() is true. `key`: address_key() of
    /// the client.
    bool take(const std::string& key);
    /// Leaves the line, or lets the next one in. Without a turn nothing happens.
    void give_back() noexcept;

    /// In line. Any thread.
    bool waits() const noexcept { return state_ == State::in_line; }
    /// Has come to the head of the line, and was not served since. Any thread.
    bool called() const noexcept { return state_ == State::called; }

private:
    enum class State { none, in_line, called, served };

    void enter(Addresses& all, const std::string& key);
    Turn* leave(Addresses& all) noexcept;

    AddressShare& share_;
    const int fd_;
    // Changed under the share's lock.
    std::atomic<State> state_{State::none};
    Addresses::value_type* address_ = nullptr; ///< unless `none`
    std::list<Turn*>::iterator place_;         ///< if `in_line`
};

} // namespace berth::net
