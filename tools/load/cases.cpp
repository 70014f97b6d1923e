#include "cases.hpp"

#include "content.hpp"
#include "measured.hpp"
#include "pushing.hpp"
#include "run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace load {

namespace {

using Clock = Times::Clock;

constexpr std::string_view config_type = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view layer_type = "application/vnd.oci.image.layer.v1.tar+gzip";

std::string numbered(std::string_view target, std::size_t number) {
    const auto at = target.find("{}");
    if (at == std::string_view::npos) return std::string(target);
    return fmt::format("{}{}{}", target.substr(0, at), number, target.substr(at + 2));
}

std::string manifest_of(const std::string& config, std::uint64_t config_size,
                        const std::vector<std::pair<std::string, std::uint64_t>>& layers) {
    std::string listed;
    for (const auto& [digest, size] : layers) {
        listed += fmt::format(R"({}{{"mediaType":"{}","digest":"{}","size":{}}})",
                              listed.empty() ? "" : ",", layer_type, digest, size);
    }
    return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{{"mediaType":"{}",)"
                       R"("digest":"{}","size":{}}},"layers":[{}]}})",
                       image_type, config_type, config, config_size, listed);
}

void read_again(const Options& options, std::string_view method) {
    Run(options, [&](Connection& connection, Times& times, std::size_t number) {
        const auto target = options.targets.empty()
                                ? numbered(options.target, number)
                                : options.targets[number % options.targets.size()];
        const auto begin = Clock::now();
        const Request request{method, target, fmt::format("Accept: {}\r\n", image_type)};
        const auto response =
            method == "HEAD" ? connection.head(target) : connection.exchange(request);
        times.add("get", begin);
        expect(response, 200, target);
        return response.length;
    })();
}

} // namespace

void get(const Options& options) {
    read_again(options, "GET");
}

void head(const Options& options) {
    read_again(options, "HEAD");
}

void push(const Options& options) {
    Blobs blobs(options.size);
    Run(options, [&](Connection& connection, Times& times, std::size_t) {
        const auto blob = blobs.next();
        const auto begin = Clock::now();
        push_blob(connection, options.repository, blob, options.chunk);
        times.add("push", begin);
        return options.size;
    })();
}

void put_manifests(const Options& options) {
    Run(options, [&](Connection& connection, Times& times, std::size_t number) {
        const auto bytes = empty_index(std::to_string(number));
        const auto begin = Clock::now();
        put_manifest(connection, numbered(options.target, number), index_type, bytes);
        times.add("put", begin);
        return bytes.size();
    })();
}

void put_tags(const Options& options) {
    constexpr std::size_t together = 100;
    Options steps = options;
    steps.count = options.count / together;
    const auto bytes = empty_index("all tags");
    Run(steps, [&](Connection& connection, Times& times, std::size_t number) {
        auto target = fmt::format("/v2/{}/manifests/{}", options.repository, digest_of(bytes));
        for (std::size_t i = 0; i < together; ++i)
            target += fmt::format("{}tag=t{}", i == 0 ? '?' : '&', number * together + i);
        const auto begin = Clock::now();
        put_manifest(connection, target, index_type, bytes);
        times.add("put", begin);
        return bytes.size();
    })();
}

void seed(const Options& options) {
    Connection connection(options.server);
    Options whole = options;
    std::vector<std::pair<std::string, std::uint64_t>> layers;
    for (const std::uint64_t size :
         {std::uint64_t{2048}, options.size, 100 * options.size, std::uint64_t{3000},
          std::uint64_t{4000}, std::uint64_t{5000}, std::uint64_t{6000}, std::uint64_t{7000}}) {
        Blobs blobs(size);
        const auto blob = blobs.next();
        push_blob(connection, whole.repository, blob, 0);
        layers.emplace_back(blob.digest, size);
    }
    const auto config = layers.front();
    const auto small = layers[1].first;
    const auto large = layers[2].first;
    layers.erase(layers.begin());
    const auto bytes = manifest_of(config.first, config.second, layers);
    put_manifest(connection, fmt::format("/v2/{}/manifests/latest", options.repository), image_type,
                 bytes);
    fmt::print(R"({{"manifest": "{}", "bytes": {}, "small": "{}", "large": "{}"}})"
               "\n",
               digest_of(bytes), bytes.size(), small, large);
}

void work(const Options& options) {
    Blobs blobs(options.size);
    Run(options, [&](Connection& connection, Times& times, std::size_t number) {
        const auto blob = blobs.next();
        const auto tag = fmt::format("/v2/{}/manifests/w{}", options.repository, number % 1000);
        auto begin = Clock::now();
        push_blob(connection, options.repository, blob, options.chunk);
        put_manifest(connection, tag, image_type,
                     manifest_of(blob.digest, options.size, {{blob.digest, options.size}}));
        times.add("push", begin);
        constexpr int pulls = 4;
        for (int i = 0; i < pulls; ++i) {
            begin = Clock::now();
            expect(connection.exchange({"GET", tag}), 200, "pulling a manifest");
            const auto target = fmt::format("/v2/{}/blobs/{}", options.repository, blob.digest);
            expect(connection.exchange({"GET", target}), 200, "pulling a blob");
            times.add("pull", begin);
        }
        return options.size;
    })();
}

void upload_together(const Options& options) {
    Options once = options;
    once.count = options.connections;
    Blobs blobs(options.size);
    std::barrier all_arrived(static_cast<std::ptrdiff_t>(options.connections));
    const auto send = [&](Connection& connection, Times& times) {
        const auto blob = blobs.next();
        const auto begin = Clock::now();
        const auto location = begin_upload(connection, options.repository);
        const auto patched =
            connection.exchange({"PATCH", location, bytes_field, {blob.common, blob.own}});
        expect(patched, 202, "sending an upload");
        times.add("upload", begin);
        return patched.location;
    };
    Run(once, [&](Connection& connection, Times& times, std::size_t) {
        std::string location;
        try {
            location = send(connection, times);
        } catch (const std::exception&) {
            all_arrived.arrive_and_drop();
            throw;
        }
        all_arrived.arrive_and_wait();
        expect(connection.exchange({"DELETE", location}), 204, "cancelling an upload");
        return options.size;
    })();
}

void idle(const Options& options) {
    const auto before = use_of(options.process);
    std::vector<Connection> connections;
    connections.reserve(options.connections);
    for (std::size_t i = 0; i < options.connections; ++i) {
        connections.emplace_back(options.server);
        expect(connections.back().exchange({"GET", options.target}), 200, options.target);
    }
    const auto after = use_of(options.process);
    fmt::print(R"({{"connections": {}, "rss_before": {}, "rss": {}}})"
               "\n",
               connections.size(), before.rss, after.rss);
}

} // namespace load
