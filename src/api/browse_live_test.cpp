// Live lists of registries that are slow, silent, large or not all to be seen.
#include "api/browse_live.hpp"
#include "base/error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <functional>

using namespace berth;
using namespace berth::api;
using namespace std::chrono_literals;
using registration::ContentKind;

namespace {

class JumpingClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() override {
        return std::chrono::steady_clock::time_point(1h) + passed_.load();
    }
    std::chrono::system_clock::time_point wall_now() override { return {}; }
    bool sleep(std::chrono::milliseconds, std::stop_token) override { return true; }
    void jump(std::chrono::seconds by) { passed_ = passed_.load() + by; }

private:
    std::atomic<std::chrono::steady_clock::duration> passed_{0s};
};

/// Repositories whose tags a test makes up; nothing below them.
class MadeUp final : public registry::Registry {
public:
    using Tags = std::function<std::vector<std::string>(const std::string& repository)>;
    MadeUp(int count, Tags tags) : tags_(std::move(tags)) {
        for (int i = 0; i < count; ++i) names_.push_back(fmt::format("app-{:05}", i));
    }

    std::string name() const override { return "made up"; }
    void ping() override {}
    registry::Page repositories(std::string_view after, std::size_t limit) override {
        registry::Page page;
        for (const auto& name : names_) {
            if (name <= after) continue;
            if (page.names.size() == limit) {
                page.next = page.names.back();
                break;
            }
            page.names.push_back(name);
        }
        return page;
    }
    std::unique_ptr<registry::Repository> repository(std::string_view name) override {
        return std::make_unique<One>(*this, std::string(name));
    }

    std::atomic<int> asked{0};

private:
    class One final : public registry::Repository {
    public:
        One(MadeUp& all, std::string name) : all_(all), name_(std::move(name)) {}
        std::string name() const override { return name_; }
        std::optional<oci::Descriptor> resolve(std::string_view) override { return {}; }
        std::optional<registry::Document> manifest(std::string_view) override { return {}; }
        bool has_blob(const oci::Descriptor&) override { return false; }
        std::unique_ptr<Source> fetch(const oci::Descriptor&, std::uint64_t) override {
            throw Error(ErrorCode::blob_unknown, "not here");
        }
        void push_blob(const oci::Descriptor&, const registry::OpenContent&) override {}
        bool mount(const oci::Descriptor&, std::string_view) override { return false; }
        void push_manifest(const registry::Document&, std::string_view) override {}
        registry::Page tags(std::string_view after, std::size_t limit) override {
            ++all_.asked;
            registry::Page page;
            for (auto& tag : all_.tags_(name_)) {
                if (tag <= after) continue;
                if (page.names.size() == limit) {
                    page.next = page.names.back();
                    break;
                }
                page.names.push_back(tag);
            }
            return page;
        }
        std::vector<oci::Descriptor> referrers(const oci::Digest&, std::string_view) override {
            return {};
        }

    private:
        MadeUp& all_;
        std::string name_;
    };

    std::vector<std::string> names_;
    Tags tags_;
};

struct Fixture {
    Fixture(int count, MadeUp::Tags tags)
        : registry(std::make_shared<MadeUp>(count, std::move(tags))) {
        target.uid = "u";
        target.open = [this] { return registry; };
        target.may_see = [](std::string_view) { return true; };
    }
    LiveListing listing() { return {target, cache, clock, {}}; }

    std::shared_ptr<MadeUp> registry;
    BrowseTarget target;
    ContentCache cache;
    JumpingClock clock;
};

} // namespace

TEST_CASE("a registry that hangs is not asked for every repository of a page") {
    Fixture hanging(50, [](const std::string& name) -> std::vector<std::string> {
        if (name == "app-00000") return {"v1"};
        throw Error(ErrorCode::timeout, "no answer");
    });
    const auto page = hanging.listing().repositories({.limit = 50});
    CHECK(page.items.size() == 50);
    CHECK(page.items[0].latest_tag == "v1");
    CHECK(page.failures.size() == 49);
    CHECK(page.failures.at("app-00049").find("not asked for") != std::string::npos);
    // Three were silent; what other threads had begun is asked to its end.
    CHECK(hanging.registry->asked <= 12);

    Fixture dead(50, [](const std::string&) -> std::vector<std::string> {
        throw Error(ErrorCode::unreachable, "nobody listens");
    });
    CHECK_THROWS_WITH_AS(dead.listing().repositories({.limit = 50}), "nobody listens", Error);
    CHECK(dead.registry->asked <= 12);
}

TEST_CASE("one repository that fails shows why beside its name") {
    Fixture mixed(3, [](const std::string& name) -> std::vector<std::string> {
        if (name == "app-00001") throw Error(ErrorCode::denied, "not for you");
        return {"v1"};
    });
    const auto page = mixed.listing().repositories({.limit = 50});
    CHECK(page.items.size() == 3);
    CHECK(page.failures.size() == 1);
    CHECK(page.failures.at("app-00001") == "not for you");
    // Nobody who asks for charts wants to see what they may not.
    CHECK(mixed.listing().repositories({.kind = ContentKind::chart, .limit = 50}).items.empty());
}

TEST_CASE("after twenty seconds a slow registry is asked for nothing more") {
    JumpingClock* clock = nullptr;
    Fixture slow(2000, [&](const std::string&) -> std::vector<std::string> {
        clock->jump(5s);
        return {"v1"};
    });
    clock = &slow.clock;
    const auto page = slow.listing().repositories({.kind = ContentKind::chart, .limit = 50});
    CHECK(slow.registry->asked <= 16);
    // What was not looked at is there, and said not to have been; the list can be gone on with.
    CHECK(page.items.size() >= 30);
    CHECK(page.failures.size() == page.items.size());
    CHECK_FALSE(page.next.empty());
}

TEST_CASE("more tags than are listed are said to be there") {
    Fixture many(1, [](const std::string&) {
        std::vector<std::string> tags;
        for (int i = 0; i < 10'001; ++i) tags.push_back(fmt::format("t{:05}", i));
        return tags;
    });
    CHECK(many.listing().tags("app-00000", {.limit = 1}).truncated);
    Fixture few(1, [](const std::string&) { return std::vector<std::string>{"v1", "v2"}; });
    CHECK_FALSE(few.listing().tags("app-00000", {.limit = 1}).truncated);
}

TEST_CASE("where the next page begins is a name that may be seen") {
    Fixture secret(11'000, [](const std::string&) { return std::vector<std::string>{"v1"}; });
    secret.target.may_see = [](std::string_view name) {
        return name == "app-00003" || name == "app-10999";
    };
    const auto first = secret.listing().repositories({.limit = 1});
    CHECK(first.items.at(0).name == "app-00003");
    CHECK(first.next == "app-00003");
    const auto second = secret.listing().repositories({.after = first.next, .limit = 1});
    CHECK(second.items.at(0).name == "app-10999");
    CHECK(second.next.empty());
}

TEST_CASE("a live list and the index show the same tag as the latest") {
    Fixture built(1, [](const std::string&) {
        return std::vector<std::string>{"1.0.0", "1.1.0_build-7", "2.0.0-rc.1"};
    });
    CHECK(built.listing().repositories({.limit = 1}).items.at(0).latest_tag == "1.1.0_build-7");
}
