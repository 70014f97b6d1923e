// What the tests of this folder share: archives made on the spot, in gzip.
#pragma once

#include "base/source.hpp"
#include "codec/tar_writer.hpp"

#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

namespace berth::chart::testing {

using Entries = std::vector<std::pair<codec::TarEntry, std::string>>;

inline codec::TarEntry entry(std::string path, codec::TarType type = codec::TarType::file,
                             std::string target = "") {
    codec::TarEntry made;
    made.path = std::move(path);
    made.type = type;
    made.link_target = std::move(target);
    made.mode = 0644;
    return made;
}

inline std::string tar_of(const Entries& entries) {
    std::string archive;
    codec::TarWriter writer([&](auto bytes) { archive += as_text(bytes); });
    for (auto [header, content] : entries) {
        header.size = content.size();
        writer.add(header);
        if (!content.empty()) writer.write(as_bytes(content));
    }
    writer.finish();
    return archive;
}

inline std::string gzip(const std::string& bytes) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    std::string in = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

inline const std::string chart_yaml = "apiVersion: v2\nname: pier\nversion: 1.2.3\n";

inline Entries good_chart() {
    return {{entry("pier/Chart.yaml"), chart_yaml}, {entry("pier/values.yaml"), "a: 1\n"}};
}

/// The good chart and then these.
inline Entries good_chart_and(Entries more) {
    Entries all = good_chart();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace berth::chart::testing
