// Test support: signing vectors of others, read from files.
#pragma once

#include "aws/sigv4.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace berth::aws {

/// A request as the vectors write it: raw blanks and raw UTF-8 in the request line, folded and
/// repeated headers. Owns the body that `request.body` points to.
struct VectorRequest {
    SignableRequest request;
    std::string body;
    std::string session_token; ///< of an X-Amz-Security-Token field in the request
};
VectorRequest parse_vector_request(const std::string& text);

/// The folder of test data from elsewhere (BERTH_VECTORS, else shared/vectors beside the project),
/// or nothing: then it also says so on the terminal.
std::optional<std::filesystem::path> vectors(std::string_view folder);

std::string text_of_file(const std::filesystem::path& path);

} // namespace berth::aws
