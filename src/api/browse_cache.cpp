#include "api/browse_cache.hpp"

#include <iterator>

namespace berth::api {

std::size_t ContentCache::size_of(const Entry& entry) {
    constexpr std::size_t around = 256; // list and map nodes
    return entry.key.size() * 2 + entry.value->size() + around;
}

void ContentCache::drop(State& state, std::list<Entry>::iterator at) {
    state.used -= size_of(*at);
    state.places.erase(at->key);
    state.entries.erase(at);
}

std::shared_ptr<const std::string> ContentCache::find(const std::string& key) {
    return state_.with([&](State& state) -> std::shared_ptr<const std::string> {
        const auto place = state.places.find(key);
        if (place == state.places.end()) return nullptr;
        state.entries.splice(state.entries.begin(), state.entries, place->second);
        return place->second->value;
    });
}

void ContentCache::put(const std::string& key, std::string value) {
    if (value.size() > bytes_ / 8) return;
    Entry entry{key, std::make_shared<const std::string>(std::move(value))};
    state_.with([&](State& state) {
        if (const auto place = state.places.find(key); place != state.places.end())
            drop(state, place->second);
        state.used += size_of(entry);
        state.entries.push_front(std::move(entry));
        state.places.emplace(key, state.entries.begin());
        while (state.used > bytes_) drop(state, std::prev(state.entries.end()));
    });
}

} // namespace berth::api
