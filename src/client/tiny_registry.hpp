// TinyRegistry: the distribution API over a registry in memory, for tests of the client.
//
// It answers the requests of a ScriptedTransport; a test may look at each of them first.
#pragma once

#include "base/synchronized.hpp"
#include "base/text.hpp"
#include "codec/hasher.hpp"
#include "net/scripted_transport.hpp"
#include "net/url.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registry/memory_registry.hpp"
#include "registry/referrer.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

class TinyRegistry {
public:
    struct Options {
        bool referrers_api = true;
        bool ranges = true;
        bool mounts = true;
    };

    TinyRegistry() : TinyRegistry(Options()) {}
    explicit TinyRegistry(Options options) : options_(options) {}

    registry::MemoryRegistry& content() { return memory_; }

    net::HttpResponse answer(const net::SentRequest& request) {
        try {
            return route(request);
        } catch (const Error& error) {
            return net::respond(traits(error.code()).http_status,
                                R"({"errors":[{"code":")" +
                                    std::string(traits(error.code()).wire_name) + R"("}]})");
        }
    }

private:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    /// "/v2/<repository>/<kind>/<reference>"
    struct Target {
        std::string repository;
        std::string kind;
        std::string reference;
        std::map<std::string, std::string> query;
    };

    static std::string decoded(std::string_view text) {
        std::string out;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] != '%') {
                out += text[at];
                continue;
            }
            out += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
            at += 2;
        }
        return out;
    }

    static Target target_of(const net::Url& url) {
        Target target;
        for (const std::string_view kind :
             {"/blobs/", "/manifests/", "/referrers/", "/tags/", "/_catalog"}) {
            const std::size_t at = url.path.rfind(kind);
            if (at == std::string::npos) continue;
            target.kind = kind;
            target.repository = at > 4 ? url.path.substr(4, at - 4) : "";
            target.reference = url.path.substr(at + kind.size());
            break;
        }
        for (const std::string_view pair : split(url.query, '&')) {
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos)
                target.query[decoded(pair.substr(0, equals))] = decoded(pair.substr(equals + 1));
        }
        return target;
    }

    net::HttpResponse route(const net::SentRequest& request) {
        const Target target = target_of(net::Url::parse(request.url).value());
        if (target.kind == "/_catalog")
            return list(target, "repositories", memory_.repositories(after(target), limit(target)),
                        "/v2/_catalog");
        if (target.kind.empty()) return net::respond(200, "{}");
        const auto repository = memory_.repository(target.repository);
        if (target.kind == "/manifests/") return manifests(request, target, *repository);
        if (target.kind == "/tags/")
            return list(target, "tags", repository->tags(after(target), limit(target)),
                        "/v2/" + target.repository + "/tags/list");
        if (target.kind == "/referrers/") return referrers(target, *repository);
        if (target.reference.starts_with("uploads/")) return uploads(request, target, *repository);
        return blobs(request, target, *repository);
    }

    static std::string after(const Target& target) {
        const auto last = target.query.find("last");
        return last == target.query.end() ? "" : last->second;
    }
    static std::size_t limit(const Target& target) {
        const auto n = target.query.find("n");
        return n == target.query.end() ? 100 : std::stoul(n->second);
    }

    static net::HttpResponse list(const Target& target, const char* member,
                                  const registry::Page& page, const std::string& path) {
        json::Array names(page.names.begin(), page.names.end());
        Headers headers;
        if (page.next)
            headers.emplace_back("Link", "<" + path + "?n=" + std::to_string(limit(target)) +
                                             "&last=" + net::percent_encode(*page.next) +
                                             ">; rel=\"next\"");
        return net::respond(200, json::write(json::Object{{member, names}}), headers);
    }

    net::HttpResponse manifests(const net::SentRequest& request, const Target& target,
                                registry::Repository& repository) {
        if (request.method == "PUT") return put_manifest(request, target, repository);
        const auto document = repository.manifest(target.reference);
        if (!document) throw Error(ErrorCode::manifest_unknown, "absent");
        auto response = net::respond(200, request.method == "HEAD" ? "" : document->bytes,
                                     {{"Content-Type", document->descriptor.media_type},
                                      {"Docker-Content-Digest", document->descriptor.digest.text()},
                                      {"Content-Length", std::to_string(document->bytes.size())}});
        return response;
    }

    net::HttpResponse put_manifest(const net::SentRequest& request, const Target& target,
                                   registry::Repository& repository) {
        const bool by_digest = target.reference.find(':') != std::string::npos;
        const oci::Digest digest = by_digest ? oci::Digest::parse(target.reference).value()
                                             : codec::digest_of(request.body);
        const registry::Document document{
            {.media_type = std::string(request.headers.find("Content-Type").value_or("")),
             .digest = digest,
             .size = request.body.size()},
            request.body};
        repository.push_manifest(document, by_digest ? "" : target.reference);
        Headers headers{{"Docker-Content-Digest", digest.text()}};
        const auto referrer = registry::referrer_of(document);
        if (options_.referrers_api && referrer)
            headers.emplace_back("OCI-Subject", referrer->subject.digest.text());
        return net::respond(201, "", headers);
    }

    net::HttpResponse referrers(const Target& target, registry::Repository& repository) const {
        if (!options_.referrers_api) throw Error(ErrorCode::not_found, "no such page");
        oci::Index index{.media_type = std::string(oci::media_type::oci_index),
                         .artifact_type = "",
                         .manifests = {},
                         .subject = {},
                         .annotations = {}};
        index.manifests = repository.referrers(oci::Digest::parse(target.reference).value(), "");
        return net::respond(200, oci::write_index(index), {{"Content-Type", index.media_type}});
    }

    net::HttpResponse blobs(const net::SentRequest& request, const Target& target,
                            registry::Repository& repository) const {
        const oci::Descriptor blob{
            .media_type = "", .digest = oci::Digest::parse(target.reference).value(), .size = 0};
        if (!repository.has_blob(blob)) throw Error(ErrorCode::blob_unknown, "absent");
        if (request.method == "HEAD")
            return net::respond(200, "",
                                {{"Content-Length",
                                  std::to_string(repository.blob_size(blob.digest).value_or(0))}});
        const std::string bytes = bytes_.with([&](auto& known) {
            const auto found = known.find(target.reference);
            // What a test put there itself came by no request.
            return found != known.end() ? found->second
                                        : read_all(*repository.fetch(blob, 0), 1 << 30, "a blob");
        });
        const auto range = request.headers.find("Range");
        if (!range || !options_.ranges) return net::respond(200, bytes);
        const std::size_t first = std::stoul(std::string(range->substr(6)));
        if (first >= bytes.size()) throw Error(ErrorCode::range_invalid, "beyond the end");
        return net::respond(206, bytes.substr(first),
                            {{"Content-Range", "bytes " + std::to_string(first) + "-" +
                                                   std::to_string(bytes.size() - 1) + "/" +
                                                   std::to_string(bytes.size())}});
    }

    net::HttpResponse uploads(const net::SentRequest& request, const Target& target,
                              registry::Repository& repository) {
        const std::string prefix = "/v2/" + target.repository + "/blobs/uploads/";
        if (request.method == "POST") return begin_upload(target, repository, prefix);
        const std::string id = target.reference.substr(8);
        if (request.method == "DELETE") {
            parts_.with([&](auto& parts) { parts.erase(id); });
            return net::respond(204);
        }
        const auto so_far = parts_.with([&](auto& parts) -> std::optional<std::string> {
            const auto found = parts.find(id);
            if (found == parts.end()) return std::nullopt;
            return found->second += request.body;
        });
        if (!so_far) throw Error(ErrorCode::blob_upload_unknown, "gone");
        if (request.method == "PATCH") return net::respond(202, "", {{"Location", prefix + id}});
        const oci::Descriptor blob{.media_type = "",
                                   .digest = oci::Digest::parse(target.query.at("digest")).value(),
                                   .size = so_far->size()};
        repository.push_blob(blob, [&] { return std::make_unique<MemorySource>(*so_far); });
        bytes_.with([&](auto& known) { known[blob.digest.text()] = *so_far; });
        return net::respond(
            201, "", {{"Location", "/v2/" + target.repository + "/blobs/" + blob.digest.text()}});
    }

    net::HttpResponse begin_upload(const Target& target, registry::Repository& repository,
                                   const std::string& prefix) {
        const auto mount = target.query.find("mount");
        if (mount != target.query.end() && options_.mounts) {
            const oci::Descriptor blob{
                .media_type = "", .digest = oci::Digest::parse(mount->second).value(), .size = 0};
            if (repository.mount(blob, target.query.at("from"))) return net::respond(201);
        }
        const std::string id = parts_.with([](auto& parts) {
            const std::string fresh = "u" + std::to_string(parts.size());
            parts[fresh];
            return fresh;
        });
        return net::respond(202, "", {{"Location", prefix + id}});
    }

    Options options_;
    registry::MemoryRegistry memory_;
    Synchronized<std::map<std::string, std::string>> parts_;
    mutable Synchronized<std::map<std::string, std::string>> bytes_; ///< bytes by digest
};

} // namespace berth::client
