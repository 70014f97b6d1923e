#include "cases.hpp"

#include "content.hpp"
#include "measured.hpp"

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

constexpr std::string_view image_type = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view config_type = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view layer_type = "application/vnd.oci.image.layer.v1.tar+gzip";

/// One operation of one client; `number` counts them over all clients. Returns the bytes moved.
using Step = std::function<std::uint64_t(Connection&, Times&, std::size_t number)>;

class Run {
public:
    Run(const Options& options, Step step) : options_(options), step_(std::move(step)) {}

    void operator()() {
        for (std::size_t i = 0; i < options_.connections; ++i)
            connections_.emplace_back(options_.server);
        before_ = use_of(options_.process);
        begin_ = Clock::now();
        std::vector<std::thread> threads;
        for (auto& connection : connections_) threads.emplace_back([&] { one_client(connection); });
        for (auto& thread : threads) thread.join();
        const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
        if (!failure_.empty()) throw std::runtime_error(failure_);
        const auto after = use_of(options_.process);
        fmt::print(R"({{"seconds": {:.6f}, "operations": {}, "bytes": {}, "cpu": {:.2f}, )"
                   R"("rss_before": {}, "rss": {}, "peak": {}, "times": {}}})"
                   "\n",
                   seconds, done_.load(), bytes_.load(), after.cpu - before_.cpu, before_.rss,
                   after.rss, after.peak, times_.json());
    }

private:
    bool is_over() const {
        if (failed_) return true;
        return options_.seconds > 0 &&
               Clock::now() - begin_ > std::chrono::duration<double>(options_.seconds);
    }

    void one_client(Connection& connection) {
        Times times;
        try {
            while (!is_over()) {
                const std::size_t number = next_.fetch_add(1);
                if (options_.count > 0 && number >= options_.count) break;
                bytes_ += step_(connection, times, number);
                ++done_;
            }
        } catch (const std::exception& error) {
            const std::lock_guard lock(mutex_);
            failure_ = error.what();
            failed_ = true;
        }
        const std::lock_guard lock(mutex_);
        times_.merge(std::move(times));
    }

    const Options& options_;
    const Step step_;
    std::vector<Connection> connections_;
    ServerUse before_;
    Clock::time_point begin_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> done_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    Times times_;
    std::string failure_;
};

void expect(const Response& response, int status, std::string_view what) {
    if (response.status != status)
        throw std::runtime_error(fmt::format("{}: {}, not {}", what, response.status, status));
}

std::string numbered(std::string_view target, std::size_t number) {
    const auto at = target.find("{}");
    if (at == std::string_view::npos) return std::string(target);
    return fmt::format("{}{}{}", target.substr(0, at), number, target.substr(at + 2));
}

std::string with_digest(const std::string& location, std::string_view digest) {
    const char joint = location.find('?') == std::string::npos ? '?' : '&';
    return fmt::format("{}{}digest={}", location, joint, digest);
}

std::string begin_upload(Connection& connection, const std::string& repository) {
    const auto opened =
        connection.exchange({"POST", fmt::format("/v2/{}/blobs/uploads/", repository)});
    expect(opened, 202, "opening an upload");
    return opened.location;
}

/// Bytes `first` to `last` of what two strings are together.
std::vector<std::string_view> part_of(const Blob& blob, std::uint64_t first, std::uint64_t length) {
    std::vector<std::string_view> parts;
    if (first < blob.common.size()) parts.push_back(blob.common.substr(first, length));
    const std::uint64_t here = parts.empty() ? 0 : parts[0].size();
    if (here < length)
        parts.push_back(
            std::string_view(blob.own).substr(first + here - blob.common.size(), length - here));
    return parts;
}

constexpr const char* bytes_field = "Content-Type: application/octet-stream\r\n";

void push_blob(Connection& connection, const Options& options, const Blob& blob) {
    const std::uint64_t size = blob.common.size() + blob.own.size();
    auto location = begin_upload(connection, options.repository);
    if (options.chunk == 0) {
        const auto put = connection.exchange(
            {"PUT", with_digest(location, blob.digest), bytes_field, {blob.common, blob.own}});
        return expect(put, 201, "pushing a blob");
    }
    for (std::uint64_t at = 0; at < size;) {
        const auto length = std::min(options.chunk, size - at);
        const auto fields =
            fmt::format("{}Content-Range: {}-{}\r\n", bytes_field, at, at + length - 1);
        const auto patched =
            connection.exchange({"PATCH", location, fields, part_of(blob, at, length)});
        expect(patched, 202, "pushing a chunk");
        location = patched.location;
        at += length;
    }
    const auto put = connection.exchange({"PUT", with_digest(location, blob.digest), bytes_field});
    expect(put, 201, "ending a push in chunks");
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

void put_manifest(Connection& connection, std::string_view target, std::string_view type,
                  std::string_view bytes) {
    const auto put =
        connection.exchange({"PUT", target, fmt::format("Content-Type: {}\r\n", type), {bytes}});
    expect(put, 201, fmt::format("putting a manifest to {}", target));
}

void read_again(const Options& options, std::string_view method) {
    Run(options, [&](Connection& connection, Times& times, std::size_t number) {
        const auto target = numbered(options.target, number);
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
        push_blob(connection, options, blob);
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
    whole.chunk = 0;
    std::vector<std::pair<std::string, std::uint64_t>> layers;
    for (const std::uint64_t size :
         {std::uint64_t{2048}, options.size, 100 * options.size, std::uint64_t{3000},
          std::uint64_t{4000}, std::uint64_t{5000}, std::uint64_t{6000}, std::uint64_t{7000}}) {
        Blobs blobs(size);
        const auto blob = blobs.next();
        push_blob(connection, whole, blob);
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
        push_blob(connection, options, blob);
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
