#include "client/parallel_blob.hpp"

#include "base/text.hpp"
#include "client/remote_fixture.hpp"
#include "registry/repository_contract.hpp"

#include <atomic>
#include <chrono>
#include <stop_token>

using namespace berth;
using namespace berth::client;
using net::respond;
using net::SentRequest;

namespace {

constexpr std::size_t blob_bytes = 900'000;

/// A manual clock that the threads of all connections read.
class SharedClock final : public Clock {
public:
    std::chrono::steady_clock::time_point now() override {
        return std::chrono::steady_clock::time_point(std::chrono::hours(1)) + passed_.load();
    }
    std::chrono::system_clock::time_point wall_now() override {
        return std::chrono::system_clock::time_point(std::chrono::hours(1)) + passed_.load();
    }
    bool sleep(std::chrono::milliseconds duration, std::stop_token stop) override {
        if (stop.stop_requested()) return false;
        advance(duration);
        return true;
    }
    void advance(std::chrono::milliseconds duration) { passed_ = passed_.load() + duration; }

private:
    std::atomic<std::chrono::milliseconds> passed_{std::chrono::milliseconds(0)};
};

/// A body that takes a second for each read of at most 16 KiB.
class Slow final : public Source {
public:
    Slow(std::string bytes, SharedClock& clock) : bytes_(std::move(bytes)), clock_(clock) {}
    std::size_t read(std::span<std::byte> out) override {
        clock_.advance(std::chrono::seconds(1));
        return bytes_.read(out.first(std::min<std::size_t>(out.size(), 16 * 1024)));
    }

private:
    MemorySource bytes_;
    SharedClock& clock_;
};

/// A registry of one blob whose first connection is slow.
struct SlowRegistry {
    using Part = std::function<net::HttpResponse(std::size_t first, std::size_t last)>;

    explicit SlowRegistry(Part part, std::string accepts = "bytes")
        : transport([this, part, accepts](const SentRequest& request) {
              const auto range = request.headers.find("Range");
              if (!range) {
                  net::HttpResponse response;
                  response.status = 200;
                  response.headers.add("Accept-Ranges", accepts);
                  response.body = std::make_unique<Slow>(document.bytes, clock);
                  return response;
              }
              const auto ends = split(range->substr(6), '-');
              return part(std::stoul(std::string(ends[0])),
                          ends[1].empty() ? blob_bytes - 1 : std::stoul(std::string(ends[1])));
          }),
          session(std::make_shared<Session>(
              RemoteOptions{.registry = "registry.example", .attempts = 1},
              RemoteDependencies{transport, provider, clock})) {}

    net::HttpResponse right_part(std::size_t first, std::size_t last) const {
        return respond(
            206, document.bytes.substr(first, last - first + 1),
            {{"Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" +
                                   std::to_string(blob_bytes)}});
    }

    std::string read(ParallelLimits limits = {.connections = 4,
                                              .part_bytes = 64 * 1024,
                                              .patience = std::chrono::seconds(2),
                                              .slow_bytes_per_second = 1024 * 1024}) {
        ParallelBlob source(session, "team/app", document.descriptor, 0, limits);
        return read_all(source, blob_bytes + 10, "the blob");
    }

    std::size_t requests() { return transport.sent().size(); }

    registry::Document document = registry::contract::content(
        registry::contract::some_bytes(blob_bytes, 7), "application/octet-stream");
    SharedClock clock;
    registry::StaticCredential provider{"registry.example", {}};
    net::ScriptedTransport transport;
    std::shared_ptr<Session> session;
};

} // namespace

TEST_CASE("a blob that comes slowly is fetched in parts, which come out in order") {
    SlowRegistry* self = nullptr;
    SlowRegistry slow(
        [&](std::size_t first, std::size_t last) { return self->right_part(first, last); });
    self = &slow;
    CHECK(slow.read() == slow.document.bytes);
    CHECK(slow.requests() > 10);
}

TEST_CASE("a fast, a short or an indivisible blob comes over one connection") {
    SlowRegistry::Part never = [](std::size_t, std::size_t) -> net::HttpResponse {
        FAIL("a part was asked for");
        return {};
    };
    SlowRegistry fast(never);
    CHECK(fast.read({.part_bytes = 64 * 1024, .slow_bytes_per_second = 1}) == fast.document.bytes);
    SlowRegistry brief(never);
    CHECK(brief.read({.part_bytes = blob_bytes}) == brief.document.bytes);
    SlowRegistry whole(never, "none");
    CHECK(whole.read() == whole.document.bytes);
    SlowRegistry forbidden(never);
    CHECK(forbidden.read({.connections = 1, .part_bytes = 1024}) == forbidden.document.bytes);
}

TEST_CASE("a server that breaks its word about parts is read by one connection again") {
    SlowRegistry* self = nullptr;
    std::atomic<int> parts = 0;
    SlowRegistry slow([&](std::size_t first, std::size_t last) {
        return ++parts < 4 ? self->right_part(first, last) : respond(200, self->document.bytes);
    });
    self = &slow;
    CHECK(slow.read() == slow.document.bytes);
}

TEST_CASE("a part that fails ends the blob with its error") {
    SlowRegistry* self = nullptr;
    SlowRegistry slow([&](std::size_t first, std::size_t last) {
        return first < 400'000 ? self->right_part(first, last) : respond(404, "");
    });
    self = &slow;
    try {
        (void)slow.read();
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::blob_unknown);
    }
}
