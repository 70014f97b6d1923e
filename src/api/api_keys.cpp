#include "api/fields.hpp"
#include "api/identity_routes.hpp"
#include "api/refusal.hpp"
#include "api/registry_json.hpp"
#include "base/date_time.hpp"
#include "base/text.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::api {
namespace {

using identity::ApiKey;
using identity::ApiKeyChange;
using identity::Person;
using identity::Right;
using identity::Time;
using registration::FieldError;

json::Object write(const ApiKey& key) {
    json::Object spec{
        {"key", key.prefix + "****"},
        {"user",
         {{"uid", identity::uid_of(key.owner)}, {"firstName", key.owner}, {"lastName", ""}}},
        {"scope", text_of(key.most)}};
    if (key.expires) spec["expiry"] = time_text(*key.expires);
    if (key.last_used) spec["lastUsed"] = time_text(*key.last_used);
    return {{"metadata",
             {{"uid", key.uid},
              {"name", key.name},
              {"creationTimestamp", time_text(key.created)},
              {"lastModifiedTimestamp", time_text(key.modified)}}},
            {"spec", std::move(spec)},
            {"status", {{"isActive", key.active}}}};
}

/// Who holds a key that may only look must not make a second one that outlives it.
void require_login(const Person& person) {
    if (person.proof != identity::Proof::api_key || person.may(Right::manage)) return;
    throw Refusal(403, "OperationForbidden",
                  "an API key can make and change API keys only if its own scope is manage")
        .hint_is("log in to do this");
}

class ApiKeyOperations {
public:
    explicit ApiKeyOperations(const IdentityParts& parts)
        : realm_(parts.realm), keys_(parts.realm.keys()), clock_(parts.clock) {}

    net::Response list(Call& call) const {
        const auto& person = *call.person;
        json::Array items;
        const auto owner = person.may(Right::manage) ? std::string() : person.name;
        for (const auto& key : keys_.list(person.tenant, owner)) items.push_back(write(key));
        return reply(200, {{"items", std::move(items)}});
    }

    net::Response create(Call& call) const {
        require_login(*call.person);
        const auto body = body_of(call);
        const auto owner = owner_of(body, *call.person);
        const auto name = text_field(body, "metadata.name").value_or("");
        const auto scope = scope_of(body, *call.person);
        const auto expiry = expiry_of(body);
        try {
            auto made = keys_.add({.tenant = call.tenant(),
                                   .owner = owner,
                                   .name = name,
                                   .most = scope.value_or(most_of(*call.person)),
                                   .expires = expiry.value_or(std::nullopt)});
            call.audit.object = made.key.uid;
            call.audit.after = write(made.key);
            return reply(201, {{"uid", made.key.uid}, {"apiKey", made.text.reveal()}});
        } catch (const Error& error) {
            throw_by_field(error);
        }
    }

    net::Response read(Call& call) const { return reply(200, write(find(call))); }

    net::Response update(Call& call) const {
        require_login(*call.person);
        const auto body = body_of(call);
        const auto name = text_field(body, "metadata.name");
        return change(call, {.name = name && !name->empty() ? name : std::nullopt,
                             .most = scope_of(body, *call.person),
                             .active = {},
                             .expires = expiry_of(body)});
    }

    net::Response set_state(Call& call) const {
        require_login(*call.person);
        const auto active = boolean_field(body_of(call), "isActive");
        if (!active) throw FieldError(ErrorCode::usage, "isActive", "is missing");
        return change(call, {.name = {}, .most = {}, .active = active, .expires = {}});
    }

    net::Response remove(Call& call) const {
        require_login(*call.person);
        const auto key = find(call);
        keys_.remove(key.tenant, key.uid);
        call.audit.before = write(key);
        return reply(204);
    }

private:
    /// A key of somebody else is not there, but for those who manage.
    ApiKey find(const Call& call) const {
        const auto& person = *call.person;
        auto key = keys_.find(person.tenant, call.segment("uid"));
        if (key && (key->owner == person.name || person.may(Right::manage))) return *key;
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no API key {}", berth::quoted(call.segment("uid"))));
    }

    net::Response change(Call& call, const ApiKeyChange& change) const {
        const auto before = find(call);
        try {
            call.audit.after = write(keys_.change(before.tenant, before.uid, change));
        } catch (const Error& error) {
            throw_by_field(error);
        }
        call.audit.before = write(before);
        return reply(204);
    }

    /// The user whose uid is asked for; the person without one.
    std::string owner_of(const json::Object& body, const Person& person) const {
        const auto uid = text_field(body, "spec.userUid").value_or("");
        if (uid.empty() || uid == person.uid) return person.name;
        if (!person.may(Right::manage))
            throw Refusal(403, "OperationForbidden", "only administrators make keys for others")
                .detail("field", "spec.userUid");
        for (const auto& user : realm_.users_of(person.tenant))
            if (identity::uid_of(user.name) == uid) return user.name;
        throw FieldError(ErrorCode::usage, "spec.userUid", "no user has this uid");
    }

    static std::optional<Right> scope_of(const json::Object& body, const Person& person) {
        const auto text = text_field(body, "spec.scope").value_or("");
        if (text.empty()) return std::nullopt;
        const auto right = identity::parse_right(text);
        if (!right) throw FieldError(ErrorCode::usage, "spec.scope", "must be see, use or manage");
        if (person.may(*right)) return right;
        throw Refusal(403, "OperationForbidden",
                      fmt::format("a key with the scope {} is for those who may {}", text, text))
            .detail("field", "spec.scope");
    }

    /// Given and empty: never. Go clients write a time that is not set as the year 1; it says
    /// nothing, and must not make an old key last for ever.
    std::optional<std::optional<Time>> expiry_of(const json::Object& body) const {
        const auto text = text_field(body, "spec.expiry");
        if (!text || text->starts_with("0001-01-01T00:00:00")) return std::nullopt;
        if (text->empty()) return std::optional<Time>();
        const auto time = parse_date_time(*text);
        if (!time) throw FieldError(ErrorCode::usage, "spec.expiry", time.error().message());
        if (*time <= clock_.wall_now())
            throw FieldError(ErrorCode::usage, "spec.expiry", "is in the past");
        return std::optional(*time);
    }

    /// What the keys refuse is the name, but for their number. REQUIRES: inside a handler.
    [[noreturn]] static void throw_by_field(const Error& error) {
        if (error.code() != ErrorCode::usage && error.code() != ErrorCode::conflict) throw;
        throw FieldError(error.code(), "metadata.name", error.message()).hint_is(error.hint());
    }

    identity::Realm& realm_;
    identity::ApiKeys& keys_;
    Clock& clock_;
};

} // namespace

Routes make_api_key_routes(const IdentityParts& parts) {
    const auto keys = std::make_shared<ApiKeyOperations>(parts); // shared by copied operations
    const auto act = [&](net::Response (ApiKeyOperations::*operation)(Call&) const) {
        return [keys, operation](Call& call) { return (*keys.*operation)(call); };
    };
    using K = ApiKeyOperations;
    constexpr auto see = Right::see; // whose keys they are is looked at inside
    return {{"GET", "/v1/apiKeys", see, act(&K::list)},
            {"POST", "/v1/apiKeys", see, act(&K::create), "apiKey.create"},
            {"GET", "/v1/apiKeys/{uid}", see, act(&K::read)},
            {"PUT", "/v1/apiKeys/{uid}", see, act(&K::update), "apiKey.update"},
            {"PATCH", "/v1/apiKeys/{uid}", see, act(&K::set_state), "apiKey.update"},
            {"PUT", "/v1/apiKeys/{uid}/state", see, act(&K::set_state), "apiKey.update"},
            {"DELETE", "/v1/apiKeys/{uid}", see, act(&K::remove), "apiKey.delete"}};
}

} // namespace berth::api
