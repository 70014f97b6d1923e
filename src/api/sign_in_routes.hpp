// The addresses of logins by a provider: the list of providers for the login page, the way there
// and the way back.
#pragma once

#include "api/identity_routes.hpp"
#include "identity/external.hpp"
#include "oidc/provider.hpp"

#include <stop_token>
#include <string>
#include <vector>

namespace berth::api {

struct SignInProvider {
    oidc::Provider& provider;
    identity::RoleRules rules;
};

/// The providers must outlive the routes.
struct SignInParts {
    std::vector<SignInProvider> providers = {};
    /// "https://berth.example" as people see this server; empty: as their request has it.
    std::string public_url = {};
    std::stop_token stop = {};
};

/// GET /v1/auth/oidc, GET /v1/auth/oidc/{provider}/login and …/callback. The last two answer with a
/// redirect whatever happens: what did not work leads back to the login page, which is told a word
/// (oidc::Failure, identity::NotAdmitted) and the reference; the audit log has the whole story.
Routes make_sign_in_routes(const IdentityParts& parts, SignInParts sign_in);

} // namespace berth::api
