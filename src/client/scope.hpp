// Scopes: what a bearer token shall allow, e.g. "repository:team/app:pull,push".
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

/// A set of actions for each resource.
class Scopes {
public:
    Scopes() = default;
    /// From a scope parameter: scopes separated by spaces. Text that is no scope is left out; at
    /// most 32 are read.
    static Scopes parse(std::string_view text);
    static Scopes pull(std::string_view repository);
    static Scopes push(std::string_view repository); ///< which takes pull along
    static Scopes catalog();

    void add(std::string_view resource, std::string_view action);
    void merge(const Scopes& other);
    bool empty() const { return actions_.empty(); }
    /// One text per resource, sorted.
    std::vector<std::string> texts() const;
    /// All of them, separated by spaces: the same for equal sets.
    std::string text() const;

private:
    std::map<std::string, std::set<std::string>> actions_; ///< by "type:name"
};

} // namespace berth::client
