// Line: how one provider is spoken to: its transport, its authorities, bounds on what it answers.
#pragma once

#include "net/http.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace berth::oidc {

struct Answer {
    int status;
    std::string body;
};

/// Any thread.
class Line {
public:
    /// `ca_file`: PEM, in place of the system's authorities; "" for these.
    Line(std::unique_ptr<net::HttpTransport> transport, std::string ca_file)
        : transport_(std::move(transport)), ca_file_(std::move(ca_file)) {}

    /// At most 256 KiB. `what` is for messages: "its discovery document". LoginFailure unreachable;
    /// broken for what is too long.
    Answer get(const net::Url& url, std::string_view what, const std::stop_token& stop,
               Secret authorization = {});
    /// A form.
    Answer post(const net::Url& url, std::string form, Secret authorization, std::string_view what,
                const std::stop_token& stop);
    /// The body of a 200. LoginFailure broken for any other status.
    std::string document(const net::Url& url, std::string_view what, const std::stop_token& stop);

private:
    Answer send(net::HttpRequest request, std::string_view what, const std::stop_token& stop);

    std::unique_ptr<net::HttpTransport> transport_;
    std::string ca_file_;
};

} // namespace berth::oidc
