// Problem: one thing that is wrong with a configuration, and where. They are collected, so that
// one look at a file finds all of them.
#pragma once

#include "app/yaml_document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::app {

struct Problem {
    std::string where; ///< "/etc/berth/berth.yaml:3:5", "BERTH_HTTP__LISTEN", "--listen"
    std::string message;
    std::string hint = {};

    /// "where: message (hint)"
    std::string text() const;
};

/// One source of values while it is read. One thread.
class Reading {
public:
    /// `origin`: the file's path, the variable's or the flag's name.
    Reading(std::string origin, std::vector<Problem>& problems)
        : origin_(std::move(origin)), problems_(problems) {}

    /// With line and column if the value has them.
    std::string where(const YamlNode& node) const;
    void refuse(const YamlNode& node, std::string message, std::string hint = "") {
        problems_.push_back({where(node), std::move(message), std::move(hint)});
    }

private:
    std::string origin_;
    std::vector<Problem>& problems_;
};

} // namespace berth::app
