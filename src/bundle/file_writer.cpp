#include "bundle/file_writer.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace berth::bundle {
namespace {

Error write_failed(const codec::TarEntry& entry, int reason) {
    if (reason == EFBIG || reason == EINVAL) {
        return Error(ErrorCode::content_invalid,
                     fmt::format("the file system allows no file of {} bytes", entry.size));
    }
    return system_error(fmt::format("writing {}", berth::quoted(entry.path)), reason);
}

} // namespace

void FileWriter::write(std::span<const std::byte> bytes) {
    if (!entry_.regions) {
        write_at(bytes, position_);
        position_ += bytes.size();
        return;
    }
    while (!bytes.empty()) {
        if (region_ == entry_.regions->size()) {
            throw Error(ErrorCode::content_invalid, "the sparse file holds more than its map says");
        }
        const auto& region = (*entry_.regions)[region_];
        const auto count = std::min<std::uint64_t>(bytes.size(), region.length - position_);
        write_at(bytes.first(count), region.offset + position_);
        bytes = bytes.subspan(count);
        position_ += count;
        if (position_ < region.length) continue;
        ++region_;
        position_ = 0;
    }
}

void FileWriter::finish() {
    if (!entry_.regions) return;
    if (entry_.size > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()))
        throw write_failed(entry_, EFBIG);
    if (::ftruncate(file_, static_cast<off_t>(entry_.size)) != 0) throw write_failed(entry_, errno);
}

void FileWriter::write_at(std::span<const std::byte> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const auto count = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw write_failed(entry_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

} // namespace berth::bundle
