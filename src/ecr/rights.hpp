// The rights at ECR and ECR Public that the doctor asks for, what is lost without each, and the
// harmless call by which it is asked for.
#pragma once

#include "aws/service_endpoint.hpp"
#include "base/json.hpp"

#include <span>
#include <string>
#include <string_view>

namespace berth::ecr {

/// What a right's call names.
enum class About { nothing, page, repository, images, image, layers, layer, resource };

struct EcrRight {
    std::string_view operation; ///< "ListImages"
    About about;
    std::string_view feature; ///< what does not work without it

    /// Whether policies can bind it to repositories; the others are asked for on "*".
    bool of_a_repository() const { return about != About::nothing && about != About::page; }
};

/// Those of ECR or of ECR Public: the right to a token first.
std::span<const EcrRight> ecr_rights(aws::Service service);

/// Where rights on repositories are tried.
struct TriedRepository {
    std::string account;
    std::string name;
    std::string arn;
};

/// The input of a call that reads, and finds nothing: its images and layers are nobody's.
json::Object harmless_input(const EcrRight& right, const TriedRepository& repository);

} // namespace berth::ecr
