#include "registration/tls_files.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>

namespace berth::registration {
namespace {

/// The path of a file in memory that holds `text`, which `file` keeps; "" for no text.
std::string memory_file(UniqueFd& file, const std::string& text, const char* name) {
    if (text.empty()) return {};
    file.reset(::memfd_create(name, MFD_CLOEXEC));
    if (!file) throw system_error("a file in memory", errno);
    write_all(file.get(), as_bytes(text), "a file in memory");
    return fmt::format("/proc/self/fd/{}", file.get());
}

} // namespace

TlsFiles::TlsFiles(const Trust& trust, bool skip_verify) {
    options_.ca_file = memory_file(anchors_, trust.anchors, "berth-ca");
    options_.certificate_file =
        memory_file(certificate_, trust.client_certificate, "berth-certificate");
    options_.key_file = memory_file(key_, trust.client_key.reveal(), "berth-key");
    options_.skip_verify = skip_verify;
}

} // namespace berth::registration
