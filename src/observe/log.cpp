#include "observe/log.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace berth::observe {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warn", "error"};

UniqueFd open_sink(const std::filesystem::path& path) {
    if (!path.empty()) return open_file(path, O_WRONLY | O_CREAT | O_APPEND, 0640);
    UniqueFd copy(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!copy) throw system_error("opening standard error for the log", errno);
    return copy;
}

} // namespace

std::string_view name_of(Level level) {
    return level_names[static_cast<std::size_t>(level)];
}

std::optional<Level> parse_level(std::string_view name) {
    for (std::size_t i = 0; i < level_names.size(); ++i)
        if (level_names[i] == name) return static_cast<Level>(i);
    return std::nullopt;
}

LineFile::LineFile(std::filesystem::path path) : path_(std::move(path)), file_(open_sink(path_)) {}

void LineFile::write(std::string_view line) noexcept {
    while (!line.empty()) {
        const ssize_t written = ::write(file_.get(), line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

// The descriptor keeps its number and changes what it stands for in one step, so that writers need
// no lock.
void LineFile::reopen() {
    if (path_.empty()) return;
    const UniqueFd fresh = open_sink(path_);
    if (::dup3(fresh.get(), file_.get(), O_CLOEXEC) < 0)
        throw system_error("reopening " + path_.string(), errno);
}

void Logger::log(Level level, std::string_view message, std::span<const Field> fields) {
    if (!shows(level)) return;
    file_.write(format_line(format_, clock_.wall_now(), level, message, fields));
}

} // namespace berth::observe
