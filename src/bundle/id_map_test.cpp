#include "bundle/id_map.hpp"

#include "base/error.hpp"

#include <doctest/doctest.h>

namespace berth::bundle {

TEST_CASE("ids are mapped by their range, and an id outside is named with the map") {
    const auto map = IdMap::by_ranges({{0, 1000, 1}, {1, 100000, 65535}}, "uid map");
    CHECK(map.to_host(0) == 1000);
    CHECK(map.to_host(1) == 100000);
    CHECK(map.to_host(65535) == 165534);
    CHECK(map.to_container(100004) == 5);
    CHECK(map.to_container(7) == 0);
    try {
        map.to_host(65536);
        FAIL("mapped");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::content_invalid);
        CHECK(error.message() ==
              "id 65536 of the image is not in the uid map (0:1000:1, 1:100000:65535)");
    }
}

TEST_CASE("without ranges every id is itself, or one and the same") {
    CHECK(IdMap::identity().to_host(77) == 77);
    CHECK(IdMap::all_to(1000).to_host(77) == 1000);
}

TEST_CASE("maps that overlap, are empty or run past the last id are refused") {
    const std::vector<IdRange> wrong[] = {{{0, 0, 0}},
                                          {{0, 5, 10}, {9, 100, 1}},
                                          {{0, 5, 10}, {10, 14, 1}},
                                          {{0xfffffff0, 0, 16}},
                                          {{0, 0xffffffff, 1}}};
    for (const auto& ranges : wrong) CHECK_THROWS_AS(IdMap::by_ranges(ranges, "map"), Error);
}

} // namespace berth::bundle
