#include "api/places.hpp"

#include <doctest/doctest.h>

namespace berth::api {

TEST_CASE("nobody has all places, and one that is left can be taken again") {
    Places places({.all = 3, .each = 2});
    auto first = places.take("ann");
    const auto second = places.take("ann");
    CHECK(second);
    CHECK_FALSE(places.take("ann"));
    const auto third = places.take("bob");
    CHECK(third);
    CHECK_FALSE(places.take("cid"));
    {
        const Places::Place moved = std::move(*first);
        first.reset(); // what was moved away is still held
        CHECK_FALSE(places.take("cid"));
    }
    CHECK(places.take("cid"));
}

} // namespace berth::api
