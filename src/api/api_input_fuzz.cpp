// Foreign text that the management API reads outside of JSON bodies: times, cookies, pages, paths,
// and where to go after a login.
#include "api/callers.hpp"
#include "api/return_path.hpp"
#include "api/route_table.hpp"
#include "api/sign_in_attempt.hpp"
#include "base/date_time.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace berth;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void read_cookie(net::Request& request, const std::string& text) {
    request.headers.set("Cookie", text);
    const auto value = api::cookie_of(request, api::session_cookie);
    require(!value || (value->find(';') == value->npos && text.find(*value) != text.npos));
}

void read_page(net::Request& request, const std::string& text) {
    try {
        const net::Query query(text);
        const std::optional<identity::Person> nobody;
        const std::map<std::string, std::string, std::less<>> segments;
        const api::Call call{request, nobody, query, segments};
        const auto page = api::page_of(call);
        require(page.limit >= 1 && page.limit <= 50 && page.offset >= 0);
    } catch (const Error& error) {
        require(error.code() == ErrorCode::usage);
    }
}

void find_route(const std::string& text) {
    static const api::RouteTable table({{"GET", "/v1/things/{uid}", std::nullopt, {}},
                                        {"GET", "/v1/things/all", std::nullopt, {}}});
    try {
        const auto match = table.find("GET", "/v1/" + text);
        const bool literal = match.route.pattern == "/v1/things/all";
        require(literal || !match.segments.at("uid").empty());
    } catch (const Error& error) {
        require(error.code() == ErrorCode::not_found || error.code() == ErrorCode::usage);
    }
}

void lead_back(const std::string& text) {
    const auto path = api::return_path(text);
    require(path.starts_with('/') && !path.starts_with("//") && path.find('\\') == path.npos);
    const auto attempt = api::SignInAttempt::read(text);
    require(!attempt || api::return_path(attempt->return_to()) == attempt->return_to());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto time = parse_date_time(text);
    require(!time || text.size() >= 20);
    net::Request request;
    read_cookie(request, text);
    read_page(request, text);
    find_route(text);
    lead_back(text);
    return 0;
}
