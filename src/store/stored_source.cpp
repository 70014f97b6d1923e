#include "store/stored_source.hpp"

#include "base/error.hpp"
#include "codec/verifying_source.hpp"

#include <fmt/format.h>

namespace berth::store {
namespace {

class TrustedSource final : public Source {
public:
    TrustedSource(std::unique_ptr<Source> inner, std::string hint)
        : inner_(std::move(inner)), hint_(std::move(hint)) {}

    std::size_t read(std::span<std::byte> out) override {
        try {
            return inner_->read(out);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::digest_invalid &&
                error.code() != ErrorCode::size_invalid)
                throw;
            throw Error(ErrorCode::corrupt, error.message()).set_hint(hint_);
        }
    }

private:
    std::unique_ptr<Source> inner_;
    std::string hint_;
};

} // namespace

std::unique_ptr<Source> stored_blob(UniqueFd file, std::uint64_t begin, std::uint64_t length,
                                    const oci::Descriptor& blob, std::uint64_t offset,
                                    const std::string& place) {
    if (offset > length)
        throw Error(ErrorCode::range_invalid,
                    fmt::format("blob {} in {} has {} bytes, byte {} was asked for",
                                blob.digest.text(), place, length, offset));
    auto bytes = std::make_unique<FileSource>(std::move(file), begin + offset, length - offset);
    if (offset > 0) return bytes;
    return std::make_unique<codec::VerifyingSource>(
        std::move(bytes), blob.digest, blob.size,
        fmt::format("blob {} in {}", blob.digest.text(), place));
}

std::unique_ptr<Source> trusted(std::unique_ptr<Source> inner, std::string hint) {
    return std::make_unique<TrustedSource>(std::move(inner), std::move(hint));
}

} // namespace berth::store
