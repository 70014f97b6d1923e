#include "registration/region_breaker.hpp"

#include <algorithm>

namespace berth::registration {

bool RegionBreaker::may_ask(const std::string& region, Instead instead) {
    const auto now = clock_.now();
    return states_.with([&](auto& states) {
        State& state = states[region];
        if (state.failures == 0) return true;
        if (instead == Instead::nothing && state.failures < options_.failures) return true;
        if (now < state.resting_until) return false;
        // Whoever tries it is alone with it for as long as it rested.
        state.resting_until = now + state.rest;
        return true;
    });
}

void RegionBreaker::worked(const std::string& region) {
    states_.with([&](auto& states) { states[region] = State{}; });
}

void RegionBreaker::failed(const std::string& region, const std::string& why) {
    const auto now = clock_.now();
    states_.with([&](auto& states) {
        State& state = states[region];
        state.why = why;
        ++state.failures;
        state.rest = state.rest.count() == 0 ? options_.first_rest
                                             : std::min(state.rest * 2, options_.longest_rest);
        state.resting_until = now + state.rest;
    });
}

std::string RegionBreaker::trouble(const std::string& region) {
    return states_.with([&](auto& states) { return states[region].why; });
}

} // namespace berth::registration
