#include "base/text.hpp"
#include "observe/log.hpp"

#include <fmt/format.h>

#include <ctime>
#include <iterator>

namespace berth::observe {
namespace {

constexpr std::size_t longest_text = 1024;
constexpr std::string_view hex = "0123456789abcdef";

/// How many bytes of valid, shortest-form UTF-8 begin `text`: 0 if none do.
std::size_t sequence_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (at(i) & 0xc0) == 0x80; };
    const unsigned lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead < 0xe0) return follows(1) ? 2 : 0;
    if (lead >= 0xe0 && lead < 0xf0) {
        if (!follows(1) || !follows(2)) return 0;
        const bool overlong = lead == 0xe0 && at(1) < 0xa0;
        const bool surrogate = lead == 0xed && at(1) >= 0xa0;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xf0 && lead < 0xf5) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        const bool outside = (lead == 0xf0 && at(1) < 0x90) || (lead == 0xf4 && at(1) >= 0x90);
        return outside ? 0 : 4;
    }
    return 0;
}

void append_byte(std::string& out, unsigned char byte) {
    out += "\\u00";
    out += hex[byte >> 4];
    out += hex[byte & 15];
}

/// The C1 controls and the marks that reorder what a person reads: terminals obey them.
bool steers(std::string_view sequence) {
    if (sequence.size() == 2) return sequence >= "\u0080" && sequence <= "\u009f";
    if (sequence.size() != 3) return false;
    return (sequence >= "\u200b" && sequence <= "\u200f") ||
           (sequence >= "\u2028" && sequence <= "\u202e") ||
           (sequence >= "\u2060" && sequence <= "\u206f") || sequence == "\ufeff";
}

void append_escaped(std::string& out, std::string_view text) {
    const bool cut = text.size() > longest_text;
    if (cut) text = text.substr(0, longest_text); // what is left of a cut character is escaped
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const std::size_t length = sequence_length(text);
        const auto sequence = text.substr(0, length == 0 ? 1 : length);
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += text[0];
        } else if (byte == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f || length == 0) {
            append_byte(out, byte);
        } else {
            out += steers(sequence) ? std::string_view("?") : sequence;
        }
        text.remove_prefix(sequence.size());
    }
    if (cut) out += "…";
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

/// Text that stands in a line of words without quotes.
bool is_word(std::string_view text) {
    for (const char c : text)
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f) return false;
    return !text.empty() && text.size() <= longest_text;
}

std::string timestamp(std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    const auto seconds = floor<std::chrono::seconds>(time);
    const auto millis = duration_cast<milliseconds>(time - seconds).count();
    const std::time_t count = system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&count, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       millis);
}

void append_number(std::string& out, const Field& field) {
    const auto into = std::back_inserter(out);
    if (const auto* whole = std::get_if<std::int64_t>(&field.value))
        fmt::format_to(into, "{}", *whole);
    if (const auto* count = std::get_if<std::uint64_t>(&field.value))
        fmt::format_to(into, "{}", *count);
    if (const auto* number = std::get_if<double>(&field.value))
        fmt::format_to(into, "{:.3f}", *number);
    if (const auto* flag = std::get_if<bool>(&field.value)) out += *flag ? "true" : "false";
}

bool is_empty(const Field& field) {
    const auto* text = std::get_if<std::string_view>(&field.value);
    return text != nullptr && text->empty();
}

void append_json(std::string& out, std::span<const Field> fields) {
    for (const Field& field : fields) {
        if (is_empty(field)) continue;
        out += ',';
        append_string(out, field.name);
        out += ':';
        if (const auto* text = std::get_if<std::string_view>(&field.value))
            append_string(out, *text);
        else
            append_number(out, field);
    }
}

void append_words(std::string& out, std::span<const Field> fields) {
    for (const Field& field : fields) {
        if (is_empty(field)) continue;
        out += ' ';
        out += field.name;
        out += '=';
        const auto* text = std::get_if<std::string_view>(&field.value);
        if (text == nullptr)
            append_number(out, field);
        else if (is_word(*text))
            out += *text;
        else
            append_string(out, *text);
    }
}

} // namespace

std::string format_line(LineFormat format, std::chrono::system_clock::time_point time, Level level,
                        std::string_view message, std::span<const Field> fields) {
    std::string out;
    out.reserve(256);
    if (format == LineFormat::json) {
        fmt::format_to(std::back_inserter(out),
                       "{{\"ts\":\"{}\",\"level\":\"{}\",\"msg\":", timestamp(time),
                       name_of(level));
        append_string(out, message);
        append_json(out, fields);
        out += "}\n";
        return out;
    }
    fmt::format_to(std::back_inserter(out), "{} {:<5} ", timestamp(time), name_of(level));
    append_escaped(out, message);
    append_words(out, fields);
    out += '\n';
    return out;
}

} // namespace berth::observe
