// What the tests of this folder share: a book in a temporary database, drafts, certificates.
#pragma once

#include "base/clock.hpp"
#include "base/file.hpp"
#include "db/temporary_database.hpp"
#include "registration/book.hpp"
#include "registration/cause.hpp"
#include "registration/field_error.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace berth::registration::testing {

inline Draft draft_of(std::string name, std::string endpoint = "https://registry.test:5000") {
    Draft draft{.name = std::move(name), .spec = {}};
    draft.spec.endpoint = std::move(endpoint);
    return draft;
}

inline Draft draft_with_password(std::string name, std::string password = "hunter2") {
    Draft draft = draft_of(std::move(name));
    draft.spec.auth = AuthType::basic;
    draft.spec.username = "ada";
    draft.secrets.emplace(SecretField::password, Secret(std::move(password)));
    return draft;
}

/// What a refusal says.
struct Refusal {
    ErrorCode code = ErrorCode::internal;
    std::string field = {}; ///< or the cause
    std::string message = {};
    std::string hint = {};
    bool says(std::string_view part) const { return message.find(part) != std::string::npos; }
};

template <class Act>
Refusal refusal_of(Act&& act) {
    try {
        act();
    } catch (const FieldError& error) {
        return {error.code(), error.field(), error.message(), error.hint()};
    } catch (const CauseError& error) {
        return {error.code(), error.cause(), error.message(), error.hint()};
    } catch (const Error& error) {
        return {error.code(), "", error.message(), error.hint()};
    }
    FAIL("no error was thrown");
    return {};
}

inline bool has_note(const std::vector<Note>& notes, std::string_view code) {
    for (const Note& note : notes) {
        if (note.code == code) return true;
    }
    return false;
}

struct BookFixture {
    db::TemporaryDatabase database;
    ManualClock clock;
    seal::Keyring keys = seal::Keyring::generate();
    EndpointPolicy policy = {};
    Book book{database.path(), seal::Sealer(keys), policy, clock};
};

} // namespace berth::registration::testing
