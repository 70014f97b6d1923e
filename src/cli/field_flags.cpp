#include "cli/field_flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace berth::cli {
namespace {

struct Row {
    std::string_view field;
    std::string_view name; ///< of a flag, or of an argument in small letters
};

constexpr std::array<Row, 27> rows{{
    {"metadata.name", "name"},
    {"spec.endpoint", "endpoint"},
    {"spec.providerType", "provider"},
    {"spec.baseContentPath", "content-path"},
    {"spec.basePath", "base-path"},
    {"spec.isSyncSupported", "sync"},
    {"spec.auth.username", "username"},
    {"spec.auth.password", "password-stdin"},
    {"spec.auth.token", "token-stdin"},
    {"spec.auth.tls.ca", "ca-file"},
    {"spec.auth.tls.certificate", "cert-file"},
    {"spec.auth.tls.key", "key-file"},
    {"spec.auth.tls.insecureSkipVerify", "insecure-skip-tls-verify"},
    {"spec.tls.ca", "ca-file"},
    {"spec.tls.certificate", "cert-file"},
    {"spec.tls.key", "key-file"},
    {"spec.tls.insecureSkipVerify", "insecure-skip-tls-verify"},
    {"spec.isPrivate", "private"},
    {"spec.defaultRegion", "region"},
    {"spec.credentials.accessKey", "access-key"},
    {"spec.credentials.secretKey", "secret-key-stdin"},
    {"spec.credentials.sts.arn", "role-arn"},
    {"spec.credentials.sts.externalId", "external-id"},
    {"spec.credentials.partition", "partition"},
    {"spec.scope", "scope"},
    {"spec.expiry", "days"},
    {"emailId", "username"},
}};

std::string upper(std::string_view text) {
    std::string result;
    for (const char c : text)
        result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

} // namespace

std::string flag_of_field(std::string_view field, const Command& command) {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& each) { return each.field == field; });
    if (row == rows.end()) return {};
    const auto has_name = [&](const auto& each) { return each.name == row->name; };
    if (std::any_of(command.flags.begin(), command.flags.end(), has_name))
        return fmt::format("--{}", row->name);
    const auto argument = upper(row->name);
    const bool takes = std::any_of(command.arguments.begin(), command.arguments.end(),
                                   [&](const Argument& each) { return each.name == argument; });
    return takes ? argument : "";
}

Error named_by_flag(const ApiRefusal& refusal, const Command& command) {
    const auto flag = flag_of_field(refusal.field(), command);
    if (flag.empty()) return refusal;
    std::string_view cause = refusal.message();
    if (const auto start = refusal.field() + ": "; cause.starts_with(start))
        cause.remove_prefix(start.size());
    return Error(refusal.code(), fmt::format("{}: {}", flag, cause)).set_hint(refusal.hint());
}

} // namespace berth::cli
