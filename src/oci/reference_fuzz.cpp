// References and digests: the canonical text of what is accepted parses to the same thing.
#include "oci/platform.hpp"
#include "oci/reference.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_reference(std::string_view text) {
    const auto reference = berth::oci::Reference::parse(text);
    if (!reference) {
        require(!reference.error().message().empty());
        return;
    }
    const auto again = berth::oci::Reference::parse(reference->text());
    require(again.has_value());
    require(again->registry == reference->registry && again->repository == reference->repository);
    require(again->tag == reference->tag && again->digest == reference->digest);
    require(again->text() == reference->text());
    require(reference->repository.size() <= 255);
    require(reference->repository.find("..") == std::string::npos);
}

void check_digest(std::string_view text) {
    const auto digest = berth::oci::Digest::parse(text);
    if (!digest) return;
    require(digest->text() == text);
    require(digest->hex().size() == (digest->algorithm_name() == "sha256" ? 64 : 128));
}

void check_platform(std::string_view text) {
    const auto platform = berth::oci::Platform::parse(text);
    if (!platform) return;
    const auto again = berth::oci::Platform::parse(platform->text());
    require(again.has_value() && *again == *platform);
    require(platform->accepts(*platform));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_reference(text);
    check_digest(text);
    check_platform(text);
    return 0;
}
