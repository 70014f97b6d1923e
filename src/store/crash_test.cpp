// What a process leaves that is killed in the middle, and how the next one goes on.
#include "base/file.hpp"
#include "registry/repository_contract.hpp"
#include "store/layout.hpp"
#include "store/one_blob_repository.hpp"
#include "store/store.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <set>
#include <thread>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;
namespace fs = std::filesystem;

namespace {

/// Runs `work` in a child, which must end by _exit or be killed after `limit`.
void in_a_child(const std::function<void()>& work,
                std::chrono::microseconds limit = std::chrono::seconds(20)) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        try {
            work();
        } catch (...) {
        }
        ::_exit(0);
    }
    const auto deadline = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= deadline) ::kill(child, SIGKILL);
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

/// What `pull` does, in one thread.
void pull(const fs::path& directory, const contract::SmallImage& image) {
    const auto store = Store::open(directory);
    const auto repository = store->repository("example.com/team/app");
    for (const auto* blob : {&image.layer, &image.config}) {
        OneBlobRepository remote(*blob);
        store->fetch_blob(blob->descriptor, remote, {}, {});
    }
    repository->push_manifest(image.manifest, "v1");
}

void check_whole(const fs::path& directory, const contract::SmallImage& image) {
    const auto store = Store::open(directory);
    const auto findings = store->check(true, {});
    for (const auto& finding : findings)
        FAIL_CHECK(name_of(finding.kind), ": ", finding.subject, ": ", finding.detail);
    const auto repository = store->repository("example.com/team/app");
    const auto document = repository->manifest("v1");
    REQUIRE(document.has_value());
    CHECK(document->bytes == image.manifest.bytes);
    CHECK(contract::bytes_of(*repository, image.layer.descriptor, 0) == image.layer.bytes);
}

} // namespace

TEST_CASE("a process that dies inside a fetch leaves its bytes to the next") {
    const TemporaryDirectory directory;
    const auto image = contract::small_image(1);
    in_a_child([&] {
        const auto store = Store::open(directory.path());
        OneBlobRepository remote(image.layer);
        remote.breaks_after = 130'000;
        remote.broken = [] { ::_exit(0); };
        store->fetch_blob(image.layer.descriptor, remote, {}, {});
    });
    const auto store = Store::open(directory.path());
    OneBlobRepository remote(image.layer);
    CHECK(store->fetch_blob(image.layer.descriptor, remote, {}, {}) == "resumed");
    CHECK(remote.served == image.layer.bytes.size() - 130'000);
}

TEST_CASE("a process that dies inside a push leaves nothing visible") {
    const TemporaryDirectory directory;
    const auto image = contract::small_image(2);
    in_a_child([&] {
        const auto store = Store::open(directory.path());
        store->repository("a")->push_blob(image.layer.descriptor, [&] {
            struct Deadly final : Source {
                std::size_t read(std::span<std::byte> out) override {
                    if (given) ::_exit(0);
                    given = true;
                    return out.size();
                }
                bool given = false;
            };
            return std::make_unique<Deadly>();
        });
    });
    const auto store = Store::open(directory.path());
    CHECK_FALSE(store->repository("a")->has_blob(image.layer.descriptor));
    CHECK(store->check(false, {}).empty());
}

TEST_CASE("a blob that was renamed but not recorded is whole for the next") {
    const TemporaryDirectory directory;
    const auto image = contract::small_image(3);
    pull(directory.path(), image);
    // As a kill between steps five and six would leave it.
    for (const char* file : {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"})
        fs::remove(directory.path() / file);
    pull(directory.path(), image);
    check_whole(directory.path(), image);
}

TEST_CASE("killed at random points, the next run ends right and the check finds nothing") {
    constexpr int rounds = 40;
    const TemporaryDirectory directory;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const auto store = directory.path() / std::to_string(round);
        const auto image = contract::small_image(static_cast<unsigned>(round));
        in_a_child([&] { pull(store, image); }, std::chrono::microseconds(400 * round));
        in_a_child([&] { pull(store, image); }, std::chrono::microseconds(20'000 - 450 * round));
        pull(store, image);
        check_whole(store, image);
    }
}

TEST_CASE("a layout whose writer is killed at random points can be gone on with") {
    constexpr int rounds = 30;
    const TemporaryDirectory directory;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const auto path = directory.path() / std::to_string(round);
        const auto image = contract::small_image(static_cast<unsigned>(round));
        const auto push = [&] { contract::push(*open_layout(path, true), image, "v1"); };
        in_a_child(push, std::chrono::microseconds(300 * round));
        push();
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(path))
            names.insert(entry.path().filename().string());
        CHECK(names == std::set<std::string>{"blobs", "index.json", "oci-layout"});
        CHECK(open_layout(path, false)->manifest("v1")->bytes == image.manifest.bytes);
    }
}
