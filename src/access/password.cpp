#include "access/password.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <crypt.h>
#include <sodium.h>

#include <array>

namespace berth::access {

namespace {

constexpr std::size_t memory_bytes = 19 * 1024 * 1024;
constexpr unsigned passes = 2;
constexpr std::size_t shortest_password = 8;
constexpr std::size_t longest_password = 1024;

void start_sodium() {
    if (sodium_init() < 0) throw Error(ErrorCode::internal, "libsodium does not start");
}

bool matches_bcrypt(const Secret& password, const std::string& hash) {
    // crypt() would compare what stands before the zero alone.
    if (password.reveal().find('\0') != std::string::npos) return false;
    crypt_data data{};
    const char* computed = crypt_r(password.reveal().c_str(), hash.c_str(), &data);
    return computed != nullptr && equal_in_constant_time(computed, hash);
}

} // namespace

Secret generate_password() {
    start_sodium();
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    for (int i = 0; i < 24; ++i)
        text += alphabet[randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
    return Secret(text);
}

void check_new_password(const Secret& password) {
    const auto size = password.reveal().size();
    if (size >= shortest_password && size <= longest_password) return;
    throw Error(ErrorCode::usage, fmt::format("a password has {} to {} bytes, not {}",
                                              shortest_password, longest_password, size));
}

std::string hash_password(const Secret& password) {
    start_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    const auto& text = password.reveal();
    if (crypto_pwhash_str(hash.data(), text.data(), text.size(), passes, memory_bytes) != 0)
        throw Error(ErrorCode::internal, "not enough memory to hash a password");
    return hash.data();
}

bool is_password_hash(std::string_view hash) {
    return hash.starts_with("$argon2") || hash.starts_with("$2");
}

bool password_matches(const Secret& password, const std::string& hash) {
    start_sodium();
    const auto& text = password.reveal();
    if (text.size() > longest_password) return false;
    if (hash.starts_with("$argon2"))
        return crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0;
    if (hash.starts_with("$2")) return matches_bcrypt(password, hash);
    return false;
}

} // namespace berth::access
