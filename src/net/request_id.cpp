#include "net/request_id.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace berth::net {
namespace {

constexpr std::size_t longest = 64;

bool is_safe(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:/+=").find(c) != std::string_view::npos;
}

/// Distinct, not secret: a system call per request would cost more than the request's head.
std::uint64_t random_bits() {
    thread_local std::mt19937_64 generator = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }();
    return generator();
}

} // namespace

std::string request_id(std::optional<std::string_view> given) {
    if (given && !given->empty() && given->size() <= longest &&
        std::all_of(given->begin(), given->end(), is_safe))
        return std::string(*given);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id(16, '0');
    std::uint64_t bits = random_bits();
    for (char& digit : id) {
        digit = digits[bits & 15];
        bits >>= 4;
    }
    return id;
}

} // namespace berth::net
