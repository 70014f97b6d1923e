// Result<T>: the value of a parse, or the Error that says what is wrong with the text.
//
// For text from outside, where malformed input is the normal case. `has_value()`, `has_error()`,
// `error()`, `operator*` and `value()`, which throws the Error.
#pragma once

#include "base/error.hpp"

#include <boost/system/result.hpp>

namespace berth {

template <class T>
using Result = boost::system::result<T, Error>;

/// Found by boost::system::result::value(): the error is thrown as it is.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
    throw error;
}

} // namespace berth
