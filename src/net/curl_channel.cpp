#include "net/curl_channel.hpp"

#include "base/error.hpp"

#include <curl/curl.h>

#include <algorithm>

namespace berth::net {
namespace {

// Each idle channel holds a socket and a wake-up pair.
constexpr std::size_t max_idle = 32;

CurlChannel fresh_channel() {
    CurlChannel channel;
    channel.multi.reset(curl_multi_init());
    channel.easy.reset(curl_easy_init());
    if (!channel.multi || !channel.easy)
        throw Error(ErrorCode::internal, "libcurl cannot be initialised: out of memory");
    // One transfer at a time, but a redirected host may leave its connection behind.
    curl_multi_setopt(channel.multi.get(), CURLMOPT_MAXCONNECTS, 1L);
    return channel;
}

} // namespace

void CloseEasy::operator()(void* easy) const noexcept {
    curl_easy_cleanup(easy);
}
void CloseMulti::operator()(void* multi) const noexcept {
    curl_multi_cleanup(multi);
}

// Counted and thread-safe in the libcurl we require, so that each pool can hold its own count.
ChannelPool::ChannelPool() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        throw Error(ErrorCode::internal, "libcurl cannot be initialised");
}

ChannelPool::~ChannelPool() {
    idle_.with([](auto& idle) { idle.clear(); });
    curl_global_cleanup();
}

CurlChannel ChannelPool::take(const std::string& peer) {
    CurlChannel channel = idle_.with([&](auto& idle) {
        const auto found = std::find_if(idle.rbegin(), idle.rend(),
                                        [&](const auto& entry) { return entry.first == peer; });
        if (found == idle.rend()) return CurlChannel{};
        CurlChannel kept = std::move(found->second);
        idle.erase(std::next(found).base());
        return kept;
    });
    return channel.easy ? std::move(channel) : fresh_channel();
}

void ChannelPool::give_back(std::string peer, CurlChannel channel) {
    CurlChannel dropped; // closed outside the lock
    idle_.with([&](auto& idle) {
        if (idle.size() == max_idle) {
            dropped = std::move(idle.front().second);
            idle.erase(idle.begin());
        }
        idle.emplace_back(std::move(peer), std::move(channel));
    });
}

} // namespace berth::net
