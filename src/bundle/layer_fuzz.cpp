#include "base/error.hpp"
#include "bundle/layer_fixture.hpp"
#include "bundle/tree_text.hpp"
#include "bundle/whiteout.hpp"
#include "tree/scratch_directory.hpp"

#include <cstdlib>

// Whatever two layers say: nothing beside the bundle changes, a failure leaves nothing, and no
// whiteout is seen in the result. The first byte says where the second layer starts.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace berth;
    namespace fs = std::filesystem;
    if (size == 0) return 0;
    const std::string all(reinterpret_cast<const char*>(data + 1), size - 1);
    const auto middle = std::min<std::size_t>(std::size_t{data[0]} * 512, all.size());
    const auto image = bundle::image_of({all.substr(0, middle), all.substr(middle)});

    const tree::ScratchDirectory scratch;
    fs::create_directory(scratch.path() / "yard");
    scratch.write("secret", "secret");
    const auto before = bundle::status_text(scratch.path() / "secret");
    const auto bundle_path = scratch.path() / "yard/b";
    try {
        bundle::unpack_image(
            image, bundle_path,
            {.rootless = true, .limits = {.tar = {.entries = 200}, .total_bytes = 1 << 20}});
        for (const auto& entry : fs::recursive_directory_iterator(bundle_path / "rootfs"))
            if (entry.path().filename().string().starts_with(".wh.")) std::abort();
    } catch (const Error&) {
        if (!fs::is_empty(scratch.path() / "yard")) std::abort();
    }
    if (bundle::status_text(scratch.path() / "secret") != before) std::abort();
    const auto beside =
        std::distance(fs::directory_iterator(scratch.path()), fs::directory_iterator());
    if (beside != 2) std::abort();
    return 0;
}
