// Maps of sparse files, in the four forms that GNU tar has used.
#pragma once

#include "codec/tar_block.hpp"
#include "codec/tar_reader.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::codec::tar {

/// Where a block of the old GNU form (type 'S') holds its regions and what follows them.
struct OldSparseLayout {
    std::size_t first;    ///< offset of the first region
    std::size_t regions;  ///< how many fit
    std::size_t extended; ///< offset of the byte that says whether another block follows
};
inline constexpr OldSparseLayout old_sparse_header{386, 4, 482};
inline constexpr OldSparseLayout old_sparse_extension{0, 21, 504};
inline constexpr Field old_sparse_size_field{483, 12, "realsize"};

/// Appends the block's regions; true when another block follows.
bool read_old_sparse(const Block& block, const OldSparseLayout& layout, const TarLimits& limits,
                     std::vector<TarRegion>& regions);

/// Form 0.1: "offset,length,offset,length".
std::vector<std::uint64_t> parse_sparse_list(std::string_view text, const TarLimits& limits);

/// Form 1.0: decimal lines at the front of the data, in whole blocks: how many regions, then
/// offset and length of each.
class SparseLines {
public:
    explicit SparseLines(const TarLimits& limits) : limits_(limits) {}

    /// True when the map is complete; what is left of the block is padding.
    bool add(const Block& block);
    const std::vector<std::uint64_t>& map() const noexcept { return map_; }

private:
    bool add_number();

    TarLimits limits_;
    std::vector<std::uint64_t> map_;
    std::uint64_t wanted_ = 0;
    bool counted_ = false;
    std::uint64_t number_ = 0;
    std::size_t digits_ = 0;
};

/// Pairs of numbers as regions. REQUIRES: an even count, each number at most largest_size.
std::vector<TarRegion> to_regions(const std::vector<std::uint64_t>& map);

/// In order, without overlap, inside `size`, and `stored` bytes in all: else content_invalid.
/// Empty regions (GNU tar marks the end with one) are removed.
void check_regions(std::vector<TarRegion>& regions, std::uint64_t stored, std::uint64_t size);

} // namespace berth::codec::tar
