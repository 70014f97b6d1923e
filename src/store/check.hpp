// `berth store check`: every byte and row of a store is read and compared.
#pragma once

#include "store/local_store.hpp"

#include <functional>
#include <vector>

namespace berth::store {

enum class Repair { no, yes };

/// As Store::check. Others may use the store meanwhile, except while a new index is begun.
std::vector<Finding> check_store(LocalStore& store, Repair repair,
                                 const std::function<void(std::uint64_t)>& read);

} // namespace berth::store
