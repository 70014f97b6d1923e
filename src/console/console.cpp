#include "console/console.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace berth::console {
namespace {

// Everything comes from here: a README's image or a script somewhere else is not even asked for.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

bool is_page(std::string_view path) {
    constexpr std::array<std::string_view, 6> pages{"/",           "/login",    "/jobs",
                                                    "/registries", "/settings", "/docs/api"};
    if (std::find(pages.begin(), pages.end(), path) != pages.end()) return true;
    return path.starts_with("/registries/") || path.starts_with("/settings/");
}

const Asset* find(std::span<const Asset> assets, std::string_view path) {
    const auto at = std::lower_bound(
        assets.begin(), assets.end(), path,
        [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
    return at != assets.end() && at->path == path ? &*at : nullptr;
}

/// Calls `use` with each element of a comma-separated field, in all its lines.
template <class Use>
void each_element(const net::Headers& headers, std::string_view name, Use use) {
    for (std::string_view line : headers.all(name)) {
        while (true) {
            const std::size_t comma = line.find(',');
            use(trimmed(line.substr(0, comma)));
            if (comma == std::string_view::npos) break;
            line.remove_prefix(comma + 1);
        }
    }
}

bool accepts_gzip(const net::Headers& headers) {
    bool accepts = false;
    each_element(headers, "Accept-Encoding", [&accepts](std::string_view element) {
        const std::size_t semicolon = element.find(';');
        if (trimmed(element.substr(0, semicolon)) != "gzip") return;
        std::string_view weight = semicolon == std::string_view::npos
                                      ? std::string_view()
                                      : trimmed(element.substr(semicolon + 1));
        // "q=0" and "q=0.000" refuse it.
        accepts = !weight.starts_with("q=0") || weight.find_first_not_of("q=0.") != weight.npos;
    });
    return accepts;
}

bool is_known(const net::Headers& headers, std::string_view tag) {
    bool known = false;
    each_element(headers, "If-None-Match", [&known, tag](std::string_view element) {
        if (element.starts_with("W/")) element.remove_prefix(2);
        known = known || element == "*" || element == tag;
    });
    return known;
}

void add_policies(net::Headers& headers, bool page) {
    headers.add("X-Content-Type-Options", "nosniff");
    if (!page) return;
    headers.add("Content-Security-Policy", std::string(content_policy));
    headers.add("Referrer-Policy", "no-referrer");
    headers.add("Cross-Origin-Opener-Policy", "same-origin");
}

std::string_view keeping(const Asset& asset, bool page) {
    if (page) return "no-store";
    return asset.path.starts_with("/assets/") ? "public, max-age=31536000, immutable"
                                              : "public, max-age=3600";
}

net::Response give(const Asset& asset, bool page, const net::Request& request) {
    const bool zipped = !asset.gzip.empty() && accepts_gzip(request.headers);
    const std::string_view bytes = zipped ? asset.gzip : asset.plain;
    const std::string tag = '"' + std::string(asset.hash) + (zipped ? "-gzip\"" : "\"");
    net::Response response;
    response.headers.add("ETag", tag);
    response.headers.add("Cache-Control", std::string(keeping(asset, page)));
    response.headers.add("Vary", "Accept-Encoding");
    add_policies(response.headers, page);
    if (is_known(request.headers, tag)) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", std::string(asset.type));
    if (zipped) response.headers.add("Content-Encoding", "gzip");
    if (request.method == "HEAD")
        response.headers.add("Content-Length", std::to_string(bytes.size()));
    else
        response.body = std::string(bytes);
    return response;
}

net::Response wrong_method() {
    net::Response response{.status = 405, .body = "method not allowed\n"};
    response.headers.add("Allow", "GET, HEAD");
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    return response;
}

} // namespace

net::Handler make_console(std::span<const Asset> assets, net::Handler others) {
    const Asset* page = find(assets, "/index.html");
    if (page == nullptr) throw Error(ErrorCode::internal, "the console has no /index.html");
    return [assets, page, others = std::move(others)](net::Request& request) {
        const bool shows_page = is_page(request.path);
        const Asset* asset = shows_page ? page : find(assets, request.path);
        if (asset == nullptr) return others(request);
        request.route = "console";
        if (request.method != "GET" && request.method != "HEAD") return wrong_method();
        return give(*asset, asset == page, request);
    };
}

net::Handler make_console(net::Handler others) {
    return make_console(built_assets(), std::move(others));
}

} // namespace berth::console
