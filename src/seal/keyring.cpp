#include "seal/keyring.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

namespace berth::seal {
namespace {

void start_sodium() {
    if (sodium_init() < 0) throw Error(ErrorCode::internal, "libsodium does not start");
}

constexpr std::string_view separators = " \t\r\n,";

Error bad_keys(std::string_view where, std::string_view why) {
    return Error(ErrorCode::usage, fmt::format("the sealing keys in {}: {}", where, why))
        .set_hint("a key is 32 random bytes in base64: `openssl rand -base64 32` makes one");
}

std::string without_comments(std::string_view text) {
    std::string out;
    for (const std::string_view line : split(text, '\n')) {
        out += line.substr(0, line.find('#'));
        out += '\n';
    }
    return out;
}

} // namespace

std::string KeyId::text() const {
    return to_hex(bytes);
}

Keyring::Key Keyring::make_key(Secret bytes) {
    Key key{.id = {}, .bytes = std::move(bytes)};
    constexpr std::string_view purpose = "berth seal key id";
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    const auto* raw = reinterpret_cast<const unsigned char*>(key.bytes.reveal().data());
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(), raw,
                       key_bytes);
    std::transform(hash.begin(), hash.begin() + key.id.bytes.size(), key.id.bytes.begin(),
                   [](unsigned char byte) { return std::byte{byte}; });
    return key;
}

Keyring Keyring::generate() {
    start_sodium();
    std::string bytes(key_bytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    std::vector<Key> keys;
    keys.push_back(make_key(Secret(std::move(bytes))));
    return Keyring(std::move(keys));
}

Keyring Keyring::parse(const Secret& text, std::string_view where) {
    start_sodium();
    std::vector<Key> keys;
    const Secret bare(without_comments(text.reveal()));
    std::string_view rest = bare.reveal();
    for (std::size_t number = 1;; ++number) {
        rest.remove_prefix(std::min(rest.find_first_not_of(separators), rest.size()));
        if (rest.empty()) break;
        const std::string_view word = rest.substr(0, rest.find_first_of(separators));
        rest.remove_prefix(word.size());
        auto bytes = from_base64(word);
        if (bytes.has_error() || bytes->size() != key_bytes)
            throw bad_keys(where, fmt::format("entry {} is not 32 bytes in base64", number));
        Key key = make_key(Secret(std::move(*bytes)));
        const auto same = [&](const Key& other) { return other.id == key.id; };
        if (std::any_of(keys.begin(), keys.end(), same))
            throw bad_keys(where, fmt::format("key {} comes twice", key.id.text()));
        if (keys.size() == key_limit)
            throw bad_keys(where, fmt::format("there are more than {}", key_limit));
        keys.push_back(std::move(key));
    }
    if (keys.empty()) throw bad_keys(where, "there is none");
    return Keyring(std::move(keys));
}

Secret Keyring::text() const {
    std::string lines;
    for (const Key& key : keys_) lines += to_base64(key.bytes.reveal()) + '\n';
    return Secret(std::move(lines));
}

std::vector<KeyId> Keyring::ids() const {
    std::vector<KeyId> ids;
    for (const Key& key : keys_) ids.push_back(key.id);
    return ids;
}

Keyring Keyring::with_fresh_key() const {
    if (keys_.size() == key_limit)
        throw Error(ErrorCode::usage, fmt::format("the keyring holds {} keys already", key_limit))
            .set_hint("seal everything again, then drop the old keys");
    Keyring grown = generate();
    grown.keys_.insert(grown.keys_.end(), keys_.begin(), keys_.end());
    return grown;
}

Keyring Keyring::without_old_keys() const {
    return Keyring({keys_.front()});
}

const Secret* Keyring::find(const KeyId& id) const {
    for (const Key& key : keys_) {
        if (key.id == id) return &key.bytes;
    }
    return nullptr;
}

} // namespace berth::seal
