// RegionBreaker: which regions of a registry are worth asking. One that did not answer is left
// alone for a while; then one caller tries it, and the others wait for what comes of that
// elsewhere.
#pragma once

#include "base/clock.hpp"
#include "base/synchronized.hpp"

#include <chrono>
#include <map>
#include <string>

namespace berth::registration {

struct BreakerOptions {
    /// One after the other, until a region is left alone although no other can answer.
    int failures = 2;
    std::chrono::seconds first_rest{15};
    std::chrono::seconds longest_rest{300}; ///< it doubles with each try that fails
};

/// Whether another region could give the answer as well: then one failure is enough.
enum class Instead { nothing, another };

/// Any thread.
class RegionBreaker {
public:
    /// `clock` must outlive it.
    explicit RegionBreaker(Clock& clock, BreakerOptions options = {})
        : clock_(clock), options_(options) {}

    /// Whether to ask now. Who is told to after a rest is the one that tries: worked() or failed()
    /// has to follow.
    bool may_ask(const std::string& region, Instead instead = Instead::another);
    void worked(const std::string& region);
    void failed(const std::string& region, const std::string& why);
    /// Of the last failure; "" if there is none since it worked.
    std::string trouble(const std::string& region);

private:
    struct State {
        int failures = 0;
        std::string why = {};
        std::chrono::steady_clock::time_point resting_until = {};
        std::chrono::seconds rest{0};
    };

    Clock& clock_;
    BreakerOptions options_;
    Synchronized<std::map<std::string, State>> states_;
};

} // namespace berth::registration
