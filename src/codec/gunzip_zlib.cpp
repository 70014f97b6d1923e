#include "codec/decoder.hpp"

#include <zlib.h>

#include <algorithm>

namespace berth::codec {
namespace {

constexpr int gzip_window_bits = 15 + 16;

class ZlibGunzip final : public Decoder {
public:
    ZlibGunzip(std::unique_ptr<Source> inner, DecompressLimits limits)
        : Decoder(std::move(inner), limits, "gzip") {
        if (inflateInit2(&stream_, gzip_window_bits) != Z_OK) throw std::bad_alloc();
    }
    ZlibGunzip(const ZlibGunzip&) = delete;
    ZlibGunzip& operator=(const ZlibGunzip&) = delete;
    ~ZlibGunzip() override { inflateEnd(&stream_); }

protected:
    std::size_t decode(std::span<std::byte> out) override {
        while (true) {
            if (between_members_ && !begin_member()) return 0;
            if (const std::size_t got = inflate_some(out); got > 0) return got;
        }
    }

private:
    bool begin_member() {
        auto in = input_.bytes();
        if (in.empty()) return false;
        if (in.front() != std::byte{0}) {
            inflateReset(&stream_);
            between_members_ = false;
            return true;
        }
        for (; !in.empty(); in = input_.bytes()) {
            if (in.front() != std::byte{0}) refuse("bytes other than zero follow the last member");
            input_.consume(1);
        }
        return false;
    }

    std::size_t inflate_some(std::span<std::byte> out) {
        constexpr std::size_t most = std::size_t{1} << 30;
        const auto room = static_cast<uInt>(std::min(out.size(), most));
        const auto in = input_.bytes();
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = room;
        const int status = inflate(&stream_, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            refuse(stream_.msg != nullptr ? stream_.msg : "it cannot be decoded");
        }
        input_.consume(in.size() - stream_.avail_in);
        const std::size_t got = room - stream_.avail_out;
        if (status == Z_STREAM_END) {
            between_members_ = true;
        } else if (got == 0 && in.empty()) {
            refuse("it ends inside a member");
        }
        return got;
    }

    z_stream stream_{};
    bool between_members_ = false;
};

} // namespace

std::unique_ptr<Source> gunzip_by_zlib(std::unique_ptr<Source> inner, DecompressLimits limits) {
    return std::make_unique<ZlibGunzip>(std::move(inner), limits);
}

} // namespace berth::codec
