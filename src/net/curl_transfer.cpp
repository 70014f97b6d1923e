#include "net/curl_transfer.hpp"

#include "base/text.hpp"
#include "net/curl_error.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace berth::net {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t max_surplus = 512 * 1024;

std::string numeric(const sockaddr& address, socklen_t size) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(&address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    return text.data();
}

} // namespace

/// libcurl's callbacks. An exception must not cross C code: it is kept and thrown by perform().
struct CurlCallbacks {
    template <class Use>
    static std::size_t guarded(void* self, std::size_t failed, Use&& use) noexcept {
        auto& transfer = *static_cast<CurlTransfer*>(self);
        try {
            return use(transfer);
        } catch (...) {
            transfer.thrown_ = std::current_exception();
            return failed;
        }
    }

    static std::size_t header(char* data, std::size_t, std::size_t size, void* self) {
        return guarded(self, 0, [&](CurlTransfer& transfer) {
            transfer.head_.line({data, size});
            return size;
        });
    }

    static std::size_t write(char* data, std::size_t, std::size_t size, void* self) {
        return guarded(self, CURL_WRITEFUNC_ERROR, [&](CurlTransfer& transfer) {
            return transfer.accept(std::as_bytes(std::span(data, size)));
        });
    }

    static std::size_t read(char* data, std::size_t, std::size_t size, void* self) {
        return guarded(self, CURL_READFUNC_ABORT, [&](CurlTransfer& transfer) {
            return transfer.provide(std::as_writable_bytes(std::span(data, size)));
        });
    }

    static int seek(void* self, curl_off_t offset, int origin) {
        return static_cast<int>(guarded(self, CURL_SEEKFUNC_FAIL, [&](CurlTransfer& transfer) {
            const bool done = origin == SEEK_SET && transfer.rewind(offset);
            return static_cast<std::size_t>(done ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK);
        }));
    }

    static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
        const bool may = guarded(self, 0, [&](CurlTransfer& transfer) -> std::size_t {
            return transfer.may_open(numeric(address->addr, address->addrlen)) ? 1 : 0;
        });
        if (!may) return CURL_SOCKET_BAD;
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    static int connected(void* self, char*, char*, int, int) {
        static_cast<CurlTransfer*>(self)->connected_ = true;
        return CURL_PREREQFUNC_OK;
    }
};

CurlTransfer::CurlTransfer(std::shared_ptr<ChannelPool> pool, const HttpRequest& request,
                           const CurlSettings& settings, std::stop_token stop)
    : pool_(std::move(pool)),
      peer_(peer_key(request)),
      origin_(request.url.origin),
      timeouts_(timeouts_of(request, settings.options)),
      stop_(std::move(stop)),
      channel_(pool_->take(peer_)),
      guard_(settings.guard),
      request_body_(request.body),
      connecting_counts_(request.patience.count() > 0),
      meter_(timeouts_.stall) {
    if (stop_.stop_requested()) throw cancelled();
    fields_ = configure(channel_.easy.get(), request, settings.options);
    attach();
}

CurlTransfer::~CurlTransfer() {
    wake_.reset();
    if (channel_.multi) curl_multi_remove_handle(channel_.multi.get(), channel_.easy.get());
}

void CurlTransfer::attach() {
    CURL* easy = channel_.easy.get();
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail_.data());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlCallbacks::header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlCallbacks::write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &CurlCallbacks::read);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &CurlCallbacks::seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
    if (guard_) {
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlCallbacks::open_socket);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    }
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlCallbacks::connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
    if (curl_multi_add_handle(channel_.multi.get(), easy) != CURLM_OK)
        throw Error(ErrorCode::internal, "libcurl cannot start a transfer");
    wake_.emplace(stop_, [multi = channel_.multi.get()] { curl_multi_wakeup(multi); });
}

bool CurlTransfer::upload_over() const noexcept {
    return !request_body_ || uploaded_ == request_body_->size || result_.has_value() ||
           (head_.complete() && head_.status() >= 300);
}

void CurlTransfer::await_head() {
    while (true) {
        perform();
        if (result_ && !head_.complete()) {
            if (!forbidden_.empty() && !connected_) throw AddressForbidden(origin_, forbidden_);
            throw failure();
        }
        if (head_.complete() && upload_over()) break;
        check_head_deadline();
        if (!connected_)
            wait(connecting_counts_ ? timeouts_.first_byte - awaited_
                                    : timeouts_.connect); // libcurl ends this one itself
        else if (!upload_over())
            wait(meter_.left());
        else
            wait(timeouts_.first_byte - awaited_);
    }
    upload_.reset();
    meter_ = DripMeter(timeouts_.stall);
    if (const auto length = head_.headers().find("Content-Length"))
        expected_ = parse_number(*length, std::numeric_limits<std::int64_t>::max());
}

void CurlTransfer::check_head_deadline() const {
    if (!upload_over() && meter_.expired())
        throw timeout("takes no more of the request's body", timeouts_.stall);
    if (awaited_ >= timeouts_.first_byte) throw timeout("does not answer", timeouts_.first_byte);
}

void CurlTransfer::perform() {
    int running = 0;
    const CURLMcode code = curl_multi_perform(channel_.multi.get(), &running);
    if (thrown_) {
        try {
            std::rethrow_exception(std::exchange(thrown_, nullptr));
        } catch (Error& error) {
            error.add_context(origin_.text());
            throw;
        }
    }
    if (code != CURLM_OK)
        throw Error(ErrorCode::internal,
                    fmt::format("libcurl failed: {}", curl_multi_strerror(code)));
    if (running == 0) collect_result();
}

void CurlTransfer::collect_result() {
    int queued = 0;
    while (const CURLMsg* message = curl_multi_info_read(channel_.multi.get(), &queued)) {
        if (message->msg == CURLMSG_DONE) result_ = static_cast<int>(message->data.result);
    }
    if (!result_) return;
    if (*result_ == CURLE_OK) release_channel();
}

/// The body may stay unread for long; the connection is free already.
void CurlTransfer::release_channel() noexcept {
    wake_.reset();
    curl_multi_remove_handle(channel_.multi.get(), channel_.easy.get());
    curl_easy_reset(channel_.easy.get()); // it must not point here any longer
    try {
        pool_->give_back(peer_, std::move(channel_));
    } catch (...) {
        // Out of memory: the connection is closed instead of kept.
    }
    channel_ = {};
}

void CurlTransfer::wait(DripMeter::Duration limit) {
    if (stop_.stop_requested()) throw cancelled();
    const auto rounded = std::chrono::ceil<milliseconds>(limit).count();
    const int ms = static_cast<int>(std::clamp<std::int64_t>(rounded, 0, 60'000));
    const auto start = std::chrono::steady_clock::now();
    curl_multi_poll(channel_.multi.get(), nullptr, 0, ms, nullptr);
    const auto spent = std::chrono::steady_clock::now() - start;
    if (connected_) meter_.waited(spent);
    if (connecting_counts_ || (connected_ && upload_over())) awaited_ += spent;
    if (stop_.stop_requested()) throw cancelled();
}

std::size_t CurlTransfer::read(std::span<std::byte> out) {
    if (stop_.stop_requested()) throw cancelled();
    if (const std::size_t taken = take_surplus(out)) return taken;
    target_ = out;
    filled_ = 0;
    while (!result_) {
        if (paused_)
            resume_paused();
        else
            perform();
        if (filled_ > 0) break;
        if (result_ || paused_) continue;
        if (meter_.expired())
            throw timeout("sends no more of the response's body", timeouts_.stall);
        wait(meter_.left());
    }
    target_ = {};
    if (filled_ == 0 && *result_ != CURLE_OK) throw failure();
    return filled_;
}

std::size_t CurlTransfer::take_surplus(std::span<std::byte> out) {
    const std::size_t size = std::min(out.size(), surplus_.size() - surplus_start_);
    if (size == 0) return 0;
    std::memcpy(out.data(), surplus_.data() + surplus_start_, size);
    surplus_start_ += size;
    if (surplus_start_ == surplus_.size()) {
        surplus_.clear();
        surplus_start_ = 0;
    }
    return size;
}

void CurlTransfer::resume_paused() {
    paused_ = false;
    // Hands over what libcurl held back, through accept().
    const CURLcode code = curl_easy_pause(channel_.easy.get(), CURLPAUSE_CONT);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (code != CURLE_OK) result_ = static_cast<int>(code);
}

std::size_t CurlTransfer::accept(std::span<const std::byte> bytes) {
    if (surplus_.size() >= max_surplus) {
        paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    received_ += bytes.size();
    meter_.moved(bytes.size());
    const std::size_t direct = std::min(bytes.size(), target_.size() - filled_);
    if (direct > 0) std::memcpy(target_.data() + filled_, bytes.data(), direct);
    filled_ += direct;
    if (surplus_.capacity() == 0 && direct < bytes.size()) surplus_.reserve(max_surplus + 16384);
    surplus_.insert(surplus_.end(), bytes.begin() + static_cast<std::ptrdiff_t>(direct),
                    bytes.end());
    return bytes.size();
}

std::size_t CurlTransfer::provide(std::span<std::byte> out) {
    const std::uint64_t size = request_body_ ? request_body_->size : 0;
    if (uploaded_ == size) return 0;
    if (!upload_) upload_ = request_body_->open();
    const std::size_t most =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size - uploaded_));
    const std::size_t read = upload_->read(out.first(most));
    if (read == 0)
        throw Error(ErrorCode::internal,
                    fmt::format("the request's body ends after {} of {} bytes", uploaded_, size));
    uploaded_ += read;
    meter_.moved(read);
    return read;
}

/// libcurl starts again when a kept connection turns out to be dead.
bool CurlTransfer::rewind(std::int64_t offset) {
    if (offset != 0) return false;
    upload_.reset();
    uploaded_ = 0;
    return true;
}

bool CurlTransfer::may_open(const std::string& address) {
    if (guard_(origin_, address)) return true;
    forbidden_ = address;
    return false;
}

Error CurlTransfer::failure() const {
    const TransferState state{head_.complete(), received_, expected_};
    return curl_error(*result_, detail_.data(), origin_, state);
}

Error CurlTransfer::timeout(std::string_view what, milliseconds after) const {
    return {ErrorCode::timeout, fmt::format("{} {}: gave up after {:g} s", origin_.text(), what,
                                            static_cast<double>(after.count()) / 1000)};
}

Error CurlTransfer::cancelled() const {
    return {ErrorCode::cancelled,
            fmt::format("stopped on request while talking to {}", origin_.text())};
}

} // namespace berth::net
