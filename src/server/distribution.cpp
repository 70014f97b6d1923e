#include "server/distribution.hpp"

#include "base/text.hpp"
#include "oci/reference.hpp"
#include "server/call.hpp"
#include "server/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::server {

namespace {

using Endpoint = net::Response (*)(Call&);

struct Route {
    std::string_view method;
    std::string_view resource; ///< what stands between the repository's name and the argument
    Endpoint endpoint;
    std::string_view name; ///< for metrics and logs
    ReadResource reads = ReadResource::none;
};

/// Longest resource first: "blobs/uploads" before "blobs".
constexpr std::array routes{
    Route{"POST", "/blobs/uploads/", begin_upload, "upload"},
    Route{"GET", "/blobs/uploads/", upload_status, "upload"},
    Route{"PATCH", "/blobs/uploads/", append_upload, "upload"},
    Route{"PUT", "/blobs/uploads/", finish_upload, "upload"},
    Route{"DELETE", "/blobs/uploads/", cancel_upload, "upload"},
    Route{"GET", "/blobs/", get_blob, "blob", ReadResource::blob},
    Route{"HEAD", "/blobs/", get_blob, "blob", ReadResource::blob},
    Route{"DELETE", "/blobs/", delete_blob, "blob"},
    Route{"GET", "/manifests/", get_manifest, "manifest", ReadResource::manifest},
    Route{"HEAD", "/manifests/", get_manifest, "manifest", ReadResource::manifest},
    Route{"PUT", "/manifests/", put_manifest, "manifest"},
    Route{"DELETE", "/manifests/", delete_manifest, "manifest"},
    Route{"GET", "/tags/", list_tags, "tags", ReadResource::tags},
    Route{"GET", "/referrers/", list_referrers, "referrers", ReadResource::referrers},
};

/// The last place where `resource` stands with one path component after it.
std::optional<std::size_t> find_resource(std::string_view path, std::string_view resource) {
    const auto at = path.rfind(resource);
    if (at == std::string_view::npos || at == 0) return std::nullopt;
    if (path.find('/', at + resource.size()) != std::string_view::npos) return std::nullopt;
    return at;
}

struct Target {
    const Route* route;
    std::string_view repository;
    std::string_view argument;
};

/// `path` is what follows "/v2/". Errors: not_found, unsupported for a wrong method.
Target find_target(std::string_view method, std::string_view path) {
    bool known = false;
    for (const auto& route : routes) {
        const auto at = find_resource(path, route.resource);
        if (!at) continue;
        const auto argument = path.substr(*at + route.resource.size());
        const bool opens = route.endpoint == begin_upload;
        if (opens != argument.empty()) continue;
        if (route.endpoint == list_tags && argument != "list") continue;
        known = true;
        if (route.method != method) continue;
        return {&route, path.substr(0, *at), argument};
    }
    if (known) {
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} is not possible here", berth::quoted(method)));
    }
    throw Error(ErrorCode::not_found, "there is nothing at this address");
}

/// The methods that an address knows, for the field Allow of a 405.
std::string allowed_methods(std::string_view path) {
    if (path.empty()) return "GET, HEAD";
    if (path == "_catalog") return "GET";
    std::string methods;
    for (const auto& route : routes) {
        const auto at = find_resource(path, route.resource);
        if (!at) continue;
        const bool opens = route.endpoint == begin_upload;
        if (opens != (path.size() == *at + route.resource.size())) continue;
        methods += methods.empty() ? "" : ", ";
        methods += route.method;
    }
    return methods;
}

/// What a token for this request would have to cover, for the challenge.
std::string wanted_scope(std::string_view method, std::string_view path) {
    if (path == "_catalog") return "registry:catalog:*";
    for (const auto& route : routes) {
        const auto at = find_resource(path, route.resource);
        if (!at) continue;
        const bool reads = method == "GET" || method == "HEAD";
        const auto* actions = method == "DELETE" && route.resource != "/blobs/uploads/" ? "delete"
                              : reads && route.resource != "/blobs/uploads/"            ? "pull"
                                                                             : "pull,push";
        return fmt::format("repository:{}:{}", path.substr(0, *at), actions);
    }
    return {};
}

std::string realm_of(const net::Request& request) {
    const auto host = request.headers.find("Host").value_or("localhost");
    const auto forwarded = request.headers.find("X-Forwarded-Proto").value_or("");
    const bool tls = request.tls || forwarded == "https";
    return fmt::format("{}://{}/token", tls ? "https" : "http", host);
}

void add_challenge(net::Response& response, const net::Request& request, std::string_view service,
                   std::string_view scope, std::string_view problem) {
    const auto safe = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(),
                           [](char c) { return c > ' ' && c < 127 && c != '"' && c != '\\'; });
    };
    // Basic is taken, but not offered: docker, logged in by a token, answers both challenges or
    // gives up, and has no password to answer this one with.
    auto bearer = fmt::format("Bearer realm=\"{}\",service=\"{}\"", realm_of(request), service);
    if (!scope.empty() && safe(scope)) bearer += fmt::format(",scope=\"{}\"", scope);
    if (!problem.empty()) bearer += fmt::format(",error=\"{}\"", problem);
    response.headers.add("WWW-Authenticate", std::move(bearer));
}

class Distribution {
public:
    Distribution(DistributionParts parts, net::Handler others)
        : parts_(parts), others_(std::move(others)) {}

    net::Response operator()(net::Request& request) const {
        if (request.path == "/token") {
            request.route = "token";
            return answer_token(request, parts_);
        }
        if (request.path != "/v2" && !request.path.starts_with("/v2/")) return others_(request);
        net::Response response;
        std::string path;
        try {
            path = net::percent_decode(std::string_view(request.path).substr(3), false);
            if (path.starts_with('/')) path.erase(0, 1);
            response = answer(request, path);
        } catch (const Error& error) {
            request.failure = error.what();
            response = refusal(error, request, path);
        }
        response.headers.add("Docker-Distribution-Api-Version", "registry/2.0");
        response.headers.set("X-Content-Type-Options", "nosniff");
        return response;
    }

private:
    net::Response refusal(const Error& error, const net::Request& request,
                          std::string_view path) const {
        // What others did not answer is told by read_through(): unreachable is a client that has
        // gone.
        if (error.code() == ErrorCode::unreachable)
            return render_error(Error(ErrorCode::cancelled, error.message()), request);
        auto response = render_error(error, request);
        // Nor does anybody here wait for others but for who holds the database.
        if (error.code() == ErrorCode::timeout) response.status = 503;
        if (error.code() == ErrorCode::unauthorized) {
            add_challenge(response, request, parts_.tokens.service(),
                          wanted_scope(request.method, path), token_problem(request));
        }
        if (error.code() == ErrorCode::unsupported)
            response.headers.add("Allow", allowed_methods(path));
        return response;
    }

    /// RFC 6750 section 3.1. Podman and skopeo ask for a wider token only if told that this is it.
    std::string_view token_problem(const net::Request& request) const {
        constexpr std::string_view scheme = "Bearer ";
        const auto sent = request.headers.find("Authorization").value_or("");
        if (!equals_ignoring_case(sent.substr(0, scheme.size()), scheme)) return {};
        const auto token = parts_.tokens.verify(trimmed(sent.substr(scheme.size())));
        return token ? "insufficient_scope" : "invalid_token";
    }

    net::Response answer(net::Request& request, const std::string& path) const {
        const auto caller = identify(request, parts_.users, parts_.tokens, parts_.limiter);
        if (parts_.limiter != nullptr) parts_.limiter->admit(caller.name(), request.peer);
        const net::Query query(request.query);
        if (path.empty()) {
            request.route = "ping";
            return ping(request, caller);
        }
        Call call{request, parts_.registry, caller, query, "", "", parts_.users};
        if (path == "_catalog") {
            request.route = "catalog";
            if (request.method != "GET")
                throw Error(ErrorCode::unsupported, "the catalog can only be read");
            return list_repositories(call);
        }
        const auto target = find_target(request.method, path);
        request.route = target.route->name;
        auto repository = oci::parse_repository_name(target.repository);
        if (!repository) throw Error(repository.error());
        call.repository = std::move(*repository);
        call.argument = std::string(target.argument);
        if (parts_.find_registered) {
            if (const auto found = parts_.find_registered(caller.name(), call.repository))
                return answer_through(*target.route, call, *found);
        }
        return endpoint_of(*target.route, call);
    }

    static net::Response answer_through(const Route& route, const Call& call,
                                        const RegisteredRepository& found) {
        const auto caller = call.caller.with({call.repository, found.actions});
        Call let_in{call.request,    call.registry, caller,    call.query,
                    call.repository, call.argument, call.users};
        return read_through(let_in, route.reads, found);
    }

    static net::Response endpoint_of(const Route& route, Call& call) {
        try {
            return route.endpoint(call);
        } catch (const Error& error) {
            // These are said of our own files: the client named none.
            const auto code = error.code();
            if (code != ErrorCode::not_found && code != ErrorCode::content_invalid) throw;
            throw Error(ErrorCode::internal, error.what());
        }
    }

    /// Anonymous callers are asked to log in even where something is public: that is how docker
    /// login finds out what kind of login there is.
    static net::Response ping(const net::Request& request, const Caller& caller) {
        if (request.method != "GET" && request.method != "HEAD")
            throw Error(ErrorCode::unsupported, "only GET is possible here");
        if (caller.anonymous()) throw Error(ErrorCode::unauthorized, "this registry has logins");
        net::Response response{.body = std::string("{}")};
        response.headers.add("Content-Type", "application/json");
        return response;
    }

    DistributionParts parts_;
    net::Handler others_;
};

} // namespace

net::Handler make_distribution(DistributionParts parts, net::Handler others) {
    return Distribution(parts, std::move(others));
}

} // namespace berth::server
