#include "codec/tar_pax.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "codec/tar_block.hpp"
#include "codec/tar_sparse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::codec::tar {
namespace {

constexpr std::string_view xattr_prefix = "SCHILY.xattr.";

struct Record {
    std::string_view key;
    std::string_view value;
};

[[noreturn]] void refuse(const Record& record, std::string_view cause) {
    throw Error(ErrorCode::content_invalid,
                fmt::format("the PAX record {} {}", berth::quoted(record.key), cause));
}

/// Takes one record from the front of `text`.
Record take_record(std::string_view& text) {
    constexpr std::size_t most_digits = 10;
    const std::size_t space = text.substr(0, most_digits + 1).find(' ');
    const auto length =
        space == text.npos ? std::nullopt : parse_number(text.substr(0, space), text.size());
    if (!length || *length < space + 2 || text[*length - 1] != '\n') {
        throw Error(ErrorCode::content_invalid, "a PAX record does not have the length it states");
    }
    const std::string_view record = text.substr(space + 1, *length - space - 2);
    text.remove_prefix(*length);
    const std::size_t equals = record.find('=');
    if (equals == record.npos || equals == 0) {
        throw Error(ErrorCode::content_invalid, "a PAX record has no key");
    }
    const Record result{record.substr(0, equals), record.substr(equals + 1)};
    if (result.key.find('\0') != result.key.npos) refuse(result, "has a NUL in its key");
    return result;
}

std::optional<std::string> text_value(const Record& record, const TarLimits& limits) {
    if (record.value.empty()) return std::nullopt;
    if (record.value.find('\0') != record.value.npos) refuse(record, "contains a NUL");
    if (record.value.size() > limits.name_bytes) {
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("the PAX record {} is longer than the limit of {} bytes",
                                berth::quoted(record.key), limits.name_bytes));
    }
    return std::string(record.value);
}

std::optional<std::uint64_t> number_value(const Record& record, std::uint64_t max) {
    if (record.value.empty()) return std::nullopt;
    const auto value = parse_number(record.value, max);
    if (!value) {
        refuse(record,
               fmt::format("is not a number from 0 to {}: {}", max, berth::quoted(record.value)));
    }
    return value;
}

std::optional<std::uint32_t> id_value(const Record& record) {
    const auto value = number_value(record, largest_id);
    if (!value) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

std::optional<TarTime> time_value(const Record& record) {
    if (record.value.empty()) return std::nullopt;
    const auto value = parse_pax_time(record.value);
    if (!value) refuse(record, fmt::format("is not a time: {}", berth::quoted(record.value)));
    return value;
}

/// Format 0.0: pairs of records whose order is what counts.
void add_to_map(const Record& record, const TarLimits& limits, PaxSparse& sparse, bool is_length) {
    if ((sparse.map.size() % 2 == 1) != is_length) refuse(record, "is out of order");
    if (sparse.map.size() / 2 >= limits.sparse_regions) {
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("a sparse file has more than {} regions", limits.sparse_regions));
    }
    const auto value = number_value(record, largest_size);
    if (!value) refuse(record, "is empty");
    sparse.map.push_back(*value);
}

using Apply = void (*)(const Record&, const TarLimits&, PaxRecords&);
struct Row {
    std::string_view key;
    Apply apply;
    bool may_be_global;
};

constexpr Row rows[] = {
    {"path", [](auto& r, auto& l, auto& to) { to.path = text_value(r, l); }, false},
    {"linkpath", [](auto& r, auto& l, auto& to) { to.link_target = text_value(r, l); }, false},
    {"uname", [](auto& r, auto& l, auto& to) { to.user_name = text_value(r, l); }, true},
    {"gname", [](auto& r, auto& l, auto& to) { to.group_name = text_value(r, l); }, true},
    {"size", [](auto& r, auto&, auto& to) { to.size = number_value(r, largest_size); }, false},
    {"uid", [](auto& r, auto&, auto& to) { to.uid = id_value(r); }, true},
    {"gid", [](auto& r, auto&, auto& to) { to.gid = id_value(r); }, true},
    {"mtime", [](auto& r, auto&, auto& to) { to.modified = time_value(r); }, true},
};

constexpr std::string_view sparse_prefix = "GNU.sparse.";
constexpr Row sparse_rows[] = {
    {"major", [](auto& r, auto&, auto& to) { to.sparse.version_major = number_value(r, 255); },
     false},
    {"minor", [](auto& r, auto&, auto& to) { to.sparse.version_minor = number_value(r, 255); },
     false},
    {"name", [](auto& r, auto& l, auto& to) { to.sparse.name = text_value(r, l); }, false},
    {"size", [](auto& r, auto&, auto& to) { to.sparse.size = number_value(r, largest_size); },
     false},
    {"realsize", [](auto& r, auto&, auto& to) { to.sparse.size = number_value(r, largest_size); },
     false},
    {"numblocks",
     [](auto& r, auto&, auto& to) { to.sparse.blocks = number_value(r, largest_size); }, false},
    {"offset", [](auto& r, auto& l, auto& to) { add_to_map(r, l, to.sparse, false); }, false},
    {"numbytes", [](auto& r, auto& l, auto& to) { add_to_map(r, l, to.sparse, true); }, false},
    {"map", [](auto& r, auto& l, auto& to) { to.sparse.map = parse_sparse_list(r.value, l); },
     false},
};

const Row* find(std::span<const Row> table, std::string_view key) {
    for (const Row& row : table) {
        if (row.key == key) return &row;
    }
    return nullptr;
}

void apply(const Record& record, const TarLimits& limits, PaxRecords& records, bool is_global) {
    if (record.key.starts_with(xattr_prefix)) {
        const std::string_view name = record.key.substr(xattr_prefix.size());
        records.xattrs.insert_or_assign(std::string(name), std::string(record.value));
        return;
    }
    const bool is_sparse = record.key.starts_with(sparse_prefix);
    const Row* row = is_sparse ? find(sparse_rows, record.key.substr(sparse_prefix.size()))
                               : find(rows, record.key);
    if (row == nullptr) return;
    if (is_global && !row->may_be_global) refuse(record, "is not allowed in a global header");
    if (is_sparse) records.sparse.any = true;
    row->apply(record, limits, records);
}

void parse(std::string_view text, const TarLimits& limits, PaxRecords& records, bool is_global) {
    while (!text.empty()) apply(take_record(text), limits, records, is_global);
}

} // namespace

std::size_t PaxRecords::xattr_bytes() const noexcept {
    std::size_t sum = 0;
    for (const auto& [name, value] : xattrs) sum += name.size() + value.size();
    return sum;
}

void parse_pax(std::string_view text, const TarLimits& limits, PaxRecords& records) {
    parse(text, limits, records, false);
}

void parse_global_pax(std::string_view text, const TarLimits& limits, PaxRecords& records) {
    parse(text, limits, records, true);
    if (records.xattr_bytes() > limits.pax_bytes) {
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("global PAX headers hold more than {} bytes", limits.pax_bytes));
    }
}

std::optional<TarTime> parse_pax_time(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto whole = parse_number(text.substr(0, dot), static_cast<std::uint64_t>(largest_time));
    if (!whole) return std::nullopt;
    std::int32_t nanoseconds = 0;
    std::int32_t unit = 100'000'000;
    for (const char digit : text.substr(std::min(dot + 1, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        nanoseconds += (digit - '0') * unit;
        unit /= 10;
    }
    TarTime time{static_cast<std::int64_t>(*whole), nanoseconds};
    if (!negative) return time;
    time.seconds = -time.seconds;
    if (nanoseconds == 0) return time;
    return TarTime{time.seconds - 1, 1'000'000'000 - nanoseconds};
}

} // namespace berth::codec::tar
