#include "net/curl_transfer.hpp"
#include "net/trace_line.hpp"

#include <fmt/format.h>

namespace berth::net {
namespace {

class TransferSource final : public Source {
public:
    explicit TransferSource(std::unique_ptr<CurlTransfer> transfer)
        : transfer_(std::move(transfer)) {}
    std::size_t read(std::span<std::byte> out) override { return transfer_->read(out); }

private:
    std::unique_ptr<CurlTransfer> transfer_;
};

class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(CurlSettings settings)
        : settings_(std::move(settings)), pool_(std::make_shared<ChannelPool>()) {}

    HttpResponse send(const HttpRequest& request, std::stop_token stop) override {
        const std::string line = settings_.options.trace ? trace_text(request) : std::string();
        if (settings_.options.trace) settings_.options.trace("> " + line);
        try {
            HttpResponse response = exchange(request, std::move(stop));
            if (settings_.options.trace)
                settings_.options.trace(fmt::format("< {} {}", response.status, line));
            return response;
        } catch (const Error& error) {
            if (settings_.options.trace)
                settings_.options.trace(fmt::format("< {}: {}", line, error.what()));
            throw;
        }
    }

private:
    static std::string trace_text(const HttpRequest& request) {
        return fmt::format("{} {}", request.method, without_confidential_query(request.url));
    }

    HttpResponse exchange(const HttpRequest& request, std::stop_token stop) {
        auto transfer = std::make_unique<CurlTransfer>(pool_, request, settings_, std::move(stop));
        transfer->await_head();
        HttpResponse response;
        response.status = transfer->head().status();
        response.headers = transfer->head().take_headers();
        response.body = std::make_unique<TransferSource>(std::move(transfer));
        return response;
    }

    const CurlSettings settings_;
    const std::shared_ptr<ChannelPool> pool_; // shared with bodies that outlive this
};

} // namespace

std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options) {
    return make_curl_transport(std::move(options), {});
}

std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options, AddressGuard guard) {
    return std::make_unique<CurlTransport>(CurlSettings{std::move(options), std::move(guard)});
}

} // namespace berth::net
