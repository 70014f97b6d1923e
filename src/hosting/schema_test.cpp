#include "hosting/schema.hpp"
#include "hosting/hosting_fixture.hpp"

namespace berth::hosting {

TEST_CASE("an index of the first schema is brought up to date with its rows") {
    const Scratch scratch;
    ManualClock clock;
    const auto child = codec::digest_of("child").text();
    {
        db::Connection connection(scratch.path / "registry.sqlite");
        db::migrate(connection, migrations().first(1));
        connection.run("INSERT INTO repositories (id, name, manifests) VALUES (1, 'team/a', 2)");
        connection.run("INSERT INTO blobs (id, digest, size, links) VALUES (1, $1, 5, 1)",
                       codec::digest_of("layer").text());
        connection.run("INSERT INTO links (repository, blob, unused_since) VALUES (1, 1, 0)");
        const auto insert = [&](std::string_view type, const std::string& bytes) {
            connection.run(
                "INSERT INTO manifests (repository, digest, media_type, artifact_type, "
                "annotations, pushed_at, bytes) "
                "VALUES (1, $1, $2, '', '{}', 0, CAST($3 AS BLOB))",
                codec::digest_of(bytes).text(), type, bytes);
        };
        insert(oci::media_type::oci_index,
               fmt::format(R"({{"manifests": [{{"digest": "{}"}}]}})", child));
        insert(oci::media_type::oci_manifest,
               fmt::format(R"({{"config": {{"mediaType": "{}"}}}})", oci::media_type::helm_config));
    }
    Index index(scratch.path / "registry.sqlite", clock,
                {.quotas = {{.prefix = "team", .bytes = 1000}}});
    index.database().read([&](db::Connection& connection) {
        auto found = connection.prepare("SELECT child FROM children");
        REQUIRE(found.next());
        CHECK(found.text(0) == child);
        CHECK_FALSE(found.next());
        CHECK(recount(connection).empty());
        return true;
    });
    const std::array wanted{oci::media_type::helm_config};
    CHECK(index.repositories({.config_types = wanted}, "", 10).names ==
          std::vector<std::string>{"team/a"});
    CHECK(index.usage("team").objects == 3);
    CHECK(index.blob_totals().blobs == 1);
    CHECK(index.blob_totals().bytes == 5);
}

TEST_CASE("reading beside a server needs its schema and changes nothing") {
    const Scratch scratch;
    ManualClock clock;
    const auto file = scratch.path / "registry.sqlite";
    CHECK(code_of([&] { Index(file, clock, {}, Index::Mode::reading); }) == ErrorCode::not_found);
    {
        db::Connection connection(file);
        db::migrate(connection, migrations().first(1));
    }
    CHECK(code_of([&] { Index(file, clock, {}, Index::Mode::reading); }) == ErrorCode::conflict);
    Index serving(file, clock);
    Index reading(file, clock, {}, Index::Mode::reading);
    serving.link_blob("a", codec::digest_of("x"), 1);
    CHECK(reading.usage("").bytes == 1);
    CHECK(reading.usage("a").objects == 1);
}

} // namespace berth::hosting
