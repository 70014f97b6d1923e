#include "codec/tar_reader.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "codec/tar_input.hpp"
#include "codec/tar_pax.hpp"
#include "codec/tar_sparse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::codec {
namespace {

using tar::Block;
using tar::block_bytes;
using tar::padding_of;

/// So many extended headers may stand before one entry; real archives have three at most.
constexpr int most_extensions = 64;

bool has_data(TarType type) noexcept {
    return type == TarType::file;
}

/// What a type flag stands for; nothing for kinds that have no place in a file tree. As other
/// tools do, '7' (contiguous) is a plain file and NUL is the seventh edition's plain file.
std::optional<TarType> type_of(char flag) {
    switch (flag) {
        case '\0':
        case '0':
        case '7':
        case 'S':
            return TarType::file;
        case '1':
            return TarType::hard_link;
        case '2':
            return TarType::symlink;
        case '3':
            return TarType::character_device;
        case '4':
            return TarType::block_device;
        case '5':
            return TarType::directory;
        case '6':
            return TarType::fifo;
        default:
            return std::nullopt;
    }
}

[[noreturn]] void refuse(std::string message) {
    throw Error(ErrorCode::content_invalid, std::move(message));
}

} // namespace

class TarReader::Parser {
public:
    Parser(Source& source, TarLimits limits) : input_(source), limits_(limits) {}

    const TarEntry* next() {
        if (failure_) throw *failure_;
        if (ended_) return nullptr;
        try {
            skip_rest();
            ++number_;
            path_known_ = false;
            if (advance()) return &entry_;
            ended_ = true;
            return nullptr;
        } catch (Error& error) {
            failure_ = error.add_context(where());
            throw;
        }
    }

    std::size_t read(std::span<std::byte> out) {
        if (failure_) throw *failure_;
        if (left_ == 0) return 0;
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
        try {
            const std::size_t got = input_.read(out.first(wanted));
            if (got == 0) refuse(fmt::format("the archive ends {} bytes too early", left_));
            left_ -= got;
            return got;
        } catch (Error& error) {
            failure_ = error.add_context(where());
            throw;
        }
    }

    void drain() { input_.drain(); }

private:
    std::string where() const {
        if (!path_known_) return fmt::format("tar entry {}", number_);
        return fmt::format("tar entry {} ({})", number_, berth::quoted(entry_.path));
    }

    void skip_rest() {
        input_.skip(left_ + padding_);
        left_ = padding_ = 0;
    }

    /// Reads headers up to and including that of the next entry. False at the end.
    bool advance() {
        pax_.reset();
        long_path_.reset();
        long_link_.reset();
        for (int extensions = 0; extensions <= most_extensions; ++extensions) {
            Block block;
            if (!read_header(block)) {
                if (extensions > 0 && dangling()) {
                    refuse("the archive ends after an extended header");
                }
                return false;
            }
            if (!read_extension(block)) {
                read_entry(block);
                return true;
            }
        }
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("more than {} extended headers before one entry", most_extensions));
    }

    bool dangling() const { return pax_ || long_path_ || long_link_; }

    /// False at the end mark (two zero blocks, or one that is the last) and at the end of the
    /// stream.
    bool read_header(Block& block) {
        if (!input_.read_block(block)) return false;
        if (tar::is_zero(block)) {
            if (input_.read_block(block) && !tar::is_zero(block)) {
                refuse("a single zero block stands where a header or the end mark must be");
            }
            return false;
        }
        if (!tar::checksum_matches(block)) refuse("the header's checksum is wrong");
        return true;
    }

    /// Handles headers that only say something about the next entry; false for an entry itself.
    bool read_extension(const Block& block) {
        switch (block[tar::type_offset]) {
            case 'x':
                pax_ = global_;
                tar::parse_pax(extension_text(block, limits_.pax_bytes, "PAX header"), limits_,
                               *pax_);
                return true;
            case 'g':
                tar::parse_global_pax(extension_text(block, limits_.pax_bytes, "PAX header"),
                                      limits_, global_);
                return true;
            case 'L':
                long_path_ = long_text(block, "long name");
                return true;
            case 'K':
                long_link_ = long_text(block, "long link target");
                return true;
            default:
                return false;
        }
    }

    std::string extension_text(const Block& block, std::size_t limit, std::string_view what) {
        const std::uint64_t size = tar::number(block, tar::size_field, tar::largest_size);
        if (size > limit) {
            throw Error(
                ErrorCode::limit_exceeded,
                fmt::format("a {} of {} bytes is longer than the limit of {}", what, size, limit));
        }
        std::string text = input_.read_text(static_cast<std::size_t>(size));
        input_.skip(padding_of(size));
        return text;
    }

    std::string long_text(const Block& block, std::string_view what) {
        // One more for the NUL that GNU tar counts.
        std::string text = extension_text(block, limits_.name_bytes + 1, what);
        const std::size_t end = std::min(text.find('\0'), text.size());
        if (text.find_first_not_of('\0', end) != text.npos) {
            refuse(fmt::format("a {} has bytes after its NUL", what));
        }
        text.resize(end);
        check_name(text, what);
        return text;
    }

    void check_name(std::string_view name, std::string_view what) const {
        if (name.size() <= limits_.name_bytes) return;
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("a {} of {} bytes is longer than the limit of {}", what,
                                name.size(), limits_.name_bytes));
    }

    void read_entry(const Block& block) {
        if (number_ > limits_.entries) {
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("the archive has more than {} entries", limits_.entries));
        }
        tar::read_attributes(block, entry_);
        entry_.xattrs.clear();
        entry_.regions.reset();
        apply_long_names();
        apply_pax(pax_ ? *pax_ : global_);
        path_known_ = true;
        set_type(block[tar::type_offset]);
        check_name(entry_.path, "name");
        check_name(entry_.link_target, "link target");
        if (!has_data(entry_.type)) {
            // Old writers put the size of the linked file here; no data follows all the same.
            entry_.size = 0;
            return;
        }
        left_ = entry_.size;
        padding_ = padding_of(left_);
        read_sparse(block);
    }

    void set_type(char flag) {
        const auto type = type_of(flag);
        if (!type) {
            refuse(fmt::format("the entry's type {} is not supported",
                               berth::quoted(std::string_view(&flag, 1))));
        }
        entry_.type = *type;
        if (flag == '\0' && entry_.path.ends_with('/')) entry_.type = TarType::directory;
        const bool is_link = entry_.type == TarType::hard_link || entry_.type == TarType::symlink;
        if (!is_link) entry_.link_target.clear();
    }

    void apply_long_names() {
        if (long_path_) take_name(entry_.path, *long_path_, pax_ ? pax_->path : std::nullopt);
        if (long_link_) {
            take_name(entry_.link_target, *long_link_, pax_ ? pax_->link_target : std::nullopt);
        }
    }

    /// GNU and PAX names together: tools disagree about which one counts.
    static void take_name(std::string& name, const std::string& gnu,
                          const std::optional<std::string>& pax) {
        if (pax && *pax != gnu) {
            refuse(fmt::format("the entry has two names, {} by GNU and {} by PAX headers",
                               berth::quoted(gnu), berth::quoted(*pax)));
        }
        name = gnu;
    }

    void apply_pax(const tar::PaxRecords& pax) {
        if (pax.path) entry_.path = *pax.path;
        if (pax.sparse.name) entry_.path = *pax.sparse.name;
        if (pax.link_target) entry_.link_target = *pax.link_target;
        if (pax.user_name) entry_.user_name = *pax.user_name;
        if (pax.group_name) entry_.group_name = *pax.group_name;
        if (pax.size) entry_.size = *pax.size;
        if (pax.uid) entry_.uid = *pax.uid;
        if (pax.gid) entry_.gid = *pax.gid;
        if (pax.modified) entry_.modified = *pax.modified;
        if (!pax.xattrs.empty()) entry_.xattrs = pax.xattrs;
    }

    void read_sparse(const Block& block) {
        const bool old_form = block[tar::type_offset] == 'S';
        const bool pax_form = pax_ && pax_->sparse.any;
        if (old_form && pax_form) refuse("the entry is sparse in two ways");
        if (old_form) read_old_sparse(block);
        if (pax_form) read_pax_sparse(pax_->sparse);
        if (entry_.regions) tar::check_regions(*entry_.regions, left_, entry_.size);
    }

    void read_old_sparse(const Block& block) {
        if (tar::dialect_of(block) != tar::Dialect::gnu) {
            refuse("a sparse entry of the old form has no GNU header");
        }
        auto& regions = entry_.regions.emplace();
        entry_.size = tar::number(block, tar::old_sparse_size_field, tar::largest_size);
        bool more = tar::read_old_sparse(block, tar::old_sparse_header, limits_, regions);
        for (Block extension; more;) {
            const std::size_t before = regions.size();
            if (!input_.read_block(extension)) refuse("the archive ends inside a sparse map");
            more = tar::read_old_sparse(extension, tar::old_sparse_extension, limits_, regions);
            if (more && regions.size() == before) refuse("a block of a sparse map is empty");
        }
    }

    void read_pax_sparse(const tar::PaxSparse& sparse) {
        const std::uint64_t major = sparse.version_major.value_or(0);
        const std::uint64_t minor = sparse.version_minor.value_or(0);
        if (!sparse.size) refuse("a sparse entry does not state the size of its file");
        const bool in_records = major == 0 && minor <= 1;
        if (!in_records && (major != 1 || minor != 0)) {
            refuse(fmt::format("sparse format {}.{} is not supported", major, minor));
        }
        const std::vector<std::uint64_t> map = in_records ? sparse.map : read_sparse_lines();
        if (map.size() % 2 != 0) refuse("the map of a sparse file ends with half a region");
        if (in_records && sparse.blocks && *sparse.blocks != map.size() / 2) {
            refuse("the map of a sparse file does not have the regions it announces");
        }
        entry_.regions = tar::to_regions(map);
        entry_.size = *sparse.size;
    }

    std::vector<std::uint64_t> read_sparse_lines() {
        tar::SparseLines lines(limits_);
        for (bool complete = false; !complete;) {
            Block block;
            if (left_ < block_bytes) refuse("the map of a sparse file is longer than its data");
            if (!input_.read_block(block)) refuse("the archive ends inside a sparse map");
            left_ -= block_bytes;
            complete = lines.add(block);
        }
        return lines.map();
    }

    tar::TarInput input_;
    TarLimits limits_;
    tar::PaxRecords global_;
    std::optional<tar::PaxRecords> pax_;
    std::optional<std::string> long_path_;
    std::optional<std::string> long_link_;
    TarEntry entry_;
    bool path_known_ = false;
    std::uint64_t number_ = 0;
    std::uint64_t left_ = 0;
    std::uint64_t padding_ = 0;
    bool ended_ = false;
    std::optional<Error> failure_; ///< an archive that failed once must not seem to go on or end
};

TarReader::TarReader(Source& source, TarLimits limits)
    : parser_(std::make_unique<Parser>(source, limits)) {}

TarReader::~TarReader() = default;

const TarEntry* TarReader::next() {
    return parser_->next();
}

std::size_t TarReader::read(std::span<std::byte> out) {
    return parser_->read(out);
}

void TarReader::drain() {
    parser_->drain();
}

} // namespace berth::codec
