// ParallelBlob: a large blob over several connections at once, where one is slow.
//
// Many registries send each connection no more than a few megabytes a second: a blob store's limit,
// or a long way. The bytes come out in order all the same, so that whoever reads can verify and
// write them as they come, and what was read is a prefix that a later run resumes from.
#pragma once

#include "client/blob_source.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace berth::client {

struct ParallelLimits {
    int connections = 4;
    /// What one request asks for; `connections` of them are held in memory at most.
    std::uint64_t part_bytes = 4 * 1024 * 1024;
    /// Further connections are opened for a blob that has come slower than `slow_bytes_per_second`
    /// for `patience`, and has more left than all connections' first parts.
    std::chrono::milliseconds patience{2000};
    std::uint64_t slow_bytes_per_second = 32 * 1024 * 1024;
};

/// As BlobSource, to the blob's end. One thread at a time.
class ParallelBlob final : public Source {
public:
    ParallelBlob(std::shared_ptr<Session> session, std::string repository, oci::Descriptor blob,
                 std::uint64_t offset, ParallelLimits limits);
    /// Waits for requests in flight to come to the end of what they are reading.
    ~ParallelBlob() override;
    std::size_t read(std::span<std::byte> out) override;

private:
    class Parts;
    void read_alone(std::uint64_t from);
    bool is_worth_parts();
    void go_parallel();
    std::size_t read_parts(std::span<std::byte> out);

    std::shared_ptr<Session> session_;
    std::string repository_;
    oci::Descriptor blob_;
    ParallelLimits limits_;
    std::uint64_t begin_;
    std::uint64_t position_;
    std::chrono::steady_clock::time_point started_;
    bool decided_ = false;
    std::unique_ptr<BlobSource> single_;
    std::uint64_t single_end_ = 0; ///< where the parts begin
    std::unique_ptr<Parts> parts_;
};

} // namespace berth::client
