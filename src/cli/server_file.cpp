#include "cli/server_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

namespace berth::cli {
namespace {

constexpr std::uint64_t file_limit = 1 << 20;

ServerLogin read_login(const json::Reader& reader) {
    const auto text = [&](std::string_view key) { return reader.text(key).value_or(""); };
    ServerLogin login{.url = server_url(reader.required_text("url")),
                      .user = text("user"),
                      .csrf = text("csrf"),
                      .tls = {.ca_file = text("caFile"),
                              .certificate_file = text("certFile"),
                              .key_file = text("keyFile"),
                              .skip_verify = reader.boolean("skipVerify").value_or(false)}};
    const auto key = reader.text("apiKey");
    login.proof = key ? ServerLogin::Proof::api_key : ServerLogin::Proof::session;
    login.secret = Secret(key ? *key : reader.required_text("session"));
    return login;
}

json::Object write_login(const ServerLogin& login) {
    json::Object object{{"url", login.url}, {"user", login.user}};
    const bool key = login.proof == ServerLogin::Proof::api_key;
    object[key ? "apiKey" : "session"] = login.secret.reveal();
    const auto put = [&](const char* name, const std::string& text) {
        if (!text.empty()) object[name] = text;
    };
    put("csrf", login.csrf);
    put("caFile", login.tls.ca_file);
    put("certFile", login.tls.certificate_file);
    put("keyFile", login.tls.key_file);
    if (login.tls.skip_verify) object["skipVerify"] = true;
    return object;
}

/// Whoever can read it can do what we may.
void check_private(const std::filesystem::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) return; // reading it says what is wrong
    if ((facts.st_mode & 077U) == 0) return;
    throw Error(ErrorCode::usage,
                fmt::format("{} holds secrets and can be read by others", file.string()))
        .set_hint(fmt::format("chmod 600 {}", file.string()));
}

} // namespace

const ServerLogin* ServerLogins::find(std::string_view url) const {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& login) { return login.url == url; });
    return found == all.end() ? nullptr : &*found;
}

void ServerLogins::put(ServerLogin login) {
    remove(login.url);
    current = login.url;
    all.push_back(std::move(login));
}

bool ServerLogins::remove(std::string_view url) {
    const auto removed =
        std::erase_if(all, [&](const ServerLogin& login) { return login.url == url; });
    if (current == url) current = all.empty() ? "" : all.back().url;
    return removed != 0;
}

std::filesystem::path server_file(const Environment& environment) {
    if (const auto config = environment.get("XDG_CONFIG_HOME"); config.starts_with('/'))
        return std::filesystem::path(config) / "berth" / "servers.json";
    const auto home = environment.get("HOME");
    if (home.empty())
        throw Error(ErrorCode::usage, "neither XDG_CONFIG_HOME nor HOME says where logins are kept")
            .set_hint("set HOME, or name the server and a key: BERTH_SERVER and BERTH_API_KEY");
    return std::filesystem::path(home) / ".config" / "berth" / "servers.json";
}

ServerLogins read_server_file(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return {};
    check_private(file);
    try {
        const auto value = json::parse(read_file(file, file_limit)).value();
        const json::Reader reader(value, "");
        ServerLogins logins{.current = reader.text("current").value_or("")};
        for (const auto& each : reader.objects("servers")) logins.all.push_back(read_login(each));
        return logins;
    } catch (const Error& error) {
        throw Error(ErrorCode::usage,
                    fmt::format("{} cannot be read: {}", file.string(), error.message()))
            .set_hint("remove it and log in again: berth login --api URL");
    }
}

void write_server_file(const std::filesystem::path& file, const ServerLogins& logins) {
    json::Array servers;
    for (const auto& login : logins.all) servers.push_back(write_login(login));
    std::filesystem::create_directories(file.parent_path());
    replace_file(file,
                 json::write_pretty(
                     json::Object{{"current", logins.current}, {"servers", std::move(servers)}}),
                 0600);
}

std::string server_url(std::string_view text) {
    while (text.ends_with('/')) text.remove_suffix(1);
    const auto full =
        text.find("://") == text.npos ? fmt::format("https://{}", text) : std::string(text);
    const auto url = net::Url::parse(full);
    if (url.has_error() || url->path != "/" || !url->query.empty())
        throw Error(ErrorCode::usage, fmt::format("{} is no server's address", berth::quoted(text)))
            .set_hint("it looks like https://berth.example:8443");
    return url->origin.text();
}

} // namespace berth::cli
