#include "app/hosting_options.hpp"

namespace berth::app {

hosting::HostingOptions hosting_options(const Configuration& configuration,
                                        const std::filesystem::path& directory) {
    const auto& storage = configuration.storage;
    return {.directory = directory,
            .uploads = {.blob_bytes = storage.blob_bytes,
                        .sessions = storage.max_uploads,
                        .sessions_each = storage.max_uploads_each,
                        .idle = storage.upload_idle},
            .manifest_bytes = storage.manifest_bytes,
            .grace = storage.grace,
            .policy = configuration.policy};
}

} // namespace berth::app
