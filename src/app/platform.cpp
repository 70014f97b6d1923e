#include "app/platform.hpp"

#include "base/file.hpp"
#include "server/distribution.hpp"
#include "server/site.hpp"

#include <sys/stat.h>

namespace berth::app {

namespace {

constexpr std::uint64_t key_limit = 4096;
constexpr std::chrono::seconds collect_every{60};
/// Between two steps of a collection, so that clients always come first.
constexpr std::chrono::milliseconds pause{20};

Secret token_key(const std::filesystem::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0)
        replace_file(file, random_hex_16() + random_hex_16() + random_hex_16(), 0600);
    return Secret(read_file(file, key_limit));
}

} // namespace

Platform::Platform(const std::filesystem::path& directory, Clock& clock)
    : clock_(clock),
      registry_({.directory = directory}, clock),
      users_(directory / "users.json", clock),
      tokens_(token_key(directory / "token-key"), "berth", clock),
      collector_([this](std::stop_token stop) { collect(std::move(stop)); }) {}

void Platform::collect(std::stop_token stop) {
    do {
        try {
            while (registry_.collect_some() > 0 && clock_.sleep(pause, stop)) {
            }
        } catch (const Error&) {
            // A full or damaged disk is told to the clients whose requests meet it; the next round
            // tries again.
        }
    } while (clock_.sleep(collect_every, stop));
}

net::Handler Platform::handler(std::string version) {
    return server::make_distribution(
        {.registry = registry_, .users = users_, .tokens = tokens_, .clock = clock_},
        server::make_site({.version = std::move(version)}));
}

} // namespace berth::app
