#include "cli/command_line.hpp"

#include <algorithm>

namespace berth::cli {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + cost});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, current);
    }
    return last[b.size()];
}

} // namespace

std::optional<std::string> suggestion(std::string_view word,
                                      const std::vector<std::string>& known) {
    constexpr std::size_t longest = 64;
    if (word.empty() || word.size() > longest) return std::nullopt;
    const std::string* nearest = nullptr;
    std::size_t distance = word.size() <= 3 ? 2 : 3;
    for (const auto& each : known) {
        if (const auto needed = edits(word, each); needed < distance) {
            nearest = &each;
            distance = needed;
        }
    }
    if (nearest) return *nearest;
    std::size_t begun = 0;
    for (const auto& each : known) {
        if (!each.starts_with(word)) continue;
        nearest = &each;
        ++begun;
    }
    return begun == 1 ? std::optional(*nearest) : std::nullopt;
}

} // namespace berth::cli
