// CurlTransfer: one request and its response, driven by whoever waits for it.
#pragma once

#include "base/source.hpp"
#include "net/address_guard.hpp"
#include "net/curl_channel.hpp"
#include "net/curl_setup.hpp"
#include "net/drip_meter.hpp"
#include "net/http.hpp"
#include "net/response_head.hpp"

#include <array>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>

namespace berth::net {

/// What is the same for all requests of a transport.
struct CurlSettings {
    CurlOptions options;
    AddressGuard guard = {}; ///< may be empty
};

/// libcurl pushes, a Source is pulled: the handle runs only inside await_head() and read(), and
/// only while nothing is buffered. What arrives beyond the reader's span waits in `surplus_`,
/// which together with libcurl's own buffer holds about 1 MiB at most.
/// One thread at a time; `stop` may be requested by any.
class CurlTransfer {
public:
    CurlTransfer(std::shared_ptr<ChannelPool> pool, const HttpRequest& request,
                 const CurlSettings& settings, std::stop_token stop);
    ~CurlTransfer();
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    /// Returns when the head is complete and the request's body is no longer needed.
    void await_head();
    ResponseHead& head() noexcept { return head_; }
    /// As Source::read().
    std::size_t read(std::span<std::byte> out);

private:
    friend struct CurlCallbacks;

    void attach();
    bool upload_over() const noexcept;
    void perform();
    void collect_result();
    void release_channel() noexcept;
    void check_head_deadline() const;
    /// Polls for `limit` at most; throws cancelled.
    void wait(DripMeter::Duration limit);
    std::size_t take_surplus(std::span<std::byte> out);
    void resume_paused();
    Error failure() const;
    Error timeout(std::string_view what, std::chrono::milliseconds after) const;
    Error cancelled() const;

    std::size_t accept(std::span<const std::byte> bytes);
    std::size_t provide(std::span<std::byte> out);
    bool rewind(std::int64_t offset);
    bool may_open(const std::string& address);

    // Shared, because a body may outlive the transport that made it.
    std::shared_ptr<ChannelPool> pool_;
    std::string peer_;
    Origin origin_;
    HttpTimeouts timeouts_;
    std::stop_token stop_;
    CurlChannel channel_;
    std::optional<std::stop_callback<std::function<void()>>> wake_;
    FieldList fields_;
    std::array<char, 256> detail_{};

    AddressGuard guard_;    ///< may be empty
    std::string forbidden_; ///< the last address that it refused
    std::optional<RequestBody> request_body_;
    std::unique_ptr<Source> upload_;
    std::uint64_t uploaded_ = 0;
    bool connected_ = false;
    bool connecting_counts_; ///< as waiting for the head
    DripMeter::Duration awaited_{};
    DripMeter meter_;

    ResponseHead head_;
    std::span<std::byte> target_;
    std::size_t filled_ = 0;
    std::vector<std::byte> surplus_;
    std::size_t surplus_start_ = 0;
    bool paused_ = false;
    std::uint64_t received_ = 0;
    std::optional<std::uint64_t> expected_;
    std::optional<int> result_;
    std::exception_ptr thrown_;
};

} // namespace berth::net
