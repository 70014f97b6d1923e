// Which side of a copy an error came from.
#pragma once

#include "base/error.hpp"

#include <utility>

namespace berth::registry {

inline constexpr const char* source_side = "source";
inline constexpr const char* destination_side = "destination";

/// Runs `act`; an Error that leaves it gets `side` as context.
template <class Act>
decltype(auto) at_side(const char* side, Act&& act) {
    try {
        return std::forward<Act>(act)();
    } catch (Error& error) {
        error.add_context(side);
        throw;
    }
}

} // namespace berth::registry
