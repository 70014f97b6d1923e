#include "app/sign_in_keys.hpp"

#include "base/text.hpp"
#include "oidc/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::app {
namespace {

using Provider = ProviderConfiguration;
using Type = ValueType;

template <class Member>
auto at(Member Provider::*member) {
    return [member](auto& owner) -> auto& {
        return owner.*member;
    };
}

Field<Provider> text(std::string name, std::string help, std::string Provider::*member) {
    return field::scalar<Provider>(std::move(name), Type::text(), std::move(help), at(member));
}

Field<Provider> required(std::string name, std::string help, std::string Provider::*member) {
    auto made = text(std::move(name), std::move(help), member);
    made.required = true;
    return made;
}

Field<Provider> path(std::string name, std::string help, std::filesystem::path Provider::*member) {
    return field::scalar<Provider>(std::move(name), Type::path(), std::move(help), at(member));
}

Field<Provider> texts(std::string name, std::string help,
                      std::vector<std::string> Provider::*member) {
    return field::texts<Provider>(std::move(name), Type::text(), std::move(help), at(member));
}

std::vector<Field<Provider>> provider_fields() {
    return {
        required("name",
                 "In addresses: small letters, digits and dashes. The provider has "
                 "`URL/v1/auth/oidc/NAME/callback` registered as the redirect address.",
                 &Provider::name),
        text("label", "On the button of the login page. Not set: the name.", &Provider::label),
        required("issuer",
                 "The provider's address, to the last slash; its discovery document is below it.",
                 &Provider::issuer),
        required("client_id", "What the provider calls this server.", &Provider::client_id),
        path("client_secret_file", "A file that holds the client's secret.",
             &Provider::client_secret_file),
        text("client_secret_variable",
             "Or the name of a variable of the environment that does. Neither: a public client.",
             &Provider::client_secret_variable),
        texts("scopes", "What is asked for; openid is always needed.", &Provider::scopes),
        text("name_claim", "The claim that is a person's user name here.", &Provider::name_claim),
        text("role_claim", "The claim with the groups, or roles, of a person.",
             &Provider::role_claim),
        texts("tenant_admins", "Groups whose members are tenant admins.", &Provider::tenant_admins),
        texts("editors", "Groups whose members are editors.", &Provider::editors),
        texts("viewers", "Groups whose members are viewers.", &Provider::viewers),
        field::scalar<Provider>("others", Type::choice({"nobody", "viewer", "editor"}),
                                "Who is in none of these groups; nobody: they may not log in.",
                                at(&Provider::others)),
        path("ca_file", "Authorities (PEM) for the provider's certificate, not the system's.",
             &Provider::ca_file)};
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

/// What is wrong with one provider by itself; "" if nothing is.
std::string fault_of(const Provider& provider) {
    if (!is_name(provider.name))
        return "its name is not of 1 to 32 small letters, digits and dashes";
    try {
        static_cast<void>(oidc::discovery_address(provider.issuer));
    } catch (const Error& error) {
        return error.message();
    }
    if (provider.client_id.empty()) return "its client_id is empty";
    if (!provider.client_secret_file.empty() && !provider.client_secret_variable.empty())
        return "client_secret_file and client_secret_variable are both set";
    const auto& scopes = provider.scopes;
    if (std::find(scopes.begin(), scopes.end(), "openid") == scopes.end())
        return "its scopes lack openid";
    if (provider.others == "nobody" && provider.tenant_admins.empty() && provider.editors.empty() &&
        provider.viewers.empty())
        return "nobody may log in by it: set tenant_admins, editors, viewers or others";
    return {};
}

bool is_origin(const std::string& text) {
    const auto url = net::Url::parse(text);
    return url.has_value() && url->origin.text() == text;
}

} // namespace

void add_sign_in_keys(std::vector<Key>& keys) {
    keys.push_back(field::scalar<Configuration>(
        "oidc.public_url", Type::text(),
        "`https://HOST` as people see this server, for the way back from a provider. Not set: as "
        "each request has it.",
        [](auto& owner) -> auto& { return owner.sign_in.public_url; }));
    keys.push_back(field::list<Configuration>(
        "oidc.providers", "OpenID Connect providers that people may log in by.", provider_fields(),
        [](auto& owner) -> auto& { return owner.sign_in.providers; }));
}

void check_sign_in(LoadedConfiguration& loaded) {
    const auto& configured = loaded.value.sign_in;
    if (!configured.public_url.empty() && !is_origin(configured.public_url))
        loaded.problems.push_back(
            {loaded.origin("oidc.public_url"),
             fmt::format("{} is not the address of a server", berth::quoted(configured.public_url)),
             "e.g. https://berth.example.com, without a slash behind it"});
    std::set<std::string> names;
    for (const auto& provider : configured.providers) {
        auto fault = fault_of(provider);
        if (fault.empty() && !names.insert(provider.name).second)
            fault = "another provider has its name";
        if (!fault.empty())
            loaded.problems.push_back(
                {loaded.origin("oidc.providers"),
                 fmt::format("the provider {}: {}", berth::quoted(provider.name), fault)});
    }
}

} // namespace berth::app
