#include "aws/sts.hpp"

#include "aws/ecr_host.hpp"
#include "aws/error.hpp"
#include "aws/instant.hpp"
#include "aws/partition.hpp"
#include "aws/xml.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace berth::aws {
namespace {

constexpr std::chrono::seconds shortest_session{900};
constexpr std::chrono::seconds longest_session{43200};

Error wrong_role(std::string message, std::string hint) {
    Error error(ErrorCode::usage, std::move(message));
    error.set_hint(std::move(hint));
    return error;
}

bool is_session_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

bool is_external_id(std::string_view text) {
    return text.size() >= 2 && text.size() <= 1224 &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_session_character(c) || c == ':' || c == '/'; });
}

[[noreturn]] void not_sts(std::string_view operation) {
    throw Error(ErrorCode::response_invalid,
                fmt::format("STS answered {} with something that is not its answer", operation));
}

/// The element "<operation>Result" of an answer.
XmlElement result_of(std::string_view operation, const std::string& body) {
    auto parsed = parse_xml(body);
    if (parsed.has_error()) not_sts(operation);
    const XmlElement* result = parsed->find(fmt::format("{}Result", operation));
    if (result == nullptr) not_sts(operation);
    return XmlElement(*result);
}

Credentials credentials_of(std::string_view operation, const std::string& body) {
    const XmlElement result = result_of(operation, body);
    const XmlElement* found = result.find("Credentials");
    if (found == nullptr) not_sts(operation);
    Credentials made{.access_key_id = found->text_of("AccessKeyId"),
                     .secret_access_key = Secret(found->text_of("SecretAccessKey")),
                     .session_token = Secret(found->text_of("SessionToken")),
                     .expires = parse_iso_time(found->text_of("Expiration"))};
    if (made.access_key_id.empty() || made.secret_access_key.empty() ||
        made.session_token.empty() || !made.expires)
        not_sts(operation);
    return made;
}

/// What the first region's endpoint said, with those that were asked in its place.
[[noreturn]] void throw_silent(const std::exception_ptr& first,
                               const std::vector<std::string>& regions) {
    const std::string others =
        fmt::format("{}", fmt::join(regions.begin() + 1, regions.end(), ", "));
    try {
        std::rethrow_exception(first);
    } catch (const Error& error) {
        if (others.empty()) throw;
        Error told(error.code(),
                   fmt::format("{}; nor does STS answer in {}", error.message(), others));
        throw told.set_hint(
            "check the way to AWS from here: a proxy, a firewall, or endpoints in "
            "the VPC for STS in one of these regions");
    }
}

std::string role_form(const RoleRequest& request) {
    std::string form;
    net::add_query(form, "RoleArn", request.role_arn);
    net::add_query(form, "RoleSessionName", request.session_name);
    net::add_query(form, "DurationSeconds", fmt::format("{}", request.duration.count()));
    if (!request.policy.empty()) net::add_query(form, "Policy", request.policy);
    return form;
}

} // namespace

bool CallerIdentity::is_role_session() const {
    return arn.find(":assumed-role/") != std::string::npos;
}

bool CallerIdentity::is_root() const {
    return arn.ends_with(":root");
}

Result<Arn> Arn::parse(std::string_view text) {
    const auto refuse = [text](std::string_view cause) {
        return wrong_role(fmt::format("the ARN {} {}", berth::quoted(text), cause),
                          "an ARN of a role is arn:aws:iam::123456789012:role/NAME");
    };
    if (text.size() < 20 || text.size() > 2048) return refuse("has not 20 to 2048 characters");
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7f; }))
        return refuse("contains a blank or a control character");
    const auto parts = split(text, ':');
    if (parts.size() < 6 || parts[0] != "arn") return refuse("has not the six parts of an ARN");
    Arn arn{.partition = std::string(parts[1]),
            .service = std::string(parts[2]),
            .region = std::string(parts[3]),
            .account = std::string(parts[4]),
            .resource =
                std::string(text.substr(static_cast<std::size_t>(parts[5].data() - text.data())))};
    if (partition_with_id(arn.partition) == nullptr)
        return refuse(
            fmt::format("names a partition that is not known, {}", berth::quoted(arn.partition)));
    if (!arn.account.empty() && !is_account_id(arn.account))
        return refuse("has an account that is not 12 digits");
    return arn;
}

void check_role(const RoleRequest& request, std::string_view region) {
    const Arn arn = Arn::parse(request.role_arn).value();
    if (arn.service != "iam" || !arn.resource.starts_with("role/") || arn.account.empty())
        throw wrong_role(fmt::format("the ARN {} is not a role's", berth::quoted(request.role_arn)),
                         "it is written arn:aws:iam::123456789012:role/NAME");
    const Partition* partition = partition_of_region(region);
    if (partition != nullptr && partition->id != arn.partition)
        throw wrong_role(
            fmt::format("the role {} is in partition {}, but region {} is in {}",
                        berth::quoted(request.role_arn), arn.partition, region, partition->id),
            "credentials of one partition are never valid in another: use a role of the "
            "registry's own partition");
    const std::string& name = request.session_name;
    if (name.size() < 2 || name.size() > 64 ||
        !std::all_of(name.begin(), name.end(), is_session_character))
        throw wrong_role(fmt::format("the role session name {} is not one", berth::quoted(name)),
                         "2 to 64 letters, digits and _+=,.@-");
    if (!request.external_id.empty() && !is_external_id(request.external_id))
        throw wrong_role("the external id is not one",
                         "2 to 1224 letters, digits and _+=,.@-:/ without blanks");
    if (request.duration < shortest_session || request.duration > longest_session)
        throw wrong_role(fmt::format("a role session cannot last {} s", request.duration.count()),
                         "15 minutes to 12 hours, and not longer than the role itself allows");
}

std::string session_name(std::string_view product, std::string_view subject) {
    std::string name = fmt::format("{}-{}", product, subject).substr(0, 64);
    for (char& c : name)
        if (!is_session_character(c)) c = '-';
    while (name.size() < 2) name += '-';
    return name;
}

std::string Sts::call(std::string_view operation, std::string form, const Credentials* credentials,
                      std::stop_token stop) {
    net::add_query(form, "Action", operation);
    net::add_query(form, "Version", "2011-06-15");
    ApiRequest request{.service = Service::sts,
                       .region = region_,
                       .operation = std::string(operation),
                       .body = std::move(form)};
    std::vector<std::string> silent;
    std::exception_ptr first;
    for (std::size_t at = 0; at <= others_.size(); ++at) {
        if (at > 0) request.region = others_[at - 1];
        try {
            return api_.call(request, credentials, stop);
        } catch (const Error& error) {
            if (!is_no_answer(error) || stop.stop_requested()) throw;
            if (!first) first = std::current_exception();
            silent.push_back(request.region);
        }
    }
    throw_silent(first, silent);
}

CallerIdentity Sts::caller(const Credentials& credentials, std::stop_token stop) {
    const XmlElement result =
        result_of("GetCallerIdentity", call("GetCallerIdentity", {}, &credentials, stop));
    CallerIdentity found{.account = result.text_of("Account"),
                         .arn = result.text_of("Arn"),
                         .user_id = result.text_of("UserId")};
    if (!is_account_id(found.account) || found.arn.empty()) not_sts("GetCallerIdentity");
    return found;
}

Credentials Sts::assume_role(const Credentials& source, const RoleRequest& request,
                             std::stop_token stop) {
    check_role(request, region_);
    std::string form = role_form(request);
    if (!request.external_id.empty()) net::add_query(form, "ExternalId", request.external_id);
    return credentials_of("AssumeRole", call("AssumeRole", std::move(form), &source, stop));
}

Credentials Sts::assume_role_with_web_identity(const RoleRequest& request, const Secret& token,
                                               std::stop_token stop) {
    check_role(request, region_);
    std::string form = role_form(request);
    net::add_query(form, "WebIdentityToken", token.reveal());
    return credentials_of("AssumeRoleWithWebIdentity",
                          call("AssumeRoleWithWebIdentity", std::move(form), nullptr, stop));
}

} // namespace berth::aws
