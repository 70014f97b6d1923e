// An HttpRequest as the options of a libcurl handle.
#pragma once

#include "net/http.hpp"

#include <memory>

struct curl_slist;

namespace berth::net {

struct FreeList {
    void operator()(curl_slist* list) const noexcept;
};
using FieldList = std::unique_ptr<curl_slist, FreeList>;

/// Sets everything but the callbacks. The handle refers to the result until its transfer is over.
/// Throws Error usage for a method or field that could break out of its line.
[[nodiscard]] FieldList configure(void* easy, const HttpRequest& request,
                                  const CurlOptions& options);

/// The transport's bounds, or the request's where they are narrower.
HttpTimeouts timeouts_of(const HttpRequest& request, const CurlOptions& options);

/// Requests with equal keys may use the same connection.
std::string peer_key(const HttpRequest& request);

/// What is sent where a method expects a body and the request has none.
bool sends_body(const HttpRequest& request);

} // namespace berth::net
