#include "aws/ecr_host.hpp"
#include "aws/endpoint_template.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace berth::aws;

// What parses is written back to the same value, ends in its partition's suffix, and a template
// resolves to a host of that very region.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto host = parse_ecr_host(text); host.has_value()) {
        const auto again = parse_ecr_host(host->text());
        if (again.has_error() || !(*again == *host) || !resembles_ecr(text)) std::abort();
        if (!host->is_public() && partition_of_region(host->region) != host->partition)
            std::abort();
    } else if (host.error().hint().empty() || host.error().message().empty()) {
        std::abort();
    }
    if (const auto endpoint = EndpointTemplate::parse(text, "us-east-1"); endpoint.has_value()) {
        const auto resolved = endpoint->resolve("us-west-2");
        if (resolved.has_error()) std::abort();
        if (endpoint->has_variable() && resolved->host.region != "us-west-2") std::abort();
        if (EndpointTemplate::parse(endpoint->text(), "us-east-1").has_error()) std::abort();
    }
    return 0;
}
