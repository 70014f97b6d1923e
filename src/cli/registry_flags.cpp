#include "cli/registry_flags.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

std::vector<Flag> side_flags(const std::string& prefix, const std::string& group) {
    const bool both = prefix.empty();
    return {
        {.name = prefix + "plain-http",
         .value = "",
         .help = "speak HTTP without TLS",
         .group = group},
        {.name = prefix + "insecure-skip-tls-verify",
         .value = "",
         .help = "accept any certificate",
         .group = group},
        {.name = prefix + "ca-file",
         .value = "FILE",
         .help = "certificate authorities (PEM) in place of the system's",
         .group = group},
        {.name = prefix + "cert-file",
         .value = "FILE",
         .help = "client certificate (PEM)",
         .group = group},
        {.name = prefix + "key-file",
         .value = "FILE",
         .help = "key of the client certificate (PEM)",
         .group = group},
        {.name = prefix + "realm-host",
         .value = "HOST",
         .help = "token service at another site that may be shown the credentials",
         .group = group,
         .repeatable = true},
        {.name = prefix + "username",
         .value = "USER",
         .help = "user name, in place of stored credentials",
         .group = group,
         .letter = both ? 'u' : '\0'},
        {.name = prefix + "password",
         .value = "PASSWORD",
         .help = "password; others on this machine can see it, better use --password-stdin",
         .group = group,
         .letter = both ? 'p' : '\0'},
        {.name = prefix + "password-stdin",
         .value = "",
         .help = "read the password from standard input",
         .group = group},
    };
}

/// What skopeo, helm and crane call it.
std::vector<Flag> hidden_aliases(const std::string& prefix) {
    return {{.name = prefix + "insecure", .value = "", .help = "", .hidden = true},
            {.name = prefix + "tls-verify", .value = "", .help = "", .hidden = true}};
}

Flag authfile_flag(const std::string& group) {
    return {.name = "authfile",
            .value = "FILE",
            .help = "credentials file, in place of all others [REGISTRY_AUTH_FILE]",
            .group = group};
}

Flag trace_flag(const std::string& group) {
    return {.name = "trace-http",
            .value = "",
            .help = "one line per request and response on stderr, without secrets",
            .group = group};
}

} // namespace

std::vector<Flag> region_flags() {
    return {{.name = "region",
             .value = "REGION",
             .help = "one beside the default region; otherwise those where the replication rules "
                     "lead",
             .repeatable = true},
            {.name = "repository",
             .value = "NAME",
             .help = "one repository, or those that begin so: 'team/*'; otherwise all",
             .repeatable = true}};
}

std::vector<Flag> joined(std::vector<std::vector<Flag>> lists) {
    std::vector<Flag> all;
    for (auto& list : lists) {
        for (auto& flag : list) all.push_back(std::move(flag));
    }
    return all;
}

std::vector<Flag> registry_flags() {
    const std::string group = "Registry options";
    return joined(
        {side_flags("", group), {authfile_flag(group), trace_flag(group)}, hidden_aliases("")});
}

std::vector<Flag> two_sided_flags() {
    return joined({registry_flags(), side_flags("src-", "Source options"),
                   side_flags("dest-", "Destination options"), hidden_aliases("src-"),
                   hidden_aliases("dest-")});
}

Flag store_flag() {
    return {.name = "store",
            .value = "DIR",
            .help = "content store; otherwise $XDG_DATA_HOME/berth/store",
            .variable = "BERTH_STORE"};
}

Flag platform_flag(std::string_view otherwise) {
    return {.name = "platform",
            .value = "OS/ARCH",
            .help = fmt::format("e.g. linux/arm64/v8; otherwise {}", otherwise),
            .repeatable = true};
}

Flag jobs_flag() {
    return {.name = "jobs",
            .value = "N",
            .help = "transfers at once, 1 to 32; otherwise 4",
            .letter = 'j',
            .variable = "BERTH_JOBS"};
}

} // namespace berth::cli
