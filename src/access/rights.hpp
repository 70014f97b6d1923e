// Rights: what an identity may do with which repositories.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::access {

enum class Action { pull, push, remove };
/// "pull", "push", "delete": the words of scopes.
std::string_view name_of(Action action);

/// Actions as a set.
class Actions {
public:
    constexpr Actions() = default;
    static constexpr Actions all() { return Actions(7); }
    constexpr Actions with(Action action) const {
        return Actions(bits_ | 1U << static_cast<unsigned>(action));
    }
    constexpr bool has(Action action) const {
        return (bits_ >> static_cast<unsigned>(action) & 1U) != 0;
    }
    constexpr Actions both(Actions other) const { return Actions(bits_ | other.bits_); }
    constexpr Actions common(Actions other) const { return Actions(bits_ & other.bits_); }
    constexpr bool none() const { return bits_ == 0; }
    /// {"pull", "push"} in a fixed order.
    std::vector<std::string> names() const;
    /// Reads a list of names, as in a token or a file; "*" is all. Unknown words are Error usage.
    static Result<Actions> parse(const std::vector<std::string>& names);
    bool operator==(const Actions&) const = default;

private:
    explicit constexpr Actions(unsigned bits) : bits_(bits) {}
    unsigned bits_ = 0;
};

/// Actions on every repository whose name is `prefix` or begins with `prefix` and a slash; "" is
/// every repository.
struct Grant {
    std::string prefix;
    Actions actions;
};

/// Who asks, and what it may do. Rights add up.
struct Identity {
    std::string name; ///< "" for anonymous
    bool admin = false;
    std::vector<Grant> grants = {};

    Actions on(std::string_view repository) const;
    bool may(Action action, std::string_view repository) const {
        return on(repository).has(action);
    }
    /// Whether it may list what is in the registry; it sees what it may pull only.
    bool anonymous() const { return name.empty(); }
};

} // namespace berth::access
