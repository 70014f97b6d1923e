// The one exception type of Berth and the closed list of things that can go wrong.
//
// Thrown anywhere; caught in few places only: the server (specification error body), the command
// line (one line on stderr and an exit status) and the workers of a copy (recorded per item).
// One table (error.cpp) maps each code to its wire name, HTTP status, exit status, whether
// trying again can help, and a plain sentence.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

/// The first block are the codes of the OCI distribution specification ("Error Codes"); the
/// second are ours.
enum class ErrorCode {
    blob_unknown,
    blob_upload_invalid,
    blob_upload_unknown,
    digest_invalid,
    manifest_blob_unknown,
    manifest_invalid,
    manifest_unknown,
    name_invalid,
    name_unknown,
    size_invalid,
    unauthorized,
    denied,
    unsupported,
    too_many_requests,

    range_invalid,    ///< a range that the content cannot satisfy
    usage,            ///< the caller's arguments are wrong
    not_found,        ///< a file or object that is not a registry's
    unreachable,      ///< no connection: name, route, refused, reset
    tls_invalid,      ///< the TLS handshake failed, or the peer does not speak TLS
    timeout,          ///< a deadline passed
    request_timeout,  ///< a client stalled in the middle of its own request
    upstream_failed,  ///< a server answered 5xx or something that makes no sense
    response_invalid, ///< a server answered something that the protocol does not allow
    limit_exceeded,   ///< a named bound was crossed
    content_invalid,  ///< foreign content breaks a rule (archive, config, layer)
    corrupt,          ///< our own stored data is damaged
    conflict,         ///< exists already, or changed meanwhile
    no_space,         ///< the disk or a quota is full
    partial,          ///< some items of a batch failed
    cancelled,        ///< stopped on request
    internal,         ///< anything else; a bug if it is seen
};

/// One row of the table behind ErrorCode.
struct ErrorTraits {
    ErrorCode code;
    std::string_view wire_name; ///< as in an error body, e.g. "BLOB_UNKNOWN"
    int http_status;
    int exit_status; ///< as in `berth help exit-codes`
    bool retryable;  ///< the same request may succeed later
    std::string_view sentence;
};

/// The row of `code`. Never fails.
const ErrorTraits& traits(ErrorCode code) noexcept;

/// The code with this wire name, or `fallback` for a name that is not in the table.
ErrorCode error_code_from_wire(std::string_view wire_name, ErrorCode fallback) noexcept;

/// What a hint comes to, for whoever has more than words to do it with: a command line has flags.
struct Remedy {
    enum class Kind {
        none,             ///< the hint is all
        log_in,           ///< at `host`, with other credentials
        use_plain_http,   ///< there seems to be no TLS
        use_tls,          ///< there is
        trust_authority,  ///< which issued the server's certificate
        show_certificate, ///< of our own
        trust_realm,      ///< `host`, a token service of another site
    };
    Kind kind = Kind::none;
    std::string host = {};
};

/// What went wrong, where, and what to do about it. `message` is for a person: it names the thing
/// and the cause, without a trailing full stop. Context lines are added on the way up, innermost
/// first. Never put a secret in any of them.
class Error : public std::exception {
public:
    Error() : Error(ErrorCode::internal, "unknown error") {}
    Error(ErrorCode code, std::string message);

    ErrorCode code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }
    const Remedy& remedy() const noexcept { return remedy_; }
    const std::vector<std::string>& context() const noexcept { return context_; }

    /// Seconds that a server asked us to wait (Retry-After), or 0.
    int retry_after_seconds() const noexcept { return retry_after_seconds_; }

    /// Adds one line of what was being done, e.g. "layer 2 of 4 (sha256:…)". Returns *this.
    Error& add_context(std::string line);
    /// Sets what the reader can do about it, in words that are true wherever they are read: of the
    /// API's answers, the console and the log as well as at a terminal. Returns *this.
    Error& set_hint(std::string hint, Remedy remedy = {});
    Error& set_retry_after(int seconds);

    /// "outermost: …: innermost message". Valid as long as the object is not changed.
    const char* what() const noexcept override { return what_.c_str(); }

private:
    void render();

    ErrorCode code_;
    std::string message_;
    std::string hint_;
    Remedy remedy_;
    std::vector<std::string> context_;
    int retry_after_seconds_ = 0;
    std::string what_;
};

/// An Error for a failed system call: `what` and the text of `error_number`; ENOSPC and EDQUOT
/// become no_space, ENOENT not_found, everything else internal.
Error system_error(std::string_view what, int error_number);

} // namespace berth
