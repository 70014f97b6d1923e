#include "app/first_password.hpp"

#include "access/password.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace berth::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t shortest = 8;
constexpr std::size_t longest = 1024;

Secret password_in(const fs::path& file) {
    auto text = read_file(file, longest + 2);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.size() < shortest || text.size() > longest) {
        throw Error(ErrorCode::usage, fmt::format("{} holds no password of {} to {} bytes",
                                                  berth::quoted(file.native()), shortest, longest));
    }
    return Secret(std::move(text));
}

Secret generated_into(const fs::path& file) {
    auto password = access::generate_password();
    // Before the user: a start that is cut off in between finds it again.
    replace_file(file, password.reveal() + "\n", 0600);
    return password;
}

} // namespace

std::optional<Secret> make_admin(access::Users& users, const std::optional<fs::path>& file) {
    if (!file) return users.create_admin();
    if (!users.list().empty()) return std::nullopt;
    const auto password = fs::exists(*file) ? password_in(*file) : generated_into(*file);
    users.put({.name = "admin", .password_hash = access::hash_password(password), .admin = true});
    return std::nullopt;
}

} // namespace berth::app
