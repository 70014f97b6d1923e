#include "api/route_table.hpp"

#include "api/refusal.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::api {
namespace {

constexpr std::string_view root = "/v1/";
constexpr std::size_t segments_limit = 16;

bool is_variable(std::string_view part) {
    return part.starts_with('{');
}

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    for (const auto part : split(path.substr(1), '/')) parts.emplace_back(part);
    return parts;
}

/// Left to right, a literal segment comes before a variable one.
bool comes_before(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const auto& one, const auto& other) { return is_variable(one) < is_variable(other); });
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                      [](const auto& wanted, const auto& given) {
                          return is_variable(wanted) ? !given.empty() : wanted == given;
                      });
}

bool answers(std::string_view route_method, std::string_view method) {
    return route_method == method || (route_method == "GET" && method == "HEAD");
}

Refusal wrong_method(std::string_view method, const std::set<std::string_view>& possible) {
    const std::string allowed = fmt::format("{}", fmt::join(possible, ", "));
    Refusal refusal(
        405, "MethodNotAllowed",
        fmt::format("{} is not possible here, only {}", berth::quoted(method), allowed));
    refusal.detail("allow", allowed);
    return refusal;
}

} // namespace

RouteTable::RouteTable(Routes routes) {
    for (auto& route : routes) {
        auto parts = parts_of(route.pattern);
        const bool again = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
            return entry.route.pattern == route.pattern && entry.route.method == route.method;
        });
        if (!route.pattern.starts_with(root) || again)
            throw Error(ErrorCode::internal,
                        fmt::format("the route {} {} cannot be", route.method, route.pattern));
        entries_.push_back({std::move(route), std::move(parts)});
    }
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return comes_before(a.parts, b.parts); });
}

RouteTable::Match RouteTable::find(std::string_view method, std::string_view path) const {
    const auto encoded = parts_of(path);
    if (encoded.size() > segments_limit)
        throw Refusal(404, "ResourceNotFound", "there is nothing at this address");
    std::vector<std::string> given;
    for (const auto& part : encoded) given.push_back(net::percent_decode(part, false));
    std::set<std::string_view> allowed; // several patterns may fit
    for (const auto& entry : entries_) {
        if (!fits(entry.parts, given)) continue;
        if (!answers(entry.route.method, method)) {
            allowed.insert(entry.route.method);
            if (entry.route.method == "GET") allowed.insert("HEAD");
            continue;
        }
        Match match{entry.route, {}};
        for (std::size_t i = 0; i < given.size(); ++i) {
            const auto& part = entry.parts[i];
            if (is_variable(part)) match.segments[part.substr(1, part.size() - 2)] = given[i];
        }
        return match;
    }
    if (!allowed.empty()) throw wrong_method(method, allowed);
    throw Refusal(404, "ResourceNotFound", "there is nothing at this address");
}

} // namespace berth::api
