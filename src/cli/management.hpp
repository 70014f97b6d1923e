// Management: what the commands share that ask a Berth server's management API.
#pragma once

#include "cli/api_client.hpp"
#include "cli/invocation.hpp"
#include "net/http.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

/// --server and how to reach it.
std::vector<Flag> server_flags();

/// The server that the flags, the environment or the last login name, with its login. An API key in
/// the environment goes to the server that is named there or by a flag, never to the one of the
/// last login. Errors: usage if there is none, unauthorized without a login, those of
/// read_server_file().
ServerLogin chosen_login(const Invocation& invocation);

/// A registry as others name it.
struct RegistryName {
    std::string uid;
    std::string name;
    std::string type; ///< "basic", "ecr"; "" for the registry in the server

    /// "/v1/registries/oci/UID" and `rest`, which is encoded already.
    std::string path(std::string_view rest) const;
};

/// One connection to the server for the length of a command.
class Management {
public:
    explicit Management(Invocation& invocation);
    /// To a server that is not logged in to yet.
    Management(Invocation& invocation, ServerLogin login);

    ApiClient& api() { return *client_; }

    /// All that are registered, by name.
    std::vector<RegistryName> registries();
    /// The registered registry with this name, without regard to ASCII case, or uid. Error
    /// not_found.
    RegistryName registry(std::string_view name_or_uid);
    /// The same, and "embedded" for the registry in the server if none is registered as that.
    RegistryName content(std::string_view name_or_uid);

    /// The items of all pages of a list, `limit` at most; says so if there are more. `path` may
    /// have a query.
    json::Array items(const std::string& path, std::uint64_t limit);

private:
    Invocation& invocation_;
    std::unique_ptr<net::HttpTransport> transport_;
    std::unique_ptr<ApiClient> client_;
};

/// The registry in the server itself.
RegistryName embedded_registry();

/// A secret from standard input if `stdin_flag` is given, else asked for on the terminal. Error
/// usage if there is none, naming the flag.
Secret read_secret(Invocation& invocation, std::string_view stdin_flag, std::string_view prompt);

/// The member of an object, further in with dots: "spec.endpoint"; "" for what is not there.
std::string text_at(const json::Value& value, std::string_view path);
/// The list at `key`; empty for what is none.
json::Array list_at(const json::Value& value, std::string_view key);

} // namespace berth::cli
