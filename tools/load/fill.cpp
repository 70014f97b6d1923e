// A registry with much in it: repositories "team-NN/app-N" with the tags 1.0.0 to 1.9.9. The ten
// newest have a manifest each, the other ninety share one. Even numbers are charts with words of
// their own, odd ones images.
#include "cases.hpp"
#include "pushing.hpp"
#include "run.hpp"

#include <fmt/format.h>

#include <array>

namespace load {

namespace {

constexpr int tags = 100;
constexpr int newest = 10;
constexpr std::size_t teams = 20;

struct Kind {
    std::string_view config_type;
    std::string_view layer_type;
};
constexpr Kind chart{"application/vnd.cncf.helm.config.v1+json",
                     "application/vnd.cncf.helm.chart.content.v1.tar+gzip"};
constexpr Kind image{"application/vnd.oci.image.config.v1+json",
                     "application/vnd.oci.image.layer.v1.tar+gzip"};
constexpr std::string_view layer = "the one layer that all of these repositories show";
constexpr std::array<std::string_view, 8> words{"ingress", "queue",   "cache",  "database",
                                                "gateway", "metrics", "search", "identity"};

struct Repository {
    std::size_t number;
    std::string name = fmt::format("team-{:02}/app-{}", number % teams, number);
    const Kind& kind = number % 2 == 0 ? chart : image;

    std::string config() const {
        if (&kind == &image)
            return fmt::format(R"({{"architecture":"amd64","os":"linux","author":"{}",)"
                               R"("rootfs":{{"type":"layers","diff_ids":[]}}}})",
                               name);
        return fmt::format(R"({{"apiVersion":"v2","name":"app-{}","version":"1.9.9",)"
                           R"("appVersion":"{}.0","description":"Runs a {} for the {} of team {}",)"
                           R"("icon":"https://icons.example/app-{}.svg"}})",
                           number, number % 30, words[number / 2 % 8], words[number / 16 % 8],
                           number % teams, number);
    }

    std::string manifest(std::string_view config, int version) const {
        return fmt::format(
            R"({{"schemaVersion":2,"mediaType":"{}","config":{{"mediaType":"{}","digest":"{}",)"
            R"("size":{}}},"layers":[{{"mediaType":"{}","digest":"{}","size":{}}}],)"
            R"("annotations":{{"org.opencontainers.image.version":"{}"}}}})",
            image_type, kind.config_type, digest_of(config), config.size(), kind.layer_type,
            digest_of(layer), layer.size(), version);
    }
};

std::string tag_of(int version) {
    return fmt::format("1.{}.{}", version / 10, version % 10);
}

Blob blob_of(std::string_view bytes) {
    return {.common = {}, .own = std::string(bytes), .digest = digest_of(bytes)};
}

void put_old_tags(Connection& connection, const Repository& repository, std::string_view config) {
    const auto bytes = repository.manifest(config, 0);
    auto target = fmt::format("/v2/{}/manifests/{}", repository.name, digest_of(bytes));
    for (int version = 0; version < tags - newest; ++version)
        target += fmt::format("{}tag={}", version == 0 ? '?' : '&', tag_of(version));
    put_manifest(connection, target, image_type, bytes);
}

void make(Connection& connection, const Repository& repository, std::string_view first) {
    const auto config = repository.config();
    push_blob(connection, repository.name, blob_of(config), 0);
    const auto mount = fmt::format("/v2/{}/blobs/uploads/?mount={}&from={}", repository.name,
                                   digest_of(layer), first);
    expect(connection.exchange({"POST", mount}), 201, "mounting the layer");
    put_old_tags(connection, repository, config);
    for (int version = tags - newest; version < tags; ++version)
        put_manifest(connection,
                     fmt::format("/v2/{}/manifests/{}", repository.name, tag_of(version)),
                     image_type, repository.manifest(config, version));
}

} // namespace

void fill(const Options& options) {
    const Repository first{0};
    Connection connection(options.server);
    push_blob(connection, first.name, blob_of(layer), 0);
    Run(options, [&](Connection& client, Times& times, std::size_t number) {
        const auto begin = Times::Clock::now();
        make(client, Repository{number}, first.name);
        times.add("repository", begin);
        return std::uint64_t{0};
    })();
}

} // namespace load
