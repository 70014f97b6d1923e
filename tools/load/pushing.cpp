#include "pushing.hpp"

#include "run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace load {

namespace {

std::string with_digest(const std::string& location, std::string_view digest) {
    const char joint = location.find('?') == std::string::npos ? '?' : '&';
    return fmt::format("{}{}digest={}", location, joint, digest);
}

/// Bytes `first` to `last` of what two strings are together.
std::vector<std::string_view> part_of(const Blob& blob, std::uint64_t first, std::uint64_t length) {
    std::vector<std::string_view> parts;
    if (first < blob.common.size()) parts.push_back(blob.common.substr(first, length));
    const std::uint64_t here = parts.empty() ? 0 : parts[0].size();
    if (here < length)
        parts.push_back(
            std::string_view(blob.own).substr(first + here - blob.common.size(), length - here));
    return parts;
}

} // namespace

const char* const bytes_field = "Content-Type: application/octet-stream\r\n";

std::string begin_upload(Connection& connection, const std::string& repository) {
    const auto opened =
        connection.exchange({"POST", fmt::format("/v2/{}/blobs/uploads/", repository)});
    expect(opened, 202, "opening an upload");
    return opened.location;
}

void push_blob(Connection& connection, const std::string& repository, const Blob& blob,
               std::uint64_t chunk) {
    const std::uint64_t size = blob.common.size() + blob.own.size();
    auto location = begin_upload(connection, repository);
    if (chunk == 0) {
        const auto put = connection.exchange(
            {"PUT", with_digest(location, blob.digest), bytes_field, {blob.common, blob.own}});
        return expect(put, 201, "pushing a blob");
    }
    for (std::uint64_t at = 0; at < size;) {
        const auto length = std::min(chunk, size - at);
        const auto fields =
            fmt::format("{}Content-Range: {}-{}\r\n", bytes_field, at, at + length - 1);
        const auto patched =
            connection.exchange({"PATCH", location, fields, part_of(blob, at, length)});
        expect(patched, 202, "pushing a chunk");
        location = patched.location;
        at += length;
    }
    const auto put = connection.exchange({"PUT", with_digest(location, blob.digest), bytes_field});
    expect(put, 201, "ending a push in chunks");
}

void put_manifest(Connection& connection, std::string_view target, std::string_view type,
                  std::string_view bytes) {
    const auto put =
        connection.exchange({"PUT", target, fmt::format("Content-Type: {}\r\n", type), {bytes}});
    expect(put, 201, fmt::format("putting a manifest to {}", target));
}

} // namespace load
