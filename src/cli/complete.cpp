#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

#include <set>
#include <thread>

namespace berth::cli {
namespace {

/// Nobody waits longer for a completion.
constexpr std::chrono::milliseconds patience{3000};
constexpr std::size_t most = 1000;

/// Stops the work when time is up, or with the command.
class Deadline {
public:
    Deadline(Clock& clock, const std::stop_token& outer)
        : forward_(outer, [this] { source_.request_stop(); }),
          timer_([this, &clock](std::stop_token ended) {
              if (clock.sleep(patience, std::move(ended))) source_.request_stop();
          }) {}
    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::stop_callback<std::function<void()>> forward_;
    std::jthread timer_;
};

class Candidates {
public:
    Candidates(Session& session, std::string word) : session_(session), word_(std::move(word)) {}

    /// What was found so far, whatever find() threw.
    const std::set<std::string>& found() const { return found_; }

    void find() {
        const auto slash = word_.find('/');
        const auto colon = word_.rfind(':');
        if (slash != word_.npos && colon != word_.npos && colon > word_.rfind('/')) {
            return tags_of(word_.substr(0, colon));
        }
        for (const auto& name : auth::known_registries(session_.credential_environment()))
            offer(name);
        for (const auto& name : session_.store().repositories("", most).names) offer(name);
        if (slash != word_.npos) repositories_of(word_.substr(0, slash));
    }

private:
    void offer(const std::string& name) {
        if (name.starts_with(word_)) found_.insert(name);
    }

    void tags_of(const std::string& repository) {
        const auto source = session_.source(Location::parse(repository).value());
        for (const auto& tag : source->tags("", most).names) offer(repository + ":" + tag);
    }

    void repositories_of(const std::string& host) {
        for (const auto& name : session_.registry(host).repositories("", most).names)
            offer(host + "/" + name);
    }

    Session& session_;
    std::string word_;
    std::set<std::string> found_;
};

/// Whoever presses Tab wants names or nothing: what goes wrong on the way is not told.
int complete(Invocation& invocation) {
    const auto& words = invocation.line.arguments();
    Surroundings surroundings = invocation.surroundings;
    const Deadline deadline(surroundings.clock, surroundings.stop);
    surroundings.stop = deadline.token();
    Invocation limited{invocation.table, invocation.command, invocation.line,
                       surroundings,     invocation.output,  ProgressMode::none};
    Session session(limited);
    Candidates candidates(session, words.empty() ? "" : words[0]);
    try {
        candidates.find();
    } catch (const Error& error) {
        invocation.console().detail(error.what());
    }
    std::string text;
    for (const auto& name : candidates.found()) text += name + "\n";
    invocation.console().print(text);
    return 0;
}

} // namespace

Command complete_command() {
    return {.name = "complete",
            .summary = "Print the references that begin with a word",
            .description = "What the completion scripts ask.",
            .examples = {{"registries, namespaces and repositories", "berth complete -- gh"},
                         {"tags", "berth complete -- ghcr.io/team/app:v"},
                         {"of a registry without TLS",
                          "berth complete --plain-http -- localhost:5000/te"}},
            .arguments = {{.name = "WORD", .help = "what was typed", .required = false}},
            .flags = registry_flags(),
            .run = complete,
            .hidden = true};
}

} // namespace berth::cli
