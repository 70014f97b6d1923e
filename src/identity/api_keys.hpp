// ApiKeys: what programs show in place of a login: "berth_" and 43 characters.
//
// The text is shown once, when the key is made; what is kept is its hash and its first characters,
// by which people tell keys apart. A key may at most what its owner may, and never more than the
// right it was made with.
#pragma once

#include "base/secret.hpp"
#include "identity/database.hpp"
#include "identity/person.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::identity {

inline constexpr std::int64_t api_keys_limit = 100; ///< of one person

struct ApiKey {
    std::string uid; ///< 24 hex digits
    std::string tenant;
    std::string owner;  ///< the user's name
    std::string name;   ///< one of its owner's has it
    std::string prefix; ///< "berth_AbC123"
    Right most = Right::see;
    bool active = true;
    std::optional<Time> expires = {};
    Time created = {};
    Time modified = {};
    std::optional<Time> last_used = {}; ///< to the minute
};

struct NewApiKey {
    std::string_view tenant; ///< the owner's
    std::string_view owner;
    std::string_view name;
    Right most = Right::see;
    std::optional<Time> expires = {};
};

/// Absent members stay as they are.
struct ApiKeyChange {
    std::optional<std::string> name = {};
    std::optional<Right> most = {};
    std::optional<bool> active = {};
    /// Given: the new expiry; given and empty: never.
    std::optional<std::optional<Time>> expires = {};
};

/// Any thread. A key of another tenant is one that is not there. Errors: those of db.
class ApiKeys {
public:
    /// Must outlive it.
    explicit ApiKeys(Database& database) : database_(database) {}

    struct Made {
        ApiKey key;
        Secret text;
    };
    /// Errors: usage for a name that is empty, longer than 128 bytes or holds control characters;
    /// conflict for a name that the owner has given before; limit_exceeded beyond api_keys_limit.
    Made add(const NewApiKey& wanted);

    /// The key with this text if it may be used now. Counts as its use.
    std::optional<ApiKey> find_text(const Secret& text);

    std::optional<ApiKey> find(std::string_view tenant, std::string_view uid);
    /// By owner, then name; `owner` "" is everybody.
    std::vector<ApiKey> list(std::string_view tenant, std::string_view owner);
    /// Gives the key as it is then. Errors: not_found; as add().
    ApiKey change(std::string_view tenant, std::string_view uid, const ApiKeyChange& change);
    /// False if it was not there.
    bool remove(std::string_view tenant, std::string_view uid);
    /// All of one person; how many.
    std::int64_t remove_all(std::string_view owner);

private:
    Database& database_;
};

} // namespace berth::identity
