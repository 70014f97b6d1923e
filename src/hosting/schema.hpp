// The schema of the hosted registry's index, as migrations.
#pragma once

#include "db/migration.hpp"

#include <span>

namespace berth::hosting {

std::span<const db::Migration> migrations();

} // namespace berth::hosting
