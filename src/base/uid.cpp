#include "base/uid.hpp"

#include "base/file.hpp"

namespace berth {

std::string random_uid() {
    return random_hex_16() + random_hex_16().substr(0, 8);
}

} // namespace berth
