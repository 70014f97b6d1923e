// ApiClient: the management API of a Berth server, for the commands that use it.
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"
#include "cli/server_file.hpp"
#include "net/http.hpp"

#include <stop_token>
#include <string>
#include <string_view>

namespace berth::cli {

struct ApiAnswer {
    int status = 0;
    json::Value body = {}; ///< an object, or null if there is none
    net::Headers headers = {};
};

/// What the server refused, with its own words and hint. Catch it by reference: a copy as Error has
/// no field.
class ApiRefusal : public Error {
public:
    ApiRefusal(ErrorCode code, std::string message, std::string field)
        : Error(code, std::move(message)), field_(std::move(field)) {}

    /// The member of the body that is wrong, "spec.auth.password"; "" for none.
    const std::string& field() const noexcept { return field_; }

private:
    std::string field_;
};

/// Speaks to the origin of its login and to nothing else: redirects are not followed. Errors of all
/// members: those of the transport; ApiRefusal with unauthorized, denied, not_found, conflict,
/// usage or another code as the status says; response_invalid for what is no Berth server. One
/// thread at a time.
class ApiClient {
public:
    /// `transport` must outlive it.
    ApiClient(net::HttpTransport& transport, ServerLogin login, std::stop_token stop);

    /// `path` begins with "/v1/" and may hold a query.
    ApiAnswer get(const std::string& path);
    ApiAnswer post(const std::string& path, const json::Object& body);
    /// `etag` as the header ETag of get() had it, "" to overwrite whatever is there.
    void put(const std::string& path, const json::Object& body, std::string_view etag);
    void remove(const std::string& path);

    const std::string& url() const { return login_.url; }

private:
    net::HttpResponse exchange(const net::HttpRequest& request);
    ApiAnswer send(net::HttpRequest request);
    net::HttpRequest request(std::string_view method, const std::string& path) const;
    net::HttpRequest request(std::string_view method, const std::string& path,
                             const json::Object& body) const;

    net::HttpTransport& transport_;
    ServerLogin login_;
    std::stop_token stop_;
};

} // namespace berth::cli
