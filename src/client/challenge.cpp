#include "client/challenge.hpp"

#include "base/text.hpp"
#include "client/field_cursor.hpp"

namespace berth::client {
namespace {

constexpr std::size_t value_limit = 16 * 1024;
constexpr std::size_t challenge_limit = 16;
constexpr std::size_t parameter_limit = 64;

/// Reads `name = value`; false, at the old position, if there is no such thing here.
bool read_parameter(FieldCursor& cursor, Challenge& challenge) {
    const std::size_t begin = cursor.position();
    const std::string_view name = cursor.token();
    cursor.skip_blanks();
    if (!name.empty() && cursor.take('=')) {
        cursor.skip_blanks();
        if (auto value = cursor.value()) {
            if (challenge.parameters.size() < parameter_limit)
                challenge.parameters.emplace(to_lower(name), std::move(*value));
            return true;
        }
    }
    cursor.move_to(begin);
    return false;
}

/// The rest of a challenge behind its scheme. False if the text breaks off the grammar.
bool read_rest(FieldCursor& cursor, Challenge& challenge) {
    const bool separated = cursor.peek() == ' ' || cursor.peek() == '\t';
    cursor.skip_blanks();
    if (cursor.at_end() || cursor.peek() == ',') return true;
    if (!separated) return false;
    while (read_parameter(cursor, challenge)) {
        cursor.skip_blanks();
        if (cursor.at_end()) return true;
        if (cursor.peek() != ',') return false;
        cursor.skip_blanks_and_commas();
    }
    // No parameter here: the credentials of a scheme like Negotiate, or the next challenge.
    if (!challenge.parameters.empty()) return true;
    if (cursor.token68().empty()) return false;
    cursor.skip_blanks();
    return cursor.at_end() || cursor.peek() == ',';
}

} // namespace

std::string Challenge::parameter(std::string_view name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> parse_challenges(std::string_view value) {
    std::vector<Challenge> all;
    FieldCursor cursor(value.substr(0, value_limit));
    while (all.size() < challenge_limit) {
        cursor.skip_blanks_and_commas();
        Challenge challenge{to_lower(cursor.token()), {}};
        if (challenge.scheme.empty()) break;
        const bool sound = read_rest(cursor, challenge);
        all.push_back(std::move(challenge));
        if (!sound) break;
    }
    return all;
}

std::vector<Challenge> challenges_of(const net::Headers& headers) {
    std::vector<Challenge> all;
    for (const std::string_view value : headers.all("WWW-Authenticate"))
        for (Challenge& each : parse_challenges(value))
            if (all.size() < challenge_limit) all.push_back(std::move(each));
    return all;
}

std::optional<Challenge> find_challenge(const std::vector<Challenge>& all,
                                        std::string_view scheme) {
    for (const Challenge& each : all)
        if (each.scheme == scheme) return each;
    return std::nullopt;
}

} // namespace berth::client
