#include "measured.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace load {

namespace {

double cpu_seconds(int process) {
    std::ifstream file(fmt::format("/proc/{}/stat", process));
    std::string line;
    std::getline(file, line);
    const auto close = line.rfind(')');
    if (close == std::string::npos) throw std::runtime_error("the server has gone");
    std::istringstream fields(line.substr(close + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double at(const std::vector<double>& sorted, double share) {
    const auto last = static_cast<double>(sorted.size() - 1);
    return 1000 * sorted[static_cast<std::size_t>(share * last + 0.5)];
}

} // namespace

ServerUse use_of(int process) {
    if (process == 0) return {};
    ServerUse use{.cpu = cpu_seconds(process)};
    std::ifstream file(fmt::format("/proc/{}/status", process));
    std::string word;
    while (file >> word) {
        std::uint64_t kib = 0;
        if (word == "VmRSS:" && file >> kib) use.rss = kib * 1024;
        if (word == "VmHWM:" && file >> kib) use.peak = kib * 1024;
    }
    return use;
}

void Times::add(const std::string& kind, Clock::time_point begin) {
    by_kind_[kind].push_back(std::chrono::duration<double>(Clock::now() - begin).count());
}

void Times::merge(Times&& other) {
    for (auto& [kind, times] : other.by_kind_) {
        auto& mine = by_kind_[kind];
        mine.insert(mine.end(), times.begin(), times.end());
    }
}

std::size_t Times::count() const {
    std::size_t sum = 0;
    for (const auto& [kind, times] : by_kind_) sum += times.size();
    return sum;
}

std::string Times::json() {
    std::string text;
    for (auto& [kind, times] : by_kind_) {
        if (times.empty()) continue;
        std::sort(times.begin(), times.end());
        text += fmt::format(R"({}"{}": {{"count": {}, "p50": {:.4f}, "p95": {:.4f}, )"
                            R"("p99": {:.4f}, "max": {:.4f}}})",
                            text.empty() ? "" : ", ", kind, times.size(), at(times, 0.5),
                            at(times, 0.95), at(times, 0.99), at(times, 1));
    }
    return "{" + text + "}";
}

} // namespace load
