#include "app/configuration_flags.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <array>

namespace berth::app {
namespace {

constexpr std::string_view usual_file = "/etc/berth/berth.yaml";
constexpr std::uint64_t file_limit = 1024 * 1024;

/// Flags of `berth serve` that are a key of their own. Those for paths may be relative.
struct FlagKey {
    std::string_view flag;
    std::string_view key;
    bool path;
};
constexpr std::array flag_keys{
    FlagKey{"listen", "http.listen", false}, FlagKey{"data", "storage.directory", true},
    FlagKey{"cert-file", "http.certificate_file", true}, FlagKey{"key-file", "http.key_file", true},
    FlagKey{"log-format", "log.format", false}};

std::vector<ConfigurationSources::Override> overrides_of(const cli::Invocation& invocation) {
    std::vector<ConfigurationSources::Override> overrides;
    for (const auto& text : invocation.line.values("set")) {
        const auto equals = text.find('=');
        if (equals == text.npos) {
            throw Error(ErrorCode::usage,
                        fmt::format("--set is KEY=VALUE, not {}", berth::quoted(text)))
                .set_hint("e.g. --set http.idle_timeout=30s");
        }
        overrides.push_back(
            {text.substr(0, equals), text.substr(equals + 1), "--set " + text.substr(0, equals)});
    }
    for (const auto& [flag, key, path] : flag_keys) {
        const auto given = invocation.line.value(flag);
        if (!given) continue;
        overrides.push_back({std::string(key),
                             path ? std::filesystem::absolute(*given).string() : *given,
                             fmt::format("--{}", flag)});
    }
    return overrides;
}

} // namespace

std::vector<cli::Flag> configuration_flags() {
    return {{.name = "config",
             .value = "FILE",
             .help = "the configuration (YAML); otherwise /etc/berth/berth.yaml if it is there",
             .variable = "BERTH_CONFIG"},
            {.name = "set",
             .value = "KEY=VALUE",
             .help = "a key of the configuration, as http.idle_timeout=30s",
             .repeatable = true}};
}

std::optional<std::filesystem::path> configuration_file(const cli::Invocation& invocation,
                                                        const std::optional<std::string>& file) {
    if (file) return *file;
    if (const auto given = invocation.line.value("config")) return *given;
    if (::access(std::string(usual_file).c_str(), F_OK) == 0) return usual_file;
    return std::nullopt;
}

LoadedConfiguration configuration_of(const cli::Invocation& invocation,
                                     const std::optional<std::filesystem::path>& file) {
    ConfigurationSources sources;
    if (file) sources.file = {.name = file->string(), .text = read_file(*file, file_limit)};
    sources.variables = invocation.environment().variables;
    sources.overrides = overrides_of(invocation);
    return load_configuration(sources);
}

std::filesystem::path data_directory(const Configuration& configuration,
                                     const cli::Environment& environment) {
    if (!configuration.storage.directory.empty()) return configuration.storage.directory;
    return cli::default_store(environment).parent_path() / "registry";
}

} // namespace berth::app
