#include "app/value_type.hpp"

#include "app/listen_address.hpp"
#include "base/text.hpp"
#include "hosting/glob.hpp"
#include "net/forwarded.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include <algorithm>
#include <limits>

namespace berth::app {

ValueType ValueType::text() {
    return ValueType(Kind::text);
}
ValueType ValueType::path() {
    return ValueType(Kind::path);
}
ValueType ValueType::address() {
    return ValueType(Kind::address);
}
ValueType ValueType::network() {
    return ValueType(Kind::network);
}
ValueType ValueType::pattern() {
    return ValueType(Kind::pattern);
}
ValueType ValueType::boolean() {
    return ValueType(Kind::boolean);
}
ValueType ValueType::choice(std::vector<std::string> words) {
    ValueType type(Kind::choice);
    type.words_ = std::move(words);
    return type;
}
ValueType ValueType::count(std::uint64_t least, std::uint64_t most) {
    return ValueType(Kind::count, least, most);
}
ValueType ValueType::bytes(std::uint64_t least, std::uint64_t most) {
    return ValueType(Kind::bytes, least, most);
}
ValueType ValueType::duration(std::uint64_t least, std::uint64_t most) {
    return ValueType(Kind::duration, least, most);
}

std::string ValueType::format_amount(std::uint64_t amount) const {
    if (kind_ == Kind::duration) return format_duration(amount);
    if (kind_ == Kind::bytes) return format_size(amount);
    return fmt::format("{}", amount);
}

std::string ValueType::description() const {
    const auto bounded = [&](std::string_view noun) {
        return fmt::format("{} from {} to {}", noun, format_amount(least_), format_amount(most_));
    };
    switch (kind_) {
        case Kind::text:
            return "text";
        case Kind::path:
            return "absolute path";
        case Kind::address:
            return "HOST:PORT";
        case Kind::network:
            return "address or network";
        case Kind::pattern:
            return "pattern";
        case Kind::boolean:
            return "true or false";
        case Kind::choice:
            return fmt::format("{}", fmt::join(words_, ", "));
        case Kind::count:
            return bounded("number");
        case Kind::bytes:
            return bounded("size");
        case Kind::duration:
            return bounded("duration");
    }
    return {};
}

Result<Scalar> ValueType::parse_amount(std::string_view text) const {
    auto amount = [&]() -> Result<std::uint64_t> {
        if (kind_ == Kind::duration) return parse_duration(text);
        if (kind_ == Kind::bytes) return parse_size(text);
        if (const auto number = parse_number(text, std::numeric_limits<std::uint64_t>::max()))
            return *number;
        return Error(ErrorCode::usage, fmt::format("{} is not a number", berth::quoted(text)));
    }();
    if (!amount) return amount.error();
    if (*amount >= least_ && *amount <= most_) return Scalar(*amount);
    return Error(ErrorCode::usage, fmt::format("{} is not within {} to {}", berth::quoted(text),
                                               format_amount(least_), format_amount(most_)));
}

Result<Scalar> ValueType::parse(std::string_view text) const {
    const auto refused = [&](std::string_view due) {
        return Error(ErrorCode::usage, fmt::format("{} is not {}", berth::quoted(text), due));
    };
    switch (kind_) {
        case Kind::text:
            return Scalar(std::string(text));
        case Kind::path:
            if (text.find('\0') != text.npos || !text.starts_with('/'))
                return refused("an absolute path").set_hint("it begins with a slash");
            return Scalar(std::string(text));
        case Kind::address: {
            auto address = ListenAddress::parse(text);
            if (!address) return address.error();
            return Scalar(std::string(text));
        }
        case Kind::network: {
            const auto range = net::AddressRange::parse(text);
            if (!range) return range.error();
            return Scalar(std::string(text));
        }
        case Kind::pattern: {
            const auto glob = hosting::Glob::parse(text);
            if (!glob) return glob.error();
            return Scalar(std::string(text));
        }
        case Kind::boolean:
            if (text != "true" && text != "false") return refused("true or false");
            return Scalar(text == "true");
        case Kind::choice:
            if (std::find(words_.begin(), words_.end(), text) == words_.end())
                return refused("one of " + description());
            return Scalar(std::string(text));
        default:
            return parse_amount(text);
    }
}

std::string ValueType::format(const Scalar& value) const {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return format_amount(std::get<std::uint64_t>(value));
}

json::Object ValueType::schema() const {
    switch (kind_) {
        case Kind::boolean:
            return {{"type", "boolean"}};
        case Kind::choice: {
            json::Array words;
            for (const auto& word : words_) words.emplace_back(word);
            return {{"enum", std::move(words)}};
        }
        case Kind::count:
            return {{"type", "integer"}, {"minimum", least_}, {"maximum", most_}};
        case Kind::bytes:
            return {{"type", json::Array{"string", "integer"}},
                    {"pattern", "^[0-9]+ ?([KMGTP]i|[KMGTP]iB|[kKMGTP]B|B)?$"}};
        case Kind::duration:
            return {{"type", json::Array{"string", "integer"}},
                    {"pattern", "^(0|([0-9]+ ?[wdhms])+)$"}};
        case Kind::path:
            return {{"type", "string"}, {"pattern", "^/"}};
        case Kind::text:
        case Kind::address:
        case Kind::network:
        case Kind::pattern:
            return {{"type", "string"}};
    }
    return {};
}

} // namespace berth::app
