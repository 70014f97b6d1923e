#include "registration/regional_repository.hpp"

#include "codec/hasher.hpp"
#include "registration/ecr_fixture.hpp"
#include "registration/ecr_registry.hpp"
#include "registration/regions_fixture.hpp"
#include "registry/memory_registry.hpp"
#include "registry/repository_contract.hpp"

#include <fmt/format.h>

#include <atomic>
#include <set>

using namespace berth;
using namespace berth::registration;
using namespace berth::registration::testing;

namespace {

/// A region that can be told to fail.
struct Region {
    registry::MemoryRegistry content;
    std::optional<Error> trouble = {};
    std::uint64_t breaks_after = UINT64_MAX; ///< bytes of a blob
    int asked = 0;
};

class BreakingSource final : public Source {
public:
    BreakingSource(std::unique_ptr<Source> inner, std::uint64_t left)
        : inner_(std::move(inner)), left_(left) {}
    std::size_t read(std::span<std::byte> out) override {
        if (left_ == 0) throw Error(ErrorCode::unreachable, "the connection broke");
        const std::size_t size = inner_->read(out.first(std::min<std::size_t>(out.size(), left_)));
        left_ -= size;
        return size;
    }

private:
    std::unique_ptr<Source> inner_;
    std::uint64_t left_;
};

class FailingRepository final : public registry::Repository {
public:
    FailingRepository(Region& region, std::string name)
        : region_(region), name_(std::move(name)), inner_(region.content.repository("team/app")) {}

    std::string name() const override { return name_; }
    std::optional<oci::Descriptor> resolve(std::string_view what) override {
        return entered().resolve(what);
    }
    std::optional<registry::Document> manifest(std::string_view what) override {
        return entered().manifest(what);
    }
    bool has_blob(const oci::Descriptor& blob) override { return entered().has_blob(blob); }
    std::optional<std::uint64_t> blob_size(const oci::Digest& blob) override {
        return entered().blob_size(blob);
    }
    std::unique_ptr<Source> fetch(const oci::Descriptor& blob, std::uint64_t offset) override {
        return std::make_unique<BreakingSource>(entered().fetch(blob, offset),
                                                region_.breaks_after);
    }
    void push_blob(const oci::Descriptor&, const registry::OpenContent&) override {}
    bool mount(const oci::Descriptor&, std::string_view) override { return false; }
    void push_manifest(const registry::Document&, std::string_view) override {}
    registry::Page tags(std::string_view after, std::size_t limit) override {
        return entered().tags(after, limit);
    }
    std::vector<oci::Descriptor> referrers(const oci::Digest& subject,
                                           std::string_view type) override {
        return entered().referrers(subject, type);
    }

private:
    registry::Repository& entered() {
        ++region_.asked;
        if (region_.trouble) throw Error(*region_.trouble);
        return *inner_;
    }

    Region& region_;
    std::string name_;
    std::unique_ptr<registry::Repository> inner_;
};

/// Gives what it has, and then no more within anybody's patience.
class StallingSource final : public Source {
public:
    explicit StallingSource(std::string bytes) : inner_(std::move(bytes)) {}
    std::size_t read(std::span<std::byte> out) override {
        const std::size_t size = inner_.read(out);
        if (size == 0) throw Error(ErrorCode::timeout, "sends no more of the response's body");
        return size;
    }

private:
    MemorySource inner_;
};

struct ThreeRegions {
    ThreeRegions() {
        for (Region* region : {&home, &second, &third})
            registry::contract::push(*region->content.repository("team/app"), image, "v1");
    }
    RegionalRepository open(const std::string& wanted = "") {
        std::vector<InRegion> places;
        for (const auto& [name, region] :
             {std::pair("eu-west-1", &home), std::pair("us-east-1", &second),
              std::pair("eu-central-1", &third)})
            places.push_back({name, std::make_unique<FailingRepository>(*region, name)});
        return {std::move(places),
                breaker,
                {.wanted = wanted,
                 .patience = std::chrono::seconds(5),
                 .told = [this](const auto&, const auto& from) { told += from.region + " "; }}};
    }
    std::string digest() {
        return home.content.repository("team/app")->resolve("v1")->digest.text();
    }

    registry::contract::SmallImage image = registry::contract::small_image(1);
    Region home;
    Region second;
    Region third;
    ManualClock clock;
    std::shared_ptr<RegionBreaker> breaker = std::make_shared<RegionBreaker>(clock);
    std::string told;
};

const Error dark(ErrorCode::unreachable, "nobody answers");

} // namespace

TEST_CASE("content by digest comes from the wanted region, else the default, else the others") {
    ThreeRegions all;
    const std::string digest = all.digest();
    auto plain = all.open();
    CHECK(plain.manifest(digest).has_value());
    CHECK(plain.served()->region == "eu-west-1");
    CHECK(plain.served()->reason.empty());
    auto wanting = all.open("eu-central-1");
    CHECK(wanting.manifest(digest).has_value());
    CHECK(wanting.served()->region == "eu-central-1");
    CHECK(all.told.empty());
    all.third.trouble = dark;
    CHECK(wanting.manifest(digest).has_value());
    CHECK(wanting.served()->region == "eu-west-1");
    CHECK(wanting.served()->reason == "eu-central-1 does not answer: nobody answers");
    all.home.trouble = dark;
    CHECK(wanting.manifest(digest).has_value());
    CHECK(wanting.served()->region == "us-east-1");
    CHECK(all.told == "eu-west-1 us-east-1 ");
    auto nowhere = all.open("ap-south-1");
    CHECK(nowhere.manifest(digest).has_value());
    CHECK(nowhere.served()->reason.find("ap-south-1 is not one of") != std::string::npos);
}

TEST_CASE("what is not there may be elsewhere, by digest alone") {
    ThreeRegions all;
    const std::string digest = all.digest();
    registry::contract::push(*all.second.content.repository("team/app"),
                             registry::contract::small_image(2), "v2");
    const std::string other =
        all.second.content.repository("team/app")->resolve("v2")->digest.text();
    auto repository = all.open();
    CHECK(repository.manifest(other).has_value());
    CHECK(repository.served()->region == "us-east-1");
    CHECK(repository.served()->reason == "eu-west-1 does not have it");
    CHECK_FALSE(repository.manifest("v2").has_value());
    CHECK_FALSE(repository.manifest("sha256:" + std::string(64, '0')).has_value());
    // Where one region did not answer, nobody knows whether it is there.
    all.home.trouble = dark;
    CHECK(refusal_of([&] { repository.manifest("sha256:" + std::string(64, '0')); }).code ==
          ErrorCode::unreachable);
}

TEST_CASE("a tag is resolved in the default region alone, and read where it is wanted") {
    ThreeRegions all;
    auto wanting = all.open("us-east-1");
    CHECK(wanting.manifest("v1").has_value());
    CHECK(wanting.served()->region == "us-east-1");
    all.home.trouble = dark;
    try {
        wanting.manifest("v1");
        FAIL("a tag of another region was taken");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::unreachable);
        CHECK(error.hint().find("region eu-west-1 alone, which has 5 s to answer") !=
              std::string::npos);
        CHECK(error.hint().find("by digest, which us-east-1 may serve") != std::string::npos);
    }
    CHECK(refusal_of([&] { wanting.tags("", 10); }).code == ErrorCode::unreachable);
}

TEST_CASE("a refusal is an answer: no other region is asked") {
    ThreeRegions all;
    all.home.trouble = Error(ErrorCode::denied, "no");
    auto repository = all.open();
    CHECK(refusal_of([&] { repository.manifest(all.digest()); }).code == ErrorCode::denied);
    CHECK(all.second.asked == 0);
}

TEST_CASE("a region that failed is left alone, then one caller tries it") {
    ThreeRegions all;
    const std::string digest = all.digest();
    all.home.trouble = dark;
    auto repository = all.open();
    for (int i = 0; i < 5; ++i) CHECK(repository.manifest(digest).has_value());
    CHECK(all.home.asked == 1);
    // For what nobody else can answer it is asked once more.
    CHECK(refusal_of([&] { repository.resolve("v1"); }).code == ErrorCode::unreachable);
    CHECK(refusal_of([&] { repository.resolve("v1"); }).code == ErrorCode::unreachable);
    CHECK(all.home.asked == 2);
    CHECK(repository.served()->reason.find("left alone") != std::string::npos);
    all.clock.advance(std::chrono::seconds(31));
    CHECK(all.breaker->may_ask("eu-west-1"));
    CHECK_FALSE(all.breaker->may_ask("eu-west-1")); // the other caller does not
    all.breaker->failed("eu-west-1", "still dark");
    all.clock.advance(std::chrono::seconds(45));
    CHECK_FALSE(all.breaker->may_ask("eu-west-1")); // the rest has doubled
    all.clock.advance(std::chrono::seconds(16));
    all.home.trouble.reset();
    CHECK(repository.manifest(digest).has_value());
    CHECK(repository.served()->region == "eu-west-1");
    CHECK(all.breaker->may_ask("eu-west-1"));
    CHECK(all.breaker->may_ask("eu-west-1"));
}

TEST_CASE("a blob goes on in the next region where one breaks off, and is verified as a whole") {
    ThreeRegions all;
    const oci::Descriptor layer = all.image.layer.descriptor;
    all.home.breaks_after = layer.size / 2;
    auto repository = all.open();
    const auto source = repository.fetch(layer, 0);
    CHECK(read_all(*source, 1 << 20, "the layer").size() == layer.size);
    CHECK(repository.served()->region == "us-east-1");
    CHECK(repository.served()->reason.find("broke off") != std::string::npos);
    all.second.breaks_after = 0;
    all.third.breaks_after = 1;
    CHECK(refusal_of([&] { read_all(*repository.fetch(layer, 0), 1 << 20, "the layer"); }).code ==
          ErrorCode::unreachable);
}

TEST_CASE("a blob whose digest alone is known goes on elsewhere too, whole and in part") {
    ThreeRegions all;
    const auto& layer = all.image.layer;
    const auto read = [&](std::optional<registry::RangeWanted> wanted) {
        auto repository = all.open();
        const auto opened = repository.open_blob(layer.descriptor.digest, wanted).value();
        CHECK(opened.size == layer.descriptor.size);
        const auto bytes = read_all(*opened.content, 1 << 20, "the layer");
        return std::pair(bytes, repository.served()->region);
    };
    const auto part = layer.bytes.substr(5);
    CHECK(read({}) == std::pair(layer.bytes, std::string("eu-west-1")));
    CHECK(read(registry::RangeWanted{5, {}}) == std::pair(part, std::string("eu-west-1")));
    all.home.breaks_after = 10;
    CHECK(read({}) == std::pair(layer.bytes, std::string("us-east-1")));
    all.breaker->worked("eu-west-1");
    CHECK(read(registry::RangeWanted{5, {}}) == std::pair(part, std::string("us-east-1")));
    all.second.trouble = dark;
    CHECK(read({}) == std::pair(layer.bytes, std::string("eu-central-1")));
    CHECK_FALSE(ThreeRegions().open().open_blob(codec::digest_of("absent"), {}).has_value());
}

TEST_CASE(
    "only a registry in several regions is in a hurry, and goes on where another one stalls") {
    RegionsFixture two;
    const auto image = registry::contract::small_image(1);
    two.push("eu-west-1", "team/app", "v1", 1);
    two.push("us-east-1", "team/app", "v1", 1);
    two.outside.failover_after = std::chrono::seconds(3);
    Synchronized<std::set<std::chrono::milliseconds>> patience;
    std::atomic<bool> stalls = true;
    two.spoil = [&](const net::SentRequest& sent) -> std::optional<net::HttpResponse> {
        patience.with([&](auto& all) { all.insert(sent.patience); });
        const bool at_home = sent.url.find("eu-west-1") != std::string::npos;
        if (!stalls || !at_home || sent.url.find("/blobs/") == std::string::npos ||
            sent.authorization.empty())
            return {};
        const std::string half = image.layer.bytes.substr(0, image.layer.bytes.size() / 2);
        net::HttpResponse answer = net::respond(
            200, half, {{"Content-Length", fmt::format("{}", image.layer.bytes.size())}});
        answer.body = std::make_unique<StallingSource>(half);
        return answer;
    };
    const auto read = [&] {
        Opened opened(two.ecr.access(), two.outside, two.ecr.access().remote_options(), {});
        const auto repository = opened.registry().repository("team/app");
        const auto content =
            read_all(*repository->fetch(image.layer.descriptor, 0), 1 << 20, "the layer");
        CHECK(content == image.layer.bytes);
        const auto* regional = dynamic_cast<RegionalRepository*>(repository.get());
        return regional == nullptr ? std::string() : regional->served()->region;
    };
    CHECK(read() == "us-east-1");
    CHECK(patience.with([](auto& all) { return std::exchange(all, {}); }) ==
          std::set<std::chrono::milliseconds>{std::chrono::seconds(3)});
    stalls = false;
    two.spec().regions.clear();
    CHECK(read().empty());
    CHECK(patience.with([](auto& all) { return all; }) ==
          std::set<std::chrono::milliseconds>{std::chrono::seconds(0)});
}

TEST_CASE("across regions nothing is written") {
    ThreeRegions all;
    auto repository = all.open();
    CHECK(refusal_of([&] { repository.push_manifest(*repository.manifest("v1"), "v2"); }).code ==
          ErrorCode::unsupported);
}
