#include "bundle/warnings.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::bundle {
namespace {

struct Words {
    std::string_view one;
    std::string_view many;
};

// In the order of Warning.
constexpr std::array<Words, 5> words = {{
    {"1 device node became an empty file", "{} device nodes became empty files"},
    {"1 extended attribute needs privilege and was left out",
     "{} extended attributes need privilege and were left out"},
    {"1 extended attribute is not supported by the file system and was left out",
     "{} extended attributes are not supported by the file system and were left out"},
    {"1 extended attribute of overlayfs or SELinux was ignored",
     "{} extended attributes of overlayfs or SELinux were ignored"},
    {"1 entry of AUFS bookkeeping was ignored", "{} entries of AUFS bookkeeping were ignored"},
}};

} // namespace

void Warnings::add(Warning kind, std::string_view path) {
    auto& count = counts_[static_cast<std::size_t>(kind)];
    if (count.times++ == 0) count.first = path;
}

std::vector<std::string> Warnings::sentences() const {
    auto all = sentences_;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const auto& [times, first] = counts_[i];
        if (times == 0) continue;
        const auto what = times == 1 ? std::string(words[i].one)
                                     : fmt::format(fmt::runtime(words[i].many), times);
        all.push_back(fmt::format("{} (first: {})", what, berth::quoted(first)));
    }
    return all;
}

} // namespace berth::bundle
