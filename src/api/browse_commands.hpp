// Commands: how a person pulls what they look at, with the clients that can.
#pragma once

#include "base/json.hpp"
#include "registration/content_index.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::api {

/// Where clients find a registry.
struct PullAddress {
    std::string host; ///< host or host:port
    bool plain_http = false;
    /// What stands before the repositories' names: "" or "charts/". Nothing if clients cannot
    /// reach the registry's base path at all.
    std::optional<std::string> prefix = std::string();
};

/// Clients name a registry by its host alone. Artifactory shows its Docker repositories below
/// their keys as well; other base paths cannot be named.
std::optional<std::string> pull_prefix(std::string_view base_path);

/// Where this server, which clients know by `host`, gives them the registry that is registered by
/// this name; nothing for a name that no repository can begin with.
std::optional<PullAddress> door_address(std::string host, bool plain_http,
                                        std::string_view registry_name);

struct Pulled {
    registration::ContentKind kind;
    std::string repository;
    std::string tag; ///< "" if it was asked for by its digest
    std::string digest;
};

/// [{client, text}]: by tag, then by digest. Each `text` is one line for a POSIX shell.
json::Array pull_commands(const PullAddress& address, const Pulled& pulled);

} // namespace berth::api
