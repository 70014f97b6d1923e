// SignInProviders: the providers of the configuration, ready to be asked.
#pragma once

#include "api/sign_in_routes.hpp"
#include "app/configuration.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "cli/environment.hpp"
#include "net/http.hpp"
#include "oidc/provider.hpp"

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::app {

/// The clients' secrets by the providers' names, from where the configuration says. Error usage for
/// one that is not there.
std::map<std::string, Secret> client_secrets(const SignInConfiguration& configured,
                                             const cli::Environment& environment);

class SignInProviders {
public:
    /// `clock` must outlive it.
    SignInProviders(const SignInConfiguration& configured,
                    const std::map<std::string, Secret>& secrets, const net::CurlOptions& transport,
                    Clock& clock);

    /// Must not outlive this. `stop` ends waiting for providers.
    api::SignInParts parts(std::stop_token stop);

private:
    const SignInConfiguration configured_;
    std::vector<std::unique_ptr<oidc::Provider>> providers_; ///< in the order of `configured_`
};

} // namespace berth::app
