#include "registration/open.hpp"

#include "registration/test_certificates.hpp"
#include "registration/test_server.hpp"
#include "registration/test_support.hpp"

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

namespace {

struct OpenFixture {
    db::TemporaryDatabase database;
    SystemClock clock;
    Book book{database.path(), seal::Sealer(seal::Keyring::generate()), {.loopback = true}, clock};
    Opener opener{book, real_outside(clock)};

    Registration add(const std::string& endpoint, const std::string& ca = "") {
        Draft draft = draft_with_password("One");
        draft.spec.endpoint = endpoint;
        draft.spec.tls.ca = ca;
        return book.add("acme", draft).registration;
    }
};

std::string names(registry::Registry& registry) {
    std::string all;
    for (const std::string& name : registry.repositories("", 10).names) all += name + " ";
    return all;
}

} // namespace

TEST_CASE_FIXTURE(OpenFixture, "a name becomes a registry with its CA and password") {
    const Authority authority;
    TestServer server(authority.issue(), basic_login("ada", "hunter2"));
    const Registration one = add(server.endpoint(), authority.pem());
    const auto opened = opener.open("acme", one.uid);
    CHECK(names(*opened) == "team/app ");
    CHECK(opened->repository("team/app")->manifest("v1").has_value());
    CHECK(opened == opener.open("acme", one.uid));
}

TEST_CASE_FIXTURE(OpenFixture, "after an edit it is opened anew, and the old one still works") {
    TestServer server({}, basic_login("ada", "hunter2"));
    const Registration one = add(server.endpoint());
    const auto before = opener.open("acme", one.uid);
    Draft wrong = draft_with_password("One", "wrong");
    wrong.spec.endpoint = server.endpoint();
    book.update("acme", one.uid, wrong, {});
    const auto after = opener.open("acme", one.uid);
    CHECK(before != after);
    try {
        after->ping();
        FAIL("was let in");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::unauthorized);
        // Whoever has a form before them has no command line.
        CHECK(error.hint() == "give its user name and password, or its token");
    }
    CHECK_NOTHROW(before->ping());
}

TEST_CASE_FIXTURE(OpenFixture, "what is closed goes when nobody uses it any more") {
    TestServer server;
    const Registration one = add(server.endpoint());
    std::weak_ptr<registry::Registry> watched;
    {
        const auto opened = opener.open("acme", one.uid);
        watched = opened;
        opener.close(one.uid);
        CHECK_NOTHROW(opened->ping());
    }
    CHECK(watched.expired());
    opener.close(one.uid);
}

TEST_CASE_FIXTURE(OpenFixture,
                  "for a request that other servers passed on it is opened by itself") {
    TestServer server({}, basic_login("ada", "hunter2"));
    const Registration one = add(server.endpoint());
    std::weak_ptr<registry::Registry> own = opener.open("acme", one.uid);
    std::weak_ptr<registry::Registry> passed_on = opener.open("acme", one.uid, "1.1 berth-a");
    CHECK(own.lock() != passed_on.lock());
    CHECK(own.lock() == opener.open("acme", one.uid));
    CHECK(passed_on.lock() == opener.open("acme", one.uid, "1.1 berth-a"));
    opener.close(one.uid);
    CHECK(own.expired());
    CHECK(passed_on.expired());
}

TEST_CASE_FIXTURE(OpenFixture, "what is not registered, or of another tenant, is not there") {
    TestServer server;
    const Registration one = add(server.endpoint());
    CHECK(refusal_of([&] { opener.open("other", one.uid); }).code == ErrorCode::not_found);
    CHECK(refusal_of([&] { opener.open("acme", "none"); }).code == ErrorCode::not_found);
}

TEST_CASE_FIXTURE(OpenFixture, "a client certificate is shown from memory where one is asked for") {
    const Authority authority;
    const Authority clients("Clients");
    StrictServer server(authority, clients.pem());
    struct Case {
        const Authority* issuer; ///< of what is shown
        bool let_in;
    };
    for (const Case& each : {Case{&clients, true}, Case{&authority, false}, Case{nullptr, false}}) {
        Access access;
        access.spec.tls.ca = authority.pem();
        access.spec.endpoint = server.endpoint();
        access.endpoint =
            normalise_endpoint({.endpoint = access.spec.endpoint}, {.loopback = true});
        if (each.issuer != nullptr) {
            const auto own = each.issuer->issue();
            access.spec.tls.certificate = Authority::text(own.certificate_file);
            access.secrets.emplace(SecretField::tls_key, Secret(Authority::text(own.key_file)));
        }
        CHECK(access.trust().client_certificate == access.spec.tls.certificate);
        CHECK(access.trust().anchors == authority.pem());
        Opened opened(access, real_outside(clock), access.remote_options(), {});
        CHECK(opened.tls().key_file.starts_with("/proc/self/fd/") == (each.issuer != nullptr));
        if (each.let_in)
            CHECK_NOTHROW(opened.registry().ping());
        else
            CHECK_THROWS_AS(opened.registry().ping(), Error);
    }
}

TEST_CASE_FIXTURE(OpenFixture, "an ECR registry is not opened where there is no way to AWS") {
    Access access;
    access.spec.kind = Kind::ecr;
    access.spec.is_private = true;
    access.spec.endpoint = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    access.endpoint = normalise_endpoint({.endpoint = access.spec.endpoint, .is_ecr = true}, {});
    CHECK(refusal_of([&] {
              Opened opened(access, real_outside(clock), access.remote_options(), {});
          }).code == ErrorCode::unsupported);
}
