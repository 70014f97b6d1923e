// TurnedAway: a connection that came to nothing.
#pragma once

#include <string_view>

namespace berth::net {

/// A connection that was closed before a request of it could be answered by a handler.
struct TurnedAway {
    std::string_view peer; ///< "" if it is not known
    /// One of few words: "connections" (as many are open as may be), "address" (the peer has as
    /// many as one may have), "requests" (one of the peer's stood in line for too long),
    /// "resources" (descriptors or memory have run out), "tls", "malformed", "head_timeout". Static
    /// storage.
    std::string_view reason;
    std::string_view detail; ///< for a person
};

} // namespace berth::net
