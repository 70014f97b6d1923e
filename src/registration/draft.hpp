// Draft: what a person filled in, before it is saved; and the check of it without any network.
#pragma once

#include "registration/endpoint.hpp"
#include "registration/spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

struct Draft {
    std::string name;
    Spec spec;
    /// What was typed now. Absent, empty and masked ("****") ones are those that are stored.
    Secrets secrets = {};
};

/// A draft that is fit to be tried or saved.
struct CheckedDraft {
    std::string name;
    Spec spec; ///< as typed
    Endpoint endpoint;
    std::vector<std::string> content_paths;
    Secrets secrets;         ///< all that the spec uses
    std::vector<Note> notes; ///< the endpoint's, and warnings such as skip_verify
};

/// Only asterisks, as the API shows a secret that it does not show.
bool is_masked(const Secret& secret);

/// Checks every field. `stored` are the secrets to keep where none were typed. FieldErrors:
/// usage naming the field; denied for an endpoint that the policy forbids; limit_exceeded.
CheckedDraft check_draft(const Draft& draft, const Secrets& stored, const EndpointPolicy& policy);

/// The same without the name, which a draft that is only tried may not have yet.
CheckedDraft check_spec(const Spec& spec, const Secrets& typed, const Secrets& stored,
                        const EndpointPolicy& policy);

} // namespace berth::registration
