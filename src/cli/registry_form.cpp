#include "cli/registry_form.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/management.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::cli {
namespace {

constexpr std::uint64_t pem_limit = 256 << 10;
constexpr std::array basic_flags{"base-path", "username", "password-stdin", "token-stdin",
                                 "no-auth"};
constexpr std::array ecr_flags{"region",           "other-region", "private",    "access-key",
                               "secret-key-stdin", "role-arn",     "external-id"};

/// The object at `key`, made if it is not there.
json::Object& member(json::Object& object, std::string_view key) {
    auto& value = object[key];
    if (!value.is_object()) value = json::Object();
    return value.as_object();
}

class Form {
public:
    Form(Invocation& invocation, json::Object& spec, bool is_ecr)
        : invocation_(invocation), line_(invocation.line), spec_(spec), is_ecr_(is_ecr) {}

    void fill() {
        check_flags();
        text("provider", spec_, "providerType");
        if (line_.has("content-path"))
            spec_["baseContentPath"] =
                fmt::format("{}", fmt::join(line_.values("content-path"), ","));
        on_off("sync", spec_, "isSyncSupported");
        if (is_ecr_) {
            fill_aws();
            if (tls_given()) fill_tls(spec_);
        } else {
            text("base-path", spec_, "basePath");
            fill_login(member(spec_, "auth"));
        }
    }

private:
    void check_flags() const {
        if (is_ecr_)
            refuse(basic_flags, "ecr");
        else
            refuse(ecr_flags, "basic");
        alone({"no-auth", "username", "token-stdin"});
        alone({"no-auth", "password-stdin", "token-stdin"});
    }

    template <class Flags>
    void refuse(const Flags& flags, std::string_view type) const {
        for (const char* flag : flags) {
            if (line_.has(flag))
                throw Error(ErrorCode::usage,
                            fmt::format("--{} is not for registries of type {}", flag, type));
        }
    }

    /// At most one of them.
    void alone(std::initializer_list<const char*> flags) const {
        const char* first = nullptr;
        for (const char* flag : flags) {
            if (!line_.has(flag)) continue;
            if (first)
                throw Error(ErrorCode::usage,
                            fmt::format("--{} and --{} do not go together", first, flag));
            first = flag;
        }
    }

    void text(std::string_view flag, json::Object& object, std::string_view key) const {
        if (const auto value = line_.value(flag)) object[key] = *value;
    }

    void on_off(std::string_view flag, json::Object& object, std::string_view key) const {
        if (line_.has(flag)) object[key] = true;
        if (line_.switched_off(flag)) object[key] = false;
    }

    void file(std::string_view flag, json::Object& object, std::string_view key) const {
        const auto path = line_.value(flag);
        if (!path) return;
        try {
            object[key] = read_file(*path, pem_limit);
        } catch (Error& error) {
            throw error.add_context(fmt::format("--{}", flag));
        }
    }

    bool tls_given() const {
        return line_.has("ca-file") || line_.has("cert-file") || line_.has("key-file") ||
               line_.has("insecure-skip-tls-verify") ||
               line_.switched_off("insecure-skip-tls-verify");
    }

    void fill_tls(json::Object& owner) const {
        auto& tls = member(owner, "tls");
        if (!tls.contains("enabled")) tls["enabled"] = true;
        if (!tls.contains("insecureSkipVerify")) tls["insecureSkipVerify"] = false;
        file("ca-file", tls, "ca");
        file("cert-file", tls, "certificate");
        file("key-file", tls, "key");
        on_off("insecure-skip-tls-verify", tls, "insecureSkipVerify");
    }

    void fill_login(json::Object& auth) {
        if (!auth.contains("type")) auth["type"] = "noAuth";
        if (line_.has("no-auth")) {
            auth["type"] = "noAuth";
            for (const char* key : {"username", "password", "token"}) auth.erase(key);
        }
        if (const auto user = line_.value("username")) {
            auth["type"] = "basic";
            auth["username"] = *user;
        }
        if (line_.has("token-stdin")) {
            auth["type"] = "token";
            auth["token"] = read_secret(invocation_, "token-stdin", "").reveal();
        } else if (line_.has("username") || line_.has("password-stdin")) {
            auth["password"] = password(auth).reveal();
        }
        fill_tls(auth);
    }

    Secret password(const json::Object& auth) {
        const auto* user = auth.if_contains("username");
        if (!user || !user->is_string() || user->as_string().empty())
            throw Error(ErrorCode::usage, "--password-stdin needs a user name")
                .set_hint("add --username USER");
        return read_secret(invocation_, "password-stdin",
                           fmt::format("Password of {} at the registry: ",
                                       berth::quoted(std::string(user->as_string()))));
    }

    void fill_aws() {
        text("region", spec_, "defaultRegion");
        if (const auto others = line_.values("other-region"); !others.empty())
            spec_["regions"] = json::Array(others.begin(), others.end());
        if (!spec_.contains("isPrivate")) spec_["isPrivate"] = false;
        const bool key = line_.has("access-key") || line_.has("secret-key-stdin");
        const bool role = line_.has("role-arn") || line_.has("external-id");
        if (key || role) spec_["isPrivate"] = true;
        on_off("private", spec_, "isPrivate");
        if (!key && !role) return;
        auto& credentials = member(spec_, "credentials");
        if (line_.has("role-arn")) credentials["credentialType"] = "sts";
        if (!credentials.contains("credentialType")) credentials["credentialType"] = "secret";
        text("access-key", credentials, "accessKey");
        if (key)
            credentials["secretKey"] =
                read_secret(invocation_, "secret-key-stdin", "Secret access key: ").reveal();
        if (!role) return;
        auto& sts = member(credentials, "sts");
        text("role-arn", sts, "arn");
        text("external-id", sts, "externalId");
    }

    Invocation& invocation_;
    const CommandLine& line_;
    json::Object& spec_;
    bool is_ecr_;
};

std::vector<Flag> login_flags() {
    const std::string group = "Login options";
    return {
        {.name = "username", .value = "USER", .help = "user name", .group = group, .letter = 'u'},
        {.name = "password-stdin",
         .value = "",
         .help = "read the password from standard input; otherwise it is asked for",
         .group = group},
        {.name = "token-stdin",
         .value = "",
         .help = "read a ready token from standard input",
         .group = group},
        {.name = "no-auth", .value = "", .help = "it asks for no login", .group = group}};
}

std::vector<Flag> tls_flags() {
    const std::string group = "TLS options";
    return {
        {.name = "ca-file",
         .value = "FILE",
         .help = "its certificate authority (PEM)",
         .group = group},
        {.name = "cert-file", .value = "FILE", .help = "client certificate (PEM)", .group = group},
        {.name = "key-file",
         .value = "FILE",
         .help = "key of the client certificate (PEM)",
         .group = group},
        {.name = "insecure-skip-tls-verify",
         .value = "",
         .help = "accept any certificate of it",
         .group = group}};
}

std::vector<Flag> aws_flags() {
    const std::string group = "ECR options";
    return {
        {.name = "region",
         .value = "REGION",
         .help = "in place of the region variable in the endpoint",
         .group = group},
        {.name = "other-region",
         .value = "REGION",
         .help = "where it is to be too, in the order in which they stand in for the default one",
         .group = group,
         .repeatable = true},
        {.name = "private", .value = "", .help = "it wants credentials of AWS", .group = group},
        {.name = "access-key", .value = "ID", .help = "access key id", .group = group},
        {.name = "secret-key-stdin",
         .value = "",
         .help = "read the secret access key from standard input; otherwise it is asked for",
         .group = group},
        {.name = "role-arn", .value = "ARN", .help = "role to assume", .group = group},
        {.name = "external-id", .value = "ID", .help = "external id of that role", .group = group}};
}

} // namespace

std::vector<Flag> registry_form_flags() {
    std::vector<Flag> flags{
        {.name = "provider",
         .value = "KIND",
         .help = "what it holds; otherwise helm",
         .choices = {"helm", "pack", "zarf"}},
        {.name = "content-path",
         .value = "PATH",
         .help = "where its content lies, e.g. team/charts",
         .repeatable = true},
        {.name = "base-path", .value = "PATH", .help = "what stands before /v2/ in its API"},
        {.name = "sync", .value = "", .help = "keep an index of what is in it"}};
    for (const auto& list : {login_flags(), tls_flags(), aws_flags()})
        flags.insert(flags.end(), list.begin(), list.end());
    return flags;
}

std::string registry_type(const Invocation& invocation, const std::string& endpoint) {
    if (const auto type = invocation.line.value("type")) return *type;
    const bool ecr = endpoint.find(".dkr.ecr") != std::string::npos ||
                     endpoint.find("public.ecr.aws") != std::string::npos;
    return ecr ? "ecr" : "basic";
}

void fill_registry(Invocation& invocation, const std::string& type, json::Object& registry) {
    Form(invocation, member(registry, "spec"), type == "ecr").fill();
}

} // namespace berth::cli
