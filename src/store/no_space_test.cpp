// A full disk. Needs the right to mount a small tmpfs; without it these tests say so and pass.
#include "registry/repository_contract.hpp"
#include "store/one_blob_repository.hpp"
#include "store/store.hpp"
#include "store/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <sys/mount.h>

using namespace berth;
using namespace berth::store;
namespace contract = berth::registry::contract;

namespace {

class SmallDisk {
public:
    SmallDisk()
        : mounted_(::mount("tmpfs", directory_.path().c_str(), "tmpfs", MS_NODEV | MS_NOSUID,
                           "size=1m") == 0) {}
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    const std::filesystem::path& path() const { return directory_.path(); }

private:
    TemporaryDirectory directory_;
    bool mounted_;
};

} // namespace

TEST_CASE("a full disk is no_space, makes nothing visible, and is no damage") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        WARN_MESSAGE(false, "SKIPPED: no right to mount a tmpfs");
        return;
    }
    const auto store = Store::open(disk.path());
    const auto repository = store->repository("team/app");
    const auto small = contract::small_image(1);
    contract::push(*repository, small, "v1");
    const auto big =
        contract::content(contract::some_bytes(2 << 20, 1), oci::media_type::oci_layer);
    OneBlobRepository remote(big);
    CHECK(contract::code_of([&] { store->fetch_blob(big.descriptor, remote, {}, {}); }) ==
          ErrorCode::no_space);
    CHECK_FALSE(repository->has_blob(big.descriptor));
    CHECK(contract::code_of([&] {
              repository->push_manifest(small.manifest, "v2");
              contract::push(*repository, contract::small_image(2), "v3");
          }) == ErrorCode::no_space);
    for (const auto& part : std::filesystem::directory_iterator(disk.path() / "uploads"))
        std::filesystem::remove(part);
    contract::push(*repository, contract::small_image(3), "v4");
    CHECK(repository->resolve("v1").has_value());
    CHECK(repository->resolve("v4").has_value());
    for (const auto& finding : store->check(true, {}))
        FAIL_CHECK(name_of(finding.kind), ": ", finding.subject, ": ", finding.detail);
}
