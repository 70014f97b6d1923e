#include "server/audit_trail.hpp"

#include "base/text.hpp"
#include "net/query.hpp"
#include "server/answers.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace berth::server {
namespace {

enum class Resource { upload, blob, manifest };

/// A request that is to change something, as its address says.
struct Write {
    Resource resource;
    std::string repository;
    std::string argument; ///< digest, reference, upload; "" for a new upload
    net::Query query;
};

struct ResourcePath {
    std::string_view text;
    Resource resource;
};
/// Longest first: uploads lie below blobs.
constexpr std::array resources{ResourcePath{"/blobs/uploads/", Resource::upload},
                               ResourcePath{"/blobs/", Resource::blob},
                               ResourcePath{"/manifests/", Resource::manifest}};

/// Nothing for requests that read or that only bring bytes.
std::optional<Write> write_of(const net::Request& request) {
    const auto& method = request.method;
    if (method != "PUT" && method != "POST" && method != "DELETE") return std::nullopt;
    if (!request.path.starts_with("/v2/")) return std::nullopt;
    try {
        const auto path = net::percent_decode(std::string_view(request.path).substr(4), false);
        for (const auto& each : resources) {
            const auto at = path.rfind(each.text);
            if (at == path.npos) continue;
            return Write{each.resource, path.substr(0, at), path.substr(at + each.text.size()),
                         net::Query(request.query)};
        }
    } catch (const Error&) {
        // A malformed address changes nothing.
    }
    return std::nullopt;
}

/// The tags that a PUT of a manifest sets.
std::vector<std::string> tags_of(const Write& write) {
    if (is_digest(write.argument)) return write.query.all("tag");
    return {write.argument};
}

std::string_view outcome_of(int status) {
    if (status < 400) return "success";
    return status == 401 || status == 403 ? "denied" : "failed";
}

/// What happened; empty for what is not worth a line, as the start of an upload.
std::string_view action_of(const Write& write, std::string_view method, int status) {
    const bool deletes = method == "DELETE";
    switch (write.resource) {
        case Resource::manifest:
            if (deletes) return is_digest(write.argument) ? "manifest.delete" : "tag.delete";
            return method == "PUT" ? "manifest.push" : "";
        case Resource::blob:
            return deletes ? "blob.delete" : "";
        case Resource::upload:
            if (deletes) return "upload.cancel";
            if (status == 202) return "";
            return write.query.find("mount") ? "blob.mount" : "blob.push";
    }
    return "";
}

std::string digest_of(const Write& write, const net::Response& response) {
    if (const auto field = response.headers.find("Docker-Content-Digest"))
        return std::string(*field);
    if (write.resource != Resource::upload)
        return is_digest(write.argument) ? write.argument : std::string();
    return write.query.find("digest").value_or(write.query.find("mount").value_or(""));
}

class Audited {
public:
    Audited(AuditTrailParts parts, net::Handler inner)
        : parts_(std::move(parts)), inner_(std::move(inner)) {}

    net::Response operator()(net::Request& request) const {
        const auto write = write_of(request);
        const auto previous = write ? tag_before(*write, request.method) : std::string();
        net::Response response = inner_(request);
        if (response.status == 401)
            record_failed_login(request);
        else if (write)
            record(*write, request, response, previous);
        return response;
    }

private:
    /// What the tag points at now. Two pushes at the same moment may both see the older one.
    std::string tag_before(const Write& write, std::string_view method) const {
        if (write.resource != Resource::manifest || method != "PUT") return {};
        const auto tags = tags_of(write);
        if (tags.size() != 1) return {};
        try {
            const auto found = parts_.registry.index().manifest(write.repository, tags[0]);
            return found ? found->digest.text() : std::string();
        } catch (const Error&) {
            return {}; // the push itself will say what is wrong
        }
    }

    void record(const Write& write, const net::Request& request, const net::Response& response,
                const std::string& previous) const {
        auto action = action_of(write, request.method, response.status);
        if (action.empty()) return;
        const auto digest = digest_of(write, response);
        const bool manifest = write.resource == Resource::manifest;
        const auto tags =
            manifest ? fmt::format("{}", fmt::join(tags_of(write), ",")) : std::string();
        const bool moved = action == "manifest.push" && response.status < 400 &&
                           !previous.empty() && previous != digest;
        if (moved) action = "tag.move";
        const auto from =
            action == "blob.mount" ? write.query.find("from").value_or("") : std::string();
        parts_.audit.record({.action = action,
                             .outcome = outcome_of(response.status),
                             .actor = request.actor.empty() ? "anonymous" : request.actor,
                             .repository = write.repository,
                             .reference = tags,
                             .digest = digest,
                             .previous = moved ? previous : std::string_view(),
                             .from = from,
                             .detail = request.failure,
                             .peer = request.peer,
                             .request_id = request.id,
                             .status = response.status});
    }

    void record_failed_login(const net::Request& request) const {
        const auto field = request.headers.find("Authorization").value_or("");
        const bool basic = field.size() > 6 && equals_ignoring_case(field.substr(0, 6), "Basic ");
        const bool form = request.path == "/token" && request.method == "POST";
        if (!basic && !form) return;
        if (parts_.login_failed) parts_.login_failed();
        parts_.audit.record({.action = "login.failed",
                             .outcome = "denied",
                             .actor = request.actor,
                             .peer = request.peer,
                             .request_id = request.id,
                             .status = 401});
    }

    AuditTrailParts parts_;
    net::Handler inner_;
};

} // namespace

net::Handler make_audited(AuditTrailParts parts, net::Handler inner) {
    return Audited(std::move(parts), std::move(inner));
}

} // namespace berth::server
