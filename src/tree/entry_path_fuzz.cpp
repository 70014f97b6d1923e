#include "tree/entry_path.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace berth::tree;
    const auto path = entry_path({reinterpret_cast<const char*>(data), size});
    if (path.has_error()) return 0;
    const auto framed = "/" + *path + "/";
    if (framed.find("/../") != framed.npos || framed.find("/./") != framed.npos) std::abort();
    if (!path->empty() && framed.find("//") != framed.npos) std::abort();
    if (path->find('\0') != path->npos || path->size() > 4095) std::abort();
    if (!path->empty() && entry_path(*path).value() != *path) std::abort();
    if (!path->empty() && join(parent_path(*path), leaf_name(*path)) != *path) std::abort();
    return 0;
}
