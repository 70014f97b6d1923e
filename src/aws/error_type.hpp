// Type, sentence and request id of an answer of AWS, in whatever shape it came.
#pragma once

#include "aws/error.hpp"

#include <string>

namespace berth::aws {

struct WireError {
    std::string type = {};
    std::string message = {};
    std::string request_id = {};
};

/// Never throws; what is not there stays empty.
WireError read_wire_error(const Answer& answer);

/// The row of the table for a type; `message` tells a wrong clock from a wrong secret.
Cause cause_of(const std::string& type, const std::string& message, int status);

} // namespace berth::aws
