#include "bundle/runtime_defaults.hpp"

#include <initializer_list>

namespace berth::bundle {
namespace {

using Texts = std::initializer_list<std::string_view>;

json::Array array_of(Texts texts) {
    json::Array array;
    for (const auto text : texts) array.emplace_back(text);
    return array;
}

json::Object mount(std::string_view destination, std::string_view type, std::string_view source,
                   Texts options) {
    json::Object object{{"destination", destination}, {"type", type}, {"source", source}};
    if (options.size() > 0) object["options"] = array_of(options);
    return object;
}

} // namespace

json::Array default_mounts(Privilege privilege) {
    json::Array all;
    all.push_back(mount("/proc", "proc", "proc", {}));
    all.push_back(
        mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
    auto terminals = mount("/dev/pts", "devpts", "devpts",
                           {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"});
    if (privilege == Privilege::root) terminals["options"].as_array().emplace_back("gid=5");
    all.push_back(std::move(terminals));
    all.push_back(mount("/dev/shm", "tmpfs", "shm",
                        {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}));
    all.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
    if (privilege == Privilege::rootless) {
        all.push_back(mount("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"}));
        return all;
    }
    all.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
    all.push_back(mount("/sys/fs/cgroup", "cgroup", "cgroup",
                        {"nosuid", "noexec", "nodev", "relatime", "ro"}));
    return all;
}

json::Object volume_mount(std::string_view destination) {
    return mount(destination, "tmpfs", "tmpfs", {"rw", "nosuid", "nodev", "relatime", "tmpcopyup"});
}

json::Array default_namespaces(Privilege privilege) {
    json::Array all;
    for (const auto* type : {"pid", "network", "ipc", "uts", "mount"}) {
        if (privilege == Privilege::rootless && std::string_view(type) == "network") continue;
        all.push_back(json::Object{{"type", type}});
    }
    return all;
}

json::Object default_capabilities() {
    json::Object sets;
    for (const auto* set : {"bounding", "effective", "permitted", "ambient"})
        sets[set] = array_of({"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"});
    return sets;
}

json::Array default_limits() {
    return {json::Object{{"type", "RLIMIT_NOFILE"}, {"hard", 1024}, {"soft", 1024}}};
}

json::Object default_resources() {
    return json::Object{
        {"devices", json::Array{json::Object{{"allow", false}, {"access", "rwm"}}}}};
}

json::Array masked_paths() {
    return array_of({"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
                     "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                     "/proc/sched_debug", "/sys/firmware", "/proc/scsi"});
}

json::Array readonly_paths() {
    return array_of({"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
}

} // namespace berth::bundle
