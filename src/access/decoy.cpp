#include "access/decoy.hpp"

#include "access/password.hpp"

#include <sodium.h>

#include <cstdint>
#include <cstring>

namespace berth::access {
namespace {

std::uint64_t number_of(std::string_view name, const std::string& key) {
    unsigned char mixed[crypto_generichash_BYTES];
    crypto_generichash(mixed, sizeof mixed, reinterpret_cast<const unsigned char*>(name.data()),
                       name.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
    std::uint64_t number = 0;
    std::memcpy(&number, mixed, sizeof number);
    return number;
}

} // namespace

std::string decoy_hash(const std::vector<User>& users, std::string_view name,
                       const std::string& key) {
    static const std::string nobody = hash_password(generate_password());
    std::vector<const User*> with_password;
    for (const auto& user : users)
        if (is_password_hash(user.password_hash)) with_password.push_back(&user);
    if (with_password.empty()) return nobody;
    return with_password[number_of(name, key) % with_password.size()]->password_hash;
}

} // namespace berth::access
