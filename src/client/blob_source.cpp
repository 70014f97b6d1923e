#include "client/blob_source.hpp"

#include "base/text.hpp"
#include "client/content_range.hpp"
#include "client/paths.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::client {
namespace {

/// A server that sends less than this between two failures does not get its attempts back.
constexpr std::uint64_t progress_worth_counting = 64 * 1024;

} // namespace

Call blob_call(const Session& session, const std::string& repository, const oci::Digest& blob) {
    Call call{.url = session.endpoint().url(blob_path(repository, blob))};
    call.access = {repository, Scopes::pull(repository)};
    call.what =
        fmt::format("blob {} of {}/{}", blob.short_hex(), session.endpoint().name, repository);
    return call;
}

BlobSource::BlobSource(std::shared_ptr<Session> session, const std::string& repository,
                       oci::Descriptor blob, BlobRange range)
    : BlobSource(std::move(session), repository, BegunBlob{std::move(blob), range, std::nullopt}) {}

BlobSource::BlobSource(std::shared_ptr<Session> session, const std::string& repository,
                       BegunBlob begun)
    : session_(std::move(session)),
      blob_(std::move(begun.blob)),
      position_(begun.range.begin),
      end_(begun.range.end),
      whole_is_refused_(begun.range.whole_is_refused),
      call_(blob_call(*session_, repository, blob_.digest)),
      retry_(session_->retry()) {
    if (begun.answer) {
        accept(std::move(*begun.answer));
    } else {
        retry_.run([this] { open(); });
    }
}

Error BlobSource::wrong_size(std::string_view how) const {
    return Error(ErrorCode::size_invalid, fmt::format("{} is {} than the {} bytes it should have",
                                                      call_.what, how, blob_.size));
}

void BlobSource::open() {
    body_.reset(); // first, so that its connection is free
    call_.headers.remove("Range");
    if (end_ < blob_.size) {
        call_.headers.set("Range", fmt::format("bytes={}-{}", position_, end_ - 1));
    } else if (position_ > 0) {
        call_.headers.set("Range", fmt::format("bytes={}-", position_));
    }
    accept(session_->send_once(call_));
}

void BlobSource::accept(Answer answer) {
    switch (answer.status()) {
        case 200:
            accept_whole(answer);
            break;
        case 206:
            accept_part(answer);
            break;
        case 404:
            throw Error(ErrorCode::blob_unknown, session_->failure(answer, call_).message());
        case 416:
            throw wrong_size("shorter");
        default:
            throw session_->failure(answer, call_);
    }
    body_ = std::move(answer.response.body);
}

void BlobSource::accept_whole(Answer& answer) {
    const auto length = answer.response.content_length();
    if (length && *length != blob_.size)
        throw wrong_size(*length < blob_.size ? "shorter" : "longer");
    const auto accepted = answer.response.headers.find("Accept-Ranges").value_or("");
    can_send_parts_ = equals_ignoring_case(accepted, "bytes");
    if (whole_is_refused_)
        throw Error(ErrorCode::unsupported, "the server sends no parts, though it said so");
    if (position_ > 0) skip(*answer.response.body, position_);
}

void BlobSource::accept_part(const Answer& answer) {
    const auto field = answer.response.headers.find("Content-Range").value_or("");
    const auto range = parse_content_range(field);
    if (!range || range->first != position_)
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} was asked for from byte {}, and the answer says {}", call_.what,
                                position_, berth::quoted(field)));
    if (range->total && *range->total != blob_.size)
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} should have {} bytes, and a part of it says {}", call_.what,
                                blob_.size, *range->total));
}

void BlobSource::skip(Source& body, std::uint64_t count) const {
    std::vector<std::byte> piece(buffer_size);
    while (count > 0) {
        const std::size_t wanted = std::min<std::uint64_t>(piece.size(), count);
        const std::size_t size = body.read(std::span(piece).first(wanted));
        if (size == 0) throw wrong_size("shorter");
        count -= size;
    }
}

std::size_t BlobSource::read(std::span<std::byte> out) {
    while (position_ < end_) {
        try {
            return read_some(out);
        } catch (Error& error) {
            if (!again_after(error)) throw;
            session_->note(fmt::format("resuming {} at {}", call_.what, human_size(position_)));
            retry_.run([this] { open(); });
        }
    }
    if (end_ == blob_.size) check_end();
    body_.reset();
    return 0;
}

std::size_t BlobSource::read_some(std::span<std::byte> out) {
    const std::uint64_t left = end_ - position_;
    const std::size_t size = body_->read(out.first(std::min<std::uint64_t>(out.size(), left)));
    if (size == 0)
        throw Error(ErrorCode::upstream_failed, fmt::format("{} ended after {} of {} bytes",
                                                            call_.what, position_, blob_.size));
    position_ += size;
    moved_since_failure_ += size;
    return size;
}

bool BlobSource::again_after(Error& error) {
    if (moved_since_failure_ >= progress_worth_counting) retry_.progressed();
    moved_since_failure_ = 0;
    return retry_.again_after(error);
}

void BlobSource::check_end() {
    if (ended_) return;
    std::array<std::byte, 1> extra;
    std::size_t size = 0;
    try {
        if (body_) size = body_->read(extra);
    } catch (const Error& error) {
        // All that was promised has come: how the connection ends does not matter any more.
        if (error.code() == ErrorCode::cancelled) throw;
    }
    body_.reset();
    if (size > 0) throw wrong_size("longer");
    ended_ = true;
}

} // namespace berth::client
