// Rootfs: layers applied to a directory, one after another (image-spec layer.md "Applying").
#pragma once

#include "bundle/attributes.hpp"
#include "bundle/unpack.hpp"
#include "bundle/warnings.hpp"
#include "bundle/whiteout.hpp"
#include "codec/tar_reader.hpp"
#include "tree/beneath.hpp"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::bundle {

/// One thread. After an Error the directory is half-made and good for removal only.
class Rootfs {
public:
    /// Takes over the open directory `root`, which must be empty. Everything is kept in it: names
    /// are resolved from the handle, symlinks and hard links in the root.
    Rootfs(UniqueFd root, mode_t umask, const UnpackOptions& options, Warnings& warnings);

    /// Applies the next layer, lowest first. An entry that replaces another removes it whole;
    /// directory over directory keeps what is inside. Whiteouts hide lower layers only, wherever
    /// in the archive they stand. Errors name the entry's number and path.
    void apply(codec::TarReader& layer, std::stop_token stop);
    /// After the last layer: times and late modes.
    void finish();

    tree::Root& root() noexcept { return root_; }
    const Attributes& attributes() const noexcept { return attributes_; }
    std::uint64_t entries() const noexcept { return entries_; }
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    void apply_entry(codec::TarReader& layer, const codec::TarEntry& entry);
    void apply_whiteout(const Whiteout& whiteout, std::string_view path);
    void apply_root(const codec::TarEntry& entry);
    void make_file(codec::TarReader& layer, const codec::TarEntry& entry, tree::Directory& parent,
                   const std::string& name);
    void make_directory(const codec::TarEntry& entry, tree::Directory& parent,
                        const std::string& name);
    void make_symlink(const codec::TarEntry& entry, tree::Directory& parent,
                      const std::string& name);
    void make_node(const codec::TarEntry& entry, tree::Directory& parent, const std::string& name);
    void make_hard_link(const codec::TarEntry& entry, const std::string& path);
    tree::Directory& parent_of(std::string_view path);

    /// Calls `make` (0 or an errno); where something is in the way, removes it and calls again.
    template <class Make>
    void place(const codec::TarEntry& entry, tree::Directory& parent, const std::string& name,
               Make make);
    UniqueFd create_file(const codec::TarEntry& entry, tree::Directory& parent,
                         const std::string& name);
    void write_content(codec::TarReader& layer, const codec::TarEntry& entry, int file);
    void count_bytes(std::size_t count);
    void remove(tree::Directory& parent, const std::string& name);
    void remove_lower(std::string_view directory);

    Attributes attributes_;
    tree::Root root_; // after the attributes: its options come from their maps
    Warnings& warnings_;
    UnpackLimits limits_;
    UpperPaths upper_;
    std::uint32_t layer_ = 0; ///< from 1; nothing is below the first
    std::uint64_t entries_ = 0;
    std::uint64_t bytes_ = 0;
    std::vector<std::byte> buffer_;
    std::stop_token stop_;
};

} // namespace berth::bundle
