// Compressors for tests: zlib and libzstd, as other tools would write.
#pragma once

#include <string>
#include <string_view>

#include <zlib.h>
#include <zstd.h>

namespace berth::codec::test {

struct GzipOptions {
    int level = 6;
    std::string name = {};
    std::string comment = {};
    std::string extra = {};
    bool header_checksum = false;
};

/// One member.
inline std::string gzip(std::string_view plain, const GzipOptions& options = {}) {
    z_stream stream{};
    deflateInit2(&stream, options.level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    gz_header header{};
    const auto bytes = [](const std::string& text) {
        return reinterpret_cast<Bytef*>(const_cast<char*>(text.c_str()));
    };
    header.os = 3;
    header.hcrc = options.header_checksum ? 1 : 0;
    if (!options.name.empty()) header.name = bytes(options.name);
    if (!options.comment.empty()) header.comment = bytes(options.comment);
    if (!options.extra.empty()) header.extra = bytes(options.extra);
    header.extra_len = static_cast<uInt>(options.extra.size());
    deflateSetHeader(&stream, &header);
    std::string packed(deflateBound(&stream, plain.size()) + 70'000 * 3, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

/// One frame.
inline std::string zstd(std::string_view plain, int level = 3) {
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), level));
    return packed;
}

} // namespace berth::codec::test
