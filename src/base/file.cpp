#include "base/file.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

namespace berth {
namespace {

std::filesystem::path directory_of(const std::filesystem::path& path) {
    const auto parent = path.parent_path();
    return parent.empty() ? std::filesystem::path(".") : parent;
}

void sync_file(int fd, const std::filesystem::path& path) {
    if (::fsync(fd) != 0)
        throw system_error(fmt::format("syncing {}", berth::quoted(path.native())), errno);
}

/// Removes what it names unless told that it was used.
struct Temporary {
    std::filesystem::path path;
    bool used = false;
    ~Temporary() {
        if (!used) ::unlink(path.c_str());
    }
};

} // namespace

UniqueFd open_file(const std::filesystem::path& path, int flags, unsigned mode) {
    int fd = -1;
    do {
        fd = ::open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode));
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) throw system_error(fmt::format("opening {}", berth::quoted(path.native())), errno);
    return UniqueFd(fd);
}

std::string read_file(const std::filesystem::path& path, std::uint64_t limit) {
    const UniqueFd file = open_file(path, O_RDONLY);
    std::string content;
    std::array<char, 16 * 1024> buffer;
    for (;;) {
        const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            throw system_error(fmt::format("reading {}", berth::quoted(path.native())), errno);
        if (count == 0) return content;
        if (static_cast<std::uint64_t>(count) > limit - content.size())
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} is larger than the limit of {} bytes",
                                    berth::quoted(path.native()), limit));
        content.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

void write_all(int fd, std::span<const std::byte> bytes, std::string_view what) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw system_error(fmt::format("writing {}", what), errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void write_source(int fd, Source& source, std::string_view what,
                  const std::function<void(std::size_t)>& moved) {
    std::vector<std::byte> buffer(buffer_size);
    while (const std::size_t count = source.read(buffer)) {
        moved(count);
        write_all(fd, std::span(buffer).first(count), what);
    }
}

void replace_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
    const auto directory = directory_of(path);
    const auto name = fmt::format(".{}.{}.tmp", path.filename().native(), random_hex_16());
    Temporary temporary{directory / name};
    const UniqueFd file = open_file(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    // The mode is set on the open file: the umask shall not decide it.
    if (::fchmod(file.get(), static_cast<mode_t>(mode)) != 0)
        throw system_error(fmt::format("setting the mode of {}", berth::quoted(path.native())),
                           errno);
    write_all(file.get(), as_bytes(content), berth::quoted(path.native()));
    sync_file(file.get(), path);
    if (std::rename(temporary.path.c_str(), path.c_str()) != 0)
        throw system_error(fmt::format("replacing {}", berth::quoted(path.native())), errno);
    temporary.used = true;
    sync_directory(directory);
}

void sync_directory(const std::filesystem::path& path) {
    const UniqueFd directory = open_file(path, O_RDONLY | O_DIRECTORY);
    sync_file(directory.get(), path);
}

std::string random_hex_16() {
    std::array<std::byte, 8> bytes;
    ssize_t count = 0;
    do {
        count = ::getrandom(bytes.data(), bytes.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count != static_cast<ssize_t>(bytes.size())) throw system_error("getrandom", errno);
    return to_hex(bytes);
}

} // namespace berth
