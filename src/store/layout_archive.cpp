#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "codec/decompress.hpp"
#include "oci/manifest.hpp"
#include "store/archive_map.hpp"
#include "store/layout.hpp"
#include "store/layout_repository.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace berth::store {
namespace {

UniqueFd duplicate(const UniqueFd& file) {
    UniqueFd copy(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) throw system_error("duplicating a file descriptor", errno);
    return copy;
}

class LayoutArchive final : public LayoutRepository {
public:
    explicit LayoutArchive(const std::filesystem::path& path)
        : LayoutRepository(path.string()), file_(open_file(path, O_RDONLY | O_NONBLOCK)) {
        refuse_other_kinds();
        files_ = map_archive(file_.get(), name());
        const auto version = text_of("oci-layout", layout_version_limit);
        const auto index = text_of("index.json", oci::manifest_limit);
        if (!version || !index) refuse_without_layout();
        check_layout_version(*version, fmt::format("{}: oci-layout", name()));
        index_ = LayoutIndex::parse(*index, fmt::format("{}: index.json", name()));
    }

    void push_blob(const oci::Descriptor& blob, const registry::OpenContent&) override {
        if (!has_blob(blob)) refuse_to_write();
    }
    void push_manifest(const registry::Document&, std::string_view) override { refuse_to_write(); }

protected:
    LayoutIndex read_index() override { return index_; }

    std::optional<Extent> find(const oci::Digest& digest) override {
        const auto found =
            files_.find(fmt::format("blobs/{}/{}", digest.algorithm_name(), digest.hex()));
        if (found == files_.end()) return std::nullopt;
        return Extent{duplicate(file_), found->second.begin, found->second.size};
    }

private:
    [[noreturn]] void refuse_to_write() const {
        throw Error(ErrorCode::unsupported,
                    fmt::format("the archive {} can only be read", berth::quoted(name())))
            .set_hint("write a new archive, or a layout directory");
    }

    [[noreturn]] void refuse_without_layout() const {
        Error error(ErrorCode::content_invalid,
                    fmt::format("{} is not an archive of an OCI layout: it lacks oci-layout or "
                                "index.json",
                                berth::quoted(name())));
        if (files_.contains("manifest.json"))
            error.set_hint(
                "`docker save` writes layouts since Docker 25; save it again with that, "
                "or with `skopeo copy … oci-archive:…`");
        throw error;
    }

    void refuse_other_kinds() const {
        struct stat status {};
        if (::fstat(file_.get(), &status) != 0 || !S_ISREG(status.st_mode))
            throw Error(ErrorCode::content_invalid,
                        fmt::format("{} is not a regular file", berth::quoted(name())));
        std::array<std::byte, 8> head{};
        const ssize_t count = ::pread(file_.get(), head.data(), head.size(), 0);
        const auto bytes =
            std::span(head).first(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (codec::detect_compression(bytes) != codec::Compression::none)
            throw Error(ErrorCode::unsupported,
                        fmt::format("the archive {} is compressed", berth::quoted(name())))
                .set_hint("decompress it first, with gunzip or unzstd");
    }

    std::optional<std::string> text_of(std::string_view path, std::uint64_t limit) const {
        const auto found = files_.find(path);
        if (found == files_.end()) return std::nullopt;
        FileSource source(duplicate(file_), found->second.begin, found->second.size);
        return read_all(source, limit, fmt::format("{} in {}", path, berth::quoted(name())));
    }

    UniqueFd file_;
    ArchiveMap files_;
    LayoutIndex index_;
};

} // namespace

std::unique_ptr<registry::Repository> open_layout_archive(const std::filesystem::path& file) {
    return std::make_unique<LayoutArchive>(file);
}

} // namespace berth::store
