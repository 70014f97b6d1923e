// Any words: either they are refused with an Error of usage, or every value that was read stood in
// the words and writing the line out again is read as the same.
#include "cli/command_line.hpp"
#include "cli/table.hpp"

#include <cstdint>
#include <cstdlib>

using namespace berth::cli;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::vector<std::string> written(const Command& command, const CommandLine& line) {
    std::vector<std::string> words;
    for (const auto& flag : all_flags(command)) {
        for (const auto& value : line.values(flag.name)) {
            words.push_back("--" + flag.name + "=" + value);
        }
    }
    words.emplace_back("--");
    for (const auto& argument : line.arguments()) words.push_back(argument);
    return words;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<Command> table = {pull_command(), push_command(), copy_command(),
                                               inspect_command()};
    if (size == 0) return 0;
    const auto& command = table[data[0] % table.size()];
    const auto words = words_of({reinterpret_cast<const char*>(data) + 1, size - 1});
    const auto no_variables = [](std::string_view) { return std::string(); };
    const auto line = CommandLine::parse(command, words, no_variables);
    if (line.has_error()) {
        require(line.error().code() == berth::ErrorCode::usage);
        return 0;
    }
    const auto again = CommandLine::parse(command, written(command, *line), no_variables);
    require(again.has_value());
    require(again->arguments() == line->arguments());
    for (const auto& flag : all_flags(command)) {
        require(again->values(flag.name) == line->values(flag.name));
    }
    return 0;
}
