// CurlChannel: one connection of libcurl that can be used again, and the pool of idle ones.
#pragma once

#include "base/synchronized.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace berth::net {

struct CloseEasy {
    void operator()(void* easy) const noexcept;
};
struct CloseMulti {
    void operator()(void* multi) const noexcept;
};

/// A CURLM and a CURL that belong together. libcurl keeps the connection in the CURLM, so a
/// channel that comes back for the same peer finds it open. One thread at a time.
struct CurlChannel {
    std::unique_ptr<void, CloseMulti> multi;
    std::unique_ptr<void, CloseEasy> easy; ///< destroyed first, as libcurl asks
};

/// Idle channels by peer. Any thread.
class ChannelPool {
public:
    ChannelPool();
    ~ChannelPool();
    ChannelPool(const ChannelPool&) = delete;
    ChannelPool& operator=(const ChannelPool&) = delete;

    /// The channel last used for `peer`, or a fresh one. Its CURL has no options set.
    CurlChannel take(const std::string& peer);
    /// Keeps a channel whose transfer is over and whose CURL is out of its CURLM and reset.
    void give_back(std::string peer, CurlChannel channel);

private:
    Synchronized<std::vector<std::pair<std::string, CurlChannel>>> idle_;
};

} // namespace berth::net
