// A URL that is accepted survives a round trip; what resolves is again a URL on http or https.
#include "net/url.hpp"

#include <cstdlib>

using berth::net::Url;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void check_round_trip(const Url& url) {
    const auto again = Url::parse(url.text());
    check(again.has_value() && again->origin == url.origin && again->path == url.path &&
          again->query == url.query);
    check(url.origin.port != 0 && url.path.starts_with('/') && !url.origin.host.empty());
    check(url.text().find('@') >= url.origin.text().size());
    for (const char c : url.text()) check(c > ' ' && c < 0x7f);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t middle = text.find('\n');
    const auto base = Url::parse(text.substr(0, middle));
    if (!base) return 0;
    check_round_trip(*base);
    if (middle == std::string_view::npos) return 0;
    const auto target = base->resolve(text.substr(middle + 1));
    if (!target) return 0;
    check_round_trip(*target);
    const auto again = target->resolve(target->text());
    check(again.has_value() && again->text() == target->text());
    return 0;
}
