// Annotations of descriptors and documents, read and written in one way.
#pragma once

#include "base/json.hpp"
#include "oci/descriptor.hpp"

namespace berth::oci {

/// The "annotations" of the object at `reader`; absent and null are none. Values that are not
/// strings are Error content_invalid naming the field.
Annotations read_annotations(const json::Reader& reader);

/// Keys in their order: the same annotations give the same bytes and so the same digest.
json::Object write_annotations(const Annotations& annotations);

} // namespace berth::oci
