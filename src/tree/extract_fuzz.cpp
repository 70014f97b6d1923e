#include "tree/extract.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "tree/scratch_directory.hpp"

#include <cstdlib>

// Whatever the archive says, what lies beside the directory stays as it was.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace berth;
    const tree::ScratchDirectory scratch;
    std::filesystem::create_directory(scratch.path() / "in");
    scratch.write("secret", "secret");
    MemorySource source(std::string(reinterpret_cast<const char*>(data), size));
    try {
        codec::TarReader reader(source, {.entries = 200});
        tree::extract(reader, scratch.open("in").get(), {.total_bytes = 1 << 20, .entries = 100},
                      {});
    } catch (const Error&) {
    }
    if (scratch.read("secret") != "secret") std::abort();
    if (std::filesystem::hard_link_count(scratch.path() / "secret") != 1) std::abort();
    const auto beside = std::distance(std::filesystem::directory_iterator(scratch.path()),
                                      std::filesystem::directory_iterator());
    if (beside != 2) std::abort();
    return 0;
}
