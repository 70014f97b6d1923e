#include "bundle/runtime_config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bundle/runtime_defaults.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::bundle {
namespace {

json::Array array_of(const std::vector<std::string>& texts) {
    json::Array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

std::string_view key_of(std::string_view setting) {
    return setting.substr(0, setting.find('='));
}

/// The last setting of a name counts, at the place of the first.
std::vector<std::string> environment(const oci::ImageConfig& image, const RuntimeUser& user) {
    std::vector<std::string> settings;
    const auto find = [&](std::string_view key) {
        return std::find_if(settings.begin(), settings.end(),
                            [&](const auto& other) { return key_of(other) == key; });
    };
    for (const auto& setting : image.env) {
        const auto key = key_of(setting);
        if (key.empty() || key.size() == setting.size()) {
            throw Error(ErrorCode::content_invalid,
                        fmt::format("the image's environment has {}, which is no name=value",
                                    berth::quoted(setting)));
        }
        const auto same = find(key);
        if (same == settings.end()) {
            settings.push_back(setting);
        } else {
            *same = setting;
        }
    }
    const std::string defaults[] = {std::string(default_path), "TERM=xterm", "HOME=" + user.home};
    for (const auto& setting : defaults) {
        if (find(key_of(setting)) == settings.end()) settings.push_back(setting);
    }
    return settings;
}

std::vector<std::string> arguments(const oci::ImageConfig& image, Warnings& warnings) {
    auto all = image.entrypoint;
    all.insert(all.end(), image.cmd.begin(), image.cmd.end());
    if (!all.empty()) return all;
    warnings.add("the image names no command; config.json says \"sh\"");
    return {"sh"};
}

/// The runtime wants it absolute; other builders and runtimes read "app" as "/app".
std::string absolute(const std::string& path) {
    return path.starts_with('/') ? path : "/" + path;
}

bool is_mapped(std::uint32_t id, const std::vector<IdRange>& map) {
    return std::any_of(map.begin(), map.end(), [id](const IdRange& range) {
        return id >= range.container && id - range.container < range.size;
    });
}

bool has_namespace(const RuntimeOptions& options) {
    return options.rootless || !options.uid_map.empty() || !options.gid_map.empty();
}

std::vector<IdRange> map_or(const std::vector<IdRange>& map, const RuntimeOptions& options,
                            std::uint32_t caller) {
    if (!map.empty()) return map;
    // Only one side mapped: the other side keeps its ids.
    if (!options.rootless) return {{0, 0, 0xffffffff}};
    return {{0, caller, 1}};
}

json::Array mappings(const std::vector<IdRange>& map) {
    json::Array array;
    for (const auto& range : map) {
        array.push_back(json::Object{
            {"containerID", range.container}, {"hostID", range.host}, {"size", range.size}});
    }
    return array;
}

json::Object user_of(const RuntimeUser& user, const RuntimeOptions& options, Warnings& warnings) {
    if (!has_namespace(options)) {
        json::Object out{{"uid", user.uid}, {"gid", user.gid}};
        if (!user.additional_gids.empty())
            out["additionalGids"] =
                json::Array(user.additional_gids.begin(), user.additional_gids.end());
        return out;
    }
    const auto uids = map_or(options.uid_map, options, options.caller_uid);
    const auto gids = map_or(options.gid_map, options, options.caller_gid);
    if (!is_mapped(user.uid, uids) || !is_mapped(user.gid, gids)) {
        warnings.add(
            fmt::format("the image wants to run as {}:{}, which is not mapped; config.json "
                        "says 0:0",
                        user.uid, user.gid));
        return json::Object{{"uid", 0}, {"gid", 0}};
    }
    json::Object out{{"uid", user.uid}, {"gid", user.gid}};
    json::Array additional;
    for (const auto gid : user.additional_gids) {
        // A namespace that an ordinary user made for one id may not set groups at all.
        if (!options.gid_map.empty() && is_mapped(gid, gids)) additional.emplace_back(gid);
    }
    if (!additional.empty()) out["additionalGids"] = std::move(additional);
    return out;
}

json::Array mounts(const oci::ImageConfig& image, const RuntimeOptions& options) {
    auto all = default_mounts(options.rootless ? Privilege::rootless : Privilege::root);
    for (const auto& volume : image.volumes) {
        const auto destination = absolute(volume);
        if (destination.find_first_not_of("/.") == std::string::npos) {
            throw Error(ErrorCode::content_invalid,
                        fmt::format("the image's volume {} is its root", berth::quoted(volume)));
        }
        auto mount = volume_mount(destination);
        if (const auto seed = options.volumes.find(volume); seed != options.volumes.end()) {
            auto& words = mount["options"].as_array();
            words.emplace_back(fmt::format("mode={:o}", seed->second.mode));
            words.emplace_back(fmt::format("uid={}", seed->second.uid));
            words.emplace_back(fmt::format("gid={}", seed->second.gid));
        }
        all.push_back(std::move(mount));
    }
    return all;
}

json::Object annotations(const oci::ImageConfig& image) {
    std::string ports;
    for (const auto& port : image.exposed_ports) ports += (ports.empty() ? "" : ",") + port;
    const std::pair<const char*, const std::string&> derived[] = {
        {"org.opencontainers.image.os", image.platform.os},
        {"org.opencontainers.image.architecture", image.platform.architecture},
        {"org.opencontainers.image.variant", image.platform.variant},
        {"org.opencontainers.image.os.version", image.platform.os_version},
        {"org.opencontainers.image.author", image.author},
        {"org.opencontainers.image.created", image.created},
        {"org.opencontainers.image.stopSignal", image.stop_signal},
        {"org.opencontainers.image.exposedPorts", ports},
    };
    json::Object all;
    for (const auto& [key, value] : derived) {
        if (!value.empty()) all[key] = value;
    }
    // The specification lets labels win. A runtime refuses an annotation without a name.
    for (const auto& [key, value] : image.labels) {
        if (!key.empty()) all[key] = value;
    }
    return all;
}

json::Object process(const oci::ImageConfig& image, const RuntimeUser& user,
                     const RuntimeOptions& options, Warnings& warnings) {
    return json::Object{{"terminal", false},
                        {"user", user_of(user, options, warnings)},
                        {"args", array_of(arguments(image, warnings))},
                        {"env", array_of(environment(image, user))},
                        {"cwd", absolute(image.working_dir)},
                        {"capabilities", default_capabilities()},
                        {"rlimits", default_limits()},
                        {"noNewPrivileges", true}};
}

json::Object linux_section(const RuntimeOptions& options) {
    json::Object section;
    if (has_namespace(options)) {
        section["uidMappings"] = mappings(map_or(options.uid_map, options, options.caller_uid));
        section["gidMappings"] = mappings(map_or(options.gid_map, options, options.caller_gid));
    }
    if (!options.rootless) section["resources"] = default_resources();
    auto namespaces = default_namespaces(options.rootless ? Privilege::rootless : Privilege::root);
    if (has_namespace(options)) namespaces.push_back(json::Object{{"type", "user"}});
    section["namespaces"] = std::move(namespaces);
    section["maskedPaths"] = masked_paths();
    section["readonlyPaths"] = readonly_paths();
    return section;
}

} // namespace

json::Value runtime_config(const oci::ImageConfig& image, const RuntimeUser& user,
                           const RuntimeOptions& options, Warnings& warnings) {
    json::Object config{{"ociVersion", "1.0.2"},
                        {"process", process(image, user, options, warnings)},
                        {"root", json::Object{{"path", "rootfs"}}},
                        {"hostname", "berth"},
                        {"mounts", mounts(image, options)},
                        {"linux", linux_section(options)}};
    if (auto all = annotations(image); !all.empty()) config["annotations"] = std::move(all);
    return config;
}

} // namespace berth::bundle
