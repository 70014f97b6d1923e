#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "oci/manifest.hpp"
#include "oci/reference.hpp"
#include "store/blob_directory.hpp"
#include "store/incoming_blob.hpp"
#include "store/layout.hpp"
#include "store/layout_repository.hpp"
#include "store/leftovers.hpp"
#include "store/manifest_record.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace berth::store {
namespace {

namespace fs = std::filesystem;

/// The whole of a regular file; a symbolic link could lead anywhere and is refused.
std::string read_plain_file(const fs::path& path, std::uint64_t limit) {
    UniqueFd file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0)
        throw system_error(fmt::format("examining {}", berth::quoted(path.native())), errno);
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorCode::content_invalid,
                    fmt::format("{} is not a regular file", berth::quoted(path.native())));
    FileSource source(std::move(file), 0, static_cast<std::uint64_t>(status.st_size));
    return read_all(source, limit, berth::quoted(path.native()));
}

class LayoutDirectory final : public LayoutRepository {
public:
    LayoutDirectory(const fs::path& directory, bool create)
        : LayoutRepository(directory.string()),
          directory_(directory),
          blobs_(directory / "blobs", BlobDirectory::Depth::flat) {
        if (create) begin();
        if (!fs::exists(version_file()))
            throw Error(ErrorCode::not_found, fmt::format("{} is not an OCI layout: it has no "
                                                          "oci-layout file",
                                                          berth::quoted(directory.native())));
        check_layout_version(read_plain_file(version_file(), layout_version_limit),
                             version_file().string());
    }

    void push_blob(const oci::Descriptor& blob, const registry::OpenContent& content) override {
        if (has_blob(blob)) return;
        auto incoming = IncomingBlob::create_temporary(blobs_.make_parent(blob.digest), blob);
        incoming.receive(*content(), {}, {});
        incoming.commit(blobs_);
    }

    void push_manifest(const registry::Document& document, std::string_view tag) override {
        if (!tag.empty()) oci::parse_tag(tag).value();
        check_bytes(document);
        const auto present = [&](const oci::Descriptor& blob) { return has_blob(blob); };
        const ManifestRecord record = describe(document, present);
        check_children(record, present);
        push_blob(document.descriptor,
                  [&] { return std::make_unique<MemorySource>(document.bytes); });
        list(document.descriptor, record, tag);
    }

protected:
    LayoutIndex read_index() override {
        return LayoutIndex::parse(read_plain_file(index_file(), oci::manifest_limit),
                                  index_file().string());
    }

    std::optional<Extent> find(const oci::Digest& digest) override {
        auto opened = blobs_.open(digest);
        if (!opened) return std::nullopt;
        return Extent{std::move(opened->file), 0, opened->size};
    }

private:
    fs::path version_file() const { return directory_ / "oci-layout"; }
    fs::path index_file() const { return directory_ / "index.json"; }

    /// Those who change index.json take turns. The directory itself is locked, so that the layout
    /// holds no file that does not belong there.
    UniqueFd locked() const {
        UniqueFd directory = open_file(directory_, O_RDONLY | O_DIRECTORY);
        while (::flock(directory.get(), LOCK_EX) != 0)
            if (errno != EINTR)
                throw system_error(fmt::format("locking {}", berth::quoted(directory_.native())),
                                   errno);
        return directory;
    }

    /// Anything but what a creation that was cut short may have left.
    bool holds_foreign_files() const {
        remove_leftovers(directory_, "index.json");
        for (const auto& entry : fs::directory_iterator(directory_))
            if (entry.path().filename() != "blobs") return true;
        return false;
    }

    void begin() const {
        make_directories(directory_);
        const UniqueFd lock = locked();
        if (fs::exists(version_file())) return;
        if (!fs::exists(index_file()) && holds_foreign_files())
            throw Error(ErrorCode::conflict, fmt::format("{} is neither empty nor an OCI layout",
                                                         berth::quoted(directory_.native())))
                .set_hint("name an empty or new directory");
        make_directories(blobs_.root());
        if (!fs::exists(index_file())) replace_file(index_file(), LayoutIndex().text(), 0644);
        remove_leftovers(directory_, "oci-layout");
        // Last: what has it is whole.
        replace_file(version_file(), layout_version_text(), 0644);
    }

    void list(const oci::Descriptor& manifest, const ManifestRecord& record, std::string_view tag) {
        std::set<oci::Digest> children;
        for (const Child& child : record.children) children.insert(child.descriptor.digest);
        const UniqueFd lock = locked();
        LayoutIndex index = read_index();
        bool changed = index.put(manifest, tag);
        changed = index.remove_unnamed(children) || changed;
        if (!changed) return;
        const std::string text = index.text();
        if (text.size() > oci::manifest_limit)
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} would be larger than the limit of {} bytes",
                                    berth::quoted(index_file().native()), oci::manifest_limit));
        remove_leftovers(directory_, "index.json");
        replace_file(index_file(), text, 0644);
    }

    fs::path directory_;
    BlobDirectory blobs_;
};

} // namespace

std::unique_ptr<registry::Repository> open_layout(const fs::path& directory, bool create) {
    return std::make_unique<LayoutDirectory>(directory, create);
}

} // namespace berth::store
