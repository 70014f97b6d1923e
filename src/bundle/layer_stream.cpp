#include "bundle/layer_stream.hpp"

#include "codec/decompress.hpp"
#include "codec/read_ahead.hpp"
#include "codec/verifying_source.hpp"

#include <fmt/format.h>

namespace berth::bundle {
namespace {

constexpr std::size_t ring_buffers = 16;
constexpr std::size_t ring_buffer_bytes = 128 * 1024;
// Headers and padding come on top of the files' bytes.
constexpr std::uint64_t archive_overhead = std::uint64_t{16} << 30;

class Counted final : public Source {
public:
    Counted(std::unique_ptr<Source> inner, registry::Progress& progress, std::string name)
        : inner_(std::move(inner)), progress_(progress), name_(std::move(name)) {}

    std::size_t read(std::span<std::byte> out) override {
        const auto count = inner_->read(out);
        if (count != 0) progress_.moved(name_, count);
        return count;
    }

private:
    std::unique_ptr<Source> inner_;
    registry::Progress& progress_;
    std::string name_;
};

/// Opens the layer when it is first read, so that waiting for a download happens on the thread
/// that reads ahead.
class PlainLayer final : public Source {
public:
    PlainLayer(const ImageContent& image, std::size_t layer, codec::DecompressLimits limits,
               registry::Progress& progress)
        : image_(image), layer_(layer), limits_(limits), progress_(progress) {}

    std::size_t read(std::span<std::byte> out) override {
        if (!inner_) inner_ = open();
        return inner_->read(out);
    }

private:
    std::unique_ptr<Source> open() {
        auto name = layer_name(image_, layer_);
        auto stored = image_.open_layer(layer_);
        progress_.started(name, image_.manifest.layers[layer_].size);
        return codec::decompress(
            std::make_unique<Counted>(std::move(stored), progress_, std::move(name)), limits_);
    }

    const ImageContent& image_;
    std::size_t layer_;
    codec::DecompressLimits limits_;
    registry::Progress& progress_;
    std::unique_ptr<Source> inner_;
};

} // namespace

std::string layer_name(const ImageContent& image, std::size_t layer) {
    return fmt::format("layer {}", image.manifest.layers[layer].digest.short_hex());
}

std::unique_ptr<Source> open_layer_stream(const ImageContent& image, std::size_t layer,
                                          const UnpackLimits& limits,
                                          registry::Progress& progress) {
    const auto output = limits.total_bytes + archive_overhead;
    const codec::DecompressLimits bounds{.output = output, .ratio = limits.layer_ratio};
    auto plain = std::make_unique<PlainLayer>(image, layer, bounds, progress);
    auto inflated =
        std::make_unique<codec::ReadAheadSource>(std::move(plain), ring_buffers, ring_buffer_bytes);
    auto checked = std::make_unique<codec::DigestCheckingSource>(
        std::move(inflated), image.config.diff_ids[layer], output,
        fmt::format("the uncompressed {}", layer_name(image, layer)));
    return std::make_unique<codec::ReadAheadSource>(std::move(checked), ring_buffers,
                                                    ring_buffer_bytes);
}

} // namespace berth::bundle
