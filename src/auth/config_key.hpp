// The keys under which docker, podman and others file a registry's credentials.
//
// They wrote them in many shapes over the years: "host", "host:port", "https://host/v1/",
// "host/namespace". All are brought to one: host[:port][/path], lower-case host, Docker Hub as
// "docker.io".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// The key that `docker login` writes for Docker Hub.
inline constexpr std::string_view docker_hub_key = "https://index.docker.io/v1/";

/// One shape for all spellings: scheme and the API's own path ("/v1/", "/v2/") dropped, slashes at
/// the end too; Docker Hub's hosts become "docker.io". "" for text that holds no host.
std::string normalised_key(std::string_view key);

/// "host:port" of a normalised key.
std::string_view host_of_key(std::string_view key);

/// The keys to look for, longest first: "host/ns/repo", "host/ns", "host".
std::vector<std::string> candidate_keys(std::string_view registry, std::string_view repository);

} // namespace berth::auth
