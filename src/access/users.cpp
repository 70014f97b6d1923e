#include "access/users.hpp"

#include "access/decoy.hpp"
#include "access/password.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <set>

namespace berth::access {

namespace {

constexpr std::uint64_t file_limit = 16 * 1024 * 1024;
constexpr std::size_t name_limit = 128;
constexpr std::size_t remembered_limit = 10'000;
constexpr auto remember_for = std::chrono::minutes(1);

/// Changes whenever the file does: replace_file gives it a new inode and time.
std::int64_t stamp_of(const std::filesystem::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return 0;
    return found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec +
           static_cast<std::int64_t>(found.st_ino);
}

User read_user(const json::Reader& reader) {
    User user{.name = reader.required_text("name"),
              .password_hash = reader.required_text("password"),
              .admin = reader.boolean("admin").value_or(false),
              .grants = {},
              .disabled = reader.boolean("disabled").value_or(false),
              .external = {},
              .first_name = reader.text("firstName").value_or(""),
              .last_name = reader.text("lastName").value_or("")};
    if (const auto external = reader.object("external"))
        user.external = External{.provider = external->required_text("provider"),
                                 .subject = external->required_text("subject")};
    if (const auto tenant = reader.object("tenant")) {
        user.admin = false;
        user.membership = Membership{.tenant = tenant->required_text("uid"),
                                     .admin = tenant->boolean("admin").value_or(false),
                                     .actions = Actions::parse(tenant->texts("actions")).value()};
        return user;
    }
    for (const auto& grant : reader.objects("grants")) {
        user.grants.push_back({.prefix = grant.required_text("prefix"),
                               .actions = Actions::parse(grant.texts("actions")).value()});
    }
    return user;
}

json::Array write_actions(Actions actions) {
    json::Array names;
    for (const auto& name : actions.names()) names.emplace_back(name);
    return names;
}

json::Object write_membership(const Membership& membership) {
    json::Object written{{"uid", membership.tenant}};
    if (membership.admin) {
        written["admin"] = true;
    } else {
        written["actions"] = write_actions(membership.actions);
    }
    return written;
}

json::Object write_user(const User& user) {
    json::Array grants;
    for (const auto& grant : user.grants)
        grants.push_back(
            json::Object{{"prefix", grant.prefix}, {"actions", write_actions(grant.actions)}});
    json::Object written{{"name", user.name},
                         {"password", user.password_hash},
                         {"admin", user.admin},
                         {"grants", grants}};
    if (user.disabled) written["disabled"] = true;
    if (!user.first_name.empty()) written["firstName"] = user.first_name;
    if (!user.last_name.empty()) written["lastName"] = user.last_name;
    if (user.external)
        written["external"] = json::Object{{"provider", user.external->provider},
                                           {"subject", user.external->subject}};
    if (user.membership) written["tenant"] = write_membership(*user.membership);
    return written;
}

void check_name(std::string_view name) {
    const bool printable = std::all_of(name.begin(), name.end(),
                                       [](char c) { return c > ' ' && c < 127 && c != ':'; });
    if (name.empty() || name.size() > name_limit || !printable) {
        throw Error(ErrorCode::usage, fmt::format("{} cannot be a user name", berth::quoted(name)))
            .set_hint("1 to 128 printable ASCII characters without spaces and colons");
    }
}

void check_rights(const User& user) {
    if (!user.membership || (!user.admin && user.grants.empty())) return;
    throw Error(ErrorCode::usage,
                fmt::format("{} is of another tenant than this registry", berth::quoted(user.name)))
        .set_hint("users of other tenants have no rights in it but to pull what is public");
}

Identity identity_of(const User& user, const std::vector<std::string>& public_prefixes) {
    Identity identity{.name = user.name, .admin = user.admin, .grants = user.grants};
    for (const auto& prefix : public_prefixes)
        identity.grants.push_back({prefix, Actions().with(Action::pull)});
    return identity;
}

const User* find_in(const std::vector<User>& users, std::string_view name) {
    const auto found = std::find_if(users.begin(), users.end(),
                                    [&](const User& user) { return user.name == name; });
    return found == users.end() ? nullptr : &*found;
}

const User* find_enabled(const std::vector<User>& users, std::string_view name) {
    const auto* user = find_in(users, name);
    return user == nullptr || user->disabled ? nullptr : user;
}

/// Tenants with somebody who administers them; "" is the one that the registry is for.
std::set<std::string> administered(const std::vector<User>& users) {
    std::set<std::string> tenants;
    for (const auto& user : users) {
        if (!user.administers() || user.disabled) continue;
        tenants.insert(user.membership ? user.membership->tenant : "");
    }
    return tenants;
}

/// A tenant that has an admin keeps one.
void require_admins(const std::set<std::string>& before, const std::vector<User>& users) {
    const auto now = administered(users);
    if (std::includes(now.begin(), now.end(), before.begin(), before.end())) return;
    throw Error(ErrorCode::conflict, "no admin would be left")
        .set_hint("make another user an admin first");
}

/// A keyed hash of a pair, so that the memory of right pairs holds no password. With the stored
/// hash in it: a pair that was compared while the password changed is worth nothing afterwards.
std::string hash_of_pair(const std::string& key, std::string_view stored, std::string_view name,
                         const Secret& password) {
    const std::string text =
        fmt::format("{}:{}{}:{}{}", stored.size(), stored, name.size(), name, password.reveal());
    std::string hash(crypto_generichash_BYTES, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       reinterpret_cast<const unsigned char*>(key.data()), key.size());
    return hash;
}

/// One login that waits for its turn to be hashed, or is. Each holds a worker: without a bound,
/// logins that nobody let in would take them all.
class Waiting {
public:
    explicit Waiting(std::atomic<int>& logins) : logins_(logins) {
        if (++logins_ <= most) return;
        --logins_;
        throw Error(ErrorCode::too_many_requests, "too many logins at once").set_retry_after(1);
    }
    ~Waiting() { --logins_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

private:
    static constexpr int most = 64; // at 10 ms each on two threads: a third of a second
    std::atomic<int>& logins_;
};

} // namespace

std::string User::credential() const {
    if (!external) return password_hash;
    return fmt::format("external {}:{}{} {}{}", external->provider.size(), external->provider,
                       external->subject, password_hash, membership ? membership->tenant : "");
}

Users::Users(std::filesystem::path file, Clock& clock)
    : file_(std::move(file)), clock_(clock), pair_key_(random_hex_16() + random_hex_16()) {}

Users::Content Users::read(const std::filesystem::path& file) {
    try {
        Content content;
        const auto document = json::parse(read_file(file, file_limit)).value();
        const json::Reader reader(document, "");
        for (const auto& user : reader.objects("users")) content.users.push_back(read_user(user));
        content.public_prefixes = reader.texts("public");
        return content;
    } catch (const Error& error) {
        // Not an error of whoever happens to log in; what is wrong is for the log, not for them.
        throw Error(ErrorCode::corrupt, "the file of users cannot be used")
            .add_context(fmt::format("reading {}: {}", file.native(), error.what()));
    }
}

std::string Users::write(const Content& content) {
    json::Array users;
    for (const auto& user : content.users) users.push_back(write_user(user));
    json::Array prefixes;
    for (const auto& prefix : content.public_prefixes) prefixes.emplace_back(prefix);
    return json::write_pretty(json::Object{{"users", users}, {"public", prefixes}});
}

template <class Use>
auto Users::with_content(Use&& use) {
    return state_.with([&](State& state) {
        const auto stamp = stamp_of(file_);
        if (stamp != state.stamp) {
            state.content = stamp == 0 ? Content() : read(file_);
            state.right_pairs.clear();
            state.stamp = stamp;
        }
        return use(state.content);
    });
}

template <class Change>
auto Users::change(Change&& change) {
    // Two processes that change the file at once must not lose one of the changes.
    const auto lock_path = file_.native() + ".lock";
    const UniqueFd lock = open_file(lock_path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (::flock(lock.get(), LOCK_EX) != 0) throw system_error(lock_path, errno);
    Content content = stamp_of(file_) == 0 ? Content() : read(file_);
    const auto result = change(content);
    replace_file(file_, write(content), 0600);
    return result;
}

std::optional<Secret> Users::create_admin() {
    if (stamp_of(file_) != 0) return std::nullopt;
    auto password = generate_password();
    put({.name = "admin", .password_hash = hash_password(password), .admin = true});
    return password;
}

bool Users::remembered(const std::string& key) {
    return state_.with([&](State& state) {
        const auto found = state.right_pairs.find(key);
        return found != state.right_pairs.end() && clock_.now() < found->second;
    });
}

std::optional<Identity> Users::authenticate(std::string_view name, const Secret& password) {
    struct Found {
        std::string hash;
        std::optional<Identity> identity; ///< nothing for a name that nobody has
    };
    const auto found = with_content([&](const Content& content) -> Found {
        const auto* user = find_enabled(content.users, name);
        if (user == nullptr || !is_password_hash(user->password_hash))
            return {decoy_hash(content.users, name, pair_key_), std::nullopt};
        return {user->password_hash, identity_of(*user, content.public_prefixes)};
    });
    const auto key = hash_of_pair(pair_key_, found.hash, name, password);
    if (found.identity && remembered(key)) return found.identity;
    const Waiting waiting(logins_);
    const std::lock_guard lock(hashing_[static_cast<unsigned char>(key[0]) % 2]);
    // A client with many connections comes with all of them at once: one hash is enough.
    if (found.identity && remembered(key)) return found.identity;
    if (!password_matches(password, found.hash) || !found.identity) return std::nullopt;
    state_.with([&](State& state) {
        if (state.right_pairs.size() >= remembered_limit) state.right_pairs.clear();
        state.right_pairs[key] = clock_.now() + remember_for;
    });
    return found.identity;
}

std::optional<Identity> Users::find(std::string_view name) {
    return with_content([&](const Content& content) -> std::optional<Identity> {
        const auto* user = find_enabled(content.users, name);
        if (user == nullptr) return std::nullopt;
        return identity_of(*user, content.public_prefixes);
    });
}

std::optional<User> Users::user(std::string_view name) {
    return with_content([&](const Content& content) {
        const auto* found = find_enabled(content.users, name);
        return found == nullptr ? std::nullopt : std::optional(*found);
    });
}

Identity Users::anonymous() {
    return with_content(
        [](const Content& content) { return identity_of(User{}, content.public_prefixes); });
}

std::vector<User> Users::list() {
    return with_content([](const Content& content) { return content.users; });
}

void Users::put(const User& user) {
    check_name(user.name);
    check_rights(user);
    change([&](Content& content) {
        const auto same = [&](const User& other) { return other.name == user.name; };
        std::erase_if(content.users, same);
        content.users.push_back(user);
        return true;
    });
}

void Users::add(const User& user) {
    check_name(user.name);
    check_rights(user);
    change([&](Content& content) {
        if (find_in(content.users, user.name) != nullptr) {
            throw Error(ErrorCode::conflict,
                        fmt::format("there is a user {} already", berth::quoted(user.name)))
                .set_hint(
                    "berth user passwd gives it a new password, berth user grant more rights");
        }
        content.users.push_back(user);
        return true;
    });
}

User Users::update(std::string_view name, const std::function<void(User&)>& alter) {
    return change([&](Content& content) {
        const auto found = std::find_if(content.users.begin(), content.users.end(),
                                        [&](const User& user) { return user.name == name; });
        if (found == content.users.end()) {
            throw Error(ErrorCode::not_found,
                        fmt::format("there is no user {}", berth::quoted(name)))
                .set_hint("berth user ls lists all users");
        }
        const auto before = administered(content.users);
        alter(*found);
        check_rights(*found);
        require_admins(before, content.users);
        return *found;
    });
}

bool Users::remove(std::string_view name) {
    return change([&](Content& content) {
        const auto before = administered(content.users);
        if (std::erase_if(content.users, [&](const User& user) { return user.name == name; }) == 0)
            return false;
        require_admins(before, content.users);
        return true;
    });
}

std::vector<std::string> Users::remove_members(std::string_view tenant) {
    return change([&](Content& content) {
        std::vector<std::string> names;
        std::erase_if(content.users, [&](const User& user) {
            const bool member = user.membership && user.membership->tenant == tenant;
            if (member) names.push_back(user.name);
            return member;
        });
        return names;
    });
}

std::vector<std::string> Users::public_prefixes() {
    return with_content([](const Content& content) { return content.public_prefixes; });
}

void Users::set_public_prefixes(std::vector<std::string> prefixes) {
    change([&](Content& content) {
        content.public_prefixes = std::move(prefixes);
        return true;
    });
}

bool Users::make_public(std::string_view prefix) {
    return change([&](Content& content) {
        auto& all = content.public_prefixes;
        if (std::find(all.begin(), all.end(), prefix) != all.end()) return false;
        all.emplace_back(prefix);
        return true;
    });
}

bool Users::make_private(std::string_view prefix) {
    return change(
        [&](Content& content) { return std::erase(content.public_prefixes, prefix) > 0; });
}

} // namespace berth::access
