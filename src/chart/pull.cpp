#include "base/file.hpp"
#include "base/source.hpp"
#include "base/staging_directory.hpp"
#include "base/text.hpp"
#include "chart/archive.hpp"
#include "chart/chart.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "tree/extract.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>

namespace berth::chart {
namespace {

constexpr std::uint64_t provenance_limit = 1024 * 1024;
/// What Helm called the archive before its own media type was registered.
constexpr std::string_view legacy_chart = "application/tar+gzip";

constexpr const char* staged_archive = "archive";
constexpr const char* staged_provenance = "provenance";
constexpr const char* staged_folder = "folder";

struct Layers {
    oci::Descriptor archive;
    std::optional<oci::Descriptor> provenance;
};

void check_size(const oci::Descriptor& layer, std::string_view what, std::uint64_t limit) {
    if (layer.size > limit)
        throw Error(
            ErrorCode::limit_exceeded,
            fmt::format("the chart's {} has {} bytes; the limit is {}", what, layer.size, limit));
}

void take(std::optional<oci::Descriptor>& place, const oci::Descriptor& layer,
          std::string_view what) {
    if (place)
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the chart has more than one layer for its {}", what));
    place = layer;
}

Layers layers_of(const registry::Document& document) {
    const auto manifest =
        oci::parse_manifest(document.bytes, document.descriptor.media_type).value();
    std::optional<oci::Descriptor> archive;
    std::optional<oci::Descriptor> provenance;
    for (const auto& layer : manifest.layers) {
        const std::string& type = layer.media_type;
        if (type == oci::media_type::helm_chart || type == legacy_chart)
            take(archive, layer, "archive");
        if (type == oci::media_type::helm_provenance) take(provenance, layer, "provenance");
    }
    if (!archive)
        throw Error(ErrorCode::content_invalid,
                    fmt::format("the chart has no layer of type {}", oci::media_type::helm_chart));
    check_size(*archive, "archive", archive_limit);
    if (provenance) check_size(*provenance, "provenance", provenance_limit);
    return {std::move(*archive), std::move(provenance)};
}

std::string_view outcome(Shown shown, std::string_view otherwise) {
    return shown == Shown::present ? "present" : otherwise;
}

class Pull {
public:
    Pull(registry::Repository& repository, Metadata metadata, const ResultsDirectory& results,
         registry::Progress& progress, std::stop_token stop)
        : repository_(repository),
          metadata_(std::move(metadata)),
          results_(results.fd()),
          staging_(results.fd(), tree::remove_tree),
          progress_(progress),
          stop_(std::move(stop)) {}

    std::vector<std::string> take(const Layers& layers, Form form) {
        const bool with_provenance = layers.provenance && form == Form::archive;
        progress_.expect(with_provenance ? 2 : 1,
                         layers.archive.size + (with_provenance ? layers.provenance->size : 0));
        const UniqueFd archive = fetch(layers.archive, staged_archive, archive_name());
        check_archive(*open(archive, layers.archive.size), metadata_);
        if (form == Form::unpacked) return {show_folder(archive, layers.archive.size)};
        // All is checked before anything is shown.
        if (with_provenance) fetch(*layers.provenance, staged_provenance, provenance_name());
        std::vector<std::string> shown{show(staged_archive, archive_name())};
        if (with_provenance) shown.push_back(show(staged_provenance, provenance_name()));
        return shown;
    }

private:
    std::string archive_name() const {
        return fmt::format("{}-{}.tgz", metadata_.name, metadata_.version);
    }
    std::string provenance_name() const { return archive_name() + ".prov"; }

    UniqueFd fetch(const oci::Descriptor& layer, const char* staged, const std::string& item) {
        progress_.started(item, layer.size);
        UniqueFd file = staging_.create_file(staged);
        const auto source = repository_.fetch(layer, 0);
        write_source(file.get(), *source, berth::quoted(item), [&](std::size_t count) {
            if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
            progress_.moved(item, count);
        });
        return file;
    }

    static std::unique_ptr<Source> open(const UniqueFd& file, std::uint64_t size) {
        UniqueFd copy(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
        if (!copy) throw system_error("duplicating a file handle", errno);
        return open_archive(std::make_unique<FileSource>(std::move(copy), 0, size));
    }

    std::string show(const char* staged, const std::string& name) {
        const Shown shown = show_file(staging_.fd(), staged, results_, name, name);
        progress_.finished(name, outcome(shown, "copied"));
        return name;
    }

    std::string show_folder(const UniqueFd& file, std::uint64_t size) {
        const UniqueFd folder = staging_.create_directory(staged_folder);
        const auto source = open(file, size);
        codec::TarReader archive(*source);
        tree::extract(archive, folder.get(), extract_limits, [&](const codec::TarEntry& entry) {
            if (stop_.stop_requested()) throw Error(ErrorCode::cancelled, "stopped on request");
            check_entry(entry, metadata_.name);
        });
        const Shown shown =
            show_directory(folder.get(), metadata_.name, results_, metadata_.name, metadata_.name);
        progress_.finished(archive_name(), outcome(shown, "unpacked"));
        return metadata_.name;
    }

    registry::Repository& repository_;
    Metadata metadata_;
    int results_;
    StagingDirectory staging_;
    registry::Progress& progress_;
    std::stop_token stop_;
};

} // namespace

std::vector<std::string> pull(registry::Repository& repository, const registry::Document& manifest,
                              const std::filesystem::path& directory, Form form,
                              registry::Progress& progress, std::stop_token stop) {
    Metadata metadata = read_metadata(repository, manifest);
    const Layers layers = layers_of(manifest);
    const std::string name = fmt::format("chart {} {}", metadata.name, metadata.version);
    ResultsDirectory results(directory);
    try {
        auto paths = Pull(repository, std::move(metadata), results, progress, std::move(stop))
                         .take(layers, form);
        results.keep();
        return paths;
    } catch (Error& error) {
        error.add_context(name);
        throw;
    }
}

} // namespace berth::chart
