#include "oci/manifest.hpp"

#include <fmt/format.h>

namespace berth::oci {
namespace {

[[noreturn]] void refuse_config(const std::string& path, std::string_view why) {
    throw Error(ErrorCode::content_invalid, fmt::format("field {} {}", path, why));
}

std::vector<Digest> read_diff_ids(const json::Reader& document) {
    const auto rootfs = document.object("rootfs");
    if (!rootfs) refuse_config("rootfs", "is missing");
    if (rootfs->required_text("type") != "layers")
        refuse_config("rootfs.type", "must be \"layers\"");
    const auto texts = rootfs->texts("diff_ids");
    if (texts.size() > descriptor_limit)
        refuse_config("rootfs.diff_ids", fmt::format("has {} entries; the limit is {}",
                                                     texts.size(), descriptor_limit));
    std::vector<Digest> diff_ids;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto digest = Digest::parse(texts[i]);
        if (digest.has_error())
            refuse_config(fmt::format("rootfs.diff_ids[{}]", i), digest.error().message());
        diff_ids.push_back(std::move(*digest));
    }
    return diff_ids;
}

/// Refuses what cannot become an argument or a variable of a process.
void refuse_nul(const json::Reader& config, std::string_view key,
                const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
        if (text.find('\0') != std::string::npos)
            refuse_config(config.path_of(key), "holds U+0000");
    }
}

void read_process(const json::Reader& config, ImageConfig& image) {
    image.user = config.text("User").value_or("");
    image.entrypoint = config.texts("Entrypoint");
    image.cmd = config.texts("Cmd");
    image.env = config.texts("Env");
    image.working_dir = config.text("WorkingDir").value_or("");
    image.stop_signal = config.text("StopSignal").value_or("");
    image.exposed_ports = config.keys("ExposedPorts");
    image.volumes = config.keys("Volumes");
    image.labels = config.text_map("Labels");
    refuse_nul(config, "User", {image.user});
    refuse_nul(config, "Entrypoint", image.entrypoint);
    refuse_nul(config, "Cmd", image.cmd);
    refuse_nul(config, "Env", image.env);
    refuse_nul(config, "WorkingDir", {image.working_dir});
}

ImageConfig read_image_config(std::string_view text) {
    const json::Value value = json::parse(text).value();
    const json::Reader document(value, "");
    ImageConfig image;
    image.platform = Platform{.os = document.text("os").value_or(""),
                              .architecture = document.text("architecture").value_or(""),
                              .variant = document.text("variant").value_or(""),
                              .os_version = document.text("os.version").value_or("")};
    if (const auto config = document.object("config")) read_process(*config, image);
    image.author = document.text("author").value_or("");
    image.created = document.text("created").value_or("");
    image.diff_ids = read_diff_ids(document);
    return image;
}

} // namespace

Result<ImageConfig> parse_image_config(std::string_view text) {
    try {
        return read_image_config(text);
    } catch (const Error& error) {
        return error;
    }
}

} // namespace berth::oci
