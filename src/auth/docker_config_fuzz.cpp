// Whatever a config file says, looking into it is an answer or an Error, and a login written into
// it is read back as it was while all other members stay.
#include "auth/config_document.hpp"
#include "auth/config_key.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_keys(std::string_view text) {
    const auto key = berth::auth::normalised_key(text);
    require(!key.ends_with('/'));
    const auto host = berth::auth::host_of_key(key);
    require(host.find('/') == host.npos);
    require(key.empty() || berth::auth::candidate_keys(host, "a/b").size() == 3);
}

void check_login(berth::auth::ConfigDocument document) {
    berth::registry::Credential credential;
    credential.user = "robot";
    credential.password = berth::Secret("s3cr:et");
    const auto store = document.store();
    document.set("https://registry.test/v2/", credential);
    const auto again = berth::auth::ConfigDocument::parse(document.text());
    require(again.has_value());
    const auto read = again->credential("registry.test");
    require(read && read->user == "robot" && read->password.reveal() == "s3cr:et");
    require(again->store() == store);
    require(document.remove("registry.test"));
    require(!document.lists("registry.test"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_keys(text);
    const auto document = berth::auth::ConfigDocument::parse(text);
    if (document.has_error()) return 0;
    try {
        for (const auto& key : document->keys()) {
            (void)document->helper(key);
            (void)document->credential(key);
        }
        check_login(*document);
    } catch (const berth::Error&) {
        return 0;
    }
    return 0;
}
