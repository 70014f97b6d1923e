#include "app/health.hpp"

#include "app/value_type.hpp"
#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace berth::app {
namespace {

constexpr std::chrono::seconds keep_for{1};

} // namespace

std::uint64_t free_space(const std::filesystem::path& directory) {
    struct statvfs found {};
    if (::statvfs(directory.c_str(), &found) != 0)
        throw system_error("asking for free space", errno);
    return std::uint64_t{found.f_bavail} * found.f_frsize;
}

Health::Health(hosting::HostedRegistry& registry, std::filesystem::path directory,
               std::uint64_t min_free, Clock& clock)
    : registry_(registry), directory_(std::move(directory)), min_free_(min_free), clock_(clock) {}

std::vector<server::HealthCheck> Health::checks() {
    if (!started_) return {{"start", "it is starting"}};
    // Others wait for the one who looks: a disk that hangs is not asked by hundreds of threads.
    return found_.with([&](Found& found) {
        const auto now = clock_.now();
        if (found.checks.empty() || now - found.when >= keep_for) found = {now, look()};
        return found.checks;
    });
}

bool Health::ready() {
    const auto found = checks();
    return std::none_of(found.begin(), found.end(),
                        [](const auto& check) { return check.failure.has_value(); });
}

std::vector<server::HealthCheck> Health::look() {
    return {{"index", index_failure()},
            {"data_directory", directory_failure()},
            {"disk_space", space_failure()}};
}

std::optional<std::string> Health::index_failure() {
    try {
        registry_.index().repositories("", 1);
        return std::nullopt;
    } catch (const Error& error) {
        return fmt::format("the index does not answer: {}", traits(error.code()).sentence);
    }
}

std::optional<std::string> Health::directory_failure() {
    const auto probe = directory_ / ".ready";
    try {
        open_file(probe, O_WRONLY | O_CREAT | O_TRUNC);
        ::unlink(probe.c_str());
        return std::nullopt;
    } catch (const Error& error) {
        return fmt::format("no file can be made in the data directory: {}",
                           traits(error.code()).sentence);
    }
}

std::optional<std::string> Health::space_failure() {
    try {
        if (free_space(directory_) >= min_free_) return std::nullopt;
        return fmt::format("less than {} of disk space is free (storage.min_free)",
                           format_size(min_free_));
    } catch (const Error& error) {
        return error.message();
    }
}

} // namespace berth::app
