#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "codec/tar_writer.hpp"
#include "oci/manifest.hpp"
#include "oci/media_type.hpp"
#include "oci/reference.hpp"
#include "store/layout.hpp"
#include "store/layout_index.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

namespace berth::store {
namespace {

namespace fs = std::filesystem;

constexpr int depth_limit = 8;
constexpr std::size_t document_limit = 10'000;

bool is_document(const oci::Descriptor& descriptor) {
    return oci::media_type::is_manifest(descriptor.media_type) ||
           oci::media_type::is_index(descriptor.media_type);
}

/// What goes into the archive, each digest once, children before parents.
class Contents {
public:
    Contents(registry::Repository& source, std::string_view tag_or_digest) : source_(source) {
        auto root = source.manifest(tag_or_digest);
        if (!root)
            throw Error(
                ErrorCode::manifest_unknown,
                fmt::format("{} has no manifest {}", source.name(), berth::quoted(tag_or_digest)));
        root_ = root->descriptor;
        seen_.insert(root_->digest);
        visit(std::move(*root), 1);
    }

    const oci::Descriptor& root() const { return *root_; }
    const std::vector<oci::Descriptor>& blobs() const { return blobs_; }
    const std::vector<registry::Document>& documents() const { return documents_; }

private:
    void visit(registry::Document document, int depth) {
        if (depth > depth_limit || documents_.size() >= document_limit)
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} leads to indexes nested more than {} deep, or to more than "
                                    "{} manifests",
                                    root_->digest.text(), depth_limit, document_limit));
        const bool index = oci::media_type::is_index(document.descriptor.media_type);
        auto children = oci::successors(document.bytes, document.descriptor.media_type).value();
        for (auto& child : children) {
            if (!seen_.insert(child.digest).second) continue;
            if (!is_document(child)) {
                add_blob(std::move(child));
                continue;
            }
            auto manifest = source_.manifest(child.digest.text());
            if (manifest)
                visit(std::move(*manifest), depth + 1);
            else if (!index)
                throw missing(child);
        }
        documents_.push_back(std::move(document));
    }

    void add_blob(oci::Descriptor blob) {
        // Registries need not hold these, so that an image without them is whole.
        if (oci::media_type::is_nondistributable(blob.media_type) && !source_.has_blob(blob))
            return;
        blobs_.push_back(std::move(blob));
    }

    Error missing(const oci::Descriptor& child) const {
        return Error(ErrorCode::manifest_unknown,
                     fmt::format("{} has no manifest {}", source_.name(), child.digest.text()));
    }

    registry::Repository& source_;
    std::optional<oci::Descriptor> root_;
    std::set<oci::Digest> seen_;
    std::vector<oci::Descriptor> blobs_;
    std::vector<registry::Document> documents_;
};

/// A file beside `path` that takes its place when it is whole.
class NewFile {
public:
    explicit NewFile(const fs::path& path)
        : path_(path),
          directory_(path.has_parent_path() ? path.parent_path() : fs::path(".")),
          temporary_(directory_ /
                     fmt::format(".{}.{}.tmp", path.filename().native(), random_hex_16())),
          file_(open_file(temporary_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644)) {}
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (!temporary_.empty()) ::unlink(temporary_.c_str());
    }

    void write(std::span<const std::byte> bytes) {
        write_all(file_.get(), bytes, berth::quoted(path_.native()));
    }
    void keep() {
        if (::fsync(file_.get()) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0)
            throw system_error(fmt::format("writing {}", berth::quoted(path_.native())), errno);
        temporary_.clear();
        sync_directory(directory_);
    }

private:
    fs::path path_;
    fs::path directory_;
    fs::path temporary_;
    UniqueFd file_;
};

/// Equal content gives equal bytes: no times, no owners.
class LayoutWriter {
public:
    explicit LayoutWriter(NewFile& file)
        : tar_([&file](std::span<const std::byte> bytes) { file.write(bytes); }) {}

    void add_directory(const std::string& path) {
        codec::TarEntry entry;
        entry.path = path;
        entry.type = codec::TarType::directory;
        entry.mode = 0755;
        tar_.add(entry);
    }
    void add_file(const std::string& path, Source& content, std::uint64_t size) {
        codec::TarEntry entry;
        entry.path = path;
        entry.size = size;
        entry.mode = 0644;
        tar_.add(entry);
        std::vector<std::byte> buffer(buffer_size);
        while (const std::size_t count = content.read(buffer))
            tar_.write(std::span(buffer).first(count));
    }
    void add_text(const std::string& path, const std::string& text) {
        MemorySource content(text);
        add_file(path, content, text.size());
    }
    void finish() { tar_.finish(); }

private:
    codec::TarWriter tar_;
};

std::string path_in_archive(const oci::Digest& digest) {
    return fmt::format("blobs/{}/{}", digest.algorithm_name(), digest.hex());
}

void write_blobs(LayoutWriter& writer, const Contents& contents, registry::Repository& source) {
    std::set<std::string_view> algorithms;
    for (const auto& blob : contents.blobs()) algorithms.insert(blob.digest.algorithm_name());
    for (const auto& document : contents.documents())
        algorithms.insert(document.descriptor.digest.algorithm_name());
    writer.add_directory("blobs/");
    for (const auto algorithm : algorithms)
        writer.add_directory(fmt::format("blobs/{}/", algorithm));
    for (const auto& blob : contents.blobs())
        writer.add_file(path_in_archive(blob.digest), *source.fetch(blob, 0), blob.size);
    for (const auto& document : contents.documents())
        writer.add_text(path_in_archive(document.descriptor.digest), document.bytes);
}

} // namespace

void write_layout_archive(registry::Repository& source, std::string_view tag_or_digest,
                          std::string_view tag, const fs::path& file) {
    if (!tag.empty()) oci::parse_tag(tag).value();
    const Contents contents(source, tag_or_digest);
    LayoutIndex index;
    index.put(contents.root(), tag);
    NewFile archive(file);
    LayoutWriter writer(archive);
    writer.add_text("oci-layout", layout_version_text());
    writer.add_text("index.json", index.text());
    write_blobs(writer, contents, source);
    writer.finish();
    archive.keep();
}

} // namespace berth::store
