#include "cli/command_line.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {
namespace {

Error usage(std::string message, const Command& command, std::string hint = "") {
    Error error(ErrorCode::usage, std::move(message));
    if (hint.empty()) hint = fmt::format("see berth {} --help", command.name);
    error.set_hint(std::move(hint));
    return error;
}

} // namespace

class CommandLineParser {
public:
    CommandLineParser(const Command& command, const std::vector<std::string>& words)
        : command_(command), flags_(all_flags(command)), words_(words) {}

    CommandLine parse(const Variable& variable) {
        while (position_ < words_.size()) take(words_[position_++]);
        for (const auto& flag : flags_) apply_variable(flag, variable);
        if (!line_.has("help")) check_arguments();
        return std::move(line_);
    }

private:
    void take(const std::string& word) {
        if (only_arguments_ || word.size() < 2 || word[0] != '-') {
            line_.arguments_.push_back(word);
        } else if (word == "--") {
            only_arguments_ = true;
        } else if (word[1] == '-') {
            take_long(word.substr(2));
        } else {
            take_letters(word.substr(1));
        }
    }

    void take_long(const std::string& text) {
        const auto equals = text.find('=');
        const auto name = text.substr(0, equals);
        const auto* flag = find([&](const Flag& each) { return each.name == name; });
        if (!flag) throw unknown("--" + name);
        if (flag->value.empty()) return take_switch(*flag, text, equals);
        add(*flag, equals == text.npos ? next("--" + name, *flag) : text.substr(equals + 1));
    }

    void take_switch(const Flag& flag, const std::string& text, std::size_t equals) {
        const auto value = equals == text.npos ? "true" : text.substr(equals + 1);
        if (value != "true" && value != "false") {
            throw usage(fmt::format("--{} is a switch: it takes true or false, not {}", flag.name,
                                    berth::quoted(value)),
                        command_);
        }
        add(flag, value);
    }

    void take_letters(const std::string& letters) {
        for (std::size_t i = 0; i < letters.size(); ++i) {
            const char letter = letters[i];
            const auto* flag = find([&](const Flag& each) { return each.letter == letter; });
            if (letter == 0 || !flag) throw unknown(fmt::format("-{}", letters.substr(i, 1)));
            if (flag->value.empty()) {
                add(*flag, "true");
                continue;
            }
            auto rest = letters.substr(i + 1);
            if (rest.starts_with('=')) rest.erase(0, 1);
            const bool joined = i + 1 < letters.size();
            return add(*flag, joined ? rest : next(fmt::format("-{}", letter), *flag));
        }
    }

    template <class Test>
    const Flag* find(Test&& test) const {
        const auto found = std::find_if(flags_.begin(), flags_.end(), test);
        return found == flags_.end() ? nullptr : &*found;
    }

    std::string next(const std::string& written, const Flag& flag) {
        if (position_ == words_.size()) {
            throw usage(fmt::format("{} needs a value: {} {}", written, written, flag.value),
                        command_);
        }
        return words_[position_++];
    }

    void add(const Flag& flag, std::string value) {
        check_choice(flag, value);
        auto& values = line_.flags_[flag.name];
        if (!values.empty() && !flag.repeatable && !flag.value.empty()) {
            throw usage(fmt::format("--{} is given twice", flag.name), command_);
        }
        if (value == "false" && flag.value.empty()) {
            values.clear();
            line_.off_.push_back(flag.name);
        } else {
            values.push_back(std::move(value));
        }
    }

    void check_choice(const Flag& flag, const std::string& value) const {
        if (flag.choices.empty()) return;
        for (const auto& choice : flag.choices) {
            if (value == choice || (choice.ends_with('=') && value.starts_with(choice))) return;
        }
        const auto near = suggestion(value, flag.choices);
        throw usage(fmt::format("--{} cannot be {}: it is one of {}", flag.name,
                                berth::quoted(value), fmt::join(flag.choices, ", ")),
                    command_, near ? fmt::format("did you mean {}?", *near) : "");
    }

    void apply_variable(const Flag& flag, const Variable& variable) {
        if (flag.variable.empty() || !line_.flags_[flag.name].empty()) return;
        if (line_.switched_off(flag.name)) return; // no variable turns it on again
        const auto value = variable(flag.variable);
        if (value.empty()) return;
        if (flag.value.empty()) {
            if (value == "1" || value == "true") add(flag, "true");
            return;
        }
        try {
            add(flag, value);
        } catch (Error& error) {
            error.add_context(flag.variable);
            throw;
        }
    }

    Error unknown(const std::string& written) const {
        std::vector<std::string> known;
        for (const auto& flag : flags_) {
            if (!flag.hidden) known.push_back("--" + flag.name);
        }
        const auto near = written.size() > 3 ? suggestion(written, known) : std::nullopt;
        return usage(
            fmt::format("unknown flag {} for berth {}", berth::quoted(written), command_.name),
            command_, near ? fmt::format("did you mean {}?", *near) : "");
    }

    void check_arguments() const {
        std::size_t required = 0;
        bool unbounded = false;
        for (const auto& argument : command_.arguments) {
            required += argument.required ? 1 : 0;
            unbounded = unbounded || argument.repeatable;
        }
        const auto given = line_.arguments_.size();
        if (given < required) {
            throw usage(
                fmt::format("berth {} needs {}", command_.name, command_.arguments.at(given).name),
                command_);
        }
        if (!unbounded && given > command_.arguments.size()) {
            const auto& extra = line_.arguments_[command_.arguments.size()];
            throw usage(fmt::format("berth {} does not know what to do with {}", command_.name,
                                    berth::quoted(extra)),
                        command_);
        }
    }

    const Command& command_;
    std::vector<Flag> flags_;
    const std::vector<std::string>& words_;
    std::size_t position_ = 0;
    bool only_arguments_ = false;
    CommandLine line_;
};

Result<CommandLine> CommandLine::parse(const Command& command,
                                       const std::vector<std::string>& words,
                                       const Variable& variable) {
    try {
        return CommandLineParser(command, words).parse(variable);
    } catch (const Error& error) {
        return error;
    }
}

bool CommandLine::has(std::string_view flag) const {
    return count(flag) > 0;
}

bool CommandLine::switched_off(std::string_view flag) const {
    return std::find(off_.begin(), off_.end(), flag) != off_.end();
}

std::size_t CommandLine::count(std::string_view flag) const {
    const auto found = flags_.find(flag);
    return found == flags_.end() ? 0 : found->second.size();
}

std::optional<std::string> CommandLine::value(std::string_view flag) const {
    const auto found = flags_.find(flag);
    if (found == flags_.end() || found->second.empty()) return std::nullopt;
    return found->second.back();
}

std::vector<std::string> CommandLine::values(std::string_view flag) const {
    const auto found = flags_.find(flag);
    return found == flags_.end() ? std::vector<std::string>() : found->second;
}

std::uint64_t CommandLine::number(std::string_view flag, std::uint64_t otherwise,
                                  std::uint64_t least, std::uint64_t most) const {
    const auto text = value(flag);
    if (!text) return otherwise;
    const auto number = parse_number(*text, most);
    if (!number || *number < least) {
        throw Error(ErrorCode::usage, fmt::format("--{} is a number from {} to {}, not {}", flag,
                                                  least, most, berth::quoted(*text)));
    }
    return *number;
}

} // namespace berth::cli
