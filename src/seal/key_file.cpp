#include "seal/key_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace berth::seal {
namespace {

constexpr std::uint64_t file_limit = 64 * 1024;
constexpr unsigned owner_only = 0600;

std::string name_of(const std::filesystem::path& file) {
    return "the file " + file.string();
}

void check_private(int fd, const std::filesystem::path& file) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) throw system_error(name_of(file), errno);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorCode::usage, fmt::format("the key file {} is no file", file.string()));
    if ((status.st_mode & 077) == 0) return;
    throw Error(ErrorCode::usage, fmt::format("others than its owner can use the key file {}: its "
                                              "mode is {:04o}",
                                              file.string(), status.st_mode & 07777))
        .set_hint(fmt::format("chmod 600 {}; and if somebody may have read it, rotate the key",
                              file.string()));
}

Keyring read_key_file(const std::filesystem::path& file) {
    UniqueFd fd = open_file(file, O_RDONLY | O_NOCTTY | O_NONBLOCK); // a FIFO would wait
    check_private(fd.get(), file);
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw system_error(name_of(file), errno);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > file_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("the key file {} is larger than 64 KiB", file.string()));
    FileSource source(std::move(fd), 0, size);
    return Keyring::parse(Secret(read_all(source, file_limit, name_of(file))), name_of(file));
}

/// False if the file was there already. It appears whole: linked once it is written.
bool create_key_file(const std::filesystem::path& file, const Keyring& keys) {
    const std::filesystem::path fresh = file.string() + "." + random_hex_16();
    struct Unlink {
        const std::filesystem::path& file;
        ~Unlink() { ::unlink(file.c_str()); }
    } const unlink{fresh};
    {
        const UniqueFd fd = open_file(fresh, O_WRONLY | O_CREAT | O_EXCL, owner_only);
        const Secret text = keys.text();
        write_all(fd.get(), as_bytes(text.reveal()), name_of(fresh));
        if (::fsync(fd.get()) != 0) throw system_error(name_of(fresh), errno);
    }
    if (::link(fresh.c_str(), file.c_str()) != 0) {
        if (errno == EEXIST) return false;
        throw system_error(name_of(file), errno);
    }
    sync_directory(file.has_parent_path() ? file.parent_path() : ".");
    return true;
}

} // namespace

Keyring load_or_create_key_file(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) {
        Keyring fresh = Keyring::generate();
        if (create_key_file(file, fresh)) return fresh;
    }
    return read_key_file(file);
}

void write_key_file(const std::filesystem::path& file, const Keyring& keys) {
    const Secret text = keys.text();
    replace_file(file, text.reveal(), owner_only);
}

Keyring load_keys(const KeySource& source) {
    if (source.credential)
        return Keyring::parse(Secret(read_file(*source.credential, file_limit)),
                              "the systemd credential " + source.credential->string());
    if (source.variable) return Keyring::parse(*source.variable, "the environment variable");
    return load_or_create_key_file(source.file);
}

} // namespace berth::seal
