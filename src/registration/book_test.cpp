#include "registration/book.hpp"

#include "db/connection.hpp"
#include "registration/book_rows.hpp"
#include "registration/test_support.hpp"
#include "registration/with_secrets.hpp"

#include <array>
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

namespace {

constexpr const char* tenant = "acme";

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

} // namespace

TEST_CASE("a spec comes back from the database as it was written") {
    Spec spec{.kind = Kind::ecr,
              .endpoint = " 1.dkr.ecr.eu-west-1.amazonaws.com ",
              .base_content_path = "a, b",
              .provider_type = "pack",
              .is_sync_supported = true,
              .is_private = true,
              .default_region = "eu-west-1"};
    spec.tls = {.enabled = false, .skip_verify = true, .certificate = "c", .ca = "a\nb"};
    spec.aws = {.credential_type = "sts",
                .access_key = "AKIA",
                .sts_arn = "arn:aws:iam::1:role/r",
                .sts_external_id = "e",
                .partition = "aws-us-gov",
                .policy_arns = {"p", "q"}};
    spec.labels = {{"team", "a"}, {"bare", ""}};
    spec.annotations = {{"description", "b\n\"c\""}};
    CHECK(read_spec(write_spec(spec)) == spec);
    CHECK(refusal_of([] { read_spec("{}"); }).code == ErrorCode::corrupt);
    CHECK(refusal_of([] { read_spec(R"({"kind":"basic","endpoint":"x","auth":"magic"})"); }).code ==
          ErrorCode::corrupt);
}

TEST_CASE_FIXTURE(BookFixture, "what is added is found, with its secret sealed and not shown") {
    const Saved saved = book.add(tenant, draft_with_password("Harbor", "correct horse battery"));
    const Registration& added = saved.registration;
    CHECK(added.uid.size() == 24);
    CHECK(added.version == 1);
    CHECK(added.etag() == "\"1\"");
    REQUIRE(added.secrets.size() == 1);
    CHECK(added.secrets[0].field == SecretField::password);
    CHECK(milliseconds(added.created) == milliseconds(clock.wall_now()));
    const auto found = book.find(tenant, added.uid);
    REQUIRE(found.has_value());
    CHECK(found->spec == draft_with_password("Harbor").spec);
    CHECK(book.secrets_of(*found).at(SecretField::password).reveal() == "correct horse battery");
    CHECK(book.find_named(tenant, "hARBOR")->uid == added.uid);
    for (const auto& entry : std::filesystem::directory_iterator(database.path().parent_path()))
        CHECK(bytes_of(entry.path()).find("correct horse") == std::string::npos);
}

TEST_CASE_FIXTURE(BookFixture, "the endpoint is echoed byte for byte and used normalised") {
    const Saved saved = book.add(tenant, draft_of("hub", "oci://Registry.Example/x/v2/"));
    CHECK(saved.registration.spec.endpoint == "oci://Registry.Example/x/v2/");
    CHECK(saved.registration.endpoint.text() == "https://registry.example/x");
    CHECK(has_note(saved.notes, "path_moved"));
}

TEST_CASE_FIXTURE(BookFixture, "a name is taken once per tenant, whatever its case") {
    book.add(tenant, draft_of("Häfen"));
    const Refusal refusal = refusal_of([&] { book.add(tenant, draft_of("HÄFEN")); });
    CHECK(refusal.code == ErrorCode::conflict);
    CHECK(refusal.field == "metadata.name");
    CHECK(refusal.says("Häfen"));
    CHECK_NOTHROW(book.add("other tenant", draft_of("häfen")));
    const Saved second = book.add(tenant, draft_of("second"));
    CHECK(refusal_of([&] {
              book.update(tenant, second.registration.uid, draft_of("häfen"), {});
          }).field == "metadata.name");
    CHECK_NOTHROW(book.update(tenant, second.registration.uid, draft_of("Second"), {}));
}

TEST_CASE_FIXTURE(BookFixture, "of those who take one name at the same time, one gets it") {
    std::atomic<int> added = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> racers;
        for (int i = 0; i < 8; ++i)
            racers.emplace_back([&, i] {
                try {
                    book.add(tenant, draft_of(i % 2 == 0 ? "Race" : "rACE"));
                    ++added;
                } catch (const Error& error) {
                    if (error.code() == ErrorCode::conflict) ++refused;
                }
            });
    }
    CHECK(added == 1);
    CHECK(refused == 7);
}

TEST_CASE_FIXTURE(BookFixture, "a stale edit is a conflict and changes nothing") {
    const std::string uid = book.add(tenant, draft_of("one")).registration.uid;
    const Saved edited = book.update(tenant, uid, draft_of("two"), 1);
    CHECK(edited.registration.version == 2);
    CHECK(refusal_of([&] { book.update(tenant, uid, draft_of("three"), 1); }).code ==
          ErrorCode::conflict);
    CHECK(refusal_of([&] { book.remove(tenant, uid, 1); }).code == ErrorCode::conflict);
    CHECK(book.find(tenant, uid)->name == "two");
    book.remove(tenant, uid, 2);
    CHECK_FALSE(book.find(tenant, uid).has_value());
}

TEST_CASE_FIXTURE(BookFixture, "another tenant's registry is not there") {
    const std::string uid = book.add(tenant, draft_of("one")).registration.uid;
    CHECK_FALSE(book.find("other", uid).has_value());
    CHECK_FALSE(book.find_named("other", "one").has_value());
    CHECK(book.list("other", "", 10).empty());
    CHECK(refusal_of([&] { book.update("other", uid, draft_of("x"), {}); }).code ==
          ErrorCode::not_found);
    CHECK(refusal_of([&] { book.remove("other", uid, {}); }).code == ErrorCode::not_found);
    CHECK(refusal_of([&] { book.check("other", uid, draft_of("x")); }).code ==
          ErrorCode::not_found);
}

TEST_CASE_FIXTURE(BookFixture, "secrets that are not typed, or come masked, stay") {
    const std::string uid = book.add(tenant, draft_with_password("one")).registration.uid;
    clock.advance(std::chrono::minutes(5));
    for (const char* typed : {"", "********"}) {
        Draft draft = draft_with_password("one", typed);
        draft.spec.username = "grace";
        const Saved saved = book.update(tenant, uid, draft, {});
        CHECK(book.secrets_of(saved.registration).at(SecretField::password).reveal() == "hunter2");
        CHECK(saved.registration.secrets[0].set_at == saved.registration.created);
    }
    const Saved fresh = book.update(tenant, uid, draft_with_password("one", "new"), {});
    CHECK(book.secrets_of(fresh.registration).at(SecretField::password).reveal() == "new");
    CHECK(fresh.registration.secrets[0].set_at == fresh.registration.modified);
    // And one that is not used any more goes.
    const Saved none = book.update(tenant, uid, draft_of("one"), {});
    CHECK(none.registration.secrets.empty());
    CHECK(book.secrets_of(none.registration).empty());
}

TEST_CASE_FIXTURE(BookFixture,
                  "another origin wants the secret typed again, another path does not") {
    const std::string uid = book.add(tenant, draft_with_password("one")).registration.uid;
    Draft moved = draft_with_password("one", "");
    moved.spec.endpoint = "https://registry.test:5000/sub";
    CHECK_NOTHROW(book.update(tenant, uid, moved, {}));
    for (const char* elsewhere :
         {"https://evil.test:5000", "https://registry.test", "http://registry.test:5000"}) {
        moved.spec.endpoint = elsewhere;
        const Refusal refusal = refusal_of([&] { book.update(tenant, uid, moved, {}); });
        CHECK(refusal.field == "spec.auth.password");
        CHECK(refusal.says("typed again"));
        // Nor is it lent to a validation of the draft.
        CHECK(refusal_of([&] { book.check(tenant, uid, moved); }).field == "spec.auth.password");
    }
    Draft typed = draft_with_password("one", "hunter2");
    typed.spec.endpoint = "https://evil.test:5000";
    CHECK_NOTHROW(book.update(tenant, uid, typed, {}));
}

TEST_CASE_FIXTURE(BookFixture, "a row that somebody edited in the database does not open") {
    const Registration one = book.add(tenant, draft_with_password("one")).registration;
    const Registration two = book.add(tenant, draft_with_password("two", "other")).registration;
    db::Connection direct(database.path());
    Spec evil = one.spec;
    evil.endpoint = "https://evil.test";
    direct.run("UPDATE registrations SET spec = $2 WHERE uid = $1", std::string_view(one.uid),
               std::string_view(write_spec(evil)));
    CHECK(refusal_of([&] { book.secrets_of(*book.find(tenant, one.uid)); }).says("another origin"));
    direct.run(
        "UPDATE registration_secrets SET sealed = (SELECT sealed FROM registration_secrets WHERE "
        "registration = $1) WHERE registration = $2",
        std::string_view(one.uid), std::string_view(two.uid));
    CHECK(refusal_of([&] { book.secrets_of(*book.find(tenant, two.uid)); }).says("another owner"));
}

TEST_CASE_FIXTURE(BookFixture, "a row that cannot be read keeps nobody from starting, and can go") {
    const std::string good = book.add(tenant, draft_with_password("one")).registration.uid;
    const std::string bad = book.add(tenant, draft_with_password("two")).registration.uid;
    db::Connection direct(database.path());
    for (const std::string& spec : {std::string("nonsense"), [] {
                                        Spec refused;
                                        refused.endpoint =
                                            "https://a b"; // by rules that came later
                                        return write_spec(refused);
                                    }()}) {
        direct.run("UPDATE registrations SET spec = $2 WHERE uid = $1", std::string_view(bad),
                   std::string_view(spec));
        const auto counts = book.reseal();
        CHECK(counts.current == 1);
        CHECK(counts.unopened == 1);
        const Refusal refusal = refusal_of([&] { book.list(tenant, "", 10); });
        CHECK(refusal.code == ErrorCode::corrupt);
        CHECK(refusal.says(bad));
    }
    book.remove(tenant, bad, {});
    CHECK(book.list(tenant, "", 10).at(0).uid == good);
}

TEST_CASE_FIXTURE(BookFixture, "an AWS session token goes with the keys that it belonged to") {
    Draft draft = draft_of("ecr", "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    draft.spec.kind = Kind::ecr;
    draft.spec.is_private = true;
    draft.spec.aws.access_key = "ASIAIOSFODNN7EXAMPLE";
    draft.secrets.emplace(SecretField::aws_secret_key, Secret("secret"));
    draft.secrets.emplace(SecretField::aws_secret_token, Secret("session"));
    const Draft temporary = draft;
    const std::string uid = book.add(tenant, draft).registration.uid;
    const auto has_token = [&] {
        return book.secrets_of(*book.find(tenant, uid)).contains(SecretField::aws_secret_token);
    };
    draft.secrets.clear(); // nothing is typed: all stays
    book.update(tenant, uid, draft, {});
    CHECK(has_token());
    draft.spec.aws.access_key = "AKIAIOSFODNN7EXAMPLE";
    draft.secrets.emplace(SecretField::aws_secret_key, Secret("permanent"));
    draft.secrets.emplace(SecretField::aws_secret_token, Secret("****"));
    book.update(tenant, uid, draft, {});
    CHECK_FALSE(has_token());
    book.update(tenant, uid, temporary, {});
    CHECK(has_token());
}

TEST_CASE_FIXTURE(BookFixture, "secrets are those of the version that was read, or none") {
    const Registration before = book.add(tenant, draft_with_password("one")).registration;
    Draft moved = draft_with_password("one", "other");
    moved.spec.endpoint = "https://elsewhere.test";
    book.update(tenant, before.uid, moved, {});
    CHECK(refusal_of([&] { book.secrets_of(before); }).code == ErrorCode::conflict);
    const auto now = find_with_secrets(book, tenant, before.uid);
    REQUIRE(now);
    CHECK(now->registration.version == 2);
    CHECK(now->secrets.at(SecretField::password).reveal() == "other");
    CHECK_FALSE(find_with_secrets(book, "others", before.uid));
}

TEST_CASE_FIXTURE(BookFixture, "after a key rotation everything is sealed again once") {
    const Registration one = book.add(tenant, draft_with_password("one")).registration;
    book.add(tenant, draft_with_password("two"));
    const seal::Keyring rotated = keys.with_fresh_key();
    Book during(database.path(), seal::Sealer(rotated), policy, clock);
    const auto first = during.reseal();
    CHECK(first.resealed == 2);
    CHECK(during.reseal().current == 2);
    Book after(database.path(), seal::Sealer(rotated.without_old_keys()), policy, clock);
    CHECK(after.secrets_of(*after.find(tenant, one.uid)).at(SecretField::password).reveal() ==
          "hunter2");
    CHECK(refusal_of([&] { book.secrets_of(one); }).says("not in the keyring"));
    CHECK(book.reseal().unopened == 2);
}

TEST_CASE_FIXTURE(BookFixture, "fields are checked one by one and named") {
    const auto field_of = [&](auto&& change) {
        Draft draft = draft_with_password("one");
        change(draft);
        return refusal_of([&] { book.add(tenant, draft); }).field;
    };
    CHECK(field_of([](Draft& d) { d.name = " "; }) == "metadata.name");
    CHECK(field_of([](Draft& d) { d.spec.username = ""; }) == "spec.auth.username");
    CHECK(field_of([](Draft& d) { d.spec.username = "a:b"; }) == "spec.auth.username");
    CHECK(field_of([](Draft& d) { d.spec.username = "a\r\nX: y"; }) == "spec.auth.username");
    CHECK(field_of([](Draft& d) { d.secrets.clear(); }) == "spec.auth.password");
    CHECK(field_of([](Draft& d) {
              d.secrets.insert_or_assign(SecretField::password, Secret("a\nb"));
          }) == "spec.auth.password");
    CHECK(field_of([](Draft& d) {
              d.secrets.insert_or_assign(SecretField::password, Secret(std::string(20'000, 'x')));
          }) == "spec.auth.password");
    CHECK(field_of([](Draft& d) { d.spec.auth = AuthType::token; }) == "spec.auth.token");
    CHECK(field_of([](Draft& d) { d.spec.provider_type = "npm"; }) == "spec.providerType");
    CHECK(field_of([](Draft& d) { d.spec.is_sync_supported = true; }) == "spec.baseContentPath");
    CHECK(field_of([](Draft& d) { d.spec.tls.ca = "no PEM"; }) == "spec.auth.tls.ca");
    CHECK(field_of([](Draft& d) {
              d.spec.tls.certificate =
                  "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
          }) == "spec.auth.tls.certificate");
    CHECK(field_of([](Draft& d) { d.spec.tls.ca = "-----BEGIN PRIVATE KEY-----\n"; }) ==
          "spec.auth.tls.ca");
    CHECK(field_of([](Draft& d) { d.spec.endpoint = "http://169.254.169.254"; }) ==
          "spec.endpoint");
}

TEST_CASE("this server's identity takes on another tenant's role by that tenant's id alone") {
    db::TemporaryDatabase database;
    ManualClock clock;
    Book book(database.path(), seal::Sealer(seal::Keyring::generate()), {}, clock, "owner");
    Draft draft = draft_of("ecr", "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    draft.spec.kind = Kind::ecr;
    draft.spec.is_private = true;
    draft.spec.aws.credential_type = "pod-identity";
    draft.spec.aws.pod_role_arn = "arn:aws:iam::123456789012:role/theirs";
    CHECK_NOTHROW(book.check("owner", "", draft));
    const auto field = [&] { return refusal_of([&] { book.add(tenant, draft); }).field; };
    CHECK(field() == "spec.credentials.credentialType");
    draft.spec.aws.credential_type = "sts";
    draft.spec.aws.sts_arn = draft.spec.aws.pod_role_arn;
    CHECK(field() == "spec.credentials.sts.externalId");
    draft.spec.aws.sts_external_id = book.external_id("owner");
    CHECK(field() == "spec.credentials.sts.externalId");
    CHECK(refusal_of([&] { book.check(tenant, "", draft); }).code == ErrorCode::usage);
    draft.spec.aws.sts_external_id = book.external_id(tenant);
    const auto made = book.add(tenant, draft).registration;
    draft.spec.aws.sts_external_id.clear();
    CHECK(refusal_of([&] { book.update(tenant, made.uid, draft, {}); }).code == ErrorCode::usage);
    draft.name = "other";
    CHECK_NOTHROW(book.add("owner", draft));
}

TEST_CASE_FIXTURE(BookFixture, "ECR drafts keep Palette's rules") {
    const auto ecr = [] {
        Draft draft = draft_of("ecr", "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
        draft.spec.kind = Kind::ecr;
        draft.spec.is_private = true;
        draft.spec.aws.access_key = "AKIAIOSFODNN7EXAMPLE";
        draft.secrets.emplace(SecretField::aws_secret_key, Secret("wJalrXUtnFEMI"));
        return draft;
    };
    const auto field_of = [&](auto&& change) {
        Draft draft = ecr();
        change(draft);
        return refusal_of([&] { book.add(tenant, draft); }).field;
    };
    CHECK(field_of([](Draft& d) { d.spec.provider_type = "zarf"; }) == "spec.providerType");
    CHECK(field_of([](Draft& d) { d.secrets.clear(); }) == "spec.credentials.secretKey");
    CHECK(field_of([](Draft& d) { d.spec.aws.access_key = ""; }) == "spec.credentials.accessKey");
    CHECK(field_of([](Draft& d) { d.spec.aws.credential_type = "magic"; }) ==
          "spec.credentials.credentialType");
    CHECK(field_of([](Draft& d) { d.spec.aws.credential_type = "sts"; }) ==
          "spec.credentials.sts.arn");
    CHECK(field_of([](Draft& d) {
              d.spec.aws.credential_type = "sts";
              d.spec.aws.sts_arn = "arn:aws:iam::1:user/x";
          }) == "spec.credentials.sts.arn");
    const Saved saved = book.add(tenant, ecr());
    CHECK(book.secrets_of(saved.registration).at(SecretField::aws_secret_key).reveal() ==
          "wJalrXUtnFEMI");
    Draft open = ecr();
    open.name = "public";
    open.spec.is_private = false;
    CHECK(book.add(tenant, open).registration.secrets.empty());
}

TEST_CASE_FIXTURE(BookFixture, "kind and synchronization are chosen once") {
    const std::string uid = book.add(tenant, draft_of("one")).registration.uid;
    Draft other = draft_of("one");
    other.spec.kind = Kind::ecr;
    CHECK(refusal_of([&] { book.update(tenant, uid, other, {}); }).field == "kind");
    Draft synced = draft_of("one");
    synced.spec.is_sync_supported = true;
    synced.spec.base_content_path = "charts";
    CHECK(refusal_of([&] {
              book.update(tenant, uid, synced, {});
          }).says("Registry synchronization setting cannot be changed"));
}

TEST_CASE_FIXTURE(BookFixture, "a validation is kept with the version that it was about") {
    const Registration one = book.add(tenant, draft_of("one")).registration;
    const LastValidation outcome{.at = one.created, .result = "ok", .report = "{}"};
    CHECK(book.record_validation(one, outcome));
    const Registration seen = *book.find(tenant, one.uid);
    CHECK(seen.last_validation == outcome);
    CHECK(seen.version == 1);
    // A change of the address makes it untrue, a change of the name does not.
    CHECK(book.update(tenant, one.uid, draft_of("renamed"), {})
              .registration.last_validation.has_value());
    CHECK_FALSE(book.update(tenant, one.uid, draft_of("renamed", "https://other.test"), {})
                    .registration.last_validation.has_value());
    CHECK_FALSE(book.record_validation(one, outcome));
}

TEST_CASE_FIXTURE(BookFixture, "a new password makes the last validation untrue") {
    const Registration one = book.add(tenant, draft_with_password("one")).registration;
    CHECK(book.record_validation(one, {.at = one.created, .result = "ok", .report = "{}"}));
    CHECK(book.update(tenant, one.uid, draft_with_password("one", "****"), {})
              .registration.last_validation.has_value());
    CHECK_FALSE(book.update(tenant, one.uid, draft_with_password("one", "new"), {})
                    .registration.last_validation.has_value());
}

TEST_CASE_FIXTURE(BookFixture, "PEM text that is no certificate is refused with what is wrong") {
    const std::string begin = "-----BEGIN CERTIFICATE-----\n";
    const std::string end = "-----END CERTIFICATE-----\n";
    const struct {
        const char* what;
        std::string text;
        const char* says;
    } cases[] = {{"words", "hello", "no certificate"},
                 {"another kind of PEM",
                  "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no certificate"},
                 {"no base64", begin + "%%%%\n" + end, "damaged"},
                 {"no DER", begin + "AAAA\n" + end, "damaged"},
                 {"cut off", begin + "MIIB", "damaged"},
                 {"empty", begin + end, "damaged"},
                 {"a private key", "-----BEGIN EC PRIVATE KEY-----\n", "private key"},
                 {"DER bytes", std::string("\x30\x82\x01\x00\x00", 5), "no certificate"},
                 {"too long", std::string(300'000, 'x'), "longer"}};
    for (const auto& each : cases) {
        CAPTURE(each.what);
        Draft draft = draft_of("one");
        draft.spec.tls.ca = each.text;
        const Refusal refusal = refusal_of([&] { book.add(tenant, draft); });
        CHECK(refusal.field == "spec.auth.tls.ca");
        CHECK_MESSAGE(refusal.says(each.says), refusal.message);
    }
}

TEST_CASE_FIXTURE(BookFixture, "lists are sorted by name without regard to case and paged") {
    for (const char* name : {"beta", "Alpha", "gamma", "Delta"}) book.add(tenant, draft_of(name));
    const auto names = [&](std::string_view after, std::size_t limit) {
        std::string all;
        for (const Registration& each : book.list(tenant, after, limit)) all += each.name + " ";
        return all;
    };
    CHECK(names("", 10) == "Alpha beta Delta gamma ");
    CHECK(names("", 2) == "Alpha beta ");
    CHECK(names("BETA", 2) == "Delta gamma ");
    CHECK(names("gamma", 2).empty());
}

TEST_CASE("the book survives being opened again, also by a second process at once") {
    const db::TemporaryDatabase database;
    ManualClock clock;
    const seal::Keyring keys = seal::Keyring::generate();
    Book first(database.path(), seal::Sealer(keys), {}, clock);
    Book second(database.path(), seal::Sealer(keys), {}, clock);
    const std::string uid = first.add(tenant, draft_with_password("one")).registration.uid;
    CHECK(second.secrets_of(*second.find(tenant, uid)).size() == 1);
    CHECK(refusal_of([&] { second.add(tenant, draft_of("ONE")); }).code == ErrorCode::conflict);
}
