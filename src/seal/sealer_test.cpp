#include "seal/sealer.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace berth;
using namespace berth::seal;

namespace {

const Binding binding{"65f0a1b2c3d4e5f6a7b8c9d0", "https://registry.test:5000", "password"};

Error sealer_failure(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

bool says(const Error& error, std::string_view part) {
    return error.message().find(part) != std::string::npos;
}

} // namespace

TEST_CASE("what is sealed opens again, whatever its length") {
    const Sealer sealer(Keyring::generate());
    for (const std::size_t size : {0UL, 1UL, 31UL, 32UL, 33UL, 4096UL, secret_limit}) {
        const Secret secret(std::string(size, '\x80') + (size % 2 == 0 ? "" : std::string(1, 0)));
        if (secret.reveal().size() > secret_limit) continue;
        CHECK(sealer.open(sealer.seal(secret, binding), binding).reveal() == secret.reveal());
    }
    CHECK(sealer_failure([&] {
              sealer.seal(Secret(std::string(secret_limit + 1, 'x')), binding);
          }).code() == ErrorCode::limit_exceeded);
}

TEST_CASE("sealed bytes show neither the secret nor its exact length and differ each time") {
    const Sealer sealer(Keyring::generate());
    const std::string one = sealer.seal(Secret("hunter2"), binding);
    const std::string two = sealer.seal(Secret("hunter2"), binding);
    CHECK(one != two);
    CHECK(one.find("hunter2") == std::string::npos);
    CHECK(one.size() == sealer.seal(Secret("a much longer password here"), binding).size());
}

TEST_CASE("a secret opens for its owner, origin and field alone, and the message says which") {
    const Sealer sealer(Keyring::generate());
    const std::string sealed = sealer.seal(Secret("hunter2"), binding);
    const auto opened_as = [&](Binding other) {
        return sealer_failure([&] { sealer.open(sealed, other); });
    };
    const Error origin = opened_as({binding.owner, "https://evil.test:5000", "password"});
    CHECK(origin.code() == ErrorCode::corrupt);
    CHECK(says(origin, "bound to another origin than \"https://evil.test:5000\""));
    CHECK(says(opened_as({"another", binding.origin, "password"}), "bound to another owner"));
    CHECK(says(opened_as({binding.owner, binding.origin, "token"}), "bound to another field"));
    // Plain HTTP is another origin than TLS.
    CHECK(says(opened_as({binding.owner, "http://registry.test:5000", "password"}),
               "another origin"));
    // Moving a byte between the parts does not help.
    CHECK(says(opened_as({binding.owner + "h", "ttps://registry.test:5000", "password"}),
               "another owner"));
}

TEST_CASE("every changed bit and every cut is noticed") {
    const Sealer sealer(Keyring::generate());
    const std::string sealed = sealer.seal(Secret("hunter2"), binding);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string edited = sealed;
        edited[at] = static_cast<char>(edited[at] ^ 1);
        CHECK(sealer_failure([&] { sealer.open(edited, binding); }).code() == ErrorCode::corrupt);
        CHECK(sealer_failure([&] { sealer.open(sealed.substr(0, at), binding); }).code() ==
              ErrorCode::corrupt);
    }
    std::string edited = sealed;
    edited.back() = static_cast<char>(edited.back() ^ 1);
    CHECK(says(sealer_failure([&] { sealer.open(edited, binding); }), "damaged"));
    CHECK(sealer_failure([&] { sealer.open(sealed + "x", binding); }).code() == ErrorCode::corrupt);
}

TEST_CASE("a wrong key names the one that is missing and the one that is there") {
    const Sealer ours(Keyring::generate());
    const Sealer theirs(Keyring::generate());
    const Error error =
        sealer_failure([&] { theirs.open(ours.seal(Secret("hunter2"), binding), binding); });
    CHECK(error.code() == ErrorCode::corrupt);
    CHECK(says(error, ours.keys().current().text()));
    CHECK(says(error, theirs.keys().current().text()));
    CHECK(says(error, "not in the keyring"));
}

TEST_CASE("after a rotation old secrets open, are sealed again once, and then need no old key") {
    const Sealer before(Keyring::generate());
    const std::string old = before.seal(Secret("hunter2"), binding);
    const Sealer during(before.keys().with_fresh_key());
    CHECK(during.open(old, binding).reveal() == "hunter2");
    const auto fresh = during.reseal(old, binding);
    REQUIRE(fresh.has_value());
    CHECK(key_id_of(*fresh) == during.keys().current());
    CHECK_FALSE(during.reseal(*fresh, binding).has_value());
    const Sealer after(during.keys().without_old_keys());
    CHECK(after.open(*fresh, binding).reveal() == "hunter2");
    CHECK(says(sealer_failure([&] { after.open(old, binding); }), "not in the keyring"));
    // Sealing again is no way around the binding.
    const Binding other{binding.owner, "https://evil.test", binding.field};
    CHECK(says(sealer_failure([&] { during.reseal(old, other); }), "another origin"));
}
