#include "client/listing.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "client/link_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::client {
namespace {

constexpr std::uint64_t page_bytes_limit = 16ULL << 20;
constexpr std::size_t page_count_limit = 10'000;
/// Asked for at a time; many registries refuse or cut larger numbers.
constexpr std::size_t page_size = 1'000;

/// Where a page is: behind a name, or at an address that the registry gave.
struct Cursor {
    std::string after;
    std::string link; ///< path and query; "" if there is none
    std::size_t pages = 0;

    /// The text of a Page's `next`: names never start with "/".
    static Cursor parse(std::string_view text) {
        if (!text.starts_with('/')) return {std::string(text), "", 0};
        const std::size_t mark = text.rfind('#');
        if (mark == std::string_view::npos) return {"", std::string(text), 0};
        const auto pages = parse_number(text.substr(mark + 1), page_count_limit);
        return {"", std::string(text.substr(0, mark)), pages.value_or(page_count_limit)};
    }
    std::string text() const { return fmt::format("{}#{}", link, pages); }
};

class Lister {
public:
    Lister(Session& session, const Listing& listing, std::size_t limit)
        : session_(session), listing_(listing), limit_(limit) {}

    registry::Page run(Cursor cursor) {
        registry::Page page;
        if (limit_ == 0) return page;
        while (true) {
            if (++cursor.pages > page_count_limit)
                throw Error(
                    ErrorCode::response_invalid,
                    fmt::format("{} has more than {} pages", listing_.what, page_count_limit));
            const std::size_t asked = std::min(page_size, limit_ - page.names.size());
            Fetched fetched = fetch(cursor, asked);
            const bool whole = append(page, std::move(fetched.names));
            if (!whole) {
                page.next = page.names.back();
                return page;
            }
            if (!advance(cursor, fetched, page)) return page;
            if (page.names.size() == limit_) {
                page.next = cursor.link.empty() ? cursor.after : cursor.text();
                return page;
            }
        }
    }

private:
    struct Fetched {
        std::vector<std::string> names;
        std::string link; ///< path and query of the next page
        bool full = false;
    };

    Call call_for(const Cursor& cursor, std::size_t asked) const {
        Call call{.method = "GET", .url = session_.endpoint().url(listing_.path)};
        call.access = listing_.access;
        call.what = listing_.what;
        call.headers.set("Accept", "application/json");
        if (!cursor.link.empty()) {
            call.url = bound(call.url, cursor.link);
            return call;
        }
        net::add_query(call.url.query, "n", std::to_string(asked));
        if (!cursor.after.empty()) net::add_query(call.url.query, "last", cursor.after);
        return call;
    }

    /// A Link target, refused unless it is a page of this very list.
    net::Url bound(const net::Url& from, std::string_view target) const {
        net::Url url = session_.resolve(from, target, "Link");
        if (!session_.is_own(url) || url.path != session_.endpoint().url(listing_.path).path)
            throw Error(ErrorCode::response_invalid,
                        fmt::format("the next page of {} is said to be elsewhere, at {}{}",
                                    listing_.what, url.origin.text(), url.path));
        return url;
    }

    Fetched fetch(const Cursor& cursor, std::size_t asked) {
        const Call call = call_for(cursor, asked);
        if (!visited_.insert(call.url.path_and_query()).second)
            throw Error(ErrorCode::response_invalid,
                        fmt::format("the pages of {} lead in a circle", listing_.what));
        Fetched fetched;
        session_.retry().run([&] {
            Answer answer = session_.send_once(call);
            if (answer.status() != 200) {
                listing_.refused(answer, call);
                throw session_.failure(answer, call);
            }
            fetched = {};
            if (const auto link = next_link_of(answer.response.headers, listing_.what))
                fetched.link = bound(answer.url, *link).path_and_query();
            fetched.names = parse(read_all(*answer.response.body, page_bytes_limit, listing_.what));
        });
        fetched.full = fetched.names.size() >= asked;
        drop_until(fetched.names, cursor.after);
        return fetched;
    }

    std::vector<std::string> parse(const std::string& body) const {
        try {
            const auto value = json::parse(body).value();
            return json::Reader(value, "").texts(listing_.member);
        } catch (const Error& error) {
            throw Error(ErrorCode::response_invalid, fmt::format("{} is not what it should be: {}",
                                                                 listing_.what, error.message()));
        }
    }

    /// Some registries count `last` in, others do not know it and begin at the start.
    static void drop_until(std::vector<std::string>& names, const std::string& after) {
        if (after.empty()) return;
        const auto found = std::find(names.begin(), names.end(), after);
        if (found != names.end()) names.erase(names.begin(), found + 1);
    }

    /// False if not all of `names` found room.
    bool append(registry::Page& page, std::vector<std::string> names) {
        const auto is_name = [this](const std::string& name) { return listing_.is_name(name); };
        if (!names.empty() && std::none_of(names.begin(), names.end(), is_name))
            throw Error(ErrorCode::response_invalid,
                        fmt::format("{} holds no valid name, only e.g. {}", listing_.what,
                                    berth::quoted(names.front())));
        for (std::string& name : names) {
            if (!is_name(name)) {
                note_once(name);
                continue;
            }
            if (page.names.size() == limit_) return false;
            page.names.push_back(std::move(name));
        }
        return true;
    }

    void note_once(std::string_view name) {
        if (!std::exchange(noted_, true))
            session_.note(fmt::format("{} holds names that are not valid, e.g. {}: left out",
                                      listing_.what, berth::quoted(name)));
    }

    /// Moves to the next page; false if there is none.
    static bool advance(Cursor& cursor, const Fetched& fetched, const registry::Page& page) {
        cursor.link = fetched.link;
        if (!cursor.link.empty()) return true;
        const bool moved = !page.names.empty() && page.names.back() != cursor.after;
        if (!fetched.full || !moved) return false;
        cursor.after = page.names.back();
        return true;
    }

    Session& session_;
    const Listing& listing_;
    std::size_t limit_;
    std::set<std::string> visited_;
    bool noted_ = false;
};

} // namespace

registry::Page list_names(Session& session, const Listing& listing, std::string_view after,
                          std::size_t limit) {
    return Lister(session, listing, limit).run(Cursor::parse(after));
}

} // namespace berth::client
