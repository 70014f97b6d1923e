// Sts: the calls to AWS's Security Token Service that Berth makes.
#pragma once

#include "aws/api.hpp"
#include "aws/credentials.hpp"
#include "base/result.hpp"

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::aws {

/// Who a set of credentials is.
struct CallerIdentity {
    std::string account;
    std::string arn;
    std::string user_id;

    bool is_role_session() const; ///< then a role assumed from it lives an hour at most
    bool is_root() const;
};

/// "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE".
struct Arn {
    std::string partition;
    std::string service;
    std::string region;
    std::string account;
    std::string resource;

    /// Error usage that says which part is wrong.
    static Result<Arn> parse(std::string_view text);
};

/// A role to assume.
struct RoleRequest {
    std::string role_arn = {};
    std::string session_name = {}; ///< see session_name(); lands in CloudTrail
    std::string external_id = {};  ///< empty for none
    std::chrono::seconds duration{3600};
    std::string policy = {}; ///< JSON that narrows the session; empty for none
};

/// The longest session of a role that was assumed from another role's session.
inline constexpr std::chrono::seconds longest_chained_session{3600};

/// Throws Error usage with a hint: an ARN that is not a role's or of another partition than
/// `region`, a session name, external id or duration outside AWS's rules.
void check_role(const RoleRequest& request, std::string_view region);

/// "product-subject" with everything that AWS does not allow replaced by "-", 2 to 64 characters.
std::string session_name(std::string_view product, std::string_view subject);

class Sts {
public:
    /// `api` must outlive it. `region`'s own endpoint is asked, and where it does not answer those
    /// of `others`, in their order: what a region's own endpoint gives out is good in all.
    Sts(Api& api, std::string region, std::vector<std::string> others = {})
        : api_(api), region_(std::move(region)), others_(std::move(others)) {}

    const std::string& region() const { return region_; }

    // Each throws what Api::call() throws, and response_invalid. Any thread.
    CallerIdentity caller(const Credentials& credentials, std::stop_token stop);
    Credentials assume_role(const Credentials& source, const RoleRequest& request,
                            std::stop_token stop);
    Credentials assume_role_with_web_identity(const RoleRequest& request, const Secret& token,
                                              std::stop_token stop);

private:
    std::string call(std::string_view operation, std::string form, const Credentials* credentials,
                     std::stop_token stop);

    Api& api_;
    std::string region_;
    std::vector<std::string> others_;
};

} // namespace berth::aws
