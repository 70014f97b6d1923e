#include "server/read_through.hpp"

#include "base/text.hpp"
#include "oci/reference.hpp"
#include "server/answers.hpp"
#include "server/site.hpp"
#include "server/via.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::server {

namespace {

/// For whom a server that does not answer is worth another try.
constexpr int try_again_after = 10;

/// The bytes of a blob, with all that they come from.
class ThroughSource final : public Source {
public:
    /// `length`: of a part, which ends before its source does.
    ThroughSource(Reading reading, std::unique_ptr<Source> content,
                  std::optional<std::uint64_t> length)
        : reading_(std::move(reading)), content_(std::move(content)), length_(length) {}

    std::size_t read(std::span<std::byte> out) override {
        if (!length_) return content_->read(out);
        if (*length_ == 0) return 0;
        const auto wanted = std::min<std::uint64_t>(out.size(), *length_);
        const std::size_t got = content_->read(out.first(wanted));
        *length_ -= got;
        return got;
    }

private:
    Reading reading_;
    std::unique_ptr<Source> content_; // first to go
    std::optional<std::uint64_t> length_;
};

void say_region(const Reading& reading, net::Response& response) {
    if (!reading.region) return;
    if (const auto region = reading.region(); !region.empty())
        response.headers.set("Berth-Region", region);
}

Error absent(const Call& call, const RegisteredRepository& found, ErrorCode code,
             std::string_view what) {
    return {code,
            fmt::format("{} has no {} {}", found.address, what, berth::quoted(call.argument))};
}

Reading reading_of(const Call& call, const RegisteredRepository& found) {
    return found.open(passed_on_by(call.request.headers));
}

net::Response manifest_through(Call& call, const RegisteredRepository& found) {
    if (!is_digest(call.argument) && oci::parse_tag(call.argument).has_error())
        throw absent(call, found, ErrorCode::manifest_unknown, "manifest");
    const Reading reading = reading_of(call, found);
    std::optional<registry::Document> document;
    if (call.request.method != "HEAD")
        document = reading.repository->manifest(call.argument);
    else if (auto descriptor = reading.repository->resolve(call.argument))
        document = registry::Document{std::move(*descriptor), {}};
    if (!document) throw absent(call, found, ErrorCode::manifest_unknown, "manifest");
    auto response = manifest_answer(call.request, document->descriptor, std::move(document->bytes));
    say_region(reading, response);
    return response;
}

/// One question to the other server, for the bytes too where they are wanted.
std::optional<registry::OpenedBlob> open_blob(const net::Request& request,
                                              const oci::Digest& digest,
                                              registry::Repository& repository) {
    const auto tag = entity_tag(digest);
    if (request.method != "HEAD" && !is_unchanged(request, tag))
        return repository.open_blob(digest, wanted_range(request, tag));
    const auto size = repository.blob_size(digest);
    if (!size) return std::nullopt;
    return registry::OpenedBlob{*size, nullptr};
}

net::Response blob_through(Call& call, const RegisteredRepository& found) {
    const auto digest = digest_in(call.argument);
    Reading reading = reading_of(call, found);
    auto blob = open_blob(call.request, digest, *reading.repository);
    if (!blob) throw absent(call, found, ErrorCode::blob_unknown, "blob");
    auto [response, part] = blob_answer(call.request, digest, blob->size);
    say_region(reading, response);
    if (!part) return std::move(response);
    // The whole is verified, its last bytes before they are sent; of a part nobody can tell.
    const bool whole = part->length == blob->size;
    response.body = net::StreamedBody{
        std::make_unique<ThroughSource>(std::move(reading), std::move(blob->content),
                                        whole ? std::nullopt : std::optional(part->length)),
        part->length};
    return std::move(response);
}

net::Response tags_through(Call& call, const RegisteredRepository& found) {
    const auto limit = call.query.page_size("n", most_names);
    const Reading reading = reading_of(call, found);
    const auto page = reading.repository->tags(call.query.find("last").value_or(""), limit);
    auto response = tags_answer(call.repository, page, limit);
    say_region(reading, response);
    return response;
}

/// In the order of their digests, so that a page can begin after one.
net::Response referrers_through(Call& call, const RegisteredRepository& found) {
    const auto wanted = wanted_referrers(call);
    const auto last = call.query.find("last").value_or("");
    const Reading reading = reading_of(call, found);
    auto all = reading.repository->referrers(wanted.subject, wanted.artifact_type);
    std::erase_if(all, [&](const auto& each) { return each.digest.text() <= last; });
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.digest < b.digest; });
    std::optional<std::string> next;
    if (all.size() > wanted.limit) {
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(wanted.limit), all.end());
        next = all.back().digest.text();
    }
    auto response = referrers_answer(wanted, std::move(all), next);
    say_region(reading, response);
    return response;
}

/// What is wrong there, in a code that says whose fault it is. A digest that does not match and a
/// manifest that cannot be read would say that the client sent them.
ErrorCode code_for_client(ErrorCode code) {
    switch (code) {
        case ErrorCode::unauthorized:
            return ErrorCode::denied;
        case ErrorCode::not_found:
            return ErrorCode::name_unknown;
        case ErrorCode::digest_invalid:
        case ErrorCode::size_invalid:
        case ErrorCode::manifest_invalid:
        case ErrorCode::content_invalid:
        case ErrorCode::limit_exceeded:
        case ErrorCode::unsupported:
        case ErrorCode::usage:
            return ErrorCode::response_invalid;
        default:
            return code;
    }
}

std::string hint_for(const Error& error, const RegisteredRepository& found) {
    // The client's own login is good, and it cannot log in there.
    if (error.code() == ErrorCode::unauthorized)
        return fmt::format(
            "the login that {} is registered with is refused: berth registry "
            "validate says why",
            berth::quoted(found.registry));
    // Of a circle: also where another server on the way found it.
    if (error.code() == ErrorCode::conflict)
        return "register the registry that holds the content, not a server that reads it through";
    return error.hint();
}

net::Response failure_there(const Error& error, Call& call, const RegisteredRepository& found) {
    Error told(code_for_client(error.code()),
               fmt::format("the registered registry {}: {}", berth::quoted(found.registry),
                           error.message()));
    told.set_hint(hint_for(error, found)).set_retry_after(error.retry_after_seconds());
    // Cancelled: this server ends, and another one may be there in its place.
    const bool silent = error.code() == ErrorCode::unreachable ||
                        error.code() == ErrorCode::timeout || error.code() == ErrorCode::cancelled;
    if (silent && told.retry_after_seconds() == 0) told.set_retry_after(try_again_after);
    call.request.failure = told.what();
    auto response = render_error(told, call.request);
    if (silent) response.status = 503;
    return response;
}

net::Response refuse_to_write(const Call& call, const RegisteredRepository& found) {
    const auto name = std::string_view(call.repository);
    Error error(ErrorCode::unsupported,
                fmt::format("{} is a repository of the registered registry {}: through this server "
                            "it is read alone",
                            name, berth::quoted(found.registry)));
    error.set_hint(fmt::format("push to {} itself, or here to a name that does not begin with {}/",
                               found.address, name.substr(0, name.find('/'))));
    call.request.failure = error.what();
    auto response = render_error(error, call.request);
    response.headers.add("Allow", "GET, HEAD");
    return response;
}

net::Response read_resource(Call& call, ReadResource resource, const RegisteredRepository& found) {
    switch (resource) {
        case ReadResource::manifest:
            return manifest_through(call, found);
        case ReadResource::blob:
            return blob_through(call, found);
        case ReadResource::tags:
            return tags_through(call, found);
        case ReadResource::referrers:
            return referrers_through(call, found);
        case ReadResource::none:
            break;
    }
    return refuse_to_write(call, found);
}

/// What is wrong with the request itself is said before anybody else is asked.
void check_request(const Call& call, ReadResource resource) {
    if (resource == ReadResource::blob || is_digest(call.argument)) digest_in(call.argument);
    if (resource == ReadResource::referrers) wanted_referrers(call);
    call.query.page_size("n", most_names);
}

} // namespace

net::Response read_through(Call& call, ReadResource resource, const RegisteredRepository& found) {
    call.caller.require(access::Action::pull, call.repository);
    const auto& method = call.request.method;
    if (method != "GET" && method != "HEAD") return refuse_to_write(call, found);
    check_request(call, resource);
    try {
        return read_resource(call, resource, found);
    } catch (const Error& error) {
        return failure_there(error, call, found);
    }
}

} // namespace berth::server
