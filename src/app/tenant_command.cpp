#include "app/tenant_command.hpp"

#include "access/password.hpp"
#include "app/data_flags.hpp"
#include "app/owner.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/invocation.hpp"
#include "identity/realm.hpp"

#include <fcntl.h>
#include <fmt/format.h>

namespace berth::app {
namespace {

using identity::Tenant;

/// The people and tenants of a data directory, changed as its owner.
class People {
public:
    explicit People(const cli::Invocation& invocation)
        : directory_(own_directory(invocation)),
          users_(directory_ / "users.json", invocation.surroundings.clock),
          // Nothing is signed here.
          tokens_(Secret(random_hex_16() + random_hex_16()), "berth",
                  invocation.surroundings.clock),
          realm_(own_database(directory_), users_, tokens_, invocation.surroundings.clock) {}

    access::Users& users() { return users_; }
    identity::Realm& realm() { return realm_; }

    Tenant named(std::string_view name) {
        if (auto found = realm_.tenants().find_named(name)) return std::move(*found);
        throw Error(ErrorCode::not_found, fmt::format("there is no tenant {}", berth::quoted(name)))
            .set_hint("berth tenant ls lists all");
    }

private:
    static std::filesystem::path own_directory(const cli::Invocation& invocation) {
        auto directory = locate(invocation).directory;
        act_as_owner_of(directory);
        return directory;
    }

    /// SQLite would make one that everybody may read.
    static std::filesystem::path own_database(const std::filesystem::path& directory) {
        const auto file = directory / "identity.sqlite";
        open_file(file, O_RDWR | O_CREAT, 0600);
        return file;
    }

    std::filesystem::path directory_;
    access::Users users_;
    access::TokenIssuer tokens_;
    identity::Realm realm_;
};

json::Object row_of(People& people, const Tenant& tenant) {
    json::Array admins;
    std::int64_t count = 0;
    for (const auto& user : people.realm().users_of(tenant.uid)) {
        ++count;
        if (user.administers() && !user.disabled) admins.emplace_back(user.name);
    }
    return {{"name", tenant.name},
            {"uid", tenant.uid},
            {"users", count},
            {"admins", std::move(admins)}};
}

std::string add_admin(People& people, const Tenant& tenant, const std::string& name) {
    auto password = access::generate_password();
    access::User admin{.name = name, .password_hash = access::hash_password(password)};
    people.realm().settle(admin, tenant.uid, identity::Role::tenant_admin);
    try {
        people.users().add(admin);
    } catch (Error& error) {
        people.realm().remove_tenant(tenant.uid);
        if (error.code() == ErrorCode::conflict)
            error.set_hint("names of users are unique in all tenants: --admin takes another one");
        throw;
    }
    return password.reveal();
}

int tenant_add(cli::Invocation& invocation) {
    People people(invocation);
    const auto tenant = people.realm().add_tenant(invocation.line.argument(0));
    const auto admin = invocation.line.value("admin").value_or("admin@" + tenant.name);
    const auto password = add_admin(people, tenant, admin);
    invocation.print(
        {json::Object{
             {"name", tenant.name}, {"uid", tenant.uid}, {"admin", admin}, {"password", password}},
         {{cli::Section::Shape::card,
           "",
           {{"Tenant", "name"},
            {"UID", "uid"},
            {"Administrator", "admin"},
            {"Password", "password"}}}}});
    invocation.console().tell("The password is shown this once; only its hash is kept.\n");
    return 0;
}

int tenant_ls(cli::Invocation& invocation) {
    People people(invocation);
    json::Array rows;
    for (const auto& tenant : people.realm().tenants().list())
        rows.push_back(row_of(people, tenant));
    invocation.print({std::move(rows),
                      {{cli::Section::Shape::rows,
                        "",
                        {{"TENANT", "name"},
                         {"UID", "uid"},
                         {"USERS", "users"},
                         {"ADMINISTRATORS", "admins", cli::Column::Kind::list}}}}});
    return 0;
}

int tenant_rm(cli::Invocation& invocation) {
    People people(invocation);
    const auto tenant = people.named(invocation.line.argument(0));
    people.realm().remove_tenant(tenant.uid);
    invocation.print({json::Object{{"name", tenant.name}, {"uid", tenant.uid}},
                      {{cli::Section::Shape::card, "", {{"Removed", "name"}, {"UID", "uid"}}}}});
    return 0;
}

cli::Argument tenant_argument() {
    return {.name = "NAME", .help = "the tenant"};
}

cli::Command tenant_add_command() {
    auto flags = data_flags();
    flags.insert(flags.begin(),
                 {.name = "admin",
                  .value = "USER",
                  .help = "the name of its first administrator; admin@NAME without it"});
    return {.name = "tenant add",
            .summary = "Add a tenant, with an administrator",
            .description =
                "A tenant has registries, users, projects, keys and an audit trail of its own, and "
                "sees nothing of another's. Its administrator's password is made and printed once. "
                "The registry that berth serve serves is the first tenant's: users of others may "
                "pull from it what is public.",
            .examples = {{"with the administrator admin@acme", "berth tenant add acme"},
                         {"with another one", "berth tenant add acme --admin ann@acme.example"}},
            .arguments = {tenant_argument()},
            .flags = std::move(flags),
            .run = tenant_add};
}

cli::Command tenant_ls_command() {
    return {.name = "tenant ls",
            .summary = "List the tenants",
            .description = "The first one is the one that the registry of berth serve is for.",
            .examples = {{"all tenants", "berth tenant ls"},
                         {"for a script", "berth tenant ls -o json"}},
            .arguments = {},
            .flags = data_flags(),
            .run = tenant_ls};
}

cli::Command tenant_rm_command() {
    return {.name = "tenant rm",
            .summary = "Remove a tenant with all that it has",
            .description =
                "Its users, keys, projects and audit trail go at once, also for sessions that are "
                "open; what it has registered goes within minutes while berth serve runs. The "
                "first tenant stays.",
            .examples = {{"one tenant", "berth tenant rm acme"},
                         {"of a registry elsewhere", "berth tenant rm acme --data /var/lib/berth"}},
            .arguments = {tenant_argument()},
            .flags = data_flags(),
            .run = tenant_rm};
}

} // namespace

std::vector<cli::Command> tenant_commands() {
    return {tenant_add_command(), tenant_ls_command(), tenant_rm_command()};
}

} // namespace berth::app
