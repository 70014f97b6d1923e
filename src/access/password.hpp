// Passwords: made, hashed and compared.
#pragma once

#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace berth::access {

/// 24 letters and digits from getrandom(2): 142 bits, easy to copy by double click.
Secret generate_password();

/// Error usage for a password that is too short or too long to be taken as a new one.
void check_new_password(const Secret& password);

/// Argon2id in its text form, 19 MiB and 2 passes (OWASP's first choice): about 10 ms.
std::string hash_password(const Secret& password);

/// Compares with an Argon2 text form, or with bcrypt ($2a$, $2b$, $2y$) as htpasswd -B writes it.
/// An unknown form is false, at once. Any thread.
bool password_matches(const Secret& password, const std::string& hash);

/// Whether `hash` is of a form that password_matches() compares with.
bool is_password_hash(std::string_view hash);

} // namespace berth::access
