// ContentCache: small content that was read by its digest, kept for the next time.
#pragma once

#include "base/synchronized.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

namespace berth::api {

/// The least recently used goes first. Any thread.
class ContentCache {
public:
    explicit ContentCache(std::size_t bytes = std::size_t{64} << 20) : bytes_(bytes) {}

    /// Nothing if it is not there.
    std::shared_ptr<const std::string> find(const std::string& key);
    /// What would take more than an eighth of the room is not kept.
    void put(const std::string& key, std::string value);

private:
    struct Entry {
        std::string key;
        std::shared_ptr<const std::string> value; // shared with readers: it may go meanwhile
    };
    struct State {
        std::list<Entry> entries; ///< most recently used first
        std::unordered_map<std::string, std::list<Entry>::iterator> places;
        std::size_t used = 0;
    };
    static std::size_t size_of(const Entry& entry);
    static void drop(State& state, std::list<Entry>::iterator at);

    const std::size_t bytes_;
    Synchronized<State> state_;
};

} // namespace berth::api
