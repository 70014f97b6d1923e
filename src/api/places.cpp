#include "api/places.hpp"

#include "api/refusal.hpp"

#include <utility>

namespace berth::api {

Places::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)), whose_(std::move(other.whose_)) {}

Places::Place::~Place() {
    if (places_ != nullptr) places_->give_back(whose_);
}

std::optional<Places::Place> Places::take(std::string_view whose) {
    const bool free = taken_.with([&](Taken& taken) {
        std::size_t all = 0;
        for (const auto& [person, count] : taken) all += count;
        const auto own = taken.find(whose);
        if (all >= limits_.all || (own != taken.end() && own->second >= limits_.each)) return false;
        ++taken[std::string(whose)];
        return true;
    });
    if (!free) return std::nullopt;
    return std::optional<Place>(std::in_place, *this, std::string(whose));
}

void Places::give_back(const std::string& whose) {
    taken_.with([&](Taken& taken) {
        const auto own = taken.find(whose);
        if (--own->second == 0) taken.erase(own);
    });
}

Places::Place outbound_place(Places& outbound, const Call& call) {
    if (auto place = outbound.take(call.person->uid)) return std::move(*place);
    Refusal refusal(429, "TooManyRequests",
                    "as many requests wait for other registries as may at a time");
    refusal.set_hint("ask again in a few seconds; what was synchronized can be listed meanwhile");
    refusal.set_retry_after(5);
    throw refusal;
}

} // namespace berth::api
