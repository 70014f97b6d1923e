// Lockout: a user whose password is being guessed has to wait, longer with each wrong one.
//
// Names that nobody has are counted alike, so that waiting tells nothing. Whoever knew the password
// from some address is not locked out there by others who guess elsewhere: such a pair of name and
// address has a count of its own.
#pragma once

#include "base/clock.hpp"
#include "base/synchronized.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace berth::access {

/// Any thread. Memory is bounded: those that failed longest ago are forgotten first.
class Lockout {
public:
    using Duration = std::chrono::steady_clock::duration;
    static constexpr std::chrono::seconds longest_wait{300};
    /// Without a wrong password for so long the count begins anew.
    static constexpr std::chrono::hours forget_after{1};
    static constexpr std::size_t most = 20'000; ///< names, and pairs that were right

    /// `after`: wrong passwords in a row that cost nothing; 0: nobody is ever locked out.
    Lockout(std::uint32_t after, Clock& clock) : after_(after), clock_(clock) {}

    /// How long until a password of `name` from `address` is looked at: 0 is now.
    Duration wait(std::string_view name, std::string_view address);
    void failed(std::string_view name, std::string_view address);
    void succeeded(std::string_view name, std::string_view address);

    std::size_t size();

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Count {
        std::uint32_t failures = 0;
        Time last = {}; ///< failure, or success
    };
    using Counts = std::unordered_map<std::string, Count>;
    static std::string key_of(const Counts& counts, std::string_view name,
                              std::string_view address);
    static void make_room(Counts& counts);
    Duration wait_of(const Count& count) const;

    const std::uint32_t after_;
    Clock& clock_;
    Synchronized<Counts> counts_;
};

} // namespace berth::access
