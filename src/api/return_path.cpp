#include "api/return_path.hpp"

#include <algorithm>

namespace berth::api {
namespace {

constexpr std::string_view home = "/registries";
constexpr std::size_t longest = 2048;

bool plain(char c) {
    return c > ' ' && c < 127 && c != '\\';
}

} // namespace

std::string return_path(std::string_view wanted) {
    const bool here = wanted.starts_with('/') && !wanted.starts_with("//") &&
                      !wanted.starts_with("/v1/") && !wanted.starts_with("/v2/");
    if (!here || wanted.size() > longest || !std::all_of(wanted.begin(), wanted.end(), plain))
        return std::string(home);
    return std::string(wanted);
}

} // namespace berth::api
