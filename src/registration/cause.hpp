// CauseError: a failure with a name that programs can compare, beside the sentence for people.
#pragma once

#include "base/error.hpp"

#include <string>

namespace berth::registration {

/// `cause` is one of few words, listed in docs and stable: "certificate_expired". The hint is what
/// to do about it. Catch it by reference.
class CauseError : public Error {
public:
    CauseError(ErrorCode code, std::string cause, std::string message, std::string fix)
        : Error(code, std::move(message)), cause_(std::move(cause)) {
        set_hint(std::move(fix));
    }
    const std::string& cause() const noexcept { return cause_; }

private:
    std::string cause_;
};

} // namespace berth::registration
