#include "app/proxied.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace berth::app {
namespace {

bool is_address(std::string_view host) {
    return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

/// Whether `host` is `domain` or below it.
bool is_within(std::string_view host, std::string_view domain) {
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (domain.empty() || host.size() < domain.size()) return false;
    const auto end = host.substr(host.size() - domain.size());
    return equals_ignoring_case(end, domain) &&
           (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

} // namespace

bool goes_by_proxy(const net::CurlOptions& options, const net::Origin& origin) {
    const auto& proxy = origin.scheme == "https" ? options.https_proxy : options.http_proxy;
    if (proxy.empty()) return false;
    if (options.no_proxy.empty()) return true;
    // no_proxy may hold networks, which only libcurl understands.
    if (is_address(origin.host)) return false;
    auto list = options.no_proxy;
    std::replace(list.begin(), list.end(), ' ', ',');
    const auto exempt = split(list, ',');
    return std::none_of(exempt.begin(), exempt.end(), [&](std::string_view each) {
        each = trimmed(each);
        return each == "*" || is_within(origin.host, each);
    });
}

} // namespace berth::app
