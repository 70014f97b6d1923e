// Any bytes as an archive: the reader refuses it or keeps its promises, and what it gives survives
// being written and read again.
#include "codec/tar_reader.hpp"
#include "codec/tar_writer.hpp"

#include "base/error.hpp"

#include <cstdlib>
#include <string>

namespace berth::codec {
namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

TarLimits small_limits() {
    TarLimits limits;
    limits.entries = 100;
    limits.pax_bytes = 64 * 1024;
    limits.sparse_regions = 1000;
    return limits;
}

std::uint64_t read_all_data(TarReader& reader) {
    std::byte buffer[4096];
    std::uint64_t stored = 0;
    while (const std::size_t got = reader.read(buffer)) stored += got;
    return stored;
}

void check_promises(const TarEntry& entry, std::uint64_t stored, const TarLimits& limits) {
    require(entry.path.size() <= limits.name_bytes);
    require(entry.link_target.size() <= limits.name_bytes);
    require(entry.path.find('\0') == std::string::npos);
    require(entry.mode <= 07777);
    require(entry.modified.nanoseconds >= 0 && entry.modified.nanoseconds < 1'000'000'000);
    require(entry.type == TarType::file || (entry.size == 0 && stored == 0));
    if (!entry.regions) return require(stored == entry.size);
    std::uint64_t end = 0;
    std::uint64_t sum = 0;
    for (const TarRegion& region : *entry.regions) {
        require(region.length > 0 && region.offset >= end);
        end = region.offset + region.length;
        sum += region.length;
    }
    require(end <= entry.size && sum == stored);
}

bool same(const TarEntry& a, const TarEntry& b) {
    return a.path == b.path && a.type == b.type && a.link_target == b.link_target &&
           a.size == b.size && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid &&
           a.user_name == b.user_name && a.group_name == b.group_name &&
           a.modified.seconds == b.modified.seconds &&
           a.modified.nanoseconds == b.modified.nanoseconds && a.device_major == b.device_major &&
           a.device_minor == b.device_minor && a.xattrs == b.xattrs && !b.regions;
}

void check_round_trip(TarEntry entry) {
    entry.regions.reset();
    entry.size = 0;
    std::string archive;
    TarWriter writer([&](std::span<const std::byte> bytes) { archive += as_text(bytes); });
    writer.add(entry);
    writer.finish();
    MemorySource source(archive);
    TarReader reader(source);
    const TarEntry* again = reader.next();
    require(again != nullptr && same(entry, *again));
    require(reader.next() == nullptr);
}

} // namespace
} // namespace berth::codec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace berth::codec;
    berth::MemorySource source(std::string(reinterpret_cast<const char*>(data), size));
    const TarLimits limits = small_limits();
    TarReader reader(source, limits);
    std::uint64_t entries = 0;
    try {
        while (const TarEntry* entry = reader.next()) {
            require(++entries <= limits.entries);
            const TarEntry copy = *entry;
            check_promises(copy, read_all_data(reader), limits);
            check_round_trip(copy);
        }
        reader.drain();
    } catch (const berth::Error& error) {
        require(error.code() == berth::ErrorCode::content_invalid ||
                error.code() == berth::ErrorCode::limit_exceeded);
    }
    return 0;
}
