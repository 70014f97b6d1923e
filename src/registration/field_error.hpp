// FieldError: a refusal that a form can put beside the field it is about.
#pragma once

#include "base/error.hpp"

#include <fmt/core.h>

#include <string>

namespace berth::registration {

/// `field` is the field's path in Palette's JSON: "spec.auth.password", "metadata.name". The
/// message begins with it. Catch it by reference: a copy as Error has no field.
class FieldError : public Error {
public:
    FieldError(ErrorCode code, std::string field, const std::string& cause)
        : Error(code, fmt::format("{}: {}", field, cause)), field_(std::move(field)) {}

    const std::string& field() const noexcept { return field_; }
    FieldError& hint_is(std::string hint) {
        set_hint(std::move(hint));
        return *this;
    }

private:
    std::string field_;
};

} // namespace berth::registration
