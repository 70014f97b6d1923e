// Why a host name is not one of ECR's, for a person who meant it to be.
#pragma once

#include "base/error.hpp"

#include <string_view>

namespace berth::aws {

/// REQUIRES: the host does not parse. Error usage with the first thing that is wrong, and a hint.
Error near_miss(std::string_view host);

} // namespace berth::aws
