// ValueType: what may stand behind a key of the configuration, and how it is read and shown.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::app {

/// A value as it was read: durations are seconds, sizes bytes.
using Scalar = std::variant<std::string, std::uint64_t, bool>;

class ValueType {
public:
    static ValueType text();
    static ValueType path();    ///< absolute
    static ValueType address(); ///< HOST:PORT to listen at
    static ValueType network(); ///< an address or a range of them, see net::AddressRange
    static ValueType pattern(); ///< a glob, see hosting::Glob
    static ValueType boolean();
    static ValueType choice(std::vector<std::string> words);
    static ValueType count(std::uint64_t least, std::uint64_t most);
    static ValueType bytes(std::uint64_t least, std::uint64_t most);
    static ValueType duration(std::uint64_t least, std::uint64_t most);

    /// "duration from 1s to 1h": for documentation and messages.
    std::string description() const;
    /// Error usage with what would be right.
    Result<Scalar> parse(std::string_view text) const;
    /// The shortest text that parse() reads as this.
    std::string format(const Scalar& value) const;
    json::Object schema() const;

private:
    enum class Kind {
        text,
        path,
        address,
        network,
        pattern,
        boolean,
        choice,
        count,
        bytes,
        duration
    };
    explicit ValueType(Kind kind, std::uint64_t least = 0, std::uint64_t most = 0)
        : kind_(kind), least_(least), most_(most) {}
    Result<Scalar> parse_amount(std::string_view text) const;
    std::string format_amount(std::uint64_t amount) const;

    Kind kind_;
    std::uint64_t least_;
    std::uint64_t most_;
    std::vector<std::string> words_ = {};
};

/// "90s", "5m", "1h30m", "7d", "2w" in seconds; "0" is 0. Error usage.
Result<std::uint64_t> parse_duration(std::string_view text);
std::string format_duration(std::uint64_t seconds);

/// "512", "64KiB", "100GB", "8Mi" in bytes. Error usage.
Result<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes);

} // namespace berth::app
