#include "aws/error.hpp"
#include "aws/xml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace berth;

namespace {

std::size_t size_of(const aws::XmlElement& element) {
    std::size_t size = element.text.size();
    for (const auto& child : element.children) size += size_of(child);
    return size;
}

} // namespace

// Text never grows by parsing: there are no entities that expand. Every answer becomes an error
// with a message, whatever its bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = aws::parse_xml(text);
    if (parsed.has_value() && size_of(*parsed) > size) std::abort();
    const aws::AwsError error =
        aws::read_error({.status = 400, .body = std::string(text)},
                        {.service = "ECR", .operation = "ListImages", .region = "us-east-1"});
    if (error.message().empty() || aws::read_denial(text).action.size() > size) std::abort();
    return 0;
}
