#include "api/validation_answer.hpp"

#include "api/call.hpp"
#include "api/refusal.hpp"
#include "base/source.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <utility>

namespace berth::api {
namespace {

constexpr std::string_view lines_type = "application/x-ndjson";

bool wants_lines(const net::Request& request) {
    const std::string accepted = to_lower(request.headers.find("Accept").value_or(""));
    return accepted.find(lines_type) != std::string::npos;
}

class Lines final : public Source {
public:
    Lines(std::unique_ptr<registration::ValidationRun> run, Places::Place place,
          net::Request& request, FinishValidation finish)
        : run_(std::move(run)),
          place_(std::move(place)),
          request_(request),
          finish_(std::move(finish)) {}

    std::size_t read(std::span<std::byte> out) override {
        if (sent_ == line_.size()) {
            line_ = over_ ? std::string() : next_line() + "\n";
            sent_ = 0;
        }
        const std::size_t count = std::min(out.size(), line_.size() - sent_);
        std::memcpy(out.data(), line_.data() + sent_, count);
        sent_ += count;
        return count;
    }

private:
    std::string next_line() {
        try {
            if (const registration::Step* step = run_->next())
                return json::write(json::Object{{"step", registration::write_step(*step)}});
            over_ = true;
            return json::write(json::Object{{"validation", finish_(run_->validation())}});
        } catch (const std::exception& error) {
            // The status is sent already: the reason follows in the way that is left.
            over_ = true;
            request_.failure = error.what();
            const net::Response refused = render(error, request_);
            return "{\"error\":" + std::get<std::string>(refused.body) + "}";
        }
    }

    std::unique_ptr<registration::ValidationRun> run_;
    Places::Place place_;
    net::Request& request_;
    FinishValidation finish_;
    std::string line_;
    std::size_t sent_ = 0;
    bool over_ = false;
};

} // namespace

net::Response answer_validation(std::unique_ptr<registration::ValidationRun> run,
                                Places::Place place, net::Request& request,
                                FinishValidation finish) {
    if (!wants_lines(request)) {
        while (run->next() != nullptr) {
        }
        return reply(200, finish(run->validation()));
    }
    net::Response response{.status = 200,
                           .body = net::StreamedBody{std::make_unique<Lines>(
                               std::move(run), std::move(place), request, std::move(finish))}};
    response.headers.add("Content-Type", std::string(lines_type));
    response.headers.add("Cache-Control", "no-store");
    // nginx holds back what it takes for a page.
    response.headers.add("X-Accel-Buffering", "no");
    return response;
}

} // namespace berth::api
