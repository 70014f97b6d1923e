#include "registration/content_index.hpp"

#include "codec/hasher.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "registration/refresh.hpp"
#include "registration/test_support.hpp"
#include "registry/memory_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

namespace {

/// A registry in memory that counts what is asked of it, and fails where a test says so.
class CountingRegistry final : public registry::Registry {
public:
    std::string name() const override { return "counting"; }
    void ping() override {}
    std::unique_ptr<registry::Repository> repository(std::string_view name) override {
        return std::make_unique<Counting>(*this, inner.repository(name), std::string(name));
    }
    registry::Page repositories(std::string_view after, std::size_t limit) override {
        if (no_catalog) throw Error(ErrorCode::unsupported, "no catalog");
        return inner.repositories(after, limit);
    }

    registry::MemoryRegistry inner;
    bool no_catalog = false;
    std::string failing = {}; ///< repositories that begin so
    ErrorCode failure = ErrorCode::upstream_failed;
    std::atomic<int> lists = 0;
    std::atomic<int> heads = 0;
    std::atomic<int> manifests = 0;
    std::atomic<int> blobs = 0;
    void forget_counts() { lists = heads = manifests = blobs = 0; }

private:
    class Counting final : public registry::Repository {
    public:
        Counting(CountingRegistry& all, std::unique_ptr<registry::Repository> inner,
                 std::string name)
            : all_(all), inner_(std::move(inner)), name_(std::move(name)) {}
        std::string name() const override { return name_; }
        std::optional<oci::Descriptor> resolve(std::string_view tag) override {
            ++all_.heads;
            return inner_->resolve(tag);
        }
        std::optional<registry::Document> manifest(std::string_view tag) override {
            ++all_.manifests;
            return inner_->manifest(tag);
        }
        bool has_blob(const oci::Descriptor& blob) override { return inner_->has_blob(blob); }
        std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t at) override {
            ++all_.blobs;
            return inner_->fetch(blob, at);
        }
        void push_blob(const oci::Descriptor& blob, const registry::OpenContent& open) override {
            inner_->push_blob(blob, open);
        }
        bool mount(const oci::Descriptor&, std::string_view) override { return false; }
        void push_manifest(const registry::Document& document, std::string_view tag) override {
            inner_->push_manifest(document, tag);
        }
        registry::Page tags(std::string_view after, std::size_t limit) override {
            ++all_.lists;
            if (name_.starts_with(all_.failing) && !all_.failing.empty())
                throw Error(all_.failure, "it is broken");
            return inner_->tags(after, limit);
        }
        std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                               std::string_view type) override {
            return inner_->referrers(subject, type);
        }

    private:
        CountingRegistry& all_;
        std::unique_ptr<registry::Repository> inner_;
        std::string name_;
    };
};

oci::Descriptor push(registry::Repository& to, std::string_view type, const std::string& content) {
    const oci::Descriptor blob{.media_type = std::string(type),
                               .digest = codec::digest_of(content),
                               .size = content.size()};
    to.push_blob(blob, [&] { return std::make_unique<MemorySource>(content); });
    return blob;
}

void push_with_config(registry::Registry& registry, std::string_view name, const std::string& tag,
                      std::string_view config_type, const std::string& config) {
    const auto to = registry.repository(name);
    const std::string bytes =
        oci::write_manifest({.media_type = std::string(oci::media_type::oci_manifest),
                             .artifact_type = "",
                             .config = push(*to, config_type, config),
                             .layers = {push(*to, oci::media_type::helm_chart, "archive " + tag)},
                             .subject = {},
                             .annotations = {}});
    to->push_manifest({{.media_type = std::string(oci::media_type::oci_manifest),
                        .digest = codec::digest_of(bytes),
                        .size = bytes.size()},
                       bytes},
                      tag);
}

void push_chart(registry::Registry& registry, std::string_view name, const std::string& version,
                const std::string& words = "Ships") {
    const std::string chart(name.substr(name.rfind('/') + 1));
    push_with_config(
        registry, name, version, oci::media_type::helm_config,
        fmt::format(R"({{"name":"{}","version":"{}","appVersion":"7.{}","description":"{}",)"
                    R"("icon":"https://example.test/{}.png","apiVersion":"v2"}})",
                    chart, version, version, words, chart));
}

struct IndexFixture {
    db::TemporaryDatabase database;
    ManualClock clock;
    ContentIndex index{database.path()};
    CountingRegistry registry;

    RefreshReport refreshed(RefreshOptions options = {}, std::vector<std::string> paths = {}) {
        return refresh(index, "r1", registry, paths, options, clock, {});
    }
    std::string names(RepositoryQuery query = {}) {
        std::string all;
        for (const auto& each : index.repositories("r1", query)) all += each.name + " ";
        return all;
    }
    std::string tags(std::string_view repository, TagQuery query = {}) {
        std::string all;
        for (const auto& each : index.tags("r1", repository, query)) all += each.tag + " ";
        return all;
    }
};

} // namespace

TEST_CASE_FIXTURE(IndexFixture, "charts are known by their config blobs alone") {
    push_chart(registry, "charts/pier", "1.2.0");
    push_chart(registry, "charts/pier", "1.10.0", "Ships and boats");
    push_with_config(registry, "apps/web", "v1", oci::media_type::oci_config, "{}");
    push_with_config(registry, "misc/sbom", "v1", "application/x.sbom", "{}");
    const RefreshReport report = refreshed();
    CHECK(report.repositories == 3);
    CHECK(report.tags == 4);
    CHECK(report.manifests_read == 4);
    CHECK(report.failures.empty());
    CHECK(names() == "apps/web charts/pier misc/sbom ");
    const auto pier = index.repository("r1", "charts/pier");
    REQUIRE(pier.has_value());
    CHECK(pier->kind == ContentKind::chart);
    CHECK(pier->tag_count == 2);
    CHECK(pier->latest_tag == "1.10.0");
    CHECK(pier->chart == ChartWords{.name = "pier",
                                    .version = "1.10.0",
                                    .app_version = "7.1.10.0",
                                    .description = "Ships and boats",
                                    .icon = "https://example.test/pier.png"});
    CHECK(index.repository("r1", "apps/web")->kind == ContentKind::image);
    CHECK(index.repository("r1", "misc/sbom")->kind == ContentKind::artifact);
    CHECK(tags("charts/pier") == "1.10.0 1.2.0 ");
    // The config blobs of two charts and an image, and not one archive.
    CHECK(registry.blobs == 3);
}

TEST_CASE_FIXTURE(IndexFixture, "an unchanged registry costs one list and a few HEADs") {
    for (int minor = 0; minor < 30; ++minor)
        push_chart(registry, "charts/pier", fmt::format("1.{}.0", minor));
    refreshed({.newest = 5});
    CHECK(registry.manifests == 5);
    registry.forget_counts();
    refreshed({.newest = 5});
    CHECK(registry.lists == 1);
    CHECK(registry.heads == 5);
    CHECK(registry.manifests == 0);
    CHECK(registry.blobs == 0);
    // One new version: one manifest and its config.
    push_chart(registry, "charts/pier", "2.0.0");
    registry.forget_counts();
    CHECK(refreshed({.newest = 5}).manifests_read == 1);
    CHECK(registry.blobs == 1);
    CHECK(index.repository("r1", "charts/pier")->latest_tag == "2.0.0");
    CHECK(index.repository("r1", "charts/pier")->tag_count == 31);
    CHECK(tags("charts/pier", {.limit = 3}) == "2.0.0 1.29.0 1.28.0 ");
    CHECK(tags("charts/pier", {.after = "1.28.0", .limit = 2}) == "1.27.0 1.26.0 ");
    CHECK(tags("charts/pier", {.search = "9.0"}) == "1.29.0 1.19.0 1.9.0 ");
}

TEST_CASE_FIXTURE(IndexFixture, "tags are listed by the age that their content tells") {
    const auto image = [&](const char* tag, const std::string& created) {
        push_with_config(registry, "apps/web", tag, oci::media_type::oci_config,
                         R"({"created":")" + created + "\"}");
    };
    image("1.0.0", "2026-03-01T00:00:00Z");
    image("2.0.0", "2026-01-01T00:00:00Z");
    image("3.0.0", "1970-01-01T00:00:00Z"); // as builds say that can be repeated
    image("4.0.0", "2026-02-01T12:00:00+01:00");
    image("5.0.0", "some day");
    CHECK(refreshed().failures.empty());
    constexpr auto age = TagOrder::age;
    CHECK(tags("apps/web", {.order = age}) == "1.0.0 4.0.0 2.0.0 5.0.0 3.0.0 ");
    const auto found = index.tags("r1", "apps/web", {.limit = 2, .order = age});
    REQUIRE(found.size() == 2);
    CHECK(found[1].created == 1'769'943'600'000);
    const TagQuery rest{.after = "4.0.0", .order = age, .after_time = found[1].created};
    CHECK(tags("apps/web", rest) == "2.0.0 5.0.0 3.0.0 ");
    CHECK(tags("apps/web", {.after = "5.0.0", .order = age, .after_time = 0}) == "3.0.0 ");
    CHECK(tags("apps/web") == "5.0.0 4.0.0 3.0.0 2.0.0 1.0.0 ");
}

TEST_CASE_FIXTURE(IndexFixture, "an index is as old as its first image, if it does not say") {
    const auto to = registry.repository("apps/web");
    push_with_config(registry, "apps/web", "amd64", oci::media_type::oci_config,
                     R"({"created":"2026-01-01T00:00:00Z"})");
    const auto child = to->resolve("amd64");
    REQUIRE(child);
    for (const bool says : {false, true}) {
        oci::Index made{.media_type = std::string(oci::media_type::oci_index),
                        .artifact_type = "",
                        .manifests = {*child},
                        .subject = {},
                        .annotations = {}};
        if (says) made.annotations["org.opencontainers.image.created"] = "2026-05-01T00:00:00Z";
        const std::string bytes = oci::write_index(made);
        to->push_manifest({{.media_type = made.media_type,
                            .digest = codec::digest_of(bytes),
                            .size = bytes.size()},
                           bytes},
                          "v1");
        refreshed();
        const auto found = index.tags("r1", "apps/web", {.search = "v1"});
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == ContentKind::index);
        CHECK(found[0].created == (says ? 1'777'593'600'000 : 1'767'225'600'000));
    }
}

TEST_CASE_FIXTURE(IndexFixture,
                  "a sparing refresh asks for what is likely to move, the rest in turn") {
    for (int minor = 0; minor < 10; ++minor)
        push_chart(registry, "charts/pier", fmt::format("1.{}.0", minor));
    push_chart(registry, "charts/pier", "edge");
    refreshed({.newest = 11});
    CHECK(registry.heads == 0);
    CHECK(registry.manifests == 11);
    int most = 0;
    for (int turn = 0; turn < 10; ++turn) {
        registry.forget_counts();
        refreshed({.newest = 11, .recheck = Recheck::some});
        CHECK(registry.heads >= 2); // the newest version, and "edge"
        most = std::max(most, registry.heads.load());
    }
    CHECK(most <= 4);
    // Within these turns a version that moved all the same is found.
    push_with_config(registry, "charts/pier", "1.3.0", oci::media_type::helm_config,
                     R"({"name":"pier","version":"1.3.0","description":"moved"})");
    for (int turn = 0; turn < 10; ++turn) refreshed({.newest = 11, .recheck = Recheck::some});
    const auto all = index.tags("r1", "charts/pier", {});
    const auto moved =
        std::find_if(all.begin(), all.end(), [](const auto& tag) { return tag.tag == "1.3.0"; });
    REQUIRE(moved != all.end());
    CHECK(moved->chart.description == "moved");
}

TEST_CASE_FIXTURE(IndexFixture, "tags of one manifest cost one config") {
    push_chart(registry, "charts/pier", "1.0.0");
    const auto repository = registry.inner.repository("charts/pier");
    const auto document = repository->manifest("1.0.0").value();
    for (const char* tag : {"1.0", "1", "stable"}) repository->push_manifest(document, tag);
    refreshed();
    CHECK(registry.blobs == 1);
    CHECK(index.tags("r1", "charts/pier", {}).back().chart.version == "1.0.0");
}

TEST_CASE_FIXTURE(IndexFixture, "a tag that moved is read again, one that went is gone") {
    push_chart(registry, "charts/pier", "1.0.0", "before");
    push_chart(registry, "charts/quay", "1.0.0");
    refreshed();
    push_with_config(registry, "charts/pier", "1.0.0", oci::media_type::helm_config,
                     R"({"name":"pier","version":"1.0.0","description":"after"})");
    refreshed();
    CHECK(index.repository("r1", "charts/pier")->chart.description == "after");
    CountingRegistry emptier;
    push_chart(emptier, "charts/quay", "2.0.0");
    const RefreshReport report = refresh(index, "r1", emptier, {}, {}, clock, {});
    CHECK(report.removed == 1);
    CHECK(names() == "charts/quay ");
    CHECK(tags("charts/quay") == "2.0.0 ");
    CHECK(tags("charts/pier").empty());
}

TEST_CASE_FIXTURE(IndexFixture, "the latest is a release where there is one") {
    push_chart(registry, "charts/pier", "1.0.0");
    push_chart(registry, "charts/pier", "2.0.0-rc.1");
    push_chart(registry, "charts/beta", "0.1.0-rc.1");
    refreshed();
    CHECK(index.repository("r1", "charts/pier")->latest_tag == "1.0.0");
    CHECK(index.repository("r1", "charts/beta")->latest_tag == "0.1.0-rc.1");
    // Also one that is older than what is looked at otherwise.
    for (int at = 0; at < 12; ++at)
        push_chart(registry, "charts/pier", fmt::format("2.0.0-rc.{}", at + 2));
    push_with_config(registry, "apps/web", "zz-branch", oci::media_type::oci_config, "{}");
    push_with_config(registry, "apps/web", "latest", oci::media_type::oci_config, "{}");
    refreshed({.newest = 1});
    CHECK(index.repository("r1", "charts/pier")->latest_tag == "1.0.0");
    CHECK(index.repository("r1", "charts/pier")->kind == ContentKind::chart);
    CHECK(index.repository("r1", "apps/web")->latest_tag == "latest");
    CHECK(index.repository("r1", "apps/web")->kind == ContentKind::image);
}

TEST_CASE_FIXTURE(IndexFixture,
                  "search finds names, chart names and descriptions, and takes % literally") {
    push_chart(registry, "charts/pier", "1.0.0", "100% Ships");
    push_chart(registry, "charts/quay", "1.0.0", "Boats");
    push_with_config(registry, "apps/web_shop", "v1", oci::media_type::oci_config, "{}");
    refreshed();
    CHECK(names({.search = "PIER"}) == "charts/pier ");
    CHECK(names({.search = "boat"}) == "charts/quay ");
    CHECK(names({.search = "100%"}) == "charts/pier ");
    CHECK(names({.search = "%"}) == "charts/pier ");
    CHECK(names({.search = "_"}) == "apps/web_shop ");
    CHECK(names({.search = "'; DROP TABLE index_tags; --"}).empty());
    CHECK(names({.kind = ContentKind::chart}) == "charts/pier charts/quay ");
    CHECK(names({.after = "apps/web_shop", .limit = 1}) == "charts/pier ");
}

TEST_CASE_FIXTURE(IndexFixture,
                  "content paths bound what is listed, and name it where no catalog is") {
    push_chart(registry, "team/charts/pier", "1.0.0");
    push_chart(registry, "team/chartsx", "1.0.0");
    push_chart(registry, "other/quay", "1.0.0");
    refreshed({}, {"team/charts"});
    CHECK(names() == "team/charts/pier ");
    registry.no_catalog = true;
    refreshed({}, {"other/quay"});
    CHECK(names() == "other/quay ");
    CHECK(refusal_of([&] { refreshed(); }).code == ErrorCode::unsupported);
    CHECK(index.state("r1").status == "Failed");
    CHECK(index.state("r1").message.find("no catalog") != std::string::npos);
    CHECK(names() == "other/quay ");
}

TEST_CASE_FIXTURE(IndexFixture, "one repository that fails stays as it was and is reported") {
    push_chart(registry, "charts/pier", "1.0.0");
    push_chart(registry, "charts/quay", "1.0.0");
    refreshed();
    registry.failing = "charts/pier";
    push_chart(registry, "charts/quay", "2.0.0");
    const RefreshReport report = refreshed();
    REQUIRE(report.failures.size() == 1);
    CHECK(report.failures[0].find("charts/pier: it is broken") == 0);
    CHECK(names() == "charts/pier charts/quay ");
    CHECK(tags("charts/pier") == "1.0.0 ");
    CHECK(tags("charts/quay") == "2.0.0 1.0.0 ");
    CHECK(index.state("r1").status == "Success");
    CHECK(index.state("r1").message.find("broken") != std::string::npos);
}

TEST_CASE_FIXTURE(IndexFixture,
                  "what says something about the registry ends the refresh, the rest not") {
    push_chart(registry, "charts/pier", "1.0.0");
    for (int at = 0; at < 8; ++at) push_chart(registry, fmt::format("apps/a{}", at), "1.0.0");
    registry.failing = "apps/";
    registry.failure = ErrorCode::denied;
    const RefreshReport denied = refreshed({.threads = 1});
    CHECK(denied.failures.size() == 8);
    CHECK(names() == "charts/pier ");
    // A catalog that still lists what was deleted.
    registry.failure = ErrorCode::name_unknown;
    CHECK(refreshed({.threads = 1}).failures.empty());
    registry.failure = ErrorCode::unreachable;
    CHECK(refusal_of([&] { refreshed({.threads = 1}); }).code == ErrorCode::unreachable);
    CHECK(index.state("r1").status == "Failed");
    // A content path that names nothing is worth a word.
    registry.failure = ErrorCode::name_unknown;
    registry.no_catalog = true;
    CHECK(refreshed({}, {"apps/a0", "charts/pier"}).failures.size() == 1);
    CHECK(names() == "charts/pier ");
}

TEST_CASE_FIXTURE(IndexFixture,
                  "a refresh that could read nothing has failed, and takes nothing away") {
    push_chart(registry, "charts/pier", "1.0.0");
    push_chart(registry, "charts/quay", "1.0.0");
    refreshed();
    registry.failing = "charts/";
    registry.failure = ErrorCode::denied; // of each repository alone: the catalog still answers
    const Refusal refusal = refusal_of([&] { refreshed(); });
    CHECK(refusal.code == ErrorCode::denied);
    CHECK(index.state("r1").status == "Failed");
    CHECK(index.state("r1").message.find("broken") != std::string::npos);
    CHECK(names() == "charts/pier charts/quay ");
    registry.failure = ErrorCode::internal;
    refusal_of([&] { refreshed(); });
    CHECK(index.state("r1").message.find("broken") == std::string::npos);
}

TEST_CASE_FIXTURE(IndexFixture,
                  "what an older refresh wrote while all was forgotten goes with the next") {
    push_chart(registry, "charts/pier", "1.0.0");
    for (int i = 0; i < 5; ++i) refreshed();
    // Forgotten: only the rows that the older one wrote afterwards are there.
    index.pool().lease()->run("DELETE FROM index_states");
    index.pool().lease()->run("UPDATE index_repositories SET name = 'charts/ghost'");
    refreshed();
    CHECK(names() == "charts/pier ");
}

TEST_CASE_FIXTURE(IndexFixture, "progress is told in order, from nothing to all") {
    for (int at = 0; at < 9; ++at) push_chart(registry, fmt::format("charts/c{}", at), "1.0.0");
    std::vector<std::int64_t> seen;
    RefreshOptions options;
    options.on_progress = [&](const RefreshProgress& progress) {
        CHECK(progress.total == 9);
        seen.push_back(progress.done);
    };
    refreshed(options);
    CHECK(seen == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE_FIXTURE(IndexFixture, "bounds are kept and said") {
    for (int at = 0; at < 5; ++at) push_chart(registry, fmt::format("charts/c{}", at), "1.0.0");
    for (int at = 0; at < 5; ++at) push_chart(registry, "charts/c0", fmt::format("1.0.{}", at));
    CHECK(refreshed({.repositories = 3}).cut);
    CHECK(names() == "charts/c0 charts/c1 charts/c2 ");
    CHECK(refreshed({.tags = 2}).cut);
    CHECK(index.repository("r1", "charts/c0")->tag_count == 2);
    CHECK_FALSE(refreshed().cut);
    CHECK(index.repository_count("r1") == 5);
}

TEST_CASE_FIXTURE(IndexFixture, "a config that breaks the rules makes no chart and no failure") {
    push_with_config(registry, "charts/bad", "1.0.0", oci::media_type::helm_config, "not JSON");
    push_with_config(registry, "charts/long", "1.0.0", oci::media_type::helm_config,
                     fmt::format(R"({{"name":"long","version":"1.0.0","description":"{}ü"}})",
                                 std::string(1023, 'x')));
    CHECK(refreshed().failures.empty());
    CHECK(index.repository("r1", "charts/bad")->kind == ContentKind::artifact);
    CHECK(index.repository("r1", "charts/long")->chart.description == std::string(1023, 'x'));
}

TEST_CASE_FIXTURE(IndexFixture, "a stopped refresh is cancelled, and what is forgotten is gone") {
    push_chart(registry, "charts/pier", "1.0.0");
    std::stop_source stop;
    stop.request_stop();
    CHECK(refusal_of([&] {
              refresh(index, "r1", registry, {}, {}, clock, stop.get_token());
          }).code == ErrorCode::cancelled);
    CHECK(index.state("r1").status == "Failed");
    refreshed();
    CHECK(index.state("r1").status == "Success");
    CHECK(index.state("r1").succeeded.has_value());
    index.forget("r1");
    CHECK(names().empty());
    CHECK(index.state("r1").status.empty());
}
