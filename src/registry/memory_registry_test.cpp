#include "registry/memory_registry.hpp"

#include "registry/repository_contract.hpp"

using namespace berth;
using namespace berth::registry;

TEST_CASE("the registry in memory keeps the registry contract") {
    contract::check_registry([] { return std::make_shared<MemoryRegistry>(); });
}

TEST_CASE("a repository in memory outlives its registry object") {
    auto registry = std::make_unique<MemoryRegistry>();
    const auto repository = registry->repository("team/app");
    const auto image = contract::small_image(1);
    contract::push(*repository, image, "v1");
    registry.reset();
    CHECK(repository->resolve("v1").has_value());
}

TEST_CASE("tags of a repository that does not exist are an error") {
    MemoryRegistry registry;
    const auto repository = registry.repository("team/none");
    CHECK(contract::code_of([&] { (void)repository->tags("", 10); }) == ErrorCode::name_unknown);
}
