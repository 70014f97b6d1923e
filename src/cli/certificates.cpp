#include "cli/certificates.hpp"

#include <algorithm>

namespace berth::cli {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

net::TlsOptions certificates_in(const std::vector<fs::path>& folders, const std::string& host) {
    net::TlsOptions tls;
    // a host comes from a reference and so holds no slash; ".." would still leave the folder
    if (host.empty() || host.starts_with('.') || host.find('/') != host.npos) return tls;
    for (const auto& folder : folders) {
        for (const auto& file : files_of(folder / host)) {
            if (file.extension() == ".crt" && tls.ca_file.empty()) tls.ca_file = file;
            auto key = file;
            key.replace_extension(".key");
            std::error_code failed;
            if (file.extension() == ".cert" && tls.certificate_file.empty() &&
                fs::exists(key, failed)) {
                tls.certificate_file = file;
                tls.key_file = key;
            }
        }
        if (tls != net::TlsOptions()) return tls;
    }
    return tls;
}

net::TlsOptions installed_certificates(const std::string& host, const Environment& environment) {
    std::vector<fs::path> folders;
    const fs::path config = environment.get("XDG_CONFIG_HOME");
    const fs::path home = environment.get("HOME");
    if (!config.empty()) {
        folders.push_back(config / "containers" / "certs.d");
    } else if (!home.empty()) {
        folders.push_back(home / ".config" / "containers" / "certs.d");
    }
    folders.emplace_back("/etc/containers/certs.d");
    folders.emplace_back("/etc/docker/certs.d");
    return certificates_in(folders, host);
}

} // namespace berth::cli
