// A remote registry object before a script, for tests of the client.
#pragma once

#include "client/remote_registry.hpp"
#include "net/scripted_transport.hpp"
#include "registry/credentials.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

/// A remote registry object before a script.
struct Remote {
    using Script = net::ScriptedTransport::Script;

    explicit Remote(Script script, RemoteOptions options = {.registry = "registry.example"},
                    registry::Credential credential = {})
        : transport(std::move(script)), provider(options.registry, std::move(credential)) {
        options.note = [this](std::string_view text) { notes.emplace_back(text); };
        registry = open_remote_registry(options, {transport, provider, clock});
        repository = registry->repository("team/app");
    }

    net::ScriptedTransport transport;
    registry::StaticCredential provider;
    ManualClock clock;
    std::vector<std::string> notes;
    std::unique_ptr<registry::Registry> registry;
    std::unique_ptr<registry::Repository> repository;
};

inline Error failure_of(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace berth::client
