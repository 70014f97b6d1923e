// How long lists take where there is much. Not part of the suite:
//
//   berth_api_test --no-skip --test-case="*ten thousand*"

#include "api/registries_fixture.hpp"
#include "registration/refresh.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::api;
using namespace berth::api::testing;

namespace {

constexpr int repositories = 10'000;
constexpr int tags = 100;

/// Ten thousand repositories with a hundred tags each, made up as they are asked for.
class LargeRegistry final : public registry::Registry {
public:
    std::string name() const override { return "large"; }
    void ping() override {}
    registry::Page repositories(std::string_view after, std::size_t limit) override {
        const int first = after.empty() ? 0 : std::stoi(std::string(after.substr(9))) + 1;
        registry::Page page;
        for (int i = first; i < testing_limit(first, limit); ++i)
            page.names.push_back(fmt::format("team/app-{:05}", i));
        if (!page.names.empty() && testing_limit(first, limit) < ::repositories)
            page.next = page.names.back();
        return page;
    }
    std::unique_ptr<registry::Repository> repository(std::string_view name) override {
        return std::make_unique<One>(std::string(name), image_);
    }

private:
    static int testing_limit(int first, std::size_t limit) {
        return std::min(::repositories, first + static_cast<int>(limit));
    }

    class One final : public registry::Repository {
    public:
        One(std::string name, const registry::contract::SmallImage& image)
            : name_(std::move(name)), image_(image) {}
        std::string name() const override { return name_; }
        std::optional<oci::Descriptor> resolve(std::string_view) override {
            return image_.manifest.descriptor;
        }
        std::optional<registry::Document> manifest(std::string_view) override {
            return image_.manifest;
        }
        bool has_blob(const oci::Descriptor&) override { return false; }
        std::unique_ptr<Source> fetch(const oci::Descriptor&, std::uint64_t) override {
            throw Error(ErrorCode::blob_unknown, "not read here");
        }
        void push_blob(const oci::Descriptor&, const registry::OpenContent&) override {}
        bool mount(const oci::Descriptor&, std::string_view) override { return false; }
        void push_manifest(const registry::Document&, std::string_view) override {}
        registry::Page tags(std::string_view, std::size_t) override {
            registry::Page page;
            for (int i = 0; i < ::tags; ++i)
                page.names.push_back(fmt::format("v{}.{}.0", i / 10, i % 10));
            return page;
        }
        std::vector<oci::Descriptor> referrers(const oci::Digest&, std::string_view) override {
            return {};
        }

    private:
        std::string name_;
        const registry::contract::SmallImage& image_;
    };

    registry::contract::SmallImage image_ = registry::contract::small_image(1);
};

std::int64_t p95_ms(RegistriesFixture& api, const std::string& path) {
    std::vector<std::int64_t> times;
    for (int i = 0; i < 40; ++i) {
        const auto start = std::chrono::steady_clock::now();
        REQUIRE(api.ask("GET", path).status == 200);
        times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::steady_clock::now() - start)
                            .count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() * 95 / 100];
}

} // namespace

TEST_CASE("lists over ten thousand repositories come within 100 ms" * doctest::skip()) {
    RegistriesFixture api;
    const std::string uid =
        api.ask("POST", "/v1/registries/oci/basic?skipPackSync=true",
                R"({"metadata":{"name":"large"},"spec":{"endpoint":"https://large.example",)"
                R"("auth":{},"isSyncSupported":true,"baseContentPath":"team"}})")
            .text("/uid");
    LargeRegistry large;
    const auto start = std::chrono::steady_clock::now();
    registration::refresh(api.index, uid, large, {"team"}, {}, api.clock, {});
    MESSAGE("refresh: " << std::chrono::duration_cast<std::chrono::seconds>(
                               std::chrono::steady_clock::now() - start)
                               .count()
                        << " s");
    const std::string path = "/v1/registries/oci/" + uid;
    const std::string token = net::percent_encode(
        api.ask("GET", path + "/repositories?search=app-099").text("/listmeta/continue"));
    for (const std::string& list :
         {std::string("/repositories"), "/repositories?continue=" + token,
          std::string("/repositories?search=app-09999"), std::string("/repositories?search=none"),
          std::string("/repositories?kind=chart"), std::string("/repositories?kind=image"),
          std::string("/tags?repository=team/app-05000"),
          std::string("/tags?repository=team/app-05000&search=v9")}) {
        const std::int64_t p95 = p95_ms(api, path + list);
        MESSAGE(list << ": p95 " << p95 << " ms");
        CHECK(p95 < 100);
    }
}
