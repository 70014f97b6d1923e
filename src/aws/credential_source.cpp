#include "aws/credential_source.hpp"

#include "aws/error.hpp"
#include "aws/hash.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::aws {
namespace {

constexpr std::uint64_t longest_token_file = 64 * 1024;

Renewing<Credentials>::Timed timed(Credentials credentials) {
    const auto expires = credentials.expires.value();
    return {std::move(credentials), expires};
}

Secret token_in(const std::string& file) {
    std::string text;
    try {
        text = read_file(file, longest_token_file);
    } catch (Error& error) {
        error.add_context("web identity token");
        throw;
    }
    const auto end = text.find_last_not_of(" \t\r\n");
    text.resize(end == std::string::npos ? 0 : end + 1);
    if (text.size() < 4 || text.size() > 20'000 || text.find('\n') != std::string::npos)
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the web identity token file {} does not hold one token",
                                berth::quoted(file)));
    return Secret(std::move(text));
}

} // namespace

StaticKeys::StaticKeys(Credentials credentials) : credentials_(std::move(credentials)) {
    check_credentials(credentials_);
}

std::string StaticKeys::description() const {
    return fmt::format("access key {}", credentials_.access_key_id);
}

std::string StaticKeys::fingerprint() const {
    const std::string text =
        credentials_.access_key_id + "\n" + credentials_.session_token.reveal();
    return to_hex(as_bytes(hmac_sha256(credentials_.secret_access_key.reveal(), text)));
}

AssumedRole::AssumedRole(std::shared_ptr<CredentialSource> source, Sts& sts, RoleRequest request,
                         Clock& clock, Renewing<Credentials>::Warn warn)
    : source_(std::move(source)),
      sts_(sts),
      request_(std::move(request)),
      held_(clock, session_renewal, std::move(warn)) {
    check_role(request_, sts_.region());
}

Credentials AssumedRole::credentials(std::stop_token stop) {
    return held_.get([&] { return timed(assume(stop)); }, stop);
}

Credentials AssumedRole::assume(std::stop_token stop) {
    try {
        return assume_from(source_->credentials(stop), stop);
    } catch (const AwsError& error) {
        if (error.cause != Cause::expired) throw;
    }
    source_->expired();
    return assume_from(source_->credentials(stop), stop);
}

Credentials AssumedRole::assume_from(const Credentials& source, std::stop_token stop) {
    RoleRequest request = request_;
    // Only a session can be a role's; asking who it is costs a call, so only where it matters.
    const bool may_be_chained = !source.session_token.empty();
    if (may_be_chained && request.duration > longest_chained_session &&
        sts_.caller(source, stop).is_role_session())
        request.duration = longest_chained_session;
    return sts_.assume_role(source, request, stop);
}

void AssumedRole::expired() {
    held_.drop();
}

std::string AssumedRole::description() const {
    return fmt::format("role {} assumed by {}", request_.role_arn, source_->description());
}

std::string AssumedRole::fingerprint() const {
    return to_hex(as_bytes(hmac_sha256(
        source_->fingerprint(),
        fmt::format("{}\n{}\n{}", request_.role_arn, request_.external_id, request_.policy))));
}

WebIdentity::WebIdentity(Sts& sts, RoleRequest request, std::string token_file, Clock& clock)
    : sts_(sts),
      request_(std::move(request)),
      token_file_(std::move(token_file)),
      held_(clock, session_renewal) {
    check_role(request_, sts_.region());
}

Credentials WebIdentity::credentials(std::stop_token stop) {
    const auto fetch = [&] {
        return timed(sts_.assume_role_with_web_identity(request_, token_in(token_file_), stop));
    };
    return held_.get(fetch, stop);
}

std::string WebIdentity::description() const {
    return fmt::format("role {} by web identity", request_.role_arn);
}

std::string WebIdentity::fingerprint() const {
    return sha256_hex(fmt::format("web identity\n{}\n{}", request_.role_arn, token_file_));
}

} // namespace berth::aws
