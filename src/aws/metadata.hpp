// Credentials that the machine under us hands out: ECS and EKS containers, and EC2's IMDSv2.
#pragma once

#include "aws/credentials.hpp"
#include "aws/environment.hpp"
#include "base/clock.hpp"
#include "net/http.hpp"

#include <stop_token>
#include <string>

namespace berth::aws {

/// Whether the environment names an endpoint for containers.
bool has_container_endpoint(const Environment& environment);

/// Asks it. Error usage for a plain http address that is not one of the few that ECS and EKS use:
/// it would get the container's token. Otherwise what the transport throws, response_invalid.
Credentials container_credentials(const Environment& environment, net::HttpTransport& transport,
                                  std::stop_token stop);

/// Asks EC2's metadata service, version 2 only: version 1 gives keys to anyone who can make us
/// fetch an URL. Nothing answers on machines that are not EC2's: Error not_found says so.
Credentials instance_credentials(const Environment& environment, net::HttpTransport& transport,
                                 std::stop_token stop);

} // namespace berth::aws
