#include "store/leftovers.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace berth::store {

void remove_leftovers(const std::filesystem::path& directory, std::string_view name) {
    const std::string prefix = fmt::format(".{}.", name);
    std::vector<std::filesystem::path> leftovers;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string file = entry.path().filename().string();
        if (file.starts_with(prefix) && file.ends_with(".tmp")) leftovers.push_back(entry.path());
    }
    for (const auto& path : leftovers) std::filesystem::remove(path);
}

} // namespace berth::store
