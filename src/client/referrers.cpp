#include "client/referrers.hpp"

#include "client/link_header.hpp"
#include "client/paths.hpp"
#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace berth::client {
namespace {

constexpr std::size_t referrer_limit = 10'000;

/// How registries say that they do not know the API.
bool is_unknown_api(int status) {
    return status == 400 || status == 404 || status == 405 || status == 406 || status == 501;
}

oci::Index empty_index() {
    return {.media_type = std::string(oci::media_type::oci_index),
            .artifact_type = "",
            .manifests = {},
            .subject = {},
            .annotations = {}};
}

registry::Document document_of(const oci::Index& index) {
    std::string bytes = oci::write_index(index);
    oci::Descriptor descriptor{
        .media_type = index.media_type, .digest = codec::digest_of(bytes), .size = bytes.size()};
    return {std::move(descriptor), std::move(bytes)};
}

} // namespace

Referrers::Referrers(std::shared_ptr<Session> session, std::string repository)
    : session_(std::move(session)),
      repository_(std::move(repository)),
      manifests_(session_, repository_) {}

std::vector<oci::Descriptor> Referrers::list(const oci::Digest& subject,
                                             std::string_view artifact_type) {
    auto found = list_by_api(subject, artifact_type);
    // Filtered here in any case: registries need not do it (OCI-Filters-Applied).
    return registry::filter_referrers(found ? std::move(*found) : list_by_tag(subject),
                                      artifact_type);
}

std::optional<std::vector<oci::Descriptor>> Referrers::list_by_api(const oci::Digest& subject,
                                                                   std::string_view artifact_type) {
    Call call{
        .method = "GET",
        .url = session_->endpoint().url(resource_path(repository_, "referrers", subject.text()))};
    if (!artifact_type.empty()) net::add_query(call.url.query, "artifactType", artifact_type);
    call.access = {repository_, Scopes::pull(repository_)};
    call.what = fmt::format("referrers of {} in {}/{}", subject.short_hex(),
                            session_->endpoint().name, repository_);
    call.headers.set("Accept", std::string(oci::media_type::oci_index));
    std::vector<oci::Descriptor> all;
    std::set<std::string> visited;
    while (true) {
        if (!visited.insert(call.url.path_and_query()).second)
            throw Error(ErrorCode::response_invalid,
                        fmt::format("the pages of {} lead in a circle", call.what));
        std::optional<std::string> next;
        const bool known = session_->retry().run([&] {
            Answer answer = session_->send_once(call);
            if (all.empty() && is_unknown_api(answer.status())) return false;
            if (answer.status() != 200) throw session_->failure(answer, call);
            next = next_link_of(answer.response.headers, call.what);
            const std::string body =
                read_all(*answer.response.body, oci::manifest_limit, call.what);
            auto page = oci::parse_index(body, oci::media_type::oci_index).value().manifests;
            all.insert(all.end(), std::make_move_iterator(page.begin()),
                       std::make_move_iterator(page.end()));
            return true;
        });
        if (!known) return std::nullopt;
        if (all.size() > referrer_limit)
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} are more than {}", call.what, referrer_limit));
        if (!next) return all;
        net::Url url = session_->resolve(call.url, *next, "Link");
        if (!session_->is_own(url) || url.path != call.url.path)
            throw Error(ErrorCode::response_invalid,
                        fmt::format("the next page of {} is said to be elsewhere, at {}{}",
                                    call.what, url.origin.text(), url.path));
        call.url = std::move(url);
    }
}

std::vector<oci::Descriptor> Referrers::list_by_tag(const oci::Digest& subject) {
    const auto document = manifests_.get(registry::fallback_tag(subject));
    if (!document || !oci::media_type::is_index(document->descriptor.media_type)) return {};
    return oci::parse_index(document->bytes, document->descriptor.media_type).value().manifests;
}

void Referrers::add_to_fallback(const registry::Referrer& referrer) {
    const std::lock_guard lock(session_->fallback_mutex());
    const std::string tag = registry::fallback_tag(referrer.subject.digest);
    oci::Index index = empty_index();
    if (const auto document = manifests_.get(tag)) {
        if (!oci::media_type::is_index(document->descriptor.media_type))
            throw Error(ErrorCode::conflict,
                        fmt::format("tag {} of {}/{} should be an index of referrers and is {}",
                                    tag, session_->endpoint().name, repository_,
                                    document->descriptor.media_type));
        index = oci::parse_index(document->bytes, document->descriptor.media_type).value();
    }
    const auto known = [&](const oci::Descriptor& each) {
        return each.digest == referrer.descriptor.digest;
    };
    if (std::any_of(index.manifests.begin(), index.manifests.end(), known)) return;
    index.manifests.push_back(referrer.descriptor);
    manifests_.put(document_of(index), tag);
}

} // namespace berth::client
