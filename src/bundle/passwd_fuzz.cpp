#include "base/error.hpp"
#include "bundle/user.hpp"

#include <cstdlib>

// The input: user, passwd and group, parted by zero bytes.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace berth;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto first = std::min(text.find('\0'), text.size());
    const auto rest = text.substr(std::min(first + 1, text.size()));
    const auto second = std::min(rest.find('\0'), rest.size());
    try {
        const auto group = rest.substr(std::min(second + 1, rest.size()));
        const auto user =
            bundle::resolve_user(text.substr(0, first), rest.substr(0, second), group);
        if (user.uid > 0x7fffffff || user.gid > 0x7fffffff) std::abort();
        if (!user.home.starts_with('/')) std::abort();
        if (text.substr(0, first).find(':') != text.npos && first > 0 &&
            text.substr(0, first).back() != ':' && !user.additional_gids.empty())
            std::abort();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::content_invalid) std::abort();
    }
    return 0;
}
