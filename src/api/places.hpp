// Places: how many may do one thing at a time, and how many of them one person.
#pragma once

#include "api/call.hpp"
#include "base/synchronized.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace berth::api {

/// Any thread. Must outlive its places.
class Places {
public:
    struct Limits {
        std::size_t all;
        std::size_t each; ///< of one person
    };
    /// Held by whoever is at it; given back at its end.
    class Place {
    public:
        Place(Places& places, std::string whose) : places_(&places), whose_(std::move(whose)) {}
        Place(Place&& other) noexcept;
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        Places* places_;
        std::string whose_;
    };

    explicit Places(Limits limits) : limits_(limits) {}

    /// Nothing if there is none; does not wait. `whose`: a person's uid.
    std::optional<Place> take(std::string_view whose);

private:
    using Taken = std::map<std::string, std::size_t, std::less<>>;
    void give_back(const std::string& whose);

    const Limits limits_;
    Synchronized<Taken> taken_;
};

/// What waits for other registries while its caller waits: one that hangs must not take all of
/// this server's workers.
inline constexpr Places::Limits outbound_limits{.all = 16, .each = 8};

/// A place among those who wait for other registries. Refusal 429 if there is none.
Places::Place outbound_place(Places& outbound, const Call& call);

} // namespace berth::api
