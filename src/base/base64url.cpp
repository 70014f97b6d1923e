#include "base/base64url.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace berth {

std::string to_base64url(std::string_view bytes) {
    auto text = to_base64(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (text.ends_with('=')) text.pop_back();
    return text;
}

} // namespace berth
