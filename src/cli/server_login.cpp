#include "cli/server_login.hpp"

#include "base/text.hpp"
#include "cli/management.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

Report report(const ServerLogin& login, const std::filesystem::path& file, bool changed) {
    return {
        json::Object{{"server", login.url},
                     {"user", login.user},
                     {"file", file.string()},
                     {"changed", changed}},
        {{Section::Shape::card, "", {{"Server", "server"}, {"User", "user"}, {"File", "file"}}}},
        "server"};
}

/// A path that holds wherever a later command runs.
std::string absolute(const CommandLine& line, std::string_view flag) {
    const auto file = line.value(flag);
    return file ? std::filesystem::absolute(*file).lexically_normal().string() : "";
}

ServerLogin server_of(Invocation& invocation) {
    const auto& line = invocation.line;
    for (const char* flag : {"password", "authfile", "realm-host", "insecure"}) {
        if (line.has(flag))
            throw Error(ErrorCode::usage, fmt::format("--{} does not go with --api", flag))
                .set_hint("a password comes from --password-stdin or the prompt");
    }
    const auto& address = line.argument(0);
    const bool bare = address.find("://") == std::string::npos;
    ServerLogin login{
        .url = server_url(bare && line.has("plain-http") ? "http://" + address : address),
        .tls = {.ca_file = absolute(line, "ca-file"),
                .certificate_file = absolute(line, "cert-file"),
                .key_file = absolute(line, "key-file"),
                .skip_verify = line.has("insecure-skip-tls-verify")}};
    if (login.url.starts_with("http://"))
        invocation.console().warn(fmt::format(
            "{} is plain HTTP: whoever is on the way can read the password", login.url));
    return login;
}

std::string cookie_of(const net::Headers& headers, std::string_view name) {
    const auto start = fmt::format("{}=", name);
    for (const auto line : headers.all("Set-Cookie")) {
        if (line.starts_with(start))
            return std::string(line.substr(start.size(), line.find(';') - start.size()));
    }
    return {};
}

/// A session for a name and password: unlike a token it lasts while it is used, and ends at the
/// server with berth logout.
void begin_session(Invocation& invocation, const std::string& user, ServerLogin& login) {
    const auto password = read_secret(invocation, "password-stdin",
                                      fmt::format("Password of {} at {}: ", user, login.url));
    Management management(invocation, login);
    const auto answer = management.api().post("/v1/auth/authenticate",
                                              {{"emailId", user}, {"password", password.reveal()}});
    login.secret = Secret(cookie_of(answer.headers, "berth_session"));
    login.csrf = cookie_of(answer.headers, "berth_csrf");
    if (login.secret.empty())
        throw Error(ErrorCode::response_invalid, fmt::format("{} began no session", login.url));
}

void take_key(Invocation& invocation, ServerLogin& login) {
    if (invocation.line.has("password-stdin"))
        throw Error(ErrorCode::usage, "--password-stdin needs a user name")
            .set_hint("add --username USER; --api-key-stdin takes an API key");
    login.proof = ServerLogin::Proof::api_key;
    login.secret =
        read_secret(invocation, "api-key-stdin", fmt::format("API key for {}: ", login.url));
}

/// The session ends at the server too. One that cannot be reached lets it end by its time.
void end_session(Invocation& invocation, const ServerLogin& login) {
    if (login.proof != ServerLogin::Proof::session) return;
    try {
        Management(invocation, login).api().post("/v1/auth/logout", {});
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        invocation.console().warn(
            fmt::format("the session may go on at the server: {}", error.what()));
    }
}

} // namespace

std::vector<Flag> api_login_flags() {
    const std::string group = "Berth server options";
    return {{.name = "api",
             .value = "",
             .help = "log in to the management API of a Berth server, in place of a registry",
             .group = group},
            {.name = "api-key-stdin",
             .value = "",
             .help = "with --api, without a user name: read an API key from standard input",
             .group = group}};
}

int log_in_to_server(Invocation& invocation) {
    const auto user = invocation.line.value("username");
    if (user && invocation.line.has("api-key-stdin"))
        throw Error(ErrorCode::usage, "--username and --api-key-stdin do not go together");
    auto login = server_of(invocation);
    if (user)
        begin_session(invocation, *user, login);
    else
        take_key(invocation, login);
    Management management(invocation, login);
    login.user = text_at(management.api().get("/v1/users/me").body, "metadata.name");
    const auto file = server_file(invocation.environment());
    auto logins = read_server_file(file);
    logins.put(login);
    write_server_file(file, logins);
    invocation.console().inform(fmt::format("Logged in to {} as {}.", login.url, login.user));
    invocation.print(report(login, file, true));
    return 0;
}

int log_out_of_server(Invocation& invocation) {
    const auto url = server_url(invocation.line.argument(0));
    const auto file = server_file(invocation.environment());
    auto logins = read_server_file(file);
    const auto* known = logins.find(url);
    if (!known) {
        invocation.console().warn(fmt::format("there was no login for {}", url));
        invocation.print(report({.url = url}, file, false));
        return 0;
    }
    const ServerLogin ended = *known;
    logins.remove(url);
    write_server_file(file, logins);
    end_session(invocation, ended);
    invocation.print(report(ended, file, true));
    return 0;
}

} // namespace berth::cli
