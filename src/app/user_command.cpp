#include "app/user_command.hpp"

#include "access/password.hpp"
#include "access/users.hpp"
#include "app/data_flags.hpp"
#include "app/grant_text.hpp"
#include "app/owner.hpp"
#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "identity/role.hpp"
#include "identity/tenants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace berth::app {
namespace {

using access::Actions;
using access::Grant;
using access::User;

/// The users of a data directory, changed as its owner.
access::Users open_users(const cli::Invocation& invocation, bool may_be_first = false) {
    const auto directory = locate(invocation).directory;
    act_as_owner_of(directory);
    const auto file = directory / "users.json";
    if (!may_be_first && !std::filesystem::exists(file)) {
        throw Error(ErrorCode::not_found,
                    fmt::format("there are no users in {} yet", berth::quoted(directory.native())))
            .set_hint(
                "the first berth serve makes the user admin; berth user add --admin makes "
                "the first one before that");
    }
    return {file, invocation.surroundings.clock};
}

/// By uid.
using TenantNames = std::map<std::string, std::string, std::less<>>;

TenantNames tenant_names(const cli::Invocation& invocation) {
    const auto file = locate(invocation).directory / "identity.sqlite";
    if (!std::filesystem::exists(file)) return {};
    TenantNames names;
    identity::Database database(file, invocation.surroundings.clock);
    for (const auto& tenant : identity::Tenants(database).list())
        names.emplace(tenant.uid, berth::quoted(tenant.name));
    return names;
}

json::Object row_of(const User& user, const TenantNames& tenants) {
    json::Array grants;
    json::Array rights;
    if (user.disabled) rights.emplace_back("nothing: disabled");
    if (user.admin) rights.emplace_back("everything");
    if (user.membership) {
        const auto& uid = user.membership->tenant;
        const auto known = tenants.find(uid);
        rights.emplace_back(fmt::format("{} of tenant {}",
                                        identity::text_of(identity::role_of(user)),
                                        known == tenants.end() ? uid : known->second));
    }
    for (const auto& grant : user.grants) {
        json::Array actions;
        for (const auto& name : grant.actions.names()) actions.emplace_back(name);
        rights.emplace_back(fmt::format("{}={}", shown_prefix(grant.prefix),
                                        fmt::join(grant.actions.names(), ",")));
        grants.push_back(json::Object{{"prefix", grant.prefix}, {"actions", std::move(actions)}});
    }
    json::Object row{{"name", user.name},
                     {"admin", user.admin},
                     {"grants", std::move(grants)},
                     {"rights", std::move(rights)}};
    if (user.disabled) row["disabled"] = true;
    if (user.external) row["provider"] = user.external->provider;
    if (user.membership) row["tenant"] = user.membership->tenant;
    return row;
}

/// One user, with its password if that was made just now.
cli::Report card_of(const cli::Invocation& invocation, const User& user,
                    const std::optional<Secret>& password) {
    auto value = row_of(user, tenant_names(invocation));
    std::vector<cli::Column> columns{{"User", "name"},
                                     {"Rights", "rights", cli::Column::Kind::list}};
    if (password) {
        value["password"] = password->reveal();
        columns.push_back({"Password", "password"});
    }
    return {std::move(value), {{cli::Section::Shape::card, "", std::move(columns)}}};
}

struct NewPassword {
    Secret secret;
    bool generated;
};

NewPassword new_password(const cli::Invocation& invocation) {
    if (!invocation.line.has("password-stdin")) return {access::generate_password(), true};
    auto text = invocation.console().read_input();
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    Secret secret(std::move(text));
    access::check_new_password(secret);
    return {std::move(secret), false};
}

int print_card(const cli::Invocation& invocation, const User& user, const NewPassword& password) {
    invocation.print(card_of(invocation, user,
                             password.generated ? std::optional(password.secret) : std::nullopt));
    if (password.generated)
        invocation.console().tell("The password is shown this once; only its hash is kept.\n");
    return 0;
}

int user_add(cli::Invocation& invocation) {
    const bool admin = invocation.line.has("admin");
    User user{.name = invocation.line.argument(0), .password_hash = {}, .admin = admin};
    for (const auto& text : invocation.line.values("grant")) add_grant(user, grant_of(text));
    auto users = open_users(invocation, admin);
    const auto password = new_password(invocation);
    user.password_hash = access::hash_password(password.secret);
    users.add(user);
    return print_card(invocation, user, password);
}

int user_passwd(cli::Invocation& invocation) {
    auto users = open_users(invocation);
    const auto password = new_password(invocation);
    const auto hash = access::hash_password(password.secret);
    const auto user =
        users.update(invocation.line.argument(0), [&](User& each) { each.password_hash = hash; });
    return print_card(invocation, user, password);
}

/// What the words after a user's name, or --admin, say.
std::optional<Grant> wanted_grant(const cli::Invocation& invocation, bool actions_needed) {
    const auto& words = invocation.line.arguments();
    const bool admin = invocation.line.has("admin");
    if (words.size() < 2 && !admin) {
        throw Error(ErrorCode::usage, "which rights? name a prefix, or --admin");
    }
    if (words.size() < 2) return std::nullopt;
    if (words.size() < 3 && actions_needed)
        throw Error(ErrorCode::usage, "which actions? e.g. pull,push");
    return Grant{prefix_of(words[1]), words.size() > 2 ? actions_of(words[2]) : Actions::all()};
}

int user_grant(cli::Invocation& invocation) {
    const auto grant = wanted_grant(invocation, true);
    auto users = open_users(invocation);
    const auto user = users.update(invocation.line.argument(0), [&](User& each) {
        if (grant) add_grant(each, *grant);
        if (invocation.line.has("admin")) each.admin = true;
    });
    invocation.print(card_of(invocation, user, {}));
    return 0;
}

int user_revoke(cli::Invocation& invocation) {
    const auto grant = wanted_grant(invocation, false);
    auto users = open_users(invocation);
    const auto user = users.update(invocation.line.argument(0), [&](User& each) {
        if (grant && !take_grant(each, *grant)) {
            throw Error(ErrorCode::not_found,
                        fmt::format("{} has no such right on {}", berth::quoted(each.name),
                                    shown_prefix(grant->prefix)))
                .set_hint("berth user ls lists all rights");
        }
        if (invocation.line.has("admin")) each.admin = false;
    });
    if (user.admin) {
        invocation.console().warn(
            fmt::format("{} is an admin, who may do everything", berth::quoted(user.name)));
    }
    invocation.print(card_of(invocation, user, {}));
    return 0;
}

int user_rm(cli::Invocation& invocation) {
    auto users = open_users(invocation);
    const auto& name = invocation.line.argument(0);
    if (!users.remove(name)) {
        throw Error(ErrorCode::not_found, fmt::format("there is no user {}", berth::quoted(name)))
            .set_hint("berth user ls lists all users");
    }
    invocation.print(
        {json::Object{{"name", name}}, {{cli::Section::Shape::card, "", {{"Removed", "name"}}}}});
    return 0;
}

int user_ls(cli::Invocation& invocation) {
    auto all = open_users(invocation).list();
    std::sort(all.begin(), all.end(), [](const User& a, const User& b) { return a.name < b.name; });
    json::Array rows;
    const auto tenants = tenant_names(invocation);
    for (const auto& user : all) rows.push_back(row_of(user, tenants));
    invocation.print({std::move(rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"USER", "name"}, {"RIGHTS", "rights", cli::Column::Kind::list}}}}});
    return 0;
}

int user_public(cli::Invocation& invocation) {
    const auto& act = invocation.line.argument(0);
    const bool one = invocation.line.arguments().size() > 1;
    const bool lists = act == "ls";
    if (!lists && act != "add" && act != "rm") {
        throw Error(ErrorCode::usage,
                    fmt::format("user public takes add, rm or ls, not {}", berth::quoted(act)));
    }
    if (one == lists) {
        throw Error(ErrorCode::usage, lists ? "user public ls takes no prefix"
                                            : fmt::format("user public {} needs a prefix", act));
    }
    auto users = open_users(invocation);
    if (!lists) {
        const auto prefix = prefix_of(invocation.line.argument(1));
        const bool changed = act == "add" ? users.make_public(prefix) : users.make_private(prefix);
        if (!changed) {
            invocation.console().warn(fmt::format("{} was {} already", shown_prefix(prefix),
                                                  act == "add" ? "public" : "not public"));
        }
    }
    json::Array rows;
    for (const auto& prefix : users.public_prefixes())
        rows.push_back(json::Object{{"prefix", shown_prefix(prefix)}});
    invocation.print(
        {std::move(rows), {{cli::Section::Shape::rows, "", {{"PUBLIC", "prefix"}}}}, "prefix"});
    return 0;
}

cli::Argument name_argument() {
    return {.name = "NAME", .help = "the user"};
}
cli::Argument prefix_argument(bool required) {
    return {.name = "PREFIX",
            .help = "team is the repository team and all below team/; * is everything",
            .required = required};
}
cli::Argument actions_argument() {
    return {.name = "ACTIONS",
            .help = "pull, push, delete with commas between, or * for all",
            .required = false};
}
cli::Flag password_flag() {
    return {.name = "password-stdin",
            .value = "",
            .help = "read the password from standard input; otherwise one is made and printed"};
}
cli::Flag admin_flag(std::string help) {
    return {.name = "admin", .value = "", .help = std::move(help)};
}

cli::Command user_add_command() {
    return {.name = "user add",
            .summary = "Add a user of the registry that berth serve serves",
            .description =
                "Makes a password and prints it once, unless one is given. A server that runs on "
                "the data directory knows the user at once. For a program, add a user of its own "
                "with the rights that it needs.",
            .examples = {{"who may pull and push below team/",
                          "berth user add ann --grant team=pull,push"},
                         {"with a password from a file",
                          "berth user add ci --password-stdin --grant team=pull < password"},
                         {"another administrator", "berth user add eve --admin"}},
            .arguments = {name_argument()},
            .flags = with_data_flags({{.name = "grant",
                                       .value = "PREFIX=ACTIONS",
                                       .help = "a right to have, as team=pull,push",
                                       .repeatable = true},
                                      admin_flag("may do everything, also delete and list"),
                                      password_flag()}),
            .run = user_add};
}

cli::Command passwd_command() {
    return {.name = "user passwd",
            .summary = "Give a user a new password",
            .description =
                "The old one stops to work at once; tokens that were made with it end "
                "within five minutes.",
            .examples = {{"a new one, printed once", "berth user passwd ann"},
                         {"from a file", "berth user passwd ann --password-stdin < password"}},
            .arguments = {name_argument()},
            .flags = with_data_flags({password_flag()}),
            .run = user_passwd};
}

cli::Command grant_command() {
    return {.name = "user grant",
            .summary = "Give a user rights on repositories",
            .description = "Rights add up. They count from the next request on.",
            .examples = {{"to pull and push below team/", "berth user grant ann team pull,push"},
                         {"to pull everything", "berth user grant ann '*' pull"},
                         {"to do everything", "berth user grant ann --admin"}},
            .arguments = {name_argument(), prefix_argument(false), actions_argument()},
            .flags = with_data_flags({admin_flag("make the user an administrator")}),
            .run = user_grant};
}

cli::Command revoke_command() {
    return {.name = "user revoke",
            .summary = "Take rights on repositories from a user",
            .description =
                "Counts from the next request on, also for tokens that were given "
                "before. Without ACTIONS all rights on the prefix go.",
            .examples = {{"to push", "berth user revoke ann team push"},
                         {"all on a prefix", "berth user revoke ann team"},
                         {"to be an administrator", "berth user revoke ann --admin"}},
            .arguments = {name_argument(), prefix_argument(false), actions_argument()},
            .flags = with_data_flags({admin_flag("the user is no administrator any more")}),
            .run = user_revoke};
}

cli::Command user_rm_command() {
    return {.name = "user rm",
            .summary = "Remove a user",
            .description = "Counts at once, also for tokens. The last administrator stays.",
            .examples = {{"one user", "berth user rm ann"},
                         {"of a registry elsewhere", "berth user rm ann --data /var/lib/berth"}},
            .arguments = {name_argument()},
            .flags = with_data_flags({}),
            .run = user_rm};
}

cli::Command user_ls_command() {
    return {.name = "user ls",
            .summary = "List the users and their rights",
            .description = "Passwords and their hashes are never shown.",
            .examples = {{"all users", "berth user ls"}, {"for a script", "berth user ls -o json"}},
            .arguments = {},
            .flags = with_data_flags({}),
            .run = user_ls};
}

cli::Command public_command() {
    return {.name = "user public",
            .summary = "List and change what everybody may pull",
            .description =
                "From a public prefix everybody may pull without a login. Nothing is "
                "public at first.",
            .examples = {{"let everybody pull below mirror/", "berth user public add mirror"},
                         {"no longer", "berth user public rm mirror"},
                         {"all public prefixes", "berth user public ls"}},
            .arguments = {{.name = "ACTION",
                           .help = "add, rm or ls",
                           .required = true,
                           .repeatable = false,
                           .choices = {"add", "rm", "ls"}},
                          prefix_argument(false)},
            .flags = with_data_flags({}),
            .run = user_public};
}

} // namespace

std::vector<cli::Command> user_commands() {
    return {user_add_command(), passwd_command(),  grant_command(), revoke_command(),
            user_rm_command(),  user_ls_command(), public_command()};
}

} // namespace berth::app
