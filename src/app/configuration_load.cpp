#include "app/configuration_load.hpp"

#include "app/configuration_keys.hpp"
#include "app/sign_in_keys.hpp"
#include "base/text.hpp"
#include "hosting/quotas.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::app {
namespace {

const Key* find_key(std::string_view name) {
    for (const auto& key : configuration_keys())
        if (key.name == name) return &key;
    return nullptr;
}

std::vector<std::string> section_names() {
    std::vector<std::string> names;
    for (const auto& key : configuration_keys()) {
        const auto section = key.name.substr(0, key.name.find('.'));
        if (names.empty() || names.back() != section) names.push_back(section);
    }
    return names;
}

std::vector<std::string> names_in(std::string_view section) {
    std::vector<std::string> names;
    for (const auto& key : configuration_keys())
        if (key.name.starts_with(std::string(section) + "."))
            names.push_back(key.name.substr(section.size() + 1));
    return names;
}

/// A key that stands in the wrong section, or in none, is named in full.
std::string hint_for(std::string_view word, const std::vector<std::string>& here) {
    for (const auto& key : configuration_keys())
        if (std::string_view(key.name).substr(key.name.find('.') + 1) == word)
            return fmt::format("{} belongs under {}", word, key.name.substr(0, key.name.find('.')));
    return name_hint(word, here);
}

class Loading {
public:
    void read_file(const ConfigurationSources::Text& file) {
        Reading reading(file.name, loaded.problems);
        const auto parsed = parse_yaml(file.text);
        if (const auto* problem = std::get_if<YamlProblem>(&parsed)) {
            YamlNode place;
            place.line = problem->line;
            place.column = problem->column;
            reading.refuse(place, problem->message);
            return;
        }
        const auto& root = std::get<YamlNode>(parsed);
        if (root.kind == YamlNode::Kind::null) return;
        if (root.kind != YamlNode::Kind::mapping)
            return reading.refuse(root, "sections with keys are due here",
                                  fmt::format("e.g. http: {{listen: \":8080\"}}"));
        for (const auto& section : root.members) read_section(section, reading);
    }

    void read_variables(const std::map<std::string, std::string, std::less<>>& variables) {
        std::vector<std::string> known;
        for (const auto& key : configuration_keys()) known.push_back(variable_of(key.name));
        for (const auto& [name, text] : variables) {
            const bool ours = name.starts_with("BERTH_") && name.find("__") != name.npos;
            if (!ours || text.empty()) continue;
            const auto found = std::find(known.begin(), known.end(), name);
            Reading reading(name, loaded.problems);
            if (found == known.end())
                reading.refuse({}, "no key of the configuration has this name",
                               name_hint(name, known));
            else
                read_text(configuration_keys()[static_cast<std::size_t>(found - known.begin())],
                          text, reading);
        }
    }

    void read_override(const ConfigurationSources::Override& given) {
        Reading reading(given.origin, loaded.problems);
        if (const auto* key = find_key(given.key)) return read_text(*key, given.text, reading);
        std::vector<std::string> known;
        for (const auto& key : configuration_keys()) known.push_back(key.name);
        reading.refuse({}, fmt::format("no key {}", berth::quoted(given.key)),
                       name_hint(given.key, known));
    }

    LoadedConfiguration loaded;

private:
    void read_section(const YamlMember& section, Reading& reading) {
        const auto& name = section.key.text;
        const auto names = names_in(name);
        if (names.empty())
            return reading.refuse(section.key, fmt::format("no section {}", berth::quoted(name)),
                                  hint_for(name, section_names()));
        if (section.value.kind == YamlNode::Kind::null) return;
        if (section.value.kind != YamlNode::Kind::mapping)
            return reading.refuse(section.value, fmt::format("keys of {} are due here", name));
        for (const auto& member : section.value.members) {
            const auto* key = find_key(name + "." + member.key.text);
            if (key)
                read_node(*key, member.value, reading);
            else
                reading.refuse(member.key,
                               fmt::format("no key {} in {}", berth::quoted(member.key.text), name),
                               hint_for(member.key.text, names));
        }
    }

    void read_node(const Key& key, const YamlNode& node, Reading& reading) {
        if (node.kind == YamlNode::Kind::null) return;
        key.read(loaded.value, node, reading);
        loaded.origins[key.name] = reading.where(node);
    }

    /// Of a variable or a flag: scalars as they are, lists as YAML.
    void read_text(const Key& key, const std::string& text, Reading& reading) {
        YamlNode node;
        node.kind = YamlNode::Kind::scalar;
        node.text = text;
        if (key.structured) {
            auto parsed = parse_yaml(text);
            if (const auto* problem = std::get_if<YamlProblem>(&parsed))
                return reading.refuse({}, problem->message, "a list as YAML or JSON is due");
            node = std::move(std::get<YamlNode>(parsed));
            if (node.kind == YamlNode::Kind::null) return;
        }
        key.read(loaded.value, node, reading);
        node.line = 0; // a place in a variable helps nobody
        loaded.origins[key.name] = reading.where(node);
    }
};

/// A prefix is the same with and without a slash at its end.
void check_quotas(LoadedConfiguration& loaded) {
    std::map<std::string, std::string> written; // as it came, by what it means
    for (auto& quota : loaded.value.policy.quotas) {
        const auto& here = loaded.origin("policy.quotas");
        if (!quota.bytes && !quota.objects) {
            loaded.problems.push_back(
                {here, fmt::format("the quota for {} limits nothing", berth::quoted(quota.prefix)),
                 "set bytes or objects"});
        }
        const auto normal = hosting::normal_prefix(quota.prefix);
        const auto [first, is_new] = written.try_emplace(normal, quota.prefix);
        if (!is_new) {
            loaded.problems.push_back(
                {here,
                 fmt::format("two quotas are for the same prefix: {} and {}",
                             berth::quoted(first->second), berth::quoted(quota.prefix)),
                 "leave one of them: a slash at the end means nothing"});
        }
        quota.prefix = normal;
    }
}

/// What only several keys together show.
void check_whole(LoadedConfiguration& loaded) {
    check_sign_in(loaded);
    const auto& http = loaded.value.http;
    if (http.certificate_file.empty() != http.key_file.empty()) {
        const std::string given = http.key_file.empty() ? "http.certificate_file" : "http.key_file";
        loaded.problems.push_back(
            {loaded.origin(given), fmt::format("{} is set alone: TLS needs both "
                                               "http.certificate_file and http.key_file",
                                               given)});
    }
    check_quotas(loaded);
}

} // namespace

std::string LoadedConfiguration::origin(const std::string& key) const {
    const auto found = origins.find(key);
    return found == origins.end() ? "default" : found->second;
}

void LoadedConfiguration::require_valid() const {
    if (problems.empty()) return;
    if (problems.size() == 1)
        throw Error(ErrorCode::usage, problems[0].where + ": " + problems[0].message)
            .set_hint(problems[0].hint);
    std::vector<std::string> lines;
    for (const auto& problem : problems) lines.push_back(problem.text());
    throw Error(ErrorCode::usage, fmt::format("the configuration has {} problems:\n  {}",
                                              problems.size(), fmt::join(lines, "\n  ")));
}

LoadedConfiguration load_configuration(const ConfigurationSources& sources) {
    Loading loading;
    if (sources.file) loading.read_file(*sources.file);
    loading.read_variables(sources.variables);
    for (const auto& given : sources.overrides) loading.read_override(given);
    check_whole(loading.loaded);
    return std::move(loading.loaded);
}

} // namespace berth::app
