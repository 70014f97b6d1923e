#include "aws/renewing.hpp"

#include "aws/error.hpp"

namespace berth::aws {

void throw_copy(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const AwsError& error) {
        throw AwsError(error);
    } catch (const Error& error) {
        throw Error(error);
    }
}

bool is_cancelled(const std::exception_ptr& failure) {
    if (!failure) return false;
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error.code() == ErrorCode::cancelled;
    } catch (...) {
        return false;
    }
}

} // namespace berth::aws
