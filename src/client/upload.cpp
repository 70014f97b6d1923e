#include "client/upload.hpp"

#include "base/text.hpp"
#include "client/paths.hpp"
#include "codec/verifying_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::client {
namespace {

/// A chunk is held in memory, because it may have to be sent again after a 401.
constexpr std::uint64_t largest_chunk = 64ULL << 20;

/// Gives the last byte out only when what it reads from has confirmed that all was right. Who
/// knows the length stops reading there and would never see a verdict that comes after it.
class HeldBackSource final : public Source {
public:
    HeldBackSource(std::unique_ptr<Source> inner, std::uint64_t size)
        : inner_(std::move(inner)), left_(size) {}

    std::size_t read(std::span<std::byte> out) override {
        if (ended_) return 0;
        const std::size_t size = inner_->read(out);
        left_ -= std::min<std::uint64_t>(size, left_);
        if (left_ > 0 && size > 0) return size;
        ended_ = true;
        std::array<std::byte, 1> after;
        if (size > 0) inner_->read(after);
        return size;
    }

private:
    std::unique_ptr<Source> inner_;
    std::uint64_t left_;
    bool ended_ = false;
};

net::RequestBody body_of(std::string bytes) {
    auto shared = std::make_shared<const std::string>(std::move(bytes)); // by each repetition
    const std::uint64_t size = shared->size();
    return {size, [shared] { return std::make_unique<MemorySource>(*shared); }};
}

} // namespace

Upload::Upload(Session& session, std::string repository, const oci::Descriptor& blob)
    : session_(session), repository_(std::move(repository)), blob_(blob) {}

Call Upload::call(std::string_view method, net::Url url) const {
    Call call{.method = std::string(method), .url = std::move(url)};
    call.access = {repository_, Scopes::push(repository_)};
    call.what = fmt::format("the upload of blob {} to {}/{}", blob_.digest.short_hex(),
                            session_.endpoint().name, repository_);
    return call;
}

void Upload::expect(Answer& answer, const Call& call, int status) {
    if (answer.status() == status) return;
    Error error = session_.failure(answer, call);
    // A session that is gone can be begun again, so it counts as a failure that may pass.
    if (answer.status() == 404 && call.method != "POST")
        throw Error(ErrorCode::upstream_failed, error.message());
    throw error;
}

Upload::Place Upload::place_of(const Answer& answer) const {
    const auto location = answer.response.headers.find("Location");
    if (!location)
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} accepts uploads to {} but does not say where to",
                                session_.endpoint().name, repository_));
    Place place{session_.resolve(answer.url, *location, "Location")};
    if (const auto least = answer.response.headers.find("OCI-Chunk-Min-Length"))
        place.chunk_at_least = parse_number(trimmed(*least), largest_chunk).value_or(0);
    return place;
}

std::unique_ptr<Source> Upload::verified(const registry::OpenContent& content) const {
    return std::make_unique<HeldBackSource>(
        std::make_unique<codec::VerifyingSource>(content(), blob_.digest, blob_.size,
                                                 "blob " + std::string(blob_.digest.short_hex())),
        blob_.size);
}

void Upload::push(const registry::OpenContent& content) {
    session_.retry().run([&] { attempt(content); });
}

void Upload::attempt(const registry::OpenContent& content) {
    const Place place = begin();
    try {
        if (session_.options().upload_chunk == 0 || blob_.size == 0)
            put_whole(place, content);
        else
            patch_all(place, content);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::cancelled) cancel(place.url);
        throw;
    }
}

Upload::Place Upload::begin() {
    std::string query;
    // Servers of the next specification hash while the bytes arrive; older ones ignore it.
    if (blob_.digest.algorithm() != oci::DigestAlgorithm::sha256)
        net::add_query(query, "digest-algorithm", blob_.digest.algorithm_name());
    const std::string path = resource_path(repository_, "blobs", "uploads/");
    Call post = call("POST", session_.endpoint().url(path, std::move(query)));
    post.body = body_of("");
    Answer answer = session_.send_once(post);
    expect(answer, post, 202);
    return place_of(answer);
}

void Upload::put_whole(const Place& place, const registry::OpenContent& content) {
    finish(place.url, net::RequestBody{blob_.size, [this, &content] { return verified(content); }});
}

void Upload::patch_all(Place place, const registry::OpenContent& content) {
    const std::uint64_t wanted = std::max(session_.options().upload_chunk, place.chunk_at_least);
    const std::unique_ptr<Source> source = verified(content);
    std::string piece(std::min({wanted, largest_chunk, blob_.size}), '\0');
    std::uint64_t position = 0;
    while (position < blob_.size) {
        const std::size_t size =
            read_full(*source, std::as_writable_bytes(std::span(piece.data(), piece.size())));
        if (size == 0) break;
        place = patch(place, piece.substr(0, size), position);
        position += size;
    }
    finish(place.url, body_of(""));
}

Upload::Place Upload::patch(const Place& place, std::string piece, std::uint64_t begin) {
    Call patch = call("PATCH", place.url);
    patch.headers.set("Content-Type", "application/octet-stream");
    patch.headers.set("Content-Range", fmt::format("{}-{}", begin, begin + piece.size() - 1));
    patch.body = body_of(std::move(piece));
    Answer answer = session_.send_once(patch);
    expect(answer, patch, 202);
    return place_of(answer);
}

void Upload::finish(const net::Url& place, std::optional<net::RequestBody> body) {
    Call put = call("PUT", place);
    net::add_query(put.url.query, "digest", blob_.digest.text());
    put.headers.set("Content-Type", "application/octet-stream");
    put.body = std::move(body);
    Answer answer = session_.send_once(put);
    if (answer.status() != 204) expect(answer, put, 201); // some answer 204, an old slip
    const auto stored = answer.response.headers.find("Docker-Content-Digest");
    if (stored && trimmed(*stored) != blob_.digest.text())
        throw Error(
            ErrorCode::digest_invalid,
            fmt::format("{} stored blob {} under another digest, {}", session_.endpoint().name,
                        blob_.digest.text(), berth::quoted(*stored)))
            .set_hint(
                fmt::format("it seems not to support {} digests", blob_.digest.algorithm_name()));
}

void Upload::cancel(const net::Url& place) noexcept {
    try {
        session_.send_once(call("DELETE", place));
    } catch (...) {
        // The registry forgets it in time; what led here matters more.
    }
}

bool Upload::mount(std::string_view from_repository) {
    std::string query;
    net::add_query(query, "mount", blob_.digest.text());
    net::add_query(query, "from", from_repository);
    Call post = call(
        "POST", session_.endpoint().url(resource_path(repository_, "blobs", "uploads/"), query));
    post.what = fmt::format("mounting blob {} from {} into {}/{}", blob_.digest.short_hex(),
                            from_repository, session_.endpoint().name, repository_);
    post.access.scopes.merge(Scopes::pull(from_repository));
    post.body = body_of("");
    try {
        Answer answer = session_.send(post);
        if (answer.status() == 201) return true;
        if (answer.status() == 202) cancel(place_of(answer).url);
        return false; // whatever it is, sending the bytes tells
    } catch (const Error& error) {
        if (error.code() == ErrorCode::unauthorized || error.code() == ErrorCode::denied)
            return false;
        throw;
    }
}

} // namespace berth::client
