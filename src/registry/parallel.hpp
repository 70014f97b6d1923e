// Independent pieces of work on a few threads.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace berth::registry {

/// Calls `work(index)` once for each index below `count`, on at most `threads` threads (the
/// caller's is one of them). The first exception requests `stop`, no further index is begun, and
/// it is rethrown when all running calls have ended. A stop requested from elsewhere is Error
/// cancelled unless everything was done.
void for_each_parallel(std::size_t count, std::size_t threads, std::stop_source stop,
                       const std::function<void(std::size_t)>& work);

} // namespace berth::registry
