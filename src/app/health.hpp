// Health: whether the registry can do its work now.
#pragma once

#include "app/configuration.hpp"
#include "base/clock.hpp"
#include "base/synchronized.hpp"
#include "hosting/hosted_registry.hpp"
#include "server/site.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <vector>

namespace berth::app {

/// Free space of the file system that holds `directory`, as this process may use it.
std::uint64_t free_space(const std::filesystem::path& directory);

/// Any thread. Anybody may ask, so what was found is kept for a second.
class Health {
public:
    /// All must outlive this.
    Health(hosting::HostedRegistry& registry, std::filesystem::path directory,
           std::uint64_t min_free, Clock& clock);

    /// "index": it answers; "data_directory": a file can be made there; "disk_space": more than
    /// `min_free` is left. Before started() there is "start" alone, which fails.
    std::vector<server::HealthCheck> checks();
    /// Whoever started the server has been told all, the first password too.
    void started() { started_ = true; }
    bool ready();

private:
    std::vector<server::HealthCheck> look();
    std::optional<std::string> index_failure();
    std::optional<std::string> directory_failure();
    std::optional<std::string> space_failure();

    struct Found {
        std::chrono::steady_clock::time_point when = {};
        std::vector<server::HealthCheck> checks = {};
    };

    hosting::HostedRegistry& registry_;
    std::filesystem::path directory_;
    std::uint64_t min_free_;
    Clock& clock_;
    std::atomic<bool> started_ = false;
    Synchronized<Found> found_;
};

} // namespace berth::app
