// Upload: a blob into a registry (distribution-spec "Pushing blobs").
#pragma once

#include "client/session.hpp"
#include "oci/descriptor.hpp"
#include "registry/repository.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// One blob's way into one repository.
class Upload {
public:
    Upload(Session& session, std::string repository, const oci::Descriptor& blob);

    /// POST, then one streamed PUT, or PATCHes of the session's upload_chunk bytes and a PUT. An
    /// attempt that fails is begun anew as a whole, with `content` opened anew. The bytes are
    /// verified as they leave: wrong ones end the upload before it is complete.
    void push(const registry::OpenContent& content);
    /// Asks the registry to link the blob from another of its repositories; false if it does not.
    bool mount(std::string_view from_repository);

private:
    struct Place {
        net::Url url;
        std::uint64_t chunk_at_least = 0; ///< OCI-Chunk-Min-Length
    };

    void attempt(const registry::OpenContent& content);
    Place begin();
    void put_whole(const Place& place, const registry::OpenContent& content);
    void patch_all(Place place, const registry::OpenContent& content);
    Place patch(const Place& place, std::string piece, std::uint64_t begin);
    void finish(const net::Url& place, std::optional<net::RequestBody> body);
    void cancel(const net::Url& place) noexcept;

    Call call(std::string_view method, net::Url url) const;
    Place place_of(const Answer& answer) const;
    void expect(Answer& answer, const Call& call, int status);
    std::unique_ptr<Source> verified(const registry::OpenContent& content) const;

    Session& session_;
    std::string repository_;
    const oci::Descriptor& blob_;
};

} // namespace berth::client
