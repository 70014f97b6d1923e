#include "seal/sealer.hpp"

#include "base/error.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace berth::seal {
namespace {

// version 1 | key id 8 | owner's mark 8 | origin's mark 8 | field's mark 8 | nonce 24 | ciphertext
// The marks only serve the messages: what binds is the associated data.
constexpr char version = 1;
constexpr std::size_t mark_bytes = 8;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t marks_at = 1 + 8;
constexpr std::size_t nonce_at = marks_at + 3 * mark_bytes;
constexpr std::size_t content_at = nonce_at + nonce_bytes;
constexpr std::size_t padding = 32;

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

Error damaged(std::string_view field) {
    return Error(ErrorCode::corrupt,
                 fmt::format("the sealed {} is damaged: its bytes were changed", field))
        .set_hint("restore the database from a backup, or type the secret again");
}

std::string mark_of(std::string_view text, std::string_view purpose, const Secret& key) {
    std::string input = fmt::format("berth mark {}:", purpose);
    input += text;
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), raw(input), input.size(), raw(key.reveal()),
                       key.reveal().size());
    return {reinterpret_cast<const char*>(hash.data()), mark_bytes};
}

std::string marks_of(const Binding& binding, const Secret& key) {
    return mark_of(binding.owner, "owner", key) + mark_of(binding.origin, "origin", key) +
           mark_of(binding.field, "field", key);
}

void append_part(std::string& out, std::string_view part) {
    out += fmt::format("{}:", part.size());
    out += part;
}

/// No two bindings give the same bytes: each part carries its length.
std::string associated_data(std::string_view head, const Binding& binding) {
    std::string data = "berth-seal-1";
    append_part(data, head);
    append_part(data, binding.owner);
    append_part(data, binding.origin);
    append_part(data, binding.field);
    return data;
}

void check_marks(std::string_view sealed, const Binding& binding, const Secret& key) {
    const std::string expected = marks_of(binding, key);
    const std::string_view found = sealed.substr(marks_at, expected.size());
    if (found == expected) return;
    const auto differs = [&](std::size_t index) {
        return found.substr(index * mark_bytes, mark_bytes) !=
               std::string_view(expected).substr(index * mark_bytes, mark_bytes);
    };
    if (differs(0))
        throw Error(ErrorCode::corrupt,
                    fmt::format("the sealed {} is bound to another owner than {}", binding.field,
                                berth::quoted(binding.owner)))
            .set_hint("somebody moved it in the database; type the secret again");
    if (differs(1))
        throw Error(ErrorCode::corrupt,
                    fmt::format("the sealed {} is bound to another origin than {}", binding.field,
                                berth::quoted(binding.origin)))
            .set_hint("the address was changed without the secret; type the secret again");
    throw Error(ErrorCode::corrupt,
                fmt::format("the sealed {} is bound to another field", binding.field))
        .set_hint("somebody moved it in the database; type the secret again");
}

} // namespace

KeyId key_id_of(std::string_view sealed) {
    if (sealed.size() < content_at + tag_bytes || sealed[0] != version) throw damaged("secret");
    KeyId id;
    std::memcpy(id.bytes.data(), sealed.data() + 1, id.bytes.size());
    return id;
}

std::string Sealer::seal(const Secret& secret, const Binding& binding) const {
    const std::string& text = secret.reveal();
    if (text.size() > secret_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("the {} has {} bytes; at most {} can be sealed", binding.field,
                                text.size(), secret_limit));
    const Secret& key = *keys_.find(keys_.current());
    std::string out(1, version);
    out += as_text(keys_.current().bytes);
    out += marks_of(binding, key);
    const std::string data = associated_data(out, binding);
    out.resize(content_at);
    randombytes_buf(out.data() + nonce_at, nonce_bytes);

    // ISO/IEC 7816-4: one byte 0x80, then zeros.
    std::string plain;
    plain.reserve(text.size() + padding); // one that grows would leave a copy behind
    plain += text;
    plain += '\x80';
    plain.resize((plain.size() + padding - 1) / padding * padding, '\0');
    const Secret padded(std::move(plain));
    const std::size_t size = padded.reveal().size();
    out.resize(content_at + size + tag_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + content_at, nullptr, raw(padded.reveal()),
                                               size, raw(data), data.size(), nullptr,
                                               raw(out) + nonce_at, raw(key.reveal()));
    return out;
}

Secret Sealer::open(std::string_view sealed, const Binding& binding) const {
    const KeyId id = key_id_of(sealed);
    const Secret* key = keys_.find(id);
    if (key == nullptr)
        throw Error(ErrorCode::corrupt,
                    fmt::format("the {} is sealed with key {}, which is not in the keyring; its "
                                "current key is {}",
                                binding.field, id.text(), keys_.current().text()))
            .set_hint("give Berth the key file that belongs to this database");
    if (sealed.size() > content_at + secret_limit + padding + tag_bytes)
        throw damaged(binding.field);
    check_marks(sealed, binding, *key);
    const std::string data = associated_data(sealed.substr(0, nonce_at), binding);
    const std::string_view content = sealed.substr(content_at);
    std::string plain(content.size() - tag_bytes, '\0');
    const bool genuine = crypto_aead_xchacha20poly1305_ietf_decrypt(
                             raw(plain), nullptr, nullptr, raw(content), content.size(), raw(data),
                             data.size(), raw(sealed) + nonce_at, raw(key->reveal())) == 0;
    const std::size_t end = plain.find_last_not_of('\0');
    if (!genuine || end == std::string::npos || plain[end] != '\x80') throw damaged(binding.field);
    std::string text = plain.substr(0, end);
    sodium_memzero(plain.data(), plain.size());
    return Secret(std::move(text));
}

std::optional<std::string> Sealer::reseal(std::string_view sealed, const Binding& binding) const {
    if (key_id_of(sealed) == keys_.current()) return std::nullopt;
    return seal(open(sealed, binding), binding);
}

} // namespace berth::seal
