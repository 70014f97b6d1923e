// Secret: text that cannot be printed by accident.
//
// There is no stream operator, no fmt formatter and no implicit conversion; reveal() is the one
// way out and easy to search for. The memory is wiped when the object goes.
#pragma once

#include <string>
#include <string_view>

namespace berth {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    bool empty() const noexcept { return text_.empty(); }
    /// The text itself. Use it where it is put on the wire or into a sealed file, nowhere else.
    const std::string& reveal() const noexcept { return text_; }

private:
    void wipe() noexcept;
    std::string text_;
};

/// Equal in time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

} // namespace berth
