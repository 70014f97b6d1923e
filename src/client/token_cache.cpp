#include "client/token_cache.hpp"

#include <algorithm>

namespace berth::client {
namespace {

/// Tokens are kept for as many keys at most; then all are forgotten.
constexpr std::size_t key_limit = 4096;
constexpr std::chrono::seconds longest_lifetime = std::chrono::hours(24);

bool has_landed(const auto& flight) {
    return flight.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace

TokenCache::Outcome TokenCache::fly(const Fetch& fetch, std::exception_ptr& own) {
    Outcome outcome;
    try {
        Token token = fetch();
        const auto lifetime = std::clamp(token.lifetime, std::chrono::seconds(0), longest_lifetime);
        // A request that starts with the token must not see it expire on its way.
        const auto margin = std::min(std::chrono::seconds(30), lifetime / 4);
        outcome.token = std::move(token.text);
        outcome.fresh_until = clock_.now() + lifetime - margin;
    } catch (const Error& error) {
        outcome.failed = true;
        outcome.error = error;
        own = std::current_exception();
    } catch (const std::exception& error) {
        outcome.failed = true;
        outcome.error = Error(ErrorCode::internal, error.what());
    }
    return outcome;
}

Secret TokenCache::get(const std::string& key, const Fetch& fetch) {
    std::promise<Outcome> promise;
    bool mine = false;
    const auto now = clock_.now();
    Flight flight = flights_.with([&](auto& flights) {
        const auto found = flights.find(key);
        if (found != flights.end()) {
            if (!has_landed(found->second)) return found->second;
            const Outcome& outcome = found->second.get();
            if (!outcome.failed && now < outcome.fresh_until) return found->second;
        }
        if (flights.size() >= key_limit) flights.clear();
        mine = true;
        return flights[key] = promise.get_future().share();
    });
    if (mine) {
        // Whoever fetched gets the error as what it was.
        std::exception_ptr own;
        promise.set_value(fly(fetch, own));
        if (own) std::rethrow_exception(own);
    }
    // A copy of the error: several threads may add their own context to it.
    const Outcome& outcome = flight.get();
    if (outcome.failed) throw Error(outcome.error);
    return outcome.token;
}

void TokenCache::drop(const std::string& key, const Secret& rejected) {
    flights_.with([&](auto& flights) {
        const auto found = flights.find(key);
        if (found == flights.end() || !has_landed(found->second)) return;
        if (found->second.get().token.reveal() == rejected.reveal()) flights.erase(found);
    });
}

} // namespace berth::client
