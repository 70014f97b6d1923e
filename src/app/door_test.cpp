// Which registered registry a repository's name leads to, and for whom.
#include "app/door.hpp"
#include "hosting/hosting_fixture.hpp"
#include "identity/identity_fixture.hpp"
#include "registration/regions_fixture.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::app {
namespace {

/// The ECR registry "Prod" of the tenant that the registry is for, in eu-west-1 and us-east-1, with
/// team/app:v1 in both; and the tenant acme with its admin ann, who has nothing registered.
struct DoorFixture : identity::IdentityFixture {
    DoorFixture() {
        for (const auto* region : {"eu-west-1", "us-east-1"})
            image = regions.push(region, "team/app", "v1", 3);
        acme = realm.add_tenant("acme").uid;
        users.put({.name = "ann",
                   .password_hash = cheap("vi"),
                   .membership = access::Membership{.tenant = acme, .admin = true}});
        add("Prod", realm.tenant().uid);
    }

    std::string add(const std::string& name, const std::string& tenant,
                    const std::string& content_path = "") {
        registration::Draft draft{
            .name = name, .spec = regions.spec(), .secrets = regions.ecr.secrets};
        draft.spec.base_content_path = content_path;
        return book.add(tenant, draft).registration.uid;
    }

    bool leads(const std::string& user, std::string_view repository) {
        return door.find(user, repository).has_value();
    }

    /// The region that serves the image by its digest.
    std::string served(std::string_view repository) {
        const auto reading = door.find("admin", repository)->open({});
        REQUIRE(reading.repository->manifest(image->digest.text()).has_value());
        return reading.region();
    }

    std::optional<ErrorCode> refusal(std::string_view repository) {
        const auto found = door.find("admin", repository);
        REQUIRE(found.has_value());
        return identity::code_of([&] { found->open({}); });
    }

    registration::testing::RegionsFixture regions;
    hosting::HostedFixture hosted;
    db::TemporaryDatabase registered;
    registration::Book book{registered.path(), seal::Sealer(seal::Keyring::generate()), {}, clock};
    registration::Opener opener{book, regions.outside};
    Door door{{.book = book,
               .opener = opener,
               .realm = realm,
               .users = users,
               .registry = hosted.registry(),
               .limits = {.all = 3, .each = 2},
               .server = "berth-0123456789abcdef"}};
    std::optional<oci::Descriptor> image;
    std::string acme;
};

} // namespace

TEST_CASE_FIXTURE(DoorFixture, "a name leads where the user's own tenant registered it") {
    CHECK(leads("admin", "prod/team/app"));
    CHECK(leads("vi", "prod/team/app"));
    CHECK_FALSE(leads("ed", "prod/team/app")); // is let into team/ alone
    CHECK_FALSE(leads("nobody", "prod/team/app"));
    CHECK_FALSE(leads("ann", "prod/team/app"));
    CHECK_FALSE(leads("admin", "prod"));
    CHECK_FALSE(leads("admin", "products/team/app"));

    const auto found = *door.find("admin", "prod/team/app");
    CHECK(found.registry == "Prod");
    CHECK(found.address == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app");

    // The same name in another tenant is another registry.
    add("PROD", acme, "other");
    CHECK(door.find("ann", "prod/team/app")->registry == "PROD");
    CHECK(door.find("admin", "prod/team/app")->registry == "Prod");
    const auto anns = door.find("ann", "prod/team/app");
    CHECK(anns->actions == access::Actions::all());
    CHECK(identity::code_of([&] { anns->open({}); }) == ErrorCode::name_unknown);
}

TEST_CASE_FIXTURE(DoorFixture,
                  "users who are disabled, and registrations that are gone, lead nowhere") {
    users.update("vi", [](access::User& user) { user.disabled = true; });
    CHECK_FALSE(leads("vi", "prod/team/app"));
    const auto uid = book.find_named(realm.tenant().uid, "prod")->uid;
    book.remove(realm.tenant().uid, uid, {});
    CHECK_FALSE(leads("admin", "prod/team/app"));
    add("prod", realm.tenant().uid);
    CHECK(leads("admin", "prod/team/app"));
}

TEST_CASE_FIXTURE(DoorFixture,
                  "everybody reads what a public prefix names, and not what is below all") {
    users.set_public_prefixes({""});
    CHECK_FALSE(leads("", "prod/team/app"));
    CHECK_FALSE(leads("ed", "prod/team/app"));
    users.set_public_prefixes({"prod/team"});
    CHECK(leads("", "prod/team/app"));
    CHECK(leads("ed", "prod/team/app"));
    CHECK_FALSE(leads("", "prod/other"));
}

TEST_CASE_FIXTURE(DoorFixture, "what is in this server goes first, in its own tenant") {
    add("prod", acme);
    hosted.push_image("prod/team/other", "layer", {"v1"});
    CHECK_FALSE(leads("admin", "prod/team/app"));
    CHECK(leads("ann", "prod/team/app"));
}

TEST_CASE_FIXTURE(DoorFixture, "a region may be named, and is where content comes from") {
    CHECK(served("prod/team/app") == "eu-west-1");
    CHECK(served("prod__us-east-1/team/app") == "us-east-1");
    CHECK(served("prod__eu-west-1/team/app") == "eu-west-1");
    CHECK(refusal("prod__us-west-2/team/app") == ErrorCode::name_unknown);
    CHECK_FALSE(leads("admin", "other__us-east-1/team/app"));
    regions.aws.refusals["us-east-1"] = "dark";
    regions.spoil = [](const net::SentRequest& sent) -> std::optional<net::HttpResponse> {
        if (sent.url.find(".us-east-1.") != std::string::npos)
            throw Error(ErrorCode::unreachable, "nobody answers");
        return std::nullopt;
    };
    CHECK(served("prod__us-east-1/team/app") == "eu-west-1");
}

TEST_CASE_FIXTURE(DoorFixture, "base content paths bound what can be read") {
    add("charts", realm.tenant().uid, "team/app");
    CHECK_FALSE(refusal("charts/team/app").has_value());
    CHECK(refusal("charts/team/application") == ErrorCode::name_unknown);
}

TEST_CASE_FIXTURE(DoorFixture, "a request that this server passed on already goes no further") {
    const auto found = *door.find("admin", "prod/team/app");
    std::vector<std::string> passed_on_by(7, "berth-fedcba9876543210");
    CHECK(found.open(passed_on_by).repository->manifest("v1").has_value());
    passed_on_by.push_back("berth-0000000000000000");
    CHECK(identity::code_of([&] { found.open(passed_on_by); }) == ErrorCode::conflict);
    CHECK(identity::code_of([&] { found.open({"berth-0123456789abcdef"}); }) ==
          ErrorCode::conflict);
}

TEST_CASE_FIXTURE(DoorFixture, "so many read at a time, and so many of them one user") {
    const auto found = *door.find("admin", "prod/team/app");
    std::vector<server::Reading> readings;
    for (int i = 0; i < 2; ++i) readings.push_back(found.open({}));
    CHECK(refusal("prod/team/app") == ErrorCode::too_many_requests);
    readings.push_back(door.find("vi", "prod/team/app")->open({}));
    CHECK(identity::code_of([&] { door.find("vi", "prod/team/app")->open({}); }) ==
          ErrorCode::too_many_requests);
    readings.clear();
    CHECK_FALSE(refusal("prod/team/app").has_value());
}

} // namespace berth::app
