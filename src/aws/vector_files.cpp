#include "aws/vector_files.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace berth::aws {
namespace {

void add_line(SignableRequest& request, std::string_view line) {
    if (line.starts_with(' ') || line.starts_with('\t')) {
        (request.headers.back().second += '\n') += line;
        return;
    }
    const auto colon = line.find(':');
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
}

} // namespace

VectorRequest parse_vector_request(const std::string& text) {
    VectorRequest result;
    std::string_view rest = text;
    const auto next_line = [&rest] {
        const auto end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return line;
    };
    std::string_view first = next_line();
    result.request.method = first.substr(0, first.find(' '));
    first.remove_prefix(result.request.method.size() + 1);
    first = first.substr(0, first.rfind(" HTTP/1.1"));
    const auto mark = first.find('?');
    result.request.path = first.substr(0, mark);
    if (mark != std::string_view::npos) result.request.query = first.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view line = next_line();
        if (line.empty()) break;
        add_line(result.request, line);
    }
    result.body = rest;
    for (const auto& [name, value] : result.request.headers)
        if (equals_ignoring_case(name, "x-amz-security-token")) result.session_token = value;
    return result;
}

std::optional<std::filesystem::path> vectors(std::string_view folder) {
    const char* named = std::getenv("BERTH_VECTORS");
    const std::filesystem::path root =
        named != nullptr ? std::filesystem::path(named)
                         : std::filesystem::path(BERTH_TESTDATA) / "../../../../shared/vectors";
    const auto path = root / folder;
    if (std::filesystem::is_directory(path)) return path.lexically_normal();
    fmt::print("SKIPPED: the vectors {} are not in {}; set BERTH_VECTORS\n", folder,
               root.lexically_normal().string());
    return std::nullopt;
}

std::string text_of_file(const std::filesystem::path& path) {
    return read_file(path, 8 * 1024 * 1024);
}

} // namespace berth::aws
