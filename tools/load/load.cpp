// berth_load CASE [--NAME VALUE]…: puts one load on a registry and prints what happened as JSON.
#include "cases.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace {

using load::Options;

const std::map<std::string, void (*)(const Options&)> cases{
    {"get", load::get},           {"head", load::head},
    {"push", load::push},         {"put-manifests", load::put_manifests},
    {"put-tags", load::put_tags}, {"seed", load::seed},
    {"work", load::work},         {"upload-together", load::upload_together},
    {"idle", load::idle},         {"fill", load::fill},
};

std::vector<std::string> lines_of(const std::string& file) {
    std::ifstream stream(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    if (lines.empty()) throw std::runtime_error(fmt::format("{} has no lines", file));
    return lines;
}

Options parse(int count, char** words) {
    std::string address;
    std::string authorization;
    Options options{.server = {}, .repository = "bench", .target = {}, .targets = {}};
    const std::map<std::string, std::function<void(const std::string&)>> flags{
        {"--server", [&](const auto& value) { address = value; }},
        {"--authorization",
         [&](const auto& value) {
             if (!value.empty()) authorization = "Authorization: " + value + "\r\n";
         }},
        {"--process", [&](const auto& value) { options.process = std::stoi(value); }},
        {"--connections", [&](const auto& value) { options.connections = std::stoul(value); }},
        {"--count", [&](const auto& value) { options.count = std::stoul(value); }},
        {"--seconds", [&](const auto& value) { options.seconds = std::stod(value); }},
        {"--size", [&](const auto& value) { options.size = std::stoull(value); }},
        {"--chunk", [&](const auto& value) { options.chunk = std::stoull(value); }},
        {"--repository", [&](const auto& value) { options.repository = value; }},
        {"--target", [&](const auto& value) { options.target = value; }},
        {"--targets", [&](const auto& value) { options.targets = lines_of(value); }},
    };
    for (int i = 2; i < count; i += 2) {
        const auto flag = flags.find(words[i]);
        if (flag == flags.end() || i + 1 == count)
            throw std::runtime_error(fmt::format("{} is not a flag with a value", words[i]));
        flag->second(words[i + 1]);
    }
    options.server = load::Server::parse(address, authorization);
    return options;
}

} // namespace

int main(int count, char** words) {
    try {
        const auto found = count > 1 ? cases.find(words[1]) : cases.end();
        if (found == cases.end())
            throw std::runtime_error("usage: berth_load CASE [--NAME VALUE]…");
        found->second(parse(count, words));
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "berth_load: {}\n", error.what());
        return 1;
    }
}
