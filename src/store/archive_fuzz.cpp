// A foreign layout archive. Differential: what the map of headers finds must be, byte for byte,
// what a reader that goes through the whole archive finds.
#include "base/error.hpp"
#include "base/source.hpp"
#include "codec/tar_reader.hpp"
#include "store/archive_map.hpp"
#include "store/layout.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

using namespace berth;
using namespace berth::store;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// Files as one pass over everything sees them; nothing if it refuses the archive.
std::optional<std::map<std::string, std::string>> read_whole(std::string bytes) {
    try {
        MemorySource source(std::move(bytes));
        codec::TarReader reader(source);
        std::map<std::string, std::string> files;
        while (const codec::TarEntry* entry = reader.next()) {
            if (entry->type != codec::TarType::file || entry->regions) continue;
            std::string name = entry->path;
            while (name.starts_with("./")) name.erase(0, 2);
            std::string content;
            std::byte piece[4096];
            while (const std::size_t count = reader.read(piece))
                content += as_text(std::span(piece).first(count));
            files.insert_or_assign(std::move(name), std::move(content));
        }
        return files;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<std::map<std::string, std::string>> read_mapped(int file) {
    try {
        std::map<std::string, std::string> files;
        for (const auto& [name, extent] : map_archive(file, "fuzz")) {
            std::string content(extent.size, '\0');
            const auto got =
                ::pread(file, content.data(), content.size(), static_cast<off_t>(extent.begin));
            require(got == static_cast<ssize_t>(content.size()));
            files.emplace(name, std::move(content));
        }
        return files;
    } catch (const Error&) {
        return std::nullopt;
    }
}

void open_as_layout(int file) {
    try {
        const auto archive = open_layout_archive("/proc/self/fd/" + std::to_string(file));
        for (const auto& tag : archive->tags("", 100).names) (void)archive->manifest(tag);
    } catch (const Error&) {
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = ::memfd_create("archive", MFD_CLOEXEC);
    require(::ftruncate(file, 0) == 0);
    require(::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
    const auto mapped = read_mapped(file);
    const auto whole = read_whole(std::string(reinterpret_cast<const char*>(data), size));
    require(mapped == whole);
    open_as_layout(file);
    return 0;
}
