// Location: where content is, in any of the forms that the command line takes.
//
//   debian:12, host:5000/team/app@sha256:…   a registry
//   docker://…, oci://…                      the same with a transport in front
//   oci:PATH[:TAG], oci:PATH@DIGEST          an image layout in a directory
//   oci-archive:PATH[:TAG]                   the same in a tar file
#pragma once

#include "oci/reference.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth::cli {

struct Location {
    enum class Kind { registry, layout, archive };
    Kind kind = Kind::registry;
    oci::Reference reference = {};   ///< of a registry
    std::filesystem::path path = {}; ///< of a layout or archive
    std::optional<std::string> tag_or_digest = {};

    /// Error usage that says what is wrong and how it is written.
    static Result<Location> parse(std::string_view text);

    /// As it is written, in canonical form.
    std::string text() const;
};

} // namespace berth::cli
