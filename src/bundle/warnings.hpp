// Warnings: what an unpack could not do, counted by kind and not repeated per file.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace berth::bundle {

enum class Warning {
    device_emptied,    ///< rootless: an empty file stands for a device node
    attribute_denied,  ///< rootless: an extended attribute needs privilege
    attribute_unknown, ///< the file system keeps no such attribute
    attribute_foreign, ///< overlay's or SELinux' own, which no archive may set
    aufs_entry,        ///< bookkeeping of AUFS that old archives carry
};

class Warnings {
public:
    void add(Warning kind, std::string_view path);
    void add(std::string sentence) { sentences_.push_back(std::move(sentence)); }
    /// One sentence per kind: the count, what it is, the first path.
    std::vector<std::string> sentences() const;

private:
    struct Count {
        std::uint64_t times = 0;
        std::string first;
    };
    std::array<Count, 5> counts_;
    std::vector<std::string> sentences_;
};

} // namespace berth::bundle
