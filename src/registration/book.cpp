#include "registration/book.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/source.hpp"
#include "base/text.hpp"
#include "base/uid.hpp"
#include "registration/book_rows.hpp"
#include "registration/field_error.hpp"
#include "registration/name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::registration {
namespace {

Error absent(std::string_view uid) {
    return {ErrorCode::not_found, fmt::format("there is no registry {}", berth::quoted(uid))};
}

/// Reads nothing else: what cannot be read can be deleted.
void check_version(db::Connection& connection, std::string_view tenant, std::string_view uid,
                   std::optional<std::int64_t> expected) {
    db::Statement row = connection.prepare(
        "SELECT name, version FROM registrations WHERE tenant = $1 AND uid = $2", tenant, uid);
    if (!row.next()) throw absent(uid);
    const std::int64_t version = row.integer(1);
    if (!expected || *expected == version) return;
    throw Error(
        ErrorCode::conflict,
        fmt::format("registry {} was changed meanwhile: it is at version {}, the edit began "
                    "at {}",
                    berth::quoted(row.text(0)), version, *expected))
        .set_hint("read it again and repeat the change");
}

/// The unique index decides; that it was the name is found out afterwards.
void check_name_free(db::Connection& connection, std::string_view tenant, const std::string& name,
                     std::string_view own_uid) {
    db::Statement rows = connection.prepare(
        "SELECT name FROM registrations WHERE tenant = $1 AND name_key = $2 AND uid <> $3", tenant,
        std::string_view(name_key(name)), own_uid);
    if (!rows.next()) return;
    throw FieldError(ErrorCode::conflict, "metadata.name",
                     fmt::format("{} is taken by the registry {}", berth::quoted(name),
                                 berth::quoted(rows.text(0))))
        .hint_is("choose another name; upper and lower case count as the same");
}

bool is_typed(const Secrets& typed, SecretField field) {
    const auto found = typed.find(field);
    return found != typed.end() && !found->second.empty() && !is_masked(found->second);
}

bool types_secrets(const Spec& spec, const Secrets& typed) {
    return std::any_of(std::begin(secret_fields), std::end(secret_fields), [&](SecretField field) {
        return uses(spec, field) && is_typed(typed, field);
    });
}

/// A session token belongs to one pair of keys, and goes with it.
bool goes_with_its_keys(const Registration& old, const Draft& draft, SecretField field) {
    return field == SecretField::aws_secret_token &&
           (is_typed(draft.secrets, SecretField::aws_secret_key) ||
            draft.spec.aws.access_key != old.spec.aws.access_key);
}

void check_unchangeable(const Registration& old, const Spec& spec) {
    if (old.spec.kind != spec.kind)
        throw FieldError(ErrorCode::usage, "kind",
                         "a registry's kind cannot be changed after it is created");
    if (spec.provider_type != "pack" && old.spec.is_sync_supported != spec.is_sync_supported)
        throw FieldError(ErrorCode::usage, "spec.isSyncSupported",
                         "Registry synchronization setting cannot be changed after the registry "
                         "is created");
}

} // namespace

std::string Registration::etag() const {
    return fmt::format("\"{}\"", version);
}

Book::Book(const std::filesystem::path& file, seal::Sealer sealer, EndpointPolicy policy,
           Clock& clock, std::string own_identity_for)
    : pool_(file, {}),
      sealer_(std::move(sealer)),
      policy_(policy),
      clock_(clock),
      own_identity_for_(std::move(own_identity_for)) {
    auto connection = pool_.lease();
    db::migrate(*connection, book_migrations());
}

std::int64_t Book::now_ms() {
    return milliseconds(clock_.wall_now());
}

Registration Book::load(db::Connection& connection, std::string_view tenant, std::string_view uid) {
    db::Statement row = connection.prepare(
        fmt::format("{} WHERE tenant = $1 AND uid = $2", select_registration), tenant, uid);
    if (!row.next()) throw absent(uid);
    Registration found = read_registration(row);
    found.secrets = read_secret_marks(connection, found.uid);
    return found;
}

void Book::store_secrets(db::Connection& connection, const std::string& uid,
                         const CheckedDraft& checked, const Secrets& typed, std::int64_t now) {
    for (const SecretField field : secret_fields) {
        const auto secret = checked.secrets.find(field);
        if (secret == checked.secrets.end()) {
            connection.run(
                "DELETE FROM registration_secrets WHERE registration = $1 AND field = $2",
                std::string_view(uid), text_of(field));
            continue;
        }
        // One that was kept is sealed already, for this very origin.
        if (!is_typed(typed, field)) continue;
        const std::string sealed =
            sealer_.seal(secret->second, binding_of(uid, checked.endpoint, field));
        connection.run(
            "INSERT INTO registration_secrets (registration, field, sealed, set_at) "
            "VALUES ($1, $2, $3, $4) ON CONFLICT (registration, field) "
            "DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at",
            std::string_view(uid), text_of(field), as_bytes(sealed), now);
    }
}

void Book::check_identity(std::string_view tenant, const Spec& spec) {
    const AwsAccess& aws = spec.aws;
    const bool pod = aws.credential_type == "pod-identity";
    const bool lends = pod || (aws.credential_type == "sts" && aws.access_key.empty());
    if (spec.kind != Kind::ecr || !spec.is_private || !lends) return;
    if (own_identity_for_.empty() || tenant == own_identity_for_) return;
    if (!pod && aws.sts_external_id == external_id(tenant)) return;
    throw FieldError(
        ErrorCode::usage,
        pod ? "spec.credentials.credentialType" : "spec.credentials.sts.externalId",
        "this server's identity assumes a role for your tenant only with the tenant's external id")
        .hint_is("take type sts and the external id that the form offers, or give keys");
}

Saved Book::add(std::string_view tenant, const Draft& draft) {
    check_identity(tenant, draft.spec);
    const CheckedDraft checked = check_draft(draft, {}, policy_);
    const std::string uid = random_uid();
    const std::int64_t now = now_ms();
    auto connection = pool_.lease();
    db::Transaction transaction(*connection);
    check_name_free(*connection, tenant, checked.name, "");
    db::Statement count =
        connection->prepare("SELECT count(*) FROM registrations WHERE tenant = $1", tenant);
    count.next();
    if (count.integer(0) >= registrations_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("there are {} registries already", registrations_limit));
    connection->run(
        "INSERT INTO registrations (uid, tenant, name, name_key, spec, version, created, modified) "
        "VALUES ($1, $2, $3, $4, $5, 1, $6, $6)",
        std::string_view(uid), tenant, std::string_view(checked.name),
        std::string_view(name_key(checked.name)), std::string_view(write_spec(checked.spec)), now);
    store_secrets(*connection, uid, checked, draft.secrets, now);
    Saved saved{load(*connection, tenant, uid), checked.notes};
    transaction.commit();
    ++changes_;
    return saved;
}

Secrets Book::open_secrets(db::Connection& connection, const Registration& registration) const {
    Secrets opened;
    for (const SecretMark& mark : registration.secrets) {
        db::Statement row = connection.prepare(
            "SELECT sealed FROM registration_secrets WHERE registration = $1 AND field = $2",
            std::string_view(registration.uid), text_of(mark.field));
        if (!row.next()) continue;
        try {
            opened.emplace(mark.field, sealer_.open(row.bytes(0),
                                                    binding_of(registration.uid,
                                                               registration.endpoint, mark.field)));
        } catch (Error& error) {
            error.add_context("registry " + berth::quoted(registration.name));
            throw;
        }
    }
    return opened;
}

Secrets Book::kept_secrets(db::Connection& connection, const Registration& old,
                           const Draft& draft) {
    const Endpoint endpoint = normalise_endpoint({.endpoint = draft.spec.endpoint,
                                                  .base_path = draft.spec.base_path,
                                                  .default_region = draft.spec.default_region,
                                                  .is_ecr = draft.spec.kind == Kind::ecr},
                                                 policy_);
    std::vector<SecretField> needed;
    for (const SecretMark& mark : old.secrets) {
        if (uses(draft.spec, mark.field) && !is_typed(draft.secrets, mark.field) &&
            !goes_with_its_keys(old, draft, mark.field))
            needed.push_back(mark.field);
    }
    if (needed.empty()) return {};
    if (endpoint.bound_origin != old.endpoint.bound_origin)
        throw FieldError(ErrorCode::usage, path_of(needed.front(), draft.spec.kind),
                         fmt::format("has to be typed again, because the endpoint changed from {} "
                                     "to {}",
                                     old.endpoint.bound_origin, endpoint.bound_origin))
            .hint_is("a stored secret is never sent to another address than it was typed for");
    Secrets kept = open_secrets(connection, old);
    std::erase_if(kept, [&](const auto& entry) {
        return std::find(needed.begin(), needed.end(), entry.first) == needed.end();
    });
    return kept;
}

Saved Book::update(std::string_view tenant, std::string_view uid, const Draft& draft,
                   std::optional<std::int64_t> expected_version) {
    check_identity(tenant, draft.spec);
    const std::int64_t now = now_ms();
    auto connection = pool_.lease();
    db::Transaction transaction(*connection);
    check_version(*connection, tenant, uid, expected_version);
    const Registration old = load(*connection, tenant, uid);
    check_unchangeable(old, draft.spec);
    const CheckedDraft checked = check_draft(draft, kept_secrets(*connection, old, draft), policy_);
    check_name_free(*connection, tenant, checked.name, uid);
    // What was found out about the old address or login says nothing about a new one.
    const bool other = checked.spec != old.spec || types_secrets(checked.spec, draft.secrets);
    connection->run(
        "UPDATE registrations SET name = $2, name_key = $3, spec = $4, version = version + 1, "
        "modified = $5 WHERE uid = $1",
        uid, std::string_view(checked.name), std::string_view(name_key(checked.name)),
        std::string_view(write_spec(checked.spec)), now);
    if (other)
        connection->run(
            "UPDATE registrations SET validated_at = NULL, validation_result = NULL, "
            "validation_report = NULL WHERE uid = $1",
            uid);
    store_secrets(*connection, old.uid, checked, draft.secrets, now);
    Saved saved{load(*connection, tenant, uid), checked.notes};
    transaction.commit();
    ++changes_;
    return saved;
}

void Book::remove(std::string_view tenant, std::string_view uid,
                  std::optional<std::int64_t> expected_version) {
    auto connection = pool_.lease();
    db::Transaction transaction(*connection);
    check_version(*connection, tenant, uid, expected_version);
    connection->run("DELETE FROM registrations WHERE tenant = $1 AND uid = $2", tenant, uid);
    transaction.commit();
    ++changes_;
}

std::optional<Registration> Book::find(std::string_view tenant, std::string_view uid) {
    auto connection = pool_.lease();
    try {
        return load(*connection, tenant, uid);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::not_found) return std::nullopt;
        throw;
    }
}

std::optional<Registration> Book::find_named(std::string_view tenant, std::string_view name) {
    auto connection = pool_.lease();
    std::string uid;
    {
        db::Statement row =
            connection->prepare("SELECT uid FROM registrations WHERE tenant = $1 AND name_key = $2",
                                tenant, std::string_view(name_key(name)));
        if (!row.next()) return std::nullopt;
        uid = row.text(0);
    }
    return load(*connection, tenant, uid);
}

std::vector<Registration> Book::list(std::string_view tenant, std::string_view after,
                                     std::size_t limit) {
    auto connection = pool_.lease();
    std::vector<Registration> found;
    db::Statement rows = connection->prepare(
        fmt::format("{} WHERE tenant = $1 AND name_key > $2 ORDER BY name_key LIMIT $3",
                    select_registration),
        tenant, std::string_view(name_key(after)), static_cast<std::int64_t>(limit));
    while (rows.next()) found.push_back(read_registration(rows));
    for (Registration& each : found) each.secrets = read_secret_marks(*connection, each.uid);
    return found;
}

std::vector<std::string> Book::name_keys() {
    auto connection = pool_.lease();
    std::vector<std::string> keys;
    db::Statement rows = connection->prepare("SELECT DISTINCT name_key FROM registrations");
    while (rows.next()) keys.push_back(rows.text(0));
    return keys;
}

Secrets Book::secrets_of(const Registration& registration) {
    auto connection = pool_.lease();
    const auto throw_if_changed = [&] {
        db::Statement row = connection->prepare("SELECT version FROM registrations WHERE uid = $1",
                                                std::string_view(registration.uid));
        if (row.next() && row.integer(0) == registration.version) return;
        throw Error(ErrorCode::conflict, fmt::format("registry {} was changed at this very moment",
                                                     berth::quoted(registration.name)))
            .set_hint("ask again");
    };
    try {
        Secrets secrets = open_secrets(*connection, registration);
        throw_if_changed();
        return secrets;
    } catch (const Error& error) {
        // Those of another version do not open with this one's origin.
        if (error.code() == ErrorCode::corrupt) throw_if_changed();
        throw;
    }
}

std::string Book::external_id(std::string_view tenant) {
    auto connection = pool_.lease();
    connection->run(
        "INSERT INTO external_ids (tenant, external_id) VALUES ($1, $2) ON CONFLICT (tenant) DO "
        "NOTHING",
        tenant, std::string_view("berth-" + random_hex_16() + random_hex_16()));
    db::Statement row =
        connection->prepare("SELECT external_id FROM external_ids WHERE tenant = $1", tenant);
    if (!row.next()) throw Error(ErrorCode::corrupt, "the external id that was stored is gone");
    return row.text(0);
}

CheckedDraft Book::check(std::string_view tenant, std::string_view uid, const Draft& draft) {
    check_identity(tenant, draft.spec);
    if (uid.empty()) return check_spec(draft.spec, draft.secrets, {}, policy_);
    auto connection = pool_.lease();
    const Registration old = load(*connection, tenant, uid);
    return check_spec(draft.spec, draft.secrets, kept_secrets(*connection, old, draft), policy_);
}

bool Book::record_validation(const Registration& registration, const LastValidation& outcome) {
    auto connection = pool_.lease();
    return connection->run(
               "UPDATE registrations SET validated_at = $3, validation_result = $4, "
               "validation_report = $5 WHERE uid = $1 AND version = $2",
               std::string_view(registration.uid), registration.version, milliseconds(outcome.at),
               std::string_view(outcome.result), std::string_view(outcome.report)) == 1;
}

Book::Resealed Book::reseal() {
    Resealed counts;
    auto connection = pool_.lease();
    db::Transaction transaction(*connection);
    std::vector<Registration> all;
    {
        db::Statement rows = connection->prepare(select_registration);
        while (rows.next()) {
            try {
                all.push_back(read_registration(rows));
            } catch (const Error& error) {
                if (error.code() != ErrorCode::corrupt) throw;
                ++counts.unopened; // the others are no worse for it, and the server has to start
            }
        }
    }
    for (Registration& each : all) {
        for (const SecretMark& mark : read_secret_marks(*connection, each.uid)) {
            db::Statement row = connection->prepare(
                "SELECT sealed FROM registration_secrets WHERE registration = $1 AND field = $2",
                std::string_view(each.uid), text_of(mark.field));
            row.next();
            try {
                const auto fresh =
                    sealer_.reseal(row.bytes(0), binding_of(each.uid, each.endpoint, mark.field));
                ++(fresh ? counts.resealed : counts.current);
                if (!fresh) continue;
                connection->run(
                    "UPDATE registration_secrets SET sealed = $3 WHERE registration = $1 AND "
                    "field = $2",
                    std::string_view(each.uid), text_of(mark.field), as_bytes(*fresh));
            } catch (const Error& error) {
                if (error.code() != ErrorCode::corrupt) throw;
                ++counts.unopened;
            }
        }
    }
    transaction.commit();
    return counts;
}

} // namespace berth::registration
