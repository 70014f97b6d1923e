#include "app/descriptor_limit.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

namespace berth::app {
namespace {

/// Some programs close every descriptor that they could have: a limit without end makes them slow.
constexpr rlim_t most = 1'048'576;
/// For the databases, the log and what stands between.
constexpr std::uint64_t own = 256;

} // namespace

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlim_t wanted = std::min(limit.rlim_max, most);
    if (limit.rlim_cur < wanted) {
        const rlimit raised{wanted, limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

std::optional<std::string> too_few_descriptors(const HttpConfiguration& http, std::uint64_t limit) {
    // A request has a file open besides its connection, or a connection to another registry.
    const std::uint64_t needed = http.max_connections + http.max_requests + own;
    if (limit >= needed) return std::nullopt;
    return fmt::format(
        "the process may have {} descriptors, http.max_connections and "
        "http.max_requests need {}: raise the limit (LimitNOFILE in the unit, "
        "ulimit -Hn), or lower them",
        limit, needed);
}

} // namespace berth::app
