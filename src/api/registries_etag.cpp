#include "api/registries_etag.hpp"

#include "api/refusal.hpp"
#include "base/text.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <string>

namespace berth::api {
namespace {

constexpr std::string_view etag_field = "If-Match";

Refusal mismatch(const std::string& message) {
    Refusal refusal(412, "EtagMismatch", message);
    refusal.hint_is("read the registry again, look at what has changed, and repeat the edit");
    return refusal;
}

/// Entity tags hold no commas here: they are our own, or not ours at all.
bool matches(std::string_view value, std::string_view etag) {
    for (const std::string_view each : split(value, ',')) {
        std::string_view tag = trimmed(each);
        if (tag == "*") return true;
        // Gateways that compress weaken tags; ours name versions, so the weak one is as good.
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag) return true;
    }
    return false;
}

} // namespace

std::optional<std::int64_t> expected_version(const Call& call,
                                             const registration::Registration& current) {
    const auto value = call.request.headers.find(etag_field);
    if (!value) return std::nullopt;
    if (!matches(*value, current.etag()))
        throw mismatch(
            fmt::format("registry {} was changed meanwhile: its tag is {}, the edit "
                        "began at {}",
                        berth::quoted(current.name), current.etag(), berth::quoted(*value)));
    return current.version;
}

void under_etag(const Call& call, const std::function<void()>& change) {
    try {
        change();
    } catch (const registration::FieldError&) {
        throw;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::conflict || !call.request.headers.find(etag_field)) throw;
        throw mismatch(error.message());
    }
}

} // namespace berth::api
