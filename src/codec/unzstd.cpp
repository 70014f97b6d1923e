#include "codec/decoder.hpp"

#include <zstd.h>
#include <zstd_errors.h>

namespace berth::codec {
namespace {

constexpr int largest_window_log = 27; // 128 MiB

struct FreeStream {
    void operator()(ZSTD_DStream* stream) const noexcept { ZSTD_freeDStream(stream); }
};

class Unzstd final : public Decoder {
public:
    Unzstd(std::unique_ptr<Source> inner, DecompressLimits limits)
        : Decoder(std::move(inner), limits, "zstd"), stream_(ZSTD_createDStream()) {
        if (!stream_) throw std::bad_alloc();
        ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, largest_window_log);
    }

protected:
    std::size_t decode(std::span<std::byte> out) override {
        while (true) {
            const auto in = input_.bytes();
            if (in.empty() && between_frames_ && input_.total() > 0) return 0;
            ZSTD_inBuffer from{in.data(), in.size(), 0};
            ZSTD_outBuffer to{out.data(), out.size(), 0};
            const std::size_t status = ZSTD_decompressStream(stream_.get(), &to, &from);
            if (ZSTD_isError(status) != 0) fail(status);
            input_.consume(from.pos);
            between_frames_ = status == 0;
            if (to.pos > 0) return to.pos;
            if (in.empty()) refuse("it ends inside a frame");
        }
    }

private:
    [[noreturn]] void fail(std::size_t status) const {
        if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) {
            throw Error(ErrorCode::limit_exceeded,
                        "zstd stream needs a window of more than 128 MiB");
        }
        refuse(ZSTD_getErrorName(status));
    }

    std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
    bool between_frames_ = true;
};

} // namespace

std::unique_ptr<Source> unzstd(std::unique_ptr<Source> inner, DecompressLimits limits) {
    return std::make_unique<Unzstd>(std::move(inner), limits);
}

} // namespace berth::codec
