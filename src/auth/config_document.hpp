// ConfigDocument: the text of a docker config.json or containers auth.json as a value.
//
// Pure: no files, no helpers. Edits keep every member that we do not know.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "registry/credentials.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::auth {

/// Largest file or variable that is read.
inline constexpr std::uint64_t config_limit = 1024 * 1024;

class ConfigDocument {
public:
    /// An empty text is an empty document. Errors: content_invalid for text that is not a JSON
    /// object; the text itself is never in the message.
    static Result<ConfigDocument> parse(std::string_view text);

    /// The inline credential under any spelling of the normalised `key`; nothing if there is
    /// none or the entry is empty (as docker leaves it beside a credential store). Throws
    /// content_invalid for an entry that is there but malformed.
    std::optional<registry::Credential> credential(std::string_view key) const;
    /// True if `auths` names the key, even with an empty entry.
    bool lists(std::string_view key) const;
    /// The helper that `credHelpers` names for the key.
    std::optional<std::string> helper(std::string_view key) const;
    /// `credsStore`, or nothing.
    std::optional<std::string> store() const;
    /// Keys of `auths`, normalised.
    std::vector<std::string> keys() const;

    /// Puts an entry for `key`, in place of all of its other spellings. `spelling` is what is
    /// written. An empty credential leaves an empty entry (its secret is in a helper).
    void set(std::string_view spelling, const registry::Credential& credential);
    /// Removes all spellings of the normalised `key`; false if there was none.
    bool remove(std::string_view key);

    /// Pretty JSON with a newline at the end.
    std::string text() const { return json::write_pretty(root_); }

private:
    explicit ConfigDocument(json::Value root) : root_(std::move(root)) {}
    const json::Object* member(std::string_view name) const;

    json::Value root_;
};

} // namespace berth::auth
