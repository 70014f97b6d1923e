#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <set>

namespace berth::json {
namespace {

using boost::json::error_code;
using boost::json::string_view;

constexpr std::size_t deepest = 32;

/// Builds the value and remembers the keys of each open object: Boost's own parser silently takes
/// the last of two equal keys, and two readers that disagree about which one counts are a hole.
class Builder {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    const std::optional<std::string>& duplicate() const { return duplicate_; }
    Value release() { return values_.release(); }

    bool on_document_begin(error_code&) {
        values_.reset();
        return true;
    }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        open_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t count, error_code&) {
        open_.pop_back();
        values_.push_object(count);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t count, error_code&) {
        values_.push_array(count);
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&) {
        key_.append(part.data(), part.size());
        values_.push_chars(part);
        return true;
    }
    bool on_key(string_view part, std::size_t, error_code& error) {
        key_.append(part.data(), part.size());
        values_.push_key(part);
        if (!open_.back().insert(key_).second) {
            duplicate_ = std::move(key_);
            error = boost::json::error::syntax;
            return false;
        }
        key_.clear();
        return true;
    }
    bool on_string_part(string_view part, std::size_t, error_code&) {
        values_.push_chars(part);
        return true;
    }
    bool on_string(string_view part, std::size_t, error_code&) {
        values_.push_string(part);
        return true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, string_view, error_code&) {
        values_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, string_view, error_code&) {
        values_.push_uint64(number);
        return true;
    }
    bool on_double(double number, string_view, error_code&) {
        values_.push_double(number);
        return true;
    }
    bool on_bool(bool truth, error_code&) {
        values_.push_bool(truth);
        return true;
    }
    bool on_null(error_code&) {
        values_.push_null();
        return true;
    }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    boost::json::value_stack values_;
    // Ordered sets: their time is bounded whatever the keys are.
    std::vector<std::set<std::string>> open_;
    std::string key_;
    std::optional<std::string> duplicate_;
};

Error refused(std::size_t offset, std::string_view why) {
    return Error(ErrorCode::content_invalid,
                 fmt::format("not acceptable JSON at byte {}: {}", offset, why));
}

} // namespace

Result<Value> parse(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = deepest;
    boost::json::basic_parser<Builder> parser(options);
    error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    const auto& duplicate = parser.handler().duplicate();
    if (duplicate)
        return refused(used, fmt::format("the key {} comes twice", berth::quoted(*duplicate)));
    if (error == boost::json::error::too_deep)
        return refused(used, fmt::format("nested deeper than {} levels", deepest));
    if (error) return refused(used, error.message());
    if (used < text.size()) return refused(used, "text after the end of the document");
    return parser.handler().release();
}

} // namespace berth::json
