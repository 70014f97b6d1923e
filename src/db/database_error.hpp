// DatabaseError: our own database failed, and nothing that anybody asked about.
#pragma once

#include "base/error.hpp"

namespace berth::db {

/// Its message names a file of this machine. Catch it by reference: a copy as Error does not tell
/// where it came from.
class DatabaseError : public Error {
public:
    using Error::Error;
};

} // namespace berth::db
