#include "client/scope.hpp"

#include "base/text.hpp"

namespace berth::client {
namespace {

constexpr std::size_t scope_limit = 32;

std::string repository(std::string_view name) {
    return "repository:" + std::string(name);
}

/// Scopes go into URLs and messages: visible ASCII only (RFC 6749, scope-token).
bool is_scope_text(std::string_view text) {
    for (const char c : text)
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\') return false;
    return !text.empty() && text.size() <= 512;
}

} // namespace

Scopes Scopes::parse(std::string_view text) {
    Scopes scopes;
    for (const std::string_view each : split(text, ' ')) {
        const std::size_t colon = each.rfind(':');
        if (!is_scope_text(each) || colon == std::string_view::npos || colon == 0) continue;
        if (scopes.actions_.size() == scope_limit) break;
        for (const std::string_view action : split(each.substr(colon + 1), ','))
            if (!action.empty()) scopes.add(each.substr(0, colon), action);
    }
    return scopes;
}

Scopes Scopes::pull(std::string_view name) {
    Scopes scopes;
    scopes.add(repository(name), "pull");
    return scopes;
}

Scopes Scopes::push(std::string_view name) {
    Scopes scopes = pull(name);
    scopes.add(repository(name), "push");
    return scopes;
}

Scopes Scopes::catalog() {
    Scopes scopes;
    scopes.add("registry:catalog", "*");
    return scopes;
}

void Scopes::add(std::string_view resource, std::string_view action) {
    actions_[std::string(resource)].emplace(action);
}

void Scopes::merge(const Scopes& other) {
    for (const auto& [resource, actions] : other.actions_)
        actions_[resource].insert(actions.begin(), actions.end());
}

std::vector<std::string> Scopes::texts() const {
    std::vector<std::string> texts;
    for (const auto& [resource, actions] : actions_) {
        std::string text = resource;
        char separator = ':';
        for (const std::string& action : actions) {
            text += separator;
            text += action;
            separator = ',';
        }
        texts.push_back(std::move(text));
    }
    return texts;
}

std::string Scopes::text() const {
    std::string all;
    for (const std::string& each : texts()) all += (all.empty() ? "" : " ") + each;
    return all;
}

} // namespace berth::client
