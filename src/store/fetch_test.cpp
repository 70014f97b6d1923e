#include "base/file.hpp"
#include "registry/memory_registry.hpp"
#include "registry/repository_contract.hpp"
#include "store/one_blob_repository.hpp"
#include "store/store.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t blob_size = 300'000;

registry::Document some_blob(unsigned seed = 1) {
    return contract::content(contract::some_bytes(blob_size, seed), oci::media_type::oci_layer);
}

fs::path part_path(const fs::path& store, const registry::Document& blob) {
    return store / "uploads" / (blob.descriptor.digest.text() + ".part");
}

std::string stored_bytes(Store& store, const registry::Document& blob) {
    const auto repository = store.repository("any");
    return contract::bytes_of(*repository, blob.descriptor, 0);
}

/// Lets a fetch break after `bytes`, so that they wait in a part file.
void leave_part(Store& store, const registry::Document& blob, std::uint64_t bytes) {
    OneBlobRepository remote(blob);
    remote.breaks_after = bytes;
    CHECK(contract::code_of([&] { store.fetch_blob(blob.descriptor, remote, {}, {}); }) ==
          ErrorCode::unreachable);
}

} // namespace

TEST_CASE("a blob is fetched once and then present") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    OneBlobRepository remote(blob);
    std::uint64_t moved = 0;
    const auto count = [&](std::uint64_t bytes) { moved += bytes; };
    CHECK(store->fetch_blob(blob.descriptor, remote, count, {}) == "copied");
    CHECK(moved == blob_size);
    CHECK(store->fetch_blob(blob.descriptor, remote, count, {}) == "present");
    CHECK(moved == blob_size);
    CHECK(remote.fetches == 1);
    CHECK(stored_bytes(*store, blob) == blob.bytes);
    CHECK(fs::is_empty(directory.path() / "uploads"));
}

TEST_CASE("an empty blob is fetched") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = contract::content("", oci::media_type::oci_layer);
    OneBlobRepository remote(blob);
    CHECK(store->fetch_blob(blob.descriptor, remote, {}, {}) == "copied");
    CHECK(stored_bytes(*store, blob).empty());
}

TEST_CASE("a broken fetch goes on where it ended") {
    const TemporaryDirectory directory;
    const auto blob = some_blob();
    leave_part(*Store::open(directory.path()), blob, 100'000);
    CHECK(fs::file_size(part_path(directory.path(), blob)) == 100'000);

    const auto store = Store::open(directory.path());
    OneBlobRepository remote(blob);
    std::uint64_t moved = 0;
    CHECK(store->fetch_blob(blob.descriptor, remote, [&](std::uint64_t bytes) { moved += bytes; },
                            {}) == "resumed");
    CHECK(remote.served == blob_size - 100'000);
    CHECK(moved == blob_size);
    CHECK(stored_bytes(*store, blob) == blob.bytes);
    CHECK(fs::is_empty(directory.path() / "uploads"));
}

TEST_CASE("a part that is whole is committed without asking the source") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    replace_file(part_path(directory.path(), blob), blob.bytes, 0600);
    OneBlobRepository remote(blob);
    CHECK(store->fetch_blob(blob.descriptor, remote, {}, {}) == "resumed");
    CHECK(remote.fetches == 0);
    CHECK(stored_bytes(*store, blob) == blob.bytes);
}

TEST_CASE("a part with wrong bytes is dropped and the blob fetched anew") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    for (const std::size_t size : {std::size_t{1}, blob_size - 1, blob_size, blob_size + 1}) {
        CAPTURE(size);
        const auto fresh = some_blob(static_cast<unsigned>(size));
        replace_file(part_path(directory.path(), fresh), std::string(size, 'x'), 0600);
        OneBlobRepository remote(fresh);
        CHECK(store->fetch_blob(fresh.descriptor, remote, {}, {}) == "copied");
        CHECK(stored_bytes(*store, fresh) == fresh.bytes);
    }
}

TEST_CASE("a source that cannot go on from the middle gives the blob from the start") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    leave_part(*store, blob, 200'000);
    OneBlobRepository remote(blob);
    remote.can_resume = false;
    CHECK(store->fetch_blob(blob.descriptor, remote, {}, {}) == "copied");
    CHECK(remote.fetches == 2);
    CHECK(stored_bytes(*store, blob) == blob.bytes);
}

TEST_CASE("a source with wrong bytes is asked once more at most, and nothing stays") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    auto liar = some_blob(1);
    liar.descriptor = some_blob(2).descriptor;
    OneBlobRepository remote(liar);
    const auto fetch = [&] { store->fetch_blob(liar.descriptor, remote, {}, {}); };
    CHECK(contract::code_of(fetch) == ErrorCode::digest_invalid);
    CHECK(remote.fetches == 1);
    CHECK(fs::is_empty(directory.path() / "uploads"));

    replace_file(part_path(directory.path(), liar), "x", 0600);
    CHECK(contract::code_of(fetch) == ErrorCode::digest_invalid);
    CHECK(remote.fetches == 3);
    CHECK(fs::is_empty(directory.path() / "uploads"));
    CHECK_FALSE(store->repository("any")->has_blob(liar.descriptor));
}

TEST_CASE("a stopped fetch is cancelled and can be resumed") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    OneBlobRepository remote(blob);
    std::stop_source stop;
    std::uint64_t moved = 0;
    const auto stop_half_way = [&](std::uint64_t bytes) {
        moved += bytes;
        if (moved > blob_size / 2) stop.request_stop();
    };
    CHECK(contract::code_of([&] {
              store->fetch_blob(blob.descriptor, remote, stop_half_way, stop.get_token());
          }) == ErrorCode::cancelled);
    CHECK(fs::file_size(part_path(directory.path(), blob)) == moved);
    CHECK(store->fetch_blob(blob.descriptor, remote, {}, {}) == "resumed");
    CHECK(remote.served == blob_size);
}

TEST_CASE("threads that want the same blob wait for the one that fetches it") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    OneBlobRepository remote(blob);
    std::atomic<int> copied = 0;
    std::atomic<int> present = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            const auto how = store->fetch_blob(blob.descriptor, remote, {}, {});
            ++(how == "copied" ? copied : present);
        });
    for (auto& thread : threads) thread.join();
    CHECK(copied == 1);
    CHECK(present == 3);
    CHECK(remote.fetches == 1);
}

TEST_CASE("who waits for another's fetch can be stopped") {
    const TemporaryDirectory directory;
    const auto store = Store::open(directory.path());
    const auto blob = some_blob();
    OneBlobRepository slow(blob);
    std::atomic<bool> reached = false;
    std::atomic<bool> go_on = false;
    slow.breaks_after = 1000;
    slow.broken = [&] {
        reached = true;
        while (!go_on) std::this_thread::yield();
        slow.breaks_after = UINT64_MAX;
    };
    std::thread first([&] { store->fetch_blob(blob.descriptor, slow, {}, {}); });
    while (!reached) std::this_thread::yield();
    std::stop_source stop;
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        stop.request_stop();
    });
    OneBlobRepository never(blob);
    CHECK(contract::code_of([&] {
              store->fetch_blob(blob.descriptor, never, {}, stop.get_token());
          }) == ErrorCode::cancelled);
    CHECK(never.fetches == 0);
    go_on = true;
    first.join();
    stopper.join();
    CHECK(stored_bytes(*store, blob) == blob.bytes);
}

TEST_CASE("two processes that want the same blobs fetch each of them once") {
    const TemporaryDirectory directory;
    constexpr unsigned blobs = 8;
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    std::array<pid_t, 2> children{};
    for (pid_t& child : children) {
        child = ::fork();
        REQUIRE(child >= 0);
        if (child != 0) continue;
        // No doctest in here: the child only reports how many fetches it made.
        char fetched = 0;
        try {
            const auto store = Store::open(directory.path());
            for (unsigned seed = 0; seed < blobs; ++seed) {
                const auto blob = some_blob(seed);
                OneBlobRepository remote(blob);
                store->fetch_blob(blob.descriptor, remote, {}, {});
                fetched = static_cast<char>(fetched + remote.fetches.load());
            }
        } catch (...) {
            fetched = 100;
        }
        ::_exit(::write(pipe[1], &fetched, 1) == 1 ? 0 : 1);
    }
    int sum = 0;
    for (const pid_t child : children) {
        char fetched = 0;
        REQUIRE(::read(pipe[0], &fetched, 1) == 1);
        sum += fetched;
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
    }
    ::close(pipe[0]);
    ::close(pipe[1]);
    CHECK(sum == static_cast<int>(blobs));
    CHECK(Store::open(directory.path())->check(true, {}).empty());
}
