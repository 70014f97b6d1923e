// Door: the registered registries by their names, for the clients of the registry in this server:
// "/v2/ecr-prod/team/app/…" is team/app of the registry that is registered as "ecr-prod".
//
// A name leads where its user's tenant registered it, and for nobody else. It needs the right to
// see registries, which the management API asks for as well, and the right to pull such a name:
// users of the registry's own tenant have it by their grants, those of others by their role;
// anonymous clients if a public prefix names the registry. What is in this server goes first:
// a name that repositories here begin with leads nowhere in the registry's own tenant.
#pragma once

#include "access/users.hpp"
#include "api/places.hpp"
#include "base/synchronized.hpp"
#include "hosting/hosted_registry.hpp"
#include "identity/realm.hpp"
#include "registration/book.hpp"
#include "registration/open.hpp"
#include "server/read_through.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::app {

/// All must outlive it.
struct DoorParts {
    registration::Book& book;
    registration::Opener& opener;
    identity::Realm& realm;
    access::Users& users;
    hosting::HostedRegistry& registry;
    api::Places::Limits limits; ///< of those who read at a time
    std::string server = {};    ///< this one's name in Via
};

/// Any thread. Must outlive what it gives.
class Door {
public:
    explicit Door(DoorParts parts) : parts_(parts), readers_(parts.limits) {}

    /// As server::FindRegistered. The name may have a region behind two underscores,
    /// "ecr-prod__us-east-1": then content comes from there as long as that answers.
    std::optional<server::RegisteredRepository> find(const std::string& user,
                                                     std::string_view repository);

private:
    /// What the first component of a repository's name says.
    struct Name {
        std::string registry; ///< its key
        std::string region;   ///< "": none in particular
    };
    struct Visitor {
        std::string tenant;
        access::Actions actions;
    };
    struct Known {
        std::uint64_t changes = 0; ///< of the book, when they were read
        std::set<std::string, std::less<>> names = {};
    };

    std::optional<Name> name_in(std::string_view component);
    std::optional<Visitor> visitor(const std::string& user, std::string_view repository);
    bool is_here(std::string_view component);
    struct Wanted {
        std::string user;
        std::string repository;
        std::string region;
    };
    server::Reading open(const registration::Registration& registration, const Wanted& wanted,
                         const std::vector<std::string>& passed_on_by);
    void refuse_circle(const std::vector<std::string>& passed_on_by) const;

    DoorParts parts_;
    api::Places readers_;
    Synchronized<Known> known_;
};

} // namespace berth::app
