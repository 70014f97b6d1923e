// Ranges: which bytes of a blob a client wants, and which of an upload it sends.
#pragma once

#include "net/http_message.hpp"
#include "registry/byte_range.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace berth::server {

using registry::ByteRange;

/// What is wanted of a body whose entity tag is `entity_tag`, by the fields Range and If-Range.
/// Nothing: all of it, also for several ranges and for units that are not bytes. A malformed range
/// wants no byte.
std::optional<registry::RangeWanted> wanted_range(const net::Request& request,
                                                  std::string_view entity_tag);

/// What to send of such a body of `size`; nothing: all of it. Error range_invalid if no byte of the
/// range exists.
std::optional<ByteRange> wanted_range(const net::Request& request, std::uint64_t size,
                                      std::string_view entity_tag);

/// Where the bytes of an upload's chunk belong, by the field Content-Range, as the specification
/// has it: "first-last", both included ("bytes " in front and "/size" behind are let through).
/// Nothing if the field is not there. Errors: blob_upload_invalid for a malformed field,
/// size_invalid if the body is announced with another length.
std::optional<ByteRange> chunk_range(const net::Request& request);

} // namespace berth::server
