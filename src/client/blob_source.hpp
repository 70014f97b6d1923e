// BlobSource: a blob's bytes from a registry, one after the other, however often the connection
// breaks.
#pragma once

#include "client/session.hpp"
#include "oci/descriptor.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace berth::client {

/// The bytes of a blob from `begin` up to `end`, which is not among them.
struct BlobRange {
    std::uint64_t begin;
    std::uint64_t end;
    /// A server that sends the whole blob instead is Error unsupported.
    bool whole_is_refused = false;
};

/// A blob that was asked for before its size was known.
struct BegunBlob {
    oci::Descriptor blob;
    BlobRange range;
    std::optional<Answer> answer; ///< the one that told it; nothing: none was asked for
};

/// GET of a blob.
Call blob_call(const Session& session, const std::string& repository, const oci::Digest& blob);

/// Reads `range` and not a byte further. A stream that breaks is opened again where it ended, by
/// range; a server that ignores ranges has its first bytes skipped. It does not verify the digest:
/// wrap it. Errors at construction: blob_unknown, and those of any request; in read():
/// size_invalid for a longer or shorter blob, and what retries ended with.
class BlobSource final : public Source {
public:
    BlobSource(std::shared_ptr<Session> session, const std::string& repository,
               oci::Descriptor blob, BlobRange range);
    BlobSource(std::shared_ptr<Session> session, const std::string& repository, BegunBlob begun);
    std::size_t read(std::span<std::byte> out) override;

    /// Whether the server said that it can send a part of this blob.
    bool can_send_parts() const { return can_send_parts_; }

private:
    void open();
    void accept(Answer answer);
    void accept_whole(Answer& answer);
    void accept_part(const Answer& answer);
    void skip(Source& body, std::uint64_t count) const;
    std::size_t read_some(std::span<std::byte> out);
    bool again_after(Error& error);
    void check_end();
    Error wrong_size(std::string_view how) const;

    std::shared_ptr<Session> session_;
    oci::Descriptor blob_;
    std::uint64_t position_;
    std::uint64_t end_;
    bool whole_is_refused_;
    Call call_;
    Retry retry_;
    std::unique_ptr<Source> body_;
    std::uint64_t moved_since_failure_ = 0;
    bool can_send_parts_ = false;
    bool ended_ = false;
};

} // namespace berth::client
