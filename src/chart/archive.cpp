#include "chart/archive.hpp"

#include "base/text.hpp"
#include "chart/chart_yaml.hpp"
#include "codec/decompress.hpp"
#include "tree/entry_path.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>

namespace berth::chart {
namespace {

Error invalid(std::string message) {
    return Error(ErrorCode::content_invalid, std::move(message));
}

std::string read_chart_yaml(codec::TarReader& archive) {
    std::string text;
    std::array<std::byte, 16 * 1024> buffer;
    while (const std::size_t count = archive.read(buffer)) {
        if (count > chart_yaml_limit - text.size())
            throw Error(
                ErrorCode::limit_exceeded,
                fmt::format("Chart.yaml is larger than the limit of {} bytes", chart_yaml_limit));
        text.append(as_text(std::span(buffer).first(count)));
    }
    return text;
}

void check_identity(const Identity& identity, const Metadata& metadata) {
    const auto check = [](std::string_view what, const std::string& is, const std::string& said) {
        if (is != said)
            throw invalid(
                fmt::format("the archive's Chart.yaml has the {} {}, the chart's config "
                            "has {}",
                            what, berth::quoted(is), berth::quoted(said)));
    };
    check("name", identity.name, metadata.name);
    check("version", identity.version, metadata.version);
}

/// What is known of an archive while it is read.
class Check {
public:
    explicit Check(const Metadata& metadata) : metadata_(metadata) {}

    void entry(codec::TarReader& archive, const codec::TarEntry& entry) {
        check_entry(entry, metadata_.name);
        if (++entries_ > extract_limits.entries)
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("more than {} entries", extract_limits.entries));
        if (entry.type == codec::TarType::directory) return;
        const auto path = tree::entry_path(entry.path).value();
        if (!files_.insert(path).second) throw invalid("the name comes twice");
        if (entry.size > archive_limit - bytes_)
            throw Error(ErrorCode::limit_exceeded, fmt::format("more than {} of files in the chart",
                                                               human_size(archive_limit)));
        bytes_ += entry.size;
        if (path == metadata_.name + "/Chart.yaml")
            identity_ = parse_chart_yaml(read_chart_yaml(archive)).value();
    }

    void end() const {
        if (!identity_)
            throw invalid(fmt::format("the archive has no {}/Chart.yaml", metadata_.name));
        check_identity(*identity_, metadata_);
    }

private:
    const Metadata& metadata_;
    std::set<std::string> files_;
    std::uint64_t entries_ = 0;
    std::uint64_t bytes_ = 0;
    std::optional<Identity> identity_;
};

} // namespace

std::unique_ptr<Source> open_archive(std::unique_ptr<Source> compressed) {
    // Headers and padding come on top of the files.
    const std::uint64_t output = archive_limit + extract_limits.entries * 2048;
    return codec::gunzip(std::move(compressed), {.output = output});
}

void check_entry(const codec::TarEntry& entry, const std::string& name) {
    const bool directory = entry.type == codec::TarType::directory;
    if (!directory && entry.type != codec::TarType::file)
        throw invalid("only files and directories belong in a chart, no links and no devices");
    if (entry.regions) throw invalid("sparse files do not belong in a chart");
    if (entry.path.find('\\') != std::string::npos)
        throw invalid("names in a chart have no backslashes");
    if (entry.path.starts_with('/')) throw invalid("names in a chart are not absolute");
    const auto path = tree::entry_path(entry.path).value();
    const bool inside =
        path.starts_with(name + "/") || (directory && (path == name || path.empty()));
    if (!inside) throw invalid(fmt::format("it is not below {}, the chart's name", name));
}

void check_archive(Source& archive, const Metadata& metadata) {
    codec::TarReader reader(archive);
    Check check(metadata);
    std::uint64_t number = 0;
    while (const codec::TarEntry* entry = reader.next()) {
        ++number;
        try {
            check.entry(reader, *entry);
        } catch (Error& error) {
            error.add_context(fmt::format("entry {} {}", number, berth::quoted(entry->path)));
            throw;
        }
    }
    reader.drain();
    check.end();
}

} // namespace berth::chart
