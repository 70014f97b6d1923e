// Signature Version 4: how a request to AWS says who sent it and that nobody changed it.
//
// A pure function of the request, the keys, the scope and the time. Every intermediate text is
// kept, because a wrong canonical request says far more than a wrong signature. Any thread.
#pragma once

#include "aws/credentials.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::aws {

/// In place of a body's hash where the service allows a body that is not signed.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

struct SigningScope {
    std::string region;
    std::string service; ///< the signing name: "sts", "ecr", "ecr-public", "s3"
};

/// What is signed of a request.
struct SignableRequest {
    std::string method = "GET";
    std::string path = "/"; ///< as it goes on the wire, percent-encoded
    /// As it goes on the wire, without "?". "+" means itself; write a blank as %20.
    std::string query = {};
    /// With Host. A value may be folded over lines (RFC 7230 section 3.2.4). X-Amz-Date,
    /// X-Amz-Security-Token, X-Amz-Content-Sha256 and Authorization are left out: the signer sets
    /// them itself.
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string_view body = {};
};

struct SigningOptions {
    /// Every service but S3 encodes the encoded path once more.
    bool encode_path_twice = true;
    /// Every service but S3 drops "." and ".." segments and doubled slashes.
    bool normalize_path = true;
    /// False for the few services that want the session token added after signing.
    bool sign_session_token = true;
    /// Adds X-Amz-Content-Sha256, which S3 asks for.
    bool content_hash_header = false;
    /// Stands for the body's hash if it is not empty, as unsigned_payload does.
    std::string payload_hash = {};
};

/// The result and the way to it.
struct Signature {
    Secret canonical_request; ///< secret because a session token may be in it
    std::string string_to_sign;
    std::string signed_headers; ///< "host;x-amz-date"
    std::string hex;            ///< the signature itself
};

struct SignedHeaders {
    Signature signature;
    /// To add to the request: X-Amz-Date, and X-Amz-Content-Sha256 if that was asked for.
    std::vector<std::pair<std::string, std::string>> headers;
    Secret session_token; ///< the value of X-Amz-Security-Token; empty for none
    Secret authorization; ///< the value of Authorization
};

/// Signs with header fields. Throws Error usage for a line break or NUL in a header value, key id,
/// token, region or service, naming which.
SignedHeaders sign(const SignableRequest& request, const Credentials& credentials,
                   const SigningScope& scope, std::chrono::system_clock::time_point now,
                   const SigningOptions& options = {});

struct SignedQuery {
    Signature signature;
    Secret query; ///< the whole query of the request: whoever has it may make the request
};

/// Signs with the query ("presigned URL"), good for `lifetime`: one second to seven days, or Error
/// usage; other errors as sign() has them.
SignedQuery presign(const SignableRequest& request, const Credentials& credentials,
                    const SigningScope& scope, std::chrono::system_clock::time_point now,
                    std::chrono::seconds lifetime, const SigningOptions& options = {});

/// "20150830T123600Z".
std::string amz_date(std::chrono::system_clock::time_point time);

} // namespace berth::aws
