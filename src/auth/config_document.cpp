#include "auth/config_document.hpp"

#include "auth/config_key.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::auth {
namespace {

Error malformed(std::string_view key, std::string_view what) {
    Error error(ErrorCode::content_invalid,
                fmt::format("the entry for {} {}", berth::quoted(key), what));
    error.set_hint("log in again, or remove that entry from the file");
    return error;
}

std::string text_member(const json::Object& entry, std::string_view name, std::string_view key) {
    const auto* value = entry.if_contains(name);
    if (!value || value->is_null()) return "";
    if (!value->is_string()) throw malformed(key, fmt::format("has a {} that is no text", name));
    return std::string(value->as_string());
}

/// Docker pads the decoded text with NUL bytes in some old files.
std::string decoded_auth(const std::string& auth, std::string_view key) {
    auto decoded = from_base64(auth);
    if (decoded.has_error()) throw malformed(key, "has an auth that is not base64");
    while (decoded->ends_with('\0')) decoded->pop_back();
    return *decoded;
}

registry::Credential read_entry(const json::Object& entry, std::string_view key) {
    registry::Credential credential;
    credential.user = text_member(entry, "username", key);
    credential.password = Secret(text_member(entry, "password", key));
    credential.identity_token = Secret(text_member(entry, "identitytoken", key));
    credential.registry_token = Secret(text_member(entry, "registrytoken", key));
    const auto auth = text_member(entry, "auth", key);
    if (auth.empty()) return credential;
    const auto pair = decoded_auth(auth, key);
    const auto colon = pair.find(':');
    if (colon == pair.npos) throw malformed(key, "has an auth without a colon in it");
    credential.user = pair.substr(0, colon);
    credential.password = Secret(pair.substr(colon + 1));
    return credential;
}

bool is_empty(const registry::Credential& credential) {
    return credential.user.empty() && credential.password.empty() &&
           credential.identity_token.empty() && credential.registry_token.empty();
}

json::Object write_entry(const registry::Credential& credential) {
    json::Object entry;
    if (!credential.user.empty() || !credential.password.empty()) {
        entry["auth"] = to_base64(credential.user + ":" + credential.password.reveal());
    }
    if (!credential.identity_token.empty()) {
        entry["identitytoken"] = credential.identity_token.reveal();
    }
    if (!credential.registry_token.empty()) {
        entry["registrytoken"] = credential.registry_token.reveal();
    }
    return entry;
}

std::vector<std::string> spellings(const json::Object& auths, std::string_view key) {
    std::vector<std::string> found;
    for (const auto& member : auths) {
        const std::string_view name(member.key().data(), member.key().size());
        if (normalised_key(name) == key) found.emplace_back(name);
    }
    return found;
}

} // namespace

Result<ConfigDocument> ConfigDocument::parse(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == text.npos) return ConfigDocument(json::Object());
    auto value = json::parse(text);
    if (value.has_error()) return value.error();
    if (!value->is_object()) {
        return Error(ErrorCode::content_invalid, "not a JSON object as docker writes it");
    }
    return ConfigDocument(std::move(*value));
}

const json::Object* ConfigDocument::member(std::string_view name) const {
    const auto* value = root_.as_object().if_contains(name);
    if (!value || value->is_null()) return nullptr;
    if (!value->is_object()) {
        throw Error(ErrorCode::content_invalid, fmt::format("\"{}\" is not a JSON object", name));
    }
    return &value->as_object();
}

std::optional<registry::Credential> ConfigDocument::credential(std::string_view key) const {
    const auto* auths = member("auths");
    if (!auths) return std::nullopt;
    for (const auto& spelling : spellings(*auths, key)) {
        const auto& entry = auths->at(spelling);
        if (entry.is_null()) continue;
        if (!entry.is_object()) throw malformed(key, "is not a JSON object");
        auto credential = read_entry(entry.as_object(), key);
        if (!is_empty(credential)) return credential;
    }
    return std::nullopt;
}

bool ConfigDocument::lists(std::string_view key) const {
    const auto* auths = member("auths");
    return auths && !spellings(*auths, key).empty();
}

std::optional<std::string> ConfigDocument::helper(std::string_view key) const {
    const auto* helpers = member("credHelpers");
    if (!helpers) return std::nullopt;
    for (const auto& spelling : spellings(*helpers, key)) {
        const auto& name = helpers->at(spelling);
        if (!name.is_string()) throw malformed(key, "in credHelpers is no text");
        if (!name.as_string().empty()) return std::string(name.as_string());
    }
    return std::nullopt;
}

std::optional<std::string> ConfigDocument::store() const {
    const auto* value = root_.as_object().if_contains("credsStore");
    if (!value || value->is_null()) return std::nullopt;
    if (!value->is_string()) {
        throw Error(ErrorCode::content_invalid, "\"credsStore\" is not a text");
    }
    if (value->as_string().empty()) return std::nullopt;
    return std::string(value->as_string());
}

std::vector<std::string> ConfigDocument::keys() const {
    std::vector<std::string> keys;
    const auto* auths = member("auths");
    if (!auths) return keys;
    for (const auto& entry : *auths) {
        keys.push_back(normalised_key({entry.key().data(), entry.key().size()}));
    }
    return keys;
}

void ConfigDocument::set(std::string_view spelling, const registry::Credential& credential) {
    remove(normalised_key(spelling));
    auto& auths = root_.as_object()["auths"];
    if (!auths.is_object()) auths = json::Object();
    auths.as_object()[spelling] = write_entry(credential);
}

bool ConfigDocument::remove(std::string_view key) {
    const auto* auths = member("auths");
    if (!auths) return false;
    const auto found = spellings(*auths, key);
    auto& editable = root_.as_object()["auths"].as_object();
    for (const auto& spelling : found) {
        // not erase(), which moves the last member into the gap and so reorders a person's file
        editable.stable_erase(editable.find(spelling));
    }
    return !found.empty();
}

} // namespace berth::auth
