// Scopes and tokens from anybody: scopes survive a round trip, no text but one that the key has
// signed is a token, and what the issuer signs it accepts.
#include "access/token.hpp"
#include "base/address.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <cstdlib>

using namespace berth;
using namespace berth::access;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void check_scopes(const std::vector<Scope>& scopes) {
    check(scopes.size() <= 100);
    for (const auto& scope : scopes) {
        const auto again = Scope::parse(scope.text());
        check(again.size() == 1 && again[0].type == scope.type && again[0].name == scope.name &&
              again[0].actions == scope.actions);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    static ManualClock clock;
    static TokenIssuer issuer(Secret("0123456789abcdef0123456789abcdef"), "berth", clock);
    static TokenIssuer other(Secret("fedcba9876543210fedcba9876543210"), "berth", clock);
    check(!issuer.verify(text));
    const auto scopes = Scope::parse(text);
    check_scopes(scopes);
    check(address_key(text).size() <= std::max<std::size_t>(text.size(), 64));
    const Identity robot{.name = "robot", .grants = {{"", Actions::all()}}};
    try {
        const auto token = issuer.issue(robot, scopes);
        const auto read = issuer.verify(token);
        check(read && read->subject == "robot" && read->access.size() == scopes.size());
        check(!other.verify(token));
    } catch (const Error& error) {
        check(error.code() == ErrorCode::usage); // too long
    }
    return 0;
}
