// RegistryForm: the flags that describe a registry, as what the management API takes.
#pragma once

#include "base/json.hpp"
#include "cli/invocation.hpp"

#include <string>
#include <vector>

namespace berth::cli {

/// What "registry add" and "registry edit" have in common.
std::vector<Flag> registry_form_flags();

/// "basic" or "ecr", from --type or from what an endpoint of Amazon ECR looks like.
std::string registry_type(const Invocation& invocation, const std::string& endpoint);

/// Puts what the flags say into a v1BasicOciRegistry or v1EcrRegistry; members of `registry` whose
/// flags were not given stay. Reads secrets and files. Errors: usage for flags that do not fit the
/// type or each other; those of reading files, naming the flag.
void fill_registry(Invocation& invocation, const std::string& type, json::Object& registry);

} // namespace berth::cli
