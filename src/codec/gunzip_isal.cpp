#include "codec/decoder.hpp"
#include "codec/gzip_header.hpp"

#include <isa-l/igzip_lib.h>

#include <algorithm>

namespace berth::codec {
namespace {

class IsalGunzip final : public Decoder {
public:
    IsalGunzip(std::unique_ptr<Source> inner, DecompressLimits limits)
        : Decoder(std::move(inner), limits, "gzip"), state_(std::make_unique<inflate_state>()) {
        isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP_NO_HDR_VER;
    }

protected:
    std::size_t decode(std::span<std::byte> out) override {
        while (true) {
            if (!in_member_ && !begin_member()) return 0;
            if (const std::size_t got = inflate(out); got > 0) return got;
        }
    }

private:
    /// Reads a header, or padding up to the end: then false.
    bool begin_member() {
        std::span<const std::byte> in = input_.bytes();
        if (members_ > 0) {
            if (in.empty()) return false;
            if (in.front() == std::byte{0}) return skip_padding();
        }
        GzipHeader header;
        while (!header.done()) {
            in = input_.bytes();
            if (in.empty()) refuse("it ends inside a member's header");
            input_.consume(header.take(in));
        }
        isal_inflate_reset(state_.get());
        state_->crc_flag = ISAL_GZIP_NO_HDR_VER;
        in_member_ = true;
        ++members_;
        return true;
    }

    bool skip_padding() {
        for (auto in = input_.bytes(); !in.empty(); in = input_.bytes()) {
            const bool zero =
                std::all_of(in.begin(), in.end(), [](std::byte b) { return b == std::byte{0}; });
            if (!zero) refuse("bytes other than zero follow the last member");
            input_.consume(in.size());
        }
        return false;
    }

    std::size_t inflate(std::span<std::byte> out) {
        constexpr std::size_t most = std::size_t{1} << 30;
        const auto room = static_cast<std::uint32_t>(std::min(out.size(), most));
        const auto in = input_.bytes();
        // ISA-L's pointer lacks const; it does not write there.
        state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(in.data()));
        state_->avail_in = static_cast<std::uint32_t>(in.size());
        state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
        state_->avail_out = room;
        check(isal_inflate(state_.get()));
        input_.consume(in.size() - state_->avail_in);
        const std::size_t got = room - state_->avail_out;
        if (state_->block_state == ISAL_BLOCK_FINISH) {
            in_member_ = false;
        } else if (got == 0 && in.empty()) {
            refuse("it ends inside a member");
        }
        return got;
    }

    void check(int status) const {
        switch (status) {
            case ISAL_DECOMP_OK:
            case ISAL_END_INPUT:
            case ISAL_OUT_OVERFLOW:
                return;
            case ISAL_INVALID_BLOCK:
                refuse("a block of no known kind");
            case ISAL_INVALID_SYMBOL:
                refuse("a code that stands for nothing");
            case ISAL_INVALID_LOOKBACK:
                refuse("a match that reaches before the start");
            case ISAL_INCORRECT_CHECKSUM:
                refuse("the checksum or the length is wrong");
            default:
                refuse("it cannot be decoded");
        }
    }

    std::unique_ptr<inflate_state> state_;
    bool in_member_ = false;
    std::uint64_t members_ = 0;
};

} // namespace

std::unique_ptr<Source> gunzip(std::unique_ptr<Source> inner, DecompressLimits limits) {
    return std::make_unique<IsalGunzip>(std::move(inner), limits);
}

} // namespace berth::codec
