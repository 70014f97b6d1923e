#include "store/archive_map.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "codec/tar_reader.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace berth::store {
namespace {

constexpr std::uint64_t block = 512;
constexpr std::uint64_t entry_limit = 100'000;

std::uint64_t rounded_up(std::uint64_t size) {
    return (size + block - 1) / block * block;
}

/// Gives a tar reader one block at a time, so that it never is ahead of what it has used and
/// position() is where the current entry's data begins. Bytes announced as content are passed over
/// without reading them: the reader skips them and does not look.
class HeaderSource final : public Source {
public:
    HeaderSource(int file, std::uint64_t size) : file_(file), size_(size) {}

    std::uint64_t position() const { return position_; }
    std::uint64_t left() const { return size_ - position_; }
    void pass_over(std::uint64_t bytes) { unread_until_ = position_ + std::min(bytes, left()); }

    std::size_t read(std::span<std::byte> out) override {
        const std::uint64_t until = position_ < unread_until_
                                        ? unread_until_
                                        : std::min(size_, position_ - position_ % block + block);
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), until - position_));
        if (position_ >= unread_until_) read_block(out.first(count));
        position_ += count;
        return count;
    }

private:
    void read_block(std::span<std::byte> out) const {
        while (!out.empty()) {
            const auto at = static_cast<off_t>(position_);
            const ssize_t got = ::pread(file_, out.data(), out.size(), at);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) throw system_error("reading an archive", errno);
            if (static_cast<std::size_t>(got) < out.size())
                throw Error(ErrorCode::content_invalid, "the file became shorter meanwhile");
            return;
        }
    }

    int file_;
    std::uint64_t size_;
    std::uint64_t position_ = 0;
    std::uint64_t unread_until_ = 0;
};

std::string plain_name(std::string_view path) {
    while (path.starts_with("./")) path.remove_prefix(2);
    return std::string(path);
}

ArchiveMap read_headers(HeaderSource& source) {
    codec::TarLimits limits;
    limits.entries = entry_limit;
    codec::TarReader reader(source, limits);
    ArchiveMap files;
    while (const codec::TarEntry* entry = reader.next()) {
        if (entry->type != codec::TarType::file || entry->regions) continue;
        if (entry->size > source.left())
            throw Error(ErrorCode::content_invalid,
                        fmt::format("entry {} ends beyond the end of the archive",
                                    berth::quoted(entry->path)));
        files.insert_or_assign(plain_name(entry->path),
                               ArchiveFile{source.position(), entry->size});
        source.pass_over(rounded_up(entry->size));
    }
    return files;
}

} // namespace

ArchiveMap map_archive(int file, const std::string& place) {
    struct stat status {};
    if (::fstat(file, &status) != 0)
        throw system_error(fmt::format("examining {}", berth::quoted(place)), errno);
    try {
        HeaderSource source(file, static_cast<std::uint64_t>(status.st_size));
        return read_headers(source);
    } catch (Error& error) {
        error.add_context(place);
        throw;
    }
}

} // namespace berth::store
